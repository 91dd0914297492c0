"""The largest sum of lengths that a state gives to vectors, by a barrier method: between two ends, whatever it does."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg

from numerics.arrays.checks import Array, real_array, require_finite, require_tolerance, row_norms
from numerics.norm import finite_sum

# Boyd and Vandenberghe, Convex Optimization, chapters 9 and 11: how far mu falls, Newton steps for each mu, the
# squared Newton decrements at which a point is central, and at which the method converges quadratically, and the least
# decrease asked of a step
_FALL = 8
_NEWTON_STEPS = 40
_CENTRAL = 1e-9
_QUADRATIC = 1 / 16
_SUFFICIENT_DECREASE = 0.1
_SHORTEST = 1e-8
# of a row to the largest: below, it moves no end by as much as rounding does, and is added to the upper one
_NEGLIGIBLE = 1e-30


@dataclass(frozen=True, eq=False)
class StateNorm:
    """The stability norm of several outputs between two ends, with what proves them.

    lower: sum_H sqrt(<a_H, rho a_H>) g_H for the state.
    upper: (1/2) [lambda_max(sum_H s_H g_H a_H a_H^T) + sum_H g_H / s_H] for the scales.
    state: rho [m, m], positive semidefinite, of trace 1.
    scales: s_H / g_H [h] for the h hyperplanes with a_H != 0 and g_H > 0, in their order; empty where there is none.

    Both ends are in floats: up to rounding, of a few (h + m) 2^-53, relative.
    """

    lower: float
    upper: float
    state: Array
    scales: Array

    @property
    def gap(self) -> float:
        """(upper - lower) / upper, 0 where the norm is 0."""
        return (self.upper - self.lower) / self.upper if self.upper else 0.0


def largest_state(vectors: npt.ArrayLike, weights: npt.ArrayLike, *, tolerance: float = 1e-10) -> StateNorm:
    """Maximise sum_h g_h sqrt(<a_h, rho a_h>) over the states rho, between two ends that do not rest on convergence.

    Without the constraint, 2 sum_h g_h sqrt(<a_h, rho a_h>) - tr rho has the square of the norm as its maximum.
    With mu log det rho added, Newton's method finds the maximum, where sum_h g_h a_h a_h^T / |a_h|_rho + mu rho^-1 = I:
    for s_h = 1/|a_h|_rho the ends are at a ratio of at most sqrt(1 + r mu / sum_h g_h |a_h|_rho), r = min(m, h). It
    is followed as mu falls.

    Args:
        vectors: a_h [h, m].
        weights: g_h [h], not negative.
        tolerance: the relative gap at which to stop.

    Returns:
        the best ends met, which may be further apart than the tolerance: ask their `gap`.

    Raises:
        TypeError, ValueError: no finite real numbers of these shapes, a negative weight, or a senseless tolerance.
        OverflowError: a value exceeds the range of float64.

    Source: the program is the semidefinite relaxation of max |sum_h +-g_h a_h|; see Nesterov, Optim. Methods Softw. 9,
    1998.

    >>> third = np.sqrt(3) / 2
    >>> found = largest_state([[1.0, 0.0], [0.5, third], [-0.5, third]], [1.0, 1.0, 1.0])  # no one direction is best
    >>> round(found.lower, 9), round(found.upper, 9)  # 3/sqrt(2), where every direction has at most 2
    (2.121320344, 2.121320344)
    """
    a, g = real_array(vectors, "the vectors", 2), real_array(weights, "the weights", 1)
    if len(a) != len(g) or a.shape[1] == 0:
        raise ValueError(f"there must be a vector, not empty, for each weight; the shapes are {a.shape} and {g.shape}")
    if (g < 0).any():
        raise ValueError("the weights must not be negative")
    require_tolerance(tolerance)
    with np.errstate(over="ignore"):
        rows = require_finite(a * g[:, None], "the amplitudes times the weights")
    rows = rows[np.any(rows != 0, axis=1)]
    m = rows.shape[1]
    anywhere = np.eye(m) / m
    if len(rows) == 0:
        return StateNorm(0.0, 0.0, anywhere, np.zeros(0))
    lengths = require_finite(row_norms(rows), "the amplitudes times the weights")
    total = finite_sum(lengths)
    if m == 1:
        return StateNorm(total, total, anywhere, 1 / lengths)
    # a power of two, so that nothing is rounded
    exponent = math.frexp(total)[1]
    rows, lengths = np.ldexp(rows, -exponent), np.ldexp(lengths, -exponent)
    large = lengths > _NEGLIGIBLE * lengths.max()
    found = _follow(rows[large], tolerance)
    scales = 1 / np.maximum(lengths, np.finfo(np.float64).tiny)
    scales[large] = found.scales
    # a short row adds its length at most, at the scale that is one over it
    upper = np.array([found.upper + lengths[~large].sum()])
    return StateNorm(
        lower=finite_sum(np.ldexp(np.array([found.lower]), exponent)),
        upper=finite_sum(np.ldexp(upper, exponent)),
        state=found.root @ found.root.T,
        scales=np.ldexp(scales, -exponent),
    )


@dataclass(frozen=True, eq=False)
class _Ends:
    """The best ends met: the lower one from the state R R^T, tr R R^T = 1, and the upper one from the scales [h]."""

    lower: float
    root: Array
    upper: float
    scales: Array

    @property
    def gap(self) -> float:
        return 1 - self.lower / self.upper

    def or_better(self, rows: Array, root: Array) -> _Ends:
        """These ends, or those of another state and of the scales that belong to it, where they are better."""
        sizes = row_norms(rows @ root)
        total = math.fsum(sizes)
        if not (sizes > 0).all() or not math.isfinite(total):
            return self
        lower, state = max((self.lower, self.root), (total, root), key=lambda end: end[0])
        # the best multiple of the scales makes both halves equal
        top = float(np.linalg.norm(rows / np.sqrt(sizes)[:, None], 2)) ** 2
        upper, scales = math.sqrt(top * total), math.sqrt(total / top) / sizes
        if upper >= self.upper:
            upper, scales = self.upper, self.scales
        return _Ends(lower, state, upper, scales)


def _follow(rows: Array, tolerance: float) -> _Ends:
    """The central path for rows b_h = g_h a_h [h, m], none of them zero."""
    h, m = rows.shape
    frame, inner = np.eye(m), rows
    if h < m:
        # no state outside the span of the rows is better
        frame, triangle = scipy.linalg.qr(rows.T, mode="economic")
        inner = np.ascontiguousarray(triangle.T)
    r = inner.shape[1]
    even = np.eye(r) / math.sqrt(r)
    lengths = row_norms(rows)
    ends = _Ends(-math.inf, frame @ even, math.inf, 1 / lengths).or_better(rows, frame @ even)
    # at the state I/r the sum is 1 then, and the maximum is between 1 and sqrt(r)
    inner = inner / math.fsum(row_norms(inner @ even))
    root, mu = even, 1 / r
    while ends.gap > tolerance and r * mu > tolerance / _FALL**2:
        root = _centre(inner, root, mu)
        ends = ends.or_better(rows, frame @ (root / scipy.linalg.norm(root)))
        mu /= _FALL
    return ends


def _centre(rows: Array, root: Array, mu: float) -> Array:
    """The maximum of 2 sum_h |b_h|_rho - tr rho + mu log det rho by Newton steps from rho = R R^T, as a factor
    of rho; what came closest where rounding ends the search.

    In rho = R (I + D) R^T and the rows v_h of b_h b_h^T, seen from R, the function to be made small has the gradient
    R^T R - sum_h v_h / |b_h|_rho - mu I and the Hessian sum_h v_h v_h^T / (2 |b_h|_rho^3) + mu.
    """
    r = rows.shape[1]
    for _ in range(_NEWTON_STEPS):
        seen = rows @ root
        sizes = row_norms(seen)
        if not (sizes > 0).all():
            return root
        gradient = root.T @ root - (seen / sizes[:, None]).T @ seen - mu * np.eye(r)
        try:
            step = _newton_step(seen, sizes, gradient, mu)
            stretches, axes = scipy.linalg.eigh(step)
        except (scipy.linalg.LinAlgError, ValueError):
            return root
        decrement = -float(np.sum(gradient * step)) / mu
        if not decrement > _CENTRAL:
            return root
        length = 1.0 if decrement < _QUADRATIC else 1 / (1 + math.sqrt(decrement))
        if stretches[0] < 0:
            length = min(length, -0.9 / float(stretches[0]))
        turned = root @ axes
        along, spread = (seen @ axes) ** 2 @ stretches, float(np.sum(turned**2, axis=0) @ stretches)
        while True:
            # sums of changes, of squares and not of values: these would differ by their rounding
            grown = row_norms(seen @ axes * np.sqrt(1 + length * stretches))
            change = length * (spread - 2 * float(np.sum(along / (sizes + grown))))
            change -= mu * float(np.log1p(length * stretches).sum())
            if change <= -_SUFFICIENT_DECREASE * length * decrement * mu:
                break
            length /= 2
            if length < _SHORTEST:
                # no progress that rounding lets us see
                return root
        root = turned * np.sqrt(1 + length * stretches)
    return root


def _newton_step(seen: Array, sizes: Array, gradient: Array, mu: float) -> Array:
    """The symmetric D [r, r] with sum_h v_h <v_h, D> / (2 size_h^3) + mu D = -gradient, v_h = b_h b_h^T."""
    h, r = seen.shape
    if h < r * (r + 1) // 2:
        # Woodbury: the system of the h numbers <v_h, D>
        weights = 1 / np.sqrt(2 * sizes**3)
        scaled = np.sqrt(weights)[:, None] * seen
        products = (scaled @ scaled.T) ** 2
        forms = np.einsum("hi,ij,hj->h", scaled, gradient, scaled)
        solved = scipy.linalg.solve(products + mu * np.eye(h), forms, assume_a="pos")
        found: Array = ((scaled * solved[:, None]).T @ scaled - gradient) / mu
        return (found + found.T) / 2
    first, second = np.triu_indices(r)
    stretch = np.where(first == second, 1.0, math.sqrt(2))
    flat = seen[:, first] * seen[:, second] * (stretch / np.sqrt(2 * sizes**3)[:, None])
    solved = scipy.linalg.solve(
        flat.T @ flat + mu * np.eye(len(first)), -gradient[first, second] * stretch, assume_a="pos"
    )
    step = np.zeros((r, r))
    step[first, second] = step[second, first] = solved / stretch
    return step
