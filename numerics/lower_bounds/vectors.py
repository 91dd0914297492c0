"""The lower bounds of the sharpness by a vector on the data, by a law and by a subset of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.arrays.checks import Array, real_array, row_norms
from numerics.arrays.hyperplanes import merged_output_weight, representative
from numerics.arrays.moments import SideMoments
from numerics.norm import finite_sum
from numerics.problem import Problem
from numerics.weight import smaller_side, weight_of_side


def vector_bound(network: object, x: npt.ArrayLike | None = None, *, weights: npt.ArrayLike) -> float:
    """((1^T u)^2 + 2 sum_H |a_H| min(w_u(v, b), w_u(-v, -b))) / (n |u|^2) <= lambda_max(K), up to rounding, with

        w_u(v, b) = |sum_j u_j (<v, x_j> - b)_+| |sum_j u_j 1{<v, x_j> > b} (x_j, 1)|.

    For a constant u it is 1 + 2|f|_S; for a law u, of sum 1, it is (1 + 2|f|_(S,u)) / (n |u|^2) with the stability norm
    under the law. It holds for every network that computes the same function. See the claim weights-from-data.

    Args:
        network: k neurons, of which those with w1 = 0 belong to no hyperplane and do not count; or a `Problem`.
        x: the data [n, d]; None beside a Problem.
        weights: u [n], not all zero; of either sign, and of any length.

    Raises:
        TypeError, ValueError: the data or the weights are not finite real numbers, there is not one weight for each
            datum, or all are zero.
        OverflowError: a term exceeds the range of float64.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)  # the side of the datum -1 is the smaller one
    >>> round(vector_bound(network, [[3.0], [-1.0]], weights=[1, 2]), 9)  # (9 + 2 2 2 sqrt(8)) / (2 5)
    3.1627417
    """
    problem = Problem.of(network, x)
    u = _weights(weights, problem.n)
    return (float(u.sum()) ** 2 + 2 * _norm(problem, u)) / (problem.n * float(u @ u))


def stability_norm_of_law(network: object, x: npt.ArrayLike | None = None, *, weights: npt.ArrayLike) -> float:
    """|f|_(S,u), the stability norm under the law u on the data that is proportional to the weights:

        sum_H |a_H| min(w_u(v, b), w_u(-v, -b))     with w_u as for `vector_bound`.

    With equal weights it is `numerics.norm.stability_norm`. See the claims weights-from-data and other-losses.

    Args:
        network: as for `vector_bound`.
        x: likewise.
        weights: u [n] times any positive number: at least 0, not all of them 0.

    Raises:
        TypeError, ValueError: as for `vector_bound`, or a weight is negative.
        OverflowError: a term exceeds the range of float64.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> round(stability_norm_of_law(network, [[3.0], [-1.0]], weights=[1, 2]), 9)  # 2 (2/3) (2/3) sqrt(2)
    1.257078722
    """
    problem = Problem.of(network, x)
    u = _weights(weights, problem.n)
    if u.min() < 0:
        raise ValueError("the weights of a law on the data must be at least 0")
    return _norm(problem, u / u.sum())


def subset_bound(network: object, x: npt.ArrayLike | None = None, *, subset: npt.ArrayLike) -> float:
    """(m/n) (1 + 2|f|_(S,T)) <= lambda_max(K): `vector_bound` for the uniform law on a subset T of m of the n data.

    |f|_(S,T) is `numerics.norm.stability_norm` on the data of T alone. Where no neuron is active off T, the bound of
    the one-sided norms is better for T than for all data exactly if 2 sum_i |a_i| gt(v_i, b_i) > m/n.

    Args:
        network: as for `vector_bound`.
        x: likewise.
        subset: the indices of the data in T, from 0, each of them once.

    Raises:
        TypeError, ValueError: as for `vector_bound`; or an index is none, or is there twice, or there is none.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> data = [[3.0], [-1.0], [-1.0]]  # 1 + 2 2 min(3/3 sqrt(10)/3, 2/3 sqrt(8)/3), 2/3 (1 + 2 2 (1/2) sqrt(2)/2)
    >>> round(subset_bound(network, data, subset=[0, 1, 2]), 9), round(subset_bound(network, data, subset=[0, 1]), 9)
    (3.514157444, 1.609475708)
    """
    problem = Problem.of(network, x)
    indices = np.asarray(subset)
    if indices.ndim != 1 or not len(indices) or not np.issubdtype(indices.dtype, np.integer):
        raise ValueError("the subset must be a list of indices of data, with at least one of them")
    if len(set(indices.tolist())) < len(indices) or not 0 <= indices.min() <= indices.max() < problem.n:
        raise ValueError(f"the subset must have different indices from 0 to {problem.n - 1}")
    members = np.zeros(problem.n)
    members[indices] = 1.0
    return vector_bound(problem, weights=members)


def _weights(weights: npt.ArrayLike, n: int) -> Float64[Array, " n"]:
    """The vector on the data, its largest entry 1 or -1, that no square overflows. Errors as for `vector_bound`."""
    u = real_array(weights, "weights", 1)
    if len(u) != n:
        raise ValueError(f"there must be one weight for each of the {n} data, not {len(u)}")
    largest = float(np.abs(u).max())
    if largest == 0:
        raise ValueError("all weights are zero: such a vector bounds nothing")
    return u / largest


def _norm(problem: Problem, u: Float64[Array, " n"]) -> float:
    """sum_H |a_H| min(w_u(v, b), w_u(-v, -b)). OverflowError as for `vector_bound`."""
    preactivations = problem.preactivations()
    above, below = (weight_of_side(_seen(sign * preactivations, u, problem.x)) for sign in (1.0, -1.0))
    W1, w2 = problem.network.W1, problem.network.w2
    chosen = np.array([representative(W1, group) for group in problem.hyperplanes], dtype=np.intp)
    merged = np.array([merged_output_weight(W1, w2, group) for group in problem.hyperplanes])
    with np.errstate(over="ignore"):
        return finite_sum(np.abs(merged) * smaller_side(above[chosen], below[chosen]))


def _seen(preactivations: Float64[Array, "n k"], u: Float64[Array, " n"], x: Float64[Array, "n d"]) -> SideMoments:
    """Sums against u in the place of means over the data, on the side where the pre-activations are positive."""
    weighted = (preactivations > 0) * u[:, None]
    with np.errstate(over="ignore", invalid="ignore"):
        return SideMoments(
            probability=np.abs(weighted.sum(axis=0)),
            excess=np.abs(u @ np.maximum(preactivations, 0.0)),
            first_moment=row_norms(weighted.T @ x),
        )
