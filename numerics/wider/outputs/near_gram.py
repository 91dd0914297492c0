"""The largest eigenvalue of a Gram matrix of several outputs that is too large for exact entries.

What is taken for granted of this machine's matrix products is said in `numerics.exact.rounded`.
"""

from __future__ import annotations

import numpy as np
from flint import arb

from numerics.arrays.checks import Array
from numerics.exact.dyadic import Dyadic, power_of_two
from numerics.exact.rounded import (
    Rounded,
    frobenius_bound,
    largest_eigenvalue,
    rounded_gram_sum,
    rounded_outputs,
)
from numerics.wider.outputs.exact import ExactOutputs

_VECTOR_BITS = 60


def near_gram(exact: ExactOutputs) -> Rounded:
    """The matrix n K [n m, n m] in floats, and a proven distance. OverflowError as below."""
    outputs, change = rounded_outputs(exact.hidden)
    spread: Array = np.kron(outputs, np.eye(exact.m)).astype(np.float64)
    return near_gram_sum(exact, spread, change * arb(exact.m).sqrt(), arb(0))


def near_gram_sum(exact: ExactOutputs, outputs: Array, change: arb, extra: arb) -> Rounded:
    """The matrix (1 1^T) (x) I + V V^T + sum_i ((m_i m_i^T) o (1 1^T + X X^T)) (x) w2_i w2_i^T, at a distance.

    With the levers w2_ri 1_ij, the data m times over and the outputs (V, 1 (x) I) it is `rounded_gram_sum` but for
    1 1^T, which is subtracted: each entry a rounds then by at most 2^-53 (|a| + 1).

    Args:
        exact: the network on the data.
        outputs: floats [n m, p] near V.
        change: a bound on the Frobenius norm of their error.
        extra: what else the exact matrix is off by.

    Raises:
        OverflowError: a number leaves the range of normal floats.
    """
    n, m = exact.n, exact.m
    active = np.repeat(exact.hidden.signs > 0, m, axis=0)
    levers = np.where(active, np.tile(exact.network.W2, (n, 1)), 0.0)
    points = np.repeat(exact.hidden.data.floats, m, axis=0)
    found = rounded_gram_sum(np.hstack([outputs, np.tile(np.eye(m), (n, 1))]), change, levers, points)
    subtracted = power_of_two(-53) * (frobenius_bound(found.matrix) + n * m)
    return Rounded(found.matrix - 1.0, (found.error + subtracted + extra).upper())


def near_gram_sharpness(exact: ExactOutputs) -> arb:
    """lambda_max(K): below by the exact quotient of a vector found in floats, above by the matrix of floats.

    Raises:
        OverflowError: a number leaves the range of normal floats.
    """
    high, vector = largest_eigenvalue(near_gram(exact))
    # on a grid: tiny entries would make long integers
    u = Dyadic.of(np.rint(np.ldexp(vector.reshape(exact.n, exact.m), _VECTOR_BITS)))
    length = (u * u).columns_summed().T.columns_summed()
    low = combination_square(exact, u).ball() / length.ball()
    return low.lower().union(high) / exact.n


def combination_square(exact: ExactOutputs, vector: Dyadic) -> Dyadic:
    """|sum_jr u_jr grad f_r(x_j)|^2 for u [n, m], exactly.

    With G_i = sum_j <u_j, w2_i> 1_ij (x_j, 1) it is sum_i |G_i|^2 + |Z^T u|^2 + |sum_j u_j|^2.
    """
    weighted = exact.hidden.above.mask * (vector @ exact.W2)
    masses, last = weighted.columns_summed(), vector.columns_summed()
    squares = (weighted.T @ exact.hidden.data.x).row_squares() + masses * masses
    in_last = (vector.T @ exact.hidden.hidden).row_squares() + last * last
    return squares.T.columns_summed() + in_last.T.columns_summed()
