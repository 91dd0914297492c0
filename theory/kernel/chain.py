"""Writing derivations down, step by step.

>>> from theory.kernel.data import Squares
>>> a, b = sp.symbols("a b", nonnegative=True)
>>> means = Chain("means", a**2 + b**2).at_least(2 * a * b, Squares("a square is not negative", [(1, a - b)])).conclude()
>>> print(means.conclusion)
a**2 + b**2 >= 2*a*b
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace

import sympy as sp

from theory.kernel.data import Derivation, Domain, Hypothesis, Justification, Ranges, Step


@dataclass(frozen=True)
class Chain:
    """A derivation in the making: each method returns a longer chain, and `conclude` the derivation."""

    name: str
    start: sp.Expr
    _: KW_ONLY
    hypotheses: Sequence[Hypothesis] = ()
    for_all: Ranges = ()
    domain: Domain = ()
    claim: str = ""
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        """Nothing in it can be changed later."""
        object.__setattr__(self, "start", sp.sympify(self.start))
        object.__setattr__(self, "hypotheses", tuple(dict.fromkeys(self.hypotheses)))
        object.__setattr__(self, "for_all", tuple((index, sp.sympify(upper)) for index, upper in self.for_all))
        ends = tuple((symbol, sp.sympify(low), sp.sympify(high)) for symbol, low, high in self.domain)
        object.__setattr__(self, "domain", ends)

    def equals(self, expression: sp.Expr | int, why: Justification) -> Chain:
        """Go on by an equation."""
        return self._then("=", expression, why)

    def at_least(self, expression: sp.Expr | int, why: Justification) -> Chain:
        """Go on by ``>=``: the present expression is at least the new one."""
        return self._then(">=", expression, why)

    def at_most(self, expression: sp.Expr | int, why: Justification) -> Chain:
        """Go on by ``<=``: the present expression is at most the new one."""
        return self._then("<=", expression, why)

    def conclude(self) -> Derivation:
        """The derivation, to be checked by `theory.kernel.check`."""
        return Derivation(
            self.name, self.start, self.steps, tuple(self.hypotheses), self.for_all, self.domain, self.claim
        )

    def _then(self, relation: str, expression: sp.Expr | int, why: Justification) -> Chain:
        return replace(self, steps=(*self.steps, Step(relation, sp.sympify(expression), why)))
