"""Dual measures in exact numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.separation.bracket.measures import DualMeasure
from numerics.separation.pyramid import exact_pyramid

COORDINATES = st.integers(-40, 40)
MEASURES = st.dictionaries(st.tuples(COORDINATES, COORDINATES), st.integers(-9, 9).filter(bool), min_size=1, max_size=6)


def measure(masses: dict[tuple[int, int], int], point_bits: int = 4, mass_bits: int = 5) -> DualMeasure:
    """The measure with these masses."""
    return DualMeasure(np.array(list(masses)), np.array(list(masses.values())), point_bits, mass_bits)


@given(MEASURES)
def test_pairings(masses: dict[tuple[int, int], int]) -> None:
    """Mass and pairings are the sums they stand for."""
    mu = measure(masses)
    parts = [(Fraction(x, 16), Fraction(y, 16), Fraction(m, 32)) for (x, y), m in masses.items()]
    assert mu.mass == sum(abs(m) for *_, m in parts)
    assert mu.pair_with_pyramid() == sum(m * exact_pyramid((x, y)) for x, y, m in parts)
    tau, c = Fraction(3, 7), Fraction(1, 5)
    assert mu.pair_with_relu((Fraction(1), tau), c) == sum(m * max(x + tau * y - c, Fraction(0)) for x, y, m in parts)


@given(MEASURES)
def test_annihilation(masses: dict[tuple[int, int], int]) -> None:
    """Affine annihilation is accepted exactly when all three integrals vanish."""
    integrals = [sum(m * f for (x, y), m in masses.items() for f in [(1, x, y)[k]]) for k in range(3)]
    if any(integrals):
        with pytest.raises(ValueError, match="does not annihilate"):
            measure(masses).require_annihilation()
    else:
        measure(masses).require_annihilation()


def test_symmetry_is_exact() -> None:
    """Orbits make symmetric measures; one unit more on one point breaks the symmetry."""
    mu = DualMeasure.from_orbits(np.array([[3, 1], [2, 0], [2, 2], [0, 0]]), np.array([1, 2, 3, -28]), 3, 6)
    assert len(mu.masses) == 8 + 4 + 4 + 1
    assert mu.symmetric
    mu.require_annihilation()
    masses = mu.masses.copy()
    masses[0] += 1
    assert not DualMeasure(mu.points, masses, 3, 6).symmetric


def test_orbits() -> None:
    """One point of each orbit, with the mass of all of it; only for symmetric measures."""
    mu = DualMeasure.from_orbits(np.array([[3, 1], [2, 0], [2, 2], [0, 0]]), np.array([1, 2, 3, -28]), 3, 6)
    points, masses = mu.orbits()
    found = {tuple(point): mass for point, mass in zip(points.tolist(), masses.tolist(), strict=True)}
    assert found == {(3 / 8, 1 / 8): 8 / 64, (2 / 8, 0): 8 / 64, (2 / 8, 2 / 8): 12 / 64, (0, 0): -28 / 64}
    whole = {tuple(point): mass for point, mass in zip(*(part.tolist() for part in mu.representatives()), strict=True)}
    assert whole == {(3, 1): 1, (2, 0): 2, (2, 2): 3, (0, 0): -28}
    with pytest.raises(ValueError, match="no orbits"):
        measure({(1, 0): 1}).orbits()


def test_image_moves_points() -> None:
    """Images have the same pairing with the pyramid, and other points."""
    mu = measure({(16, 3): 2, (0, 0): -1})
    assert mu.image(5).points.tolist() == [[-3, 16], [0, 0]] or mu.image(5).points.tolist() == [[3, -16], [0, 0]]
    assert mu.image(5).pair_with_pyramid() == mu.pair_with_pyramid()
    assert (mu.coordinates(5) == mu.image(5).coordinates()).all()


@pytest.mark.parametrize(
    ("points", "masses", "bits", "message"),
    [
        ([[0, 0], [0, 0]], [1, -1], (1, 1), "occurs twice"),
        ([[0, 0]], [0], (1, 1), "must not be 0"),
        ([[0, 0]], [2**53], (1, 1), "2\\^52"),
        ([[0, 0, 0]], [1], (1, 1), "one point of the plane"),
        ([[0.5, 0]], [1], (1, 1), "whole numbers"),
        ([[0, 0]], [1.0], (1, 1), "whole numbers"),
        ([[0, 0]], [1], (21, 1), "point_bits"),
        ([[0, 0]], [1], (1, -1), "mass_bits"),
        ([[32, 0]], [1], (1, 1), "below 16"),
    ],
)
def test_bad_input(points: list[list[float]], masses: list[float], bits: tuple[int, int], message: str) -> None:
    """Each mistake is named."""
    with pytest.raises(ValueError, match=message):
        DualMeasure(np.array(points), np.array(masses), *bits)


def test_bad_orbits() -> None:
    """Two points of one orbit, or none at all."""
    with pytest.raises(ValueError, match="occurs twice"):
        DualMeasure.from_orbits(np.array([[2, 1], [-1, 2]]), np.array([1, 1]), 1, 1)
    with pytest.raises(ValueError, match="at least one"):
        DualMeasure.from_orbits(np.empty((0, 2), int), np.empty(0, int), 1, 1)
