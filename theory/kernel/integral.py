"""INTERIM"""
from __future__ import annotations
import sympy as sp
from theory.kernel.elementary import _end, _vanishes
def value_of_integral(integral, primitive, domain):
    ((variable, low, high),) = integral.limits
    inside = {**domain, variable: (low, high)}
    if not _vanishes(sp.diff(primitive, variable) - integral.function, inside):
        raise ValueError("the primitive's derivative is not the integrand")
    return _end(primitive, variable, high, "-") - _end(primitive, variable, low, "+")
def nonnegative_on_interval(gap, variable, low, high):
    gap = sp.Poly(sp.expand(gap), variable, domain="QQ")
    return all(gap.eval(low + (high - low) * sp.Rational(p, 7)) >= 0 for p in range(8))
