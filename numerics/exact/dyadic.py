"""Matrices of floats as what they are: integers over a power of two, with exact sums and products."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
from flint import arb, arb_mat, fmpz, fmpz_mat

from numerics.arrays.checks import Array

Pattern = npt.NDArray[np.bool_]
"""Which entries of a matrix."""


# of 53 bits, with the sign, ten more fit into 64
_SHORT = 10


@dataclass(frozen=True, eq=False)
class Dyadic:
    """The matrix `matrix` times 2^`exponent`, exactly.

    >>> half = Dyadic.of(np.array([[0.5, -1.25]]))
    >>> (half @ half.T).fraction()
    Fraction(29, 16)
    """

    matrix: fmpz_mat
    exponent: int = 0

    @classmethod
    def of(cls, floats: Array) -> Self:
        """The floats [m, p], every bit of them."""
        fractions, exponents = np.frexp(floats)
        mantissas = np.ldexp(fractions, 53).astype(np.int64)
        present = mantissas != 0
        low = int(exponents[present].min()) if present.any() else 0
        shifts = np.where(present, exponents - low, 0)
        if shifts.max(initial=0) <= _SHORT:
            entries = (mantissas << shifts).ravel().tolist()
        else:
            pairs = zip(mantissas.ravel().tolist(), shifts.ravel().tolist(), strict=True)
            entries = [mantissa << shift for mantissa, shift in pairs]
        return cls(fmpz_mat(floats.shape[0], floats.shape[1], entries), low - 53)

    @classmethod
    def mask(cls, pattern: Pattern) -> Self:
        """1 where the pattern [m, p] is true, else 0."""
        return cls(fmpz_mat(pattern.shape[0], pattern.shape[1], pattern.ravel().astype(int).tolist()))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.matrix.nrows(), self.matrix.ncols()

    @cached_property
    def entries(self) -> list[fmpz]:
        """The whole numbers, row by row."""
        return list(self.matrix.entries())

    @property
    def T(self) -> Dyadic:
        """The transposed matrix."""
        return Dyadic(self.matrix.transpose(), self.exponent)

    def __matmul__(self, other: Dyadic) -> Dyadic:
        return Dyadic(self.matrix * other.matrix, self.exponent + other.exponent)

    def __mul__(self, other: Dyadic) -> Dyadic:
        """Entry by entry; a single row or column is repeated as often as the other has some."""
        first, second = _of_one_shape(self, other)
        products = [a * b for a, b in zip(first.entries, second.entries, strict=True)]
        return Dyadic(fmpz_mat(*first.shape, products), self.exponent + other.exponent)

    def __add__(self, other: Dyadic) -> Dyadic:
        """Likewise."""
        low = min(self.exponent, other.exponent)
        first, second = _of_one_shape(self, other)
        return Dyadic(first._over(low) + second._over(low), low)

    def __neg__(self) -> Dyadic:
        return Dyadic(-self.matrix, self.exponent)

    def _over(self, exponent: int) -> fmpz_mat:
        gap = self.exponent - exponent
        return self.matrix * 2**gap if gap else self.matrix

    def repeated(self, rows: int, columns: int) -> Dyadic:
        """A single row or column (or both) as often as the shape needs."""
        matrix = self.matrix
        if self.shape[0] != rows:
            matrix = _ones(rows, 1) * matrix
        if self.shape[1] != columns:
            matrix = matrix * _ones(1, columns)
        return Dyadic(matrix, self.exponent)

    def signs(self) -> npt.NDArray[np.int8]:
        """1, 0 and -1 for the entries above, at and below 0."""
        signs = np.array([1 if entry > 0 else -1 if entry < 0 else 0 for entry in self.entries], dtype=np.int8)
        return signs.reshape(self.shape)

    def positive_part(self) -> Dyadic:
        """max(entry, 0)."""
        return Dyadic(fmpz_mat(*self.shape, [entry if entry > 0 else 0 for entry in self.entries]), self.exponent)

    def beside(self, other: Dyadic) -> Dyadic:
        """The columns of this matrix, and then those of another with as many rows."""
        low = min(self.exponent, other.exponent)
        pairs = zip(self._over(low).table(), other._over(low).table(), strict=True)
        entries = [entry for first, second in pairs for entry in (*first, *second)]
        return Dyadic(fmpz_mat(self.shape[0], self.shape[1] + other.shape[1], entries), low)

    def row(self, number: int) -> Dyadic:
        """One row, [1, p]."""
        width = self.shape[1]
        return Dyadic(fmpz_mat(1, width, self.entries[number * width : (number + 1) * width]), self.exponent)

    def columns_summed(self) -> Dyadic:
        """The sums over the rows, [1, p]."""
        return Dyadic(_ones(1, self.shape[0]) * self.matrix, self.exponent)

    def row_squares(self) -> Dyadic:
        """The sums of the squares of each row, [1, m]."""
        sums = [sum((entry * entry for entry in row), fmpz(0)) for row in self.matrix.table()]
        return Dyadic(fmpz_mat(1, len(sums), sums), 2 * self.exponent)

    def fraction(self, row: int = 0, column: int = 0) -> Fraction:
        """One entry."""
        return Fraction(int(self.matrix[row, column])) * Fraction(2) ** self.exponent

    def ball(self, row: int = 0, column: int = 0) -> arb:
        """One entry, as a ball rounded to the working precision."""
        return arb(self.matrix[row, column]) * power_of_two(self.exponent)

    def balls(self) -> arb_mat:
        """The matrix in balls of the working precision."""
        return arb_mat(self.matrix) * power_of_two(self.exponent)


def _of_one_shape(first: Dyadic, second: Dyadic) -> tuple[Dyadic, Dyadic]:
    (rows, columns), (others, other_columns) = first.shape, second.shape
    shape = others if rows == 1 else rows, other_columns if columns == 1 else columns
    return first.repeated(*shape), second.repeated(*shape)


def _ones(rows: int, columns: int) -> fmpz_mat:
    return fmpz_mat(rows, columns, [1] * (rows * columns))


def power_of_two(exponent: int) -> arb:
    """2^exponent, exactly."""
    return arb((1, exponent))
