"""Data in the plane for exact norms."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from numerics.network import ShallowNetwork
from numerics.separation.planar.dichotomies import PlanarData
from numerics.separation.planar.exact_norm import smallest_interpolating_norm
from numerics.separation.planar.planar_sets import SEVENTEEN
from proofs_checks.instances.interpolation import COLLINEAR, exact_value, largest_over_orientations, planar_data


def test_collinear() -> None:
    """Three points of affine rank two."""
    assert PlanarData.of(COLLINEAR.points, COLLINEAR.labels).affine_rank == 2


@given(planar_data())
def test_labels_go_with_points(sample: tuple[list[tuple[int, int]], list[int]]) -> None:
    """Equal points have equal labels, so that the data can be interpolated."""
    points, labels = sample
    assert len(points) == len(labels) >= 1
    assert len(set(zip(points, labels, strict=True))) == len(set(points))


@given(st.integers(0, 1000))
def test_exact_value(seed: int) -> None:
    """The value in fractions is that in floats, up to rounding; exactly so by hand."""
    generator = np.random.default_rng(seed)
    net = ShallowNetwork(generator.normal(size=(3, 2)), generator.normal(size=3), generator.normal(size=3), 0.25)
    x = generator.integers(-3, 4, 2)
    value = exact_value(net, [Fraction(int(entry)) for entry in x])
    assert abs(float(value) - float(net(x[None].astype(float))[0])) < 1e-12
    hinge = ShallowNetwork(np.array([[2.0, -1.0]]), np.array([0.5]), np.array([-0.25]), 1.0)
    assert exact_value(hinge, [Fraction(1), Fraction(1)]) == Fraction(5, 8)
    assert exact_value(hinge, [Fraction(-1), Fraction(1)]) == 1


def test_largest_over_orientations() -> None:
    """The dearer orientations cost more than the cheaper ones."""
    least = float(smallest_interpolating_norm(SEVENTEEN.points, SEVENTEEN.labels).enclosure.mid())
    assert largest_over_orientations(SEVENTEEN) > least + 1e-3
