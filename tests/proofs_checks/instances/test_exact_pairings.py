"""Pairings with the Laplacian of a bump in three dimensions, in rational numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from proofs_checks.instances.exact_pairings import (
    RationalNet,
    against_laplacian,
    length,
    merged,
    only_one,
    over_planes,
    subtracted,
    transform,
    without_lengths,
)

PLANE = RationalNet(((1, 2, 2), (-2, -4, -4)), (Fraction(1), Fraction(-2)), (Fraction(1), Fraction(1)))
"""One plane at -1/3 with the amplitudes 3 and 6, of which the second is that of a reflected neuron."""


def test_both_sides_of_one_plane() -> None:
    assert merged(PLANE) == {(Fraction(1, 3), Fraction(2, 3), Fraction(2, 3), Fraction(-1, 3)): Fraction(9)}
    value = 9 * transform(Fraction(1, 3))
    assert against_laplacian(PLANE) == over_planes(PLANE) == value == Fraction(9, 5) * Fraction(8, 9) ** 5


def test_false_formulas_are_false() -> None:
    value = transform(Fraction(1, 3))
    assert only_one(PLANE) == 3 * value
    assert subtracted(PLANE) == -3 * value
    assert without_lengths(PLANE) == 2 * value


def test_constants_and_planes_that_miss_the_ball_add_nothing() -> None:
    net = RationalNet(((0, 0, 0), (0, 0, 1)), (Fraction(3), Fraction(5)), (Fraction(2), Fraction(7)))
    assert against_laplacian(net) == over_planes(net) == 0


def test_lengths_are_whole() -> None:
    assert length((2, 3, 6)) == 7
    with pytest.raises(ValueError, match="no whole length"):
        length((1, 1, 0))
