"""A flat implementation of a function: on every hyperplane the cheaper orientation, and the affine part paid for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from numerics.arrays.checks import Array
from numerics.arrays.gram import data_features
from numerics.flattest.family import Rescalings, lever_terms
from numerics.flattest.implementation import Hyperplanes, ImplementationBound, flattest_implementation_bound
from numerics.flattest.rescaling import flattest
from numerics.flattest.search import search_flattest
from numerics.network import ShallowNetwork
from numerics.problem import Problem

__all__ = ["FlatImplementation", "flat_implementation"]

# of V(h) on the way, whose last digits decide nothing; `flattest` closes the gap of what was found
_GAP = 1e-7
_ROUNDS = 20
_INWARDS = 0.05
# a slope below this share of what it is the sum of is rounding
_NO_SLOPE = 1e-13


@dataclass(frozen=True, eq=False)
class FlatImplementation:
    """The flattest way to write a function that was found, between what is below every way and what rescaling gives.

    network: computes the same function on all of R^d, up to rounding, with more neurons or with as many. Rounding may
        part neurons that share a hyperplane, or move a datum off a kink.
    sharpness: lambda_max(K) of it, in float64; no larger than that of the flattest rescaling.
    rescaled: lambda_max(K) of the flattest rescaling of the given network.
    bound: below every implementation, of whatever width.
    """

    network: ShallowNetwork
    sharpness: float
    rescaled: float
    bound: ImplementationBound


def flat_implementation(network: object, x: npt.ArrayLike | None = None, *, rounds: int = 40) -> FlatImplementation:
    """Look for a flat network that computes the function of `network`, on all of R^d.

    The function fixes the sum a_H of the amplitudes on each hyperplane H and its affine part. With a share h_H of a_H
    in one orientation and the rest in the other,

        f(x) = sum_H a_H [h_H relu(t_H(x)) + (1 - h_H) relu(-t_H(x))] + <g(h), x> + c(h),

    and two more neurons, relu(<g, x> + s) - relu(-<g, x> - s), are the slope g(h); s is where they cost least against
    the best certificate so far, and the output bias takes what is constant. L-BFGS looks for the h with the flattest
    rescaling, from the orientations that the bound on every implementation asks for and from halfway there. It need
    not find the best: s jumps between the data, and there are other ways to write an affine function. Nothing rests on
    it, since `sharpness` is that of the network returned, and the flattest rescaling is among what is tried.

    Args:
        network: any implementation of the function; or a `Problem`.
        x: the data [n, d]; None beside a Problem.
        rounds: how many h are tried from each start at most, about.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d], or fewer than one round.
        ArithmeticError: a value exceeds the range of float64.

    >>> f = ShallowNetwork([[1.0], [1.0]], [0.0, -1.0], [1.0, -1.0], 0.0)  # a ramp, turned round for large x
    >>> found = flat_implementation(f, [[0.5], [5.0], [6.0]])
    >>> found.sharpness < found.rescaled / 4
    True
    """
    problem = Problem.of(network, x)
    rescaled = flattest(problem)
    bound = flattest_implementation_bound(problem, rounds=rounds)
    best = FlatImplementation(_at_scales(problem.network, rescaled.scales), rescaled.upper, rescaled.upper, bound)
    if rescaled.upper - bound.lower <= _GAP * rescaled.upper or not problem.hyperplanes:
        return best
    written = _Orientations(problem, bound.vectors)
    above, below = written.planes.side_terms(bound.vectors)
    asked = np.where(above <= below, 1.0, 0.0)
    written.value_and_slope(asked)
    for start in (asked, (asked + written.given) / 2):
        minimize(
            written.value_and_slope,
            # at an end the slope towards the other side cannot be seen
            (1 - 2 * _INWARDS) * start + _INWARDS,
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, 1.0)] * len(start),
            options={"maxfun": rounds, "maxiter": rounds},
        )
    found = flattest(written.network, problem.x)
    if found.upper >= best.sharpness:
        return best
    return FlatImplementation(_at_scales(written.network, found.scales), found.upper, rescaled.upper, bound)


def _at_scales(network: ShallowNetwork, c: Array) -> ShallowNetwork:
    """All scales as they are, also those of neurons that share a hyperplane; what has no output is left out."""
    kept = network.w2 != 0
    c = c[kept]
    return ShallowNetwork(c[:, None] * network.W1[kept], c * network.b1[kept], network.w2[kept] / c, network.b2)


class _Orientations:
    """V(h), the flattest rescaling at the shares h with the affine part paid for, its slope, and the best network met.

    given: the shares [m] that the network has, where they lie between 0 and 1.
    """

    def __init__(self, problem: Problem, vectors: Array) -> None:
        self.problem, self.planes, self._vectors = problem, Hyperplanes(problem), vectors
        self._features = data_features(problem.x) if problem.n < problem.x.shape[1] else None
        network, planes = problem.network, self.planes
        opposite = np.zeros(network.k, dtype=bool)
        forward = np.zeros(len(planes.merged))
        for number, group in enumerate(problem.hyperplanes):
            chosen = planes.chosen[number]
            products = network.W1[group] @ network.W1[chosen]
            opposite[group] = products < 0
            along = products > 0
            forward[number] = network.w2[group][along] @ products[along] / products[group == chosen][0]
        # w2 relu(t) = w2 relu(-t) + w2 t
        turned = np.where(opposite, network.w2, 0.0)
        constant = network.w2 @ np.where(network.W1.any(axis=1), 0.0, np.maximum(network.b1, 0.0))
        self._slope, self._offset = turned @ network.W1, float(turned @ network.b1 + constant + network.b2)
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.nan_to_num(forward / planes.merged, nan=0.5)
        self.given = np.clip(shares, 0.0, 1.0)
        self._least = np.inf
        self.network = network

    def value_and_slope(self, shares: Array) -> tuple[float, Array]:
        """V at the shares h [m], and its slope [m] where the kink of the affine part stays between the same data."""
        planes, x = self.planes, self.problem.x
        turned = (1 - shares) * planes.merged
        g, c = self._slope + turned @ planes.W1, self._offset + turned @ planes.b1
        sizes = np.abs(turned) @ np.abs(planes.W1) + np.abs(self._slope)
        carried = bool(np.any(np.abs(g) > _NO_SLOPE * sizes))
        split = planes.split(shares)
        if carried:
            s = self._cheapest_kink(x @ g)
            network = ShallowNetwork(
                np.vstack([split.W1, g, -g]),
                np.concatenate([split.b1, [s, -s]]),
                np.concatenate([split.w2, [1.0, -1.0]]),
                c - s,
            )
        else:
            network = ShallowNetwork(split.W1, split.b1, split.w2, c)
        search = search_flattest(Rescalings(self.problem.at(network)), _GAP, _ROUNDS)
        u = search.vectors
        if search.upper < self._least:
            self._least, self.network, self._vectors = search.upper, network, u
        above, below = planes.side_terms(u)
        slope = planes.amplitudes * (above - below)
        if carried:
            slope -= planes.merged * (planes.W1 @ self._slope_of_cost(x @ g + s, u))
        return search.upper, 2 * slope / (self.problem.n * np.sum(u**2))

    def _cheapest_kink(self, values: Array) -> float:
        """The s for which relu(v + s) and relu(-v - s), v the values [n] of <g, x>, cost least together.

        Against the best certificate so far, among kinks halfway between data and just outside them.
        """
        order = np.sort(values)
        kinks = np.concatenate([order[:1], (order[1:] + order[:-1]) / 2, order[-1:]])
        # all data on one side, which then is the only one that costs anything
        kinks[[0, -1]] += np.array([-1.0, 1.0]) * 1e-6 * max(order[-1] - order[0], np.finfo(np.float64).tiny)
        cost = np.zeros(len(kinks))
        for side in (1.0, -1.0):
            outputs = np.maximum(side * (values[:, None] - kinks), 0.0)
            levers = lever_terms((outputs > 0).astype(np.float64), self.problem.x, self._vectors, self._features)
            cost += np.linalg.norm(self._vectors @ outputs, axis=0) * np.sqrt(levers)
        return -float(kinks[np.argmin(cost)])

    def _slope_of_cost(self, values: Array, u: Array) -> Array:
        """The derivative [d] in g of sqrt(<P, U> <Q, U>) of both neurons, at pre-activations v [n] of the first."""
        total: Array = np.zeros(self.problem.x.shape[1])
        for side in (1.0, -1.0):
            mask = (side * values > 0).astype(np.float64)
            outputs = u @ np.maximum(side * values, 0.0)
            size = float(np.linalg.norm(outputs))
            if size > 0:
                lever = lever_terms(mask[:, None], self.problem.x, u, self._features)[0]
                total += side * np.sqrt(lever) / size * ((outputs @ (u * mask)) @ self.problem.x)
        return total
