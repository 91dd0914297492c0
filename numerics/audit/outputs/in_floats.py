"""Several outputs, too many for enclosures: the same numbers in floats, with margins for rounding."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from numerics.arrays.checks import Array, require_finite, row_norms
from numerics.arrays.moments import side_moments, stacked
from numerics.audit.in_floats import MARGIN, around, of_hessian, of_norms, of_square
from numerics.audit.outputs.findings import OutputsAudit
from numerics.gram import sum_rounding
from numerics.wider import outputs
from numerics.wider.outputs import VectorNetwork

_UNDERFLOW = float(np.finfo(np.float64).tiny)


@np.errstate(over="ignore", invalid="ignore")
def measured(made: Callable[..., OutputsAudit], network: VectorNetwork, x: Array, y: Array) -> OutputsAudit:
    """The audit of a network on data x [n, d] with labels y [n, m], made of what is found.

    What is a small difference of large numbers, as residuals are near interpolation, is as uncertain as these are:
    an error of c u (|W2| |h| + |b2| + |y|) in a residual, c u as `sum_rounding` has it, and that of h through W2.

    Raises:
        ArithmeticError: a value exceeds the range of float64, or an eigenvalue or the norm is not found.
    """
    preactivations = stacked(network.W1, network.b1, x)
    kinks = int(preactivations.size - np.count_nonzero(preactivations))
    of_outputs = _of_preactivations(network, x)
    error = _root_mean_square(_of_residuals(network, np.maximum(preactivations, 0.0), of_outputs, y))
    root = _root_mean_square(network(x) - y)
    error += MARGIN * root
    # the size of E[r (X, 1)^T] for errors r of the residuals is at most this
    reach = float(np.sqrt(np.mean(1 + np.sum(x * x, axis=1))))
    block_error = error * reach
    rho = outputs.residual_part(network, x, y) + block_error
    of_means = sum_rounding(len(x)) * reach
    # of grad f and E grad f, all outputs together
    gradients = float(np.hypot(_root_mean_square(of_outputs), np.linalg.norm(network.W2) * of_means))
    gram, square = outputs.gram_sharpness(network, x), _mean_gradients(network, x)
    gram_error, square_error = of_square(gram, gradients), of_square(square, gradients)
    norm = outputs.stability_norm(network, x)
    of_neurons = np.sqrt(np.mean(of_outputs**2, axis=0))
    sizes = np.linalg.norm(network.W2, axis=0)
    sides = side_moments(network.W1, network.b1, x)
    norm_error = of_norms(sizes, of_neurons, of_means, sides)[1] + MARGIN * norm.upper
    require_finite(np.array([error, rho, gram_error, square_error, norm_error]), "the margins")
    gram_range = around(gram, gram_error)
    return made(
        enclosed=False,
        in_balls=False,
        loss=(Fraction(max(0.0, root - error)) ** 2 / 2, Fraction(root + error) ** 2 / 2),
        kinks=kinks,
        mean_gradients=around(square, square_error),
        # two sums in floats, which rounding may interchange
        stability_norm=(
            around(min(norm.lower, norm.upper), norm_error)[0],
            around(max(norm.lower, norm.upper), norm_error)[1],
        ),
        sharpness=of_hessian(lambda: outputs.sharpness(network, x, y), gram_range, rho, block_error + gram_error),
        gram_sharpness=gram_range,
        negative_curvature=None if kinks else (Fraction(0), Fraction(rho)),
    )


def _mean_gradients(network: VectorNetwork, x: Array) -> float:
    return float(np.linalg.eigvalsh(outputs.mean_gradients_gram(network, x))[-1])


def _of_preactivations(network: VectorNetwork, x: Array) -> Array:
    """Bounds [n, k] of the rounding errors in pre-activations."""
    sizes = np.abs(x) @ np.abs(network.W1).T + np.abs(network.b1)
    errors: Array = sum_rounding(network.d) * sizes + _UNDERFLOW
    return errors


def _of_residuals(network: VectorNetwork, hidden: Array, of_outputs: Array, y: Array) -> Array:
    """Bounds [n, m] of the rounding errors in f(x_j) - y_j."""
    weights = np.abs(network.W2).T
    sizes = hidden @ weights + np.abs(network.b2) + np.abs(y)
    errors: Array = of_outputs @ weights + sum_rounding(network.k) * sizes + _UNDERFLOW
    return errors


def _root_mean_square(rows: Array) -> float:
    """That of the lengths of the rows; no square of small numbers is lost."""
    lengths = row_norms(rows)
    largest = float(lengths.max(initial=0.0))
    return largest * float(np.sqrt(np.mean((lengths / largest) ** 2))) if largest > 0 else largest
