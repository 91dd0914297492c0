"""The judge: every step of a derivation at exact instances, by expansion over symbolic entries, and by a solver.

It shares no code with the kernel and reads derivations by the names of their fields alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sympy as sp
from flint import fmpq

from theory.falsifier import values
from theory.falsifier.assumptions import admissible
from theory.falsifier.instances import Inadmissible, Key, Point
from theory.falsifier.setting import Setting, setting
from theory.falsifier.values import Beyond, Number, Undefined

INSTANCES = 20
"""Instances of a derivation."""
INSTANCES_OF_INTEGRALS = 7
"""Instances of a derivation with integrals, which cost more."""
MARGIN = fmpq(1, 10**20)
"""Irrational numbers have to differ by more than this to refute a step."""
ANALYSIS = ("erf", "erfc", "gamma", "loggamma", "log", "exp", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh")  # fmt: skip


class Refuted(ValueError):  # noqa: N818 - it names what was found, not a failure of the program
    """A step that is false at an instance; the message has the step, its reason and the instance."""


@dataclass(frozen=True)
class Report:
    """What was judged, in numbers."""

    steps: int = 0
    instances: int = 0
    """Pairs of a step and an admissible instance at which it was evaluated and not refuted."""
    not_reached: int = 0
    """Instances at which the assumptions could not be met, or a step could not be evaluated."""
    expansions: int = 0
    """Expansions over symbolic entries that gave zero."""
    solver_proved: int = 0
    """Steps at given sizes that the solver proved for all real numbers."""
    solver_unknown: int = 0
    """Steps at given sizes that the solver was asked and did not decide."""
    numeric: int = 0
    """Steps of analysis that were judged by numbers."""
    unjudged: int = 0
    """Steps of which nothing was decided in any way."""

    def __add__(self, other: Report) -> Report:
        """Field by field."""
        return Report(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))


@dataclass(frozen=True)
class Step:
    """A step with the expression before it."""

    number: int
    of: str
    reason: str
    left: Any
    relation: str
    right: Any

    @property
    def where(self) -> str:
        """The step as it is called in messages."""
        return f"step {self.number} of '{self.of}' ({self.reason})"

    @property
    def is_analysis(self) -> bool:
        """Whether it holds derivatives, integrals, undefined functions or transcendental ones."""
        sides = sp.Tuple(self.left, self.right)
        kinds = (sp.Derivative, sp.Integral, sp.core.function.AppliedUndef)
        return bool(sides.has(*kinds)) or any(f.func.__name__ in ANALYSIS for f in sides.atoms(sp.Function))


def steps_of(derivation: Any) -> list[Step]:
    """The steps of a derivation with the expressions before them."""
    before, steps = derivation.start, []
    for number, step in enumerate(derivation.steps, 1):
        reason = str(getattr(getattr(step, "justification", None), "reason", ""))
        steps.append(Step(number, str(derivation.name), reason, before, str(step.relation), step.expression))
        before = step.expression
    turns = [step.relation for step in steps if step.relation != "="]
    if len(set(turns)) > 1:  # each step may be true and what the chain is read as false
        steps.append(Step(len(steps) + 1, str(derivation.name), "first to last", derivation.start, turns[0], before))
    return steps


def falsify(derivation: Any, *, seed: int = 0) -> Report:
    """Try to refute every step of a derivation; the counts of what was tried.

    Steps of derivations that are cited are not looked at. Raises `Refuted` at the first step found false.
    """
    with values.working():
        stage, steps = setting(derivation), steps_of(derivation)
        return at_instances(stage, steps, seed)


def counterexample(derivation: Any, *, seed: int = 0) -> str | None:
    """Why a derivation is false, or ``None`` if no reason was found."""
    try:
        falsify(derivation, seed=seed)
    except Refuted as found:
        return str(found)
    return None


def falsify_all(derivations: Iterable[Any], *, seed: int = 0) -> Report:
    """The same for several derivations and all that they cite, each once."""
    total, waiting, seen = Report(), list(derivations), set()
    while waiting:
        derivation = waiting.pop(0)
        if id(derivation) not in seen:
            seen.add(id(derivation))
            total += falsify(derivation, seed=seed)
            justifications = (getattr(step, "justification", None) for step in derivation.steps)
            cited = (getattr(justification, "derivation", None) for justification in justifications)
            waiting.extend(each for each in cited if each is not None)
    return total


def at_instances(stage: Setting, steps: Sequence[Step], seed: int) -> Report:
    """Evaluate all steps at instances, boundary cases first."""
    integrals = any(isinstance(s.right, sp.Basic) and sp.Tuple(s.left, s.right).has(sp.Integral) for s in steps)
    total = Report(steps=len(steps))
    for number in range(INSTANCES_OF_INTEGRALS if integrals else INSTANCES):
        point = drawn(stage, number, seed)
        for step in steps:
            total += Report(not_reached=1) if point is None else judged(step, point)
    return total


def drawn(stage: Setting, number: int, seed: int) -> Point | None:
    """An admissible instance."""
    try:
        point = Point(stage, number, seed)
        return point if admissible(point) else None
    except (Beyond, Undefined, Inadmissible):
        return None


def judged(step: Step, point: Point) -> Report:
    """Evaluate a step at an admissible instance; raises `Refuted` if it is false there."""
    read: frozenset[Key] = frozenset()
    sides: list[Number] = []
    if step.relation not in ("=", "<=", ">="):
        raise Refuted(f"{step.where}: {step.relation!r} is no relation of steps")
    try:
        for side in (step.left, step.right):
            if not isinstance(side, sp.Expr):
                raise Beyond("not an expression")
            try:
                value, names = point.reading(side, {})
            except Undefined as reason:
                raise Refuted(
                    f"{step.where}: a side has no value ({reason}) at {described(point, point.read)}"
                ) from None
            read |= names
            sides.append(value)
    except (Beyond, Inadmissible):
        return Report(not_reached=1)
    if _violated(step.relation, *sides):
        shown = f"{values.readable(sides[0])} {step.relation} {values.readable(sides[1])}"
        raise Refuted(f"{step.where}: {shown} is false at {described(point, read)}")
    return Report(instances=1)


def _violated(relation: str, left: Number, right: Number) -> bool:
    margin = fmpq(0) if isinstance(left, fmpq) and isinstance(right, fmpq) else MARGIN
    if relation == "=":
        return values.apart(left, right, margin)
    return values.exceeds(*((left, right) if relation == "<=" else (right, left)), margin)


def described(point: Point, read: Iterable[Key]) -> str:
    """The values that were used, in one line."""

    def text(key: Key) -> str:
        return str(key) if isinstance(key, sp.Symbol) else f"{key[0]}[{', '.join(map(str, key[1]))}]"

    shown = [
        f"{text(key)} = {values.readable(point.values[key])}" for key in sorted(read, key=text) if key in point.values
    ]
    return ", ".join(shown) or "every instance"
