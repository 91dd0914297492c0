"""The largest eigenvalue of the Hessian of several outputs, enclosed; what `numerics.hessian` is for one output.

With the residuals r = f(x_j) - y_j in R^m, B_i = E[r 1_i (X, 1)^T], [m, d + 1], is the block of the residual part R
between column i of W2 and (w1_i, b1_i). R has the singular values of the B_i, with both signs, and 0 as eigenvalues, so
rho = max_i |B_i| bounds what it moves and the negative curvature: |lambda_max(H) - lambda_max(K)| <= rho and H >= -rho.
For c > rho a Schur complement gives, with G_i = (c^2 I - B_i B_i^T)^-1 [m, m],

    lambda_max(H) <= c  iff  lambda_max(S(c)) <= c,   S(c) = K - (Z Z^T/n) (x) I + (1/n) sum_i V_i G_i V_i^T,

where V_i [n m, m] has the row w2_ri 1_ij B_i (x_j, 1) + c z_ij e_r for output r at datum j.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb, arb_mat, ctx

from numerics.arrays.checks import Array
from numerics.exact.balls import ball, upper
from numerics.exact.dyadic import Dyadic
from numerics.exact.rounded import MOST_EXACT
from numerics.exact.spectrum import enclosed_top_eigenvalue
from numerics.wider.outputs.exact import ExactOutputs
from numerics.wider.outputs.near_hessian import near_at_most
from numerics.wider.outputs.network import VectorNetwork, split

PRECISION = 128
"""Bits of the balls."""
_MOST_ENTRIES, _MOST_FLOATS = 2**20, 2**23
# relative to lambda_max(K): where the residuals move less than this, nothing more is computed
_NEGLIGIBLE = 1e-11
# above the quotient of the eigenvector found in floats, relative to it: where upper ends are sought
_STEPS = tuple(Fraction(1, 10**digits) for digits in (10, 8, 6, 4))


def enclosed_hessian(exact: ExactOutputs, y: Array, gram_top: arb, vector: Array | None) -> tuple[arb, arb]:
    """lambda_max(H) and rho, for labels y [n, m].

    Args:
        exact: the network on the data.
        y: the labels.
        gram_top: an enclosure of lambda_max(K).
        vector: near an eigenvector of lambda_max(H), in the order W1, b1, W2, b2, matrices row by row; or None.

    Where `in_balls` does not hold S(c) is a matrix of floats with a proven distance from the exact one. Without a
    vector, or beyond 2^23 entries n m k m of the V_i, the first is within rho of lambda_max(K) and no better above.
    """
    with ctx.workprec(PRECISION):
        parts = HessianParts(exact, y)
        below = parts.residual_part
        wide = gram_top + below.union(-below)
        if below <= _NEGLIGIBLE * gram_top:
            return wide, below
        low, high = wide.lower().max(below.lower()), wide.upper()
        if vector is not None:
            quotient = parts.rayleigh_quotient(vector)
            low = low.max(quotient.lower())
            if _entries(exact.network, exact.n) <= _MOST_FLOATS:
                ends = (upper(quotient) * (1 + step) for step in _STEPS)
                high = next((high.min(ball(end)) for end in ends if parts.at_most(end)), high)
        return low.union(high), below


def in_balls(network: VectorNetwork, n: int) -> bool:
    """Whether matrices are formed in balls, for n data; otherwise in floats, at a proven distance."""
    return n * network.m <= MOST_EXACT and _entries(network, n) <= _MOST_ENTRIES


def _entries(network: VectorNetwork, n: int) -> int:
    """Those of all V_i."""
    return n * network.m * network.k * network.m


class HessianParts:
    """H and S(c), from parts that do not depend on c and are exact.

    blocks: n B_i [k m, d + 1], neuron after neuron.
    """

    def __init__(self, exact: ExactOutputs, labels: Array) -> None:
        self._exact, self._residuals = exact, exact.residuals(labels)
        k, m, n = exact.k, exact.m, exact.n
        # column i m + s is of neuron i and output s
        of_neuron = Dyadic.mask(np.repeat(np.eye(k), m, axis=1) > 0)
        of_output = Dyadic.mask(np.tile(np.eye(m), (1, k)) > 0)
        active = exact.hidden.above.mask @ of_neuron
        features = exact.hidden.data.x.beside(Dyadic.of(np.ones((n, 1))))
        self.blocks = (active * (self._residuals @ of_output)).T @ features
        self._active, self._features = active, features

    @cached_property
    def block_squares(self) -> list[arb_mat]:
        """B_i B_i^T [m, m] of each neuron."""
        exact, found = self._exact, []
        rows = self.blocks.balls() / exact.n
        table, m = rows.table(), exact.m
        for i in range(exact.k):
            block = arb_mat(table[i * m : (i + 1) * m])
            found.append(block * block.transpose())
        return found

    @cached_property
    def residual_part(self) -> arb:
        """The largest |B_i|."""
        tops = [enclosed_top_eigenvalue(square, iterative=False) for square in self.block_squares]
        largest = max(tops, key=lambda top: top.upper(), default=arb(0))
        return largest.max(arb(0)).sqrt()

    def rayleigh_quotient(self, vector: Array) -> arb:
        """<u, H u> / |u|^2 at u, in the order W1, b1, W2, b2."""
        exact, u = self._exact, Dyadic.of(vector[None, :])
        W1, b1, W2, b2 = split(exact.network, vector)
        in_W1, in_W2 = Dyadic.of(W1), Dyadic.of(W2)
        in_b1, in_b2 = Dyadic.of(b1[None, :]), Dyadic.of(b2[None, :])
        moved = exact.hidden.above.mask * (exact.hidden.data.x @ in_W1.T + in_b1)
        values = moved @ exact.W2.T + exact.hidden.hidden @ in_W2.T + in_b2
        doubled = self._residuals + self._residuals
        form = values * values + doubled * (moved @ in_W2.T)
        total = form.columns_summed().T.columns_summed()
        return total.ball() / (u @ u.T).ball() / exact.n

    def at_most(self, c: Fraction) -> bool:
        """Whether lambda_max(H) <= c is proved."""
        exact, level = self._exact, ball(c)
        if not level > self.residual_part:
            return False
        if not in_balls(exact.network, exact.n):
            below = float(np.nextafter(float(c), 0.0))
            above_blocks = bool(arb(below) > self.residual_part)
            return above_blocks and near_at_most(exact, self.blocks, self.block_squares, below)
        n, m, k = exact.n, exact.m, exact.k
        identity = arb_mat(m, m, [int(r == s) for r in range(m) for s in range(m)])
        vectors = self._vectors(level)
        weighted = []
        for i, square in enumerate(self.block_squares):
            own = arb_mat([row[i * m : (i + 1) * m] for row in vectors])
            weighted.append((own * (identity * (level * level) - square).inv()).table())
        rows = [[entry for part in weighted for entry in part[row]] for row in range(n * m)]
        total = arb_mat(rows) * arb_mat(vectors).transpose() if k else arb_mat(n * m, n * m)
        hidden = exact.hidden.hidden
        matrix = ((exact.gram + -exact.spread(hidden @ hidden.T, own=True)).balls() + total) / n
        # equal but for the balls' rounding, which differs on the two sides of the diagonal
        return bool(enclosed_top_eigenvalue((matrix + matrix.transpose()) / 2) <= level)

    def _vectors(self, level: arb) -> list[list[arb]]:
        """The rows of all V_i [n m, k m]."""
        exact = self._exact
        inner = self._active * (self._features @ self.blocks.T)
        slopes, hidden = (inner.balls() / exact.n).table(), exact.hidden.hidden.balls().table()
        W2, m = exact.W2.balls().table(), exact.m
        found = []
        for slope, output in zip(slopes, hidden, strict=True):
            for r, weights in enumerate(W2):
                row = [weights[column // m] * entry for column, entry in enumerate(slope)]
                for i, z in enumerate(output):
                    row[i * m + r] += level * z
                found.append(row)
        return found
