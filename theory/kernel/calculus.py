"""Steps of derivations that are analysis: derivatives, integrals and identities of elementary functions, decided by SymPy.

What SymPy decides is held against numbers as well: at random points of the domain both sides must agree to 25 digits.

>>> t = sp.Symbol("t", positive=True)
>>> area = sp.Integral(t**2, (t, 0, 1))
>>> steps = Chain("area", 3 * area).equals(sp.S.One, Evaluate("by a primitive", area, t**3 / 3))
>>> print(steps.conclude().conclusion)
Eq(3*Integral(t**2, (t, 0, 1)), 1)
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import mpmath
import sympy as sp

from theory.kernel.chain import Chain
from theory.kernel.justification import Context, FalseStep

__all__ = ["Chain", "Elementary", "Evaluate", "OnInterval"]

Domain = Mapping[sp.Symbol, tuple[sp.Expr | float, sp.Expr | float]]
"""Open intervals in which symbols lie; a symbol that is not named lies in (0, 1), or in (-1, 1) if it may be negative."""

POINTS = 2
"""Random points at which an identity is also held against numbers."""
DIGITS = 25
QUADRATURE_DIGITS = 16
"""Enough to see a primitive that jumps between the ends."""


@dataclass(frozen=True)
class Elementary:
    """The two sides are the same elementary function; derivatives are carried out.

    ``domain`` says where: the numbers are taken from it. Integrals are carried along untouched.
    """

    reason: str
    domain: Domain = field(default_factory=dict)

    def proves(self, old: sp.Expr, new: sp.Expr, relation: str, context: Context) -> bool:  # noqa: ARG002
        """The difference simplifies to zero, and is zero in numbers."""
        return relation == "=" and _vanishes(old - new, self.domain)


@dataclass(frozen=True)
class Evaluate:
    """A definite integral is the difference of a primitive, which is continuous on the whole interval.

    The primitive's derivative is the integrand, symbolically; quadrature checks that it does not jump in between.
    """

    reason: str
    integral: sp.Integral
    primitive: sp.Expr
    domain: Domain = field(default_factory=dict)

    def proves(self, old: sp.Expr, new: sp.Expr, relation: str, context: Context) -> bool:  # noqa: ARG002
        """The derivative of the primitive, its values at the ends, and quadrature."""
        ((variable, low, high),) = self.integral.limits
        inside = {**self.domain, variable: (low, high)}
        if relation != "=" or not _vanishes(sp.diff(self.primitive, variable) - self.integral.function, inside):
            return False
        value = _end(self.primitive, variable, high, "-") - _end(self.primitive, variable, low, "+")
        point = _point(self.integral, self.domain, 0)
        with mpmath.workdps(QUADRATURE_DIGITS):
            ends = [_number(end, point) for end in (low, high)]
            integrand = sp.lambdify(variable, self.integral.function.subs(point), "mpmath")
            direct = mpmath.quad(integrand, mpmath.linspace(*ends, 5) if mpmath.isfinite(ends[1]) else ends)
            expected = _number(value, point)
            if abs(direct - expected) > mpmath.mpf(10) ** (-QUADRATURE_DIGITS // 2) * (1 + abs(expected)):
                raise FalseStep(f"at {point} quadrature gives {direct}, the primitive {expected}")
        return _vanishes(old.xreplace({self.integral: value}) - new, self.domain)


@dataclass(frozen=True)
class OnInterval:
    """The gap is a polynomial in one variable with rational coefficients, and not negative on an interval (Sturm)."""

    reason: str
    variable: sp.Symbol
    low: sp.Expr | int
    high: sp.Expr | int

    def proves(self, old: sp.Expr, new: sp.Expr, relation: str, context: Context) -> bool:  # noqa: ARG002
        """No root of odd multiplicity inside, and positive somewhere."""
        gap = sp.Poly(sp.expand(new - old if relation == "<=" else old - new), self.variable, domain="QQ")
        low, high = sp.Rational(self.low), sp.Rational(self.high)
        odd = sp.Mul(*(factor.as_expr() for factor, power in gap.factor_list()[1] if power % 2))
        crossings = sp.Poly(odd, self.variable, domain="QQ") if odd.has(self.variable) else None
        inside = 0
        if crossings is not None:
            ends = sum(1 for end in (low, high) if crossings.eval(end) == 0)
            inside = crossings.count_roots(low, high) - ends
        probes = [low + (high - low) * sp.Rational(part, 7) for part in range(1, 7)]
        return relation != "=" and inside == 0 and any(gap.eval(probe) > 0 for probe in probes)


def _end(primitive: sp.Expr, variable: sp.Symbol, end: sp.Expr, side: str) -> sp.Expr:
    value = primitive.subs(variable, end)
    regular = value.is_finite and not value.has(sp.AccumBounds, sp.zoo, sp.nan)
    return value if regular else sp.limit(primitive, variable, end, side)


def _vanishes(difference: sp.Expr, domain: Domain) -> bool:
    """Whether an elementary function is zero: in numbers first, then by algebra."""
    difference = difference.doit(integrals=False, sums=False)
    if difference == 0:
        return True
    integrals = {integral: sp.Dummy(real=True) for integral in difference.atoms(sp.Integral)}
    difference = difference.xreplace(integrals)
    functions = {f: sp.Dummy(real=True) for f in difference.atoms(sp.Derivative) | difference.atoms(sp.core.function.AppliedUndef)}  # fmt: skip
    difference = difference.xreplace(functions)
    for seed in range(POINTS):
        point = _point(difference, domain, seed)
        with mpmath.workdps(DIGITS):
            value = _number(difference, point)
        if abs(value) > mpmath.mpf(10) ** (5 - DIGITS):
            raise FalseStep(f"the difference is {mpmath.nstr(value, 8)} at {point}")
    return any(rule(difference) == 0 for rule in (sp.expand, _rational, sp.trigsimp, sp.simplify))


def _rational(e: sp.Expr) -> sp.Expr:
    return sp.expand(sp.expand_log(sp.numer(sp.together(sp.expand_trig(e))), force=True))


def _point(e: sp.Expr, domain: Domain, seed: int) -> dict[sp.Symbol, sp.Rational]:
    """A random rational point of the domain, the same for the same seed."""
    numbers = random.Random(seed)
    point: dict[sp.Symbol, sp.Rational] = {}
    symbols = e.free_symbols | {s for ends in domain.values() for end in ends for s in sp.sympify(end).free_symbols}
    for symbol in sorted(symbols, key=lambda s: (len(sp.sympify(domain.get(s, (0,))[0]).free_symbols), s.name)):
        low, high = domain.get(symbol, (0, 1) if symbol.is_nonnegative else (-1, 1))
        low, high = (sp.sympify(end).subs(point) for end in (low, high))
        if not high.is_finite:
            high = low + 10
        share = sp.Rational(numbers.randrange(50, 950), 1000)
        point[symbol] = sp.Rational(str(sp.N(low + (high - low) * share, 12)))
    return point


def _number(e: sp.Expr, point: Mapping[sp.Symbol, sp.Rational]) -> mpmath.mpf:
    value = sp.sympify(e).subs(point)
    return mpmath.mpf("inf") if value is sp.oo else mpmath.mpmathify(sp.N(value, DIGITS + 15))
