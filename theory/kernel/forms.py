"""What expressions of a derivation may be made of, and of which kind each symbol is: two closed lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.kernel.binders import RESERVED
from theory.kernel.data import FalseStep
from theory.kernel.elementary import is_nonnegative_on, is_positive_on
from theory.kernel.functions import relu, step
from theory.kernel.sign import is_nonnegative, is_positive

KINDS: dict[str, dict[str, bool]] = {
    "index": {"integer": True, "positive": True},
    "natural": {"integer": True, "nonnegative": True},
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "real": {"real": True},
}
"""The kinds of symbols: positive integers (indices and sizes), natural numbers, positive, nonnegative and real numbers."""

ELEMENTARY = (sp.sin, sp.cos, sp.tan, sp.exp, sp.log, sp.erf, sp.asin, sp.acos, sp.atan, sp.asinh, sp.gamma)
PIECEWISE = (sp.Abs, sp.Min, sp.Max, relu, step, sp.KroneckerDelta)
CONSTANTS = (sp.pi, sp.E)


@dataclass(frozen=True)
class Where:
    """Where a step holds: the upper limits of free indices, the open intervals of symbols, and what does not vanish."""

    ranges: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)
    domain: Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]] = field(default_factory=dict)
    nonzero: frozenset[sp.Expr] = frozenset()

    def positive(self, e: sp.Expr) -> bool:
        """Whether an expression is seen to be positive."""
        return is_positive(e) or (_smooth(e) and is_positive_on(e, self.domain))

    def nonnegative(self, e: sp.Expr) -> bool:
        """Whether an expression is seen to be at least zero."""
        return is_nonnegative(e) or (_smooth(e) and is_nonnegative_on(e, self.domain))

    def within(self, index: sp.Expr, upper: sp.Expr) -> bool:
        """Whether an index expression is known to be in 1..upper; sizes are at least 1."""
        if index == 1 or index == upper or self.ranges.get(index) == upper:
            return True
        return bool(index.is_Integer and upper.is_Integer and 1 <= index <= upper)


def _smooth(e: sp.Expr) -> bool:
    return not e.has(sp.Sum, sp.Indexed, *PIECEWISE)


def kind(symbol: sp.Symbol) -> str:
    """The kind of a symbol; raises `FalseStep` for one that is declared otherwise."""
    for name, assumptions in KINDS.items():
        if symbol.assumptions0 == sp.Symbol("s", **assumptions).assumptions0:
            return name
    raise FalseStep(f"{symbol} is of none of the kinds {', '.join(KINDS)}: declared {symbol._assumptions_orig}")


def require_kind(value: sp.Expr, symbol: sp.Symbol, where: Where) -> None:
    """Refuse to put a value for a symbol that is not seen to be of the symbol's kind."""
    match kind(symbol):
        case "index":
            fits = value.is_integer and value.is_positive
        case "natural":
            fits = value.is_integer and value.is_nonnegative
        case "positive":
            fits = where.positive(value)
        case "nonnegative":
            fits = where.nonnegative(value)
        case _:
            fits = True  # what is formed of real symbols is real wherever it is defined
    if not fits:
        raise FalseStep(f"{value} is not seen to be {kind(symbol)}, so it cannot stand for {symbol}")


def require_formed(e: sp.Basic, where: Where, bound: frozenset[sp.Symbol] = frozenset()) -> None:
    """Refuse what is not in the closed lists, sums over other than 1..size, and what is not seen to be defined."""
    if isinstance(e, sp.Indexed):
        _require_all([e.base.label, *e.indices], where, bound)
        if not all(index.is_integer and index.is_positive for index in e.indices):
            raise FalseStep(f"an index of {e} is not seen to be a positive integer")
        return
    if isinstance(e, sp.Symbol):
        kind(e)
        if e.name.startswith(RESERVED):
            raise FalseStep(f"{e}: names that begin with {' or '.join(RESERVED)} are the kernel's own")
        return
    if isinstance(e, sp.Rational) or e in CONSTANTS:
        return
    if isinstance(e, sp.Sum | sp.Integral):
        _require_binder(e, where, bound)
        return
    if isinstance(e, sp.Derivative):
        _require_all([e.expr, *e.variables], where, bound)
        return
    if isinstance(e, sp.Pow):
        _require_power(e, where)
    elif isinstance(e, sp.log | sp.gamma):
        if not where.positive(e.args[0]):
            raise FalseStep(f"{e} is not seen to be defined")
    elif isinstance(e, sp.asin | sp.acos):
        if not where.nonnegative(1 - e.args[0] ** 2):
            raise FalseStep(f"{e} is not seen to be defined")
    elif isinstance(e, sp.tan):
        if not where.positive(sp.cos(e.args[0])):
            raise FalseStep(f"{e} is not seen to be defined")
    elif isinstance(e, AppliedUndef):
        if not e.is_real:
            raise FalseStep(f"{e} is not declared to be real")
    elif not isinstance(e, sp.Add | sp.Mul) and e.func not in (*ELEMENTARY, *PIECEWISE):
        raise FalseStep(f"{e.func.__name__} is not in the closed list of what expressions are made of")
    _require_all(e.args, where, bound)


def _require_all(parts: Iterable[sp.Basic], where: Where, bound: frozenset[sp.Symbol]) -> None:
    for part in parts:
        require_formed(part, where, bound)


def _require_binder(e: sp.Sum | sp.Integral, where: Where, bound: frozenset[sp.Symbol]) -> None:
    ranges, domain = dict(where.ranges), dict(where.domain)
    for variable, *ends in e.limits:
        kind(variable)
        if len(ends) != 2:
            raise FalseStep(f"{e} has no ends")
        low, high = ends
        if isinstance(e, sp.Sum):
            if low != 1 or kind(variable) != "index":
                raise FalseStep(f"sums run over an index from 1, but {e} does not")
            if not (high.is_integer and high.is_positive) or high.free_symbols & (bound | set(e.variables)):
                raise FalseStep(
                    f"the limit {high} of {e} is not a size: a positive integer that depends on no other index"
                )
            ranges[variable] = high
        else:
            _require_all([end for end in ends if end not in (sp.oo, -sp.oo)], where, bound)
            ranges.pop(variable, None)
            domain[variable] = (low, high)
    inside = Where(ranges, domain, where.nonzero)
    require_formed(e.function, inside, bound | set(e.variables) if isinstance(e, sp.Sum) else bound)


def _require_power(e: sp.Pow, where: Where) -> None:
    base, exponent = e.base, e.exp
    if exponent.is_Integer and exponent < 0:
        defined = where.positive(base) or where.positive(-base) or base in where.nonzero or -base in where.nonzero
        defined = defined or (isinstance(base, sp.Mul | sp.Pow) and all(_is_nonzero(part, where) for part in base.args))
    elif exponent.is_integer:
        defined = bool(exponent.is_nonnegative) or where.positive(base)
    elif exponent.is_Rational and exponent > 0:
        defined = where.nonnegative(base)
    else:
        defined = where.positive(base)
    if not defined:
        raise FalseStep(f"{e} is not seen to be defined everywhere")


def _is_nonzero(e: sp.Expr, where: Where) -> bool:
    return where.positive(e) or where.positive(-e) or e in where.nonzero
