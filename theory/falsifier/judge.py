"""The judge: every step of a derivation at exact instances, by expansion over symbolic entries, and by a solver.

It shares no code with the kernel and reads derivations by the names of their fields alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import takewhile
from math import prod
from typing import Any

import sympy as sp
from flint import fmpq

from theory.falsifier import values
from theory.falsifier.assumptions import admissible, prepared
from theory.falsifier.expansion import vanishes
from theory.falsifier.instances import Inadmissible, Key, Point
from theory.falsifier.setting import Setting, setting
from theory.falsifier.solver import asked
from theory.falsifier.values import Beyond, Number, Undefined

INSTANCES = 30
"""Instances of a derivation."""
INSTANCES_OF_INTEGRALS = 7
"""Instances of a derivation with integrals, which cost more."""
PATIENCE = 8
"""After so many instances without an admissible one no more are drawn."""
MOST_WORK = 150_000
"""Values asked for, after which no more instances are drawn."""
SIZES = (1, 2)
"""Sizes at which steps are expanded and given to the solver."""
LONGEST = 240
"""Characters of an instance as it is shown; what does not fit is counted."""
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
    def is_between_expressions(self) -> bool:
        """Whether both sides are expressions."""
        return isinstance(self.left, sp.Expr) and isinstance(self.right, sp.Expr)

    @property
    def has_integrals(self) -> bool:
        """Whether a side holds an integral."""
        return self.is_between_expressions and bool(sp.Tuple(self.left, self.right).has(sp.Integral))

    @property
    def is_analysis(self) -> bool:
        """Whether it holds derivatives, integrals, undefined functions or transcendental ones."""
        if not self.is_between_expressions:
            return False
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


def falsify(derivation: Any, *, seed: int = 0, written: Callable[[str], str] = str) -> Report:
    """Try to refute every step of a derivation; the counts of what was tried.

    Steps of derivations that are cited are not looked at. Raises `Refuted` at the first step found false;
    its message shows names as they are ``written``.
    """
    with values.working():
        stage, steps = replace(setting(derivation), written=written), steps_of(derivation)
        report, reached = at_instances(stage, steps, seed)
        for step, count in zip(steps, reached, strict=True):
            found = decided(stage, step, seed)
            nothing = not count and not found.expansions and not found.solver_proved
            report += found + Report(numeric=int(step.is_analysis and count > 0), unjudged=int(nothing))
        return report


def counterexample(derivation: Any, *, seed: int = 0, written: Callable[[str], str] = str) -> str | None:
    """Why a derivation is false, or ``None`` if no reason was found."""
    try:
        falsify(derivation, seed=seed, written=written)
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


def decided(stage: Setting, step: Step, seed: int) -> Report:
    """Try to prove a step at small sizes, by expansion if it is an equation, and else by the solver.

    A model that the solver finds is looked at exactly; if the step is false there, `Refuted` is raised.
    """
    found = Report()
    if step.is_analysis or not step.is_between_expressions:
        return found
    for size in SIZES:
        if step.relation == "=" and vanishes(stage, step.left, step.right, size):
            found += Report(expansions=1)
            continue
        answer = asked(stage, step.left, step.relation, step.right, size)
        if answer is None:
            continue
        if answer.model is not None:
            point = drawn(stage, 0, seed, size, answer.model)
            if point is not None and admissible(point, repairs=False):
                judged(step, point)
        found += Report(solver_proved=int(answer.proved), solver_unknown=int(not answer.proved))
        if not answer.proved:  # larger sizes are harder
            break
    return found


def at_instances(stage: Setting, steps: Sequence[Step], seed: int) -> tuple[Report, list[int]]:
    """Evaluate all steps at instances, boundary cases first; the counts, and how many instances each step had."""
    integrals = any(step.has_integrals for step in steps)
    total = Report(steps=len(steps))
    work = missed = 0
    counts = [0] * len(steps)
    for number in range(INSTANCES_OF_INTEGRALS if integrals else INSTANCES):
        point = drawn(stage, number, seed)
        reached = point is not None and prepared(point)
        missed += not reached
        for place, step in enumerate(steps):
            found = judged(step, point) if reached and point is not None else Report(not_reached=1)
            counts[place] += found.instances
            total += found
        work += 0 if point is None else point.work
        if work > MOST_WORK or missed == number + 1 == PATIENCE:
            break
    return total, counts


def drawn(
    stage: Setting, number: int, seed: int, size: int = 0, given: Mapping[Key, Number] | None = None
) -> Point | None:
    """An instance, whether or not the assumptions hold at it; ``None`` if a range is no number."""
    try:
        return Point(stage, number, seed, size, given)
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
    """The values that were used, in one line and in the notation of the statement: sizes, then numbers, then families."""
    written, used = point.setting.written, [key for key in read if key in point.values]
    plain = sorted((key for key in used if isinstance(key, sp.Symbol)), key=lambda key: (not key.is_integer, str(key)))
    shown = [f"{written(key.name)} = {values.readable(point.values[key])}" for key in plain]
    labels = sorted({key[0] for key in used if isinstance(key, tuple)}, key=str)
    for label in labels:
        entries = sorted((key for key in used if isinstance(key, tuple) and key[0] == label), key=lambda key: key[1])
        numbers = {key[1]: values.readable(point.values[key]) for key in entries}
        sizes = [max(place) for place in zip(*numbers, strict=True)]
        if len(numbers) == prod(sizes):
            shown.append(f"{written(label.name)} = {_rows(numbers, (), sizes)}")
        else:
            shown += [
                f"{written(label.name)}_{','.join(map(str, place))} = {number}" for place, number in numbers.items()
            ]
    kept = list(takewhile(lambda at: len(", ".join(shown[: at + 1])) <= LONGEST, range(len(shown))))
    more = len(shown) - len(kept)
    return ", ".join([*shown[: len(kept)], *([f"and {more} more"] if more else [])]) or "every instance"


def _rows(numbers: Mapping[tuple[int, ...], str], place: tuple[int, ...], sizes: Sequence[int]) -> str:
    """The entries of a family as a row, or as rows in a row."""
    if not sizes:
        return numbers[place]
    inner = (_rows(numbers, (*place, at), sizes[1:]) for at in range(1, sizes[0] + 1))
    return f"({', '.join(inner)})"
