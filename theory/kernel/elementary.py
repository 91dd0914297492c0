r"""Identities between elementary functions, proved by exact algebra.

Derivatives are carried out (SymPy's ``diff``), and what is left is written as a rational function of *generators* that are related
by polynomials only: symbols; roots r of proved nonnegative irreducible polynomials f, with :math:`r^q = f`; powers of such f with symbolic exponents and
exponentials, one for each monomial in the exponent; sine and cosine of each monomial of an angle, with :math:`s^2 + c^2 = 1`, multiples and sums expanded;
logarithms of irreducible factors; Gamma with arguments shifted by the recurrence and halved by the duplication formula; everything
else under its own name. The identity holds if the numerator is zero modulo the relations. Nothing is evaluated in numbers.

>>> t = sp.Symbol("t", real=True)
>>> elementary_identity(sp.Derivative(sp.sqrt(1 - t**2), t) + t / sp.sqrt(1 - t**2), {t: (-1, 1)})
True
>>> elementary_identity(sp.log((t + 1) ** 2) - 2 * sp.log(t + 1), {t: (-2, 2)})
False
"""

from __future__ import annotations

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.kernel.generators import Generators, NotElementary, with_canonical_bound_names
from theory.kernel.kinds import is_whole
from theory.kernel.region import Domain, Region, region_of

__all__ = ["Domain", "defined_on", "elementary_identity", "is_nonnegative_on", "is_positive_on", "with_derivatives"]


def elementary_identity(difference: sp.Expr, domain: Domain) -> bool:
    """Whether an expression is proved to be defined and zero on the whole domain; False where no rule applies.

    Integrals and unknown functions are carried along, equal only to themselves; integrals are supposed to converge.
    ValueError: the domain is not one (see `Region`).
    """
    region = region_of(domain)
    try:
        carried_out = with_derivatives(sp.sympify(difference), region)
        return region.defined(carried_out) and Generators.vanishes(carried_out, region)
    except NotElementary:
        return False


def defined_on(e: sp.Expr, domain: Domain) -> bool:
    """Whether every part of an expression is seen to be a real number on the domain.

    Denominators do not vanish, roots are of nonnegative numbers (positive in a denominator), logarithms and Gamma of positive numbers, arcsine and arccosine of numbers in
    [-1, 1], the tangent where the cosine is not zero; what is differentiated is differentiable.
    """
    region = region_of(domain)
    try:
        return region.defined(with_derivatives(sp.sympify(e), region))
    except NotElementary:
        return False


def is_positive_on(e: sp.Expr, domain: Domain) -> bool:
    """Whether an expression is seen to be defined and positive on the whole domain.

    >>> x = sp.Symbol("x", real=True)
    >>> is_positive_on(x - x**2, {x: (0, 1)}), is_positive_on(1 / x - 1, {x: (-1, 1)})
    (True, False)
    """
    return defined_on(e, domain) and region_of(domain).positive(sp.sympify(e))


def is_nonnegative_on(e: sp.Expr, domain: Domain) -> bool:
    """Whether an expression is seen to be defined and not negative on the whole domain."""
    return defined_on(e, domain) and region_of(domain).nonnegative(sp.sympify(e))


def with_derivatives(e: sp.Expr, region: Region) -> sp.Expr:
    """The expression with its derivatives carried out and the bound names of its integrals made canonical.

    NotElementary: what is differentiated is not seen to be differentiable on the region. An integral is differentiated by its ends only.
    """
    return _carried_out(with_canonical_bound_names(e), region)


def _carried_out(e: sp.Expr, region: Region) -> sp.Expr:
    if not e.has(sp.Derivative) or isinstance(e, sp.Integral | AppliedUndef):
        return e
    if not isinstance(e, sp.Derivative):
        return e.func(*(_carried_out(argument, region) for argument in e.args))
    inner = _carried_out(e.expr, region)
    if isinstance(inner, AppliedUndef):
        return sp.Derivative(inner, *e.variable_count)
    if not region.defined(inner, smooth=True) or any(map(is_whole, e.variables)):
        raise NotElementary(f"{inner} is not seen to be differentiable")
    for integral in inner.atoms(sp.Integral):
        ((bound, low, high),) = integral.limits
        moved = [end for end in (low, high) if end.free_symbols & set(e.variables)]
        at_ends = all(region.defined(integral.function.xreplace({bound: end}), smooth=True) for end in moved)
        if integral.function.free_symbols & set(e.variables) or not at_ends:
            raise NotElementary(f"{integral} is not differentiated by its ends")
    return inner.diff(*e.variable_count)
