"""Products with the gradients of a network at its data, which are never formed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array
from numerics.arrays.moments import preactivation_blocks, row_blocks


@dataclass(frozen=True)
class Direction:
    """A vector in the space of the parameters: W1 [k, d], b1 [k], w2 [k], b2."""

    W1: Array
    b1: Array
    w2: Array
    b2: float

    def flat(self) -> Array:
        """Its entries [k d + 2k + 1], W1 row by row."""
        return np.concatenate([self.W1.ravel(), self.b1, self.w2, [self.b2]])

    @staticmethod
    def of(entries: Array, k: int, d: int) -> Direction:
        """The inverse of `flat`."""
        W1, b1, w2, b2 = np.split(entries, [k * d, k * d + k, k * d + 2 * k])
        return Direction(W1.reshape(k, d), b1, w2, float(b2[0]))


@dataclass(frozen=True)
class Gradients:
    """Phi = [grad f(x_1) ... grad f(x_n)], parameters x n, through the activation pattern M [n, k] alone.

    With w_i = (w1_i, b1_i), and 1_ji whether neuron i is active on x_j, grad f(x_j) is 1_ji w2_i (x_j, 1) in w_i,
    1_ji <w_i, (x_j, 1)> in w2_i, and 1 in b2. Two matrix products of 2 n k d operations make one with Phi or its
    transpose; memory beyond x: M, n k bytes, and a few blocks. Overflow is left to whoever asks.

    Args:
        W1, b1, w2: the network's; of float64 or float32, in which all is computed.
        x: the data [n, d], likewise.
        pattern: M [n, k], booleans.
    """

    W1: Array
    b1: Array
    w2: Array
    x: Array
    pattern: npt.NDArray[np.bool_]

    @staticmethod
    def of(W1: Array, b1: Array, w2: Array, x: Array) -> Gradients:
        """With the activation pattern decided exactly. OverflowError if a pre-activation leaves the floats."""
        pattern = np.empty((len(x), len(W1)), dtype=np.bool_)
        for rows, preactivations in preactivation_blocks(W1, b1, x):
            np.greater(preactivations, 0, out=pattern[rows])
        return Gradients(W1, b1, w2, x, pattern)

    def combination(self, u: Array) -> Direction:
        """Phi u = sum_j u_j grad f(x_j), u [n]: in w_i it is w2_i G_i and in w2_i <w_i, G_i>, G = (M o u)^T (X, 1)."""
        moments, masses = np.zeros_like(self.W1), np.zeros_like(self.b1)
        for rows in row_blocks(len(self.x), max(self.W1.shape)):
            weighted = self.pattern[rows] * u[rows, None]
            moments += weighted.T @ self.x[rows]
            masses += weighted.sum(axis=0)
        in_w2 = np.einsum("kd,kd->k", self.W1, moments) + self.b1 * masses
        moments *= self.w2[:, None]
        return Direction(moments, masses * self.w2, in_w2, float(u.sum()))

    def slopes(self, v: Direction) -> Array:
        """Phi^T v [n], the derivatives of f(x_j) along v: v_b2 + sum_i 1_ji <w2_i v_wi + v_w2i w_i, (x_j, 1)>."""
        directions = self.w2[:, None] * v.W1
        directions += v.w2[:, None] * self.W1
        offsets = self.w2 * v.b1 + v.w2 * self.b1
        result = np.empty(len(self.x), dtype=self.x.dtype)
        for rows in row_blocks(len(self.x), max(self.W1.shape)):
            terms = self.x[rows] @ directions.T
            terms += offsets
            terms *= self.pattern[rows]
            terms.sum(axis=1, out=result[rows])
        result += v.b2
        return result
