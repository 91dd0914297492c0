"""Problems too large for enclosures: the same numbers in floats, with margins for rounding."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from numerics.arrays.checks import Array, require_finite, row_norms
from numerics.arrays.moments import SideMoments
from numerics.audit.findings import Audit, is_far
from numerics.exact.intervals import Interval
from numerics.gram import mean_gradient_square
from numerics.norm import one_sided_norm, stability_norm
from numerics.problem import Problem
from numerics.sharpness import TopCurvature, gradient_norm, residual_part

MARGIN = 1e-9
"""Relative: an eigenvalue is computed to 1e-10, and sums of n terms round well below that."""
# a value is computed to within this times its terms, for any d that fits into memory, and what underflows
_ROUNDING, _UNDERFLOW = 1e-12, float(np.finfo(np.float64).tiny)


@np.errstate(over="ignore", invalid="ignore")
def measured(problem: Problem, eta: Fraction | None) -> Audit:
    """The audit of a network on data [n, d] with labels; memory O(n d + n k / 8 + k d) beyond a few blocks.

    Raises:
        ArithmeticError: a value exceeds the range of float64, or the sharpness cannot be computed to 1e-10.
    """
    one_sided, norm = one_sided_norm(problem), stability_norm(problem)
    gradient_square, loss = mean_gradient_square(problem), _loss(problem)
    curvature = TopCurvature(problem)
    gram = curvature.gram_sharpness
    error, root = _of_values(problem), float(np.sqrt(2 * loss))
    # |B_i| <= E|r| |(X, 1)|, also for the rounding errors r of the residuals
    block_error = (error + MARGIN * root) * float(np.sqrt(np.mean(1 + row_norms(problem.x) ** 2)))
    rho = residual_part(problem) + block_error
    gradients, (one_sided_error, norm_error) = _of_gradients(problem), _of_norms(problem)
    gram_error = of_square(gram, gradients)
    slope = gradient_norm(problem)
    slope_error = MARGIN * slope + error * float(np.sqrt(gram)) + (root + error) * gradients
    label_square = float(np.mean(problem.labels**2))
    margins = [error, one_sided_error, norm_error, gram_error + rho, slope_error, label_square]
    require_finite(np.array(margins), "the margins")
    gram_range, gradient = around(gram, gram_error), around(slope, slope_error)
    top = gram_range if problem.kinks else of_hessian(curvature.sharpness, gram_range, rho, block_error + gram_error)
    return Audit(
        n=problem.n,
        d=problem.network.d,
        k=problem.network.k,
        enclosed=False,
        step_size=eta,
        loss=(Fraction(max(0.0, root - error)) ** 2 / 2, Fraction(root + error) ** 2 / 2),
        gradient_norm=gradient,
        far_from_minimum=is_far(gradient, gram + rho, label_square, loss),
        sharpness=top,
        gram_sharpness=gram_range,
        negative_curvature=None if problem.kinks else (Fraction(0), Fraction(rho)),
        mean_gradient_square=around(gradient_square, of_square(gradient_square, gradients)),
        one_sided_norm=around(one_sided, one_sided_error + MARGIN * one_sided),
        stability_norm=around(norm, norm_error + MARGIN * norm),
        flattest_gram_sharpness=None,
        kinks=problem.kinks,
        near_kinks=problem.near_kinks,
        interpolating=False if np.abs(problem.residuals).max() > error else None,
    )


def _loss(problem: Problem) -> float:
    squares = require_finite(problem.residuals**2, "the squares of the residuals")
    return float(np.mean(squares) / 2)


def of_hessian(find: Callable[[], float], gram: Interval, rho: float, error: float) -> Interval:
    """lambda_max(H), found in floats, with margins; K and rho where those do, or it is not found."""
    wide = max(gram[0] - Fraction(rho), Fraction(0)), gram[1] + Fraction(rho)
    if rho <= MARGIN * wide[1]:
        return wide
    try:
        top = find()
    except ArithmeticError:
        return wide
    low, high = around(top, MARGIN * top + error)
    return max(low, wide[0]), min(high, wide[1])


def around(value: float, error: float) -> Interval:
    """The numbers >= 0 that are no further from the value than the error."""
    return max(Fraction(value) - Fraction(error), Fraction(0)), Fraction(value) + Fraction(error)


def of_square(square: float, error: float) -> float:
    """A bound of the error in a square, of a length with an error."""
    return MARGIN * square + error * (2 * float(np.sqrt(square)) + error)


def _of_outputs(problem: Problem) -> Array:
    """Bounds [k] of the rounding errors in pre-activations, generous by far; it matters where these nearly cancel."""
    f = problem.network
    errors: Array = _ROUNDING * (row_norms(f.W1) * row_norms(problem.x).max() + np.abs(f.b1)) + _UNDERFLOW
    return errors


def _of_means(problem: Problem) -> float:
    """A bound of the rounding errors in means of the data, which may nearly cancel."""
    return _ROUNDING * float(row_norms(problem.x).max())


def _of_gradients(problem: Problem) -> float:
    """A bound of the rounding errors in grad f, E grad f and their lengths."""
    levers = np.linalg.norm(problem.network.w2) * _of_means(problem)
    return float(np.hypot(np.linalg.norm(_of_outputs(problem)), levers))


def _of_norms(problem: Problem) -> tuple[float, float]:
    """Bounds of the rounding errors in the one-sided and the stability norm, to which data on empty sides add none."""
    sizes, outputs, means = np.abs(problem.network.w2), _of_outputs(problem), _of_means(problem)
    return of_norms(sizes, outputs, means, (problem.above, problem.below))


def of_norms(sizes: Array, outputs: Array, means: float, sides: tuple[SideMoments, SideMoments]) -> tuple[float, float]:
    """The same, of output weights of sizes [k], with errors in pre-activations [k] and in the means of the data."""
    above, below = sides
    excess, feature = np.maximum(above.excess, below.excess), np.maximum(above.feature_norm, below.feature_norm)
    terms = sizes * (outputs * (feature + means) + means * excess)
    own = above.probability > 0
    return float(terms[own].sum()), float(terms[own & (below.probability > 0)].sum())


def _of_values(problem: Problem) -> float:
    """A bound of the rounding errors in f(x_j) - y_j, generous by far."""
    f = problem.network
    sizes = float(abs(f.b2) + np.abs(problem.labels).max())
    return float(np.abs(f.w2) @ _of_outputs(problem)) + _ROUNDING * sizes
