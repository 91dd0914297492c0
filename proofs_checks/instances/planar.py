"""Data in the plane in four clusters, and lines among data."""

from __future__ import annotations

import numpy as np

from numerics.network import Array

SEED = 0
POINTS = {
    "a triangle": np.array([[0.0, 0.0], [2.0, 0.0], [0.5, 1.5]]),
    "a square and its centre, twice": np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1], [0, 0], [0, 0]]),
    "seven points": np.random.default_rng(SEED).normal(size=(7, 2)).round(2),
}
"""Small sets of points, not all on a line."""


def clusters() -> tuple[Array, Array]:
    """Three points around each corner of a square, x [12, 2], with labels 1/2 and -1/2 in turn."""
    corners = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    noise = 0.4 * np.random.default_rng(SEED).normal(size=(4, 3, 2))
    return (corners[:, None, :] + noise).reshape(-1, 2), np.repeat([0.5, -0.5, 0.5, -0.5], 3)


def lines(x: Array, count: int) -> tuple[Array, Array]:
    """Random lines among the data, and lines as close to two data as floats can tell: directions and thresholds."""
    random = np.random.default_rng(SEED)
    angles = random.uniform(0, np.pi, count)
    first, second = np.triu_indices(len(x), 1)
    through = np.arctan2(*(x[second] - x[first]).T[::-1]) + np.pi / 2
    angles = np.concatenate([angles, through])
    v = np.column_stack([np.cos(angles), np.sin(angles)])
    low, high = (x @ v.T).min(axis=0), (x @ v.T).max(axis=0)
    thresholds = low + random.uniform(0, 1, len(v)) * (high - low)
    thresholds[count:] = np.sum(v[count:] * x[first], axis=1)
    return v, thresholds
