"""S*: known values, tricky data, an independent linear program, and certificates that must be refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from numerics.exact.root_sums import RootSum
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from numerics.separation.planar.exact_norm import Neuron, RationalNetwork, prove_norm, smallest_interpolating_norm
from numerics.separation.planar.planar_sets import (
    CROSS,
    ELEVEN_BY_ELEVEN_PYRAMID,
    FIVE_BY_FIVE,
    FIVE_BY_FIVE_PYRAMID,
    GRID,
    SEVENTEEN,
    PlanarSet,
)
from proofs_checks.instances.profiles import settings
from tests.numerics.separation.planar.planar import Sample, sampled_norm, samples

KNOWN = [
    (GRID, "8/81 sqrt(17)"),
    (SEVENTEEN, "9/578 sqrt(201) + 176/289 sqrt(251) + 9/34 sqrt(809)"),
    (CROSS, "4/25 sqrt(2)"),
    (FIVE_BY_FIVE, "12/625 + 16/25 sqrt(3) + 8/125 sqrt(21)"),
    (FIVE_BY_FIVE_PYRAMID, "3/5 + 4/625 sqrt(86)"),
    (ELEVEN_BY_ELEVEN_PYRAMID, "12/121 sqrt(34) + 28/14641 sqrt(467)"),
]


@pytest.mark.parametrize(("planar", "expected"), KNOWN, ids=[planar.name for planar, _ in KNOWN])
def test_known_values(planar: PlanarSet, expected: str) -> None:
    exact = smallest_interpolating_norm(planar.points, planar.labels)
    assert str(exact.norm) == expected
    assert exact.terms == exact.norm.terms
    assert float(exact.shallow_limit.mid()) == pytest.approx(1 / (float(exact.enclosure.mid()) + 0.5), rel=1e-12)


def as_floats(net: RationalNetwork) -> ShallowNetwork:
    """The same net in floats; the affine part by two neurons, of weight 0, active on all data within 10^3."""
    slope = np.array([float(entry) for entry in net.slope])
    W1 = np.array([[float(n.normal[0]), float(n.normal[1])] for n in net.neurons] + [slope.tolist()])
    reach = 1e4 * (1 + np.abs(slope).sum())
    b1 = np.array([-float(n.threshold) for n in net.neurons] + [reach])
    return ShallowNetwork(
        W1, b1, np.array([float(n.amplitude) for n in net.neurons] + [1.0]), float(net.constant) - reach
    )


@settings(max_examples=60)
@given(samples())
def test_the_net_has_the_norm_and_no_sampled_net_has_less(sample: Sample) -> None:
    points, labels = sample
    exact = smallest_interpolating_norm(points, labels)
    value = float(exact.enclosure.mid())
    assert [exact.net(point) for point in points] == labels
    net = as_floats(exact.net)
    own = float(exact.net.stability_norm(exact.data).enclosure().mid())
    assert stability_norm(net, np.array(points, dtype=float)) == pytest.approx(own, rel=1e-9, abs=1e-9)
    assert own >= value * (1 - 1e-12)
    assert exact.attained == (exact.net.stability_norm(exact.data) == exact.norm)


@settings(max_examples=40)
@given(samples(most=6), st.integers(0, 99))
def test_sampled_linear_programs_come_near_from_above(sample: Sample, seed: int) -> None:
    points, labels = sample
    exact = smallest_interpolating_norm(points, labels)
    value = float(exact.enclosure.mid())
    sampled = sampled_norm(points, labels, seed)
    assert value * (1 - 1e-6) - 1e-9 <= sampled <= value * (1 + 1e-3) + 1e-6


@settings(max_examples=30)
@given(samples(), st.integers(1, 5), st.integers(-3, 3))
def test_labels_scale_and_affine_functions_are_free(sample: Sample, factor: int, slope: int) -> None:
    points, labels = sample
    base = smallest_interpolating_norm(points, labels)
    other = [factor * y + slope * p[0] - 2 * p[1] + 1 for p, y in zip(points, labels, strict=True)]
    assert smallest_interpolating_norm(points, other).norm == factor * base.norm


@settings(max_examples=30)
@given(samples())
def test_reflections_and_quarter_turns_change_nothing(sample: Sample) -> None:
    points, labels = sample
    base = smallest_interpolating_norm(points, labels)
    assert smallest_interpolating_norm([(-y, x) for x, y in points], labels).norm == base.norm
    assert smallest_interpolating_norm([(x, -y) for x, y in points], labels).norm == base.norm


@settings(max_examples=30)
@given(samples(most=6), st.integers(2, 3))
def test_repeating_all_data_changes_nothing(sample: Sample, times: int) -> None:
    points, labels = sample
    base = smallest_interpolating_norm(points, labels)
    assert smallest_interpolating_norm(points * times, labels * times).norm == base.norm


@pytest.mark.parametrize(
    ("points", "labels"),
    [
        ([(Fraction(1, 2), 3)], [5]),
        ([(0, 0)] * 3, [2] * 3),
        ([(0, 0), (1, 1)], [0, 1]),
        ([(0, 0), (1, 1), (3, 3)], [1, 2, 4]),
        ([(0, 5), (0, 7), (0, -1)], [5, 7, -1]),
        ([(0, 0), (1, 0), (0, 1)], [3, -1, 2]),
        (GRID.points, [3 * x - y + 1 for x, y in GRID.points]),
    ],
    ids=["n = 1", "one point repeated", "n = 2", "collinear", "on a vertical line", "a triangle", "affine on a grid"],
)
def test_affine_labels_need_no_norm(points: list[tuple[int, int]], labels: list[int]) -> None:
    exact = smallest_interpolating_norm(points, labels)
    assert not exact.norm
    assert exact.shallow_limit.contains(2)
    assert not any(neuron.amplitude for neuron in exact.net.neurons)
    assert [exact.net(point) for point in points] == labels


def test_three_points_on_a_line() -> None:
    """Labels 0, 1, 0 at -1, 0, 1: one kink, at the middle, of amplitude -2; l = 1/3, gamma = sqrt(1 + 1)/3."""
    exact = smallest_interpolating_norm([(-1, 0), (0, 0), (1, 0)], [0, 1, 0])
    assert exact.norm == RootSum.of(Fraction(2, 9), 2)
    turned = smallest_interpolating_norm([(0, -1), (0, 0), (0, 1)], [0, 1, 0])
    assert turned.norm == exact.norm


def test_a_kink_whose_datum_is_better_counted_as_active() -> None:
    """The optimal net has data on its kinks, and its norm, which counts them as inactive, is above S*."""
    points = [(-1, -1), (-1, 1), (0, -2), (0, 1), (0, 0), (2, 2), (-2, 2)]
    exact = smallest_interpolating_norm(points, [2, 2, 1, 0, 1, 1, 1])
    assert not exact.attained
    assert exact.net.stability_norm(exact.data).enclosure() > exact.enclosure
    labels = [Fraction(y) for y in (2, 2, 1, 0, 1, 1, 1)]
    sampled = sampled_norm([(Fraction(x), Fraction(y)) for x, y in points], labels, 0)
    assert sampled == pytest.approx(float(exact.enclosure.mid()), rel=1e-4)


@pytest.mark.parametrize("factor", [Fraction(10**9), Fraction(1, 10**9), Fraction(1, 3)])
def test_badly_scaled_labels(factor: Fraction) -> None:
    exact = smallest_interpolating_norm(GRID.points, [factor * y for y in GRID.labels])
    assert exact.norm == RootSum.of(factor * Fraction(8, 81), 17)


@pytest.mark.parametrize("scale", [Fraction(10**6), Fraction(1, 10**6), Fraction(7, 3)])
def test_badly_scaled_points(scale: Fraction) -> None:
    """On the cross of arm s the two lines cost s/5 sqrt(1 + s^2)/5 each, with amplitudes 2/s: 4 sqrt(1 + s^2)/25."""
    exact = smallest_interpolating_norm([(scale * x, scale * y) for x, y in CROSS.points], CROSS.labels)
    square = scale.denominator**2 + scale.numerator**2
    assert exact.norm == RootSum.of(Fraction(4, 25 * scale.denominator), square)


@settings(max_examples=20)
@given(samples(most=7), st.integers(0, 6))
def test_what_is_proved_is_proved_again_and_not_of_other_labels(sample: Sample, place: int) -> None:
    points, labels = sample
    exact = smallest_interpolating_norm(points, labels)
    assert prove_norm(points, labels, exact.dual, exact.net).norm == exact.norm
    other = list(labels)
    other[place % len(labels)] += 1
    with pytest.raises(ArithmeticError, match="where the label is"):
        prove_norm(points, other, exact.dual, exact.net)
    assume(exact.norm)
    doubled = [2 * mass for mass in exact.dual]
    with pytest.raises(ArithmeticError, match="but the net has the norm"):
        prove_norm(points, labels, doubled, exact.net)


def test_a_measure_that_does_not_annihilate_affine_functions_is_refused() -> None:
    exact = smallest_interpolating_norm(GRID.points, GRID.labels)
    moved = [exact.dual[0] + RootSum.of(Fraction(1, 1000)), *exact.dual[1:]]
    with pytest.raises(ArithmeticError, match="does not annihilate"):
        prove_norm(GRID.points, GRID.labels, moved, exact.net)


def test_a_violated_constraint_is_named() -> None:
    """A measure of a better value than S*, against a net that claims that value, fails at a line."""
    exact = smallest_interpolating_norm(CROSS.points, CROSS.labels)
    wasteful = RationalNetwork(
        exact.net.constant,
        exact.net.slope,
        (*exact.net.neurons, Neuron((1, 0), Fraction(0), Fraction(1, 7)), Neuron((1, 0), Fraction(0), Fraction(-1, 7))),
    )
    cost = RootSum.combination([(1, exact.norm), (Fraction(2, 7), exact.norm * Fraction(1, 4))])
    factor = cost.terms[0][0] / exact.norm.terms[0][0]
    with pytest.raises(ArithmeticError, match="violates the constraint of the line"):
        prove_norm(CROSS.points, CROSS.labels, [factor * mass for mass in exact.dual], wasteful)


def test_a_neuron_off_the_lines_is_refused() -> None:
    net = RationalNetwork(Fraction(0), (Fraction(0), Fraction(0)), (Neuron((1, 0), Fraction(1, 2), Fraction(2)),))
    with pytest.raises(ArithmeticError, match="does not lie on a line through data"):
        prove_norm(GRID.points, [net(p) for p in GRID.points], [RootSum()] * 9, net)


def test_a_measure_of_another_length_is_refused() -> None:
    exact = smallest_interpolating_norm(CROSS.points, CROSS.labels)
    with pytest.raises(ValueError, match="one mass for each of the 5 points"):
        prove_norm(CROSS.points, CROSS.labels, exact.dual[:-1], exact.net)


def test_numbers_of_numpy_and_floats_are_the_rationals_that_they_are() -> None:
    exact = smallest_interpolating_norm(CROSS.points, CROSS.labels)
    for kind in (np.int64, np.float32, np.float64):
        assert smallest_interpolating_norm(np.array(CROSS.points, kind), np.array(CROSS.labels, kind)) == exact
    tenth = Fraction(*(0.1).as_integer_ratio())
    assert smallest_interpolating_norm(CROSS.points, [0.1, 0, 0, 0, 0]).norm == tenth * exact.norm
    assert smallest_interpolating_norm(CROSS.points, [Fraction(1, 10), 0, 0, 0, 0]).norm == exact.norm * Fraction(1, 10)


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(-2, 2)), min_size=1, max_size=6, unique_by=lambda pair: pair[0])
)
def test_data_on_the_line_are_data_on_a_line_of_the_plane(pairs: list[tuple[int, int]]) -> None:
    """However the line lies along the second axis, and whether its points are numbers or rows of one."""
    points, labels = [x for x, _ in pairs], [y for _, y in pairs]
    exact = smallest_interpolating_norm(points, labels)
    assert smallest_interpolating_norm(np.array(points, float)[:, None], labels) == exact
    assert smallest_interpolating_norm([(0, x) for x in points], labels).norm == exact.norm
    assert prove_norm(points, labels, exact.dual, exact.net).norm == exact.norm


def test_no_random_net_on_the_line_has_less() -> None:
    """A net in one dimension, its norm by `stability_norm` at data with one column."""
    points = np.array([[-2.0], [-1.0], [0.5], [1.0], [3.0]])
    for seed in range(20):
        random = np.random.default_rng(seed)
        W1, b1, w2 = random.integers(-3, 4, (4, 1)) / 2, random.integers(-3, 4, 4) / 2, random.integers(-3, 4, 4) / 2
        net = ShallowNetwork(W1, b1, w2, 0.0)
        least = float(smallest_interpolating_norm(points, net(points)).enclosure.mid())
        assert least <= stability_norm(net, points) * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([(0, 0, 0), (1, 2, 3)], "one or two coordinates, but one has 3: .* three dimensions"),
        ([(0, 0), 1], "point 1 must have two coordinates, not 1"),
        ([float("nan"), 1], "point 0 must be made of finite numbers"),
        ([float("inf"), 1], "point 0 must be made of finite numbers"),
        ([True, 1], "point 0 must be made of finite numbers"),
        (["01", "2"], "point 0 must be made of finite numbers"),
        ([[[0, 1]], [[1, 2]]], "point 0 must be made of finite numbers"),
    ],
)
def test_other_points_are_refused(points: list[object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        smallest_interpolating_norm(points, [0, 1])
