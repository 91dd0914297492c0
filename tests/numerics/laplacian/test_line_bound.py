"""The proof over all lines: that it is right where it says so, finds what is wrong, and hides no line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.laplacian.bump_density import BumpDensity
from numerics.laplacian.line_bound import _frame, _Lines, radon_below_weight
from numerics.network import Array
from numerics.weight import weight
from proofs_checks.instances.profiles import settings

SQUARE = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])


def bump(height: float, radius: float = 0.5, centre: tuple[float, float] = (0.0, 0.0)) -> BumpDensity:
    return BumpDensity(np.array([centre]), np.array([radius]), np.array([height]))


def largest_ratio(density: BumpDensity, x: Array, angles: int = 721, thresholds: int = 801) -> float:
    angle, b = np.meshgrid(np.linspace(0, np.pi, angles), np.linspace(-2, 2, thresholds))
    v = np.column_stack([np.cos(angle.ravel()), np.sin(angle.ravel())])
    radon, g = density.radon(v, b.ravel()), weight(v, b.ravel(), x)
    met = radon > 1e-12
    return float(np.max(radon[met] / np.maximum(g[met], 1e-300)))


@pytest.mark.parametrize("centre", [(0.0, 0.0), (0.3, 0.1), (-0.4, 0.4)])
def test_decides_just_below_and_just_above(centre: tuple[float, float]) -> None:
    # lines through two data are where g is least beside its jumps; random ones miss them, the proof does not
    limit = 1 / largest_ratio(bump(1.0, centre=centre), SQUARE)
    heights = np.array([0.2, 1.02]) * limit
    low, high = (radon_below_weight(bump(height, centre=centre), SQUARE) for height in heights)
    assert low.proved
    assert low.line is None
    assert not high.proved
    assert high.line is not None


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(3, 12), st.floats(0.05, 3))
def test_what_is_proved_holds_and_what_is_found_is_wrong(seed: int, n: int, size: float) -> None:
    random = np.random.default_rng(seed)
    x = random.integers(-4, 5, (n, 2)) / 2.0
    centres = x.mean(axis=0) + 0.3 * random.normal(size=(3, 2))
    density = BumpDensity(centres, np.array([0.4, 0.2, 0.3]), size * random.uniform(0, 0.3, 3))
    result = radon_below_weight(density, x)
    if result.line is not None:
        v = np.array([[np.cos(result.line[0]), np.sin(result.line[0])]])
        b = np.array([result.line[1]])
        assert not result.proved
        assert density.radon(v, b)[0] > weight(v, b, x)[0]
    if result.proved:
        angles = random.uniform(0, np.pi, 4000)
        v = np.column_stack([np.cos(angles), np.sin(angles)])
        b = random.uniform(-3, 3, 4000)
        # and lines through a datum each, from either side
        b[2000:] = np.sum(v[2000:] * x[random.integers(0, n, 2000)], axis=1) + 1e-9 * random.choice([-1, 0, 1], 2000)
        assert np.all(density.radon(v, b) <= weight(v, b, x) + 1e-12)


@given(st.integers(0, 10**6), st.floats(-1, 1), st.floats(0, np.pi), st.floats(1e-4, 0.2))
@settings(max_examples=60)
def test_margin_is_below_the_difference_over_the_box(seed: int, threshold: float, angle: float, size: float) -> None:
    random = np.random.default_rng(seed)
    x = random.normal(size=(7, 2)) + random.normal(size=2)
    density = BumpDensity(x[:2] + 0.1, np.array([0.7, 1.0]), np.array([0.1, 0.2]))
    lines = _Lines(density, x)
    half = np.array([size, size])
    box = np.array([[angle, threshold]])
    margin = lines.margin(box, half)[0]
    samples = box + half * random.uniform(-1, 1, (500, 2))
    v, _ = _frame(samples[:, 0])
    b = samples[:, 1] + v @ lines.middle
    assert margin <= np.min(weight(v, b, x) - density.radon(v, b)) + 1e-12


def test_margin_becomes_exact_in_small_boxes() -> None:
    x = np.random.default_rng(0).normal(size=(8, 2))
    density = bump(0.05)
    lines = _Lines(density, x)
    v, _ = _frame(np.array([0.7]))
    exact = weight(v, 0.1 + v @ lines.middle, x) - density.radon(v, 0.1 + v @ lines.middle)
    assert lines.margin(np.array([[0.7, 0.1]]), np.array([1e-8, 1e-8])) == pytest.approx(exact, abs=1e-6)


def test_density_outside_of_the_hull_is_found() -> None:
    result = radon_below_weight(bump(1e-6, centre=(2.0, 0.0)), SQUARE)
    assert not result.proved
    assert result.line is not None


def test_no_density_at_all() -> None:
    assert radon_below_weight(bump(0.0), SQUARE).proved


def test_duplicated_points_change_sides_together() -> None:
    twice = np.repeat(SQUARE, 5, axis=0)
    height = 0.3 / largest_ratio(bump(1.0), SQUARE)
    assert radon_below_weight(bump(height), twice).proved == radon_below_weight(bump(height), SQUARE).proved is True


def test_scale_of_the_data_does_not_matter_where_the_mean_is_small() -> None:
    # for large data |E X 1_A| alone counts, and g is of degree 2 in the data
    for scale in (1e3, 1e5):
        density = BumpDensity(np.zeros((1, 2)), np.array([0.5 * scale]), np.array([0.01 * scale]))
        assert radon_below_weight(density, scale * SQUARE).proved


def test_refused() -> None:
    with pytest.raises(ValueError, match="2 columns"):
        radon_below_weight(bump(1.0), [[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="halved 0 times or more"):
        radon_below_weight(bump(1.0), SQUARE, depth=-1)
