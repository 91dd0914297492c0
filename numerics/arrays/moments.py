"""Pre-activations of many neurons at once, and means over the data on either side of each hyperplane."""

from collections.abc import Iterable, Iterator
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


@dataclass(frozen=True, eq=False)
class Survey:
    """What a pass over the pre-activations of a network shows of its data.

    pattern: M [n, k], whether a neuron is active on a datum;  values: f(x_j) [n];  sides: the sums above and below;
    gradient_square: E |grad f|^2;  kinks, near_kinks: the pairs of neuron and datum there.
    """

    pattern: npt.NDArray[np.bool_]
    values: Array
    sides: tuple[SideSums, SideSums]
    gradient_square: float
    kinks: int
    near_kinks: int


def survey(blocks: Iterable[tuple[slice, Array]], W1: Array, w2: Array, b2: float, x: Array, near: float) -> Survey:
    """All of it, from the blocks of pre-activations, which are written upon; near is near |w1_i| max_j |x_j|."""
    n, k = len(x), len(w2)
    widths = near * row_norms(W1) * row_norms(x).max()
    pattern, values = np.empty((n, k), dtype=np.bool_), np.empty(n)
    sides = SideSums(1.0, n, W1), SideSums(-1.0, n, W1)
    kinks, near_kinks, square = 0, 0, float(n)
    for rows, t in blocks:
        np.greater(t, 0.0, out=pattern[rows])
        kinks += t.size - int(np.count_nonzero(t))
        near_kinks += int(np.count_nonzero(np.abs(t) <= widths))
        with np.errstate(over="ignore", invalid="ignore"):
            for side in sides:
                side.add(t, x[rows])
            outputs = np.maximum(t, 0.0, out=t)
            values[rows] = outputs @ w2 + b2
            square += _squares_of_gradients(x[rows], outputs, pattern[rows], w2)
    for array in (pattern, values):
        array.setflags(write=False)
    return Survey(pattern, values, sides, square / n, kinks, near_kinks)


def activity(blocks: Iterable[tuple[slice, Array]], w2: Array, x: Array) -> tuple[npt.NDArray[np.bool_], float]:
    """The pattern and E |grad f|^2 alone, the same to the bit."""
    n, square = len(x), float(len(x))
    pattern = np.empty((n, len(w2)), dtype=np.bool_)
    for rows, t in blocks:
        np.greater(t, 0.0, out=pattern[rows])
        with np.errstate(over="ignore", invalid="ignore"):
            square += _squares_of_gradients(x[rows], np.maximum(t, 0.0, out=t), pattern[rows], w2)
    pattern.setflags(write=False)
    return pattern, square / n


def _squares_of_gradients(x: Array, outputs: Array, pattern: npt.NDArray[np.bool_], w2: Array) -> float:
    """sum_j |grad f(x_j)|^2 - 1 over the data x [m, d] with outputs z [m, k] and their pattern [m, k]."""
    features = 1.0 + np.einsum("jc,jc->j", x, x)
    return float(np.vdot(outputs, outputs)) + float(features @ (pattern @ (w2 * w2)))
