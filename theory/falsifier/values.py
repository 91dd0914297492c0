"""Numbers of the falsifier: exact rationals, real balls and complex balls, and the elementary functions of them.

A value that is not rational is enclosed in a ball (Arb), so a comparison is either certain or left open.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

import flint
import sympy as sp
from flint import acb, arb, fmpq, fmpz

Number: TypeAlias = Any  # the stubs of python-flint do not relate its types to each other
"""A rational number (``fmpq``), or an enclosure of a real (``arb``) or complex one (``acb``)."""

PRECISION = 320
"""Bits of the balls."""
CLOSE = fmpq(1, 10**60)
"""Irrational numbers closer than this are taken as equal where an assumption wants it."""
LARGEST_EXPONENT = 4096
"""Integer powers beyond this are not evaluated exactly."""


class Undefined(ArithmeticError):  # noqa: N818 - it names what was found
    """An expression without a value: a division by zero, a root of a negative number, a derivative at a kink."""


class Beyond(ValueError):  # noqa: N818
    """Something that the falsifier does not evaluate."""


def unknown() -> arb:
    """The ball of which nothing is known."""
    return arb(0, arb.pos_inf())


def rational(number: sp.Expr) -> fmpq:
    """A SymPy rational, or a float by its exact value."""
    exact = sp.Rational(number)
    return fmpq(int(exact.p), int(exact.q))


def sign(value: Number) -> int | None:
    """-1, 0 or 1, or ``None`` where the ball leaves it open."""
    if isinstance(value, fmpq):
        return (value > 0) - (value < 0)
    if isinstance(value, acb):
        raise Beyond("a complex number has no sign")
    if value > 0:
        return 1
    if value < 0:
        return -1
    return 0 if value.is_zero() else None


def is_exactly_zero(value: Number) -> bool:
    """Whether the value is 0 for certain."""
    return bool(value == 0) if isinstance(value, fmpq) else bool(value.is_zero())


def inverse(value: Number) -> Number:
    """1/value; raises `Undefined` at 0."""
    if is_exactly_zero(value):
        raise Undefined("division by zero")
    if isinstance(value, arb) and value.contains(0):
        return unknown()
    return 1 / value


def square_root(value: Number) -> Number:
    """The nonnegative root, exact where it is rational; raises `Undefined` for a negative number."""
    if isinstance(value, acb):
        return value.sqrt()
    which = sign(value)
    if which == -1:
        raise Undefined("root of a negative number")
    if which is None:
        return arb(0, abs(value).upper().sqrt()) if value.is_finite() else unknown()
    if isinstance(value, fmpq):
        root = _rational_root(value)
        return arb(value).sqrt() if root is None else root
    return value.sqrt()


def power(base: Number, exponent: Number) -> Number:
    """The power, real for a positive base; raises `Undefined` where it has no real value."""
    if isinstance(exponent, fmpq):
        if exponent.q == 1:
            return _integer_power(base, int(exponent.p))
        if exponent.q == 2:
            return _integer_power(square_root(base), int(exponent.p))
    if isinstance(base, acb) or isinstance(exponent, acb):
        return acb(base) ** acb(exponent)
    which = sign(base)
    if which == -1:
        raise Undefined("fractional power of a negative number")
    if which == 0:
        if sign(exponent) == 1:
            return fmpq(0)
        raise Undefined("power of zero")
    return unknown() if which is None else arb(base) ** arb(exponent)


def _integer_power(base: Number, exponent: int) -> Number:
    if abs(exponent) > LARGEST_EXPONENT:
        raise Beyond("a power of very high degree")
    if exponent < 0:
        return _integer_power(inverse(base), -exponent)
    return base**exponent


def _rational_root(value: fmpq) -> fmpq | None:
    roots = [_integer_root(part) for part in (value.p, value.q)]
    return None if None in roots else fmpq(*roots)


def _integer_root(value: fmpz) -> fmpz | None:
    root = value.isqrt()
    return root if root * root == value else None


def absolute(value: Number) -> Number:
    """The absolute value, of complex numbers too."""
    return abs(value)


def smaller(left: Number, right: Number) -> Number:
    """The minimum."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return left if left < right else right
    return _ball(left).min(_ball(right))


