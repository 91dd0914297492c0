"""The bound of -g': at least the fall of g at every threshold of the interval, and equal to it on a point."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from numerics.population.isotropic import UniformBall
from numerics.separation.exponential.weight_fall import steepest_fall

POPULATIONS = [UniformBall(2, Fraction(4)), UniformBall(3, Fraction(5, 2)), UniformBall(8, Fraction(3))]


@pytest.mark.parametrize("population", POPULATIONS, ids=str)
@pytest.mark.parametrize(("low", "high"), [(0.0, 0.1), (0.5, 1.5), (1.0, 2.0)])
def test_bound_on_an_interval(population: UniformBall, low: float, high: float) -> None:
    bound = steepest_fall(population, arb(low), arb(high))
    falls = population.weight_fall(np.linspace(low, high, 50))
    assert float(bound.lower()) >= falls.max() - 1e-12


@pytest.mark.parametrize("population", POPULATIONS, ids=str)
def test_equality_on_a_point(population: UniformBall) -> None:
    bound = steepest_fall(population, arb(1), arb(1))
    assert float(bound.mid()) == pytest.approx(population.weight_fall(np.ones(1))[0], rel=1e-12)
