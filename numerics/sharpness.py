"""The sharpness in floats: the largest eigenvalue of the Hessian of the loss, at interpolation and away from it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import scipy.linalg
from scipy.sparse.linalg import LinearOperator

from numerics.arrays.checks import Array, require_finite
from numerics.arrays.spectrum import Subspace, checked_top_eigenpair
from numerics.gram import (
    gradient_error,
    gram_matrix,
    is_small,
    rounded_top_eigenpair,
    sum_rounding,
    within_rounding,
)
from numerics.leading import Leading, gradient_product, leading_of_gradients, leading_of_hessian, residual_product
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
        tolerance: of the value, where it is told from the second eigenvalue; else of the residual |H u - theta u|,
            relative to theta, and some eigenvalue of H is so near. Half of it is left to rounding, as
            `numerics.gram.within_rounding` vouches.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of the right shape, or a senseless tolerance.
        ArithmeticError: the tolerance is not reached, or is below rounding; or a value exceeds the range of float64.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> round(sharpness(network, [[1.0]], [2.0]), 9), round(sharpness(network, [[1.0]], [1.0]), 9)
    (10.0, 10.900552776)
    """

    def found(problem: Problem, tolerance: float) -> tuple[float, None]:
        return TopCurvature(problem, tolerance).sharpness(), None

    return within_rounding(found, hessian_error, Problem.of(network, x, y), tolerance)[0]


def hessian_error(problem: Problem, value: float) -> float:
    """A bound, relative to the value lambda_max(H), on what rounding does to it; `numerics.gram.gradient_error` adds.

    Residuals that are off by e, in root mean square, move no block E[r 1_i (X, 1)] by more than e sqrt(1 + E |X|^2);
    with c u as there, e is at most c u (sum_i |w2_i| (|w1_i| sqrt(E |X|^2) + |b1_i|) + |b2| + sqrt(E y^2)), and the
    sums of the blocks round by c u sqrt(E r^2). Neither counts where they come from exact numbers.
    """
    if not value > 0:
        return math.inf
    f, n = problem.network, problem.n
    rounding = sum_rounding(n + f.k + f.d)
    # lambda_max(K) is at most lambda_max(H) + rho, and rho is at most lambda_max(H)
    of_products = 2 * gradient_error(problem, 2 * value) + rounding
    if problem.has_exact_parts:
        return of_products
    with np.errstate(over="ignore", invalid="ignore"):
        data = math.sqrt(float(np.vdot(problem.x, problem.x)) / n)
        outputs = float(np.abs(f.w2) @ (np.sqrt(np.einsum("kd,kd->k", f.W1, f.W1)) * data + np.abs(f.b1)))
        size = outputs + abs(f.b2) + math.sqrt(float(np.mean(problem.labels**2)))
        size += math.sqrt(float(np.mean(problem.residuals**2)))
        return of_products + rounding * size * math.hypot(1.0, data) / value


def hessian_operator(problem: Problem) -> LinearOperator:
    """Products v -> H v [k d + 2k + 1] with the Hessian of the loss, in the order W1 (row by row), b1, w2, b2.

    H = Phi Phi^T / n + R, where R has the block B_i = E[r 1_i (X, 1)] between w2_i and (w1_i, b1_i), and nothing else.

    Raises:
        ValueError: there are no labels.
        OverflowError: a pre-activation or a product exceeds the range of float64.
    """
    of_gradients, of_residuals = gradient_product(problem), residual_product(problem)
    size = problem.mean_gradient.size

    def product(v: Array) -> Array:
        vector = np.asarray(v, dtype=np.float64).reshape(size)
        return of_gradients(vector) + of_residuals(vector)

    return LinearOperator((size, size), matvec=product, rmatvec=product, dtype=np.float64)


class TopCurvature:
    """lambda_max(K) and lambda_max(H) of a problem with labels, in floats, by one growing subspace of parameters.

    Both are found to a relative error of `tolerance`, as `numerics.leading` tells; where that fails, one by one. All of
    it is up to rounding: `sharpness` vouches for the value, and who asks here has to add a margin.

    Raises:
        ArithmeticError: a value exceeds the range of float64; or, from `sharpness`, the tolerance is not reached.
    """

    def __init__(self, problem: Problem, tolerance: float = 1e-10) -> None:
        self._problem, self._tolerance = problem, tolerance
        self._leading: Leading | None = None
        try:
            self._leading = (
                _by_gram(problem, tolerance) if is_small(problem) else leading_of_gradients(problem, tolerance)
            )
            self.gram_sharpness = self._leading.value
        except OverflowError:
            raise
        except ArithmeticError:
            self.gram_sharpness = rounded_top_eigenpair(problem, tolerance, dense=is_small(problem))[0]

    def sharpness(self) -> float:
        """lambda_max(H). Its search begins with the subspace of lambda_max(K), where that can be enough."""
        problem, tolerance = self._problem, self._tolerance
        if self._leading is not None:
            try:
                return leading_of_hessian(problem, self._leading, residual_part(problem), tolerance)
            except OverflowError:
                raise
            except ArithmeticError:
                pass  # not told apart
        return checked_top_eigenpair(hessian_operator(problem), tolerance)[0]


def _by_gram(problem: Problem, tolerance: float) -> Leading:
    """lambda_max(K) where K is small: the squares of its entries are those of its eigenvalues, and bound the second."""
    gram = gram_matrix(problem)
    theta, u = checked_top_eigenpair(gram, tolerance)
    with np.errstate(over="ignore", invalid="ignore"):
        squares = float(np.vdot(gram / theta, gram / theta))
    second = theta * math.sqrt(max(squares * (1 + 1e-12) - 1.0, 0.0)) if math.isfinite(squares) else math.inf
    vector = np.asarray(problem.gradients.combination(u).flat(), dtype=np.float64)
    vector = require_finite(vector, "the top eigenvector") / scipy.linalg.norm(vector)
    return Leading(theta, second, None, Subspace((vector,), (gradient_product(problem)(vector),)))


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
    f, blocks = problem.network, problem.residual_blocks
    with np.errstate(over="ignore", invalid="ignore"):
        # an active output is <(w1_i, b1_i), (x_j, 1)>
        in_w2 = np.einsum("kd,kd->k", f.W1, blocks[:, :-1]) + f.b1 * blocks[:, -1]
        in_W1 = np.linalg.norm(f.w2[:, None] * blocks, axis=1)
        norm = np.linalg.norm([*in_w2, *in_W1, np.mean(problem.residuals)])
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
    return float(np.max(np.linalg.norm(Problem.of(network, x, y).residual_blocks, axis=1), initial=0.0))
