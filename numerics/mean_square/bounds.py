"""Cheap bounds of the largest step size of SGD in mean square: an eigenvalue, or sums over the Gram matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.arrays.checks import Array
from numerics.arrays.spectrum import top_eigenpairs
from numerics.mean_square.lyapunov import batch_share, checked_gram


@dataclass(frozen=True)
class CheapBounds:
    """Bounds of the largest step size eta* of SGD in mean square, up to rounding; see `cheap_bounds`."""

    largest_gradient: float
    one_step: float
    top_eigenvector: float
    mean_gradient: float
    trace: float

    @property
    def lower(self) -> float:
        """The best bound from below."""
        return max(self.largest_gradient, self.one_step)

    @property
    def upper(self) -> float:
        """The best bound from above."""
        return min(self.top_eigenvector, self.mean_gradient, self.trace)


def cheap_bounds(gram: npt.ArrayLike, batch: int) -> CheapBounds:
    """Bounds of `numerics.mean_square.threshold.threshold` for batches of B of n data, p = (n - B)/(B (n - 1)).

    From below, K [n, n] with the top eigenvalue lambda, n K_jj = |grad f(x_j)|^2:

        largest_gradient  2/((1 - p) lambda + p n max_j K_jj)
        one_step          2/lambda_max((1 - p) K + p n diag(K)), no less: up to it E|delta|^2 does not grow in any step

    From above, by the second moments delta delta^T of one direction and by that of all:

        top_eigenvector   2/(lambda (1 + p (n sum_j u_j^4 - 1))), u the unit top eigenvector of K
        mean_gradient     2 |q|^2/((1 + p (kappa - 1)) F), s = K 1, |q|^2 = mean s, F = mean s^2, kappa = mean s^4/F^2;
                          at most 2/((1 + p (kappa - 1)) |q|^2)
        trace             2 tr K/((1 - p) |K|_F^2 + p n sum_j K_jj^2)        (Mulayoff and Michaeli, 2024)

    For b = n the first three are 2/lambda.

    Raises:
        TypeError, ValueError: as for `threshold`.
        OverflowError: a bound exceeds the range of float64.

    >>> found = cheap_bounds(np.diag([4.0, 1.0]), 1)
    >>> found.one_step, found.top_eigenvector, found.trace == 2 * 5 / (2 * 17)
    (0.25, 0.25, True)
    """
    scaled, exponent = checked_gram(gram)
    n = len(scaled)
    p = float(batch_share(n, batch))
    diagonal = np.diagonal(scaled)
    values, vectors = top_eigenpairs(scaled)
    top, u = float(values[0]), vectors[0]
    one_step = float(top_eigenpairs((1 - p) * scaled + p * n * np.diag(diagonal))[0][0])
    sums = scaled.sum(axis=1)
    levels = [
        (1 - p) * top + p * n * float(diagonal.max()),
        one_step,
        top * (1 + p * (n * float(np.sum(u**4)) - 1)),
        _at_mean_gradient(sums, p),
        ((1 - p) * float(np.vdot(scaled, scaled)) + p * n * float(diagonal @ diagonal)) / float(diagonal.sum()),
    ]
    with np.errstate(over="ignore", divide="ignore"):
        bounds: list[float] = np.ldexp(2 / np.array(levels), -exponent).tolist()
    if not all(bound > 0 for bound in bounds) or not all(np.isfinite(bounds[:3])):
        raise OverflowError("a bound of the threshold exceeds the range of float64")
    return CheapBounds(*bounds)


def gain(gram: npt.ArrayLike, batch: int) -> float:
    """1 + p (kappa - 1), kappa = n sum_j s_j^4/(sum_j s_j^2)^2 >= 1, s = K 1.

    Mean-square stability at eta gives gain times (1 + 2|f|_S) <= 2/eta; see the claim mean-square-stability.

    Raises:
        TypeError, ValueError: as for `threshold`; or K 1 = 0, which a trained output bias excludes.

    >>> round(gain([[2.0, 0.0], [0.0, 1.0]], 1), 9)  # s = (2, 1): kappa = 2 (16 + 1)/(4 + 1)^2
    1.36
    """
    scaled, _ = checked_gram(gram)
    p = float(batch_share(len(scaled), batch))
    sums = scaled.sum(axis=1)
    second = float(np.mean(sums**2))
    if second == 0:
        raise ValueError("all rows of the Gram matrix add up to zero: the mean gradient vanishes, and has no gain")
    return 1 + p * (float(np.mean((sums**2 / second) ** 2)) - 1)


def _at_mean_gradient(sums: Float64[Array, " n"], share: float) -> float:
    """(1 + p (kappa - 1)) F/|q|^2; 0, no bound, if q = 0."""
    square, second = float(np.mean(sums)), float(np.mean(sums**2))
    if square <= 0:
        return 0.0
    return ((1 - share) * second + share * float(np.mean((sums**2) ** 2)) / second) / square
