"""Signs that follow from the assumptions on symbols and from the shape of an expression.

The rules are few and each is obvious; ``False`` means that none of them applied, not that the sign is wrong.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel.functions import SIGN_OF_ARGUMENT, unsigned


def is_positive(e: sp.Expr) -> bool:
    """Whether an expression is seen to be positive.

    >>> n = sp.Symbol("n", integer=True, positive=True)
    >>> is_positive(1 + 1 / n), is_positive(n - 1)
    (True, False)
    """
    if e.is_positive and not unsigned(e):
        return True
    if isinstance(e, SIGN_OF_ARGUMENT | sp.gamma):
        return is_positive(e.args[0])
    if isinstance(e, sp.Add):
        return any(is_positive(term) for term in e.args) and all(is_nonnegative(term) for term in e.args)
    if isinstance(e, sp.Mul):
        return all(is_positive(factor) for factor in e.args)
    if isinstance(e, sp.Pow):
        return is_positive(e.base) and bool(e.exp.is_real)
    if isinstance(e, sp.Sum):
        return is_positive(e.function)  # index sets are not empty
    return False


def is_nonnegative(e: sp.Expr) -> bool:
    """Whether an expression is seen to be at least zero.

    Besides what SymPy knows of symbols and their powers, products and sums: sums and products of such, even powers and roots, sums over an index,
    ``x - min(x, ...)``, ``|x| ± x``, and the triangle inequality ``sum |t_i| - |sum t_i|``.

    >>> x, y = sp.symbols("x y", real=True)
    >>> is_nonnegative(sp.Abs(y) - y), is_nonnegative(x - sp.Min(x, y)), is_nonnegative(x)
    (True, True, False)
    """
    if (e.is_nonnegative and not unsigned(e)) or is_positive(e):
        return True
    if isinstance(e, SIGN_OF_ARGUMENT):
        return is_nonnegative(e.args[0])
    if isinstance(e, sp.Mul):
        return all(is_nonnegative(factor) for factor in e.args)
    if isinstance(e, sp.Pow):
        even_square = e.exp.is_Integer and e.exp % 2 == 0 and is_real(e.base)
        return bool(even_square) or (is_nonnegative(e.base) and bool(e.exp.is_real))
    if isinstance(e, sp.Sum):
        return is_nonnegative(e.function)
    if isinstance(e, sp.Add):
        return all(is_nonnegative(term) for term in e.args) or _is_familiar_difference(e)
    return False


def is_real(e: sp.Expr) -> bool:
    """Whether an expression is seen to be a real number."""
    if e.is_real or is_nonnegative(e):
        return True
    if isinstance(e, sp.Sum):
        return is_real(e.function)
    return isinstance(e, sp.Add | sp.Mul) and all(is_real(argument) for argument in e.args)


def _is_familiar_difference(e: sp.Add) -> bool:
    if len(e.args) != 2:
        return False
    return any(_dominates(first, -second) for first, second in (e.args, e.args[::-1]))


def _dominates(large: sp.Expr, small: sp.Expr) -> bool:
    if isinstance(small, sp.Min):
        return large in small.args
    if isinstance(large, sp.Abs):
        return large.args[0] in (small, -small)
    if isinstance(large, sp.Sum) and isinstance(small, sp.Abs) and isinstance(small.args[0], sp.Sum):
        inner = small.args[0]
        if large.limits != inner.limits:
            return False
        size = large.function / sp.Abs(inner.function)
        return bool(size == 1) or _same_size(large.function, inner.function)
    return False


def _same_size(size: sp.Expr, signed: sp.Expr) -> bool:
    """Whether the first is the absolute value of the second, factor by factor."""
    expected = sp.Mul(*(f if is_nonnegative(f) else sp.Abs(f) for f in sp.Mul.make_args(signed)))
    return bool(size == expected)
