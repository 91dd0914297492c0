r"""Integrals of one variable by double exponential rules, with an error estimated from two refinements.

:math:`\int_0^1 f(s) ds` by :math:`s = 1/(1 + e^{-\pi\sinh t})`, :math:`\int_0^\infty f(s) ds` by :math:`s = e^{\frac\pi2 \sinh t}` (Takahasi, Mori 1974).
Singularities at the ends do no harm; inside they slow the rules down, and the estimated error says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from flint import acb, arb, fmpq, fmpq_mat

from theory.falsifier.jets import Jet, Value
from theory.falsifier.values import Number

REACH = fmpq(9, 2)
"""Bound of t: beyond it weights are below 10^-60."""
FINEST = 7
"""The mesh is at least 2^-7."""
TARGET = fmpq(1, 10**18)
"""The last refinement may change the integral by this much; the rule is then right to twice the digits."""
SAFETY = 100
"""The error is taken as this many times the last change."""


def integral(integrand: Callable[[Number], Value], half_line: bool) -> Value:
    """The integral over (0, 1), or over (0, oo): a ball, or a jet of balls."""
    total: Value = fmpq(0)
    estimate: Value | None = None
    for level in range(1, FINEST + 1):
        for place, weight in _nodes(level, half_line):
            total = total + integrand(place) * weight
        refined = total * fmpq(1, 2**level)
        if estimate is not None:
            error = max(_sizes(refined - estimate), key=float, default=arb(0))
            if error < TARGET or level == FINEST:
                return _widened(refined, error * SAFETY)
        estimate = refined
    raise AssertionError("the finest level returns")


def polynomial_integral(integrand: Callable[[Number], Value], degree: int) -> Value:
    """The integral over (0, 1) of a polynomial of at most this degree, exactly."""
    total: Value = fmpq(0)
    for k, weight in enumerate(_weights(degree)):
        total = total + integrand(fmpq(k, max(degree, 1))) * weight
    return total


@cache
def _weights(degree: int) -> list[fmpq]:
    """Weights at the multiples of 1/degree that integrate all powers up to the degree."""
    places = [fmpq(k, max(degree, 1)) for k in range(degree + 1)]
    powers = fmpq_mat([[place**power for place in places] for power in range(degree + 1)])
    moments = fmpq_mat([[fmpq(1, power + 1)] for power in range(degree + 1)])
    solution = powers.solve(moments)
    return [solution[k, 0] for k in range(degree + 1)]


@cache
def _nodes(level: int, half_line: bool) -> list[tuple[arb, arb]]:
    """Places and weights that a level adds to those before it."""
    mesh = fmpq(1, 2**level)
    count = int(REACH / mesh)
    nodes = []
    for k in range(-count, count + 1):
        if level == 1 or k % 2:
            t = arb(mesh * k)
            if half_line:
                place = (t.sinh() * arb.pi() / 2).exp()
                nodes.append((place, place * t.cosh() * arb.pi() / 2))
            else:
                place = 1 / (1 + (-t.sinh() * arb.pi()).exp())
                other = 1 / (1 + (t.sinh() * arb.pi()).exp())
                nodes.append((place, place * other * t.cosh() * arb.pi()))
    return nodes


def _sizes(value: Value) -> Iterable[arb]:
    coefficients = value.terms.values() if isinstance(value, Jet) else [value]
    return [arb(abs(coefficient).upper()) for coefficient in coefficients]


def _widened(value: Value, error: arb) -> Value:
    if isinstance(value, Jet):
        return Jet({monomial: _ball(coefficient, error) for monomial, coefficient in value.terms.items()})
    return _ball(value, error)


def _ball(value: Number, error: arb) -> Number:
    if isinstance(value, acb):
        return value + acb(arb(0, error), arb(0, error))
    return value + arb(0, error)
