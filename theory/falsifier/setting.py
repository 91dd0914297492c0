"""What a derivation is about: its names, their kinds and ranges, its definitions and its assumptions.

Derivations are read by the names of their fields alone, so that nothing here depends on how they are made or checked.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from theory.falsifier.kinds import is_index

Range: TypeAlias = tuple[sp.Symbol, sp.Expr | None]
"""An index and its largest value, ``None`` if it may be any positive integer."""


@dataclass(frozen=True)
class Names:
    """The free names of an expression: symbols, families with the number of their indices, and undefined functions."""

    symbols: frozenset[sp.Symbol] = frozenset()
    families: frozenset[tuple[sp.Symbol, int]] = frozenset()
    functions: frozenset[type] = frozenset()
    sizes: frozenset[sp.Symbol] = frozenset()
    """Symbols in the upper limits of sums."""
    indices: frozenset[sp.Symbol] = frozenset()
    """Symbols that stand as an index of a family."""

    def __or__(self, other: Names) -> Names:
        """Names of either."""
        return Names(
            self.symbols | other.symbols,
            self.families | other.families,
            self.functions | other.functions,
            self.sizes | other.sizes,
            self.indices | other.indices,
        )

    def without(self, bound: Iterable[sp.Symbol]) -> Names:
        """Names that are not bound."""
        gone = frozenset(bound)
        return Names(
            self.symbols - gone,
            frozenset(family for family in self.families if family[0] not in gone),
            self.functions,
            self.sizes - gone,
            self.indices - gone,
        )

    @property
    def labels(self) -> frozenset[sp.Symbol]:
        """Symbols and the labels of families."""
        return self.symbols | {label for label, _ in self.families}


@lru_cache(maxsize=50_000)
def names(e: Any) -> Names:
    """The free names of an expression or a relation; names bound by sums and integrals are left out."""
    if isinstance(e, sp.Symbol):
        return Names(symbols=frozenset({e}))
    if isinstance(e, sp.Indexed):
        inner = names_of(e.indices)
        return inner | Names(families=frozenset({(e.base.label, len(e.indices))}), indices=inner.symbols)
    if isinstance(e, sp.concrete.expr_with_limits.ExprWithLimits):
        found = names(e.function)
        for limit in e.limits:  # innermost first: a limit may depend on the indices further out
            ends = names_of(limit[1:])
            found = found.without([limit[0]]) | ends
            if not isinstance(e, sp.Integral):
                found |= Names(sizes=ends.symbols)
        return found
    if isinstance(e, sp.Subs):
        return names(e.expr).without(e.variables) | names_of(e.point)
    if isinstance(e, AppliedUndef):
        return names_of(e.args) | Names(functions=frozenset({e.func}))
    if isinstance(e, sp.Derivative):
        return names(e.expr) | names_of(variable for variable, _ in e.variable_count)
    return names_of(getattr(e, "args", ()))


def names_of(expressions: Iterable[Any]) -> Names:
    """The free names of several expressions."""
    found = Names()
    for e in expressions:
        found |= names(e)
    return found


@dataclass(frozen=True)
class Definition:
    """``symbol = value``, or ``base[i, ...] = value`` for the indices in their ranges."""

    name: sp.Symbol
    indices: tuple[Range, ...]
    value: sp.Expr


@dataclass(frozen=True)
class Slope:
    """A derivative of an undefined function of one variable, as an expression in it."""

    variable: sp.Symbol
    order: int
    value: sp.Expr


@dataclass(frozen=True)
class Assumption:
    """A relation between numbers, for all indices in their ranges and all values of the quantified names."""

    hypothesis: str
    relation: Relational
    ranges: tuple[Range, ...] = ()
    quantified: tuple[sp.Symbol, ...] = ()
    """Symbols and labels of families that stand for every number of their kind."""


@dataclass(frozen=True)
class Setting:
    """All that an instance of a derivation has to respect."""

    names: Names
    sizes: tuple[sp.Symbol, ...]
    ranges: tuple[Range, ...]
    domain: tuple[tuple[sp.Symbol, sp.Expr, sp.Expr], ...]
    definitions: Mapping[sp.Symbol, Definition]
    assumptions: tuple[Assumption, ...]
    slopes: Mapping[type, Slope] = field(default_factory=dict)
    """Undefined functions with an equation for a derivative."""
    contradictory: bool = False
    """Whether a hypothesis is false as it stands."""
    undeclared: frozenset[sp.Symbol] = field(default_factory=frozenset)
    """Free indices whose ranges the derivation cannot declare: they lie in the range of every sum."""
    written: Callable[[str], str] = str
    """How a name is shown; no instance depends on it."""

    @property
    def conditions(self) -> Hashable:
        """All that instances depend on: settings that agree in it have the same instances."""
        named = tuple(self.definitions.items()), tuple(self.slopes.items())
        return self.sizes, self.ranges, self.domain, *named, self.assumptions, self.contradictory, self.undeclared


def setting(derivation: Any) -> Setting:
    """The setting of a derivation, from its start, steps, hypotheses, ranges and domain."""
    hypotheses = tuple(getattr(derivation, "hypotheses", ()) or ())
    expressions = [derivation.start, *(step.expression for step in derivation.steps)]
    found = names_of(e for e in expressions if isinstance(e, sp.Basic))
    declared = getattr(derivation, "for_all", None)
    ranges = tuple(_ranges(declared or ()))
    domain = tuple((s, sp.sympify(low), sp.sympify(high)) for s, low, high in getattr(derivation, "domain", None) or ())
    found |= names_of(upper for _, upper in ranges if upper is not None)
    found |= names_of(part for entry in domain for part in entry)
    definitions: dict[sp.Symbol, Definition] = {}
    assumptions: list[Assumption] = []
    contradictory = False
    for hypothesis in hypotheses:
        relation = getattr(hypothesis, "relation", None)
        if relation is None or relation == sp.true:
            continue
        if not isinstance(relation, Relational):
            contradictory = contradictory or relation == sp.false
            continue
        quantifiers = tuple(getattr(hypothesis, "for_all", ()) or ())
        inner = tuple(_ranges(quantifiers))
        free = tuple(entry.label if isinstance(entry, sp.IndexedBase) else entry for entry in quantifiers if _is_value(entry))  # fmt: skip
        found |= names(relation).without([*(index for index, _ in inner), *free])
        uppers = names_of(upper for _, upper in inner if upper is not None)
        found |= uppers | Names(sizes=uppers.symbols)
        definition = _definition(relation, inner, free, definitions)
        if definition is not None:
            definitions[definition.name] = definition
        else:
            assumptions.append(Assumption(str(getattr(hypothesis, "name", "")), relation, inner, free))
    slopes, rest = _slopes(assumptions)
    found |= Names(sizes=names_of(upper for _, upper in ranges if upper is not None).symbols)
    ranged = {index for index, _ in ranges}
    sizes = tuple(sorted(found.sizes - ranged, key=str))
    undeclared = frozenset() if declared is not None else found.indices - found.sizes
    return Setting(found, sizes, ranges, domain, definitions, tuple(rest), slopes, contradictory, undeclared)


def _is_value(entry: Any) -> bool:
    """Whether a quantifier is over numbers, and not over an index."""
    return isinstance(entry, sp.IndexedBase) or (isinstance(entry, sp.Symbol) and not is_index(entry))


def _ranges(quantifiers: Iterable[Any]) -> Iterator[Range]:
    for entry in quantifiers:
        if isinstance(entry, tuple | sp.Tuple):
            index, upper = entry
            yield index, sp.sympify(upper)
        elif not _is_value(entry):
            yield entry, None


def _definition(
    relation: Relational, ranges: tuple[Range, ...], quantified: tuple[sp.Symbol, ...], known: Mapping[sp.Symbol, Definition]
) -> Definition | None:  # fmt: skip
    """A relation as a definition, if it is one that closes no circle."""
    if not isinstance(relation, sp.Equality) or quantified:
        return None
    left, value = relation.lhs, relation.rhs
    inner = dict(ranges)
    indices: tuple[sp.Symbol, ...] = ()
    if isinstance(left, sp.Symbol) and left not in inner:
        name = left
        fresh = not names(value).symbols & set(inner)
    elif isinstance(left, sp.Indexed):
        name, indices = left.base.label, left.indices
        fresh = set(indices) == set(inner) and len(indices) == len(inner)
    else:
        return None
    if not fresh or name in known or name in _reached(value, known) | {name} & names(value).labels:
        return None
    return Definition(name, tuple((index, inner[index]) for index in indices), value)


def _slopes(assumptions: Sequence[Assumption]) -> tuple[dict[type, Slope], list[Assumption]]:
    """Equations for derivatives of undefined functions of one variable, the lowest order of each; and the other assumptions.

    An equation of a higher order gives the function that its right side is, if it is one.
    """
    slopes: dict[type, Slope] = {}
    rest: list[Assumption] = []
    for assumption in sorted(assumptions, key=lambda each: _order(each.relation)):
        relation, order = assumption.relation, _order(assumption.relation)
        if order == 0:
            rest.append(assumption)
            continue
        ((variable, _),) = relation.lhs.variable_count
        right = relation.rhs
        if relation.lhs.expr.func not in slopes:
            slopes[relation.lhs.expr.func] = Slope(variable, order, right)
        elif (
            isinstance(right, AppliedUndef)
            and right.args == (variable,)
            and right.func not in _met(relation.lhs, slopes)
        ):
            slopes[right.func] = Slope(variable, 0, relation.lhs)
        else:
            rest.append(assumption)
    return slopes, rest


def _met(e: sp.Expr, slopes: Mapping[type, Slope]) -> set[type]:
    """The functions that an expression depends on through equations for derivatives, and those that have one."""
    met: set[type] = set()
    waiting = set(names(e).functions)
    while waiting:
        function = waiting.pop()
        met.add(function)
        if function in slopes:
            waiting |= set(names(slopes[function].value).functions) - met
    return met | set(slopes)


def _order(relation: Relational) -> int:
    """The order of an equation for a derivative of an undefined function of one variable; 0 if it is none."""
    left = relation.lhs
    if not isinstance(relation, sp.Equality) or not isinstance(left, sp.Derivative):
        return 0
    if not isinstance(left.expr, AppliedUndef) or len(left.variable_count) != 1:
        return 0
    ((variable, order),) = left.variable_count
    plain = left.expr.args == (variable,) and isinstance(variable, sp.Symbol) and order.is_Integer
    return int(order) if plain else 0


def _reached(value: sp.Expr, known: Mapping[sp.Symbol, Definition]) -> set[sp.Symbol]:
    """Names that a value depends on through definitions."""
    reached: set[sp.Symbol] = set()
    waiting = list(names(value).labels)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            if name in known:
                definition = known[name]
                waiting.extend(names(definition.value).labels)
    return reached
