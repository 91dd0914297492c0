"""Problems measured in floats: the margins hold the exact values."""

from __future__ import annotations

from fractions import Fraction

import pytest

from numerics.audit.examination import audit
from numerics.audit.in_floats import measured
from numerics.problem import Problem
from tests.numerics.examples import gaussian, interpolating, net

NAMES = ("loss", "sharpness", "gram_sharpness", "mean_gradient_square", "one_sided", "stability_norm")


def test_margins_hold_what_is_enclosed() -> None:
    for seed in range(5):
        example = gaussian(seed, n=12, d=3, k=5)
        problem = Problem(example.network, example.x, example.y)
        wide, narrow = measured(problem, None), audit(problem, rescaled=False)
        assert (wide.enclosed, wide.interpolating, wide.kinks) == (False, False, narrow.kinks)
        for name in NAMES:
            (low, high), (inner_low, inner_high) = getattr(wide, name), getattr(narrow, name)
            assert low <= inner_low <= inner_high <= high, name


def test_floats_leave_interpolation_open() -> None:
    example = interpolating(gaussian(0, n=8, d=2, k=3))
    found = measured(Problem(example.network, example.x, example.y), Fraction(1, 10))
    assert found.interpolating is None
    assert found.flattest_gram_sharpness is None
    assert found.loss[0] == 0


def test_on_kinks_there_is_no_curvature() -> None:
    found = measured(Problem(net([[1.0]], [0.0], [2.0]), [[0.0], [0.75]], [0.0, 1.5]), None)
    assert (found.kinks, found.negative_curvature) == (1, None)


def test_margins_beyond_the_range_of_floats_are_refused_in_words() -> None:
    dead_and_huge = net([[1.0], [1.0]], [0.0, -9.0], [1.0, 1e200])
    with pytest.raises(OverflowError, match="the margins exceed the range of float64"):
        measured(Problem(dead_and_huge, [[1.0], [2.0]], [0.0, 0.0]), None)
