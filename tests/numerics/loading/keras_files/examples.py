"""Files laid out as Keras 3.15.1 writes them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from numerics.network import Array, ShallowNetwork

NETWORK = ShallowNetwork([[1.0, 0.25], [-2.0, 1.0], [0.5, -1.0]], [0.5, -1.0, 2.0], [1.0, -0.5, 3.0], 1.0)


def layer(kind: str, name: str, **settings: Any) -> dict[str, Any]:
    """The configuration of a layer."""
    own = {"name": name, "trainable": True, "dtype": {"class_name": "DTypePolicy", "config": {"name": "float32"}}}
    return {"module": "keras.layers", "class_name": kind, "registered_name": None, "config": own | settings}


def dense(name: str, units: int, activation: str, **settings: Any) -> dict[str, Any]:
    """The configuration of a fully connected layer."""
    own = {"units": units, "activation": activation, "use_bias": True, "kernel_regularizer": None}
    return layer("Dense", name, **(own | settings))


INPUT = layer("InputLayer", "input", batch_shape=[None, 2])
HIDDEN, OUTPUT = dense("hidden", 3, "relu"), dense("out", 1, "linear")


def sequential(*layers: dict[str, Any]) -> str:
    """The configuration of a Sequential."""
    return json.dumps({"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": list(layers)}})


def arrays() -> dict[str, list[Array]]:
    """The variables of the network by layer, kernels [in, out]."""
    return {
        "hidden": [NETWORK.W1.T, NETWORK.b1],
        "out": [NETWORK.w2[:, None], np.array([NETWORK.b2])],
    }


def write_weights(path: Path, *groups: tuple[str, str, list[Array]]) -> Path:
    """A .weights.h5 file of groups, each with the name of its layer and its variables in float32."""
    with h5py.File(path, "w") as file:
        for group, name, variables in groups or named_groups():
            held = file.create_group(f"layers/{group}/vars")
            held.attrs["name"] = name
            for number, array in enumerate(variables):
                held[str(number)] = array.astype(np.float32)
        file["optimizer/vars/0"] = np.int32(7)
    return path


def named_groups(**more: list[Array]) -> tuple[tuple[str, str, list[Array]], ...]:
    """The groups of the network, and others, named as their layers are."""
    hidden, out = arrays().values()
    return (("dense", "hidden", hidden), ("dense_1", "out", out), *((name, name, held) for name, held in more.items()))


def write_keras(folder: Path, config: str, *groups: tuple[str, str, list[Array]]) -> Path:
    """A .keras file."""
    weights, path = write_weights(folder / "model.weights.h5", *groups), folder / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        archive.writestr("config.json", config)
        archive.write(weights, "model.weights.h5")
    return path


def write_whole(path: Path, config: str) -> Path:
    """An .h5 file of the whole model."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = config
        for name, (kernel, bias) in arrays().items():
            file[f"model_weights/{name}/sequential/{name}/kernel"] = kernel.astype(np.float32)
            file[f"model_weights/{name}/sequential/{name}/bias"] = bias.astype(np.float32)
    return path
