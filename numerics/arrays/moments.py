"""Pre-activations of many neurons at once, and means over the data on either side of each hyperplane."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, require_finite, row_norms
from numerics.arrays.kinks import decide_sides

# 32 MB of float64 a block: large enough for fast matrix products, small enough for any machine.
_BLOCK_ENTRIES = 2**22


def row_blocks(n: int, width: int) -> Iterator[slice]:
    """Consecutive slices of the n data points, each of at most 2^22 / width rows (at least one)."""
    rows = max(1, _BLOCK_ENTRIES // max(width, 1))
    for start in range(0, n, rows):
        yield slice(start, min(start + rows, n))


def preactivation_blocks(W1: Array, b1: Array, x: Array) -> Iterator[tuple[slice, Array]]:
    """The pre-activations x W1^T + b1, a block of data points [rows, k] at a time, rounded, but with exact signs.

    Whatever needs an activation pattern takes it from here: rounding would put a datum on a kink on one side or the
    other, and in matrix products of other shapes on different ones.

    Raises:
        OverflowError: a pre-activation exceeds the range of float64.
    """
    for rows in row_blocks(x.shape[0], max(W1.shape)):
        with np.errstate(over="ignore", invalid="ignore"):
            t = require_finite(x[rows] @ W1.T + b1, "the pre-activations")
        decide_sides(t, W1, b1, x[rows])
        yield rows, t


def activation_pattern(W1: Array, b1: Array, x: Array) -> npt.NDArray[np.bool_]:
    """Which neurons are active on which data [n, k], decided exactly: pre-activation > 0. Errors as above."""
    pattern = np.empty((len(x), len(W1)), dtype=np.bool_)
    for rows, preactivations in preactivation_blocks(W1, b1, x):
        np.greater(preactivations, 0.0, out=pattern[rows])
    return pattern


def stacked(W1: Array, b1: Array, x: Array) -> Array:
    """All pre-activations, [n, k], of the blocks of `preactivation_blocks`. Errors as there."""
    return np.concatenate([t for _, t in preactivation_blocks(W1, b1, x)])


def output_values(W1: Array, b1: Array, w2: Array, b2: float, x: Array) -> Array:
    """sum_i w2_i relu(<w1_i, x_j> + b1_i) + b2 [n].

    Raises:
        OverflowError: a pre-activation or a value exceeds the range of float64.
    """
    values = np.empty(len(x))
    with np.errstate(over="ignore", invalid="ignore"):
        for rows, t in preactivation_blocks(W1, b1, x):
            values[rows] = np.maximum(t, 0.0) @ w2 + b2
    return require_finite(values, "the network's values")


@dataclass(frozen=True)
class SideMoments:
    """Means over the data on one side, t_i > 0 or t_i < 0, of each of k neurons with pre-activation t_i.

    probability [k]: P(side);  excess [k]: E |t_i| 1{side};  first_moment [k]: |E X 1{side}|.
    """

    probability: Array
    excess: Array
    first_moment: Array

    @property
    def feature_norm(self) -> Array:
        """sqrt(P(side)^2 + |E X 1{side}|^2), the norm of the mean of (X, 1) on that side [k]."""
        return np.hypot(self.probability, self.first_moment)


def side_moments(W1: Array, b1: Array, x: Array) -> tuple[SideMoments, SideMoments]:
    """Moments of the data where <w1_i, x> + b1_i > 0 and where it is < 0, for all neurons at once.

    Args:
        W1: [k, d].
        b1: [k].
        x: the data [n, d]. Memory beyond the arguments: O(k d) and a few blocks.

    Raises:
        OverflowError: a pre-activation or a mean exceeds the range of float64.
    """
    above, below = _moments(W1, b1, x, (1.0, -1.0))
    return above, below


def positive_moments(W1: Array, b1: Array, x: Array) -> SideMoments:
    """The first half of `side_moments`, at little more than half its cost."""
    return _moments(W1, b1, x, (1.0,))[0]


def _moments(W1: Array, b1: Array, x: Array, signs: tuple[float, ...]) -> list[SideMoments]:
    sums = [SideSums(sign, len(x), W1) for sign in signs]
    for rows, preactivations in preactivation_blocks(W1, b1, x):
        for one in sums:
            one.add(preactivations, x[rows])
    return [one.moments() for one in sums]


class SideSums:
    """Means over the n data on one side of each neuron, by `sign` that where its pre-activation is positive or
    negative, from blocks of data that are added one after the other.

    probability [k]: P(side);  excess [k]: E |t_i| 1{side};  first_moment [k, d]: E X 1{side}.
    """

    def __init__(self, sign: float, n: int, W1: Array) -> None:
        self._sign, self._n = sign, n
        self._count, self.excess, self.first_moment = np.zeros(len(W1)), np.zeros(len(W1)), np.zeros(W1.shape)

    def add(self, preactivations: Array, x: Array) -> None:
        """Take in data x [rows, d] with their pre-activations [rows, k]."""
        t = self._sign * preactivations
        active = (t > 0).astype(np.float64)
        self._count += active.sum(axis=0)
        # dividing before summing keeps means of values near the largest float in range
        self.excess += (np.maximum(t, 0.0) / self._n).sum(axis=0)
        self.first_moment += active.T @ (x / self._n)

    @property
    def probability(self) -> Array:
        """P(side) [k]."""
        return self._count / self._n

    def moments(self) -> SideMoments:
        """What weights are made of. Raises OverflowError where a mean exceeds the range of float64."""
        return SideMoments(
            probability=self.probability,
            excess=require_finite(self.excess, "the mean activations"),
            first_moment=require_finite(row_norms(self.first_moment), "the first moments of the data"),
        )
