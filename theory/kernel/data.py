"""Derivations as immutable data. Nothing here proves anything: `theory.kernel.check` is the only judge.

A derivation starts with an expression and goes on by ``=``, ``<=`` or ``>=`` to the next, each step with a justification. Building
one runs no proof, so that a false step is found by the check of its claim and stops nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, get_args

import sympy as sp
from sympy.core.relational import Relational

Quantified: TypeAlias = "sp.Symbol | sp.IndexedBase | tuple[sp.Symbol, sp.Expr]"
"""A symbol or a family that takes any value of its kind, or an index with its upper limit."""
Limits: TypeAlias = Sequence[tuple[sp.Symbol, int, sp.Expr]]
Values: TypeAlias = "Mapping[Any, Any] | tuple[tuple[Any, Any], ...]"
"""What symbols become, and families: functions of their indices."""
Ranges: TypeAlias = Sequence[tuple[sp.Symbol, sp.Expr]]
Domain: TypeAlias = Sequence[tuple[sp.Symbol, Any, Any]]


class FalseStep(ValueError):  # noqa: N818 - it names what was found, not a failure of the program
    """A step of a derivation that does not hold, or that its justification does not prove."""


@dataclass(frozen=True)
class Hypothesis:
    """What a derivation assumes or defines: a name, its LaTeX, and the relation that steps may use, if they use one.

    The relation holds for all values of what ``for_all`` lists: families and symbols (any value of their kind), indices (every
    positive integer) and pairs (index, upper limit); whatever else occurs in it is fixed. ``source`` names the literature that a cited
    lemma is taken from; a hypothesis without one is a definition or an assumption.
    """

    name: str
    latex: str
    relation: Relational | None = None
    for_all: Sequence[Quantified] = ()
    source: str = ""

    def __post_init__(self) -> None:
        """Nothing in it can be changed later."""
        object.__setattr__(self, "for_all", _quantified(self.for_all))

    @property
    def quantified(self) -> frozenset[sp.Symbol]:
        """The symbols, and the labels of the families, that it speaks of universally."""
        return frozenset(_label(entry) for entry in self.for_all)

    @property
    def ranges(self) -> dict[sp.Symbol, sp.Expr]:
        """The upper limits of its indices."""
        return {entry[0]: entry[1] for entry in self.for_all if isinstance(entry, tuple)}

    @property
    def fixed(self) -> frozenset[sp.Symbol]:
        """The symbols and labels that it fixes: nothing is known of their other values."""
        if self.relation is None:
            return frozenset()
        sizes = {s for upper in self.ranges.values() for s in sp.sympify(upper).free_symbols}
        return frozenset(free_names(self.relation) | sizes) - self.quantified


@dataclass(frozen=True)
class Identity:
    """The two sides are equal as expressions."""

    reason: str


@dataclass(frozen=True)
class Squares:
    """The gap is a sum of squares with nonnegative weights: pairs (weight, root), summed over ``over`` if given."""

    reason: str
    squares: Sequence[tuple[sp.Expr | int, sp.Expr]]
    over: Limits = ()

    def __post_init__(self) -> None:
        """Nothing in it can be changed later."""
        pairs = tuple((sp.sympify(weight), sp.sympify(root)) for weight, root in self.squares)
        object.__setattr__(self, "squares", pairs)
        object.__setattr__(self, "over", _limits(self.over))


@dataclass(frozen=True)
class Drop:
    """The gap is a term whose sign follows from the assumptions on its symbols."""

    reason: str
    term: sp.Expr

    def __post_init__(self) -> None:
        """Numbers become expressions."""
        object.__setattr__(self, "term", sp.sympify(self.term))


@dataclass(frozen=True)
class ByHypothesis:
    """A stated relation, specialised (``at``), times a factor that keeps its sense, summed over ``over``."""

    name: str
    factor: sp.Expr | int = sp.S.One
    at: Values = ()
    over: Limits = ()
    reason: str = ""

    def __post_init__(self) -> None:
        """Name the hypothesis if no other reason is given; nothing in it can be changed later."""
        _freeze_use(self, self.name)


@dataclass(frozen=True)
class ByDerivation:
    """The conclusion of another derivation, specialised, times a factor that keeps its sense, summed over ``over``.

    What that derivation assumes must be assumed here as well, or be the conclusion of a derivation that ``discharged`` names for it.
    """

    derivation: Derivation
    factor: sp.Expr | int = sp.S.One
    at: Values = ()
    over: Limits = ()
    reason: str = ""
    discharged: Sequence[tuple[str, Derivation]] = ()

    def __post_init__(self) -> None:
        """Name the other derivation if no other reason is given; nothing in it can be changed later."""
        _freeze_use(self, f"by {self.derivation.claim or self.derivation.name}")
        object.__setattr__(self, "discharged", _pairs(self.discharged))


@dataclass(frozen=True)
class Rewrite:
    """Equations among the hypotheses, ``name = expression`` or ``name[i, ...] = expression``, used from left to right on both sides."""

    reason: str
    names: Sequence[str]

    def __post_init__(self) -> None:
        """Nothing in it can be changed later."""
        object.__setattr__(self, "names", tuple(self.names))


@dataclass(frozen=True)
class Differentiate:
    """The derivatives on either side are carried out; ``off_kinks`` names the hypotheses by which no rectifier is at its kink."""

    reason: str
    off_kinks: str | Sequence[str] | None = None

    def __post_init__(self) -> None:
        """Nothing in it can be changed later."""
        if self.off_kinks is not None:
            names = (self.off_kinks,) if isinstance(self.off_kinks, str) else tuple(self.off_kinks)
            object.__setattr__(self, "off_kinks", names)


@dataclass(frozen=True)
class Elementary:
    """The two sides are the same elementary function on the domain of the derivation; derivatives are carried out."""

    reason: str


@dataclass(frozen=True)
class Evaluate:
    """A definite integral is the difference of a primitive that is continuous on the interval."""

    reason: str
    integral: sp.Integral
    primitive: sp.Expr


@dataclass(frozen=True)
class OnInterval:
    """The gap is a polynomial in one variable with rational coefficients, not negative on the variable's domain (Sturm)."""

    reason: str
    variable: sp.Symbol


