r"""An exact normal form for polynomials in indexed quantities under symbolic sums.

SymPy decides identities between polynomials, but not between expressions such as
:math:`(\sum_i a_i)(\sum_j b_j)` and :math:`\sum_{ij} a_i b_j` with symbolic ranges. Here every expression becomes a list of
*terms*, each a rational coefficient times powers of factors, summed over its own bound indices; products of sums
are sums over both indices, and bound indices get names that do not depend on those they had. Two expressions with the same
normal form are equal for all sizes and all values at which both are defined; this is the only direction that is relied on.

Conventions: sums run from 1 to a size, a positive integer that depends on no index; a delta under a sum is used only where its other
index is known to be in the sum's range. Binders are renamed before anything else happens, so no name is captured.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel.binders import free_symbols
from theory.kernel.forms import Where, require_formed
from theory.kernel.normaliser import Normaliser
from theory.kernel.terms import Term

EVERYWHERE = Where()
_CLEARINGS = 3
"""Rounds of clearing denominators: one opaque denominator may hold another."""


def normal_form(expression: sp.Expr, where: Where = EVERYWHERE) -> dict[tuple[object, ...], Term]:
    """The terms of an expression, keyed canonically; empty if and only if the kernel sees that it is zero.

    >>> i, j, n = sp.symbols("i j n", integer=True, positive=True)
    >>> a, b = (sp.IndexedBase(sp.Symbol(name, real=True)) for name in "ab")
    >>> product = sp.Sum(a[i], (i, 1, n)) * sp.Sum(b[i], (i, 1, n))
    >>> normal_form(product - sp.Sum(a[j] * b[i], (i, 1, n), (j, 1, n)))
    {}
    """
    return Normaliser(where).normal_form(sp.sympify(expression))


def is_zero(expression: sp.Expr, where: Where = EVERYWHERE) -> bool:
    """Whether an expression is zero wherever it is defined; ``False`` means only that no proof was found.

    Raises `FalseStep` for what the kernel does not read. Denominators that the normal form leaves opaque are cleared: none vanishes,
    since the expression is defined.

    >>> n, i = sp.symbols("n i", integer=True, positive=True)
    >>> is_zero(sp.Sum(1, (i, 1, n)) - n), is_zero(n - 1)
    (True, False)
    """
    e = sp.sympify(expression)
    require_formed(e, where)
    normaliser = Normaliser(where)
    remainder = normaliser.normal_form(e)
    for _ in range(_CLEARINGS):
        denominators = _opaque_denominators(remainder)
        if not remainder or not denominators:
            break
        cleared = [product for term in remainder.values() for product in normaliser.cleared(term, denominators)]
        remainder = normaliser.collected(cleared)
    return not remainder


def canonical(expression: sp.Expr, where: Where = EVERYWHERE) -> sp.Expr:
    """The expression written from its normal form: equal normal forms give identical expressions."""
    normaliser = Normaliser(where)
    return sp.Add(*(term.expression() for term in normaliser.normal_form(sp.sympify(expression)).values()))


def _opaque_denominators(terms: dict[tuple[object, ...], Term]) -> dict[sp.Expr, int]:
    """Sums in a denominator, each with its largest power; those that a bound index occurs in cannot be taken out."""
    found: dict[sp.Expr, int] = {}
    bound = {index for term in terms.values() for index, _ in term.bounds}
    for term in terms.values():
        for base, exponent in term.factors:
            if isinstance(base, sp.Add) and exponent.is_Integer and exponent < 0 and not free_symbols(base) & bound:
                found[base] = max(found.get(base, 0), -int(exponent))
    return found
