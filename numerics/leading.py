"""The largest eigenvalue of Phi Phi^T / n and that of the Hessian, told from the second ones by a trace."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import numpy.typing as npt
import scipy.linalg

from numerics.arrays.checks import Array, require_finite
from numerics.arrays.gradients import Direction
from numerics.arrays.spectrum import Subspace, largest_in_subspace
from numerics.problem import Problem

Product = Callable[[Array], Array]

# part of the top eigenvalue by which a second one counts as told from it, far above the rounding of a trace
_LEAST_GAP = 1e-3
# the residual, of the eigenvalue, to which products in float32 lead at least, and how many of them there are at most
_SINGLE, _SINGLE_VECTORS = 3e-6, 12
# by so much, of the largest, Ritz values of products in float32 may be off
_SINGLE_ROUNDING = 1e-3
# to so much of the value both have to agree on it
_AGREEMENT = 1e-4
# where nothing tells the eigenvalues apart, of the vector found, so much belongs to the largest, or more
_LEAST_PART = 1 / 64
# vectors of a subspace in float64: after products in float32, more of them for the Hessian, and without either
_FEW, _MORE, _MANY = 6, 20, 30
# rows of a matrix of moments that is formed beside products with the network, and not much larger than it
_MOST_PRODUCTS = 2048


@dataclass(frozen=True, eq=False)
class Leading:
    """The largest eigenvalue found, what the second one is not above, and subspaces that have its vector.

    `rough` has images in float32, where such were of use; those of `fine` are in float64.
    """

    value: float
    second: float
    rough: Subspace | None
    fine: Subspace

    @property
    def told_apart(self) -> bool:
        """Whether the value is shown to be the largest, up to rounding."""
        return _gap(self.value, self.second)


def gradient_product(problem: Problem, dtype: npt.DTypeLike = np.float64) -> Product:
    """Products with Phi Phi^T / n, computed in `dtype`; they raise OverflowError where a number leaves its range."""
    f, n, gradients = problem.network, problem.n, problem.gradients.astype(dtype)

    def product(v: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            along = Direction.of(v.astype(dtype, copy=False), f.k, f.d)
            image = gradients.combination(gradients.slopes(along) / n).flat().astype(np.float64, copy=False)
        return require_finite(image, "the entries of H v")

    return product


def residual_product(problem: Problem) -> Product:
    """Products with R, which has the block B_i = E[r 1_i (X, 1)] between w2_i and (w1_i, b1_i), and nothing else."""
    return block_product(problem, problem.residual_blocks)


def block_product(problem: Problem, blocks: Array) -> Product:
    """Products with the symmetric matrix that has the blocks [k, d + 1] between w2_i and (w1_i, b1_i), else 0."""
    f = problem.network

    def product(v: Array) -> Array:
        along = Direction.of(v, f.k, f.d)
        with np.errstate(over="ignore", invalid="ignore"):
            image = Direction(
                along.w2[:, None] * blocks[:, :-1],
                along.w2 * blocks[:, -1],
                np.sum(along.W1 * blocks[:, :-1], axis=1) + along.b1 * blocks[:, -1],
                0.0,
            )
        return require_finite(np.asarray(image.flat(), dtype=np.float64), "the entries of H v")

    return product


def leading_of_gradients(problem: Problem, tolerance: float) -> Leading:
    """lambda_max(Phi Phi^T / n) = lambda_max(K), to a relative error of `tolerance`.

    The trace is E |grad f|^2, no eigenvalue is negative, and the eigenvalues from the third on are not below the Ritz
    values of their rank, so the second is at most

        beta = E |grad f|^2 - theta_1 - theta_3 - ... - theta_m,

    or `second_by_layers` where that is less, and (Temple, Kato) theta_1 <= lambda_1 <= theta_1 +
    residual^2 / (theta_1 - beta) where beta < theta_1. So half of the digits of the vector are enough, and products in
    float32 find most of them; the value and its residual are those of a product in float64. Where the second
    eigenvalue is not told from the first, some eigenvalue is within the residual of theta. It is the largest, to within
    the residual over the part that the vector found has of its vector, and so the residual is a small part of
    `tolerance` theta there, and the search starts with as much in general position as near the mean gradient.
    Source: B. N. Parlett, The Symmetric Eigenvalue Problem, SIAM 1998, chapters 10 and 11.

    Raises:
        ArithmeticError: a value exceeds the range of float64, or the tolerance is not reached.
    """
    trace, start = problem.gradient_square, _start(problem)
    by_layers = cache(partial(second_by_layers, problem))

    def second(values: Array, error: float = 0.0) -> float:
        bound = trace - float(values[0]) - float(np.maximum(values[2:] - error * values[0], 0.0).sum())
        return bound if _gap(float(values[0]), bound) else min(bound, by_layers())

    product = gradient_product(problem)
    try:
        single = gradient_product(problem, np.float32)
        known = Subspace((start,), (single(start),))
        value, bound, rough, fine = _by_single(
            single, product, known, lambda values: second(values, _SINGLE_ROUNDING), tolerance
        )
        return Leading(value, bound, rough, fine)
    except ArithmeticError:
        pass  # out of the range of float32, or not told apart

    def enough(values: Array, residual: float) -> bool:
        theta = float(values[0])
        return residual <= _LEAST_PART * tolerance * theta or _is_near(theta, residual, second(values), tolerance)

    start = _general_start(problem, start)
    values, fine = largest_in_subspace(product, Subspace((start,), (product(start),)), enough, _MANY)
    return Leading(float(values[0]), second(values), None, fine)


def second_by_layers(problem: Problem) -> float:
    """A number that the second eigenvalue of K is not above, up to rounding; infinite where it would take long.

    K = A + B, n A = 1 1^T + Z Z^T and n B = (L L^T) o F, F = 1 1^T + X X^T. By Weyl and by Schur (R. A. Horn and
    C. R. Johnson, Topics in Matrix Analysis, Cambridge 1991, theorem 5.3.4)

        lambda_2(K) <= lambda_2(A) + lambda_1(B) <= lambda_2(A) + max_j (L L^T)_jj lambda_1(F/n).

    Of A and F/n the nonzero eigenvalues are those of E (z, 1) (z, 1)^T and E (x, 1) (x, 1)^T.
    """
    f = problem.network
    if f.k > min(2 * f.d, _MOST_PRODUCTS) or f.d > min(2 * f.k, _MOST_PRODUCTS):
        return math.inf
    products, points, lever = np.zeros((f.k + 1, f.k + 1)), np.zeros((f.d + 1, f.d + 1)), 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for rows, t in problem.preactivation_blocks():
            lever = max(lever, float(((t > 0) @ (f.w2 * f.w2)).max()))
            for total, part in ((products, np.maximum(t, 0.0, out=t)), (points, problem.x[rows])):
                with_one = np.column_stack([part, np.ones(len(part))])
                total += with_one.T @ with_one / problem.n
    if not (np.isfinite(products).all() and np.isfinite(points).all()):
        return math.inf
    return float(np.linalg.eigvalsh(products)[-2] + lever * np.linalg.eigvalsh(points)[-1])


def leading_of_hessian(problem: Problem, gradients: Leading, moved: float, tolerance: float) -> float:
    """lambda_max(H), to a relative error of `tolerance`, of a problem with labels whose `gradients` are known.

    By Weyl the second eigenvalue of H is not above that of Phi Phi^T / n and `moved`, by which the residuals move an
    eigenvalue at most. Only a value that is told from it is taken: the subspace made for Phi Phi^T / n may hold an
    eigenvector of H that is not the top one, and nothing of that.

    Raises:
        ArithmeticError: it is not told apart, or a value exceeds the range of float64.
    """
    second = gradients.second + moved
    if not second < gradients.value + moved:
        raise ArithmeticError("the largest eigenvalue of the Hessian cannot be told from the second one")
    of_residuals = residual_product(problem)

    def whole(product: Product) -> Product:
        return lambda v: product(v) + of_residuals(v)

    def with_residuals(known: Subspace) -> Subspace:
        pairs = zip(known.basis, known.images, strict=True)
        return Subspace(known.basis, tuple(image + of_residuals(vector) for vector, image in pairs))

    product, start = whole(gradient_product(problem)), with_residuals(gradients.fine)
    try:
        single, known = whole(gradient_product(problem, np.float32)), with_residuals(gradients.rough or gradients.fine)
        return _by_single(single, product, known, lambda _: second, tolerance)[0]
    except ArithmeticError:
        pass  # float64 has more digits, and more range
    values, _ = largest_in_subspace(
        product,
        start,
        lambda values, residual: _is_near(float(values[0]), residual, second, tolerance),
        len(start.basis) + _MORE,
    )
    return float(values[0])


def _by_single(
    single: Product, double: Product, start: Subspace, second: Callable[[Array], float], tolerance: float
) -> tuple[float, float, Subspace, Subspace]:
    """The top eigenvalue, told from `second` of Ritz values, that bound, and the subspaces of float32 and float64.

    ArithmeticError where it is not told apart, the subspace does not grow, or both disagree on the value.
    """
    most = len(start.basis) + _SINGLE_VECTORS

    def enough(values: Array, residual: float) -> bool:
        theta = float(values[0])
        near = residual <= _SINGLE * theta or _is_near(theta, residual, second(values), tolerance / 4)
        return near or len(values) == most

    values, rough = largest_in_subspace(single, start, enough, most)
    bound, vector = second(values), rough.top_vector()
    image = double(vector)
    # where data lie far from the origin, beside their distances, float32 has no digit of what is left of a difference
    if not abs(float(vector @ image) - float(values[0])) <= _AGREEMENT * float(values[0]):
        raise ArithmeticError("products in float32 and in float64 do not agree")
    values, fine = largest_in_subspace(
        double,
        Subspace((vector,), (image,)),
        lambda values, residual: _is_near(float(values[0]), residual, bound, tolerance),
        _FEW if _gap(float(values[0]), bound) else 1,
    )
    return float(values[0]), bound, rough, fine


def _start(problem: Problem) -> Array:
    """Next to the mean gradient; in general position, as that can be orthogonal to the top one by a symmetry."""
    with np.errstate(over="ignore", invalid="ignore"):
        mean = problem.gradients.combination(np.full(problem.n, 1 / problem.n)).flat()
    start = require_finite(np.asarray(mean, dtype=np.float64), "the mean gradient") / scipy.linalg.norm(mean)
    start += 0.1 / math.sqrt(start.size) * np.random.default_rng(0).standard_normal(start.size)
    unit: Array = start / scipy.linalg.norm(start)
    return unit


def _general_start(problem: Problem, start: Array) -> Array:
    """The start, and as much of Phi z, z standard normal: of two eigenvalues that are near it has similar parts."""
    z = np.random.default_rng(1).standard_normal(problem.n)
    with np.errstate(over="ignore", invalid="ignore"):
        general = problem.gradients.combination(z).flat()
    general = require_finite(np.asarray(general, dtype=np.float64), "a sum of gradients")
    total = start + general / scipy.linalg.norm(general)
    unit: Array = total / scipy.linalg.norm(total)
    return unit


def _gap(theta: float, second: float) -> bool:
    return theta - second > _LEAST_GAP * theta


def _is_near(theta: float, residual: float, second: float, tolerance: float) -> bool:
    """Whether theta is the largest eigenvalue to a relative error of `tolerance`, by its distance from the second."""
    # the residual over theta first: its square may exceed the range
    reachable = tolerance > float(np.finfo(np.float64).eps)
    return reachable and _gap(theta, second) and residual / theta * (residual / (theta - second)) <= tolerance
