"""Nets differentiable at the data approach S*; on the grid none attains it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from numerics.separation.planar.differentiable_nets import differentiable_network, only_approached
from numerics.separation.planar.exact_norm import smallest_interpolating_norm
from numerics.separation.planar.planar_sets import CROSS, FIVE_BY_FIVE_PYRAMID, GRID, SEVENTEEN, PlanarSet
from numerics.separation.planar.rational_network import Neuron, RationalNetwork
from proofs_checks.instances.profiles import settings
from tests.numerics.separation.planar.planar import Sample, samples


@settings(max_examples=30)
@given(samples())
def test_they_interpolate_and_come_near(sample: Sample) -> None:
    points, labels = sample
    exact = smallest_interpolating_norm(points, labels)
    gaps = []
    for exponent in (9, 12):
        net = differentiable_network(exact, Fraction(1, 10**exponent))
        assert [net(point) for point in points] == labels
        assert not net.on_kinks(exact.data)
        gaps.append(float((net.stability_norm(exact.data).enclosure() - exact.enclosure).mid()))
    assert -1e-14 <= gaps[1] <= 1e-3 * gaps[0] * (1 + 1e-3) + 1e-14
    assert gaps[0] <= 1e-3


@pytest.mark.parametrize("planar", [GRID, FIVE_BY_FIVE_PYRAMID], ids=lambda s: s.name)
def test_not_attained(planar: PlanarSet) -> None:
    exact = smallest_interpolating_norm(planar.points, planar.labels)
    assert only_approached(exact)
    for exponent in (2, 4, 6):
        net = differentiable_network(exact, Fraction(1, 10**exponent))
        assert net.stability_norm(exact.data).enclosure() > exact.enclosure


def test_attained_on_the_cross() -> None:
    """1 - 2 sum relu(+-x_i - 1/2) is differentiable at the data and attains S*; nothing shows the contrary."""
    exact = smallest_interpolating_norm(CROSS.points, CROSS.labels)
    half = Fraction(1, 2)
    # relu(-x - 1/2) = -x - 1/2 + relu(x + 1/2), for each coordinate
    neurons = tuple(Neuron(w, sign * half, Fraction(-2)) for w in ((1, 0), (0, 1)) for sign in (1, -1))
    net = RationalNetwork(Fraction(3), (Fraction(2), Fraction(2)), neurons)
    assert [net(point) for point in CROSS.points] == list(CROSS.labels)
    assert net.stability_norm(exact.data) == exact.norm
    assert not net.on_kinks(exact.data)
    assert not only_approached(exact)


def test_affine_labels_are_attained() -> None:
    exact = smallest_interpolating_norm(CROSS.points, [x for x, _ in CROSS.points])
    assert not only_approached(exact)
    assert not differentiable_network(exact, 1).neurons


def test_a_bad_epsilon_is_refused() -> None:
    exact = smallest_interpolating_norm(SEVENTEEN.points, SEVENTEEN.labels)
    with pytest.raises(ValueError, match="epsilon must be positive"):
        differentiable_network(exact, 0)
    grid = smallest_interpolating_norm(GRID.points, GRID.labels)
    with pytest.raises(ArithmeticError, match="take a smaller one"):
        differentiable_network(grid, 1)
