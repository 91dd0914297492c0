"""The stability norm of a network on data, and its one-sided majorant."""

import math

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, validate_data
from numerics.arrays.hyperplanes import Indices, hyperplane_groups, merged_output_weight, representative
from numerics.arrays.moments import SideMoments, positive_moments, side_moments
from numerics.network import ShallowNetwork

# |a| gt(v, b) = |w2| E[relu(t)] sqrt(P^2 + |E X 1|^2) for the neuron's own pre-activation t: |w1| cancels, so
# nothing is normalised here, and the activation patterns are those that the Gram matrix uses, to the bit.


def stability_norm(network: ShallowNetwork, x: npt.ArrayLike) -> float:
    """|f|_S = sum over distinct hyperplanes of |sum of the amplitudes on it| g(v, b).

    Args:
        network: k neurons; those with w1 = 0 belong to no hyperplane and do not count.
        x: the data [n, d].

    Every minimum that is differentiable, interpolating and linearly stable at step size eta has
    |f|_S <= 1/eta - 1/2. Source: Nacson, Mulayoff, Ongie, Michaeli, Soudry, ICLR 2023.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d].
        OverflowError: a term exceeds the range of float64.

    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)  # 2 relu(x); g(1, 0) = (1/2) sqrt(1/2)
    >>> round(stability_norm(network, [[3.0], [-1.0]]), 12)
    0.707106781187
    """
    above, below = side_moments(network.W1, network.b1, validate_data(x, network.d))
    return stability_norm_from_moments(network, above, below)


def one_sided_norm(network: ShallowNetwork, x: npt.ArrayLike) -> float:
    """sum_i |a_i| gt(v_i, b_i) over the neurons with w1 != 0, each on its own side and unmerged.

    Never below the stability norm. Arguments and errors as for `stability_norm`.
    """
    data = validate_data(x, network.d)
    return one_sided_norm_from_moments(network, positive_moments(network.W1, network.b1, data))


def stability_norm_from_moments(
    network: ShallowNetwork, above: SideMoments, below: SideMoments, groups: tuple[Indices, ...] | None = None
) -> float:
    """The stability norm from `side_moments` of the network's own (W1, b1).

    groups: the neurons that count as on one hyperplane; None for those that are.
    """
    if groups is None:
        groups = hyperplane_groups(network.W1, network.b1)
    return _finite_sum(norm_terms(network, above, below, groups))


def norm_terms(network: ShallowNetwork, above: SideMoments, below: SideMoments, groups: tuple[Indices, ...]) -> Array:
    """|a_H| g_H for each group H of neurons on one hyperplane, from `side_moments` of the network's own (W1, b1)."""
    chosen = np.array([representative(network.W1, group) for group in groups], dtype=np.intp)
    merged = np.array([merged_output_weight(network.W1, network.w2, group) for group in groups])
    return np.minimum(_terms(merged, above, chosen), _terms(merged, below, chosen))


def one_sided_norm_from_moments(network: ShallowNetwork, above: SideMoments) -> float:
    """The one-sided norm from the positive moments of the network's own (W1, b1)."""
    neurons = np.flatnonzero(np.any(network.W1 != 0, axis=1))
    return _finite_sum(_terms(network.w2[neurons], above, neurons))


def _terms(output_weights: Array, side: SideMoments, neurons: Indices) -> Array:
    with np.errstate(over="ignore"):
        terms: Array = np.abs(output_weights) * side.excess[neurons] * side.feature_norm[neurons]
    return terms


def _finite_sum(terms: Array) -> float:
    total = math.fsum(terms) if np.isfinite(terms).all() else math.inf
    if math.isinf(total):
        raise OverflowError("the norm exceeds the range of float64; rescale the network or the data")
    return total
