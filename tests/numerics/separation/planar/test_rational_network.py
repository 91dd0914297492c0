"""Rational nets against the floats: values, weights of lines, and the stability norm with neurons merged."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.root_sums import RootSum
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from numerics.separation.planar.dichotomies import PlanarData
from numerics.separation.planar.rational_network import Neuron, RationalNetwork, line_weight
from numerics.weight import weight
from tests.numerics.separation.planar.planar import Sample, samples

NEURONS = (
    Neuron((1, 0), Fraction(1, 3), Fraction(2)),
    Neuron((1, -2), Fraction(1, 5), Fraction(-1, 2)),
    Neuron((1, 0), Fraction(1, 3), Fraction(-3)),
)
SEVENTHS = st.sampled_from([Fraction(k, 7) for k in range(-9, 10) if k % 7])
"""Thresholds at which no half-integral point lies on a line of whole coefficients."""
NET = RationalNetwork(Fraction(1), (Fraction(1, 2), Fraction(0)), NEURONS)


def in_floats() -> ShallowNetwork:
    """The same net, its affine part by a neuron that is active for x_1 > -10, so on all data."""
    W1 = [neuron.normal for neuron in NEURONS]
    b1, w2 = ([-float(neuron.threshold) for neuron in NEURONS], [float(neuron.amplitude) for neuron in NEURONS])
    return ShallowNetwork([*W1, (1, 0)], [*b1, 10.0], [*w2, 0.5], 1.0 - 5.0)


@given(samples())
def test_values_and_norm(sample: Sample) -> None:
    points, _ = sample
    data = PlanarData.of(points, [Fraction(0)] * len(points))
    x = np.array(points, dtype=float)
    np.testing.assert_allclose(in_floats()(x), [float(NET(point)) for point in points], rtol=1e-12, atol=1e-12)
    assert float(NET.stability_norm(data).enclosure().mid()) == pytest.approx(
        stability_norm(in_floats(), x), rel=1e-9, abs=1e-9
    )


@given(samples(), st.integers(-3, 3), SEVENTHS)
def test_weight_of_a_line(sample: Sample, q: int, threshold: Fraction) -> None:
    points, _ = sample
    data = PlanarData.of(points, [Fraction(0)] * len(points))
    length = np.hypot(1, q)
    expected = length * weight(
        np.array([[1, q]]) / length, np.array([float(threshold)]) / length, np.array(points, float)
    )
    assert float(line_weight(data, (1, q), threshold).enclosure().mid()) == pytest.approx(
        expected[0], rel=1e-6, abs=1e-9
    )


def test_exact_weight() -> None:
    """Two data at x_1 = 0 and 2, the line between them: E(<w,x>-1)_+ = 1/2, P = 1/2, E X 1 = (1, 0)."""
    data = PlanarData.of([(0, 0), (2, 0)], [0, 0])
    # the left side has P = 1/2 and E X 1 = 0
    assert line_weight(data, (1, 0), Fraction(1)) == RootSum.of(Fraction(1, 4))
    # further left the sides are (3/4, sqrt(5)/2) and (1/4, 1/2)
    assert line_weight(data, (1, 0), Fraction(1, 2)) == RootSum.of(Fraction(1, 8))


def test_kinks() -> None:
    assert NET.on_kinks(PlanarData.of([(Fraction(1, 3), 7)], [0]))
    assert not NET.on_kinks(PlanarData.of([(0, 0)], [0]))
    silent = RationalNetwork(Fraction(0), (Fraction(0), Fraction(0)), (Neuron((1, 0), Fraction(0), Fraction(0)),))
    assert not silent.on_kinks(PlanarData.of([(0, 0)], [0]))
