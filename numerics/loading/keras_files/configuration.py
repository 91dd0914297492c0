"""The chain of layers that the configuration of a model of Keras describes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from numerics.loading.layers import NotCoveredError

_WITHOUT_ROUNDING = ("float32", "float64")
_VARIABLES = {"Dense": ("kernel", "bias"), "Normalization": ("mean", "variance", "count")}
_KNOWN = (
    *("InputLayer", "Dense", "Activation", "ReLU", "Dropout", "Flatten", "Rescaling", "Normalization"),
    "BatchNormalization",
)


@dataclass(frozen=True)
class LayerOfKeras:
    """A layer: its class, its name, that of its group in a file of weights, and its settings."""

    kind: str
    name: str
    group: str
    settings: Mapping[str, Any]

    @property
    def variables(self) -> tuple[str, ...]:
        """What it stores, in the order of Keras."""
        if self.kind == "BatchNormalization":
            own = [name for name, used in (("gamma", "scale"), ("beta", "center")) if self.settings[used]]
            return (*own, "moving_mean", "moving_variance")
        if self.kind == "Normalization" and self.settings.get("mean") is not None:
            return ()  # it was told them, and learned nothing
        names = _VARIABLES.get(self.kind, ())
        return names[:1] if self.kind == "Dense" and not self.settings["use_bias"] else names


def layers_of(text: str) -> list[LayerOfKeras]:
    """The layers of a Sequential or a chain of the functional interface, from the input to the output.

    Raises:
        NotCoveredError: the model is no chain, or a layer is of another kind, frozen, constrained, or not computed in
            float32 or float64.
        ValueError: the text is no configuration of Keras.
    """
    try:
        model = json.loads(text)
        kind, held = model["class_name"], model["config"].get("layers")
        if kind not in ("Sequential", "Functional", "Model") or held is None:
            raise NotCoveredError(f"the model is a {kind}, with code of its own; save the weights: .weights.h5")
        layers = list(_named(held))
        if kind != "Sequential":
            layers = _chain(layers, {entry["config"]["name"]: entry for entry in held}, model["config"])
        for layer in layers:
            _require_free(layer)
    except NotCoveredError:
        raise
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(f"the configuration of the model is damaged: {type(error).__name__}: {error}") from error
    return layers


def _named(held: list[dict[str, Any]]) -> Iterator[LayerOfKeras]:
    """Groups are called after the class, the second of it dense_1, and so on."""
    counts: dict[str, int] = {}
    for entry in held:
        kind, settings = entry["class_name"], entry["config"]
        of_keras = entry.get("module", "keras.layers") == "keras.layers" and not entry.get("registered_name")
        if kind not in _KNOWN or not of_keras:
            raise NotCoveredError(
                f"a shallow ReLU network is Dense, relu, Dense, but layer {settings['name']!r} is a {kind}"
            )
        plain = re.sub(r"\W+", "", kind)
        group = re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", plain)).lower()
        number = counts[group] = counts.get(group, -1) + 1
        yield LayerOfKeras(kind, settings["name"], f"{group}_{number}" if number else group, settings)


def _chain(layers: list[LayerOfKeras], entries: Mapping[str, Any], config: Mapping[str, Any]) -> list[LayerOfKeras]:
    """From the one output back to the one input, each layer used once."""
    named = {layer.name: layer for layer in layers}
    if len(named) < len(layers):
        raise ValueError("two layers have the same name")
    ends = [_names(config[side]) for side in ("input_layers", "output_layers")]
    if any(len(names) != 1 for names in ends):
        raise NotCoveredError("the network must have one input and one output")
    found: list[LayerOfKeras] = []
    current = ends[1][0]
    while current != ends[0][0]:
        sources = _sources(entries[current]["inbound_nodes"])
        if len(entries[current]["inbound_nodes"]) != 1 or len(sources) != 1 or named[current] in found:
            raise NotCoveredError(f"the model is no chain of layers: {current} is used with {sources}")
        found.append(named[current])
        current = sources[0]
    if len(found) + 1 < len(layers):
        raise NotCoveredError("the model is no chain of layers: some lead to no output")
    return [named[current], *reversed(found)]


def _names(side: Any) -> list[str]:
    """Of ["input", 0, 0], or of a list of such."""
    return [side[0]] if isinstance(side[0], str) else [place[0] for place in side]


def _sources(nodes: Any) -> list[str]:
    """The layers that a layer takes its input from, as Keras 3 and as Keras 2 write them."""
    if isinstance(nodes, dict):
        own = [nodes["keras_history"][0]] if "keras_history" in nodes else []
        return own + [name for value in nodes.values() if isinstance(value, dict | list) for name in _sources(value)]
    if isinstance(nodes, list) and len(nodes) == 4 and isinstance(nodes[0], str):
        return [nodes[0]]
    return [name for value in nodes if isinstance(value, dict | list) for name in _sources(value)]


def _require_free(layer: LayerOfKeras) -> None:
    settings = layer.settings
    policy = settings.get("dtype", "float32")
    policy = policy["config"]["name"] if isinstance(policy, dict) else policy
    if policy not in _WITHOUT_ROUNDING:
        raise NotCoveredError(f"layer {layer.name!r} computes in {policy}; float32 and float64 are read")
    if layer.variables and not settings.get("trainable", True) and layer.kind != "Normalization":
        raise NotCoveredError(f"layer {layer.name!r} is frozen; the theory is of networks trained in all parameters")
    for name, value in settings.items():
        if value is not None and (name.endswith("_constraint") or name in ("lora_rank", "quantization_config")):
            raise NotCoveredError(f"layer {layer.name!r} has a {name}; the theory is of free parameters")
