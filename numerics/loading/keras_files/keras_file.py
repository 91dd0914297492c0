"""A network from a file of Keras, with the configuration of its model or without."""

from __future__ import annotations

import io
import math
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64

from numerics.arrays.files import AnyArray
from numerics.loading.folding import (
    Elementwise,
    FoldedNetwork,
    Part,
    Relu,
    batch_normalisation,
    folded_network,
    fractions,
)
from numerics.loading.keras_files.configuration import LayerOfKeras, layers_of
from numerics.loading.keras_files.hdf5 import Stored, read_hdf5
from numerics.loading.layers import Layer, LoadedNetwork, NotCoveredError, network_of_named_arrays, not_real
from numerics.loading.limits import opened_archive, require_small_file
from numerics.network import Array

Variables = Mapping[str, Array]
"""The arrays of a layer by their names in Keras, such as kernel."""

_LONGEST_CONFIGURATION = 2**20
_WITHOUT_NUMBERS = ("input_layer", "dense", "activation", "re_lu", "dropout", "flatten")
_LEAST_DEVIATION = 1e-7  # by which Normalization divides at least


def load_keras(path: str | os.PathLike[str]) -> LoadedNetwork:
    """Read a .keras file, an .h5 file of a whole model, or the weights alone in .weights.h5, without running Keras.

    With the configuration of the model: Dense, relu (in the layer, as Activation or as ReLU), Dense with linear output;
    Dropout, Flatten and InputLayer are passed over, BatchNormalization is folded, Rescaling and Normalization in front
    are a preprocessing of the data. Kernels are [inputs, outputs]. Weights alone are told by `network_of_named_arrays`.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        NotCoveredError: the network is another one; what does not fit is named.
        ValueError: the file is damaged, or h5py is not installed.
    """
    place = require_small_file(path)
    if place.suffix.lower() == ".keras":
        text, content = _members(place)
        return _of_configuration(layers_of(text), read_hdf5(io.BytesIO(content), ("name",)))
    stored = read_hdf5(os.fspath(place), ("name", "model_config"))
    if "@model_config" in stored.texts:
        return _of_configuration(layers_of(stored.texts["@model_config"]), stored)
    return _of_weights(stored)


def _members(place: Path) -> tuple[str, bytes]:
    """The configuration and the weights, stored as they are."""
    with opened_archive(place, ".keras file") as archive:
        members = {member.filename: member for member in archive.infolist()}
        if not {"config.json", "model.weights.h5"} <= set(members):
            raise ValueError(f"there is no config.json with a model.weights.h5; it holds {', '.join(members)[:200]}")
        if any(member.compress_type != zipfile.ZIP_STORED for member in members.values()):
            raise ValueError("it is compressed, as Keras never writes it")
        if sum(member.file_size for member in members.values()) > place.stat().st_size:
            raise ValueError("it is damaged: its members claim more bytes than it has")
        if members["config.json"].file_size > _LONGEST_CONFIGURATION:
            raise ValueError("its config.json is too long")
        return archive.read("config.json").decode(), archive.read("model.weights.h5")


def folded_model(layers: Sequence[LayerOfKeras], variables: Callable[[LayerOfKeras], Variables]) -> FoldedNetwork:
    """The network of a chain of layers, of which `variables` gives the arrays by their names in Keras.

    Raises:
        NotCoveredError: a layer is none of a shallow ReLU network.
        ValueError: settings are missing or make no sense, or shapes do not fit.
    """
    notes: list[str] = []
    try:
        parts = [part for layer in layers for part in _parts(layer, variables(layer), notes)]
        found = folded_network(parts, notes)
        for layer in layers:
            _require_one_datum(layer, found.loaded.first.d)
    except (AttributeError, KeyError, OverflowError, TypeError) as error:
        raise ValueError(f"the configuration of the model is damaged: {type(error).__name__}: {error}") from error
    return found


def _require_one_datum(layer: LayerOfKeras, d: int) -> None:
    """Dense acts on the last axis: a datum must be as long as the rows of the first kernel, not hold several such."""
    shape = layer.settings.get("batch_shape") or layer.settings.get("batch_input_shape")
    if shape is not None and (None in shape[1:] or math.prod(shape[1:]) != d):
        raise NotCoveredError(
            f"layer {layer.name} takes data {shape[1:]}, but the first kernel has {d} inputs; a Flatten is missing"
        )


def _of_configuration(layers: Sequence[LayerOfKeras], stored: Stored) -> LoadedNetwork:
    return folded_model(layers, lambda layer: _variables(layer, stored)).loaded


def _variables(layer: LayerOfKeras, stored: Stored) -> Variables:
    """The arrays of a layer, by their names in Keras."""
    if not layer.variables:
        return {}
    start = f"layers/{layer.group}/vars"
    own = [(int(path[len(start) + 1 :]), path) for path in stored.arrays if re.fullmatch(rf"{start}/\d+", path)]
    if own:
        if stored.texts.get(f"{start}@name", layer.name) != layer.name:
            raise ValueError(f"{start} is of layer {stored.texts[f'{start}@name']!r}, not {layer.name!r}")
        found = [path for _, path in sorted(own)]
        pairs = dict(zip(layer.variables, found, strict=False)) if len(found) == len(layer.variables) else {}
    else:
        start = f"model_weights/{layer.name}"
        found = [path for path in stored.arrays if path.startswith(f"{start}/")]
        pairs = {path.rpartition("/")[2].removesuffix(":0"): path for path in found}
    if set(pairs) != set(layer.variables) or len(found) != len(layer.variables):
        raise ValueError(f"layer {layer.name!r} stores {', '.join(layer.variables)}, but {start} holds {len(found)}")
    return {name: _real(stored.arrays[path], path) for name, path in pairs.items() if name != "count"}


