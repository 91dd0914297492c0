r"""Truncated power series in several nilpotent directions: derivatives without symbolic differentiation.

A jet is :math:`\sum_m c_m \epsilon^m` with numbers :math:`c_m`; a direction of order r has :math:`\epsilon^{r+1} = 0`. The derivative
:math:`\partial_x^r f` is r! times the coefficient of :math:`\epsilon^r` in :math:`f(x + \epsilon)`, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from flint import acb, arb, arb_series, fmpq

from theory.falsifier import values
from theory.falsifier.values import Beyond, Number, Undefined


@dataclass(frozen=True, order=True)
class Direction:
    """A nilpotent direction; its serial number tells it from others."""

    serial: int
    order: int


Monomial: TypeAlias = tuple[tuple[Direction, int], ...]
"""Powers of directions, sorted."""


@dataclass(frozen=True, eq=False)
class Jet:
    """A truncated power series; the empty monomial belongs to the value itself."""

    terms: Mapping[Monomial, Number]

    @property
    def value(self) -> Number:
        """The constant coefficient."""
        return self.terms.get((), fmpq(0))

    def __add__(self, other: Value) -> Jet:
        """Coefficient by coefficient."""
        terms = dict(self.terms)
        for monomial, coefficient in _terms(other).items():
            terms[monomial] = terms[monomial] + coefficient if monomial in terms else coefficient
        return Jet(terms)

    __radd__ = __add__

    def __mul__(self, other: Value) -> Jet:
        """The product, without the powers that vanish."""
        terms: dict[Monomial, Number] = {}
        for left, a in self.terms.items():
            for right, b in _terms(other).items():
                monomial = _merged(left, right)
                if monomial is not None:
                    terms[monomial] = terms[monomial] + a * b if monomial in terms else a * b
        return Jet(terms)

    __rmul__ = __mul__

    def __neg__(self) -> Jet:
        """The negative."""
        return Jet({monomial: -coefficient for monomial, coefficient in self.terms.items()})

    def __sub__(self, other: Value) -> Jet:
        """The difference."""
        return self.__add__(-other)

    def __rsub__(self, other: Value) -> Jet:
        """The difference."""
        return (-self).__add__(other)

    @property
    def nilpotent(self) -> Jet:
        """The jet less its value, without coefficients that are exactly zero."""
        return Jet({m: c for m, c in self.terms.items() if m and not values.is_exactly_zero(c)})

    def coefficient(self, wanted: Monomial) -> Value:
        """The coefficient of powers of some directions, a jet in the others or a number."""
        powers = dict(wanted)
        rest: dict[Monomial, Number] = {}
        for monomial, coefficient in self.terms.items():
            if all(dict(monomial).get(direction, 0) == power for direction, power in wanted):
                rest[tuple(pair for pair in monomial if pair[0] not in powers)] = coefficient
        return settled(Jet(rest))


Value: TypeAlias = Any
"""A `values.Number` or a `Jet`."""


def moved(value: Value, direction: Direction) -> Jet:
    """The value plus epsilon."""
    return Jet(dict(_terms(value))) + Jet({((direction, 1),): fmpq(1)})


def settled(jet: Jet) -> Value:
    """A jet, or a number if there is nothing else in it."""
    return jet if any(monomial for monomial in jet.terms) else jet.value


def constant(value: Value) -> Number:
    """The value at the point itself."""
    return value.value if isinstance(value, Jet) else value


def _terms(value: Value) -> Mapping[Monomial, Number]:
    if isinstance(value, Jet):
        return value.terms
    return {(): fmpq(value) if isinstance(value, int) else value}


def _merged(left: Monomial, right: Monomial) -> Monomial | None:
    if not left or not right:
        return left or right
    powers = dict(left)
    for direction, power in right:
        powers[direction] = powers.get(direction, 0) + power
        if powers[direction] > direction.order:
            return None
    return tuple(sorted(powers.items()))


def _composed(coefficients: Callable[[int], list[Number]], argument: Jet) -> Value:
    """sum_k c_k delta^k, where delta is the nilpotent part and c_k the Taylor coefficients at the value."""
    delta = argument.nilpotent
    degree = sum(direction.order for direction in {d for monomial in delta.terms for d, _ in monomial})
    taylor = coefficients(degree + 1)
    total: Value = taylor[-1]
    for coefficient in reversed(taylor[:-1]):
        total = delta * total + coefficient
    return total


def apply(name: str, argument: Value) -> Value:
    """An elementary function of a value, by its name in `values.ELEMENTARY`."""
    function = values.ELEMENTARY[name]
    if not isinstance(argument, Jet):
        return function(argument)

    def taylor(length: int) -> list[Number]:
        first = function(argument.value)
        if isinstance(argument.value, acb):
            raise Beyond("a derivative in the complex plane")
        series = getattr(arb_series([arb(argument.value), 1], length), name)()
        rest = [series[k] if k < series.length() else arb(0) for k in range(1, length)]
        return [first, *rest]

    return _composed(taylor, argument)


def power(base: Value, exponent: Value) -> Value:
    """The power of two values."""
    if isinstance(exponent, Jet):
        return apply("exp", exponent * apply("log", base))
    if not isinstance(base, Jet):
        return values.power(base, exponent)
    if isinstance(exponent, fmpq) and exponent.q == 1 and 0 <= exponent.p <= values.LARGEST_EXPONENT:
        total: Value = fmpq(1)
        for _ in range(int(exponent.p)):
            total = base * total
        return total
    if values.is_exactly_zero(base.value) and base.nilpotent.terms:
        raise Undefined("derivative of a power at zero")

    def taylor(length: int) -> list[Number]:
        coefficients = [values.power(base.value, exponent)]
        for k in range(1, length):
            coefficients.append(coefficients[-1] * (exponent - (k - 1)) / k * values.inverse(base.value))
        return coefficients

    return _composed(taylor, base)


def by_sign(value: Value, positive: Value, negative: Value, at_zero: Callable[[Number], Number]) -> Value:
    """A function with a kink: one branch or the other by the sign of a value; undefined for a jet on the kink."""
    if not isinstance(value, Jet):
        return at_zero(value)
    which = values.sign(value.value)
    if which is None:
        return values.unknown()
    if which == 0:
        if value.nilpotent.terms:
            raise Undefined("derivative at a kink")
        return at_zero(value.value)
    return positive if which == 1 else negative


def coefficient(value: Value, direction: Direction, power: int) -> Value:
    """The coefficient of a power of one direction."""
    if not isinstance(value, Jet):
        return fmpq(0) if power else value
    return value.coefficient(((direction, power),)) if power else _without(value, direction)


def _without(value: Jet, direction: Direction) -> Value:
    kept = {m: c for m, c in value.terms.items() if direction not in dict(m)}
    return settled(Jet(kept))


def derivative(value: Value, directions: Monomial) -> Value:
    """The derivative of the orders given: factorials times the coefficient."""
    if not isinstance(value, Jet):
        return fmpq(0)
    factor = fmpq(1)
    for _, order in directions:
        for k in range(2, order + 1):
            factor *= k
    return value.coefficient(directions) * factor
