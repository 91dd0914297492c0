"""The least top eigenvalue of B + sum_i s_i Q_i + P_i / s_i over s > 0, by an interior point method."""

from __future__ import annotations

import numpy as np
import scipy.linalg

from numerics.arrays.checks import Array
from numerics.arrays.spectrum import top_eigenpairs

# Boyd and Vandenberghe, Convex Optimization, chapters 9 and 11: Newton's method with backtracking takes some ten steps
# for each mu, a sixfold margin for rounding; it converges quadratically where its decrement is below about 1/10
_NEWTON_STEPS = 60
_CENTRED = 1e-9
_QUADRATIC = 0.1
_SUFFICIENT_DECREASE = 0.1
_SHORTEST = 1e-8
# of log s in one step, so that s moves by no more than a factor e
_LARGEST_STEP = 1.0
# the first mu and lambda, in units of the top eigenvalue at balance: lambda has to exceed it
_FIRST_MU = 0.1
_FIRST_LEVEL = 1.1
_FALL = 8


def smallest_top_eigenvalue(base: Array, hidden: Array, patterns: Array, gap: float) -> tuple[Array, Array]:
    """Minimise lambda_max(K(s)), K(s) = B + sum_i s_i Q_i + P_i / s_i, and maximise the dual function with it.

    In (lambda, log s) the function lambda / mu - log det(lambda I - K(s)) is convex. At its minimum
    U = mu (lambda I - K)^-1 has trace 1 and s_i <Q_i, U> = <P_i, U> / s_i, so that the dual value of U is
    <K, U> = lambda - r mu: the two ends are r mu apart. Newton's method follows the minimum as mu falls.

    Args:
        base: B [r, r], positive semidefinite.
        hidden: Q_i [m, r, r], positive semidefinite and not zero.
        patterns: P_i [m, r, r], likewise.
        gap: where to stop, relative to the value; below about 1e-11 rounding decides.

    Returns:
        log s [m], and U [r, r].

    Rounding may end the search early: the values at what is returned say how far it came.

    >>> one = np.ones((1, 1))
    >>> log_scales, U = smallest_top_eigenvalue(one, 4 * one[None], one[None], 1e-9)  # 1 + 4 s + 1/s
    >>> round(float(np.exp(log_scales[0])), 6)
    0.5
    """
    r, m = len(base), len(hidden)
    unit = float(top_eigenpairs(base + (hidden + patterns).sum(axis=0))[0][0])
    base, hidden, patterns = base / unit, hidden / unit, patterns / unit
    state = np.concatenate([[_FIRST_LEVEL], np.zeros(m)])
    mu = _FIRST_MU
    best = state, mu * scipy.linalg.inv(state[0] * np.eye(r) - _matrix(base, hidden, patterns, state[1:]))
    while True:
        state, centred = _centre(base, hidden, patterns, state, mu)
        inverse = scipy.linalg.inv(state[0] * np.eye(r) - _matrix(base, hidden, patterns, state[1:]))
        if not centred or not np.isfinite(inverse).all():
            break
        best = state, mu * (inverse + inverse.T) / 2
        if r * mu <= gap * state[0]:
            break
        mu = max(mu / _FALL, gap * state[0] / (2 * r))
    return best[0][1:], best[1]


def _matrix(base: Array, hidden: Array, patterns: Array, log_scales: Array) -> Array:
    s = np.exp(log_scales)
    matrix: Array = base + np.tensordot(s, hidden, 1) + np.tensordot(1 / s, patterns, 1)
    return matrix


def _centre(base: Array, hidden: Array, patterns: Array, state: Array, mu: float) -> tuple[Array, bool]:
    """The minimum at mu by damped Newton steps from `state`; whether it was reached."""
    r, m = len(base), len(hidden)
    value = _barrier(base, hidden, patterns, state, mu)
    for _ in range(_NEWTON_STEPS):
        s = np.exp(state[1:])[:, None, None]
        first, second = s * hidden - patterns / s, s * hidden + patterns / s
        factor = scipy.linalg.cholesky(state[0] * np.eye(r) - base - second.sum(axis=0), lower=True, check_finite=False)
        half = scipy.linalg.solve_triangular(factor, np.eye(r), lower=True)
        inverse = half.T @ half
        # - d(lambda I - K) in every variable, seen from the metric of the barrier
        directions = np.empty((m + 1, r, r))
        directions[0] = -half @ half.T
        directions[1:] = half @ first @ half.T
        flat = directions.reshape(m + 1, -1)
        gradient = np.trace(directions, axis1=1, axis2=2)
        gradient[0] += 1 / mu
        hessian = flat @ flat.T
        hessian[np.arange(1, m + 1), np.arange(1, m + 1)] += np.einsum("ab,iab->i", inverse, second)
        try:
            step = -scipy.linalg.cho_solve(scipy.linalg.cho_factor(hessian), gradient, check_finite=False)
        except (scipy.linalg.LinAlgError, ValueError):
            return state, False
        decrement = float(-gradient @ step)
        if decrement < _CENTRED:
            return state, True
        length = _LARGEST_STEP / max(float(np.abs(step[1:]).max(initial=0.0)), _LARGEST_STEP)
        while True:
            following = state + length * step
            reached = _barrier(base, hidden, patterns, following, mu)
            if reached <= value - _SUFFICIENT_DECREASE * length * decrement:
                break
            length /= 2
            if length < _SHORTEST:
                # no progress that rounding lets us see
                return state, decrement < _QUADRATIC
        if reached == value:
            # the decrease asked for is below the rounding of the value: further steps would not show any either
            return following, decrement < _QUADRATIC
        state, value = following, reached
    return state, False


def _barrier(base: Array, hidden: Array, patterns: Array, state: Array, mu: float) -> float:
    try:
        factor = scipy.linalg.cholesky(
            state[0] * np.eye(len(base)) - _matrix(base, hidden, patterns, state[1:]), check_finite=False
        )
    except scipy.linalg.LinAlgError:
        return float("inf")
    return float(state[0] / mu - 2 * np.sum(np.log(np.diag(factor))))
