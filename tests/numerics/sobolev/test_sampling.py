"""Nets that sample a function: exact where they must be, within the bounds, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.gram import gram_matrix, gram_sharpness
from numerics.network import ShallowNetwork
from numerics.sobolev.compact_bump import CompactBump
from numerics.sobolev.growing_width import ball_points
from numerics.sobolev.ridgelet import GaussianBump
from numerics.sobolev.sampling import (
    RadialFunction,
    best_scales,
    draw,
    error_bound,
    sharpness_bound,
    sharpness_bound_on,
)
from proofs_checks.instances.profiles import settings


@pytest.mark.parametrize("function", [GaussianBump(1), GaussianBump(2), GaussianBump(3), CompactBump(3, 4)])
def test_many_neurons_come_near(function: RadialFunction) -> None:
    """Without bias: 40,000 neurons are within a few standard errors of f, at points of the ball."""
    generator = np.random.default_rng(1)
    one = draw(function, 1.25, 40_000, generator)
    points = ball_points(function.dimension, 1.25, 50, generator)
    error = np.abs(one.network()(points) - function.value(points)).max()
    assert error <= 4 * one.mass / math.sqrt(one.width)


@settings(max_examples=25)
@given(st.integers(1, 3), st.integers(1, 40), st.floats(0.5, 4), st.integers(0, 2**31))
def test_sharpness(d: int, width: int, radius: float, seed: int) -> None:
    """Any draw, any data in the ball: both scales obey their bounds, and the net is exact at the centre."""
    generator = np.random.default_rng(seed)
    one = draw(GaussianBump(d), radius, width, generator)
    x = ball_points(d, radius, 7, generator)
    net = one.network()
    assert net(np.zeros((1, d)))[0] == 1.0
    assert np.all(one.thresholds >= 0)
    assert net.canonical().amplitudes == pytest.approx(one.signs * one.mass / width)
    assert gram_sharpness(net, x) <= float(sharpness_bound(one.mass, radius)) * (1 + 1e-9)
    assert gram_sharpness(best_scales(net, x), x) <= sharpness_bound_on(one.mass, radius, x) * (1 + 1e-9)
    assert sharpness_bound_on(one.mass, radius, x) <= float(sharpness_bound(one.mass, radius)) * (1 + 1e-9)


def test_best_scales() -> None:
    """They minimise the trace; dead neurons and those without output weight stay."""
    x = np.array([[1.0], [2.0], [-1.0]])
    net = ShallowNetwork(
        np.array([[1.0], [-3.0], [1.0], [1.0]]), np.array([0.5, 0.25, -9.0, 0.0]), np.array([2.0, 0.5, 1.0, 0.0]), 0.0
    )
    best = best_scales(net, x)
    assert best.W1[2:].tolist() == net.W1[2:].tolist()
    least = np.trace(gram_matrix(best, x))
    for i, factor in ((0, 1.1), (0, 0.9), (1, 1.1), (1, 0.9)):
        scales = np.ones(4)
        scales[i] = factor
        assert np.trace(gram_matrix(best.rescaled(scales), x)) > least


def test_affine_part_is_added() -> None:
    """Values and the bound, which one datum at the edge of the ball attains up to the neurons' share."""
    one = draw(GaussianBump(2), 2, 5, np.random.default_rng(0))
    net = one.with_affine([3.0, -4.0], 7.0)
    x = np.array([[0.5, 1.0], [-1.0, 0.3]])
    assert net(x) == pytest.approx(one.network()(x) + x @ [3.0, -4.0] + 7.0)
    edge = np.array([[1.2, -1.6]])
    affine = 1 + 2 * 5 * 2 * math.sqrt(5)
    assert affine <= gram_sharpness(net, edge) <= float(sharpness_bound(one.mass, 2, 5))


def test_refused() -> None:
    """Zero slopes, data outside, widths and radii that are not positive."""
    generator = np.random.default_rng(0)
    one = draw(GaussianBump(1), 2, 1, generator)
    with pytest.raises(ValueError, match="not all 0"):
        one.with_affine([0.0], 1.0)
    with pytest.raises(ValueError, match="vector of 1 numbers"):
        one.with_affine([1.0, 2.0], 1.0)
    with pytest.raises(ValueError, match=r"ball of radius 1\.0, but one has norm 3"):
        sharpness_bound_on(1.0, 1.0, [[3.0]])
    with pytest.raises(ValueError, match="not 0 and 5"):
        draw(GaussianBump(1), 0, 5, generator)
    with pytest.raises(ValueError, match="the width at least 1, not 1 and 0"):
        draw(GaussianBump(1), 1, 0, generator)
    with pytest.raises(ValueError, match="at least 1, not 0"):
        error_bound(1, 1, 0)
