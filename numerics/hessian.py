"""The Hessian of the loss away from interpolation, enclosed: what the residuals add to the Gram matrix.

With r_j = f(x_j) - y_j and B_i = E[r 1_i (X, 1)], the Hessian at a point with no datum on a kink is

    H = Phi Phi^T / n + R,   R has the block B_i between w2_i and (w1_i, b1_i), and nothing else.

R has the eigenvalues +-|B_i| and 0, so rho = max_i |B_i| bounds both what it moves and the negative curvature:
|lambda_max(H) - lambda_max(K)| <= rho and H >= -rho. Also lambda_max(H) >= rho. For c > rho, a Schur complement gives

    lambda_max(H) <= c  iff  lambda_max(S(c)) <= c,   S(c) = K - Z Z^T/n + (1/n) sum_i v_i v_i^T / (c^2 - |B_i|^2),

v_i = p_i + c z_i, z_i the outputs of neuron i and p_i = w2_i 1_i <(x_j, 1), B_i> [n]: an n x n problem, rational in
the weights. From below, every u in the space of the parameters gives lambda_max(H) >= <u, H u> / |u|^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
from flint import arb, arb_mat, ctx

from numerics.arrays.checks import Array
from numerics.arrays.spectrum import top_eigenpairs
from numerics.enclosure import enclosed_gram_sharpness
from numerics.exact.balls import ball, upper
from numerics.exact.dyadic import Dyadic
from numerics.exact.network import ExactNetwork
from numerics.exact.rounded import (
    MOST_EXACT,
    frobenius_bound,
    gamma,
    largest_eigenvalue,
    levers,
    nearest_floats,
    require_normal,
    rounded_gram_sum,
    underflow,
)
from numerics.exact.spectrum import enclosed_top_eigenvalue
from numerics.problem import Problem
from numerics.sharpness import hessian_operator

_PRECISION = 128
# relative to lambda_max(K): where the residuals move less than this, nothing more is computed
_NEGLIGIBLE = 1e-11
# above the quotient of the eigenvector found in floats, relative to it: where upper ends are sought
_STEPS = tuple(Fraction(1, 10**digits) for digits in (10, 8, 6, 4))


@dataclass(frozen=True)
class LossCurvature:
    """The extreme eigenvalues of the Hessian of 1/(2n) sum_j (f(x_j) - y_j)^2, as balls.

    top: lambda_max(H).
    residual_part: rho = max_i |B_i|; H >= -rho.
    """

    top: arb
    residual_part: arb


def enclosed_hessian(
    network: object,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    gram_top: arb | None = None,
) -> LossCurvature:
    """Enclose the extreme eigenvalues of the Hessian of the loss at the data x [n, d] with labels y [n].

    On a kink the masks are strict (relu'(0) = 0), and H is only formal. The relative width of `top` is about 2e-10
    where residuals matter, or that of `gram_top` where they do not; beyond the range of floats it is at most 2 rho.

    Args:
        network: k neurons; or a `Problem` with labels.
        x: the data [n, d]; None beside a Problem.
        y: the labels [n]; likewise.
        gram_top: an enclosure of lambda_max(K); None computes it.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of the right shape.
        OverflowError: `gram_top` is not given, and `numerics.enclosure.enclosed_gram_sharpness` raises it.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)  # B = (1, 1) at x = 1 with residual 1
    >>> enclosed_hessian(network, [[1.0]], [1.0]).residual_part
    [1.41421356237310 +/- ...]
    """
    problem = Problem.of(network, x, y)
    with ctx.workprec(_PRECISION):
        exact = problem.exact
        parts = HessianParts(exact, problem.labels)
        below = parts.residual_part
        top = enclosed_gram_sharpness(exact) if gram_top is None else gram_top
        wide = top + below.union(-below)
        if below <= _NEGLIGIBLE * top:
            return LossCurvature(wide, below)
        low, high = wide.lower().max(below.lower()), wide.upper()
        vector = _float_eigenvector(problem)
        if vector is not None:
            # nearer to lambda_max(H) than its value in floats, whose outputs have few digits where they nearly cancel
            quotient = parts.rayleigh_quotient(vector)
            low = low.max(quotient.lower())
            ends = (upper(quotient) * (1 + step) for step in _STEPS)
            high = next((high.min(ball(end)) for end in ends if parts.at_most(end)), high)
        return LossCurvature(low.union(high), below)


def exact_hessian(problem: Problem) -> Dyadic:
    """The Hessian of the loss times the number of data, n H [p, p], p = k (d + 2) + 1, each entry exact.

    In the order W1 (row by row), b1, w2, b2; with relu'(0) = 0. Memory and time grow like p^2 and n p^2.

    Raises:
        ValueError: there are no labels.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> H = exact_hessian(Problem(network, [[1.0]], [1.0]))  # residual 1
    >>> [[int(H.fraction(i, j)) for j in range(4)] for i in range(4)]
    [[4, 4, 3, 2], [4, 4, 3, 2], [3, 3, 1, 1], [2, 2, 1, 1]]
    """
    exact, (k, d) = problem.exact, problem.network.W1.shape
    parts = HessianParts(exact, problem.labels)
    levers = exact.above.mask * exact.w2
    # column (i, c) of the first is lever i, of the second input c
    neuron = Dyadic.mask(np.repeat(np.eye(k), d, axis=1) > 0)
    inputs = Dyadic.mask(np.tile(np.eye(d), (1, k)) > 0)
    in_W1 = (levers @ neuron) * (exact.data.x @ inputs)
    gradients = in_W1.beside(levers).beside(exact.hidden).beside(Dyadic.of(np.ones((exact.n, 1))))
    # row i holds n B_i at the places of (w1_i, b1_i)
    own = (parts.block @ inputs) * neuron
    blocks = own.beside(parts.block_bias * Dyadic.of(np.eye(k))).beside(Dyadic.of(np.zeros((k, k + 1))))
    to_w2 = Dyadic.of(np.eye(k, k * d + 2 * k + 1, k * d + k))
    across = to_w2.T @ blocks
    return gradients.T @ gradients + across + across.T


class HessianParts:
    """H and S(c), from parts that do not depend on c; all but the last sums exact.

    n, k: data and neurons.
    block_squares: |B_i|^2 of each neuron.
    """

    def __init__(self, exact: ExactNetwork, labels: Array) -> None:
        self._exact, self.n, self.k = exact, exact.n, exact.k
        # n B_i
        self.block, self.block_bias = exact.residual_blocks(labels)
        squares = self.block.row_squares() + (self.block_bias * self.block_bias).T
        self.block_squares = [squares.ball(0, i) / self.n**2 for i in range(self.k)]

    @cached_property
    def slopes(self) -> arb_mat:
        """p_ji [n, k]."""
        exact = self._exact
        inner = exact.data.x @ self.block.T + self.block_bias.T
        return (exact.above.mask * inner * exact.w2).balls() / self.n

    @cached_property
    def outputs(self) -> arb_mat:
        """Z [n, k]."""
        return self._exact.hidden.balls()

    @cached_property
    def rest(self) -> arb_mat:
        """K - Z Z^T/n [n, n]."""
        exact = self._exact
        return (exact.gram + -(exact.hidden @ exact.hidden.T)).balls() / self.n

    @property
    def residual_part(self) -> arb:
        return max((square.sqrt() for square in self.block_squares), key=lambda block: block.upper(), default=arb(0))

    def rayleigh_quotient(self, vector: Array) -> arb:
        """<u, H u> / |u|^2 at u [k d + 2 k + 1], in the order W1 (row by row), b1, w2, b2."""
        u = Dyadic.of(vector[None, :])
        return self.form(vector) / (u @ u.T).ball()

    def form(self, vector: Array) -> arb:
        """<u, H u> at u [k d + 2 k + 1], in the same order."""
        exact, (k, d) = self._exact, self._exact.network.W1.shape
        in_W1 = Dyadic.of(vector[: k * d].reshape(k, d))
        in_b1, in_w2, in_b2 = (
            Dyadic.of(part[None, :]) for part in (vector[k * d : -k - 1], vector[-k - 1 : -1], vector[-1:])
        )
        levers = exact.above.mask * exact.w2 * (exact.data.x @ in_W1.T + in_b1)
        values = exact.hidden @ in_w2.T + levers.T.columns_summed().T + in_b2
        across = (self.block * in_W1).T.columns_summed() + self.block_bias.T * in_b1
        square = (values.T @ values).ball() + 2 * (across @ in_w2.T).ball()
        return square / self.n

    def at_most(self, c: Fraction) -> bool:
        """Whether lambda_max(H) <= c is proved."""
        level = ball(c)
        gaps = [level * level - square for square in self.block_squares]
        if not level > 0 or not all(gap > 0 for gap in gaps):
            return False
        if self.n > MOST_EXACT:
            return self.at_most_in_floats(level, gaps)
        weights = [(1 / (gap * self.n)).sqrt() for gap in gaps]
        vectors = self.slopes + self.outputs * level
        entries = vectors.entries()
        scaled = arb_mat(self.n, self.k, [entry * weights[i % self.k] for i, entry in enumerate(entries)])
        return bool(enclosed_top_eigenvalue(self.rest + scaled * scaled.transpose()) <= level)

    def at_most_in_floats(self, level: arb, gaps: list[arb]) -> bool:
        """The same for c, the level, and c^2 - |B_i|^2 > 0, the gaps, by a matrix of floats at a proven distance.

        n S(c) is the Gram sum with the outputs V_ji = (p_ji + c z_ji) / sqrt(c^2 - |B_i|^2) in the place of Z. Of the
        inner products <(x_j, 1), B_i>, and of the few operations after them, V differs by at most gamma_{d + 12}
        (|w2_i| 1_ji |(x_j, 1)| |B_i| + c z_ji) / sqrt(c^2 - |B_i|^2), and by what underflows.
        """
        exact, x, w2 = self._exact, self._exact.data.floats, self._exact.network.w2
        active, d, c = exact.signs > 0, x.shape[1], float(level)
        try:
            outputs = nearest_floats(exact.hidden)
            block, block_bias = self._floats_of(self.block), self._floats_of(self.block_bias)
            scales = np.array([float((1 / gap).sqrt()) for gap in gaps])
            norms = np.array([float(square.sqrt()) for square in self.block_squares])
            with np.errstate(over="ignore", invalid="ignore"):
                slopes = np.where(active, w2, 0.0) * (x @ block.T + block_bias.T)
                vectors = (slopes + c * outputs) * scales
                # Frobenius norms of the two parts of the bound
                features = np.sqrt(active.astype(np.float64).T @ (1.0 + np.sum(x * x, axis=1)))
                size = frobenius_bound(w2 * features * norms * scales) + c * frobenius_bound(outputs * scales)
            lost = underflow(vectors.size * (d + 9)) * (1 + abs(level))
            for factor in (w2, scales):
                lost *= 1 + arb(float(np.max(np.abs(factor), initial=0.0)))
            change = ball(Fraction(1001, 1000)) * gamma(d + 12) * size + lost
            matrix = rounded_gram_sum(vectors, change, levers(exact), x)
            return bool(largest_eigenvalue(matrix)[0] <= self.n * level)
        except OverflowError:
            return False

    def _floats_of(self, block: Dyadic) -> Array:
        """B from n B, each entry to within two roundings. Raises OverflowError if one is no normal float."""
        values = (block.balls() / self.n).entries()
        floats = np.array([float(value) for value in values]).reshape(block.shape)
        require_normal(floats)
        return floats


def _float_eigenvector(problem: Problem) -> Array | None:
    """That of lambda_max(H) [k d + 2 k + 1], in floats; None where floats do not reach."""
    try:
        vector: Array = top_eigenpairs(hessian_operator(problem))[1][0]
        return vector
    except (ArithmeticError, ValueError):
        return None
