"""Sums of bumps: their masses and Radon transforms against quadrature, and the bounds of their derivatives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from numerics.laplacian.bump_density import CHORD_SLOPE, BumpDensity, chord_bend, chord_slopes, chords

DENSITY = BumpDensity(np.array([[0.3, -0.2], [1.0, 1.0]]), np.array([0.5, 2.0]), np.array([2.0, 0.25]))


@given(st.floats(0, 2 * math.pi), st.floats(-3, 3))
def test_radon_transform_is_the_integral_over_the_line(angle: float, threshold: float) -> None:
    v = np.array([math.cos(angle), math.sin(angle)])
    along = np.array([-v[1], v[0]])
    steps = np.linspace(-6, 6, 20_001)
    values = DENSITY(threshold * v + steps[:, None] * along)
    direct = integrate.simpson(values, x=steps)
    assert DENSITY.radon(v[None], [threshold])[0] == pytest.approx(direct, abs=1e-6)


def test_mass_is_the_integral_over_thresholds_and_over_the_plane() -> None:
    thresholds = np.linspace(-4, 4, 8001)
    directions = np.tile([0.6, 0.8], (len(thresholds), 1))
    assert integrate.simpson(DENSITY.radon(directions, thresholds), x=thresholds) == pytest.approx(DENSITY.mass)
    ticks = np.linspace(-4, 4, 801)
    points = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    assert DENSITY(points).sum() * (ticks[1] - ticks[0]) ** 2 == pytest.approx(DENSITY.mass, rel=1e-4)


def test_one_line_has_two_names() -> None:
    v, b = np.array([[0.6, 0.8]]), np.array([0.7])
    assert DENSITY.radon(v, b) == pytest.approx(DENSITY.radon(-v, -b), rel=1e-13)


@pytest.mark.parametrize("radius", [0.25, 1.0, 3.0])
def test_derivatives_and_their_bounds(radius: float) -> None:
    r = np.array([radius])
    u = np.linspace(-1.1 * radius, 1.1 * radius, 4001)[:, None]
    step = 1e-5 * radius
    slopes = chord_slopes(u, r)
    assert (chords(u + step, r) - chords(u - step, r)) / (2 * step) == pytest.approx(slopes, abs=1e-6)
    bends = (chord_slopes(u + step, r) - chord_slopes(u - step, r)) / (2 * step)
    assert 0.999 * CHORD_SLOPE < np.abs(slopes).max() <= CHORD_SLOPE
    assert 0.999 * chord_bend(r) < np.abs(bends).max() <= chord_bend(r) * (1 + 1e-6)


def test_scaled() -> None:
    assert DENSITY.scaled(0.5).mass == pytest.approx(DENSITY.mass / 2)


@pytest.mark.parametrize(
    ("centres", "radii", "heights", "what"),
    [
        ([[0.0]], [1.0], [1.0], "in the plane"),
        ([[0.0, 0.0]], [1.0, 2.0], [1.0], "a radius and a height"),
        ([[0.0, 0.0]], [0.0], [1.0], "radii must be positive"),
        ([[0.0, 0.0]], [1.0], [-1.0], "must not be negative"),
        ([[math.nan, 0.0]], [1.0], [1.0], "must be finite"),
    ],
)
def test_refused(centres: object, radii: object, heights: object, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        BumpDensity(centres, radii, heights)  # type: ignore[arg-type]


def test_lines_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"directions \[2, 2\]"):
        DENSITY.radon([[1.0, 0.0]], [0.0, 1.0])
