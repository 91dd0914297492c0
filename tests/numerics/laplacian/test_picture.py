"""The mollified Laplacian is the Laplacian of the mollified net, and lines are drawn where they are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from numerics.laplacian.picture import line_ends, mollified_laplacian, square_grid
from numerics.network import Array, ShallowNetwork
from tests.numerics.examples import net


def mollified(network: ShallowNetwork, x: Array, width: float) -> Array:
    """The net convolved with a Gaussian: E relu(t + s Z) = t Phi(t/s) + s phi(t/s) for each unit of slope."""
    slopes = np.linalg.norm(network.W1, axis=1)
    t = network.preactivations(x)
    spread = width * slopes
    values = t * special.ndtr(t / spread) + spread * np.exp(-((t / spread) ** 2) / 2) / math.sqrt(2 * math.pi)
    return np.asarray(values @ network.w2 + network.b2)


@given(st.integers(0, 10**6), st.integers(1, 4), st.floats(0.3, 2))
def test_laplacian_of_the_mollified_net(seed: int, d: int, width: float) -> None:
    random = np.random.default_rng(seed)
    network = ShallowNetwork(random.normal(size=(5, d)), random.normal(size=5), random.normal(size=5), 0.3)
    x = random.normal(size=(6, d))
    step = 1e-3 * width
    differences = [
        mollified(network, x + sign * step * np.eye(d)[axis], width) - mollified(network, x, width)
        for axis in range(d)
        for sign in (1, -1)
    ]
    expected = np.sum(differences, axis=0) / step**2
    scale = float(np.sum(np.abs(network.w2) * np.linalg.norm(network.W1, axis=1))) / width
    assert mollified_laplacian(network, x, width) == pytest.approx(expected, abs=1e-5 * scale)


def test_neurons_on_one_line_are_merged() -> None:
    # relu(t) + relu(-t) has twice the Laplacian of relu(t), relu(t) - relu(-t) = t has none
    x = np.array([[0.0], [0.5]])
    single = mollified_laplacian(net([[1.0]], [0.0], [1.0], 0.0), x, 0.5)
    for sign, factor in ((1.0, 2.0), (-1.0, 0.0)):
        pair = net([[1.0], [-1.0]], [0.0, 0.0], [1.0, sign], 0.0)
        assert mollified_laplacian(pair, x, 0.5) == pytest.approx(factor * single)
        assert mollified_laplacian(pair, x, 0.5, absolute=True) == pytest.approx(factor * single)


def test_sign_is_kept_unless_the_variation_is_asked_for() -> None:
    network = net([[1.0], [1.0]], [0.0, -4.0], [-1.0, 2.0], 0.0)
    x = np.array([[0.0], [4.0]])
    peaks = np.array([-1.0, 2.0]) / (0.1 * math.sqrt(2 * math.pi))
    assert mollified_laplacian(network, x, 0.1) == pytest.approx(peaks)
    assert mollified_laplacian(network, x, 0.1, absolute=True) == pytest.approx(np.abs(peaks))


def test_no_hyperplane_no_laplacian() -> None:
    constant = net(np.zeros((2, 3)).tolist(), [1.0, -1.0], [1.0, 1.0], 0.5)
    assert list(mollified_laplacian(constant, np.zeros((4, 3)), 1.0)) == [0.0] * 4


@pytest.mark.parametrize("width", [0.0, -1.0, math.inf, math.nan])
def test_width_is_checked(width: float) -> None:
    with pytest.raises(ValueError, match="the width must be positive"):
        mollified_laplacian(net([[1.0]], [0.0], [1.0], 0.0), [[0.0]], width)


def test_ends_lie_on_the_line_and_far_out() -> None:
    network = net([[3.0, 4.0], [0.0, -2.0]], [5.0, 1.0], [1.0, 1.0], 0.0)
    reduced = network.reduced()
    ends = line_ends(reduced, 2.0)
    assert np.einsum("lpk,lk->lp", ends, reduced.directions) == pytest.approx(np.tile(reduced.thresholds, (2, 1)).T)
    assert np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) == pytest.approx([16.0, 16.0])
    with pytest.raises(ValueError, match="in 1 dimensions"):
        line_ends(net([[1.0]], [0.0], [1.0], 0.0).reduced(), 1.0)


def test_grid_runs_along_the_first_coordinate() -> None:
    ticks, points = square_grid(1.0, 3)
    assert ticks.tolist() == [-1.0, 0.0, 1.0]
    assert points[:4].tolist() == [[-1.0, -1.0], [0.0, -1.0], [1.0, -1.0], [-1.0, 0.0]]
