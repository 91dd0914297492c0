"""The same function, rescaled neuron by neuron until its Gram matrix is as flat as rescaling can make it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array
from numerics.enclosure import enclosed_gram_sharpness
from numerics.exact.balls import lower, upper
from numerics.flattest.rescaling import certify_flattest, flattest
from numerics.network import ShallowNetwork
from numerics.problem import Problem

__all__ = ["Rebalanced", "rebalance"]


@dataclass(frozen=True, eq=False)
class Rebalanced:
    """A rescaled network on the data and labels of the given one, and how flat it is proved to be.

    problem: every neuron has (c w1, c b1, w2/c) for (w1, b1, w2), some c > 0: the same function, up to the rounding of
        these numbers.
    gram_sharpness: exact ends between which lambda_max(K) of this network lies, its weights taken as the rationals
        that the floats are.
    least: no rescaling of the given network has a smaller lambda_max(K); exact, and proved.
    """

    problem: Problem
    gram_sharpness: tuple[Fraction, Fraction]
    least: Fraction

    @property
    def network(self) -> ShallowNetwork:
        """The rescaled network."""
        return self.problem.network

    @property
    def excess(self) -> Fraction:
        """The network found is sharper than the flattest rescaling by no more than this factor, less 1."""
        return self.gram_sharpness[1] / self.least - 1

    @property
    def largest_stable_step(self) -> Fraction:
        """2 over the upper end: up to it the network is linearly stable, where it interpolates off kinks."""
        return 2 / self.gram_sharpness[1]


def rebalance(network: object, x: npt.ArrayLike | None = None, *, tolerance: float = 1e-9) -> Rebalanced:
    """The flattest rescaling of `network` at the data x [n, d]: the same function with the smallest lambda_max(K).

    The scales are those of `numerics.flattest.rescaling.flattest`. Where rounding could move what does not move with
    the function, they are rounded: those of neurons that share a hyperplane, so that they go on sharing it, and those
    of neurons with a datum on their kink, or so near that rounding would move it there, to powers of two, so that it
    stays where it is. For either the network may be sharper than its scales say, which `excess` shows; away from
    kinks, and without shared hyperplanes, it is about the tolerance. An active neuron with w2 = 0 is made so small
    that nothing is seen of it.

    Args:
        network: k neurons; or a `Problem`, whose labels are kept.
        x: the data [n, d]; None beside a Problem.
        tolerance: the relative gap between the least lambda_max(K) of rescalings and the scales found that has to be
            proved, at least about 1e-10.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d], or a senseless tolerance.
        ArithmeticError: the gap proved is wider than the tolerance, or a value exceeds the range of float64.

    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)  # at one point, 1 + s x^2 + (4/s) (1 + x^2)
    >>> found = rebalance(network, [[1.0]])
    >>> round(float(found.gram_sharpness[1]), 9)  # 1 + 4 sqrt(2), from 10
    6.656854249
    >>> round(float(found.network([[3.0]])[0]), 12)
    6.0
    """
    problem = Problem.of(network, x)
    found = flattest(problem, tolerance=min(tolerance / 4, 1e-10) if 0 < tolerance < 1 else tolerance)
    proved = certify_flattest(problem, found=found)
    if proved.gap > tolerance:
        raise ArithmeticError(
            f"the least sharpness of the rescalings is proved to lie between {float(proved.lower):.12g} and "
            f"{float(proved.upper):.12g}, further apart than the tolerance {tolerance:.1e}; raise the tolerance"
        )
    rescaled = _rescaled(problem, found.scales)
    sharpness = enclosed_gram_sharpness(rescaled.exact)
    return Rebalanced(problem=rescaled, gram_sharpness=(lower(sharpness), upper(sharpness)), least=proved.lower)


def _rescaled(problem: Problem, scales: Array) -> Problem:
    """With the scales [k]; powers of two, which round nothing, where others move a datum onto a kink, off or across."""
    powers, moved = np.exp2(np.rint(np.log2(scales))), np.any(problem.preactivations() == 0, axis=0)
    while True:
        rescaled = problem.at(problem.network.rescaled_about(np.where(moved, powers, scales)))
        crossed = np.any(rescaled.exact.signs != problem.exact.signs, axis=0)
        if not crossed.any():
            return rescaled
        # a neuron that has its power of two already crosses for the sake of one on the same hyperplane
        moved = moved | crossed if (crossed & ~moved).any() else np.ones_like(moved)
