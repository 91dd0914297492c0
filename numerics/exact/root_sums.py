"""Exact sums of square roots: sum q_i sqrt(r_i) with rational q_i and whole r_i."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpz

from numerics.exact.balls import ball


@dataclass(frozen=True)
class RootSum:
    """sum q sqrt(r), in the one form in which the radicands r are square-free, ascending, and no q is 0.

    Square roots of different square-free numbers are linearly independent over the rationals, so two sums are
    equal iff their terms are. Make one with `of` and by arithmetic.

    >>> str(RootSum.of(3, 8) + RootSum.of(Fraction(-1, 2), 1))
    '-1/2 + 6 sqrt(2)'
    >>> RootSum.of(2, 3) == RootSum.of(1, 12)
    True
    """

    terms: tuple[tuple[Fraction, int], ...] = ()

    @classmethod
    def of(cls, factor: int | Fraction, radicand: int = 1) -> RootSum:
        """The number factor sqrt(radicand). Raises ``ValueError`` if the radicand is negative."""
        if radicand < 0:
            raise ValueError(f"a radicand is not negative, but this one is {radicand}")
        if not (factor and radicand):
            return cls()
        outside, inside = square_free(radicand)
        return cls(((Fraction(factor) * outside, inside),))

    @classmethod
    def combination(cls, parts: Iterable[tuple[int | Fraction, RootSum]]) -> RootSum:
        """The linear combination sum c s of sums s with rational coefficients c."""
        total: dict[int, Fraction] = {}
        for coefficient, part in parts:
            for factor, radicand in part.terms:
                total[radicand] = total.get(radicand, Fraction(0)) + coefficient * factor
        return cls.from_terms(total)

    @classmethod
    def from_terms(cls, factors: Mapping[int, Fraction]) -> RootSum:
        """The sum with the given factor for each square-free radicand."""
        return cls(tuple((factor, radicand) for radicand, factor in sorted(factors.items()) if factor))

    def __add__(self, other: RootSum) -> RootSum:
        return RootSum.combination(((1, self), (1, other)))

    def __mul__(self, factor: int | Fraction) -> RootSum:
        return RootSum.combination(((factor, self),))

    __rmul__ = __mul__

    def __neg__(self) -> RootSum:
        return self * -1

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __str__(self) -> str:
        return " + ".join(f"{q}" if r == 1 else f"{q} sqrt({r})" for q, r in self.terms) or "0"

    def enclosure(self) -> arb:
        """A ball that contains the sum, at the working precision."""
        return sum((ball(q) * arb(r).sqrt() for q, r in self.terms), arb(0))


def square_free(number: int) -> tuple[int, int]:
    """(a, r) with number = a^2 r and r square-free, for number >= 1.

    >>> square_free(72)
    (6, 2)
    """
    outside = inside = 1
    for prime, exponent in fmpz(number).factor():
        outside *= int(prime) ** (int(exponent) // 2)
        inside *= int(prime) ** (int(exponent) % 2)
    return outside, inside
