"""The linear program: what it returns is proved, nearly as large as can be, and follows the data when they move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from numerics.laplacian.largest_density import largest_density, mass_ceiling
from numerics.laplacian.line_bound import radon_below_weight
from numerics.network import Array
from numerics.weight import weight
from proofs_checks.instances.profiles import settings

POINTS = np.random.default_rng(3).normal(size=(9, 2))


def integral_of_the_weight(x: Array, angle: float) -> float:
    v = np.array([np.cos(angle), np.sin(angle)])
    thresholds = np.linspace((x @ v).min(), (x @ v).max(), 40_001)
    g = weight(np.tile(v, (len(thresholds), 1)), thresholds, x)
    return float(integrate.trapezoid(g, thresholds))


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.integers(2, 9))
def test_ceiling_is_the_least_integral_of_the_weight(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 2)) + random.normal(size=2)
    expected = min(integral_of_the_weight(x, angle) for angle in np.arange(6) * np.pi / 6)
    assert mass_ceiling(x, angles=6) == pytest.approx(expected, rel=1e-3)


def test_ceiling_of_two_points() -> None:
    # g(0, b) = min(1 - b, 1 + b)/2 sqrt(1/4 + 1/4) for v = (1, 0); its integral is sqrt(1/8)
    assert mass_ceiling([[-1.0, 0.0], [1.0, 0.0]], angles=1) == pytest.approx(8**-0.5)


def test_returned_density_is_proved_and_cannot_grow_much() -> None:
    result = largest_density(POINTS)
    assert result.bound.proved
    assert radon_below_weight(result.density, POINTS).proved
    assert radon_below_weight(result.density.scaled(1.03), POINTS).line is not None
    assert 0.5 * result.ceiling < result.density.mass <= result.ceiling
    assert 0.9 < result.factor <= 1.01


def test_finer_grid_has_no_smaller_mass_by_much() -> None:
    masses = [largest_density(POINTS, spacing=spacing).density.mass for spacing in (0.5, 0.25)]
    assert masses[1] > 0.98 * masses[0]


def test_mirrored_data_have_a_density_of_the_same_mass() -> None:
    # the grid is centred on the data's box, so a reflection maps it onto itself
    mirrored = POINTS * [-1.0, 1.0]
    masses = [largest_density(x, spacing=0.3).density.mass for x in (POINTS, mirrored)]
    assert masses[1] == pytest.approx(masses[0], rel=0.02)


def test_density_ends_inside_the_hull() -> None:
    density = largest_density(POINTS, spacing=0.3).density
    used = density.heights > 0
    angles = np.linspace(0, 2 * np.pi, 360)
    v = np.column_stack([np.cos(angles), np.sin(angles)])
    reach = np.max(v @ density.centres[used].T + density.radii[used], axis=1)
    assert np.all(reach < np.max(v @ POINTS.T, axis=1))


@pytest.mark.parametrize("x", [[[0.0, 0.0]], [[0.0, 0.0], [1.0, 1.0]], [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]])
def test_data_on_one_line_are_refused(x: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="lie on one line"):
        largest_density(x)


@pytest.mark.parametrize("options", [{"spacing": 0.0}, {"spacing": -1.0}, {"spread": 0.0}])
def test_bad_options_are_named(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        largest_density(POINTS, **options)


def test_grid_too_coarse_for_the_hull() -> None:
    with pytest.raises(ValueError, match="no bump fits"):
        largest_density([[0.0, 0.0], [1.0, 0.0], [0.5, 0.001]], spacing=0.5)


def test_other_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="2 columns"):
        largest_density([[0.0], [1.0], [2.0]])
