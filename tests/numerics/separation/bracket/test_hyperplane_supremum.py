"""The proved supremum over all lines."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from numerics.network import Array
from numerics.separation.bracket.hyperplane_supremum import prove_supremum, ratio_on_line
from numerics.separation.bracket.hyperplane_weight import (
    POPULATION,
    interpolation_loss,
    weight_derivatives,
    weight_from_below,
)
from numerics.separation.bracket.measures import DualMeasure

FIVE = DualMeasure.from_orbits(np.array([[0, 0], [1, 1]]), np.array([4, -1]), 1, 3)
FIVE_SUPREMUM = 1 / 8 / float(POPULATION.weight(np.zeros(1))[0])


def weight(tau: Array, c: Array) -> Array:
    """G in floats."""
    length = np.sqrt(1 + tau**2)
    return length * POPULATION.weight(c / length)


def test_weight_from_below() -> None:
    """Below G, and close to it."""
    random = np.random.default_rng(0)
    tau, c = random.uniform(0, 1, 5000), random.uniform(0, 5.4, 5000)
    below, true = weight_from_below(tau, c), weight(tau, c)
    assert (below <= true + 1e-15).all()
    inside = c < 3.87 * np.sqrt(1 + tau**2)
    assert np.abs(below - true)[inside].max() < 2e-7


@pytest.mark.parametrize("b", [0.0, 0.3, 1.25, 2.5, 3.7])
def test_derivatives(b: float) -> None:
    """g, g', g'' against differences."""
    g, slope, curvature = (float(part.mid()) for part in weight_derivatives(arb(b + 1e-2)))
    step = 1e-3
    left, middle, right = POPULATION.weight(np.array([b + 1e-2 - step, b + 1e-2, b + 1e-2 + step]))
    assert g == pytest.approx(middle, rel=1e-9)
    assert slope == pytest.approx((right - left) / 2 / step, rel=1e-3)
    assert curvature == pytest.approx((right - 2 * middle + left) / step**2, rel=1e-2)


def test_interpolation_loss() -> None:
    """G is above the interpolant of its corners less the loss, and the loss is no more than three times too large."""
    random = np.random.default_rng(1)
    side = 1 / 16
    tau, c = np.floor(random.uniform(0, 16, 4000)) / 16, np.floor(random.uniform(0, 50, 4000)) / 16
    loss = interpolation_loss(tau + side, c, side)
    gap = np.zeros(len(tau))
    for e, f in random.uniform(size=(40, 2)):
        mixed = sum(
            p * q * weight(tau + a * side, c + b * side)
            for a, p in ((0, 1 - e), (1, e))
            for b, q in ((0, 1 - f), (1, f))
        )
        gap = np.maximum(gap, mixed - weight(tau + e * side, c + f * side))
    assert (gap <= loss + 1e-15).all()
    assert (gap > loss / 3).any()


def test_five_points() -> None:
    """The supremum of the five-point measure is 1/(8 g(0)), on the lines through the origin."""
    assert prove_supremum(FIVE, Fraction(FIVE_SUPREMUM * (1 + 1e-6))).proved
    outcome = prove_supremum(FIVE, Fraction(FIVE_SUPREMUM * (1 - 1e-6)))
    assert not outcome.proved
    assert outcome.refuted
    assert outcome.line is not None
    assert "where |m|/g is" in str(outcome.line)


def test_without_symmetry() -> None:
    """All eight images count: a second difference along y is seen by the lines y = c, not by tau = 0."""
    points, masses = np.array([[0, -1], [0, 0], [0, 1]]), np.array([1, -2, 1])
    along_y = DualMeasure(points, masses, 0, 2)
    value = 1 / 4 / float(POPULATION.weight(np.zeros(1))[0])
    assert not along_y.symmetric
    assert prove_supremum(along_y, Fraction(value * 1.0001)).proved
    outcome = prove_supremum(along_y, Fraction(value * 0.9999))
    assert outcome.refuted
    assert outcome.line is not None
    assert float(outcome.line.ratio.mid()) == pytest.approx(value, rel=1e-3)


def test_ratio_on_line() -> None:
    """The ratio on one line, by hand."""
    ratio = ratio_on_line(FIVE, Fraction(1), Fraction(1, 2))
    expected = (1 / 8) * 0.5 / (math.sqrt(2) * POPULATION.weight(np.array([0.5 / math.sqrt(2)]))[0])
    assert float(ratio.mid()) == pytest.approx(expected, rel=1e-12)


def test_bad_input() -> None:
    """Not annihilating, too far out, not positive."""
    with pytest.raises(ValueError, match="does not annihilate"):
        prove_supremum(DualMeasure(np.array([[0, 0]]), np.array([1]), 0, 0), Fraction(1))
    far = DualMeasure.from_orbits(np.array([[0, 0], [39, 0]]), np.array([4, -1]), 3, 3)
    with pytest.raises(ValueError, match="must lie within"):
        prove_supremum(far, Fraction(1))
    with pytest.raises(ValueError, match="positive"):
        prove_supremum(FIVE, Fraction(0))
