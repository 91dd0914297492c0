"""Enclosed eigenvalues: of exact matrices, of balls about anything, and of entries of very different sizes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball, lower, upper
from numerics.exact.dyadic import Dyadic
from numerics.exact.spectrum import (
    at_most_exactly,
    enclosed_bottom_eigenvalue,
    enclosed_top_eigenvalue,
    is_semidefinite,
)
from proofs_checks.instances.exact import Matrix, top_at_most
from proofs_checks.instances.profiles import settings


@st.composite
def symmetric_matrices(draw: st.DrawFn) -> Matrix:
    """Up to 4 x 4, of whole numbers times powers of ten near or far apart, zeros included."""
    n, reach = draw(st.integers(1, 4)), draw(st.sampled_from([0, 3, 40, 300]))
    rows = [[Fraction(0)] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            rows[i][j] = rows[j][i] = draw(st.integers(-3, 3)) * Fraction(10) ** draw(st.integers(-reach, reach))
    return tuple(map(tuple, rows))


def balls(rows: Matrix, radius: Fraction = Fraction(0)) -> arb_mat:
    widened = [ball(entry) + arb(0, ball(radius).upper()) for row in rows for entry in row]
    return arb_mat(len(rows), len(rows), widened)


def size(rows: Matrix) -> Fraction:
    return max(sum(map(abs, row), Fraction(0)) for row in rows)


@given(symmetric_matrices())
def test_both_ends_are_proved_by_elimination(rows: Matrix) -> None:
    top, bottom = enclosed_top_eigenvalue(balls(rows)), enclosed_bottom_eigenvalue(balls(rows))
    room = size(rows) / 10**15 + Fraction(1, 10**400)
    negative = tuple(tuple(-entry for entry in row) for row in rows)
    for found, matrix in ((top, rows), (-bottom, negative)):
        assert found.is_finite()
        assert top_at_most(matrix, upper(found) + room)
        assert not top_at_most(matrix, lower(found) - room)
        assert upper(found) - lower(found) <= size(rows) / 10**9 + room


@given(symmetric_matrices(), st.sampled_from([1, 12, 30, 200]), st.integers(-1, 1))
def test_balls_hold_the_eigenvalues_of_all_they_hold(rows: Matrix, exponent: int, sign: int) -> None:
    radius = Fraction(1, 10**exponent)
    found = enclosed_top_eigenvalue(balls(rows, radius))
    moved = tuple(tuple(entry + sign * radius for entry in row) for row in rows)
    room = (size(rows) + radius) / 10**15
    assert found.is_finite()
    assert top_at_most(moved, upper(found) + room)
    assert not top_at_most(moved, lower(found) - room - Fraction(1, 10**400))


@pytest.mark.parametrize("n", [1, 2, 5])
def test_balls_about_nothing(n: int) -> None:
    found = enclosed_top_eigenvalue(arb_mat(n, n, [arb(0, 1e-30)] * n**2))
    assert found.contains(0)
    assert upper(abs(found)) <= Fraction(n * 1.001) / 10**30


def test_wide_balls() -> None:
    found = enclosed_top_eigenvalue(arb_mat(2, 2, [arb(1, 5), arb(0, 3), arb(0, 3), arb(1, 5)]))
    assert found.contains(9)
    assert upper(found) < Fraction("9.3")


@pytest.mark.parametrize("n", [99, 150])
def test_large_ones_either_way(n: int) -> None:
    """On both sides of where Lanczos begins."""
    factor = np.random.default_rng(n).standard_normal((n, n))
    matrix = factor @ factor.T
    values = np.linalg.eigvalsh(matrix)
    exact = arb_mat(n, n, matrix.ravel().tolist())
    for found, value in ((enclosed_top_eigenvalue(exact), values[-1]), (enclosed_bottom_eigenvalue(exact), values[0])):
        assert float(found) == pytest.approx(value, abs=1e-12 * values[-1])
        assert float(found.rad()) <= 1e-11 * values[-1]


def test_equal_top_eigenvalues() -> None:
    """A multiple of the identity, a matrix of ones, zero, and one with negative eigenvalues."""
    assert enclosed_top_eigenvalue(arb_mat([[3, 0], [0, 3]])).contains(3)
    assert enclosed_top_eigenvalue(arb_mat(4, 4, [1] * 16)).contains(4)
    assert enclosed_top_eigenvalue(arb_mat(3, 3)) == 0
    assert enclosed_top_eigenvalue(arb_mat([[-2, 1], [1, -2]])).contains(-1)
    assert enclosed_bottom_eigenvalue(arb_mat([[2, 1], [1, 2]])).contains(1)


def test_wide_entries_widen_the_eigenvalue() -> None:
    """All symmetric matrices with entries in the balls have their top eigenvalue in the enclosure."""
    found = enclosed_top_eigenvalue(arb_mat([[arb(2, 0.5), 0], [0, 1]]))
    assert found.contains(1.5)
    assert found.contains(2.5)


def test_refusals() -> None:
    for matrix in (arb_mat(0, 0), arb_mat(2, 3)):
        with pytest.raises(ValueError, match="square"):
            enclosed_top_eigenvalue(matrix)
    with pytest.raises(ValueError, match="symmetric"):
        enclosed_top_eigenvalue(arb_mat([[1, 2], [3, 4]]))
    with pytest.raises(ArithmeticError, match="finite"):
        enclosed_top_eigenvalue(arb_mat(1, 1, [arb.pos_inf()]))


@settings(max_examples=40)
@given(st.integers(1, 6), st.integers(0, 2**32))
def test_exact_comparisons(n: int, seed: int) -> None:
    """With the eigenvalues of a matrix of small whole numbers, and at one that is rational by construction."""
    random = np.random.default_rng(seed)
    rows = random.integers(-3, 4, (n, n)).astype(float)
    matrix = Dyadic.of(rows @ rows.T / 4)
    top = float(np.linalg.eigvalsh(rows @ rows.T / 4)[-1])
    assert at_most_exactly(matrix, Fraction(top) + Fraction(1, 10**9))
    assert not at_most_exactly(matrix, Fraction(top) - Fraction(1, 10**9))
    # J has the eigenvalue n at the constant vector, and 0 elsewhere
    assert at_most_exactly(Dyadic.of(np.ones((n, n)) / 8), Fraction(n, 8))
    assert not at_most_exactly(Dyadic.of(np.ones((n, n)) / 8), Fraction(n, 8) - Fraction(1, 10**30))
    assert at_most_exactly(Dyadic.of(-np.eye(n) * 2.0**40), -(Fraction(2) ** 40))


@pytest.mark.parametrize("rows", [[[0, 1], [1, 0]], [[-1]], [[1, 2], [2, 3]], [[1, 0, 0], [0, 0, 1], [0, 1, 0]]])
def test_indefinite(rows: list[list[int]]) -> None:
    """A pivot of 0 beside something else is no end of a semidefinite matrix."""
    assert not is_semidefinite(rows)
