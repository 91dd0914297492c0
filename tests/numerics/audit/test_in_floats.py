"""Problems measured in floats: the margins hold the exact values."""

from __future__ import annotations

from fractions import Fraction
from unittest import mock

import pytest

from numerics.audit import in_floats
from numerics.audit.examination import audit
from numerics.audit.in_floats import measured
from numerics.audit.statements import reasons
from numerics.problem import Problem
from numerics.sharpness import sharpness
from tests.numerics.examples import gaussian, interpolating, net

NAMES = (
    "loss",
    "gradient_norm",
    "sharpness",
    "gram_sharpness",
    "mean_gradient_square",
    "one_sided_norm",
    "stability_norm",
)


def test_margins_hold_what_is_enclosed() -> None:
    for seed in range(5):
        example = gaussian(seed, n=12, d=3, k=5)
        problem = Problem(example.network, example.x, example.y)
        wide, narrow = measured(problem, None), audit(problem, rescaled=False)
        assert (wide.enclosed, wide.interpolating, wide.kinks) == (False, False, narrow.kinks)
        for name in NAMES:
            (low, high), (inner_low, inner_high) = getattr(wide, name), getattr(narrow, name)
            assert low <= inner_low <= inner_high <= high, name


def test_off_interpolation_the_sharpness_is_that_of_the_hessian_in_floats_too() -> None:
    """As narrow as at interpolation, where K and the size of the residual part leave some percent."""
    example = gaussian(1, n=40, d=3, k=5)
    problem = Problem(example.network, example.x, example.y)
    found = measured(problem, None)
    low, high = found.sharpness
    assert low <= Fraction(sharpness(problem)) <= high
    assert high - low <= Fraction(1, 10**8) * high
    assert found.negative_curvature is not None
    assert found.negative_curvature[1] > high / 100


def test_where_no_eigenvalue_is_found_the_residuals_are_bounded() -> None:
    example = gaussian(1, n=40, d=3, k=5)
    problem = Problem(example.network, example.x, example.y)
    with mock.patch.object(in_floats, "sharpness", side_effect=ArithmeticError):
        found = measured(problem, None)
    assert found.sharpness[0] < sharpness(problem) < found.sharpness[1]
    assert "was not found in floats" in reasons(found)["sharpness"]


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
