"""Eigenvalues below a level."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_checks.instances.profiles import settings
from proofs_checks.verify.definite import is_semidefinite, require_eigenvalues_below


@given(st.integers(0, 10**6), st.integers(1, 100), st.integers(60, 80))
@settings(max_examples=60)
def test_definite_matrices(seed: int, n: int, power: int) -> None:
    """What is proved to be below a level is; a level well above is proved."""
    factor = np.random.default_rng(seed).integers(-1000, 1000, (n, max(1, n // 2))).astype(object)
    matrix = (factor @ factor.T * 2**power).tolist()
    largest = math.ceil(float(np.linalg.eigvalsh(np.array(matrix, dtype=float))[-1])) + 1
    require_eigenvalues_below(largest + (largest >> 20), matrix, (largest >> 25) + 2**30, "a level above")
    with pytest.raises(ArithmeticError):
        require_eigenvalues_below(largest - (largest >> 20) - 2**60, matrix, largest >> 30, "a level below")


@settings(max_examples=40)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32))
def test_semidefinite_matrices(n: int, rank: int, seed: int) -> None:
    """Squares are, of any rank, and are no longer when the bottom eigenvalue is pushed below 0."""
    rows = np.random.default_rng(seed).integers(-3, 4, (n, rank))
    square = (rows @ rows.T).tolist()
    assert is_semidefinite([list(row) for row in square])
    scaled = [[10 * entry for entry in row] for row in square]
    bottom = float(np.linalg.eigvalsh(np.array(scaled, float))[0])
    for place, row in enumerate(scaled):
        row[place] -= round(bottom) + 1
    assert not is_semidefinite(scaled)


@pytest.mark.parametrize("rows", [[[0, 1], [1, 0]], [[-1]], [[1, 2], [2, 3]], [[1, 0, 0], [0, 0, 1], [0, 1, 0]]])
def test_indefinite(rows: list[list[int]]) -> None:
    """A pivot of 0 beside something else is no end of a semidefinite matrix."""
    assert not is_semidefinite(rows)
