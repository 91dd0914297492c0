"""The Hessian and the gradient of a mean loss that is no square, off kinks, as products in floats.

For L = (1/n) sum_j l(f(x_j), y_j), with the derivatives l' and s = l'' by the output of `numerics.wider.losses`,

    grad L = E[l' grad f],      H = E[s grad f grad f^T] + E[l' Hess f],

where Hess f of a shallow network has the block 1_i (x, 1) between w2_i and (w1_i, b1_i), and nothing else.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse.linalg import LinearOperator

from numerics.arrays.checks import Array, require_finite
from numerics.arrays.gradients import Direction
from numerics.leading import block_product
from numerics.problem import Problem
from numerics.wider.losses import second_derivatives, slopes


def loss_hessian_operator(
    network: object, x: npt.ArrayLike | None = None, y: npt.ArrayLike | None = None, *, loss: str
) -> LinearOperator:
    """Products v -> H v [k d + 2k + 1], in the order W1 (row by row), b1, w2, b2; on kinks only formal.

    Args:
        network: k neurons; or a `Problem` with labels.
        x: the data [n, d]; None beside a Problem.
        y: the labels [n], in the range that the loss has; likewise.
        loss: one of `numerics.wider.losses.LOSSES`, the mean over the data.

    Raises:
        TypeError, ValueError: as for `numerics.wider.losses.second_derivatives` and `Problem`.
        OverflowError: a value exceeds the range of float64.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> H = loss_hessian_operator(network, [[3.0], [-1.0]], [6.0, 0.0], loss="half-mse")  # it interpolates
    >>> (H @ np.array([0.0, 0.0, 0.0, 1.0])).tolist()  # the column of the output bias: E grad f
    [3.0, 1.0, 1.5, 1.0]
    """
    problem = Problem.of(network, x, y)
    f, n, gradients = problem.network, problem.n, problem.gradients
    weights = second_derivatives(loss, problem.values, problem.labels) / n
    with np.errstate(over="ignore", invalid="ignore"):
        blocks = gradients.blocks(slopes(loss, problem.values, problem.labels) / n)
    of_slopes = block_product(problem, require_finite(blocks, "E[l' (X, 1)]"))
    size = f.k * (f.d + 2) + 1

    def product(v: Array) -> Array:
        vector = np.asarray(v, dtype=np.float64).reshape(size)
        with np.errstate(over="ignore", invalid="ignore"):
            along = gradients.slopes(Direction.of(vector, f.k, f.d))
            image = np.asarray(gradients.combination(weights * along).flat(), dtype=np.float64)
        return require_finite(image, "the entries of H v") + of_slopes(vector)

    return LinearOperator((size, size), matvec=product, rmatvec=product, dtype=np.float64)


def loss_gradient_norm(
    network: object, x: npt.ArrayLike | None = None, y: npt.ArrayLike | None = None, *, loss: str
) -> float:
    """|grad L| in all parameters, with relu'(0) = 0; 0 at a minimum. Arguments and errors as above.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [0.0], 0.0)  # 0, of which the logistic loss has the slope 1/2 - y
    >>> loss_gradient_norm(network, [[0.75]], [1.0], loss="logistic")  # (1/2) |(0, 0, 3/4, 1)|
    0.625
    """
    problem = Problem.of(network, x, y)
    weights = slopes(loss, problem.values, problem.labels) / problem.n
    with np.errstate(over="ignore", invalid="ignore"):
        gradient = np.asarray(problem.gradients.combination(weights).flat(), dtype=np.float64)
        return float(require_finite(np.array([np.linalg.norm(gradient)]), "the gradient")[0])
