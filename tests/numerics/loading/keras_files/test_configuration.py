"""A configuration is read as a chain, in the order in which the layers are used."""

from __future__ import annotations

import json
from typing import Any

import pytest

from numerics.loading import NotCoveredError
from numerics.loading.keras_files.configuration import layers_of
from tests.numerics.loading.keras_files.examples import HIDDEN, INPUT, OUTPUT, dense, sequential


def functional(*links: tuple[dict[str, Any], list[str]], old: bool = False) -> str:
    """The configuration of a model of the functional interface, each layer with those that it is used with."""

    def node(source: str) -> Any:
        if old:  # Keras 2
            return [[source, 0, 0, {}]]
        tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": [source, 0, 0]}}
        return {"args": [tensor], "kwargs": {}}

    layers = [layer | {"inbound_nodes": [node(name) for name in names]} for layer, names in links]
    config = {"name": "f", "layers": layers, "input_layers": ["input", 0, 0], "output_layers": [["out", 0, 0]]}
    return json.dumps({"class_name": "Functional", "config": config})


def test_sequential() -> None:
    found = layers_of(sequential(INPUT, HIDDEN, OUTPUT))
    assert [(layer.kind, layer.group) for layer in found] == [
        ("InputLayer", "input_layer"),
        ("Dense", "dense"),
        ("Dense", "dense_1"),
    ]
    assert found[1].variables == ("kernel", "bias")


@pytest.mark.parametrize("old", [False, True])
def test_functional(*, old: bool) -> None:
    """The layers in another order than that of their use."""
    found = layers_of(functional((OUTPUT, ["hidden"]), (INPUT, []), (HIDDEN, ["input"]), old=old))
    assert [(layer.name, layer.group) for layer in found] == [
        ("input", "input_layer"),
        ("hidden", "dense_1"),
        ("out", "dense"),
    ]


@pytest.mark.parametrize(
    "links",
    [
        [(INPUT, []), (HIDDEN, ["input", "hidden"]), (OUTPUT, ["hidden"])],
        [(INPUT, []), (HIDDEN, ["input"]), (OUTPUT, ["hidden", "hidden"])],
        [(INPUT, []), (HIDDEN, ["input"]), (dense("more", 1, "relu"), ["input"]), (OUTPUT, ["hidden"])],
        [(INPUT, []), (HIDDEN, ["out"]), (OUTPUT, ["hidden"])],
    ],
)
def test_no_chain(links: list[tuple[dict[str, Any], list[str]]]) -> None:
    with pytest.raises(NotCoveredError, match="no chain of layers"):
        layers_of(functional(*links))


def test_models_with_code_of_their_own() -> None:
    with pytest.raises(NotCoveredError, match="the model is a Mine, with code of its own"):
        layers_of('{"class_name": "Mine", "config": {}}')


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"class_name": "Sequential", "config": 3}', "[" * 100_000])
def test_damaged_configurations(text: str) -> None:
    with pytest.raises(ValueError, match="configuration of the model is damaged"):
        layers_of(text)
