"""Derivations: chains of relations in which every step is checked when it is made.

A derivation starts with an expression and goes on by ``=``, ``<=`` or ``>=`` to the next, each step with a
justification. Every justification comes down to an exact identity, decided by `theory.kernel.normal_form`, and a sign,
decided by `theory.kernel.sign`. A step that does not hold raises `FalseStep`; only `Chain.conclude` makes a `Derivation`.

>>> a, b = sp.symbols("a b", nonnegative=True)
>>> chain = Chain("means", a**2 + b**2)
>>> _ = chain.at_least(2 * a * b, Squares("a square is not negative", [(1, a - b)]))
>>> print(chain.conclude().conclusion)
a**2 + b**2 >= 2*a*b
>>> Chain("means", a**2 + b**2).at_least(3 * a * b, Squares("a square is not negative", [(1, a - b)]))
Traceback (most recent call last):
    ...
theory.kernel.justification.FalseStep: step 1 of 'means' (a square is not negative) does not hold: ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import sympy as sp
from sympy.core.relational import Relational

from theory.falsifier.evaluate import RandomValues, evaluate, without_unknown_functions
from theory.kernel.justification import (
    ByDerivation,
    ByHypothesis,
    Context,
    Differentiate,
    Drop,
    FalseStep,
    Hypothesis,
    Identity,
    Justification,
    Rewrite,
    Squares,
    rewritten,
)
from theory.latex import latex_steps

__all__ = [
    "ByDerivation",
    "ByHypothesis",
    "Chain",
    "Derivation",
    "Differentiate",
    "Drop",
    "FalseStep",
    "Hypothesis",
    "Identity",
    "Rewrite",
    "Squares",
]

INSTANCES_PER_STEP = 20
"""Random instances searched for a counterexample to a step that was not proved."""

_SEAL = object()


@dataclass(frozen=True)
class Step:
    """One checked step of a derivation."""

    relation: str
    expression: sp.Expr
    justification: Justification


class Derivation:
    """A chain of checked steps; made by `Chain.conclude` only."""

    def __init__(self, chain: Chain, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("a Derivation is made by Chain.conclude() alone, from steps that were checked")
        self.name = chain.name
        self.claim = chain.claim
        self.start = chain.start
        self.steps = tuple(chain.steps)
        self.hypotheses = tuple(chain.hypotheses.values())

    @property
    def relation(self) -> str:
        """The relation between the first expression and the last."""
        return next((step.relation for step in self.steps if step.relation != "="), "=")

    @property
    def conclusion(self) -> Relational:
        """First expression, relation, last expression, as a SymPy relation that is not evaluated."""
        kinds: dict[str, type[Relational]] = {"=": sp.Eq, "<=": sp.Le, ">=": sp.Ge}
        return kinds[self.relation](self.start, self.steps[-1].expression, evaluate=False)

    @property
    def rests_on(self) -> frozenset[str]:
        """Names of the other claims that steps refer to."""
        return frozenset(derivation.claim for derivation in self.cites) - {self.claim}

    def latex(self) -> str:
        """The chain as an ``aligned`` block with a reason at each line."""
        return latex_steps(self.start, [(s.relation, s.expression, s.justification.reason) for s in self.steps])

    @property
    def cites(self) -> tuple[Derivation, ...]:
        """The derivations whose conclusions are used, in the order of use."""
        used = (step.justification for step in self.steps)
        return tuple(j.derivation for j in used if isinstance(j, ByDerivation))

    @property
    def own_hypotheses(self) -> tuple[Hypothesis, ...]:
        """The hypotheses that are not inherited from a derivation that is cited."""
        inherited = {hypothesis for derivation in self.cites for hypothesis in derivation.hypotheses}
        return tuple(hypothesis for hypothesis in self.hypotheses if hypothesis not in inherited)

    def recheck(self) -> Derivation:
        """Make the derivation again from its steps, every one checked anew."""
        chain = Chain(self.name, self.start, hypotheses=self.hypotheses, claim=self.claim)
        for step in self.steps:
            chain._then(step.relation, step.expression, step.justification)
        return chain.conclude()


class Chain:
    """A derivation in the making."""

    def __init__(self, name: str, start: sp.Expr, *, hypotheses: Sequence[Hypothesis] = (), claim: str = "") -> None:
        """Start with an expression.

        ``name`` says what is derived (plain words), ``hypotheses`` what steps may use, ``claim`` the claim it belongs to.
        """
        self.name, self.claim = name, claim
        self.start = sp.sympify(start)
        self.steps: list[Step] = []
        self.hypotheses = {hypothesis.name: hypothesis for hypothesis in hypotheses}

    def equals(self, expression: sp.Expr, why: Justification) -> Self:
        """Go on by an equation."""
        return self._then("=", expression, why)

    def at_least(self, expression: sp.Expr, why: Justification) -> Self:
        """Go on by ``>=``: the present expression is at least the new one."""
        return self._then(">=", expression, why)

    def at_most(self, expression: sp.Expr, why: Justification) -> Self:
        """Go on by ``<=``: the present expression is at most the new one."""
        return self._then("<=", expression, why)

    def conclude(self) -> Derivation:
        """The derivation, sealed."""
        if not self.steps:
            raise FalseStep(f"'{self.name}' has no step")
        return Derivation(self, _SEAL)

    def _then(self, relation: str, expression: sp.Expr, why: Justification) -> Self:
        old = self.steps[-1].expression if self.steps else self.start
        new = sp.sympify(expression)
        where = f"step {len(self.steps) + 1} of '{self.name}' ({why.reason})"
        if {step.relation for step in self.steps} | {relation} >= {"<=", ">="}:
            raise FalseStep(f"{where} turns from one inequality to the other, so the chain would conclude nothing")
        try:
            proved = why.proves(old, new, relation, Context(self.hypotheses))
        except FalseStep as error:
            raise FalseStep(f"{where} does not hold: {error}") from None
        if not proved:
            raise FalseStep(f"{where} does not hold: {_counterexample(old, new, relation, self.hypotheses)}")
        self.steps.append(Step(relation, new, why))
        return self


def _counterexample(old: sp.Expr, new: sp.Expr, relation: str, hypotheses: Mapping[str, Hypothesis]) -> str:
    """A numerical instance in which the step fails; definitions among the hypotheses are respected."""
    for hypothesis in hypotheses.values():
        if isinstance(hypothesis.relation, sp.Eq):
            try:
                old, new = rewritten(old, hypothesis), rewritten(new, hypothesis)
            except FalseStep:
                continue
    for seed in range(INSTANCES_PER_STEP):
        left, right = without_unknown_functions([old, new], seed)
        values = RandomValues([left, right], seed)
        a, b = evaluate(left, values), evaluate(right, values)
        difference = sp.N(a - b, 30)
        holds = {"=": abs(difference) < 1e-20, "<=": difference < 1e-20, ">=": difference > -1e-20}[relation]
        if not holds:
            return f"{sp.N(a, 8)} {relation} {sp.N(b, 8)} is false at {values.readable()}"
    return "no numerical counterexample found, but the justification does not prove it"
