"""What expressions of a derivation may be made of, a closed list, and where they have to be defined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.kernel.data import FalseStep
from theory.kernel.elementary import is_nonnegative_on, is_positive_on
from theory.kernel.functions import relu, step
from theory.kernel.kinds import kind
from theory.kernel.sign import is_integer, is_nonnegative, is_positive

ELEMENTARY = (sp.sin, sp.cos, sp.tan, sp.exp, sp.log, sp.erf, sp.asin, sp.acos, sp.atan, sp.asinh, sp.gamma)
PIECEWISE = (sp.Abs, sp.Min, sp.Max, relu, step, sp.KroneckerDelta)
CONSTANTS = (sp.pi, sp.E)


@dataclass(frozen=True)
class Where:
    """Where a step holds: the upper limits of free indices, the open intervals of symbols, and what does not vanish."""

    ranges: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)
    domain: Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]] = field(default_factory=dict)
    nonzero: frozenset[sp.Expr] = frozenset()

    def without(self, bound: Iterable[sp.Symbol]) -> Where:
        """What is known where these names are bound: nothing of them, nor of what is known by them."""
        gone = set(bound)
        ranges = {i: high for i, high in self.ranges.items() if not gone & {i, *high.free_symbols}}
        domain = {
            symbol: (low, high)
            for symbol, (low, high) in self.domain.items()
            if not gone & {symbol, *low.free_symbols, *high.free_symbols}
        }
        return Where(ranges, domain, frozenset(e for e in self.nonzero if not e.free_symbols & gone))

    def inside(self, ranges: Mapping[sp.Symbol, sp.Expr]) -> Where:
        """What is known where these indices are bound, or quantified, in these ranges."""
        outer = self.without(ranges)
        return Where({**outer.ranges, **ranges}, outer.domain, outer.nonzero)

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


def require_size(e: sp.Expr, indices: Iterable[sp.Symbol] = ()) -> None:
    """Refuse what is not seen to be a positive integer, or depends on one of the indices."""
    if not isinstance(e, sp.Expr) or not (is_integer(e) and is_positive(e)) or e.free_symbols & set(indices):
        raise FalseStep(f"{e} is not a size: a positive integer that depends on no other index")
    require_formed(e, Where())


def require_kind(value: sp.Expr, symbol: sp.Symbol, where: Where) -> None:
    """Refuse to put a value for a symbol that is not seen to be of the symbol's kind."""
    match kind(symbol):
        case "index":
            fits = is_integer(value) and is_positive(value)
        case "natural":
            fits = is_integer(value) and is_nonnegative(value)
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
    if type(e) is sp.Indexed:
        _require_entry(e, where, bound)
    elif isinstance(e, sp.Symbol):
        kind(e)
    elif isinstance(e, sp.Rational):
        return
    elif type(e) in (sp.Sum, sp.Integral):
        _require_binder(e, where, bound)
    elif type(e) is sp.Derivative:
        _require_derivative(e, where, bound)
    elif isinstance(e, AppliedUndef):
        _require_all(e.args, where, bound)
    elif type(e) in (sp.Add, sp.Mul, sp.Pow, *ELEMENTARY, *PIECEWISE) or any(e is constant for constant in CONSTANTS):
        _require_defined(e, where)
        _require_all(e.args, where, bound)
    else:
        raise FalseStep(
            f"{getattr(e, 'func', type(e)).__name__} is not in the closed list of what expressions are made of"
        )


def _require_defined(e: sp.Expr, where: Where) -> None:
    if isinstance(e, sp.Pow):
        _require_power(e, where)
        defined = True
    elif isinstance(e, sp.log | sp.gamma):
        defined = where.positive(e.args[0])
    elif isinstance(e, sp.asin | sp.acos):
        defined = where.nonnegative(1 - e.args[0] ** 2)
    elif isinstance(e, sp.tan):
        defined = where.positive(sp.cos(e.args[0]))
    elif isinstance(e, sp.KroneckerDelta):
        # of indices and their multiples alone, of whose differences SymPy knows whether they are zero
        parts = [part for argument in e.args for part in sp.preorder_traversal(argument)]
        defined = all(map(is_integer, parts)) and all(
            isinstance(p, sp.Symbol | sp.Integer | sp.Add | sp.Mul) for p in parts
        )
    else:
        defined = True
    if not defined:
        raise FalseStep(f"{e} is not seen to be defined")


