"""The Gram matrix K of the network's gradients, its largest eigenvalue, and the mean gradient."""

import math
from collections.abc import Callable
from functools import partial
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.sparse.linalg import LinearOperator

from numerics.arrays.checks import Array, require_finite, require_tolerance
from numerics.arrays.gram import DataFeatures, gram_sum
from numerics.arrays.spectrum import checked_top_eigenpair
from numerics.leading import leading_of_gradients
from numerics.problem import Problem

Method = Literal["auto", "dense", "matrix-free"]

# K then takes 32 MB; beyond, products with K are cheaper than K.
LARGEST_DENSE = 2048

Found = TypeVar("Found")
# of numbers, in seconds rather than hours: exact pre-activations of 1,000 data, 256 neurons and 784 inputs
_MOST_EXACT_PRODUCTS = 2**28
# of products, relative to the value, so that the gap to a second one is seen
_LARGEST_NOISE = 1e-6


def gram_matrix(network: object, x: npt.ArrayLike | None = None) -> Array:
    """K = Phi^T Phi / n [n, n], Phi the gradients of f at the n data points x [n, d], without forming Phi:

        n K = 1 1^T + Z Z^T + (M diag(w2^2) M^T) o (1 1^T + X X^T),

    Z = relu(X W1^T + b1), M its activation pattern (strict: relu'(0) = 0), o the entrywise product. Exactly
    symmetric. At an interpolating differentiable minimum its nonzero eigenvalues are those of the Hessian of
    the loss 1/(2n) sum_j (f(x_j) - y_j)^2. A `Problem` may stand in the place of network and data, here and below.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d].
        OverflowError: an entry exceeds the range of float64.

    >>> from numerics.network import ShallowNetwork
    >>> gram_matrix(ShallowNetwork([[1.0]], [0.0], [2.0], 0.0), [[3.0], [-1.0]])  # (1 + 9 + 4 (1 + 9)) / 2
    array([[25. ,  0.5], [ 0.5,  0.5]])
    """
    problem = Problem.of(network, x)
    preactivations = problem.preactivations()
    with np.errstate(over="ignore", invalid="ignore"):
        levers = np.where(preactivations > 0, np.abs(problem.network.w2), 0.0)
        outputs = np.maximum(preactivations, 0.0, out=preactivations)
        gram = gram_sum(outputs, levers, DataFeatures(problem.x))
        gram /= problem.n
    return require_finite(gram, "the entries of the Gram matrix")


