"""The weight g and the stability norm by their definitions: a loop over the neurons, some lines of NumPy in it."""

from __future__ import annotations

import numpy as np

from numerics.arrays.checks import Array
from numerics.network import ShallowNetwork


def weights(directions: Array, thresholds: Array, x: Array) -> Array:
    """g(v, b) of each row v [m, d] with threshold b [m] on the data x [n, d]."""
    return np.array([_smaller_side(x @ v - b, x) for v, b in zip(directions, thresholds, strict=True)])


def stability_norm(network: ShallowNetwork, x: Array) -> float:
    """sum_i |w2_i| |w1_i| g_i; for neurons on hyperplanes of their own, which it does not look at."""
    total = 0.0
    for w1, b1, w2 in zip(network.W1, network.b1, network.w2, strict=True):
        total += abs(w2) * _smaller_side(x @ w1 + b1, x)
    return total


def _smaller_side(t: Array, x: Array) -> float:
    return min(_one_side(t, x), _one_side(-t, x))


def _one_side(t: Array, x: Array) -> float:
    active = t > 0
    first_moment = active.astype(float) @ x / len(x)
    return float(np.maximum(t, 0).mean() * np.sqrt(active.mean() ** 2 + first_moment @ first_moment))
