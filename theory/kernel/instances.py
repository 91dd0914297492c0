"""Special cases of what holds for all: values of the right kind, indices in their ranges, nothing captured."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

import sympy as sp

from theory.kernel.binders import bound_ranges, entries_replaced, freshened, refuse_under_derivatives, substituted
from theory.kernel.data import Derivation, FalseStep, Hypothesis, free_names
from theory.kernel.forms import Where, require_formed, require_kind
from theory.kernel.kinds import kind

At = Mapping[sp.Symbol | sp.IndexedBase, sp.Expr | sp.Lambda]
Sides = tuple[sp.Expr, sp.Expr]


def specialised(hypothesis: Hypothesis, at: At, where: Where) -> Sides:
    """The two sides of a hypothesis at the values given; what is quantified and gets no value keeps its name, in its range.

    The caller sees to it that only quantified symbols get values. Raises `FalseStep` for a value of another kind or out of range.
    """
    assert hypothesis.relation is not None
    occurring = free_names(hypothesis.relation)
    ranges = {index: upper for index, upper in hypothesis.ranges.items() if index in occurring or index in at}
    return _at((hypothesis.relation.lhs, hypothesis.relation.rhs), at, ranges, where)


def instance(derivation: Derivation, at: At, where: Where) -> Sides:
    """The two sides of a derivation's conclusion at the values given, within its ranges and its domain."""
    conclusion = derivation.conclusion
    families = {key.label for key in at if isinstance(key, sp.IndexedBase)}
    for symbol, low, high in derivation.domain:
        _refuse_families((low, high), {*families, *(key for key in at if isinstance(key, sp.Symbol))})
        symbols = {key: value for key, value in at.items() if isinstance(key, sp.Symbol)}
        value, low, high = (substituted(sp.sympify(e), symbols) for e in (symbol, low, high))
        if where.domain.get(value) == (low, high):
            continue
        above = low == -sp.oo or where.positive(value - low)
        below = high == sp.oo or where.positive(high - value)
        if not (above and below):
            raise FalseStep(
                f"'{derivation.name}' holds for {low} < {symbol} < {high}, and {value} is not seen to lie there"
            )
    return _at((conclusion.lhs, conclusion.rhs), at, dict(derivation.for_all), where)


def _at(sides: Sides, at: At, ranges: Mapping[sp.Symbol, sp.Expr], where: Where) -> Sides:
    functions = {key.label: value for key, value in at.items() if isinstance(key, sp.IndexedBase)}
    symbols = {key: value for key, value in at.items() if isinstance(key, sp.Symbol)}
    _refuse_families([*symbols.values(), *ranges.values()], functions)
    labels = {entry.base.label for part in (*sides, *ranges.values()) for entry in part.atoms(sp.Indexed)}
    if labels & set(symbols):
        raise FalseStep(
            f"{', '.join(sorted(map(str, labels & set(symbols))))} is the name of a family, not of a number"
        )
    for symbol, value in symbols.items():
        require_formed(value, where)
        require_kind(value, symbol, where)
    for index, upper in ranges.items():
        value = symbols.get(index, index)
        limit = substituted(upper, symbols)
        if not where.within(value, limit):
            raise FalseStep(f"{value} is not known to be in the range 1..{limit} of {index}")
    for label, function in functions.items():
        _require_family(label, function, where)
    incoming = {**symbols, **functions}

    def put_in(e: sp.Expr) -> sp.Expr:
        e = freshened(e)
        refuse_under_derivatives(e, incoming)
        if functions and any(d.has(*(sp.IndexedBase(label) for label in functions)) for d in e.atoms(sp.Derivative)):
            raise FalseStep("a family cannot be replaced under a derivative")
        # symbols first, so that what a family becomes is not specialised a second time
        return entries_replaced(e.xreplace(symbols), functions, lambda e: _applied(functions[e.base.label], e.indices))

    left, right = (put_in(side) for side in sides)
    return left, right


def _refuse_families(parts: Iterable[sp.Expr], labels: Container[sp.Symbol]) -> None:
    """What is put in, and what bounds it, may not hold entries of families that are replaced at the same time."""
    for part in parts:
        if any(entry.base.label in labels for entry in part.atoms(sp.Indexed)):
            raise FalseStep(f"{part} holds an entry of a family that is replaced")


def _applied(function: sp.Lambda, indices: tuple[sp.Expr, ...]) -> sp.Expr:
    if len(indices) != len(function.variables):
        raise FalseStep(f"{function} does not take {len(indices)} indices")
    return freshened(function.expr).xreplace(dict(zip(function.variables, indices, strict=True)))


def _require_family(label: sp.Symbol, function: sp.Expr, where: Where) -> None:
    if not isinstance(function, sp.Lambda) or any(kind(index) != "index" for index in function.variables):
        raise FalseStep(f"a family is replaced by a function of indices, not by {function}")
    inner = where.without(function.variables)
    require_formed(function.expr, inner)
    require_kind(function.expr, label, inner)


def rewritten(e: sp.Expr, equation: Hypothesis, where: Where) -> sp.Expr:
    """Use an equation ``symbol = expression`` or ``family[i, ...] = expression`` from left to right, wherever it applies.

    The expression must be freshened. A family's equation is used as a pattern only if its indices are different quantified indices;
    otherwise exactly the entry that stands there is replaced. Raises `FalseStep` where an index is not in the range of the equation.
    """
    relation = equation.relation
    if not isinstance(relation, sp.Eq):
        raise FalseStep(f"'{equation.name}' is not an equation, so it defines nothing")
    left, right = relation.lhs, freshened(relation.rhs)
    if not isinstance(left, sp.Symbol | sp.Indexed):
        raise FalseStep(f"'{equation.name}' defines no single quantity")
    indices = left.indices if isinstance(left, sp.Indexed) else ()
    if len(set(indices)) < len(indices) or not set(indices) <= equation.quantified:
        if free_names(relation) & equation.quantified:
            raise FalseStep(f"'{equation.name}' quantifies what is no index of its left side, so it is no pattern")
        return e.xreplace({left: right})
    if (free_names(right) - set(indices)) & equation.quantified:
        raise FalseStep(
            f"the right side of '{equation.name}' holds for all of something that its left side does not name"
        )
    if isinstance(left, sp.Symbol):
        if left in equation.quantified:
            raise FalseStep(f"'{equation.name}' holds for all {left}, so it says what {left} is nowhere else")
        return e.xreplace({left: right})
    known = where.inside(bound_ranges(e))

    def put(item: sp.Indexed) -> sp.Expr:
        if len(item.indices) != len(indices):
            raise FalseStep(f"{item} has another number of indices than '{equation.name}'")
        for index, value in zip(indices, item.indices, strict=True):
            upper = equation.ranges.get(index)
            if upper is not None and not known.within(value, upper):
                raise FalseStep(f"{value} is not known to be in the range 1..{upper} of '{equation.name}'")
        return freshened(right).xreplace(dict(zip(indices, item.indices, strict=True)))

    return entries_replaced(e, {left.base.label}, put)
