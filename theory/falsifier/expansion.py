r"""Identities by expansion: at fixed sizes both sides are polynomials in symbolic entries, and their difference has to vanish.

Masks, absolute values and roots are further variables with the rules m^2 = m, |t|^2 = t^2 and r^2 = t.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import Ordering, fmpq, fmpq_mpoly_ctx

from theory.falsifier import values
from theory.falsifier.setting import Setting
from theory.falsifier.unrolled import Key, Unrolled
from theory.falsifier.values import Beyond

MOST_VARIABLES = 48
MOST_TERMS = 3000
MOST_REDUCTIONS = 40

Polynomial = Any  # fmpq_mpoly


@dataclass(frozen=True)
class Fraction:
    """A quotient of polynomials."""

    top: Polynomial
    bottom: Polynomial


def vanishes(setting: Setting, left: sp.Expr, right: sp.Expr, size: int) -> bool:
    """Whether the two sides are seen to be equal at a size, for all values of all entries at which both are defined."""
    algebra = Polynomials()
    try:
        value = Unrolled(setting, size, algebra)
        first, second = value(left), value(right)
        return bool(algebra.reduced(first.top * second.bottom - second.top * first.bottom) == 0)
    except Beyond:
        return False


class Polynomials:
    """The algebra of quotients of polynomials; variables are named as they come."""

    def __init__(self) -> None:
        """No variable is named yet."""
        names = [f"v{place}" for place in range(MOST_VARIABLES)]
        self._context = fmpq_mpoly_ctx.get(names, Ordering.degrevlex)
        self._generators = self._context.gens()
        self._named: dict[object, int] = {}
        self._nonnegative: set[int] = set()
        self._positive: set[int] = set()
        self._squares: dict[int, Polynomial] = {}
        self._one = self._context.constant(fmpq(1))

    def number(self, value: fmpq) -> Fraction:
        """A constant."""
        return Fraction(self._context.constant(value), self._one)

    def variable(self, key: Key) -> Fraction:
        """A variable with the sign of its kind."""
        label = key[0] if isinstance(key, tuple) else key
        if label.is_real is not True:
            raise Beyond("a name that is not real")
        place = self._place(key)
        if label.is_nonnegative:
            self._nonnegative.add(place)
        if label.is_positive:
            self._positive.add(place)
        return Fraction(self._generators[place], self._one)

    def add(self, left: Fraction, right: Fraction) -> Fraction:
        """The sum."""
        if left.bottom == right.bottom:
            return Fraction(left.top + right.top, left.bottom)
        return self._small(left.top * right.bottom + right.top * left.bottom, left.bottom * right.bottom)

    def multiply(self, left: Fraction, right: Fraction) -> Fraction:
        """The product."""
        if len(left.top) * len(right.top) > 4 * MOST_TERMS:
            raise Beyond("too many terms")
        return self._small(left.top * right.top, left.bottom * right.bottom)

    def inverse(self, element: Fraction) -> Fraction:
        """The inverse; raises `Beyond` for zero."""
        if element.top == 0:
            raise Beyond("division by zero")
        return Fraction(element.bottom, element.top)

    def step(self, element: Fraction) -> Fraction:
        """A mask, the same for arguments that differ by a positive factor."""
        sign, primitive = self._positive_part_removed(element)
        if primitive == 1:
            return self.number(fmpq(int(sign > 0)))
        return self._opaque("step", primitive * sign, square=None)

    def absolute(self, element: Fraction) -> Fraction:
        """The absolute value, the same for t and -t."""
        return self.root(self.multiply(element, element))

    def root(self, element: Fraction) -> Fraction:
        """The root: squares of what is not negative are drawn out, the rest is a new variable."""
        outside, inside = self._one, self._one
        product = element.top * element.bottom  # sqrt(p/q) = sqrt(p q)/|q|
        content, factors = product.factor()
        for factor, power in factors:
            which = self._monomial_sign(factor)
            drawn = power - power % 2 if which else 0
            outside, inside = outside * factor ** (drawn // 2), inside * factor ** (power - drawn)
        exact = values.square_root(content) if content > 0 else None
        if isinstance(exact, fmpq):
            outside, content = outside * exact, fmpq(1)
        inside = inside * content
        rest = self.number(fmpq(1)) if inside == 1 else self._opaque("root", inside, square=inside)
        bottom = self._modulus(element.bottom)
        return self._small(outside * rest.top, bottom)

    def smaller(self, left: Fraction, right: Fraction) -> Fraction:
        """The minimum, a new variable."""
        sides = sorted(f"{side.top}/{side.bottom}" for side in (left, right))
        return Fraction(self._generators[self._place(("min", *sides))], self._one)

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with the rules for squares of masks, absolute values and roots applied until none applies."""
        for _ in range(MOST_REDUCTIONS):
            total, changed = self._context.constant(fmpq(0)), False
            for powers, coefficient in polynomial.to_dict().items():
                term = self._context.from_dict(
                    {tuple(0 if p > 1 and v in self._squares else p for v, p in enumerate(powers)): coefficient}
                )
                for variable, power in enumerate(powers):
                    if power > 1 and variable in self._squares:
                        changed = True
                        square = self._squares[variable]
                        term = term * square ** (power // 2) * self._generators[variable] ** (power % 2)
                total = total + term
            polynomial = total
            if not changed or len(polynomial) > MOST_TERMS:
                break
        return polynomial

    def _place(self, key: object) -> int:
        if key not in self._named:
            if len(self._named) == MOST_VARIABLES:
                raise Beyond("too many variables")
            self._named[key] = len(self._named)
        return self._named[key]

    def _opaque(self, name: str, argument: Polynomial, square: Polynomial | None) -> Fraction:
        place = self._place((name, str(argument)))
        self._nonnegative.add(place)
        self._squares[place] = self._generators[place] if square is None else square
        return Fraction(self._generators[place], self._one)

    def _small(self, top: Polynomial, bottom: Polynomial) -> Fraction:
        if len(top) > MOST_TERMS or len(bottom) > MOST_TERMS:
            raise Beyond("too many terms")
        if bottom != 1 and len(bottom) * len(top) < MOST_TERMS:
            common = top.gcd(bottom)
            top, bottom = top / common, bottom / common
        return Fraction(top, bottom)

    def _monomial_sign(self, factor: Polynomial) -> bool:
        """Whether a factor is a variable that is not negative."""
        terms = factor.to_dict()
        ((powers, coefficient),) = terms.items() if len(terms) == 1 else [((), fmpq(0))]
        variables = [v for v, p in enumerate(powers) if p]
        return coefficient > 0 and all(v in self._nonnegative for v in variables)

    def _modulus(self, polynomial: Polynomial) -> Polynomial:
        terms = polynomial.to_dict()
        if len(terms) == 1 and all(v in self._nonnegative for powers in terms for v, p in enumerate(powers) if p):
            return polynomial if next(iter(terms.values())) > 0 else -polynomial
        return self._opaque("root", polynomial * polynomial, square=polynomial * polynomial).top

    def _positive_part_removed(self, element: Fraction) -> tuple[int, Polynomial]:
        """A sign and a polynomial, whose product has the sign of the element."""
        content, factors = (element.top * element.bottom).factor() if element.top != 0 else (fmpq(0), [])
        if content == 0:
            return 0, self._one
        primitive = self._one
        for factor, power in factors:
            terms = factor.to_dict()
            positive = len(terms) == 1 and all(
                v in self._positive for powers in terms for v, p in enumerate(powers) if p
            )
            primitive = primitive if positive else primitive * factor**power
        return (1 if content > 0 else -1), primitive
