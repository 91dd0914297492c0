"""Matrices of floats as what they are: integers over a power of two, with exact sums and products."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from flint import arb, arb_mat, fmpz_mat

from numerics.arrays.checks import Array

Integers = npt.NDArray[Any]
"""A NumPy array of whole numbers of any size."""


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
        if shifts.max(initial=0) <= 10:  # then the whole numbers fit into 64 bits
            entries = (mantissas << shifts).ravel().tolist()
        else:
            pairs = zip(mantissas.ravel().tolist(), shifts.ravel().tolist(), strict=True)
            entries = [mantissa << shift for mantissa, shift in pairs]
        return cls(fmpz_mat(floats.shape[0], floats.shape[1], entries), low - 53)

    @classmethod
    def whole(cls, integers: Integers, exponent: int = 0) -> Self:
        """An array of whole numbers [m, p], times a power of two."""
        return cls(fmpz_mat(integers.shape[0], integers.shape[1], integers.ravel().tolist()), exponent)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.matrix.nrows(), self.matrix.ncols()

    @cached_property
    def integers(self) -> Integers:
        """The whole numbers, as an array."""
        array = np.empty(self.shape, dtype=object)
        array.ravel()[:] = self.matrix.entries()
        return array

    @property
    def T(self) -> Dyadic:
        """The transposed matrix."""
        return Dyadic(self.matrix.transpose(), self.exponent)

    def __matmul__(self, other: Dyadic) -> Dyadic:
        return Dyadic(self.matrix * other.matrix, self.exponent + other.exponent)

    def __mul__(self, other: Dyadic) -> Dyadic:
        """Entry by entry, with NumPy's broadcasting."""
        return Dyadic.whole(self.integers * other.integers, self.exponent + other.exponent)

    def __add__(self, other: Dyadic) -> Dyadic:
        """Entry by entry, with NumPy's broadcasting."""
        low = min(self.exponent, other.exponent)
        return Dyadic.whole(self._over(low) + other._over(low), low)

    def __neg__(self) -> Dyadic:
        return Dyadic(-self.matrix, self.exponent)

    def _over(self, exponent: int) -> Integers:
        gap = self.exponent - exponent
        return self.integers * 2**gap if gap else self.integers

    def mapped(self, change: Callable[[Integers], Integers]) -> Dyadic:
        """The same power of two, with other whole numbers made from these."""
        return Dyadic.whole(change(self.integers), self.exponent)

    def columns_summed(self) -> Dyadic:
        """The sums over the rows, [1, p]."""
        return Dyadic(fmpz_mat(1, self.shape[0], [1] * self.shape[0]) * self.matrix, self.exponent)

    def fraction(self, row: int = 0, column: int = 0) -> Fraction:
        """One entry."""
        return Fraction(int(self.matrix[row, column])) * Fraction(2) ** self.exponent

    def ball(self, row: int = 0, column: int = 0) -> arb:
        """One entry, as a ball rounded to the working precision."""
        return arb(self.matrix[row, column]) * power_of_two(self.exponent)

    def balls(self) -> arb_mat:
        """The matrix in balls of the working precision."""
        return arb_mat(self.matrix) * power_of_two(self.exponent)


def power_of_two(exponent: int) -> arb:
    """2^exponent, exactly."""
    return arb((1, exponent))
