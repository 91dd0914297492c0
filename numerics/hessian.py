"""The Hessian of the loss away from interpolation, enclosed: what the residuals add to the Gram matrix.

With r_j = f(x_j) - y_j and B_i = E[r 1_i (X, 1)], the Hessian at a point with no datum on a kink is

    H = Phi Phi^T / n + R,   R has the block B_i between w2_i and (w1_i, b1_i), and nothing else.

R has the eigenvalues +-|B_i| and 0, so rho = max_i |B_i| bounds both what it moves and the negative curvature:
|lambda_max(H) - lambda_max(K)| <= rho and H >= -rho. Also lambda_max(H) >= rho. For c > rho, a Schur complement gives

    lambda_max(H) <= c  iff  lambda_max(S(c)) <= c,   S(c) = K - Z Z^T/n + (1/n) sum_i v_i v_i^T / (c^2 - |B_i|^2),

v_i = p_i + c z_i, z_i the outputs of neuron i and p_i = w2_i 1_i <(x_j, 1), B_i> [n]: an n x n problem, rational in
the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import scipy.optimize
from flint import arb, arb_mat, ctx, fmpq

from numerics.arrays.checks import Array
from numerics.arrays.spectrum import top_eigenpairs
from numerics.exact.balls import ball
from numerics.exact.network import ExactNetwork
from numerics.exact.spectrum import enclosed_top_eigenvalue
from numerics.gram import gram_matrix
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from numerics.sharpness import residual_blocks

_PRECISION = 128
# relative to lambda_max(K): where the residuals move less than this, nothing more is computed
_NEGLIGIBLE = 1e-11
_STEP = Fraction(1, 10**10)
# how far the search keeps from rho, where S(c) has a pole, and how closely it ends, both well below the step
_OFF_POLE = 1e-12
_SEARCHED = 1e-13


@dataclass(frozen=True)
class LossCurvature:
    """The extreme eigenvalues of the Hessian of 1/(2n) sum_j (f(x_j) - y_j)^2, as balls.

    top: lambda_max(H).
    residual_part: rho = max_i |B_i|; H >= -rho.
    """

    top: arb
    residual_part: arb


def enclosed_hessian(
    network: ShallowNetwork | Problem,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    gram_top: arb | None = None,
) -> LossCurvature:
    """Enclose the extreme eigenvalues of the Hessian of the loss at the data x [n, d] with labels y [n].

    On a kink the masks are strict (relu'(0) = 0), and H is only formal. The relative width of `top` is about 2e-10
    where residuals matter, or that of `gram_top` where they do not; where lambda_max(H) is rho, or close to it,
    the enclosure is lambda_max(K) +- rho.

    Args:
        network: k neurons; or a `Problem` with labels.
        x: the data [n, d]; None beside a Problem.
        y: the labels [n]; likewise.
        gram_top: an enclosure of lambda_max(K); None computes it.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of the right shape.

    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)  # B = (1, 1) at x = 1 with residual 1
    >>> enclosed_hessian(network, [[1.0]], [1.0]).residual_part
    [1.41421356237310 +/- ...]
    """
    problem = Problem.of(network, x, y)
    with ctx.workprec(_PRECISION):
        exact = problem.exact
        parts = _Parts(exact, problem.labels)
        below = parts.residual_part
        top = enclosed_top_eigenvalue(exact.gram.balls() / exact.n) if gram_top is None else gram_top
        wide = top + below.union(-below)
        if below <= _NEGLIGIBLE * top:
            return LossCurvature(wide, below)
        low, high = wide.lower().max(below.lower()), wide.upper()
        guess = _float_top(problem, float(low), float(high))
        if guess is not None:
            above, beneath = guess * (1 + _STEP), guess * (1 - _STEP)
            if parts.at_most(above):
                high = high.min(ball(above))
            if parts.at_least(beneath):
                low = low.max(ball(beneath))
        return LossCurvature(low.union(high), below)


class _Parts:
    """S(c), from parts that do not depend on c; all but the last sum exact."""

    def __init__(self, exact: ExactNetwork, labels: Array) -> None:
        self.n, self.k = exact.n, exact.k
        mask, x = exact.above.mask, exact.data.x
        weighted = mask * exact.residuals(labels)
        products = x @ (x.T @ weighted) + weighted.columns_summed()
        squares = (weighted * products).columns_summed()
        self.block_squares = [squares.ball(0, i) / self.n**2 for i in range(self.k)]
        self.slopes = (mask * products * exact.w2).balls() / self.n
        self.outputs = exact.hidden.balls()
        self.rest = (exact.gram + -(exact.hidden @ exact.hidden.T)).balls() / self.n

    @property
    def residual_part(self) -> arb:
        return max((square.sqrt() for square in self.block_squares), key=lambda block: block.upper(), default=arb(0))

    def at_most(self, c: Fraction) -> bool:
        """Whether lambda_max(H) <= c is proved."""
        top = self._top(c)
        return top is not None and bool(top <= fmpq(c.numerator, c.denominator))

    def at_least(self, c: Fraction) -> bool:
        """Whether lambda_max(H) >= c is proved."""
        top = self._top(c)
        return top is not None and bool(top >= fmpq(c.numerator, c.denominator))

    def _top(self, c: Fraction) -> arb | None:
        level = ball(c)
        gaps = [level * level - square for square in self.block_squares]
        if not level > 0 or not all(gap > 0 for gap in gaps):
            return None
        weights = [(1 / (gap * self.n)).sqrt() for gap in gaps]
        vectors = self.slopes + self.outputs * level
        entries = vectors.entries()
        scaled = arb_mat(self.n, self.k, [entry * weights[i % self.k] for i, entry in enumerate(entries)])
        return enclosed_top_eigenvalue(self.rest + scaled * scaled.transpose())


def _float_top(problem: Problem, low: float, high: float) -> Fraction | None:
    """lambda_max(H) between `low` and `high`, in floats; None where floats do not reach."""
    n = problem.n
    try:
        gram = gram_matrix(problem)
        outputs = np.maximum(problem.preactivations(), 0.0)
        blocks = residual_blocks(problem)
    except OverflowError:
        return None
    squares = np.sum(blocks**2, axis=1)
    slopes = np.where(outputs > 0, (problem.x @ blocks[:, :-1].T + blocks[:, -1]) * problem.network.w2, 0.0)
    gram -= outputs @ outputs.T / n

    def excess(c: float) -> float:
        vectors = (slopes + c * outputs) / np.sqrt(n * (c * c - squares))
        matrix = gram + vectors @ vectors.T
        return float(top_eigenpairs(matrix)[0][0]) / c - 1

    low = max(low, float(np.sqrt(squares.max(initial=0.0)))) * (1 + _OFF_POLE)
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            if not excess(low) > 0 > excess(high):
                return None
            return Fraction(
                scipy.optimize.brentq(excess, low, high, rtol=_SEARCHED, xtol=float(np.finfo(np.float64).tiny))
            )
    except (FloatingPointError, ValueError):
        return None