Justification = (
    Identity
    | Squares
    | Drop
    | ByHypothesis
    | ByDerivation
    | Rewrite
    | Differentiate
    | Elementary
    | Evaluate
    | OnInterval
)
"""The closed list of reasons for a step."""
JUSTIFICATIONS: tuple[type, ...] = get_args(Justification)
RELATIONS = {"=": sp.Eq, "<=": sp.Le, ">=": sp.Ge}
"""The closed list of relations between steps."""


@dataclass(frozen=True)
class Step:
    """One step of a derivation."""

    relation: str
    expression: sp.Expr
    justification: Justification


@dataclass(frozen=True)
class Derivation:
    """A chain of steps; whether they hold `theory.kernel.check` says.

    ``for_all`` gives the ranges of free indices, ``domain`` open intervals (symbol, low, high): both belong to what is assumed.
    """

    name: str
    start: sp.Expr
    steps: tuple[Step, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    for_all: Ranges = ()
    domain: Domain = ()
    claim: str = ""

    @property
    def relation(self) -> str:
        """The relation between the first expression and the last."""
        return next((step.relation for step in self.steps if step.relation != "="), "=")

    @property
    def conclusion(self) -> Relational:
        """First expression, relation, last expression, as a SymPy relation that is not evaluated."""
        return RELATIONS[self.relation](self.start, self.steps[-1].expression, evaluate=False)

    @property
    def rests_on(self) -> frozenset[str]:
        """Names of the other claims that steps refer to."""
        return frozenset(derivation.claim for derivation in self.cites) - {self.claim, ""}

    @property
    def cites(self) -> tuple[Derivation, ...]:
        """The derivations whose conclusions are used, in the order of use."""
        used = [step.justification for step in self.steps if isinstance(step.justification, ByDerivation)]
        return tuple(d for j in used for d in (j.derivation, *(other for _, other in j.discharged)))

    @property
    def own_hypotheses(self) -> tuple[Hypothesis, ...]:
        """The hypotheses that are not inherited from a derivation that is cited."""
        inherited = {hypothesis for derivation in self.cites for hypothesis in derivation.hypotheses}
        return tuple(hypothesis for hypothesis in self.hypotheses if hypothesis not in inherited)


def free_names(e: sp.Basic) -> set[sp.Symbol]:
    """The free symbols of an expression and the labels of its families, not the entries themselves."""
    return {symbol for symbol in e.free_symbols if isinstance(symbol, sp.Symbol)}


def _label(entry: Quantified) -> sp.Symbol:
    if isinstance(entry, tuple):
        return entry[0]
    return entry.label if isinstance(entry, sp.IndexedBase) else entry


def _quantified(entries: Iterable[Any]) -> tuple[Quantified, ...]:
    return tuple((e[0], sp.sympify(e[1])) if isinstance(e, tuple | list | sp.Tuple) else e for e in entries)


def _limits(over: Iterable[Any]) -> Limits:
    return tuple((index, low, sp.sympify(high)) for index, low, high in over)


def _pairs(values: Any) -> tuple[tuple[Any, Any], ...]:
    return tuple(values.items()) if isinstance(values, Mapping) else tuple((key, value) for key, value in values)


def _freeze_use(use: ByHypothesis | ByDerivation, reason: str) -> None:
    object.__setattr__(use, "factor", sp.sympify(use.factor))
    object.__setattr__(use, "at", tuple((key, sp.sympify(value)) for key, value in _pairs(use.at)))
    object.__setattr__(use, "over", _limits(use.over))
    object.__setattr__(use, "reason", use.reason or reason)
