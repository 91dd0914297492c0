"""On which side of a hyperplane a datum lies: decided exactly, also where floats leave it open."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ldexp

import numpy as np

from numerics.arrays.checks import Array, row_norms

_SMALLEST = ldexp(1.0, -1074)
# compared at a time: what a core keeps near it
_ENTRIES = 2**16


def decide_sides(t: Array, W1: Array, b1: Array, x: Array) -> None:
    """Replace the pre-activations t = x W1^T + b1 [n, k] that rounding may have taken across 0, by exact ones.

    Then t_ij is 0 where datum j is exactly on the kink of neuron i, and there alone, and elsewhere has the right sign.
    """
    weights = row_norms(W1)
    rows = max(1, _ENTRIES // max(len(W1), 1))
    for start in range(0, len(x), rows):
        part = slice(start, start + rows)
        open_ones = np.abs(t[part]) <= _rounding(weights, b1, x[part])
        if open_ones.any():
            for neuron in np.flatnonzero(open_ones.any(axis=0)).tolist():
                _decide(t[part], neuron, np.flatnonzero(open_ones[:, neuron]).tolist(), W1, b1, x[part])


def _rounding(weights: Array, b1: Array, x: Array) -> Array:
    """Bounds [k] on |computed - exact| of x W1^T + b1 for all data x, whatever the order of the sums.

    (d + 2) 2^-52 (|x| |w1_i| + |b1_i|), twice the textbook's bound of an inner product, and as much as d + 2 products
    may lose below the normal floats; |x| is the norm of all data together, which is found fastest.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        size = float(np.sqrt(np.vdot(x, x)))
        if not np.isfinite(size):
            size = float(row_norms(x).max())
        bound: Array = (x.shape[1] + 2) * (2.0**-52 * (size * weights + np.abs(b1)) + _SMALLEST)
    return bound


def _decide(t: Array, neuron: int, rows: Iterable[int], W1: Array, b1: Array, x: Array) -> None:
    weights, bias = _fractions(W1[neuron]), Fraction(float(b1[neuron]))
    if weights:  # else the bias is the pre-activation, and exact
        for row in rows:
            t[row, neuron] = _rounded(sum((w * Fraction(float(x[row, i])) for i, w in weights.items()), bias))


def _fractions(entries: Array) -> dict[int, Fraction]:
    return {int(i): Fraction(float(entries[i])) for i in np.flatnonzero(entries)}


def _rounded(value: Fraction) -> float:
    """The nearest float, but with the sign of the value where that is below all floats."""
    nearest = float(value)
    return nearest if nearest or not value else _SMALLEST if value > 0 else -_SMALLEST
