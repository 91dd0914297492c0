"""Lines through data: all activation patterns are found, and the least weight on each line is the right one."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.separation.planar.dichotomies import PlanarData, dichotomies, lines
from numerics.separation.planar.planar_sets import PLANAR_SETS, PlanarSet
from numerics.weight import one_sided_weight
from proofs_checks.instances.profiles import settings
from tests.numerics.separation.planar.planar import Sample, sampled_hyperplanes, samples
from tests.unchecked import unchecked

SMALL = [s for s in PLANAR_SETS if len(s.points) < 30]


def euler_count(data: PlanarData) -> int:
    """The cells of the arrangement of the lines dual to the points: each oriented, without the trivial pattern."""
    total, seen = 0, set()
    for i, j in itertools.combinations(range(len(data.points)), 2):
        (x0, y0), (x1, y1) = data.points[i], data.points[j]
        on = frozenset(k for k, (x, y) in enumerate(data.points) if (x1 - x0) * (y - y0) == (y1 - y0) * (x - x0))
        if on not in seen:
            seen.add(on)
            total += len(on) - 1
    return 2 * total


def sampled_patterns(data: PlanarData, seed: int) -> set[frozenset[int]]:
    """Patterns of sampled half-planes, on no boundary of which a datum lies."""
    x = np.array(data.points, dtype=float)
    v, b = sampled_hyperplanes(x, seed)
    t = np.concatenate([v @ x.T - b[:, None], b[:, None] - v @ x.T])
    patterns = {frozenset(np.flatnonzero(row > 0).tolist()) for row in t[np.abs(t).min(axis=1) > 1e-12]}
    return {pattern for pattern in patterns if 0 < len(pattern) < len(x)}


@pytest.mark.parametrize("planar", SMALL, ids=lambda s: s.name)
def test_patterns_of_the_named_sets(planar: PlanarSet) -> None:
    data = PlanarData.of(planar.points, planar.labels)
    found = dichotomies(data)
    assert len(found) == euler_count(data)
    assert sampled_patterns(data, 0) <= found
    assert {frozenset(range(len(data.points))) - pattern for pattern in found} == found


@settings(max_examples=40)
@given(samples())
def test_patterns_are_those_that_half_planes_cut_off(sample: Sample) -> None:
    data = PlanarData.of(*sample)
    found = dichotomies(data)
    assert len(found) == euler_count(data)
    assert sampled_patterns(data, 1) <= found


def test_the_grid_has_56_patterns_and_all_of_them_are_sampled() -> None:
    grid = PLANAR_SETS[0]
    data = PlanarData.of(grid.points, grid.labels)
    assert len(dichotomies(data)) == 56
    assert sampled_patterns(data, 0) == dichotomies(data)


@settings(max_examples=40)
@given(samples(), st.integers(0, 99))
def test_weights_are_the_least_ones_nearby(sample: Sample, seed: int) -> None:
    """On each side, l gamma is the least one-sided weight of hyperplanes very near the line, times |w|."""
    data = PlanarData.of(*sample)
    x = np.array(data.points, dtype=float)
    generator = np.random.default_rng(seed)
    collinear = data.affine_rank < 3
    for line in lines(data):
        w = np.array(line.normal, dtype=float)
        size = float(np.hypot(*w))
        angles = np.arctan2(w[1], w[0]) + 1e-8 * generator.uniform(-1, 1, 400)
        v = np.column_stack([np.cos(angles), np.sin(angles)])
        on = x[np.abs(x @ w - float(line.threshold)) < 1e-9]
        assert len(on) == 1 if collinear else len(on) >= 2
        b = v @ on.mean(axis=0) + 1e-8 * generator.uniform(-1, 1, 400)
        for side in line.sides:
            near = one_sided_weight(side.sign * v, side.sign * b, x).min() * size
            allowed = float(Fraction(side.excess, line.unit)) * side.radicand**0.5
            # three or more data on a line have patterns that are seldom sampled
            assert allowed <= near * (1 + 1e-5)
            if len(on) <= 2:
                assert near == pytest.approx(allowed, rel=1e-5)
        assert line.squared_weight == min(side.square for side in line.sides) / Fraction(line.unit**2)
        assert line.float_weight() == pytest.approx(float(line.weight.enclosure().mid()), rel=1e-14)


def test_big_coordinates_do_not_overflow() -> None:
    factor = 10**15
    small = PlanarData.of([(0, 0), (3, 1), (1, 2), (2, 2)], [0, 0, 0, 1])
    large = PlanarData.of([(factor * x, factor * y) for x, y in [(0, 0), (3, 1), (1, 2), (2, 2)]], [0, 0, 0, 1])
    assert large.columns[0].dtype == object
    assert [line.normal for line in lines(large)] == [line.normal for line in lines(small)]
    assert [line.sides[0].excess for line in lines(large)] == [factor * line.sides[0].excess for line in lines(small)]


def test_repeated_points_are_merged() -> None:
    data = PlanarData.of([(0, 0), (1, 0), (0, 0)], [1, Fraction(1, 2), 1])
    assert [tuple(map(int, point)) for point in data.points] == [(0, 0), (1, 0)]
    assert data.multiplicities == (2, 1)
    assert data.size == 3


@pytest.mark.parametrize(
    ("points", "name"),
    [
        ([(0, 0), (9, 10)], "the line 10 x_1 - 9 x_2 = 0"),
        ([(0, Fraction(1, 2)), (1, Fraction(-1, 2))], "the line x_1 + x_2 = 1/2"),
        ([(-1, 0), (-1, 1)], "the line x_1 = -1"),
        ([(0, 2), (1, 2)], "the line x_2 = 2"),
    ],
)
def test_lines_by_their_equations(points: list[tuple[int, ...]], name: str) -> None:
    assert name in map(str, lines(PlanarData.of([*points, (-9, 8), (9, -7)], [0] * 4)))


@pytest.mark.parametrize(
    ("points", "labels", "message"),
    [
        ([], [], "one label for each point"),
        ([(0, 0)], [1, 2], "one label for each point"),
        ([(0, 0, 0)], [1], "point 0 must have two coordinates"),
        ([(0, 0.5)], [1], "point 0 must be made of ints or Fractions"),
        ([(0, 0)], [0.5], "label 0 must be made of ints or Fractions"),
        ([(0, 0)], [True], "label 0 must be made of ints or Fractions"),
        ([(0, 0), (1, 1), (0, 0)], [1, 0, 2], r"point 2 = \(0, 0\) has the labels 1 and 2"),
    ],
)
def test_what_is_no_planar_data_is_refused(points: list[tuple[int, ...]], labels: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        unchecked(PlanarData.of)(points, labels)