def larger(left: Number, right: Number) -> Number:
    """The maximum."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return left if left > right else right
    return _ball(left).max(_ball(right))


def _ball(value: Number) -> arb:
    if isinstance(value, acb):
        raise Beyond("complex numbers are not ordered")
    return arb(value)


def step(value: Number) -> Number:
    """1 for a positive number, else 0."""
    which = sign(value)
    return arb(0.5, 0.5) if which is None else fmpq(int(which == 1))


def _real(name: str, domain: Callable[[arb], bool], exact: dict[int, int]) -> Callable[[Number], Number]:
    def value(x: Number) -> Number:
        if isinstance(x, fmpq):
            if x.q == 1 and int(x.p) in exact:
                return fmpq(exact[int(x.p)])
            x = arb(x)
        if isinstance(x, arb) and domain(x):
            raise Undefined(f"{name} outside its domain")
        return getattr(x, name)()

    return value


def _gamma(x: Number) -> Number:
    if isinstance(x, fmpq) and x.q == 1:
        if x.p <= 0:
            raise Undefined("gamma at a pole")
        if x.p < 100:
            return fmpq(fmpz.fac_ui(x.p - 1))
    return arb(x).gamma() if isinstance(x, fmpq) else x.gamma()


ELEMENTARY: dict[str, Callable[[Number], Number]] = {
    "exp": _real("exp", lambda _: False, {0: 1}),
    "log": _real("log", lambda x: bool(x <= 0), {1: 0}),
    "sin": _real("sin", lambda _: False, {0: 0}),
    "cos": _real("cos", lambda _: False, {0: 1}),
    "tan": _real("tan", lambda _: False, {0: 0}),
    "asin": _real("asin", lambda x: bool(abs(x) > 1), {0: 0}),
    "acos": _real("acos", lambda x: bool(abs(x) > 1), {1: 0}),
    "atan": _real("atan", lambda _: False, {0: 0}),
    "erf": _real("erf", lambda _: False, {0: 0}),
    "gamma": _gamma,
    "lgamma": _real("lgamma", lambda x: bool(x <= 0), {1: 0, 2: 0}),
}
"""Elementary functions by their names in Arb; the others are composed of these."""


def apart(left: Number, right: Number, margin: Number = fmpq(0)) -> bool:  # noqa: B008 - immutable
    """Whether two numbers differ for certain, by more than a margin."""
    difference = left - right
    if isinstance(difference, acb):
        return bool(abs(difference.real) > margin) or bool(abs(difference.imag) > margin)
    return bool(abs(difference) > margin)


def exceeds(left: Number, right: Number, margin: Number = fmpq(0)) -> bool:  # noqa: B008
    """Whether the left number is larger for certain, by more than a margin."""
    difference = left - right
    return not isinstance(difference, acb) and bool(difference > margin)


def satisfied(operator: str, gap: Number) -> bool:
    """Whether a difference has the sign that a relation wants."""
    if isinstance(gap, fmpq):
        return {
            "==": gap == 0, "!=": gap != 0, ">=": gap >= 0, "<=": gap <= 0, ">": gap > 0, "<": gap < 0,
        }[operator]  # fmt: skip
    if operator == "!=":
        return apart(gap, fmpq(0))
    close = bool(abs(gap) < CLOSE)  # a ball that is wide is not known to be near 0
    if operator == "==" or isinstance(gap, acb):
        return close and operator == "=="
    positive = bool(gap > 0) if operator[0] == ">" else bool(gap < 0)
    return positive or (close and len(operator) == 2)


def readable(value: Number) -> str:
    """A number as it is printed: a fraction, or digits."""
    if isinstance(value, fmpq):
        return str(value)
    return str(value.str(10, radius=False)) if isinstance(value, arb) else str(complex(value))


def working() -> AbstractContextManager[Any]:
    """A context in which balls have `PRECISION` bits."""
    context: AbstractContextManager[Any] = flint.ctx.workprec(PRECISION)
    return context
