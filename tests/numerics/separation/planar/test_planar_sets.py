"""The sets of planar points: their sizes, their labels, and lattices that are none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from numerics.separation.planar.dichotomies import Point
from numerics.separation.planar.planar_sets import (
    CROSS,
    FIVE_BY_FIVE_PYRAMID,
    GRID,
    PLANAR_SETS,
    SEVENTEEN,
    PlanarSet,
    labelled,
    lattice,
    origin_only,
)


def test_lattice() -> None:
    assert lattice(0) == ((Fraction(0), Fraction(0)),)
    assert len(lattice(2)) == 25
    assert set(lattice(1, Fraction(1, 2))) == {
        (Fraction(i, 2), Fraction(j, 2)) for i in range(-1, 2) for j in range(-1, 2)
    }


@pytest.mark.parametrize(("reach", "spacing"), [(-1, Fraction(1)), (1, Fraction(0))])
def test_no_lattice(reach: int, spacing: Fraction) -> None:
    with pytest.raises(ValueError, match="reach >= 0 and a spacing > 0"):
        lattice(reach, spacing)


@pytest.mark.parametrize("found", PLANAR_SETS, ids=lambda found: found.name)
def test_points_are_distinct_and_labelled(found: PlanarSet) -> None:
    assert len(set(found.points)) == len(found.points) == len(found.labels)
    assert found.labels[found.points.index((Fraction(0), Fraction(0)))] == 1


def test_named_sets() -> None:
    assert [len(found.points) for found in (GRID, SEVENTEEN, CROSS)] == [9, 17, 5]
    assert sum(SEVENTEEN.labels) == 1
    # 1 at the centre and 1/2 at its four neighbours
    assert sum(FIVE_BY_FIVE_PYRAMID.labels) == 3


def test_labels_of_a_function() -> None:
    def height(point: Point) -> Fraction:
        return point[0] + 1

    assert labelled("two", ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(5))), height).labels == (
        Fraction(1),
        Fraction(2),
    )
    assert origin_only((Fraction(0), Fraction(1))) == 0
