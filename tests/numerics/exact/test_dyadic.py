"""Dyadic matrices against rational numbers, entry by entry."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from numerics.arrays.checks import Array
from numerics.exact.dyadic import Dyadic

Rows = list[list[Fraction]]
# of very different sizes, so that the whole numbers do not fit into 64 bits
ENTRIES = st.sampled_from([0.0, 1.0, -0.75, 3.0, 2.0**80, -(2.0**-90), 5e-324, 0.1, -1e16])


def matrices(rows: int, columns: int) -> st.SearchStrategy[Array]:
    size = rows * columns
    return st.lists(ENTRIES, min_size=size, max_size=size).map(lambda values: np.reshape(values, (rows, columns)))


def rational(values: Array) -> Rows:
    return [[Fraction(float(entry)) for entry in row] for row in values]


def fractions(matrix: Dyadic) -> Rows:
    rows, columns = matrix.shape
    return [[matrix.fraction(i, j) for j in range(columns)] for i in range(rows)]


@given(matrices(2, 3), matrices(2, 3), st.sampled_from([(2, 3), (1, 3), (2, 1), (1, 1)]))
def test_sums_and_products_entry_by_entry(first: Array, second: Array, shape: tuple[int, int]) -> None:
    other = second[: shape[0], : shape[1]]
    a, b = rational(first), rational(np.broadcast_to(other, first.shape))
    one, two = Dyadic.of(first), Dyadic.of(np.ascontiguousarray(other))
    for found in (one + two, two + one):
        assert fractions(found) == [[x + y for x, y in zip(*rows, strict=True)] for rows in zip(a, b, strict=True)]
    for found in (one * two, two * one):
        assert fractions(found) == [[x * y for x, y in zip(*rows, strict=True)] for rows in zip(a, b, strict=True)]


@given(matrices(2, 3), matrices(3, 2))
def test_matrix_products(first: Array, second: Array) -> None:
    a, b = rational(first), rational(second)
    expected = [[sum((x * y[j] for x, y in zip(row, b, strict=True)), Fraction(0)) for j in range(2)] for row in a]
    assert fractions(Dyadic.of(first) @ Dyadic.of(second)) == expected


@given(matrices(3, 2))
def test_what_is_made_of_one_matrix(values: Array) -> None:
    matrix, exact = Dyadic.of(values), rational(values)
    assert fractions(matrix) == exact
    assert fractions(-matrix) == [[-entry for entry in row] for row in exact]
    assert fractions(matrix.T) == [list(column) for column in zip(*exact, strict=True)]
    assert fractions(matrix.row(1)) == [exact[1]]
    assert fractions(matrix.positive_part()) == [[max(entry, Fraction(0)) for entry in row] for row in exact]
    assert matrix.signs().tolist() == np.sign(values).tolist()
    assert fractions(matrix.columns_summed()) == [[sum(column) for column in zip(*exact, strict=True)]]
    assert fractions(matrix.row_squares()) == [[sum(entry * entry for entry in row) for row in exact]]
    assert fractions(Dyadic.mask(values > 0)) == [[Fraction(entry > 0) for entry in row] for row in exact]
    assert all(matrix.ball(i, j).contains(matrix.balls()[i, j]) for i in range(3) for j in range(2))


def test_without_columns() -> None:
    empty, column = Dyadic.of(np.zeros((2, 0))), Dyadic.of(np.ones((2, 1)))
    assert (empty * column).shape == (2, 0)
    assert (empty + column).shape == (2, 0)
    assert empty.row_squares().fraction(0, 1) == 0
    assert empty.columns_summed().shape == (1, 0)
