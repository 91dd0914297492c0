"""The stability norm of a network on data, and its one-sided majorant."""

import math

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array
from numerics.arrays.hyperplanes import Indices, merged_output_weight, representative
from numerics.arrays.moments import SideMoments
from numerics.problem import Problem
from numerics.weight import smaller_side

# |a| gt(v, b) = |w2| E[relu(t)] sqrt(P^2 + |E X 1|^2) for the neuron's own pre-activation t: |w1| cancels, so
# nothing is normalised here, and the activation patterns are those that the Gram matrix uses, to the bit.


def stability_norm(network: object, x: npt.ArrayLike | None = None) -> float:
    """|f|_S = sum over distinct hyperplanes of |sum of the amplitudes on it| g(v, b).

    Args:
        network: k neurons, of which those with w1 = 0 belong to no hyperplane and do not count; or a `Problem`.
        x: the data [n, d]; None beside a Problem.

    Every minimum that is differentiable, interpolating and linearly stable at step size eta has
    |f|_S <= 1/eta - 1/2. Source: Nacson, Mulayoff, Ongie, Michaeli, Soudry, ICLR 2023.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d].
        OverflowError: a term exceeds the range of float64.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)  # 2 relu(x); g(1, 0) = (1/2) sqrt(1/2)
    >>> round(stability_norm(network, [[3.0], [-1.0]]), 12)
    0.707106781187
    """
    problem = Problem.of(network, x)
    return finite_sum(norm_terms(problem, problem.hyperplanes))


def one_sided_norm(network: object, x: npt.ArrayLike | None = None) -> float:
    """sum_i |a_i| gt(v_i, b_i) over the neurons with w1 != 0, each on its own side and unmerged.

    Never below the stability norm. Arguments and errors as for `stability_norm`.
    """
    problem = Problem.of(network, x)
    neurons = np.flatnonzero(np.any(problem.network.W1 != 0, axis=1))
    return finite_sum(_terms(problem.network.w2[neurons], problem.above, neurons))


def norm_terms(problem: Problem, groups: tuple[Indices, ...]) -> Array:
    """|a_H| g_H for each group H of neurons that count as on one hyperplane, that of its representative."""
    W1, w2 = problem.network.W1, problem.network.w2
    chosen = np.array([representative(W1, group) for group in groups], dtype=np.intp)
    merged = np.array([merged_output_weight(W1, w2, group) for group in groups])
    return smaller_side(_terms(merged, problem.above, chosen), _terms(merged, problem.below, chosen))


def finite_sum(terms: Array) -> float:
    """The sum of terms >= 0, rounded once; OverflowError if it exceeds the range of float64."""
    total = math.fsum(terms) if np.isfinite(terms).all() else math.inf
    if math.isinf(total):
        raise OverflowError("the norm exceeds the range of float64; rescale the network or the data")
    return total


def _terms(output_weights: Array, side: SideMoments, neurons: Indices) -> Array:
    with np.errstate(over="ignore"):
        terms: Array = np.abs(output_weights) * side.excess[neurons] * side.feature_norm[neurons]
    return terms
