"""Rigorous enclosures of extreme eigenvalues: floats find vectors and factors, exact arithmetic proves with them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import scipy.linalg
from flint import arb, arb_mat, ctx, fmpz_mat

from numerics.arrays.checks import Array
from numerics.arrays.spectrum import top_eigenpairs
from numerics.exact.dyadic import Dyadic, power_of_two

MOST_ROWS, MOST_BITS = 100, 20_400
"""Rows of a matrix, and rows times bits of an entry, up to which eigenvalues are compared exactly."""
_PRECISION = 192
# the distance of the shift from the eigenvalue found, relative to the norm of the matrix, first and last: some bits
# above the rounding of a Cholesky factorisation, and where the row sums are as good a bound
_FIRST_STEP = 2.0**-43
_LAST_STEP = 1e-3
# beyond the 53 of the factor's largest entries, whose squares then round below the first step
_FACTOR_BITS = 70


def enclosed_top_eigenvalue(matrix: arb_mat, *, iterative: bool = True) -> arb:
    """The largest eigenvalue of a symmetric matrix [n, n] of balls, n >= 1, enclosed.

    Below it lies the Rayleigh quotient of any vector; the float eigenvector makes it a good one. Above: for
    any matrix L and number s, s I - A = L L^T + E gives lambda_max(A) <= s + |E|_F, since L L^T is positive
    semidefinite whatever L is; L is a float Cholesky factor and E is enclosed. Multiple eigenvalues do no harm.
    The relative width is about 1e-12 where the balls of the matrix are narrow and its norm is about its top eigenvalue.

    Args:
        matrix: A [n, n].
        iterative: how the eigenvector is sought; see `top_eigenpairs`.

    Raises:
        ValueError: the matrix is empty, not square or not symmetric.
        ArithmeticError: an entry is not finite.

    >>> enclosed_top_eigenvalue(arb_mat([[2, 1], [1, 2]])).contains(3)
    True
    """
    n = matrix.nrows()
    if n == 0 or n != matrix.ncols():
        raise ValueError(f"the matrix must be square and not empty, but it is {n} x {matrix.ncols()}")
    with ctx.workprec(_PRECISION):
        exponent = _size_exponent(matrix)
        if exponent is None:
            return arb(0)
        scaled = matrix * power_of_two(-exponent)
        if not matrix.transpose().overlaps(matrix):
            raise ValueError("the matrix must be symmetric")
        floats = np.array([[float(entry) for entry in row] for row in scaled.table()])
        floats = (floats + floats.T) / 2
        value, vector = top_eigenpairs(floats, iterative=iterative)
        low = _rayleigh_quotient(scaled, vector.T)
        high = _upper_bound(scaled, floats, float(value[0]))
        return low.union(high) * power_of_two(exponent)


def enclosed_bottom_eigenvalue(matrix: arb_mat) -> arb:
    """The smallest eigenvalue, enclosed likewise; the width is about 1e-12 of the norm of the matrix."""
    return -enclosed_top_eigenvalue(-matrix, iterative=False)


def at_most_exactly(matrix: Dyadic, level: Fraction) -> bool | None:
    """Whether no eigenvalue of a symmetric matrix A [n, n] exceeds the level; None where that is too long to decide.

    By the signs of the coefficients of det(t I - (level I - A)), in whole numbers. Too long are more than 100 rows, and
    numbers of more than 20,400 bits divided by the rows: what the checker of certificates decides in some seconds.

    >>> matrix = Dyadic.of(np.array([[2.0, 1.0], [1.0, 2.0]]))
    >>> at_most_exactly(matrix, Fraction(3)), at_most_exactly(matrix, Fraction(299, 100))
    (True, False)
    """
    if matrix.shape[0] > MOST_ROWS:
        return None
    rows = [[int(entry) for entry in row] for row in matrix.matrix.table()]
    common = math.gcd(*(entry for row in rows for entry in row)) or 1
    ratio = level / common / Fraction(2) ** matrix.exponent
    rows = [[-entry // common * ratio.denominator for entry in row] for row in rows]
    for place, row in enumerate(rows):
        row[place] += ratio.numerator
    bits = max(abs(entry) for row in rows for entry in row).bit_length()
    return None if len(rows) * bits > MOST_BITS else is_semidefinite(rows)


def is_semidefinite(rows: list[list[int]]) -> bool:
    """Whether a symmetric matrix of whole numbers has no negative eigenvalue.

    All roots of its characteristic polynomial are real, so none is negative if and only if the signs of the
    coefficients alternate, zeros aside.
    """
    *below, _ = fmpz_mat(rows).charpoly().coeffs()
    return all((-1) ** place * coefficient >= 0 for place, coefficient in enumerate(reversed(below), 1))


def _frobenius_square(matrix: arb_mat) -> arb:
    """A number that the sum of the squares of the entries does not exceed, from the largest sizes in each ball."""
    # entry * entry of a ball about 0 would reach below 0, where there is no square root
    return sum((entry.abs_upper() ** 2 for entry in matrix.entries()), arb(0))


def _size_exponent(matrix: arb_mat) -> int | None:
    """An e with all entries below 2^e in size, and not all far below; None if all are zero."""
    largest = max(entry.abs_upper() for entry in matrix.entries())
    if not largest.is_finite():
        raise ArithmeticError("an entry of the matrix is not finite: nothing is known of its eigenvalues")
    if largest == 0:
        return None
    mantissa, exponent = largest.man_exp()
    return int(mantissa).bit_length() + int(exponent)


def _rayleigh_quotient(matrix: arb_mat, vector: Array) -> arb:
    u = Dyadic.of(vector).balls()
    return ((u.transpose() * (matrix * u))[0, 0] / (u.transpose() * u)[0, 0]).lower()


def _upper_bound(matrix: arb_mat, floats: Array, value: float) -> arb:
    step = _FIRST_STEP * float(np.linalg.norm(floats))
    while 0 < step < _LAST_STEP * len(floats):
        shift = value + step
        try:
            factor = scipy.linalg.cholesky(shift * np.eye(len(floats)) - floats, lower=True)
        except scipy.linalg.LinAlgError:
            step *= 8
            continue
        # on a grid: nothing rests on the last bits, and tiny entries would make long integers
        grid = Dyadic.of(np.rint(np.ldexp(factor, _FACTOR_BITS)))
        square = (grid @ grid.T).balls() * power_of_two(-2 * _FACTOR_BITS)
        residual = -matrix - square
        for j in range(len(floats)):
            residual[j, j] += shift
        return (arb(shift) + _frobenius_square(residual).sqrt()).upper()
    # the largest sum of sizes in a row bounds every eigenvalue (Gershgorin), where nothing can be factorised
    return max(sum((entry.abs_upper() for entry in row), arb(0)).upper() for row in matrix.table())
