"""Steps at fixed sizes as questions to a solver for polynomial arithmetic over the real numbers (z3).

No model of the hypotheses and of the step's negation: the step is proved at these sizes for all real numbers. A model is only a
candidate; whoever gets one evaluates the step there exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import sympy as sp
import z3
from flint import fmpq

from theory.falsifier.setting import Assumption, Setting
from theory.falsifier.unrolled import Key, Unrolled
from theory.falsifier.values import Beyond

MOST_VARIABLES = 16
MOST_CASES = 24
MILLISECONDS = 2000
RESOURCES = 200_000
"""Units of work of the solver, so that outcomes do not depend on the speed of the machine."""

Formula = Any  # z3's expressions are not typed


@dataclass(frozen=True)
class Answer:
    """``proved``, or a model of the negation, or neither."""

    proved: bool
    model: dict[Key, fmpq] | None = None


def asked(setting: Setting, left: sp.Expr, relation: str, right: sp.Expr, size: int) -> Answer | None:
    """What the solver says of a step at a size; ``None`` if it cannot be asked."""
    algebra = Reals()
    try:
        value = Unrolled(setting, size, algebra)
        first, second = value(left), value(right)
        goal = first == second if relation == "=" else first <= second if relation == "<=" else first >= second
        stated = list(_assumptions(setting, value))
    except Beyond:
        return None
    if len(algebra.variables) > MOST_VARIABLES:
        return None
    solver = z3.SolverFor("QF_NRA")
    solver.set("timeout", MILLISECONDS)
    solver.set("rlimit", RESOURCES)
    solver.add(*algebra.conditions, *stated, z3.Not(goal))
    verdict = solver.check()
    if verdict == z3.unsat:
        return Answer(proved=True)
    return Answer(proved=False, model=algebra.model(solver.model()) if verdict == z3.sat else None)


def _assumptions(setting: Setting, value: Unrolled) -> Iterator[Formula]:
    """The assumptions at every place of their ranges; those about all vectors are left out, which makes proofs no weaker."""
    for assumption in setting.assumptions:
        if not assumption.quantified:
            yield from _cases(assumption, value)
    for symbol, low, high in setting.domain:
        if low is not sp.S.NegativeInfinity:
            yield value(low) < value(symbol)
        if high is not sp.oo:
            yield value(symbol) < value(high)


def _cases(assumption: Assumption, value: Unrolled) -> Iterator[Formula]:
    uppers = [value.size if upper is None else value.whole(upper, {}) for _, upper in assumption.ranges]
    places = list(product(*(range(1, upper + 1) for upper in uppers)))
    if len(places) > MOST_CASES:
        raise Beyond("too many cases")
    relation = assumption.relation
    for place in places:
        bound = {index: at for (index, _), at in zip(assumption.ranges, place, strict=True)}
        left, right = value(relation.lhs, bound), value(relation.rhs, bound)
        yield {
            "==": left == right, "!=": left != right, "<=": left <= right, ">=": left >= right, "<": left < right, ">": left > right,
        }[relation.rel_op]  # fmt: skip


@lru_cache(maxsize=4096)
def _rational(top: int, bottom: int) -> Formula:
    return z3.Q(top, bottom)


class Reals:
    """The algebra of the solver's real terms, with the conditions under which they stand for what they should."""

    def __init__(self) -> None:
        """No variable is named yet."""
        self.variables: dict[Key, Formula] = {}
        self.conditions: list[Formula] = []
        self._roots = 0

    def number(self, value: fmpq) -> Formula:
        """A constant."""
        return _rational(int(value.p), int(value.q))

    def variable(self, key: Key) -> Formula:
        """A variable of its kind."""
        label = key[0] if isinstance(key, tuple) else key
        if label.is_real is not True:
            raise Beyond("a name that is not real")
        if key not in self.variables:
            variable = self.variables[key] = z3.Real(f"v{len(self.variables)}")
            signs = (label.is_positive, variable > 0), (label.is_nonnegative, variable >= 0)
            more = (label.is_negative, variable < 0), (label.is_nonpositive, variable <= 0)
            self.conditions.extend(condition for known, condition in signs + more if known)
        return self.variables[key]

    def add(self, left: Formula, right: Formula) -> Formula:
        """The sum."""
        return left + right

    def multiply(self, left: Formula, right: Formula) -> Formula:
        """The product."""
        return left * right

    def inverse(self, element: Formula) -> Formula:
        """A number whose product with the element is 1."""
        return self._auxiliary(lambda r: r * element == 1)

    def root(self, element: Formula) -> Formula:
        """A nonnegative number whose square is the element."""
        return self._auxiliary(lambda r: z3.And(r >= 0, r * r == element))

    def step(self, element: Formula) -> Formula:
        """A case distinction."""
        return z3.If(element > 0, z3.Q(1, 1), z3.Q(0, 1))

    def absolute(self, element: Formula) -> Formula:
        """A case distinction."""
        return z3.If(element >= 0, element, -element)

    def smaller(self, left: Formula, right: Formula) -> Formula:
        """A case distinction."""
        return z3.If(left <= right, left, right)

    def model(self, found: Formula) -> dict[Key, fmpq] | None:
        """The values of a model, if all are rational; irrational ones are approximated, and may not do."""
        values: dict[Key, fmpq] = {}
        for key, variable in self.variables.items():
            value = found.eval(variable, model_completion=True)
            if z3.is_algebraic_value(value):
                value = value.approx(20)
            if not z3.is_rational_value(value):
                return None
            values[key] = fmpq(value.numerator_as_long(), value.denominator_as_long())
        return values

    def _auxiliary(self, condition: Any) -> Formula:
        self._roots += 1
        if self._roots > MOST_VARIABLES:
            raise Beyond("too many roots")
        variable = z3.Real(f"r{self._roots}")
        self.conditions.append(condition(variable))
        return variable
