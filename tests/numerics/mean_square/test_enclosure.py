"""The enclosure contains the threshold, is narrow, covers every matrix in the balls, and fails in words."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat

from numerics.exact.balls import ball
from numerics.mean_square.bounds import gain
from numerics.mean_square.enclosure import enclosed_gain, enclosed_threshold
from numerics.mean_square.threshold import threshold
from numerics.network import Array
from tests.numerics.mean_square.second_moments import defined_threshold

ROWS = np.random.default_rng(11).standard_normal((5, 7)) + 0.4
GRAM = ROWS @ ROWS.T / 5


def balls(matrix: Array, radius: float = 0.0) -> arb_mat:
    """The matrix, each entry with a radius."""
    return arb_mat([[arb(float(entry), radius) for entry in row] for row in matrix])


@pytest.mark.parametrize("batch", [1, 2, 4, 5])
def test_contains_the_threshold(batch: int) -> None:
    found = enclosed_threshold(balls(GRAM), batch)
    assert float(found.rad() / found.mid()) < 1e-9
    assert found.overlaps(arb(defined_threshold(ROWS, batch), 1e-12))


@pytest.mark.parametrize(("batch", "p"), [(1, Fraction(1)), (2, Fraction(1, 4)), (3, Fraction(0))])
def test_exact_case(batch: int, p: Fraction) -> None:
    """Orthogonal gradients: 2/((1 - p + 3 p) K_jj) at the largest."""
    found = enclosed_threshold(balls(np.diag([7.0, 3.0, 5.0])), batch)
    level = (1 + 2 * p) * 7
    assert (found * level.numerator).contains(2 * level.denominator)


def test_covers_all_in_the_balls() -> None:
    radius = 1e-6
    found = enclosed_threshold(balls(GRAM, radius), 2)
    for shift in (radius, -radius):
        moved = threshold(GRAM + shift, 2)
        assert found.contains(arb(moved.lower))
        assert found.contains(arb(moved.upper))


def test_scales() -> None:
    far, near = enclosed_threshold(balls(np.ldexp(GRAM, 600)), 2), enclosed_threshold(balls(GRAM), 2)
    assert (far * arb((1, 600))).overlaps(near)


def test_equal_data_are_refused_but_for_gradient_descent() -> None:
    with pytest.raises(ValueError, match="singular to rounding, of rank 1 of 3"):
        enclosed_threshold(balls(np.ones((3, 3))), 1)
    assert enclosed_threshold(balls(np.ones((3, 3))), 3).overlaps(ball(Fraction(2, 3)))


def test_wide_balls_are_refused() -> None:
    with pytest.raises(ArithmeticError, match="could not be enclosed"):
        enclosed_threshold(balls(GRAM, 0.5), 2)


@pytest.mark.parametrize(
    ("gram", "error", "words"),
    [
        (arb_mat([[2, 1], [0, 2]]), ValueError, "symmetric"),
        (arb_mat([[1, 2], [2, 1]]), ValueError, "positive semidefinite"),
        (arb_mat([[0, 0], [0, 0]]), ValueError, "zero"),
        (arb_mat([[arb("nan"), 0], [0, 1]]), ArithmeticError, "not finite"),
        (arb_mat(2, 3), ValueError, "square"),
        (arb_mat(0, 0), ValueError, "square"),
    ],
)
def test_senseless_matrices(gram: arb_mat, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        enclosed_threshold(gram, 1)


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_gain(batch: int) -> None:
    assert enclosed_gain(balls(GRAM), batch).overlaps(arb(gain(GRAM, batch), 1e-13))


def test_gain_of_matrices_whose_rows_may_add_up_to_zero() -> None:
    with pytest.raises(ArithmeticError, match="may all be zero"):
        enclosed_gain(balls(np.array([[1.0, -1.0], [-1.0, 1.0]])), 1)
