"""Gradient descent from beside a network: one step by hand, and both sides of the edge."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.converse.memorisation import memorising_network, memorising_point
from numerics.converse.perturbed_descent import residuals_of_descent
from numerics.network import ShallowNetwork


def test_one_step_by_hand() -> None:
    """Of 2 relu(x) at x = 1, y = 1: r = 1, so one step of 0.1 gives w1 = 0.8, b1 = -0.2, w2 = 1.9, b2 = -0.1."""
    network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    found = residuals_of_descent(network, [[1.0]], [1.0], 0.1, shift=0.0, steps=1)
    assert found == pytest.approx([1.0, abs(1.9 * 0.6 - 0.1 - 1)])


def test_below_and_above() -> None:
    """The residual falls at 0.95 of 2 / lambda_max, and grows at 1.05, by the factor of the linearisation."""
    x, y = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]), np.array([1.0, -1.0, 1.0])
    network, (edge, _) = memorising_network(x, y, directions=x), memorising_point(x, y)
    falling = residuals_of_descent(network, x, y, 0.95 * edge, shift=1e-6, steps=100)
    growing = residuals_of_descent(network, x, y, 1.05 * edge, shift=1e-9, steps=100)
    assert falling[100] / falling[50] == pytest.approx(0.9**50, rel=1e-3)
    assert growing[100] / growing[50] == pytest.approx(1.1**50, rel=1e-3)


def test_steps_refused() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        residuals_of_descent(ShallowNetwork([[1.0]], [0.0], [2.0], 0.0), [[1.0]], [2.0], 0.1, steps=-1)
