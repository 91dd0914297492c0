"""Growing widths: rows, gradient descent near a minimum, labels of the function, and the contrast."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.gram import gram_sharpness
from numerics.network import ShallowNetwork
from numerics.sobolev.growing_width import (
    ball_points,
    deviation_growth,
    pyramid_contrast,
    sampled_contrast,
    sampled_rows,
    with_labels,
)
from numerics.sobolev.ridgelet import GaussianBump


def test_rows() -> None:
    """Every column of a row obeys its bound; the same seed gives the same rows."""
    rows = sampled_rows(GaussianBump(2), 2, (4, 64), data=20, draws=3, seed=3)
    assert rows == sampled_rows(GaussianBump(2), 2, (4, 64), data=20, draws=3, seed=3)
    assert [row.width for row in rows] == [4, 64]
    assert rows[0].sharpness_bound == rows[1].sharpness_bound
    for row in rows:
        assert row.error <= row.largest_error
        assert row.error <= row.error_bound
        assert 1 + 2 * row.norm <= row.sharpness <= row.sharpness_bound
        assert row.step_size == 2 / row.sharpness_bound
        assert row.staying is not None
        assert row.staying <= 1.01
    assert sampled_rows(GaussianBump(1), 2, (4,), data=5, draws=1, descend=False)[0].leaving is None
    with pytest.raises(ValueError, match="not 0 and 12"):
        sampled_rows(GaussianBump(1), 2, (4,), data=0)


def test_deviations_grow_above_the_threshold_only() -> None:
    """Along the sharpest direction a step eta multiplies a deviation by 1 - eta lambda."""
    net = ShallowNetwork(np.array([[1.0], [-2.0]]), np.array([0.3, 0.1]), np.array([1.0, 0.5]), 0.0)
    x = np.array([[1.0], [2.0], [-1.0]])
    top = gram_sharpness(net, x)
    for multiple, steps in ((1.5, 10), (2.0, 6), (2.5, 5)):
        growth = deviation_growth(net, x, multiple / top, steps=steps)
        assert growth == pytest.approx(abs(1 - multiple) ** steps, rel=1e-3)
    assert deviation_growth(net, x, 1.0 / top, steps=0, seed=1) == pytest.approx(1.0)


def test_labels() -> None:
    """The labels are met exactly; a net that is too narrow is refused."""
    generator = np.random.default_rng(0)
    x = ball_points(2, 1.0, 6, generator)
    y = generator.normal(size=6)
    wide = ShallowNetwork(generator.normal(size=(40, 2)), generator.normal(size=40), generator.normal(size=40), 0.0)
    assert with_labels(wide, x, y)(x) == pytest.approx(y)
    narrow = ShallowNetwork(np.array([[1.0, 0.0]]), np.array([5.0]), np.array([1.0]), 0.0)
    with pytest.raises(ArithmeticError, match="too narrow"):
        with_labels(narrow, x, y)


def test_contrast() -> None:
    """The smooth function's norm stays, the pyramid's grows, both errors fall."""
    smooth = sampled_contrast(GaussianBump(2), 4.0, (64, 1024))
    rough = pyramid_contrast(4.0, (0.4, 0.2))
    assert smooth[1].norm == pytest.approx(smooth[0].norm, rel=0.3)
    assert rough[1].norm > 1.5 * rough[0].norm
    for rows in (smooth, rough):
        assert rows[1].error < rows[0].error
        assert rows[1].width > rows[0].width


def test_points_lie_in_the_ball() -> None:
    """Uniform on the ball: none outside, about 1/2^d of them within half of the radius."""
    for d in (1, 2, 3):
        norms = np.linalg.norm(ball_points(d, 3.0, 4000, np.random.default_rng(0)), axis=1)
        assert norms.max() <= 3.0
        assert np.mean(norms < 1.5) == pytest.approx(0.5**d, abs=0.03)
