"""The sharpness in floats: the largest eigenvalue of the Hessian of the loss, at interpolation and away from it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse.linalg import LinearOperator

from numerics.arrays.checks import Array, require_finite
from numerics.arrays.gradients import Direction, Gradients
from numerics.arrays.moments import preactivation_blocks
from numerics.arrays.spectrum import checked_top_eigenpair
from numerics.problem import Problem


def sharpness(
    network: object,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    *,
    tolerance: float = 1e-10,
) -> float:
    """lambda_max(H), H the Hessian of the loss 1/(2n) sum_j (f(x_j) - y_j)^2 in all parameters.

    A minimum off kinks is linearly stable at step size eta iff H >= 0 and this is at most 2/eta. Where the network
    interpolates, it is `numerics.gram.gram_sharpness`, which is cheaper, and needs no labels. On a kink the masks are
    strict (relu'(0) = 0), and H is only formal. Never below 1, by b2. In floats; `numerics.hessian.enclosed_hessian`
    encloses it.

    Args:
        network: k neurons; or a `Problem` with labels.
        x: the data [n, d]; None beside a Problem.
        y: the labels [n]; likewise.
        tolerance: of the residual |H u - theta u|, relative to theta; some eigenvalue of H is so near.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of the right shape, or a senseless tolerance.
        ArithmeticError: the residual does not reach the tolerance, or a value exceeds the range of float64.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> round(sharpness(network, [[1.0]], [2.0]), 9), round(sharpness(network, [[1.0]], [1.0]), 9)
    (10.0, 10.900552776)
    """
    problem = Problem.of(network, x, y)
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance must lie between 0 and 1, not {tolerance}")
    return checked_top_eigenpair(hessian_operator(problem), tolerance)[0]


def hessian_operator(problem: Problem) -> LinearOperator:
    """Products v -> H v [k d + 2k + 1] with the Hessian of the loss, in the order W1 (row by row), b1, w2, b2.

    H = Phi Phi^T / n + R, where R has the block B_i = E[r 1_i (X, 1)] between w2_i and (w1_i, b1_i), and nothing else.

    Raises:
        ValueError: there are no labels.
        OverflowError: a pre-activation or a product exceeds the range of float64.
    """
    f, n = problem.network, problem.n
    size = f.k * f.d + 2 * f.k + 1
    gradients, blocks = Gradients.of(f.W1, f.b1, f.w2, problem.x), residual_blocks(problem)

    def product(v: Array) -> Array:
        along = Direction.of(np.asarray(v, dtype=np.float64).reshape(size), f.k, f.d)
        with np.errstate(over="ignore", invalid="ignore"):
            image = gradients.combination(gradients.slopes(along) / n)
            result = Direction(
                image.W1 + along.w2[:, None] * blocks[:, :-1],
                image.b1 + along.w2 * blocks[:, -1],
                image.w2 + np.sum(along.W1 * blocks[:, :-1], axis=1) + along.b1 * blocks[:, -1],
                image.b2,
            )
        return require_finite(result.flat(), "the entries of H v")

    return LinearOperator((size, size), matvec=product, rmatvec=product, dtype=np.float64)


def gradient_norm(network: object, x: npt.ArrayLike | None = None, y: npt.ArrayLike | None = None) -> float:
    """|grad L| of the loss L = 1/(2n) sum_j (f(x_j) - y_j)^2 in all parameters, with relu'(0) = 0; 0 at a minimum.

    |grad L|^2 = E[r]^2 + sum_i E[r relu_i]^2 + w2_i^2 |E[r 1_i (X, 1)]|^2, r the residuals. A `Problem` may stand in
    the place of all three.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of the right shape.
        OverflowError: a value exceeds the range of float64.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> round(gradient_norm(network, [[1.0]], [1.0]) ** 2, 9)  # r = 1: 1 + 1 + 4 (1 + 1)
    10.0
    """
    problem = Problem.of(network, x, y)
    f, residuals = problem.network, problem.residuals / problem.n
    in_w2 = np.zeros(f.k)
    with np.errstate(over="ignore", invalid="ignore"):
        for rows, t in preactivation_blocks(f.W1, f.b1, problem.x):
            in_w2 += np.maximum(t, 0.0).T @ residuals[rows]
        in_W1 = np.linalg.norm(f.w2[:, None] * residual_blocks(problem), axis=1)
        norm = np.linalg.norm([*in_w2, *in_W1, residuals.sum()])
        return float(require_finite(np.array([norm]), "the gradient of the loss")[0])


def residual_part(network: object, x: npt.ArrayLike | None = None, y: npt.ArrayLike | None = None) -> float:
    """The size rho = max_i |E[r 1_i (X, 1)]| in floats, r the residuals at the data x [n, d] with labels y [n].

    The residuals move no eigenvalue of the Hessian by more. A `Problem` may stand in the place of all three.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of the right shape.
        OverflowError: a pre-activation exceeds the range of float64.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> residual_part(network, [[1.0]], [1.0])
    1.4142135623730951
    """
    return float(np.max(np.linalg.norm(residual_blocks(Problem.of(network, x, y)), axis=1), initial=0.0))


def residual_blocks(problem: Problem) -> Array:
    """B_i = E[r 1_i (X, 1)], r the residuals, one a row, [k, d + 1]. Errors as for `Problem.residuals`."""
    f = problem.network
    blocks = np.zeros((f.k, f.d + 1))
    residuals = problem.residuals / problem.n
    for rows, t in preactivation_blocks(f.W1, f.b1, problem.x):
        weighted = np.where(t > 0, residuals[rows, None], 0.0)
        blocks[:, :-1] += weighted.T @ problem.x[rows]
        blocks[:, -1] += weighted.sum(axis=0)
    return blocks
