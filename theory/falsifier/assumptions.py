"""Instances at which the assumptions of a derivation hold: found by exact repairs, or given up.

A relation that fails is mended by changing one name on which it depends linearly or quadratically, or by scaling a family, or all
equations linear in a family are solved together; families that have to be orthonormal become rational orthogonal matrices.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product

import sympy as sp
from flint import acb, fmpq

from theory.falsifier import forms, values
from theory.falsifier.functions import whole
from theory.falsifier.instances import LARGEST_SIZE, Inadmissible, Key, Point
from theory.falsifier.kinds import fits
from theory.falsifier.programs import evaluated
from theory.falsifier.roots import roots, solved_together
from theory.falsifier.setting import Assumption
from theory.falsifier.values import Beyond, Number, Undefined

ROUNDS = 6
CANDIDATES = 14
"""Names that are tried to mend one relation."""


@dataclass(frozen=True)
class Case:
    """An assumption at one place of its ranges."""

    assumption: Assumption
    place: tuple[tuple[sp.Symbol, int], ...]

    def gap(self, point: Point) -> tuple[Number, frozenset[Key]]:
        """Left side less right side, and the names that it depends on."""
        relation = self.assumption.relation

        def difference() -> Number:
            bound = {index: fmpq(at) for index, at in self.place}
            return point.reading(relation.lhs, bound)[0] - point.reading(relation.rhs, bound)[0]

        return point.reading_once(("gap", id(self.assumption), *(at for _, at in self.place)), difference)

    def free(self, point: Point) -> frozenset[Key]:
        """The names that it depends on and that are not quantified."""
        if self.assumption.quantified:
            return forms.free_names(self.assumption, dict(self.place), point)
        return self.gap(point)[1]

    def holds(self, point: Point) -> bool:
        """Whether the relation holds for certain, or to all digits for an equation between irrational numbers."""
        if self.assumption.quantified:
            return forms.holds(self.assumption, dict(self.place), point)
        return values.satisfied(self.assumption.relation.rel_op, self.gap(point)[0])


def admissible(point: Point, *, repairs: bool = True) -> bool:
    """Make the assumptions hold at an instance, changing what they leave free; whether that was possible.

    Without repairs the instance stays as it is.
    """
    if point.setting.contradictory:
        return False
    try:
        for turn in range(ROUNDS if repairs else 0):
            broken = [case for case in _cases(point) if not case.holds(point)]
            if not broken:
                return point.inside_domain()
            _repair(broken, point, turn)
        return all(case.holds(point) for case in _cases(point)) and point.inside_domain()
    except (Inadmissible, Undefined, Beyond):
        return False


@dataclass(frozen=True)
class _Prepared:
    """What making an instance admissible leaves of it."""

    reached: bool
    values: Mapping[Key, Number]
    work: int
    read: frozenset[Key]


_PREPARED: dict[Hashable, _Prepared] = {}
MOST_PREPARED = 5000


def prepared(point: Point) -> bool:
    """The same as `admissible`, and what was done for one derivation serves all with the same hypotheses and sizes."""
    key = (*point.origin, point.setting.conditions)
    known = _PREPARED.get(key)
    if known is not None:
        point.assign_all(dict(known.values))
        point.work, point.read = known.work, set(known.read)
        return known.reached
    reached = admissible(point)
    if len(_PREPARED) < MOST_PREPARED:
        _PREPARED[key] = _Prepared(reached, dict(point.values), point.work, frozenset(point.read))
    return reached


def _cases(point: Point) -> Iterator[Case]:
    for assumption in point.setting.assumptions:
        uppers = [LARGEST_SIZE if upper is None else whole(evaluated(upper, point)) for _, upper in assumption.ranges]
        for places in product(*(range(1, upper + 1) for upper in uppers)):
            yield Case(assumption, tuple((index, at) for (index, _), at in zip(assumption.ranges, places, strict=True)))


def _repair(broken: list[Case], point: Point, turn: int) -> None:
    equations = [
        case for case in _cases(point) if case.assumption.relation.rel_op == "==" and not case.assumption.quantified
    ]
    settled: set[Key] = set().union(*(case.free(point) for case in _cases(point) if case not in broken))
    if turn % 2 == 1 or len([case for case in broken if case in equations]) > 1:
        forms.orthonormal([case.assumption.relation for case in broken if not case.assumption.quantified], point)
        solved_together([case.gap for case in equations], point, turn)
    for case in broken:
        if not case.holds(point) and not _mended(case, point, settled, turn):
            continue
        settled |= case.free(point)


def _mended(case: Case, point: Point, settled: set[Key], turn: int) -> bool:
    if case.assumption.quantified:
        return forms.mended(case.assumption, dict(case.place), point)
    operator = case.assumption.relation.rel_op
    _, read = case.gap(point)
    for key in _candidates(case, read, settled, point, turn):
        before = point.values.get(key)
        if before is None or isinstance(before, acb):
            continue
        for value in roots(partial(_moved, case, point, key), before, operator):
            name = key if isinstance(key, sp.Symbol) else key[0]
            if fits(name, value, certain=True):
                point.assign(key, value)
                if _holds_safely(case, point):
                    return True
        point.assign(key, before)
    return operator == "==" and _scaled(case, read, point)


def _moved(case: Case, point: Point, key: Key, value: Number) -> Number | None:
    point.assign(key, value)
    try:
        return case.gap(point)[0]
    except (Inadmissible, Undefined):
        return None


def _holds_safely(case: Case, point: Point) -> bool:
    try:
        return case.holds(point) and point.inside_domain()
    except (Inadmissible, Undefined):
        return False


def _candidates(case: Case, read: frozenset[Key], settled: set[Key], point: Point, turn: int) -> list[Key]:
    """Names that may be changed: first a side that is a lone name, symbols, and what no other relation has settled."""
    sides = (case.assumption.relation.lhs, case.assumption.relation.rhs)
    fixed = {index for index, _ in point.setting.ranges} | set(point.setting.sizes)
    free = [key for key in read if key not in fixed and not (isinstance(key, sp.Symbol) and key.is_integer)]
    lone = {
        side if isinstance(side, sp.Symbol) else getattr(getattr(side, "base", None), "label", None) for side in sides
    }

    def rank(key: Key) -> tuple[int, bool, int, str]:
        label = key[0] if isinstance(key, tuple) else key
        cost = (key in settled) + (label not in lone) + isinstance(key, tuple)
        return cost, key in settled, hash_of(f"{key}{turn}{point.style.name}"), str(key)

    return sorted(free, key=rank)[:CANDIDATES]


def hash_of(text: str) -> int:
    """A number that depends on a text alone, for an order without a pattern."""
    return sum((place + 7) * ord(character) ** 2 for place, character in enumerate(text)) % 997


def _scaled(case: Case, read: frozenset[Key], point: Point) -> bool:
    """Multiply the entries of one family by a common factor."""
    for label in sorted({key[0] for key in read if isinstance(key, tuple)}, key=str):
        before = {
            key: point.values[key] for key in read if isinstance(key, tuple) and key[0] == label and key in point.values
        }

        def moved(factor: Number, before: dict[Key, Number] = before) -> Number | None:
            point.assign_all({key: value * factor for key, value in before.items()})
            try:
                return case.gap(point)[0]
            except (Inadmissible, Undefined):
                return None

        for factor in roots(moved, fmpq(1), "=="):
            scaled = {key: value * factor for key, value in before.items()}
            if all(fits(label, value, certain=True) for value in scaled.values()):
                point.assign_all(scaled)
                if _holds_safely(case, point):
                    return True
        point.assign_all(before)
    return False
