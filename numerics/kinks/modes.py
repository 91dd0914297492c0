"""The modes of a network with data on kinks: which pairs of datum and neuron on a kink count as active."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from jaxtyping import Float64

from numerics.arrays.checks import Array
from numerics.arrays.spectrum import checked_top_eigenpair
from numerics.problem import Problem

LARGEST_LISTED = 12
"""All modes are listed for so many pairs on kinks, which are 4,096 modes."""

Mode = tuple[float, ...]
"""For each pair on a kink the derivative of the rectifier that it is given, 0 or 1, or between them."""


@dataclass(frozen=True, eq=False)
class KinkMinimum:
    """A network that interpolates, or is taken to, with its pairs on kinks; D = k d + 2 k + 1 parameters.

    Args:
        problem: the network and the data x [n, d].
        near: pairs are taken to be on a kink if |<w1_i, x_j> + b1_i| <= near |(x_j, 1)| |(w1_i, b1_i)|; 0 for those
            that are exactly on one.

    >>> from numerics.network import ShallowNetwork
    >>> minimum = KinkMinimum(Problem(ShallowNetwork([[1.0]], [0.0], [2.0], 0.0), [[0.0], [3.0], [-1.0]]))
    >>> minimum.pairs
    ((0, 0),)
    >>> [round(minimum.sharpness(mode), 6) for mode in minimum.modes()]
    [16.680544, 16.857806]
    """

    problem: Problem
    near: float = 0.0

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The pairs (datum, neuron) on kinks, by datum."""
        f, x = self.problem.network, self.problem.x
        lengths = np.hypot(np.linalg.norm(f.W1, axis=1), f.b1)
        reach = np.sqrt(1 + np.sum(x * x, axis=1))[:, None] * lengths
        on_kink = np.abs(self.problem.preactivations()) <= self.near * reach
        return tuple((int(datum), int(neuron)) for datum, neuron in np.argwhere(on_kink))

    @cached_property
    def changes(self) -> Float64[Array, "pairs D"]:
        """For each pair the gradient of its pre-activation: (x_j, 1) in (w1_i, b1_i)."""
        f, x = self.problem.network, self.problem.x
        k, d = f.k, f.d
        rows = np.zeros((len(self.pairs), k * d + 2 * k + 1))
        for row, (datum, neuron) in zip(rows, self.pairs, strict=True):
            row[neuron * d : (neuron + 1) * d] = x[datum]
            row[k * d + neuron] = 1.0
        return rows

    @cached_property
    def _inactive(self) -> Float64[Array, "n D"]:
        gradients = self.problem.network.gradients(self.problem.x)
        preactivations = self.problem.preactivations()
        f = self.problem.network
        for (datum, neuron), change in zip(self.pairs, self.changes, strict=True):
            if preactivations[datum, neuron] > 0:
                gradients[datum] -= f.w2[neuron] * change
        return gradients

    def gradients(self, mode: Mode) -> Float64[Array, "n D"]:
        """The gradients of f at the data in a mode. ValueError if it is not one number for each pair."""
        if len(mode) != len(self.pairs):
            raise ValueError(f"a mode has {len(self.pairs)} numbers, one for each pair on a kink, not {len(mode)}")
        rows = self._inactive.copy()
        for share, (datum, neuron), change in zip(mode, self.pairs, self.changes, strict=True):
            rows[datum] += share * self.problem.network.w2[neuron] * change
        return rows

    def modes(self) -> Iterator[Mode]:
        """All modes of 0 and 1. ValueError for more than `LARGEST_LISTED` pairs."""
        if len(self.pairs) > LARGEST_LISTED:
            raise ValueError(f"{len(self.pairs)} pairs have 2^{len(self.pairs)} modes, too many to list")
        yield from product((0.0, 1.0), repeat=len(self.pairs))

    def sharpness(self, mode: Mode) -> float:
        """lambda_max(H_m), H_m = Phi_m Phi_m^T / n, from the Gram matrix."""
        rows = self.gradients(mode)
        return checked_top_eigenpair(rows @ rows.T / len(rows), 1e-10)[0]

    def largest_sharpness(self) -> float:
        """The largest over all modes; so at most 2/eta it makes every step of the iteration non-expansive.

        Modes between 0 and 1 are no sharper: <u, H_m u> is convex in the mode.
        """
        return max(self.sharpness(mode) for mode in self.modes())

    def mean_gradient_square(self, mode: Mode) -> float:
        """|q_m|^2, q_m the mean of the gradients in the mode."""
        mean = self.gradients(mode).mean(axis=0)
        return float(mean @ mean)

    def step(self, deviations: Float64[Array, "m D"], step_size: float, at_zero: float = 0.0) -> Float64[Array, "m D"]:
        """One step of the piecewise linear iteration from each deviation: delta - (eta/n) sum_j r_j grad f(x_j).

        A pair is active where its pre-activation grows; where it stays 0 its derivative is `at_zero`. The residuals are
        r_j = <grad f(x_j), delta>, in which pairs that stay 0 do not matter.
        """
        change = deviations @ self.changes.T
        slopes = np.array([self.problem.network.w2[neuron] for _, neuron in self.pairs])
        data = np.array([datum for datum, _ in self.pairs], dtype=np.int64)
        placed = np.zeros((len(self.pairs), self.problem.n))
        placed[np.arange(len(data)), data] = slopes
        residuals = deviations @ self._inactive.T + np.maximum(change, 0.0) @ placed
        active = np.where(change == 0, at_zero, change > 0)
        pulled = residuals @ self._inactive + (residuals @ placed.T * active) @ self.changes
        moved: Array = deviations - step_size / self.problem.n * pulled
        return moved