def _require_entry(e: sp.Indexed, where: Where, bound: frozenset[sp.Symbol]) -> None:
    label = e.base.args[0]
    kind(label)
    plain = sp.IndexedBase(label)
    if type(e.base) is not sp.IndexedBase or e.base.args != plain.args or e.base.assumptions0 != plain.assumptions0:
        raise FalseStep(f"{e.base} has a shape, or assumptions that are not those of its label")
    _require_all(e.indices, where, bound)
    if not all(is_integer(index) and is_positive(index) for index in e.indices):
        raise FalseStep(f"an index of {e} is not seen to be a positive integer")


def _require_derivative(e: sp.Derivative, where: Where, bound: frozenset[sp.Symbol]) -> None:
    for variable in e.variables:
        label = variable.base.label if isinstance(variable, sp.Indexed) else variable
        if kind(label) in ("index", "natural"):
            raise FalseStep(f"nothing is differentiated by {variable}, which takes whole numbers only")
    _require_all([e.expr, *e.variables], where, bound)


def _require_all(parts: Iterable[sp.Basic], where: Where, bound: frozenset[sp.Symbol]) -> None:
    for part in parts:
        require_formed(part, where, bound)


def _require_binder(e: sp.Sum | sp.Integral, where: Where, bound: frozenset[sp.Symbol]) -> None:
    if len(set(e.variables)) < len(e.variables) or any(len(limit) != 3 for limit in e.limits):
        raise FalseStep(f"{e} needs a variable of its own, and ends, for each of its limits")
    where = where.without(e.variables)
    inside, within = where, bound
    if isinstance(e, sp.Sum):
        within = bound | set(e.variables)
        for index, low, high in e.limits:
            if low != 1 or kind(index) != "index":
                raise FalseStep(f"sums run over an index from 1, but {e} does not")
            require_size(high, within)
        inside = inside.inside({index: high for index, _, high in e.limits})
    else:
        for place, (variable, low, high) in enumerate(e.limits):
            _require_all([end for end in (low, high) if end not in (sp.oo, -sp.oo)], where, bound)
            positive = kind(variable) in ("positive", "nonnegative")
            of_kind = kind(variable) == "real" or (positive and where.nonnegative(low) and where.nonnegative(high))
            # limits run from the innermost to the outermost: in an end, the name of one further in is that of something else
            captured = (low.free_symbols | high.free_symbols) & set(e.variables[: place + 1])
            if captured or not (of_kind or (positive and high == sp.oo and where.nonnegative(low))):
                raise FalseStep(f"{variable} is not seen to take all values between {low} and {high}")
            if high == sp.oo or low == -sp.oo or where.nonnegative(high - low):
                inside = Where(inside.ranges, {**inside.domain, variable: (low, high)}, inside.nonzero)
    require_formed(e.function, inside, within)


def _require_power(e: sp.Pow, where: Where) -> None:
    base, exponent = e.base, e.exp
    if exponent.is_Integer and exponent < 0:
        defined = where.positive(base) or where.positive(-base) or base in where.nonzero or -base in where.nonzero
        defined = defined or (isinstance(base, sp.Mul | sp.Pow) and all(_is_nonzero(part, where) for part in base.args))
    elif is_integer(exponent):
        defined = is_nonnegative(exponent) or where.positive(base)
    elif exponent.is_Rational and exponent > 0:
        defined = where.nonnegative(base)
    else:
        defined = where.positive(base)
    if not defined:
        raise FalseStep(f"{e} is not seen to be defined everywhere")


def _is_nonzero(e: sp.Expr, where: Where) -> bool:
    return where.positive(e) or where.positive(-e) or e in where.nonzero
