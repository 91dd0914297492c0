"""Signs, and what is a whole or a real number, from the kinds of symbols and the shape of an expression.

SymPy is asked of symbols, entries and values alone, of which it has only what they are declared to be; its deductions
about composite expressions are not used (it holds 10**n/6 to be whole, and atan(n - 1) to be positive at n = 1). The rules are few and each is
obvious; ``False`` means that none of them applied, not that the contrary holds.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.kernel.balls import sign_of_constant
from theory.kernel.binders import free_symbols
from theory.kernel.functions import relu, step
from theory.kernel.kinds import is_whole

SIGN_OF_ARGUMENT = (sp.erf, sp.atan, sp.asin, sp.asinh, sp.sinh, sp.tanh)
"""Functions with the sign of their argument."""
_REAL = (
    sp.Add,
    sp.Mul,
    sp.Sum,
    sp.Abs,
    sp.Min,
    sp.Max,
    relu,
    step,
    sp.KroneckerDelta,
    sp.exp,
    sp.sin,
    sp.cos,
    sp.erf,
    sp.atan,
    sp.asinh,
    sp.sinh,
    sp.cosh,
    sp.tanh,
)
_NEVER_NEGATIVE = (sp.Abs, relu, step, sp.KroneckerDelta, sp.acos)
_LEAVES = (sp.Symbol, sp.Indexed, AppliedUndef)


def is_integer(e: sp.Expr) -> bool:
    """Whether an expression is seen to be a whole number.

    >>> n = sp.Symbol("n", integer=True, positive=True)
    >>> is_integer(2**n - 3 * n), is_integer(10**n / 6)
    (True, False)
    """
    if isinstance(e, sp.Symbol | sp.Indexed):
        return is_whole(e.base.label if isinstance(e, sp.Indexed) else e)
    if e.is_Rational:
        return bool(e.is_Integer)
    if isinstance(e, sp.Pow):
        return is_integer(e.base) and is_integer(e.exp) and is_nonnegative(e.exp)
    if isinstance(e, sp.Sum):
        return is_integer(e.function)
    if isinstance(e, step | sp.KroneckerDelta):
        return True
    return isinstance(e, sp.Add | sp.Mul | sp.Abs | sp.Min | sp.Max | relu) and all(map(is_integer, e.args))


def is_positive(e: sp.Expr) -> bool:
    """Whether an expression is seen to be positive.

    >>> n = sp.Symbol("n", integer=True, positive=True)
    >>> is_positive(1 + 1 / n), is_positive(n - 1), is_positive(2 * n - 1)
    (True, False, True)
    """
    if isinstance(e, _LEAVES):
        return bool(e.is_positive)
    if _is_constant(e):
        return sign_of_constant(e) == 1
    if isinstance(e, sp.Add):
        some = any(map(is_positive, e.args)) and all(map(is_nonnegative, e.args))
        return some or _is_least(e, strictly=True)
    if isinstance(e, sp.Mul):
        return _even_and_others(e, is_positive)
    if isinstance(e, sp.Pow):
        if e.exp.is_Integer and e.exp % 2 == 0:
            return is_nonzero(e.base)
        return is_positive(e.base) and is_real(e.exp)
    if isinstance(e, sp.exp | sp.cosh):
        return is_real(e.args[0])
    if isinstance(e, (*SIGN_OF_ARGUMENT, sp.gamma, relu, step)):
        return is_positive(e.args[0])
    if isinstance(e, sp.log):
        return is_positive(e.args[0] - 1)
    if isinstance(e, sp.Abs):
        return is_nonzero(e.args[0])
    if isinstance(e, sp.Max):
        return any(map(is_positive, e.args))
    if isinstance(e, sp.Min):
        return all(map(is_positive, e.args))
    return isinstance(e, sp.Sum) and is_positive(e.function)  # index sets are not empty


def is_nonnegative(e: sp.Expr) -> bool:
    """Whether an expression is seen to be at least zero.

    Besides what follows for powers, products, sums and sums over an index from their parts: ``x - min(x, ...)``,
    ``|x| ± x``, and the triangle inequality ``sum |t_i| - |sum t_i|``.

    >>> x, y = sp.symbols("x y", real=True)
    >>> is_nonnegative(sp.Abs(y) - y), is_nonnegative(x - sp.Min(x, y)), is_nonnegative(x)
    (True, True, False)
    """
    if isinstance(e, _LEAVES):
        return bool(e.is_nonnegative)
    if e == 0 or isinstance(e, _NEVER_NEGATIVE) or is_positive(e):
        return True
    if isinstance(e, sp.Mul):
        return _even_and_others(e, is_nonnegative)
    if isinstance(e, sp.Pow):
        if e.exp.is_Integer and e.exp % 2 == 0:
            return is_real(e.base)
        return is_nonnegative(e.base) and is_real(e.exp)
    if isinstance(e, SIGN_OF_ARGUMENT):
        return is_nonnegative(e.args[0])
    if isinstance(e, sp.log):
        return is_nonnegative(e.args[0] - 1)
    if isinstance(e, sp.Max):
        return any(map(is_nonnegative, e.args))
    if isinstance(e, sp.Min):
        return all(map(is_nonnegative, e.args))
    if isinstance(e, sp.Sum):
        return is_nonnegative(e.function)
    if isinstance(e, sp.Add):
        return all(map(is_nonnegative, e.args)) or _is_least(e, strictly=False) or _is_familiar_difference(e)
    return False


def is_nonzero(e: sp.Expr) -> bool:
    """Whether an expression is seen to be positive, or to be negative."""
    return is_positive(e) or is_positive(-e)


def is_real(e: sp.Expr) -> bool:
    """Whether an expression is seen to be a real number, wherever it is defined."""
    if isinstance(e, _LEAVES):
        return bool(e.is_real)
    if e.is_Rational or e in (sp.pi, sp.E) or is_nonnegative(e):
        return True
    if isinstance(e, sp.Sum):
        return is_real(e.function)
    if isinstance(e, sp.Pow):
        return is_integer(e.exp) and is_real(e.base)
    if isinstance(e, sp.log):
        return is_positive(e.args[0])
    return isinstance(e, _REAL) and all(map(is_real, e.args))


def _is_constant(e: sp.Expr) -> bool:
    return not free_symbols(e) and not e.has(AppliedUndef)


def _even_and_others(e: sp.Mul, seen: Callable[[sp.Expr], bool]) -> bool:
    """Whether the factors that are seen to be negative are even in number, and the others are seen to be of the sign."""
    negative = [factor for factor in e.args if _may_be_negative(factor) and is_positive(-factor)]
    return len(negative) % 2 == 0 and all(seen(factor) for factor in e.args if factor not in negative)


def _may_be_negative(factor: sp.Expr) -> bool:
    return isinstance(factor, sp.Add) or _is_constant(factor)


def _is_least(e: sp.Add, *, strictly: bool) -> bool:
    """Whether the least values of the terms, whole positive numbers being at least 1, add up to more than, or at least, 0."""
    total = sp.S.Zero
    for term in e.args:
        number, rest = term.as_coeff_Mul()
        if not number.is_Rational:
            return False
        if rest == 1 or (number > 0 and is_integer(rest) and is_positive(rest)):
            total += number
        elif not (number > 0 and is_nonnegative(rest)):
            return False
    return bool(total > 0 if strictly else total >= 0)


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
