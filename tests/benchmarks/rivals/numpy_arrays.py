"""The weight g and the stability norm by their definitions, all neurons at once in a few lines of NumPy."""

from __future__ import annotations

import numpy as np

from numerics.arrays.checks import Array
from numerics.network import ShallowNetwork


def weights(directions: Array, thresholds: Array, x: Array) -> Array:
    """g(v, b) of each row v [m, d] with threshold b [m] on the data x [n, d]."""
    return _smaller_side(x @ directions.T - thresholds, x)


def stability_norm(network: ShallowNetwork, x: Array) -> float:
    """sum_i |w2_i| |w1_i| g_i; for neurons on hyperplanes of their own, which it does not look at."""
    return float(np.abs(network.w2) @ _smaller_side(x @ network.W1.T + network.b1, x))


def _smaller_side(t: Array, x: Array) -> Array:
    smaller: Array = np.minimum(_one_side(t, x), _one_side(-t, x))
    return smaller


def _one_side(t: Array, x: Array) -> Array:
    active = (t > 0).astype(float)
    first_moment = active.T @ x / len(x)
    found: Array = np.maximum(t, 0).mean(axis=0) * np.sqrt(active.mean(axis=0) ** 2 + np.sum(first_moment**2, axis=1))
    return found
