"""The largest step size at which SGD is bounded in mean square at an interpolating minimum off kinks.

SGD linearised there, with batches of B of n data drawn without replacement and g_i the gradients of f at data, takes
the second moment Sigma = E delta delta^T of deviations in the range of H to (Mulayoff and Michaeli, 2024)

    Sigma - 2 eta C Sigma + eta^2 D Sigma,      C Sigma = (H Sigma + Sigma H)/2,      p = (n - B)/(B (n - 1)),
    D Sigma = (1 - p) H Sigma H + (p/n) sum_i H_i Sigma H_i,      H_i = g_i g_i^T,      H = (1/n) sum_i H_i.

The map is self-adjoint and keeps Sigma >= 0, so its powers are bounded iff eta <= 2/lambda*, lambda* the largest
eigenvalue of C^+ D. Beside H Sigma H, D sees of Sigma only the n numbers g_i^T Sigma g_i. Eliminating the rest, lambda*
is the level mu at which a matrix without negative entries has the spectral radius 1:

    N(mu) [n, n]:  e -> p n diag(K A K),      mu (K A + A K)/2 - (1 - p) K A K = diag(e),      K = Phi^T Phi / n.

N(t mu) <= N(mu)/t and N(s mu) >= N(mu)/s for t >= 1 >= s > 0, so that for e > 0

    min(1, <e, N(mu) e>/|e|^2) mu <= lambda* <= max(1, max_i (N(mu) e)_i/e_i) mu,

the one by Rayleigh, the other by Collatz and Wielandt. Both hold for any e and any mu > (1 - p) lambda_max(K); only the
rounding of their evaluation is not enclosed here, which `numerics.mean_square.enclosure` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.arrays.checks import Array, require_tolerance
from numerics.mean_square.lyapunov import Lyapunov, batch_share

# measured on trained networks: cycles of 4 to 12 products cost about the same; more help where eigenvalues crowd
_CYCLES = 30
_FIRST_VECTORS, _MORE_VECTORS = 6, 2
_NEWTON_STEPS = 60
_SMALLEST = 1e-280


@dataclass(frozen=True, eq=False)
class Threshold:
    """The largest step size for batches of `batch` data lies between `lower` and `upper`, up to rounding.

    level, weights: mu, over the scale of `Lyapunov`, and e [n] at which both were found.
    """

    batch: int
    lower: float
    upper: float
    level: float
    weights: Float64[Array, " n"]

    @property
    def value(self) -> float:
        """The middle of the two."""
        return self.lower + (self.upper - self.lower) / 2


def threshold(gram: npt.ArrayLike, batch: int, *, tolerance: float = 1e-9) -> Threshold:
    """The largest step size of SGD with batches of `batch` of n data, drawn without replacement.

    O(n^3) an iteration, and some dozens of them. Where K is singular, it is the threshold on the range of H: deviations
    beyond it never change.

    Args:
        gram: K [n, n] of `numerics.gram.gram_matrix`, at an interpolating minimum off kinks.
        batch: from 1 to n; for n it is 2/lambda_max(K), the threshold of gradient descent.
        tolerance: the two bounds differ by no more, relatively; below about 1e-12 rounding decides.

    Raises:
        TypeError, ValueError: see `Lyapunov` and `batch_share`; or a senseless tolerance.
        ArithmeticError: the bounds did not come within the tolerance; the message has them.
        OverflowError: the threshold exceeds the range of float64.

    >>> found = threshold(np.diag([4.0, 1.0]), 1)  # orthogonal gradients of squared lengths 8 and 2
    >>> round(found.lower, 6), round(found.upper, 6), threshold(np.diag([4.0, 1.0]), 2).value
    (0.25, 0.25, 0.5)
    """
    return thresholds(gram, [batch], tolerance=tolerance)[0]


def thresholds(gram: npt.ArrayLike, batches: Sequence[int], *, tolerance: float = 1e-9) -> list[Threshold]:
    """`threshold` for several batch sizes, in their order; the eigenvectors of K are computed once."""
    require_tolerance(tolerance)
    equation = Lyapunov(gram)
    shares = [float(batch_share(equation.n, batch)) for batch in batches]
    return [_threshold(equation, int(batch), p, tolerance) for batch, p in zip(batches, shares, strict=True)]


def _threshold(equation: Lyapunov, batch: int, share: float, tolerance: float) -> Threshold:
    if share == 0:
        low = high = level = equation.top
        weights = np.ones(equation.n)
    else:
        low, high, level, weights = _bracketed(equation, share, tolerance)
    lower, upper = _steps(low, high, equation.exponent)
    if not 0 < lower <= upper < np.inf:
        raise OverflowError("the threshold exceeds the range of float64")
    return Threshold(batch, lower, upper, level, weights)


def _bracketed(equation: Lyapunov, share: float, tolerance: float) -> tuple[float, float, float, Float64[Array, " n"]]:
    """Bounds of lambda*, and the level and the weights at which they hold.

    Weights and level are improved in turn: the level at which the Rayleigh quotient of N is 1, and there the top Ritz
    vector of N from some products; N has no negative entries, so neither has its top eigenvector.
    """
    weights = np.full(equation.n, equation.n**-0.5)
    level = 0.0
    low, high = 0.0, np.inf
    for cycle in range(_CYCLES):
        coordinates = equation.coordinates(weights)
        level = _level(equation, coordinates, share, level)
        factor = share * equation.n * equation.products / equation.divisors(share, level)
        image = equation.diagonal(coordinates * factor)
        low = max(low, level * min(1.0, float(weights @ image)))
        high = min(high, level * max(1.0, float(np.max(image / weights))))
        if high <= low * (1 + tolerance):
            return low, high, level, weights
        count = _FIRST_VECTORS + cycle * _MORE_VECTORS
        weights = np.maximum(np.abs(_ritz_vector(equation, factor, weights, image, count)), _SMALLEST)
        weights /= np.linalg.norm(weights)
    lower, upper = _steps(low, high, equation.exponent)
    raise ArithmeticError(
        f"the threshold of SGD is only known to lie between {lower:.9g} and {upper:.9g}: "
        f"raise the tolerance above {high / low - 1:.1e}"
    )


def _steps(low: float, high: float, exponent: int) -> tuple[float, float]:
    """The step sizes 2/lambda* of bounds of lambda* over 2^exponent; rounding may have put one beyond the other."""
    with np.errstate(over="ignore", under="ignore"):
        lower, upper = np.ldexp(2 / np.array([max(low, high), min(low, high)]), -exponent).tolist()
    return lower, upper


def _level(equation: Lyapunov, coordinates: Float64[Array, "r r"], share: float, start: float) -> float:
    """The mu > (1 - p) l_max at which <e, N(mu) e> = 1, |e| = 1, by Newton's iteration for 1/<e, N(mu) e>."""
    pole = (1 - share) * equation.top
    numerators = share * equation.n * equation.products * coordinates**2
    # the term of the top eigenvector alone is 1 there, and the sum is no less
    level = max(start, pole + float(numerators[-1, -1]) / equation.top, pole * (1 + 1e-15))
    for _ in range(_NEWTON_STEPS):
        divisors = equation.divisors(share, level)
        terms = numerators / divisors
        quotient, slope = float(terms.sum()), float((terms * equation.means / divisors).sum())
        step = quotient * (quotient - 1) / slope
        level = level + step if level + step > pole else (level + pole) / 2
        if abs(step) <= 1e-14 * level:
            break
    return level


def _ritz_vector(
    equation: Lyapunov,
    factor: Float64[Array, "r r"],
    start: Float64[Array, " n"],
    image: Float64[Array, " n"],
    count: int,
) -> Float64[Array, " n"]:
    """N times the top Ritz vector of N in the span of N^m e, m = 0, .., count - 1; `image` is N e."""
    basis, images = [start], [image]
    for _ in range(1, count):
        direction, known = images[-1], np.array(basis)
        # twice, since rounding leaves something of what is taken away
        for _ in range(2):
            direction = direction - known.T @ (known @ direction)
        size = float(np.linalg.norm(direction))
        if size <= 1e-14:
            break
        basis.append(direction / size)
        images.append(equation.diagonal(equation.coordinates(basis[-1]) * factor))
    projected = np.array(basis) @ np.array(images).T
    return np.linalg.eigh((projected + projected.T) / 2)[1][:, -1] @ np.array(images)
