"""An upper bound of the Hessian of several outputs that is too large for balls, by a matrix of floats at a distance.

What is taken for granted of this machine's matrix products is said in `numerics.exact.rounded`.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import scipy.linalg
from flint import arb, arb_mat

from numerics.arrays.checks import Array
from numerics.exact.balls import ball
from numerics.exact.dyadic import Dyadic
from numerics.exact.rounded import (
    frobenius_bound,
    gamma,
    largest_eigenvalue,
    nearest_floats,
    require_normal,
    underflow,
)
from numerics.wider.outputs.exact import ExactOutputs
from numerics.wider.outputs.near_gram import near_gram_sum

# the sizes of sums of non-negative floats round by less than this, relatively
_ROOM = ball(Fraction(1001, 1000))


def near_at_most(exact: ExactOutputs, blocks: Dyadic, squares: list[arb_mat], c: float) -> bool:
    """Whether lambda_max(S(c)) <= c is proved, for c above all |B_i|; see `numerics.wider.outputs.hessian`.

    n S(c) is a Gram sum with the outputs V_i M_i, where M_i is a float near a Cholesky factor of G_i: they are off
    from V_i G_i V_i^T by |M_i M_i^T - G_i| |V_i|^2 at most. The entry w2_ri 1_ij <B_i, (x_j, 1)> + c z_ij of V_i has
    rounded by at most gamma_{d+12} times the same of absolute values, and the product with M_i by gamma_m |V_i| |M_i|.

    Args:
        exact: the network on the data.
        blocks: n B_i [k m, d + 1], neuron after neuron.
        squares: B_i B_i^T [m, m] of each neuron.
        c: the level.
    """
    try:
        factors, missed = _factors(squares, exact.m, c)
        vectors, sizes = _vectors(exact, blocks, c)
        size, m = frobenius_bound(vectors), exact.m
        longest = max((frobenius_bound(factor) for factor in factors), default=arb(0))
        lost = underflow(vectors.size * (exact.network.d + 9)) * (1 + arb(c))
        for factor in (exact.network.W2, exact.hidden.data.floats):
            lost *= 1 + frobenius_bound(factor)
        change = _ROOM * gamma(exact.network.d + 12) * frobenius_bound(sizes) + lost
        turned = [vectors[:, i * m : (i + 1) * m] @ factor for i, factor in enumerate(factors)]
        outputs = np.hstack(turned) if turned else vectors
        rounding = gamma(m) * size * longest + underflow(vectors.size * m)
        extra = missed * (size + change) ** 2
        rounded = near_gram_sum(exact, outputs, longest * change + rounding, extra)
        return bool(largest_eigenvalue(rounded)[0] <= exact.n * arb(c))
    except (OverflowError, ValueError, scipy.linalg.LinAlgError):
        return False


def _factors(squares: list[arb_mat], m: int, c: float) -> tuple[list[Array], arb]:
    """M_i [m, m] of each neuron, and the largest |M_i M_i^T - G_i|."""
    identity = arb_mat(m, m, [int(r == s) for r in range(m) for s in range(m)])
    factors, missed = [], arb(0)
    for square in squares:
        inverse = (identity * (arb(c) * arb(c)) - square).inv()
        floats = np.array([[float(entry) for entry in row] for row in inverse.table()])
        factor = scipy.linalg.cholesky((floats + floats.T) / 2, lower=True)
        own = arb_mat(factor.tolist())
        entries = (own * own.transpose() - inverse).entries()
        missed = missed.max(sum((entry.abs_upper() ** 2 for entry in entries), arb(0)).sqrt())
        factors.append(factor)
    return factors, missed.upper()


def _vectors(exact: ExactOutputs, blocks: Dyadic, c: float) -> tuple[Array, Array]:
    """All V_i [n m, k m] in floats, and the sums of the absolute values of their terms."""
    shared, network, (n, m) = exact.hidden, exact.network, (exact.n, exact.m)
    own = nearest_floats(blocks) / n
    points = np.column_stack([shared.data.floats, np.ones(n)])
    outputs = nearest_floats(shared.hidden)
    for values in (own, points, outputs, network.W2):
        require_normal(values)
    active = np.repeat(shared.signs > 0, m, axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        found = []
        for weights, terms, features in (
            (network.W2, own, points),
            (np.abs(network.W2), np.abs(own), np.abs(points)),
        ):
            slopes = np.where(active, features @ terms.T, 0.0)
            rows = slopes[:, None, :] * np.repeat(weights, m, axis=1)[None, :, :]
            in_last = (c * outputs)[:, None, :, None] * np.eye(m)[None, :, None, :]
            found.append((rows + in_last.reshape(n, m, -1)).reshape(n * m, -1))
    return found[0], found[1]
