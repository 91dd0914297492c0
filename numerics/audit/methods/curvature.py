r"""The largest eigenvalue where layers have steps and penalties of their own, enclosed, and under Adam, in floats.

With the steps S = diag(s_1, s_2, s_0) of (W1, b1), of w2 and of b2, likewise the penalties D = diag(m_1, m_2, m_0), and
H = Phi Phi^T/n + R of `numerics.hessian`, A = S^{1/2} (H + D) S^{1/2}. For c with g = c - s_1 m_1 > 0,
D_i = (c - s_2 m_2) g - s_1 s_2 |B_i|^2 > 0 and c > s_0 m_0 a Schur complement gives: lambda_max(A) <= c iff

    lambda_max(M) <= 1,   n M = s_0/(c - s_0 m_0) 1 1^T + (s_1/g) (L L^T) o F + sum_i s_2/(g D_i) v_i v_i^T,

v_i = g z_i + s_1 p_i with z and p of `numerics.hessian`, and (L L^T) o F the part of n K by the first layer. From
below, <w, (H + D) w> / <w, S^{-1} w> at any w.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb_mat, ctx
from scipy.sparse.linalg import LinearOperator

from numerics.arrays.checks import Array
from numerics.arrays.spectrum import checked_top_eigenpair, top_eigenpairs
from numerics.audit.methods.bounds import Layers
from numerics.exact.balls import ball, lower, upper
from numerics.exact.intervals import Interval
from numerics.exact.rounded import MOST_EXACT
from numerics.exact.spectrum import enclosed_top_eigenvalue
from numerics.hessian import HessianParts
from numerics.problem import Problem
from numerics.sharpness import hessian_operator

_PRECISION = 128
_STEPS = tuple(Fraction(1, 10**digits) for digits in (10, 8, 6, 4, 2))
"""Above the quotient of the eigenvector found in floats, relative to it: where upper ends are sought."""
ADAM_MARGIN = 1e-6
"""Relative, of what is computed in floats under Adam, whose entries may differ by many orders of magnitude."""


@dataclass(frozen=True)
class Scaling:
    """The steps, positive, and the penalties, not negative: of (W1, b1), of w2 and of b2."""

    steps: Layers
    penalties: Layers = (Fraction(0), Fraction(0), Fraction(0))

    def along(self, k: int, d: int) -> tuple[Array, Array]:
        """Steps and penalties of all parameters [k d + 2 k + 1], in floats."""
        sizes = [k * d + k, k, 1]
        steps, penalties = (np.repeat([float(part) for part in parts], sizes) for parts in (self.steps, self.penalties))
        return steps, penalties


def enclosed_scaled_top(problem: Problem, scaling: Scaling, sharpness: Interval) -> Interval:
    """lambda_max(S^{1/2} (H + D) S^{1/2}), enclosed; to about 1e-10 of it where floats find its eigenvector.

    Args:
        problem: with labels, no datum on a kink, at most 1,024 data.
        scaling: S and D.
        sharpness: an enclosure of lambda_max(H), for an end where nothing better is found.

    Raises:
        ValueError: there are more data.

    >>> from numerics.network import ShallowNetwork
    >>> problem = Problem(ShallowNetwork([[1.0]], [0.0], [2.0], 0.0), [[1.0]], [2.0])  # K = 4 (1 + 1) + 1 + 1
    >>> steps = Fraction(1, 2), Fraction(3), Fraction(2)
    >>> low, high = enclosed_scaled_top(problem, Scaling(steps), (Fraction(10), Fraction(10)))
    >>> low <= 4 + 3 + 2 <= high, float(high - low) < 1e-8
    (True, True)
    """
    if problem.n > MOST_EXACT:
        raise ValueError(
            f"steps by layer, and a penalty on all but the output bias, are supported for at most {MOST_EXACT:,} data"
        )
    if problem.network.k == 0:
        only = scaling.steps[2] * (1 + scaling.penalties[2])
        return only, only
    with ctx.workprec(_PRECISION):
        parts = HessianParts(problem.exact, problem.labels)
        largest = max(step * penalty for step, penalty in zip(scaling.steps, scaling.penalties, strict=True))
        low, high = Fraction(0), max(scaling.steps) * max(sharpness[1], Fraction(0)) + largest
        vector = _float_eigenvector(problem, scaling)
        if vector is not None:
            quotient = _quotient(parts, problem, scaling, vector)
            low = max(low, quotient[0])
            ends = (quotient[1] * (1 + step) for step in _STEPS)
            high = next((end for end in ends if end < high and _at_most(parts, scaling, end)), high)
        return low, high


def preconditioned_top(problem: Problem, preconditioner: Array) -> Interval:
    """lambda_max(P^{1/2} H P^{1/2}) in floats, P the diagonal matrix of positive entries [k d + 2 k + 1], with margins.

    Raises:
        ArithmeticError: it is not found to 1e-8, or a value exceeds the range of floats.
    """
    root = np.sqrt(preconditioner)
    top = checked_top_eigenpair(_scaled(hessian_operator(problem), root, np.zeros_like(root)), 1e-8)[0]
    return Fraction(top * (1 - ADAM_MARGIN)), Fraction(top * (1 + ADAM_MARGIN))


def _scaled(operator: LinearOperator, root: Array, penalties: Array) -> LinearOperator:
    def product(v: Array) -> Array:
        w = root * np.asarray(v, dtype=np.float64).reshape(root.shape)
        image: Array = root * (operator.matvec(w) + penalties * w)
        return image

    return LinearOperator(operator.shape, matvec=product, rmatvec=product, dtype=np.float64)


def _float_eigenvector(problem: Problem, scaling: Scaling) -> Array | None:
    """In the parameters: S^{1/2} times the eigenvector. None where floats do not reach."""
    steps, penalties = scaling.along(problem.network.k, problem.network.d)
    root = np.sqrt(steps)
    try:
        found: Array = root * top_eigenpairs(_scaled(hessian_operator(problem), root, penalties))[1][0]
    except (ArithmeticError, ValueError):
        return None
    size = float(np.max(np.abs(found)))
    return found / size if np.isfinite(size) and size > 0 else None


def _quotient(parts: HessianParts, problem: Problem, scaling: Scaling, vector: Array) -> Interval:
    k, d = problem.network.W1.shape
    squares = [
        sum((Fraction(entry) ** 2 for entry in part.tolist()), Fraction(0))
        for part in (vector[: k * d + k], vector[k * d + k : -1], vector[-1:])
    ]
    form = parts.form(vector)
    penalty = sum((m * square for m, square in zip(scaling.penalties, squares, strict=True)), Fraction(0))
    length = sum((square / s for s, square in zip(scaling.steps, squares, strict=True)), Fraction(0))
    return (lower(form) + penalty) / length, (upper(form) + penalty) / length


def _at_most(parts: HessianParts, scaling: Scaling, c: Fraction) -> bool:
    """Whether lambda_max(A) <= c is proved."""
    (s1, s2, s0), (m1, m2, m0) = scaling.steps, scaling.penalties
    gap, other, bias = c - s1 * m1, c - s2 * m2, c - s0 * m0
    if min(gap, other, bias) <= 0:
        return False
    determinants = [ball(other * gap) - ball(s1 * s2) * square for square in parts.block_squares]
    if not all(determinant > 0 for determinant in determinants):
        return False
    n, k = parts.n, parts.k
    weights = [(ball(s2 / gap / n) / determinant).sqrt() for determinant in determinants]
    vectors = parts.outputs * ball(gap) + parts.slopes * ball(s1)
    entries = vectors.entries()
    scaled = arb_mat(n, k, [entry * weights[i % k] for i, entry in enumerate(entries)])
    # the part by the first layer is that of K without the outputs, less the 1 of the output bias
    ones = arb_mat(n, n, [ball((s0 / bias - s1 / gap) / n)] * (n * n))
    matrix = parts.rest * ball(s1 / gap) + ones + scaled * scaled.transpose()
    return bool(enclosed_top_eigenvalue(matrix) <= 1)
