"""The largest eigenvalues of a symmetric matrix in floats: one routine for all sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

from numerics.arrays.checks import Array, require_finite

# measured: below, all of LAPACK is faster than Lanczos; ARPACK's basis of 20 vectors has to be much smaller than n
_SMALLEST_ITERATIVE = 100
_ROWS_PER_VECTOR = 8
# where the gap is wide, as that of K mostly is, a dozen steps of Lanczos are enough, and ARPACK takes 20 at least
_STEPS = 30


def top_eigenpairs(
    matrix: Array | LinearOperator, count: int = 1, tolerance: float = 1e-13, *, iterative: bool = True
) -> tuple[Array, Array]:
    """The `count` largest eigenvalues, descending, and unit eigenvectors as rows [count, n].

    A matrix smaller than 100 is left to LAPACK, a larger one to Lanczos from a start in general position. Where the
    matrix is at hand, no eigenvalue then lies above the theta found, up to rounding: either since the squares of all
    eigenvalues, which add up to the squares of the entries, add up to less than 2 theta^2, or by a Cholesky
    factorisation of (1 + 10 tolerance) theta I - A; if it fails, LAPACK has the last word. For an operator all rests
    on Lanczos.

    Args:
        matrix: symmetric [n, n].
        count: at most n.
        tolerance: of the residuals, relative to the eigenvalue; below about 1e-14 rounding decides.
        iterative: False leaves everything to LAPACK, for eigenvalues that are small against the norm of the matrix.

    Raises:
        ArithmeticError: Lanczos did not reach the tolerance for an operator.
        ValueError: an entry is not finite.

    >>> values, vectors = top_eigenpairs(np.array([[2.0, 1.0], [1.0, 2.0]]))
    >>> values, np.abs(vectors).round(6)
    (array([3.]), array([[0.707107, 0.707107]]))
    """
    n = matrix.shape[0]
    large = n >= max(_SMALLEST_ITERATIVE, _ROWS_PER_VECTOR * count)
    if isinstance(matrix, LinearOperator):
        if large:
            return _by_lanczos(matrix, count, tolerance)
        columns = np.column_stack([matrix.matvec(unit) for unit in np.eye(n)])
        return _by_lapack((columns + columns.T) / 2, count)
    if large and iterative:
        try:
            values, vectors = _by_lanczos(matrix, count, tolerance)
        except ArithmeticError:
            return _by_lapack(matrix, count)
        if _nothing_above(matrix, float(values[0]), tolerance):
            return values, vectors
    return _by_lapack(matrix, count)


def checked_top_eigenpair(matrix: Array | LinearOperator, tolerance: float) -> tuple[float, Array]:
    """The Rayleigh quotient theta of the top eigenvector found, and that vector u at norm 1, its entries' sum >= 0.

    Args:
        matrix: A [n, n], symmetric.
        tolerance: of the residual |A u - theta u|, relative to theta.

    Raises:
        ArithmeticError: |A u - theta u| > tolerance theta.
        OverflowError: theta exceeds the range of float64.
    """
    # a tenth of the tolerance for the iteration leaves room for the rounding of the check
    vector = top_eigenpairs(matrix, tolerance=tolerance / 10)[1][0]
    u = vector / np.linalg.norm(vector)
    with np.errstate(over="ignore", invalid="ignore"):
        image = matrix @ u
        theta = float(require_finite(np.array([u @ image]), "the entries of the matrix")[0])
    # the square of a residual may exceed the range where the residual does not
    size = float(np.max(np.abs(image)))
    residual = size * float(np.linalg.norm(image / size - theta / size * u)) if size else 0.0
    if not residual <= tolerance * theta:
        relative = f"{residual / theta:.1e} of the eigenvalue {theta:.6g}" if theta > 0 else f"{residual:.1e} beside 0"
        raise ArithmeticError(
            f"the residual of the top eigenpair is {relative}, above the tolerance {tolerance:.1e}; raise the tolerance"
        )
    return theta, -u if u.sum() < 0 else u


@dataclass(frozen=True, eq=False)
class Subspace:
    """Orthonormal vectors v_1, ..., v_m [N], and their images under a symmetric matrix A [N, N]."""

    basis: tuple[Array, ...]
    images: tuple[Array, ...]

    def ritz(self) -> tuple[Array, Array]:
        """The Ritz values of A, descending, and the coordinates of the unit vector of the top one in the basis."""
        projected = np.array([[vector @ image for image in self.images] for vector in self.basis])
        values, coordinates = np.linalg.eigh((projected + projected.T) / 2)
        return values[::-1], coordinates[:, -1]

    def top_vector(self) -> Array:
        """The unit vector of the top Ritz value [N]."""
        vector = combined(self.ritz()[1], self.basis)
        unit: Array = vector / scipy.linalg.norm(vector)
        return unit


def largest_in_subspace(
    product: Callable[[Array], Array],
    start: Subspace,
    enough: Callable[[Array, float], bool],
    most: int = _STEPS,
) -> tuple[Array, Subspace]:
    """The Ritz values of A, descending, in a subspace that grows by the residual of the top one until it is enough.

    From one vector this is Lanczos with all vectors kept and orthogonal. No Ritz value exceeds the eigenvalue of A of
    the same rank (Cauchy), up to rounding.

    Args:
        product: v -> A v [N].
        start: at least one vector.
        enough: asked of the Ritz values found and of the residual |A y - theta y| of the unit vector y of the top one.
        most: vectors, at most.

    Raises:
        ArithmeticError: it is not enough after so many vectors, or the subspace does not grow.
    """
    subspace = start
    while True:
        values, top = subspace.ritz()
        residual = combined(top, subspace.images) - values[0] * combined(top, subspace.basis)
        size = float(scipy.linalg.norm(residual))
        if enough(values, size):
            return values, subspace
        # twice, since rounding leaves something of what is taken away
        for _ in range(2):
            residual -= combined(np.array([vector @ residual for vector in subspace.basis]), subspace.basis)
        new = float(scipy.linalg.norm(residual))
        count = len(subspace.basis)
        if count == most or not new > 1e-8 * size:
            raise ArithmeticError(f"the residual of the top eigenpair is still {size:.1e} after {count} products")
        residual /= new
        subspace = Subspace((*subspace.basis, residual), (*subspace.images, product(residual)))


def combined(coordinates: Array, vectors: Sequence[Array]) -> Array:
    """The sum of the vectors [N] times the coordinates, of which there are as many."""
    total: Array = coordinates[0] * vectors[0]
    for coordinate, vector in zip(coordinates[1:], vectors[1:], strict=True):
        total += coordinate * vector
    return total


def _by_lapack(matrix: Array, count: int) -> tuple[Array, Array]:
    n = len(matrix)
    values, vectors = scipy.linalg.eigh(matrix, subset_by_index=[n - count, n - 1])
    if len(values) < count:
        # bisection drops, without an error, eigenvalues that it cannot tell from their neighbours
        values, vectors = scipy.linalg.eigh(matrix, driver="evd")
    return values[-count:][::-1], vectors.T[-count:][::-1]


def _by_lanczos(matrix: Array | LinearOperator, count: int, tolerance: float) -> tuple[Array, Array]:
    n = matrix.shape[0]
    # fixed, and in general position; near 1/sqrt(n), which is close to the top eigenvector of K where
    # 1 + <x_i, x_j> >= 0, only if the matrix is at hand: it shows an eigenvalue that such a start does not find
    start: Array = np.random.default_rng(0).normal(0.0 if isinstance(matrix, LinearOperator) else 10.0, 1.0, (n,))
    if count == 1:
        theta, start, reached = _lanczos(matrix, start, tolerance)
        if reached:
            return np.array([theta]), start[None]
    try:
        values, vectors = eigsh(matrix, k=count, which="LA", v0=start, tol=tolerance, maxiter=20 * n)
    except ArpackError as error:
        raise ArithmeticError(f"Lanczos did not reach the tolerance {tolerance}: {error}") from error
    order = np.argsort(values)[::-1]
    return values[order], vectors.T[order]


def _lanczos(matrix: Array | LinearOperator, start: Array, tolerance: float) -> tuple[float, Array, bool]:
    """The top Ritz value and its unit vector after at most 30 steps, and whether its residual is within the tolerance.

    All vectors are kept and orthogonal: the matrix is tridiagonal in them, and the residual is the entry beside it
    times the last coordinate of the Ritz vector.
    """
    basis = np.empty((_STEPS, len(start)))
    diagonal, beside = np.zeros(_STEPS), np.zeros(_STEPS)
    direction = start / np.linalg.norm(start)
    for step in range(_STEPS):
        basis[step] = direction
        known = basis[: step + 1]
        image = matrix @ direction
        diagonal[step] = direction @ image
        # twice, since rounding leaves something of what is taken away
        for _ in range(2):
            image -= known.T @ (known @ image)
        beside[step] = scipy.linalg.norm(image, check_finite=False)
        values, vectors = scipy.linalg.eigh_tridiagonal(diagonal[: step + 1], beside[:step])
        residual = beside[step] * abs(vectors[-1, -1])
        if residual <= tolerance * abs(values[-1]) or not beside[step]:
            break
        direction = image / beside[step]
    vector = vectors[:, -1] @ known
    return float(values[-1]), vector, bool(residual <= tolerance * abs(values[-1]))


def _nothing_above(matrix: Array, theta: float, tolerance: float) -> bool:
    """Whether an eigenvalue next to theta is shown to be the largest, up to (1 + 10 tolerance) and rounding."""
    # of two eigenvalues of at least theta the squares alone add up to more; the rest of the factor is for rounding,
    # and a theta whose square is next to the ends of the range shows nothing
    square = theta * theta
    if 1e-280 < square < 1e280 and float(np.vdot(matrix, matrix)) < 1.99 * square:
        return True
    shifted = -matrix
    shifted[np.diag_indices(len(matrix))] += (1 + 10 * tolerance) * theta
    try:
        scipy.linalg.cholesky(shifted, overwrite_a=True, check_finite=False)
    except scipy.linalg.LinAlgError:
        return False
    return True
