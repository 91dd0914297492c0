"""A preprocessing takes its steps in order, can be undone, and is refused where it does not fit."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.loading.layers import Layer, LoadedNetwork, loaded_network
from numerics.loading.scaling import InputScaling, ScalingStep

HIDDEN = Layer("hidden", np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([7.0, 8.0, 9.0]))
OUTPUT = Layer("output", np.array([[-1.0, 0.0, 1.0]]), np.array([0.5]))


def test_preparing_data() -> None:
    scaling = InputScaling((ScalingStep("*", np.array([2.0])), ScalingStep("+", np.array([1.0, -1.0]))))
    loaded = loaded_network([HIDDEN, OUTPUT], (), scaling)
    assert loaded.prepare([[3.0, 4.0]]).tolist() == [[7.0, 7.0]]
    assert scaling.undone(np.array([[7.0, 7.0]])).tolist() == [[3.0, 4.0]]
    assert str(scaling) == "x * 2 + [1, ...] (from left to right)"
    assert LoadedNetwork(loaded.network).prepare([[3, 4]]).tolist() == [[3.0, 4.0]]
    with pytest.raises(ValueError, match="finite"):
        loaded.prepare([[1e308, 0.0]])
    with pytest.raises(ValueError, match="2 entries, but the network has 3 inputs"):
        loaded.prepare([[1.0, 2.0, 3.0]])


def test_steps_that_make_no_sense() -> None:
    for step in (ScalingStep("/", np.array([0.0])), ScalingStep("+", np.array([np.inf]))):
        with pytest.raises(ValueError, match="is not finite, or scales an input by zero"):
            InputScaling((step,)).require_inputs(1)
