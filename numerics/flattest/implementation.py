"""How flat any network can be that computes a given function, of whatever width and however written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from numerics.arrays.checks import Array, real_array, validate_data
from numerics.arrays.hyperplanes import hyperplane_groups, merged_output_weight, representative
from numerics.flattest.family import Rescalings, lever_terms
from numerics.flattest.search import search_flattest
from numerics.network import ShallowNetwork


@dataclass(frozen=True, eq=False)
class ImplementationBound:
    """The best bound of `implementation_lower_bound` that was found, and how much better one could be.

    lower: lambda_max(K) is at least this at every implementation of the function, up to rounding.
    vectors: rows u_r [r, n] of the certificate U = sum_r u_r u_r^T that shows it.
    ceiling: no certificate shows more than this. (Implementations need not come so close.)
    """

    lower: float
    vectors: Array
    ceiling: float

    @property
    def largest_stable_step(self) -> float:
        """2/lower: beyond it no implementation of the function is a linearly stable interpolating minimum."""
        return 2 / self.lower


def implementation_lower_bound(network: ShallowNetwork, x: npt.ArrayLike, vectors: npt.ArrayLike) -> float:
    """A bound below lambda_max(K) at every way to write the same function, of whatever width:

        (1/(n tr U)) [1^T U 1 + 2 sum_H |a_H| min(sqrt(<P_H, U><Q_H, U>), sqrt(<P_H^-, U><Q_H^-, U>))],

    over the distinct hyperplanes H of the reduced form, a_H the sum of the amplitudes on H and P^-, Q^- those of the
    neuron on the other side. At U = 1 1^T / n it is 1 + 2|f|_S. Up to rounding; see
    `numerics.flattest.rescaling.certified_implementation_lower_bound`.

    Args:
        network: any implementation of the function.
        x: the data [n, d]; a datum on a hyperplane counts for neither side.
        vectors: rows u_r [r, n], not all zero; U = sum_r u_r u_r^T.

    Raises:
        TypeError, ValueError: data or vectors are not finite real numbers of these shapes, or the vectors are zero.
        OverflowError: a value exceeds the range of float64.

    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> round(implementation_lower_bound(network, [[3.0], [-1.0]], [[1.0, 1.0]]), 12)  # 1 + sqrt(2)
    2.414213562373
    """
    data = validate_data(x, network.d)
    return _Hyperplanes(network, data).bound(validate_vectors(vectors, len(data)))


def flattest_implementation_bound(
    network: ShallowNetwork, x: npt.ArrayLike, *, rounds: int = 60
) -> ImplementationBound:
    """Maximise `implementation_lower_bound` over U, between bounds.

    With a share h_H of a_H on one side of H and 1 - h_H on the other, as two neurons, let V(h) be the flattest
    rescaling of these (see `numerics.flattest.rescaling`). The maximum over U is the minimum of V over 0 <= h <= 1,
    since min(p, q) = min over h of h p + (1 - h) q. V is convex, its slope at h is 2 |a_H| / n times the difference of
    the two roots at its U, and L-BFGS minimises it; every U met on the way is a certificate, every V(h) a ceiling.

    Args:
        network: any implementation of the function.
        x: the data [n, d].
        rounds: how many V(h) are evaluated at most, about.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d], or fewer than one round.
        ArithmeticError: a value exceeds the range of float64.
    """
    data = validate_data(x, network.d)
    if rounds < 1:
        raise ValueError(f"there must be at least one round, not {rounds}")
    planes = _Hyperplanes(network, data)
    ones = np.ones((1, len(data)))
    best = ImplementationBound(planes.bound(ones), ones, float("inf"))

    def value_and_slope(shares: Array) -> tuple[float, Array]:
        nonlocal best
        search = search_flattest(Rescalings(planes.split(shares), data), _GAP, _ROUNDS)
        bound, u = planes.bound(search.vectors), search.vectors
        ceiling = min(best.ceiling, search.upper)
        best = ImplementationBound(bound, u, ceiling) if bound > best.lower else _with_ceiling(best, ceiling)
        above, below = planes.side_terms(u)
        slope = 2 * planes.amplitudes * (above - below) / (len(data) * np.sum(u**2))
        if best.ceiling - best.lower <= _GAP * best.ceiling:
            raise StopIteration
        return search.upper, slope

    above, below = planes.side_terms(ones)
    start = np.where(above <= below, 1.0, 0.0)
    try:
        # first the orientations that are flatter for the constant vector, often the best already
        value_and_slope(start)
        minimize(
            value_and_slope, 0.9 * start + 0.05, jac=True, method="L-BFGS-B", bounds=[(0.0, 1.0)] * len(start),
            options={"maxfun": rounds, "maxiter": rounds, "ftol": 1e-15, "gtol": 1e-12},
        )  # fmt: skip
    except StopIteration:
        pass
    return best


_GAP = 1e-10
_ROUNDS = 20


def _with_ceiling(bound: ImplementationBound, ceiling: float) -> ImplementationBound:
    return ImplementationBound(bound.lower, bound.vectors, ceiling)


class _Hyperplanes:
    """The distinct hyperplanes of a network, each by its neuron with the largest weights and that neuron's scale."""

    def __init__(self, network: ShallowNetwork, x: Array) -> None:
        groups = hyperplane_groups(network.W1, network.b1)
        chosen = [representative(network.W1, group) for group in groups]
        self._x, self._W1, self._b1 = x, network.W1[chosen], network.b1[chosen]
        self._merged = np.array([merged_output_weight(network.W1, network.w2, group) for group in groups])
        self.amplitudes = np.abs(self._merged)
        preactivations = network.preactivations(x)[:, chosen]
        self._outputs = np.maximum(preactivations, 0.0), np.maximum(-preactivations, 0.0)
        self._patterns = tuple((outputs > 0).astype(np.float64) for outputs in self._outputs)

    def side_terms(self, vectors: Array) -> tuple[Array, Array]:
        """sqrt(<P_H, U> <Q_H, U>) on either side."""
        above, below = (
            np.linalg.norm(vectors @ outputs, axis=0) * np.sqrt(lever_terms(pattern, self._x, vectors))
            for outputs, pattern in zip(self._outputs, self._patterns, strict=True)
        )
        return above, below

    def bound(self, vectors: Array) -> float:
        """`implementation_lower_bound`."""
        total = np.sum(vectors.sum(axis=1) ** 2) + 2 * np.sum(self.amplitudes * np.minimum(*self.side_terms(vectors)))
        return float(total / (len(self._x) * np.sum(vectors**2)))

    def split(self, shares: Array) -> ShallowNetwork:
        """Two neurons on each hyperplane, that share its amplitude; another function, by an affine part."""
        return ShallowNetwork(
            np.concatenate([self._W1, -self._W1]),
            np.concatenate([self._b1, -self._b1]),
            np.concatenate([shares * self._merged, (1 - shares) * self._merged]),
            0.0,
        )


def validate_vectors(vectors: npt.ArrayLike, n: int) -> Array:
    """The vectors as a finite float64 array [r, n], not all zero.

    Raises:
        TypeError, ValueError: they are not.
    """
    u = real_array(vectors, "the vectors", 2)
    if u.shape[1] != n:
        raise ValueError(f"the vectors must have {n} entries, one for each of the data, not {u.shape[1]}")
    if not u.any():
        raise ValueError("the vectors are all zero, so that U has no trace to divide by")
    return u
