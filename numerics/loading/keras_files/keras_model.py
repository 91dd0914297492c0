"""A network from a model of Keras in Python, held against what it computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.loading.folding import require_agreement
from numerics.loading.keras_files.configuration import LayerOfKeras, layers_of
from numerics.loading.keras_files.keras_file import Variables, folded_model
from numerics.loading.layers import LoadedNetwork, NotCoveredError
from numerics.network import Array


def is_keras_model(model: object) -> bool:
    """Whether it is a model of Keras; it is recognised by name, since Keras need not be installed."""
    return any(kind.__name__ == "Model" and kind.__module__.startswith("keras.") for kind in type(model).__mro__)


def from_keras(model: Any, points: npt.ArrayLike | None = None) -> LoadedNetwork:
    """The network of a Sequential, or a chain of the functional interface, of the layers that `load_keras` knows.

    What the model computes in evaluation is compared with the network by `require_agreement`.

    Raises:
        NotCoveredError: a class of its own, another network, or the model computes another function.
        ValueError: it is not built.
    """
    if not type(model).__module__.startswith("keras."):
        raise NotCoveredError(f"a {type(model).__name__} has code of its own; give a Sequential, or export it to ONNX")
    if not model.built:
        raise ValueError("the model is not built; call it on data once")
    own = {layer.name: layer for layer in model.layers}

    def variables(layer: LayerOfKeras) -> Variables:
        if not layer.variables:
            return {}
        held = own[layer.name]
        names = [str(variable.name).rpartition("/")[2].removesuffix(":0") for variable in held.weights]
        if set(names) != set(layer.variables) or len(names) != len(layer.variables):
            raise NotCoveredError(f"layer {layer.name} holds {', '.join(names)}, not {', '.join(layer.variables)}")
        arrays = dict(zip(names, held.get_weights(), strict=True))
        return {name: np.asarray(array, dtype=np.float64) for name, array in arrays.items()}

    found = folded_model(layers_of(model.to_json()), variables)

    def values(x: Float64[Array, "n d"]) -> Float64[Array, " values"]:
        # whatever the library beneath raises
        try:
            computed = model.predict_on_batch(x.reshape(len(x), *model.input_shape[1:]))
        except Exception as error:
            raise NotCoveredError(f"the model cannot be run on data {list(x.shape)}: {error}") from error
        return np.asarray(computed, dtype=np.float64).reshape(-1)

    require_agreement(found, values, np.float32, points)
    return found.loaded
