"""Random planar data, and an independent linear program for the least norm."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st
from scipy import optimize

from numerics.network import Array
from numerics.weight import weight

Sample = tuple[list[tuple[Fraction, Fraction]], list[Fraction]]


@st.composite
def samples(draw: st.DrawFn, most: int = 8, reach: int = 3) -> Sample:
    """Distinct points of a small grid, many of them collinear, with small rational labels."""
    coordinate = st.integers(-reach, reach).map(lambda i: Fraction(i, 2))
    points = draw(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=most, unique=True))
    label = st.builds(Fraction, st.integers(-2, 2), st.integers(1, 2))
    return points, draw(st.lists(label, min_size=len(points), max_size=len(points)))


def sampled_norm(points: Sequence[tuple[Fraction, Fraction]], labels: Sequence[Fraction], seed: int) -> float:
    """An upper bound on S*: the least norm over nets whose hyperplanes are sampled, many of them near pairs of data."""
    x = np.array(points, dtype=float)
    y = np.array(labels, dtype=float)
    directions, thresholds = sampled_hyperplanes(x, seed)
    g = weight(directions, thresholds, x)
    kept = g > 1e-12
    columns = np.maximum(x @ directions[kept].T - thresholds[kept], 0) / g[kept]
    affine = np.column_stack([np.ones(len(x)), x])
    count = columns.shape[1]
    # each of the methods of HiGHS gives up on some degenerate programs
    for method in ("highs", "highs-ipm", "highs-ds"):
        result = optimize.linprog(
            np.concatenate([np.ones(2 * count), np.zeros(3)]),
            A_eq=np.concatenate([columns, -columns, affine], axis=1),
            b_eq=y,
            bounds=[(0, None)] * (2 * count) + [(None, None)] * 3,
            method=method,
        )
        if result.status == 0:
            break
    assert result.status == 0, result.message
    return float(result.fun)


def sampled_hyperplanes(x: Array, seed: int) -> tuple[Array, Array]:
    """Unit directions and thresholds: 200 at random, and 30 near each line through two points."""
    generator = np.random.default_rng(seed)
    angles = generator.uniform(0, 2 * np.pi, 200)
    directions = [np.column_stack([np.cos(angles), np.sin(angles)])]
    thresholds = [generator.uniform(-1, 1, 200) * (np.abs(x).max() + 1)]
    for a, b in itertools.combinations(x, 2):
        normal = np.array([b[1] - a[1], a[0] - b[0]])
        nearby = np.arctan2(normal[1], normal[0]) + 1e-6 * generator.uniform(-1, 1, 30)
        v = np.column_stack([np.cos(nearby), np.sin(nearby)])
        directions.append(v)
        thresholds.append(v @ ((a + b) / 2) + 1e-6 * generator.uniform(-1, 1, 30))
    return np.concatenate(directions), np.concatenate(thresholds)