def _real(array: AnyArray, path: str) -> Float64[Array, ...]:
    if array.dtype.kind != "f":
        raise ValueError(not_real(path, array.dtype))
    return array.astype(np.float64)


def _parts(layer: LayerOfKeras, held: Variables, notes: list[str]) -> Iterator[Part]:
    settings, name = layer.settings, f"layer {layer.name}"
    match layer.kind:
        case "Dense":
            kernel, bias = held["kernel"], held.get("bias")
            if kernel.ndim != 2 or kernel.shape[1] != settings["units"]:
                raise ValueError(
                    f"the kernel of {name} must be [inputs, {settings['units']}], not {list(kernel.shape)}"
                )
            yield Layer(name, kernel.T, bias)
            if any(value for key, value in settings.items() if key.endswith("_regularizer")):
                notes.append(f"The weight penalty of {name} is no part of the loss here.")
            yield from _activation(name, settings["activation"])
        case "Activation":
            yield from _activation(name, settings["activation"])
        case "ReLU":
            if settings.get("max_value") is not None or settings.get("negative_slope") or settings.get("threshold"):
                raise NotCoveredError(
                    f"{name} is a ReLU with a slope, a threshold or a largest value; relu is max(z, 0)"
                )
            yield Relu()
        case "Dropout":
            notes.append(f"The dropout of {name}, of no effect in evaluation, is no part of the loss here.")
        case "Flatten":
            if settings.get("data_format") == "channels_first":
                raise NotCoveredError(f"{name} flattens with the channels first, which reorders the inputs")
        case "Rescaling":
            scale, offset = (np.asarray(settings[key]) for key in ("scale", "offset"))
            if scale.dtype.kind not in "fi" or offset.dtype.kind not in "fi":
                raise TypeError(f"{name} has a scale that is no number")
            if scale.ndim or offset.ndim:
                raise NotCoveredError(f"{name} scales each input by a number of its own; give the scaled data")
            yield Elementwise(name, "*", fractions(scale.astype(np.float64)), trained=False)
            yield Elementwise(name, "+", fractions(offset.astype(np.float64)), trained=False)
        case "Normalization":
            yield from _normalisation(name, settings, held)
        case "BatchNormalization":
            yield from _batch_normalisation(name, settings, held)


def _activation(name: str, activation: Any) -> list[Part]:
    if activation in ("linear", None):
        return []
    if activation != "relu":
        called = activation.get("config", activation) if isinstance(activation, dict) else activation
        raise NotCoveredError(
            f"{name} has the activation {str(called)[:80]!r}; the theory is of relu, and a linear output"
        )
    return [Relu()]


def _normalisation(name: str, settings: Mapping[str, Any], held: Variables) -> list[Part]:
    if settings.get("invert") or settings.get("axis") not in (-1, [-1], 1, [1], None):
        raise NotCoveredError(f"{name} is inverted, or normalises other axes than the last; give the data as prepared")
    # what it was told it does not store
    mean, variance = (held[each].reshape(-1) if held else _told(name, settings, each) for each in ("mean", "variance"))
    return [
        Elementwise(name, "-", fractions(mean), trained=False),
        Elementwise(name, "/", fractions(np.maximum(np.sqrt(variance), _LEAST_DEVIATION)), trained=False),
    ]


def _told(name: str, settings: Mapping[str, Any], each: str) -> Float64[Array, ...]:
    """The mean or the variance in the settings, as the layer computes with it: one number, or one for each input."""
    given = np.asarray(settings[each])
    if given.dtype.kind not in "fi":
        raise TypeError(f"{name} has a {each} that is no number")
    kept = given.astype(np.float64 if "float64" in str(settings.get("dtype")) else np.float32).astype(np.float64)
    return kept.reshape(-1) if kept.ndim else kept


def _batch_normalisation(name: str, settings: Mapping[str, Any], held: Variables) -> list[Part]:
    if settings["axis"] not in (-1, 1, [-1], [1]) or settings.get("renorm"):
        raise NotCoveredError(f"{name} normalises other axes than the last, or renormalises")
    mean, variance = held["moving_mean"].reshape(-1), held["moving_variance"].reshape(-1)
    return batch_normalisation(name, mean, variance, settings["epsilon"], held.get("gamma"), held.get("beta"))


def _of_weights(stored: Stored) -> LoadedNetwork:
    """Of weights alone: vars/0 and vars/1 of a layer, or, as Keras 2 writes them, kernel and bias."""
    for group in stored.groups:
        parent, _, last = group.rpartition("/")
        kind = re.sub(r"_\d+$", "", last)
        if parent.rpartition("/")[2] == "layers" and kind not in _WITHOUT_NUMBERS:
            raise NotCoveredError(f"{group} is a layer of its own; save the whole model, by model.save('model.keras')")
    named: dict[str, AnyArray] = {}
    for path, array in stored.arrays.items():
        own = re.fullmatch(r"(.+)/vars/(\d+)", path)
        if path.startswith(("optimizer/", "optimizer_weights/")) or path.endswith("seed_generator/vars/0"):
            continue
        if own is None:
            named[path] = _real(array, path)
        elif own[2] in ("0", "1"):
            named[f"{own[1]}/{('kernel', 'bias')[int(own[2])]}"] = _real(array, path)
        else:
            raise NotCoveredError(f"{own[1]} stores more than a kernel and a bias, as Dense does")
    return network_of_named_arrays(named, ordered=False)
