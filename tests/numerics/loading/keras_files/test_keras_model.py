"""Models of Keras in Python, as stand-ins that answer as Keras 3.15.1 does, which need not be installed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from numerics.loading import NotCoveredError, as_network
from numerics.network import Array
from tests.numerics.loading.keras_files.examples import HIDDEN, INPUT, NETWORK, OUTPUT, arrays, dense, sequential


class Model:
    """The base of all models of Keras."""

    built = True
    input_shape = (None, 2)

    def __init__(self, *layers: dict[str, Any], factor: float = 1.0) -> None:
        self.config, self.factor = sequential(*layers), factor
        self.layers = [
            SimpleNamespace(
                name=name,
                weights=[SimpleNamespace(name="kernel"), SimpleNamespace(name="bias")],
                get_weights=lambda held=held: [array.astype(np.float32) for array in held],
            )
            for name, held in arrays().items()
        ]

    def to_json(self) -> str:
        """The configuration."""
        return self.config

    def predict_on_batch(self, x: Array) -> Array:
        """The values [n, 1] in float32, times the factor."""
        return (self.factor * NETWORK(x)[:, None]).astype(np.float32)


class Sequential(Model):
    """A model of Keras without code of its own."""


class Mine(Sequential):
    """A class of a user."""


Model.__module__ = Sequential.__module__ = "keras.src.models"
PLAIN = (INPUT, HIDDEN, OUTPUT)


def test_models() -> None:
    found = as_network(Sequential(*PLAIN))
    assert (found.network.W1.tolist(), found.network.b2) == (NETWORK.W1.tolist(), NETWORK.b2)
    assert found.notes == ()


def test_what_is_refused() -> None:
    with pytest.raises(NotCoveredError, match="another function than the model"):
        as_network(Sequential(*PLAIN, factor=1.001))
    with pytest.raises(NotCoveredError, match="a Mine has code of its own"):
        as_network(Mine(*PLAIN))
    with pytest.raises(NotCoveredError, match="'tanh'"):
        as_network(Sequential(INPUT, dense("hidden", 3, "tanh"), OUTPUT))
    model = Sequential(*PLAIN)
    model.layers[0].weights.append(SimpleNamespace(name="kernel_scale"))
    with pytest.raises(NotCoveredError, match="layer hidden holds kernel, bias, kernel_scale"):
        as_network(model)
    model.built = False
    with pytest.raises(ValueError, match="not built"):
        as_network(model)
    model = Sequential(*PLAIN)
    model.input_shape = (None, 3)
    with pytest.raises(NotCoveredError, match="cannot be run on data"):
        as_network(model)
