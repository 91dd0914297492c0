"""The supremum of |R psi|/g: majorant and boxes against random lines, known values."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball, upper
from numerics.population.isotropic import UniformBall
from numerics.separation.exponential import radon_supremum
from numerics.separation.exponential.certificate import exponential_theorem
from numerics.separation.exponential.function import (
    radon_transform,
)


@given(st.floats(0, 7), st.floats(-2.5, 2.5), st.floats(1e-6, 0.99))
def test_majorant(angle: float, threshold: float, epsilon: float) -> None:
    """F is at least |R psi|, on the symmetric image of the line, for every eps."""
    assert radon_supremum.majorant(angle, threshold) >= abs(radon_transform(angle, threshold, epsilon)) - 1e-12


@given(st.integers(4, 9), st.integers(0, 400), st.integers(0, 1023), st.floats(0, 1), st.floats(0, 1))
def test_bounds_of_boxes(level: int, i: int, j: int, s: float, t: float) -> None:
    """The bound of a box is at least F in it."""
    side = 2**level
    i, j = i % (side * 101 // 128 + 1), j % (2 * side)
    angle, threshold = (i + s) / side, (j + t) / side
    most = radon_supremum.greatest_majorant(i, j, level)
    assert float(upper(most)) >= radon_supremum.majorant(angle, threshold) - 1e-12


KNOWN = {
    (2, 4): (0.3225939005771, True, "diagonal"),
    (2, 3): (0.745115172041, True, "axis"),
    (3, 4): (0.439948645325, True, "diagonal"),
    (4, 4): (0.595687076194, True, "axis"),
    (5, 6): (0.253738353108, True, "diagonal"),
    (8, 3): (7.0082, False, "none"),
}


@pytest.mark.parametrize(("case", "known"), KNOWN.items(), ids=str)
def test_supremum(case: tuple[int, int], known: tuple[float, bool, str]) -> None:
    """Known values; where the supremum is exact, lines near the peak come close to it, and none exceeds it."""
    theorem = exponential_theorem(*case)
    value = float(theorem.supremum.mid())
    assert (theorem.exact, theorem.peak) == known[1:]
    assert value == pytest.approx(known[0], rel=1e-11 if theorem.exact else 1e-4)
    population = UniformBall(case[0], Fraction(case[1]))
    generator = np.random.default_rng(0)
    angles, thresholds = generator.uniform(0, 7, 20000), generator.uniform(0, 2, 20000)
    worst = 0.0
    for epsilon in (0.3, 0.1, 1e-2, 1e-4):
        near = {"diagonal": (math.pi / 4, math.sqrt(0.5)), "axis": (0.0, 1.0), "none": (0.0, 1.6)}[theorem.peak]
        a, b = np.append(angles, near[0]), np.append(thresholds, near[1] + epsilon * math.sqrt(3 / 11))
        worst = max(worst, float((abs(radon_transform(a, b, epsilon)) / population.weight(b)).max()))
    assert worst <= value
    assert worst >= value * (0.999 if theorem.exact else 0.5)


def test_too_small_a_supremum_is_not_proved() -> None:
    """The branch and bound fails for 99 percent of M, wherever the peak is."""
    for case in ((2, 4), (2, 3)):
        value = exponential_theorem(*case).supremum
        population = UniformBall(case[0], Fraction(case[1]))
        assert radon_supremum.branch_and_bound(population, value * ball(Fraction(99, 100)), None) is None
