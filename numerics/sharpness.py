"""The sharpness in floats: the largest eigenvalue of the Hessian of the loss, at interpolation and away from it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import scipy.linalg
from scipy.sparse.linalg import LinearOperator

from numerics.arrays.checks import Array, require_finite
from numerics.arrays.gradients import Direction
from numerics.arrays.spectrum import Subspace, checked_top_eigenpair, largest_in_subspace
from numerics.gram import gram_sharpness
from numerics.problem import Problem

# part of the top eigenvalue by which a second one counts as told from it, far above the rounding of a trace
_LEAST_GAP = 1e-3
# that a subspace grows by for the Hessian, at most
_MORE_VECTORS = 20


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
    of_gradients, of_residuals = _gradient_product(problem), _residual_product(problem)
    size = problem.mean_gradient.size

    def product(v: Array) -> Array:
        vector = np.asarray(v, dtype=np.float64).reshape(size)
        return of_gradients(vector) + of_residuals(vector)

    return LinearOperator((size, size), matvec=product, rmatvec=product, dtype=np.float64)


def _gradient_product(problem: Problem) -> Callable[[Array], Array]:
    """Products with Phi Phi^T / n."""
    f, n, gradients = problem.network, problem.n, problem.gradients

    def product(v: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            image = gradients.combination(gradients.slopes(Direction.of(v, f.k, f.d)) / n)
        return require_finite(image.flat(), "the entries of H v")

    return product


def _residual_product(problem: Problem) -> Callable[[Array], Array]:
    """Products with R."""
    f, blocks = problem.network, problem.residual_blocks

    def product(v: Array) -> Array:
        along = Direction.of(v, f.k, f.d)
        with np.errstate(over="ignore", invalid="ignore"):
            image = Direction(
                along.w2[:, None] * blocks[:, :-1],
                along.w2 * blocks[:, -1],
                np.sum(along.W1 * blocks[:, :-1], axis=1) + along.b1 * blocks[:, -1],
                0.0,
            )
        return require_finite(image.flat(), "the entries of H v")

    return product


class TopCurvature:
    """lambda_max(K) and lambda_max(H) of a problem with labels, in floats, by one growing subspace of parameters.

    Both are found to a relative error of `tolerance`. For K either the residual of the top pair is so small; some
    eigenvalue is so near then, and the largest, since the search starts in general position. Or, and for H always, the
    largest eigenvalue is told from the second, else `sharpness` looks for it afresh: a subspace that was made for K may
    hold an eigenvector of H that is not the top one, and nothing of that. Of
    Phi Phi^T / n, which has those of K, the trace is E |grad f|^2, no eigenvalue is negative, and the eigenvalues from
    the third on are not below the Ritz values of their rank, so the second is at most

        beta = E |grad f|^2 - theta_1 - theta_3 - ... - theta_m,

    or `Problem.second_eigenvalue_bound` where that is less, and (Temple, Kato) theta_1 <= lambda_1 <= theta_1 +
    residual^2 / (theta_1 - beta) where beta < theta_1. By Weyl the second eigenvalue of H is at most beta + rho, rho =
    max_i |B_i|. Far fewer products do then. Source: B. N. Parlett, The Symmetric Eigenvalue Problem, SIAM 1998,
    chapters 10 and 11.

    Raises:
        ArithmeticError: a value exceeds the range of float64; or, from `sharpness`, the tolerance is not reached.
    """

    def __init__(self, problem: Problem, tolerance: float = 1e-10) -> None:
        self._problem, self._tolerance = problem, tolerance
        self._second = math.inf
        product = _gradient_product(problem)
        mean = require_finite(problem.mean_gradient, "the mean gradient")
        start = mean / scipy.linalg.norm(mean)
        # a fixed random part: the mean gradient can be orthogonal to the top eigenvector where data have a symmetry
        start += 0.1 / math.sqrt(start.size) * np.random.default_rng(0).standard_normal(start.size)
        start /= scipy.linalg.norm(start)
        self._subspace: Subspace | None
        try:
            values, self._subspace = largest_in_subspace(product, Subspace((start,), (product(start),)), self._of_gram)
            self.gram_sharpness = float(values[0])
        except OverflowError:
            raise
        except ArithmeticError:
            self._subspace, self.gram_sharpness = None, gram_sharpness(problem, tolerance=tolerance)

    def sharpness(self) -> float:
        """lambda_max(H). Its search begins with the subspace of lambda_max(K), where that can be enough."""
        problem, residuals = self._problem, _residual_product(self._problem)
        moved = residual_part(problem)
        second = self._second + moved
        if self._subspace is None or not second < self.gram_sharpness + moved:
            return sharpness(problem, tolerance=self._tolerance)
        gradients, known = _gradient_product(problem), self._subspace
        images = tuple(image + residuals(vector) for vector, image in zip(known.basis, known.images, strict=True))
        try:
            values, _ = largest_in_subspace(
                lambda v: gradients(v) + residuals(v),
                Subspace(known.basis, images),
                lambda values, residual: self._told_apart(float(values[0]), residual, second),
                len(images) + _MORE_VECTORS,
            )
        except OverflowError:
            raise
        except ArithmeticError:
            return sharpness(problem, tolerance=self._tolerance)
        return float(values[0])

    def _of_gram(self, values: Array, residual: float) -> bool:
        # of Ritz values below 0, which are rounding, nothing is taken away
        rest = self._problem.gradient_square - float(values[0]) - float(np.maximum(values[2:], 0.0).sum())
        self._second = min(rest, self._problem.second_eigenvalue_bound)
        theta = float(values[0])
        return residual <= self._tolerance * theta or self._told_apart(theta, residual, self._second)

    def _told_apart(self, theta: float, residual: float, second: float) -> bool:
        gap = theta - second
        # the residual over theta first: its square may exceed the range
        return gap > _LEAST_GAP * theta and residual / theta * (residual / gap) <= self._tolerance


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
