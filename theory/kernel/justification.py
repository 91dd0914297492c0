"""Why a step of a derivation holds: the hypotheses it may use, and the justifications that are checked.

Every justification comes down to an exact identity and a sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import sympy as sp
from sympy.core.relational import Relational

from theory.kernel.functions import differentiate, relu, step
from theory.kernel.normal_form import is_zero, with_fresh_indices
from theory.kernel.sign import is_nonnegative, is_real

if TYPE_CHECKING:
    from theory.kernel.chain import Derivation

Limits = Sequence[tuple[sp.Symbol, int, sp.Expr]]


class FalseStep(ValueError):  # noqa: N818 - it names what was found, not a failure of the program
    """A step of a derivation that does not hold, or that its justification does not prove."""


@dataclass(frozen=True)
class Hypothesis:
    """An assumption of a derivation: a name, its LaTeX, and the relation that steps may use, if they use one.

    Index symbols and indexed bases in the relation are universally quantified only if listed in ``for_all``.
    """

    name: str
    latex: str
    relation: Relational | None = None
    for_all: tuple[sp.Symbol | sp.IndexedBase, ...] = ()

    def instance(self, at: Mapping[sp.Symbol | sp.IndexedBase, sp.Expr | sp.Lambda]) -> Relational:
        """The relation with quantified symbols replaced; bases are replaced by functions of their indices."""
        if self.relation is None:
            raise FalseStep(f"hypothesis '{self.name}' states no relation that a step could use")
        foreign = set(at) - set(self.for_all)
        if foreign:
            raise FalseStep(f"hypothesis '{self.name}' does not hold for all {sorted(map(str, foreign))}")
        return _instance(self.relation, at)


class Justification(Protocol):
    """Why a step holds."""

    @property
    def reason(self) -> str:
        """What a reader is told."""
        ...

    def proves(self, old: sp.Expr, new: sp.Expr, relation: str, context: Context) -> bool:
        """Whether the step from old to new is proved."""
        ...


@dataclass(frozen=True)
class Context:
    """What a step may use: the hypotheses of its derivation."""

    hypotheses: Mapping[str, Hypothesis]

    def __getitem__(self, name: str) -> Hypothesis:
        if name not in self.hypotheses:
            raise FalseStep(f"hypothesis '{name}' is not stated; stated are {sorted(self.hypotheses)}")
        return self.hypotheses[name]


@dataclass(frozen=True)
class Identity:
    """The two sides are equal as expressions."""

    reason: str

    def proves(self, old: sp.Expr, new: sp.Expr, relation: str, context: Context) -> bool:  # noqa: ARG002
        """Exact zero of the difference."""
        return is_zero(old - new)


@dataclass(frozen=True)
class Differentiate:
    """The derivatives in either side are carried out, the activation pattern being constant under the hypothesis named."""

    reason: str
    off_kinks: str | None = None

    def proves(self, old: sp.Expr, new: sp.Expr, relation: str, context: Context) -> bool:  # noqa: ARG002
        """Exact zero of the difference of the derivatives."""
        if (old.atoms(relu, step) or new.atoms(relu, step)) and self.off_kinks is None:
            raise FalseStep("differentiating a rectifier needs the hypothesis that no datum is on a kink")
        if self.off_kinks is not None:
            context[self.off_kinks]
        return is_zero(differentiate(old) - differentiate(new))


@dataclass(frozen=True)
class Squares:
    """The gap is a sum of squares with nonnegative weights: pairs (weight, root), summed over ``over`` if given."""

    reason: str
    squares: Sequence[tuple[sp.Expr | int, sp.Expr]]
    over: Limits = ()

    def proves(self, old: sp.Expr, new: sp.Expr, relation: str, context: Context) -> bool:  # noqa: ARG002
        """Nonnegative weights, real roots and an exact identity."""
        if not all(is_nonnegative(sp.sympify(weight)) for weight, _ in self.squares):
            raise FalseStep(f"a weight of the squares in '{self.reason}' is not seen to be nonnegative")
        if not all(is_real(root) for _, root in self.squares):
            raise FalseStep(f"a root of the squares in '{self.reason}' is not seen to be real")
        witness = sp.Add(*(weight * root**2 for weight, root in self.squares))
        return relation != "=" and is_zero(_gap(old, new, relation) - _summed(witness, self.over))


@dataclass(frozen=True)
class Drop:
    """The gap is a term whose sign follows from the assumptions on its symbols."""

    reason: str
    term: sp.Expr

    def proves(self, old: sp.Expr, new: sp.Expr, relation: str, context: Context) -> bool:  # noqa: ARG002
        """Nonnegative term and an exact identity."""
        if not is_nonnegative(self.term):
            raise FalseStep(f"the dropped term {self.term} is not seen to be nonnegative")
        return relation != "=" and is_zero(_gap(old, new, relation) - self.term)


@dataclass(frozen=True)
class ByHypothesis:
    """A stated relation, specialised (``at``), times a factor that keeps its sense, summed over ``over``."""

    name: str
    factor: sp.Expr | int = 1
    at: Mapping[sp.Symbol | sp.IndexedBase, sp.Expr | sp.Lambda] = field(default_factory=dict)
    over: Limits = ()
    reason: str = ""

    def __post_init__(self) -> None:
        """Name the hypothesis if no other reason is given."""
        object.__setattr__(self, "reason", self.reason or self.name)

    def proves(self, old: sp.Expr, new: sp.Expr, relation: str, context: Context) -> bool:
        """The difference of the step is the multiple of the difference of the relation."""
        hypothesis = context[self.name]
        _refuse_fixed([hypothesis], set(), self.over)
        return _follows(hypothesis.instance(self.at), self.factor, self.over, old, new, relation)


@dataclass(frozen=True)
class ByDerivation:
    """The conclusion of another claim's derivation, specialised, times a factor that keeps its sense.

    The hypotheses of that derivation must be among those of this one: a claim is used only where it holds.
    """

    derivation: Derivation
    factor: sp.Expr | int = 1
    at: Mapping[sp.Symbol | sp.IndexedBase, sp.Expr | sp.Lambda] = field(default_factory=dict)
    over: Limits = ()
    reason: str = ""

    def __post_init__(self) -> None:
        """Name the other claim if no other reason is given."""
        object.__setattr__(self, "reason", self.reason or f"by {self.derivation.claim}")

    def proves(self, old: sp.Expr, new: sp.Expr, relation: str, context: Context) -> bool:
        """The hypotheses carry over, and the step is a multiple of the conclusion."""
        for hypothesis in self.derivation.hypotheses:
            if hypothesis != context.hypotheses.get(hypothesis.name):
                raise FalseStep(f"'{self.derivation.name}' also assumes '{hypothesis.name}', which is not stated here")
        _refuse_fixed(self.derivation.hypotheses, set(self.at), self.over)
        conclusion = _instance(self.derivation.conclusion, self.at)
        return _follows(conclusion, self.factor, self.over, old, new, relation)


@dataclass(frozen=True)
class Rewrite:
    """Definitions: hypotheses of the form ``name[i, ...] = expression`` are used from left to right on both sides."""

    reason: str
    names: Sequence[str]

    def proves(self, old: sp.Expr, new: sp.Expr, relation: str, context: Context) -> bool:  # noqa: ARG002
        """Exact zero of the difference after all replacements, in the order given."""
        difference = old - new
        if difference.has(sp.Derivative):
            raise FalseStep("a definition cannot be used under a derivative: what is held fixed would be lost")
        for name in self.names:
            difference = rewritten(difference, context[name])
        return is_zero(difference)


def _gap(old: sp.Expr, new: sp.Expr, relation: str) -> sp.Expr:
    return new - old if relation == "<=" else old - new


def _summed(term: sp.Expr, over: Limits) -> sp.Expr:
    return sp.Sum(term, *over) if over else term


def _follows(
    stated: Relational, factor: sp.Expr | int, over: Limits, old: sp.Expr, new: sp.Expr, relation: str
) -> bool:
    if isinstance(stated, sp.Eq):
        difference = stated.lhs - stated.rhs
    else:
        if relation == "=":
            raise FalseStep("an inequality does not justify an equation")
        if not is_nonnegative(sp.sympify(factor)):
            raise FalseStep(f"the factor {factor} is not seen to be nonnegative, so it may turn the inequality")
        difference = stated.lhs - stated.rhs if isinstance(stated, sp.Ge) else stated.rhs - stated.lhs
    return is_zero(_gap(old, new, relation) - _summed(factor * difference, over))


def _refuse_fixed(hypotheses: Sequence[Hypothesis], specialised: set[sp.Symbol | sp.IndexedBase], over: Limits) -> None:
    """What a hypothesis fixes can be neither specialised nor summed over: nothing is known of its other values."""
    varied = {key.label if isinstance(key, sp.IndexedBase) else key for key in specialised}
    varied |= {index for index, _, _ in over}
    for hypothesis in hypotheses:
        if hypothesis.relation is not None:
            quantified = {key.label if isinstance(key, sp.IndexedBase) else key for key in hypothesis.for_all}
            fixed = varied & (hypothesis.relation.free_symbols - quantified)
            if fixed:
                raise FalseStep(
                    f"'{hypothesis.name}' fixes {', '.join(sorted(map(str, fixed)))}, so it may not vary here"
                )


def _instance(relation: Relational, at: Mapping[sp.Symbol | sp.IndexedBase, sp.Expr | sp.Lambda]) -> Relational:
    functions = {key.label: value for key, value in at.items() if isinstance(key, sp.IndexedBase)}
    symbols = {key: value for key, value in at.items() if isinstance(key, sp.Symbol)}

    def specialised(e: sp.Expr) -> sp.Expr:
        e = with_fresh_indices(e)
        # symbols first, so that what a base becomes is not specialised a second time
        e = e.subs(symbols, simultaneous=True) if symbols else e
        return e.replace(
            lambda item: isinstance(item, sp.Indexed) and item.base.label in functions,
            lambda item: functions[item.base.label](*item.indices),
        )

    return type(relation)(specialised(relation.lhs), specialised(relation.rhs), evaluate=False)


def rewritten(e: sp.Expr, definition: Hypothesis) -> sp.Expr:
    relation = definition.relation
    if not isinstance(relation, sp.Eq):
        raise FalseStep(f"'{definition.name}' is not an equation, so it defines nothing")
    left = relation.lhs
    if not isinstance(left, sp.Indexed) or not set(left.indices) <= set(definition.for_all):
        # a symbol, or one entry of a family: exactly this is replaced
        if not isinstance(left, sp.Symbol | sp.Indexed):
            raise FalseStep(f"'{definition.name}' defines no single quantity")
        return with_fresh_indices(e).xreplace({left: relation.rhs})
    return e.replace(
        lambda item: isinstance(item, sp.Indexed) and item.base.label == left.base.label,
        lambda item: with_fresh_indices(relation.rhs).xreplace(dict(zip(left.indices, item.indices, strict=True))),
    )
