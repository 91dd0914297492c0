"""The largest step size of SGD in mean square, enclosed: floats find a matrix, balls prove with it.

For a symmetric A write Z = K A K and, of a level mu,

    F(A) = mu (K A + A K)/2 - (1 - p) Z - p n diag(Z).

If A >= 0 and F(A) > 0, then lambda* <= mu: with X = Phi A Phi^T the mean of <delta, X delta> falls in a step of SGD at
eta = 2/mu by eta^2 <a, F(A) a>, a_j = <g_j, delta>, and it bounds |delta|^2, since A > 0 (A y = 0 would make
<y, F(A) y> <= 0). On the other side, by the Rayleigh quotient at the same X, for any A:

    lambda* >= ((1 - p) |Z|_F^2 + p n sum_j Z_jj^2) / <Z, K A>.

A solves mu (K A + A K)/2 - (1 - p) K A K = diag(e) in floats, with the weights e and a level mu slightly above that of
`numerics.mean_square.threshold`, so that F(A) is nearly diagonal and positive, and both bounds are near.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg
from flint import arb, arb_mat, ctx
from jaxtyping import Float64

from numerics.arrays.checks import Array
from numerics.exact.balls import ball
from numerics.exact.dyadic import Dyadic, power_of_two
from numerics.exact.spectrum import enclosed_top_eigenvalue
from numerics.mean_square.lyapunov import Lyapunov, batch_share
from numerics.mean_square.threshold import threshold

_PRECISION = 128
# the distance of the level from the one found, relatively: from the rounding of A up to where nothing is gained
_FIRST_STEP = 2.0**-33
_LAST_STEP = 2.0**-8
_FACTOR = 8


def enclosed_threshold(gram: arb_mat, batch: int) -> arb:
    """The largest step size of SGD with batches of `batch` of n data, enclosed, for every K in the balls.

    The relative width is about 1e-9 where the balls are narrow. O(n^3), a second or two for n = 256.

    Args:
        gram: K [n, n], as `numerics.enclosure.enclosed_gram` has it; for all data in the batch any, else one that is
            positive definite beyond the rounding of floats (no gradient is a combination of the others).
        batch: from 1 to n.

    Raises:
        TypeError, ValueError: the matrix is not square, symmetric and positive semidefinite, or it is zero or singular;
            or the batch size is none.
        ArithmeticError: an entry is not finite, or the balls are too wide for a proof.

    >>> enclosed_threshold(arb_mat([[4, 0], [0, 1]]), 1).contains(0.25)
    True
    """
    n = gram.nrows()
    with ctx.workprec(_PRECISION):
        equation = Lyapunov(_middle(gram))
        if not gram.transpose().overlaps(gram):
            raise ValueError("the Gram matrix must be symmetric")
        share = batch_share(n, batch)
        if share == 0:
            return 2 / enclosed_top_eigenvalue(gram)
        if len(equation.values) < n:
            raise ValueError(
                f"the Gram matrix is singular to rounding, of rank {len(equation.values)} of {n} (equal data, or fewer "
                "parameters than data?): an enclosure is made of one that is positive definite"
            )
        found = threshold(_middle(gram), batch)
        scaled = gram * power_of_two(-equation.exponent)
        step = _FIRST_STEP
        while step <= _LAST_STEP:
            level = found.level * (found.upper / found.lower) * (1 + step)
            bounds = _bounds(scaled, equation.solution(found.weights, float(share), level), ball(share), level)
            if bounds is not None:
                low, high = bounds
                return (2 / arb(low).union(arb(high))) * power_of_two(-equation.exponent)
            step *= _FACTOR
        raise ArithmeticError(
            f"the threshold of SGD near {found.value:.6g} could not be enclosed: the Gram matrix is too "
            "ill-conditioned, or its entries are too uncertain"
        )


def enclosed_gain(gram: arb_mat, batch: int) -> arb:
    """1 + p (kappa - 1) of `numerics.mean_square.bounds.gain`, enclosed, for every K [n, n] in the balls.

    Raises:
        TypeError, ValueError: the batch size is not a whole number from 1 to n.
        ArithmeticError: the row sums of K may all vanish.

    >>> enclosed_gain(arb_mat([[2, 0], [0, 1]]), 1).overlaps(arb(34) / 25)
    True
    """
    n = gram.nrows()
    with ctx.workprec(_PRECISION):
        share = ball(batch_share(n, batch))
        squares = [sum(row, arb(0)) ** 2 for row in gram.table()]
        second = sum(squares, arb(0))
        if not second > 0:
            raise ArithmeticError("the row sums of the Gram matrix may all be zero, so its gain is not known")
        return 1 + share * (n * sum((square**2 for square in squares), arb(0)) / second**2 - 1)


def _middle(matrix: arb_mat) -> Float64[Array, "n n"]:
    if matrix.nrows() != matrix.ncols() or not matrix.nrows():
        raise ValueError(f"the Gram matrix must be square and not empty, but it is {matrix.nrows()} x {matrix.ncols()}")
    floats = np.array([[float(entry) for entry in row] for row in matrix.table()])
    if not np.isfinite(floats).all():
        raise ArithmeticError("an entry of the Gram matrix is not finite, or exceeds the range of float64")
    middle: Array = (floats + floats.T) / 2
    return middle


def _bounds(gram: arb_mat, solution: Float64[Array, "n n"], share: arb, level: float) -> tuple[arb, arb] | None:
    """Positive bounds of lambda* by the A next to the solution; None if A >= 0 and F(A) > 0 are not proved."""
    n = len(solution)
    try:
        root = scipy.linalg.cholesky(solution, lower=True)
    except scipy.linalg.LinAlgError:
        return None
    factor = Dyadic.of(root)
    product = gram * (factor @ factor.T).balls()
    outer = product * gram
    form = (product + product.transpose()) * arb(level / 2) - outer * (1 - share)
    for j in range(n):
        form[j, j] -= share * n * outer[j, j]
    if not _is_definite(form):
        return None
    squares = sum((entry * entry for entry in outer.entries()), arb(0))
    diagonal = sum((outer[j, j] * outer[j, j] for j in range(n)), arb(0))
    paired = sum((one * other for one, other in zip(outer.entries(), product.entries(), strict=True)), arb(0))
    low = ((1 - share) * squares + share * n * diagonal) / paired
    return (low, arb(level)) if low > 0 else None


def _is_definite(matrix: arb_mat) -> bool:
    """Whether a symmetric matrix is proved to be positive definite: with a unit diagonal, by the rest of it."""
    n = matrix.nrows()
    diagonal = [matrix[j, j] for j in range(n)]
    if not all(entry > 0 for entry in diagonal):
        return False
    rest = sum(
        (matrix[i, j].abs_upper() ** 2 / (diagonal[i] * diagonal[j]) for i in range(n) for j in range(n) if i != j),
        arb(0),
    )
    return bool(rest < 1)
