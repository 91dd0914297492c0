"""Bounds of the weight of x + tau y = c: below it and near it, and what bilinear interpolation loses."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.network import Array
from numerics.separation.bracket.hyperplane_weight import (
    POPULATION,
    REACH,
    interpolation_loss,
    weight_derivatives,
    weight_from_below,
)


def weight(tau: Array, c: Array) -> Array:
    """G = W g(c/W) in floats, W = sqrt(1 + tau^2)."""
    W = np.sqrt(1 + tau * tau)
    return np.asarray(W * POPULATION.weight(c / W))


@given(st.floats(0, 1), st.floats(0, 3.8))
def test_from_below(tau: float, c: float) -> None:
    """At most G, up to the rounding of G itself, and within 2e-7 of it."""
    low, exact = weight_from_below(np.array([tau]), np.array([c]))[0], weight(np.array([tau]), np.array([c]))[0]
    assert exact - 2e-7 <= low <= exact + 1e-14


def test_nothing_beyond_the_reach() -> None:
    assert weight_from_below(np.zeros(2), np.array([float(REACH), 5.0])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("b", [0.1, 1.0, 2.5, 3.7])
def test_derivatives(b: float) -> None:
    """g, g' and g'' against the closed form and differences of it."""
    h = 1e-4
    g, slope, curvature = weight_derivatives(arb(b))
    left, middle, right = POPULATION.weight(np.array([b - h, b, b + h]))
    assert float(g.mid()) == pytest.approx(middle, rel=1e-12)
    assert float(slope.mid()) == pytest.approx((right - left) / (2 * h), rel=1e-5, abs=1e-9)
    assert float(curvature.mid()) == pytest.approx((right - 2 * middle + left) / h**2, rel=1e-3, abs=1e-6)


@given(st.integers(0, 15), st.integers(0, 55), st.floats(0, 1), st.floats(0, 1))
def test_interpolation_on_a_box(i: int, j: int, s: float, t: float) -> None:
    """G in a box of side 1/16 is at least the bilinear interpolant of its corners less the loss."""
    side = 1 / 16
    tau, c = np.array([i, i, i + 1, i + 1]) * side, np.array([j, j + 1, j, j + 1]) * side
    interpolant = weight(tau, c) @ np.array([(1 - s) * (1 - t), (1 - s) * t, s * (1 - t), s * t])
    loss = interpolation_loss(tau[3:], c[:1], side)[0]
    assert weight(np.array([(i + s) * side]), np.array([(j + t) * side]))[0] >= interpolant - loss
    assert loss < 0.01
