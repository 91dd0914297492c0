"""Finite sets of points in the plane, with labels, on which shallow and deeper nets are told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from numerics.separation.planar.dichotomies import Point
from numerics.separation.pyramid import exact_pyramid


@dataclass(frozen=True)
class PlanarSet:
    """Points and labels with a name in words."""

    name: str
    points: tuple[Point, ...]
    labels: tuple[Fraction, ...]


def lattice(reach: int, spacing: Fraction = Fraction(1)) -> tuple[Point, ...]:
    """The (2 reach + 1)^2 points spacing (i, j) with |i|, |j| <= reach. Raises ``ValueError`` for a negative reach."""
    if reach < 0 or spacing <= 0:
        raise ValueError(f"a lattice has a reach >= 0 and a spacing > 0, not {reach} and {spacing}")
    steps = [spacing * i for i in range(-reach, reach + 1)]
    return tuple((x, y) for x in steps for y in steps)


def origin_only(point: Point) -> Fraction:
    """1 at the origin, 0 elsewhere."""
    return Fraction(not any(point))


def labelled(name: str, points: tuple[Point, ...], label: Callable[[Point], Fraction]) -> PlanarSet:
    """The set with the labels that a function gives."""
    return PlanarSet(name, points, tuple(label(point) for point in points))


_GRID = lattice(1)
_FAR = tuple((10 * x, 10 * y) for x, y in _GRID if x or y)
_ORIGIN = (Fraction(0), Fraction(0))

GRID = labelled("3 x 3 grid, label 1 at the origin", _GRID, origin_only)
SEVENTEEN = labelled("3 x 3 grid and 8 points ten times as far, label 1 at the origin", _GRID + _FAR, origin_only)
CROSS = labelled(
    "cross, label 1 at the origin", (_ORIGIN, *(p for p in _GRID if abs(p[0]) + abs(p[1]) == 1)), origin_only
)
FIVE_BY_FIVE = labelled("5 x 5 grid, label 1 at the origin", lattice(2), origin_only)
FIVE_BY_FIVE_PYRAMID = labelled("5 x 5 grid of spacing 1/2, labels phi", lattice(2, Fraction(1, 2)), exact_pyramid)
ELEVEN_BY_ELEVEN_PYRAMID = labelled(
    "11 x 11 grid of spacing 1/5, labels phi", lattice(5, Fraction(1, 5)), exact_pyramid
)

PLANAR_SETS = (GRID, SEVENTEEN, CROSS, FIVE_BY_FIVE, FIVE_BY_FIVE_PYRAMID, ELEVEN_BY_ELEVEN_PYRAMID)
"""All of them."""