def gram_operator(network: object, x: npt.ArrayLike | None = None) -> LinearOperator:
    """Products u -> K u [n] with the Gram matrix of `gram_matrix`, never forming it.

    A product takes 4 n k d multiplications and additions, and memory for the activation pattern (n k bytes), three
    matrices [k, d] and a few blocks, whatever n is; see `numerics.arrays.gradients`. Errors as for `gram_matrix`; a
    product that overflows raises OverflowError.
    """
    problem = Problem.of(network, x)
    gradients, n = problem.gradients, problem.n

    def product(u: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            image = gradients.slopes(gradients.combination(np.asarray(u, dtype=np.float64).reshape(n))) / n
        return require_finite(image, "the entries of K u")

    return LinearOperator((n, n), matvec=product, rmatvec=product, dtype=np.float64)


def gram_sharpness(
    network: object,
    x: npt.ArrayLike | None = None,
    *,
    method: Method = "auto",
    tolerance: float = 1e-10,
) -> float:
    """lambda_max(Phi Phi^T / n) = lambda_max(K), to a relative error of `tolerance`, as `within_rounding` vouches.

    By `top_eigenpair` where K is formed, else by `numerics.leading.leading_of_gradients`.

    At an interpolating differentiable minimum this is the largest eigenvalue of the Hessian of the loss, and
    the minimum is linearly stable at step size eta iff it is at most 2/eta. Never below 1, by b2.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> round(gram_sharpness(network, [[3.0], [-1.0]]), 9)  # 12.75 + sqrt(150.3125)
    25.010199835
    """
    problem = Problem.of(network, x)
    dense = _is_dense(problem, method)

    def found(problem: Problem, tolerance: float) -> tuple[float, None]:
        if not dense:
            try:
                return leading_of_gradients(problem, tolerance).value, None
            except OverflowError:
                raise
            except ArithmeticError:
                pass  # it takes more products than these
        return rounded_top_eigenpair(problem, tolerance, dense=dense)[0], None

    return within_rounding(found, gradient_error, problem, tolerance)[0]


def top_eigenpair(
    network: object,
    x: npt.ArrayLike | None = None,
    *,
    method: Method = "auto",
    tolerance: float = 1e-10,
) -> tuple[float, Array]:
    """The top eigenvalue of K (see `gram_matrix`) and its eigenvector u [n], |u| = 1, sum of entries >= 0.

    The value theta is the Rayleigh quotient of the vector found, so theta <= lambda_max(K) up to rounding, of which
    `within_rounding` vouches that it is below the tolerance; and the residual |K u - theta u| <= tolerance theta is
    checked with a product by K itself: some eigenvalue of K lies within tolerance theta of theta. That it is the
    largest is checked too where K is formed, up to rounding: the squares of its entries add up to less than 2 theta^2,
    or a Cholesky factorisation of (1 + tolerance) theta I - K exists; if neither, all of the spectrum is computed.
    Without K it rests on Lanczos from a start in general position. Neither is an enclosure; certificates take more.

    Args:
        network: the network; or a `Problem`.
        x: the data [n, d]; None beside a Problem.
        method: "dense" forms K, O(n^2) memory; "matrix-free" does not; "auto" is dense up to n = 2048.
        tolerance: relative, between 0 and 1; below about 1e-14 rounding decides.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, d], or senseless options.
        ArithmeticError: the tolerance is not reached, or is below rounding; or a value exceeds the range of float64.
    """
    problem = Problem.of(network, x)
    find = partial(rounded_top_eigenpair, dense=_is_dense(problem, method))
    return within_rounding(find, gradient_error, problem, tolerance)


def rounded_top_eigenpair(problem: Problem, tolerance: float, *, dense: bool) -> tuple[float, Array]:
    """The same, of K as its entries or products are rounded, however far that is from K."""
    return checked_top_eigenpair(gram_matrix(problem) if dense else gram_operator(problem), tolerance)


def within_rounding(
    found: Callable[[Problem, float], tuple[float, Found]],
    error: Callable[[Problem, float], float],
    problem: Problem,
    tolerance: float,
) -> tuple[float, Found]:
    """An eigenvalue found, with what belongs to it, if rounding and the search each take half of the tolerance at most.

    Pre-activations of data far from the origin, beside their distances, are small differences of large numbers. Where
    floats cannot be vouched for, the parts that cancel are computed exactly, if that takes seconds and not hours.

    Args:
        found: the eigenvalue of a problem, to a relative tolerance, beside rounding.
        error: a bound on what rounding does to that value, relative to it.
        problem: what both are asked of; or it with its exact parts.
        tolerance: relative to the value, between 0 and 1.

    Raises:
        ValueError: a senseless tolerance.
        ArithmeticError: rounding may move the value by more; or from `found`.
    """
    half, f = require_tolerance(tolerance) / 2, problem.network
    # noise in the products is of second order in what tells the value from the second one, where it is small itself
    most = min(half, _LARGEST_NOISE)
    exact = problem.has_exact_parts or problem.n * max(f.k, 1) * f.d > _MOST_EXACT_PRODUCTS
    try:
        answer = found(problem, half)
        lost = error(problem, answer[0])
        if lost <= most:
            return answer
    except OverflowError:
        raise
    except ArithmeticError:
        if exact:
            raise
    if not exact:
        return within_rounding(found, error, problem.with_exact_parts(), tolerance)
    raise ArithmeticError(
        f"rounding may move the eigenvalue {answer[0]:.6g} by {lost:.1e} of it, above half the tolerance "
        f"{tolerance:.1e}; raise the tolerance, or train on data nearer to the origin"
    )


def gradient_error(problem: Problem, value: float) -> float:
    """A bound, relative to the value lambda_max(K), on what the rounding of products with Phi does to it.

    If c u is the relative error of a sum, products are those with a matrix whose columns are off, in root mean square,

        delta = c u (sqrt(E |grad f|^2) + |W1| sqrt(E |x|^2) + |b1|),

    and the value is off by 2 sqrt(value) delta + delta^2 at most. The last two terms, for pre-activations that cancel,
    are left out where these come from exact numbers. See `sum_rounding` for c u.
    """
    if not value > 0:
        return math.inf
    f, n = problem.network, problem.n
    with np.errstate(over="ignore", invalid="ignore"):
        # n lambda_max(K) is not below the trace, which takes a pass over the data
        trace = n * value if is_small(problem) else problem.gradient_square
        size = math.sqrt(trace)
        if not problem.has_exact_parts:
            size += _length(f.W1) * _length(problem.x) / math.sqrt(n) + _length(f.b1)
        delta = sum_rounding(n + f.k + f.d) * size / math.sqrt(value)
        return 2 * delta + delta * delta


def sum_rounding(terms: int) -> float:
    """The relative error c u of sums of so many numbers of one sign, and of 16 operations more; u = 2^-53.

    c is at most m, the number of roundings, whatever they are. As independent ones they add up to sqrt(m) or less in
    root mean square (N. J. Higham and T. Mary, SIAM J. Sci. Comput. 41 (2019), A2815-A2835); c is 4 sqrt(m) + 48 where
    that is less. Equal numbers round to one side, by m/5 or so; data, which may be alike, are added up in blocks
    so short (`numerics.arrays.gradients`) that c is above that for them too.
    """
    roundings = terms + 16.0
    return min(roundings, 4 * math.sqrt(roundings) + 48) * 2.0**-53


def _length(values: Array) -> float:
    return math.sqrt(float(np.vdot(values, values)))


def is_small(problem: Problem) -> bool:
    """Whether K is formed, unless one says otherwise."""
    return problem.n <= LARGEST_DENSE


def _is_dense(problem: Problem, method: str) -> bool:
    if method not in ("auto", "dense", "matrix-free"):
        raise ValueError(f"method must be 'auto', 'dense' or 'matrix-free', not {method!r}")
    return method == "dense" or (method == "auto" and is_small(problem))


def mean_gradient_square(network: object, x: npt.ArrayLike | None = None) -> float:
    """|E grad f|^2 = 1 + sum_i (E relu_i)^2 + w2_i^2 (P_i^2 + |E[X 1_i]|^2), means over the data x [n, d].

    The Rayleigh quotient of K at 1/sqrt(n), hence at most `gram_sharpness`.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> round(mean_gradient_square(network, [[3.0], [-1.0]]), 12)  # 1 + (3/2)^2 + 4 (1/4 + 9/4)
    13.25
    """
    problem = Problem.of(network, x)
    with np.errstate(over="ignore"):
        terms = problem.above.excess**2 + _square(problem.network.w2 * problem.above.feature_norm)
        return 1.0 + float(require_finite(terms, "the squares of the mean gradient").sum())


def _square(values: Array) -> Array:
    with np.errstate(over="ignore"):
        squares: Array = values * values
    return squares
