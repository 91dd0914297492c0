"""Values at which relations become true: roots of linear and quadratic functions, and systems of linear equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import sympy as sp
from flint import acb, fmpq, fmpq_mat

from theory.falsifier import values
from theory.falsifier.kinds import fits
from theory.falsifier.values import Number

if TYPE_CHECKING:
    from theory.falsifier.instances import Key, Point

Gap = Callable[["Point"], "tuple[Number, frozenset[Key]]"]
LARGEST_SYSTEM = 14
"""Unknowns of a system of linear equations."""


def roots(gap: Callable[[Number], Number | None], present: Number, operator: str) -> Iterator[Number]:
    """Values at which a difference is 0, if it is a polynomial of degree at most 2; then others that may do for an inequality.

    They are candidates: whoever uses one checks that the relation holds there.
    """
    if operator == "!=":
        yield from (present + 1, present - 1, present + fmpq(1, 3))
        return
    samples = [gap(fmpq(place)) for place in range(1, 5)]
    if all(sample is not None and not isinstance(sample, acb) for sample in samples):
        yield from _polynomial_roots([sample for sample in samples if sample is not None])
        reciprocal = [sample * place for place, sample in enumerate(samples, 1) if sample is not None]
        yield from _polynomial_roots(reciprocal)
    if operator == "==":
        yield fmpq(0)
        return
    for value in (0, 1, 4, 20, 100, 1000, 10**5, fmpq(1, 5), fmpq(1, 50), fmpq(1, 1000), -1, -20, -1000):
        yield fmpq(value)


def _polynomial_roots(samples: Sequence[Number]) -> Iterator[Number]:
    """Roots of the polynomial of degree at most 2 that has these values at 1, 2, 3, if it has the fourth at 4."""
    first, second, third, fourth = samples
    bend = (third - second * 2 + first) / 2
    slope = second - first - bend * 3
    start = first - slope - bend
    if values.apart(start + slope * 4 + bend * 16, fourth, fmpq(1, 10**40)):
        return
    if not values.apart(bend, fmpq(0), fmpq(1, 10**40)):
        if values.apart(slope, fmpq(0)):
            yield -start / slope
        return
    discriminant = slope * slope - start * bend * 4
    if values.sign(discriminant) in (0, 1):
        root = values.square_root(discriminant)
        yield (root - slope) / (bend * 2)
        yield (-root - slope) / (bend * 2)


def solved_together(gaps: Sequence[Gap], point: Point, turn: int) -> None:
    """Solve all equations that are linear in the entries of one family, family by family; nothing changes where they are not."""
    read = [gap(point)[1] for gap in gaps]
    labels = sorted({key[0] for keys in read for key in keys if isinstance(key, tuple)}, key=str)
    for label in labels[turn:] + labels[:turn]:
        unknowns = sorted({key for keys in read for key in keys if isinstance(key, tuple) and key[0] == label}, key=str)
        concerned = [gap for gap, keys in zip(gaps, read, strict=True) if keys & set(unknowns)]
        if len(unknowns) <= LARGEST_SYSTEM and any(values.apart(gap(point)[0], fmpq(0)) for gap in concerned):
            _solve(concerned, unknowns, label, point, turn)


def _solve(gaps: Sequence[Gap], unknowns: list[Key], label: sp.Symbol, point: Point, turn: int) -> None:
    before = {key: point.values[key] for key in unknowns}
    kept = unknowns[turn % len(unknowns) :] + unknowns[: turn % len(unknowns)]

    def at(changes: dict[Key, Number]) -> list[Number]:
        point.assign_all({**dict.fromkeys(unknowns, fmpq(0)), **changes})
        return [gap(point)[0] for gap in gaps]

    try:
        origin = at({})
        columns = [[value - start for value, start in zip(at({key: fmpq(1)}), origin, strict=True)] for key in kept]
        doubled = at(dict.fromkeys(kept, fmpq(2)))
        rows = [[*row, -start] for *row, start in zip(*columns, origin, strict=True)]
        linear = all(
            not values.apart(sum(row[:-1], fmpq(0)) * 2 - row[-1], value)
            for row, value in zip(rows, doubled, strict=True)
        )
        exact = all(isinstance(value, fmpq) for row in rows for value in row)
        solution = _nearest(rows, [before[key] for key in kept]) if linear and exact else None
    except (ArithmeticError, ValueError):
        solution = None
    found = dict(zip(kept, solution, strict=True)) if solution else before
    sound = all(fits(label, value, certain=True) for value in found.values())
    point.assign_all(found if sound else before)


def _nearest(rows: list[list[fmpq]], present: list[Number]) -> list[fmpq] | None:
    """A solution of the equations in which the free unknowns keep their values."""
    matrix, rank = fmpq_mat(rows).rref()
    count = len(present)
    solution = [value if isinstance(value, fmpq) else fmpq(1) for value in present]
    for row in range(rank - 1, -1, -1):
        pivot = next(place for place in range(count + 1) if matrix[row, place] != 0)
        if pivot == count:
            return None
        solution[pivot] = matrix[row, count] - sum(
            (matrix[row, c] * solution[c] for c in range(pivot + 1, count)), fmpq(0)
        )
    return solution
