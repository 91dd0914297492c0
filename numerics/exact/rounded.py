"""Matrices too large for exact entries: floats whose distance from them is proved, and a bound on their eigenvalues.

What is taken for granted of this machine's matrix products is the bound that holds whatever the order of the sums is,
with fused multiplication or without, in blocks or not: for vectors of m floats

    |fl(<a, b>) - <a, b>| <= gamma_m <|a|, |b|> + 2 m tau,   gamma_m = m u / (1 - m u),  u = 2^-53,  tau = 2^-1022,

unless a number overflows; the second term is for what underflows, also where that is set to 0. Products of matrices by
fewer multiplications (Strassen) do not obey it; no BLAS in use multiplies so unless told to. Sources: N. J. Higham,
Accuracy and Stability of Numerical Algorithms, 2nd edition, SIAM 2002, (3.5); C.-P. Jeannerod and S. M. Rump, SIAM J.
Matrix Anal. Appl. 34 (2013), 338-344.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from flint import arb

from numerics.arrays.checks import Array, require_finite
from numerics.arrays.gram import DataFeatures, gram_sum
from numerics.arrays.spectrum import top_eigenpairs
from numerics.exact.dyadic import Dyadic, power_of_two
from numerics.exact.network import ExactNetwork

MOST_EXACT = 1024
"""Rows up to which matrices are formed exactly: in whole numbers they take a hundred times the memory of floats."""
_UNIT, _TINY = power_of_two(-53), power_of_two(-1022)
_SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)
# sums of non-negative floats of up to 2^32 operations, in a bound: they round by less than 2^32 u in all
_ROOM = 1 + power_of_two(-20)
# the distance of the shift from the eigenvalue found, relative to it, first and last
_FIRST_STEP, _LAST_STEP = 2.0**-43, 0.5
# roundings of an entry beyond those of its two inner products; eight are counted
_OTHERS = 12


@dataclass(frozen=True, eq=False)
class Rounded:
    """A symmetric matrix of floats [n, n], and a bound on the spectral norm of its difference from an exact one."""

    matrix: Array
    error: arb


def gamma(roundings: int) -> arb:
    """gamma_m = m u / (1 - m u), the relative error of m roundings, as a ball."""
    total = roundings * _UNIT
    return total / (1 - total)


def underflow(operations: int) -> arb:
    """What so many operations lose to numbers below the normal ones, in all, as a ball."""
    return 2 * operations * _TINY


def nearest_floats(values: Dyadic) -> Array:
    """The entries [m, p], each rounded to the nearest float.

    Raises:
        OverflowError: one exceeds the range of float64.
    """
    try:
        entries = np.array([float(int(entry)) for entry in values.entries]).reshape(values.shape)
    except OverflowError as error:
        raise OverflowError("numbers are further apart than floats reach; rescale the network or the data") from error
    with np.errstate(over="ignore"):
        return require_finite(np.ldexp(entries, values.exponent), "exact numbers")


def rounded_gram(exact: ExactNetwork) -> Rounded:
    """The matrix n K of a network on its data [n, n], from its exact pre-activations. Raises OverflowError as below."""
    return rounded_gram_sum(*rounded_outputs(exact), levers(exact), exact.data.floats)


def rounded_outputs(exact: ExactNetwork) -> tuple[Array, arb]:
    """The outputs Z [n, k] in floats, and what the Frobenius norm of their error is at most. OverflowError likewise."""
    outputs = nearest_floats(exact.hidden)
    return outputs, _UNIT * frobenius_bound(outputs) + underflow(outputs.size)


def levers(exact: ExactNetwork) -> Array:
    """L [n, k], |w2_i| where the neuron is active on the datum, else 0."""
    return np.where(exact.signs > 0, np.abs(exact.network.w2), 0.0)


def rounded_gram_sum(outputs: Array, change: arb, levers: Array, x: Array) -> Rounded:
    """The matrix 1 1^T + Z Z^T + (L L^T) o (1 1^T + X X^T) of `numerics.arrays.gram.gram_sum`, and a proven distance.

    Entry by entry the products, and the few operations between them, round by at most gamma_m T with m = k + d + 12 and

        T = 1 1^T + |Z| |Z|^T + (|L| |L|^T) o (1 1^T + |X| |X|^T).

    T is positive semidefinite, by Schur's product theorem, and has no negative entry, so the error has no larger
    spectral norm than gamma_m T, and that none above gamma_m tr T. Outputs that are off by C move Z Z^T by no more
    than |C| (2 |Z| + |C|) in Frobenius norms.

    Args:
        outputs: floats [n, k] near the exact outputs Z.
        change: a bound on the Frobenius norm of their error.
        levers: L [n, k], exactly.
        x: the data X [n, d], exactly.

    Raises:
        OverflowError: an entry exceeds the range of float64, or is below its normal numbers.
    """
    (n, k), d = outputs.shape, x.shape[1]
    for values in (outputs, levers, x):
        require_normal(values)
    with np.errstate(over="ignore", invalid="ignore"):
        matrix = require_finite(gram_sum(outputs, levers, DataFeatures(x)), "the entries of the Gram matrix")
        own_levers, features = np.sum(levers * levers, axis=1), 1.0 + np.sum(x * x, axis=1)
        size = frobenius_bound(outputs)
        of_levers = arb(float(own_levers @ features)) * _ROOM + underflow(n * k) * arb(float(features.max()))
        trace = n + size**2 + of_levers
        # of the inner products and of what they are multiplied by, in an entry, and then in a row
        lost = underflow(k) * (1 + arb(float(features.max()))) + underflow(d + 1) * arb(float(own_levers.max()))
    error = gamma(k + d + _OTHERS) * trace + change * (2 * size + change) + 2 * n * (lost + underflow(4))
    return Rounded(matrix, _finite(error))


def largest_eigenvalue(rounded: Rounded) -> tuple[arb, Array]:
    """A number that no eigenvalue of the exact matrix exceeds, and a unit vector [n] near its top eigenvector.

    For any matrix R and number s, S - s I + R^T R = E gives lambda_max(S) <= s + |E|, since R^T R is positive
    semidefinite. R is a float Cholesky factor of s I - S; that it is one is not used. R^T R is multiplied out in
    floats, which round by at most gamma_n |R|^T |R| entry by entry, and hence by at most gamma_n |R|_1 |R|_inf in the
    spectral norm. This is the a posteriori form of S. M. Rump, Verification of positive definiteness, BIT 46 (2006),
    433-452, whose theorem concludes, from the success of the factorisation alone, with gamma_{n+1} tr(s I - S) / (1 -
    gamma_{n+1}) in the place of all of |E|: about n / 20 times as much for such matrices, 2e-9 of s for 4,096 rows; and
    it supposes something of how LAPACK factorises.

    The relative width is about 1e-11 + error / lambda_max for 4,096 rows.

    Raises:
        OverflowError: a number exceeds the range of float64.
    """
    matrix = rounded.matrix
    (value, *_), (vector, *_) = top_eigenpairs(matrix)
    step = _FIRST_STEP * abs(float(value))
    while 0 < step < _LAST_STEP * abs(float(value)):
        bound = _shifted_bound(matrix, float(value) + step)
        if bound is not None:
            return _finite((bound + rounded.error).upper()), vector
        step *= 8
    # the largest sum of sizes in a row bounds every eigenvalue (Gershgorin), where nothing can be factorised
    return _finite((_row_sums(np.abs(matrix)) + rounded.error).upper()), vector


def require_normal(values: Array) -> None:
    """Refuse what is not finite, and what is not 0 but below the normal floats. Raises OverflowError."""
    sizes = np.abs(values)
    if not np.isfinite(sizes).all() or ((sizes > 0) & (sizes < _SMALLEST_NORMAL)).any():
        raise OverflowError("a number leaves the range of normal floats; rescale the network or the data")


def frobenius_bound(values: Array) -> arb:
    """A number that the Frobenius norm of floats is not above."""
    largest = float(np.max(np.abs(values), initial=0.0))
    if not largest:
        return arb(0)
    # by a power of two, so that squares neither overflow nor vanish
    exponent = int(np.frexp(largest)[1])
    scaled = np.ldexp(values, -exponent)
    return ((arb(float(np.vdot(scaled, scaled))) * _ROOM).sqrt() * power_of_two(exponent)).upper()


def _shifted_bound(matrix: Array, shift: float) -> arb | None:
    """Above shift + |S - shift I + R^T R|; None where there is no factor R."""
    n = len(matrix)
    diagonal = np.diag_indices(n)
    shifted = -matrix
    shifted[diagonal] += shift
    try:
        factor = scipy.linalg.cholesky(shifted, overwrite_a=True, check_finite=False)
    except scipy.linalg.LinAlgError:
        return None
    rest: Array = factor.T @ factor
    np.abs(factor, out=factor)
    sums = _row_sums(factor) * _row_sums(factor.T)
    rest += matrix
    rest[diagonal] -= shift
    np.abs(rest, out=rest)
    # the last two operations round by u of their results, of which the first is shift + rest on the diagonal
    missed = _row_sums(rest) * (1 + 4 * _UNIT) + 2 * _UNIT * abs(arb(shift)) + gamma(n) * sums + underflow(2 * n * n)
    return arb(shift) + missed


def _row_sums(sizes: Array) -> arb:
    """A number that no sum of a row is above, for entries that are not negative."""
    return arb(float(sizes.sum(axis=1).max())) * _ROOM + underflow(len(sizes))


def _finite(value: arb) -> arb:
    if not value.is_finite():
        raise OverflowError("the bound exceeds the range of float64; rescale the network or the data")
    return value
