"""How flat any network can be that computes a given function, of whatever width and however written."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from numerics.arrays.checks import Array, real_array
from numerics.arrays.gram import data_features
from numerics.arrays.hyperplanes import merged_output_weight, representative
from numerics.flattest.family import Rescalings, lever_terms
from numerics.flattest.search import search_flattest
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from numerics.weight import smaller_side


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


def implementation_lower_bound(network: object, x: npt.ArrayLike | None = None, *, vectors: npt.ArrayLike) -> float:
    """A bound below lambda_max(K) at every way to write the same function, of whatever width:

        (1/(n tr U)) [1^T U 1 + 2 sum_H |a_H| min(sqrt(<P_H, U><Q_H, U>), sqrt(<P_H^-, U><Q_H^-, U>))],

    over the distinct hyperplanes H of the reduced form, a_H the sum of the amplitudes on H and P^-, Q^- those of the
    neuron on the other side. At U = 1 1^T / n it is 1 + 2|f|_S. Up to rounding; see
    `numerics.flattest.rescaling.certified_implementation_lower_bound`.

    Args:
        network: any implementation of the function; or a `Problem`.
        x: the data [n, d]; a datum on a hyperplane counts for neither side. None beside a Problem.
        vectors: rows u_r [r, n], not all zero; U = sum_r u_r u_r^T.

    Raises:
        TypeError, ValueError: data or vectors are not finite real numbers of these shapes, or the vectors are zero.
        OverflowError: a value exceeds the range of float64.

    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> bound = implementation_lower_bound(network, [[3.0], [-1.0]], vectors=[[1.0, 1.0]])
    >>> round(bound, 12)  # 1 + sqrt(2)
    2.414213562373
    """
    problem = Problem.of(network, x)
    return Hyperplanes(problem).bound(validate_vectors(vectors, problem.n))


def flattest_implementation_bound(
    network: object, x: npt.ArrayLike | None = None, *, rounds: int = 60
) -> ImplementationBound:
    """Maximise `implementation_lower_bound` over U, between bounds.

    With a share h_H of a_H on one side of H and 1 - h_H on the other, as two neurons, let V(h) be the flattest
    rescaling of these (see `numerics.flattest.rescaling`). The maximum over U is the minimum of V over 0 <= h <= 1,
    since min(p, q) = min over h of h p + (1 - h) q. V is convex, its slope at h is 2 |a_H| / n times the difference of
    the two roots at its U, and L-BFGS minimises it; every U met on the way is a certificate, every V(h) a ceiling.

    Args:
        network: any implementation of the function; or a `Problem`.
        x: the data [n, d]; None beside a Problem.
        rounds: how many V(h) are evaluated at most, about.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d], or fewer than one round.
        ArithmeticError: a value exceeds the range of float64.
    """
    problem = Problem.of(network, x)
    if rounds < 1:
        raise ValueError(f"there must be at least one round, not {rounds}")
    shares = _Shares(problem)
    above, below = shares.planes.side_terms(np.ones((1, problem.n)))
    start = np.where(above <= below, 1.0, 0.0)
    # first the orientations that are flatter for the constant vector, often the best already
    shares.value_and_slope(start)
    if not shares.settled:
        minimize(
            shares.value_and_slope,
            # at an end the slope towards the other side cannot be seen
            (1 - 2 * _INWARDS) * start + _INWARDS,
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, 1.0)] * len(start),
            callback=shares.stop_if_settled,
            # only the rounds and the gap end the search
            options={"maxfun": rounds, "maxiter": rounds, "ftol": 1e-15, "gtol": 1e-12},
        )
    return shares.best


# what certificates in exact arithmetic are asked for, and what `search_flattest` reaches in so many rounds
_GAP = 1e-10
_ROUNDS = 20
_INWARDS = 0.05


class _Shares:
    """V(h) and its slope, and the best bounds met on the way."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.planes = problem, Hyperplanes(problem)
        ones = np.ones((1, problem.n))
        self.best = ImplementationBound(self.planes.bound(ones), ones, float("inf"))
        # the same at all shares
        self._preactivations = problem.at(self.planes.split(np.ones(len(self.planes.amplitudes)))).preactivations()

    @property
    def settled(self) -> bool:
        """Whether the bounds have met."""
        return self.best.ceiling - self.best.lower <= _GAP * self.best.ceiling

    def stop_if_settled(self, _: Array) -> None:
        """The sign by which SciPy lets a callback end the search."""
        if self.settled:
            raise StopIteration

    def value_and_slope(self, shares: Array) -> tuple[float, Array]:
        """V at the shares h [m], and its slope [m]."""
        family = Rescalings(self.problem.at(self.planes.split(shares)), self._preactivations)
        search = search_flattest(family, _GAP, _ROUNDS)
        u, ceiling = search.vectors, min(self.best.ceiling, search.upper)
        self.best = replace(self.best, ceiling=ceiling)
        bound = self.planes.bound(u)
        if bound > self.best.lower:
            self.best = ImplementationBound(bound, u, ceiling)
        above, below = self.planes.side_terms(u)
        return search.upper, 2 * self.planes.amplitudes * (above - below) / (self.problem.n * np.sum(u**2))


class Hyperplanes:
    """The distinct hyperplanes of a network, each by its neuron with the largest weights and that neuron's scale.

    W1 [m, d], b1 [m]: the weights of those neurons; chosen: their indices in the network.
    merged [m]: the sum of the amplitudes on each hyperplane, over |w1| of its neuron; amplitudes: the sizes of these.
    """

    def __init__(self, problem: Problem) -> None:
        network, x = problem.network, problem.x
        self.chosen = [representative(network.W1, group) for group in problem.hyperplanes]
        self._x, self.W1, self.b1 = x, network.W1[self.chosen], network.b1[self.chosen]
        self.merged = np.array([merged_output_weight(network.W1, network.w2, group) for group in problem.hyperplanes])
        self.amplitudes = np.abs(self.merged)
        preactivations = problem.preactivations()[:, self.chosen]
        self._outputs = np.maximum(preactivations, 0.0), np.maximum(-preactivations, 0.0)
        self._patterns = tuple((outputs > 0).astype(np.float64) for outputs in self._outputs)
        self._features = data_features(x) if len(x) < x.shape[1] else None

    def side_terms(self, vectors: Array) -> tuple[Array, Array]:
        """sqrt(<P_H, U> <Q_H, U>) on either side."""
        above, below = (
            np.linalg.norm(vectors @ outputs, axis=0) * np.sqrt(lever_terms(pattern, self._x, vectors, self._features))
            for outputs, pattern in zip(self._outputs, self._patterns, strict=True)
        )
        return above, below

    def bound(self, vectors: Array) -> float:
        """`implementation_lower_bound`."""
        smaller = smaller_side(*self.side_terms(vectors))
        total = np.sum(vectors.sum(axis=1) ** 2) + 2 * np.sum(self.amplitudes * smaller)
        return float(total / (len(self._x) * np.sum(vectors**2)))

    def split(self, shares: Array) -> ShallowNetwork:
        """Two neurons on each hyperplane, that share its amplitude; another function, by an affine part."""
        return ShallowNetwork(
            np.concatenate([self.W1, -self.W1]),
            np.concatenate([self.b1, -self.b1]),
            np.concatenate([shares * self.merged, (1 - shares) * self.merged]),
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
