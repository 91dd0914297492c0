r"""The largest density whose Radon transform is below the weight of planar data: where smoothness is asked for.

For rho >= 0 with (R rho)(v, b) <= g(v, b) on every line, a stable minimum f has int rho d|Delta f| <= 1/eta - 1/2. The
density of largest mass is sought among sums of bumps, by a linear program with one inequality for each of many lines;
what it returns is then scaled down until the inequality is proved for every line.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64, Int64
from scipy import sparse
from scipy.ndimage import maximum_filter
from scipy.optimize import linprog
from scipy.spatial import ConvexHull, QhullError

from numerics.arrays.checks import Array, validate_data
from numerics.arrays.moments import side_moments
from numerics.laplacian.bump_density import BumpDensity, chords
from numerics.laplacian.line_bound import LineBound, radon_below_weight
from numerics.weight import weight, weight_of_side

Places = npt.NDArray[np.intp]

_ROUNDS = 8
_ANGLES = 60
_PRECISION = 0.003
_PAIRS = 3000
_FINEST_RADIUS = 0.3
_TOLERANCES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True, eq=False)
class LargestDensity:
    """A density below the weight on every line, and how good it is.

    density: rho; R rho <= g is proved for every line. factor: how far the linear program's solution, which obeys the
    inequality on finitely many lines, was scaled down. ceiling: no density below the weight has a larger mass
    (`mass_ceiling`). bound: how many boxes the proof took.
    """

    density: BumpDensity
    factor: float
    ceiling: float
    bound: LineBound


def largest_density(x: npt.ArrayLike, *, spacing: float | None = None, spread: float = 1.5) -> LargestDensity:
    r"""The density rho >= 0 of largest mass with (R rho)(v, b) <= g(v, b), among bumps on a square grid.

    g vanishes on the lines that miss the interior of the data's hull, so rho has to vanish outside the hull. A bump's
    radius is `spread` times the grid's spacing, or 0.95 of its distance from the edge of the hull where that is less.
    Its mass is the largest among these up to `factor`; how much is lost by the choice of the bumps is not proved, but
    the mass of every density is at most `ceiling`.

    Args:
        x: the data [n, 2].
        spacing: of the grid, in units of the data; None for a twelfth of the data's extent.
        spread: the radius of a bump over the spacing.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, 2], or lie on one line (then 0 is the only
            density); spacing or spread is not positive; no bump fits into the hull.
        ArithmeticError: the linear program was not solved, or nothing could be proved of its solution.
    """
    data = validate_data(x, 2)
    extent = np.ptp(data, axis=0).max()
    step = float(extent) / 12 if spacing is None else spacing
    try:
        hull = ConvexHull(data)
    except (QhullError, ValueError):
        raise ValueError("the data lie on one line, so that no line has a weight and the only density is 0") from None
    if not (step > 0 and spread > 0):
        raise ValueError(f"spacing and spread must be positive, not {step} and {spread}")
    centres, radii = _bumps(data, hull, step, spread)
    heights = _heights(data, centres, radii)
    rough = BumpDensity(centres, radii, heights)
    over = float(np.max(_ratios(rough, *_candidates(data, 4 * _ANGLES))))
    for tolerance in _TOLERANCES:
        factor = (1 - tolerance) / over
        density = rough.scaled(factor)
        bound = radon_below_weight(density, data)
        if bound.proved:
            return LargestDensity(density, factor, mass_ceiling(data), bound)
    raise ArithmeticError("no multiple of the linear program's density could be proved to lie below the weight")


def mass_ceiling(x: npt.ArrayLike, *, angles: int = 360) -> float:
    """The least int g(v, b) db over some angles, which no density with R rho <= g exceeds in mass; x [n, 2].

    For every direction int (R rho)(v, b) db is the mass of rho. As a function of b the two one-sided weights are
    linear between the data's projections, so that their minimum is integrated exactly.

    >>> round(mass_ceiling([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]), 4) > 0
    True
    """
    data = validate_data(x, 2)
    least = np.inf
    for angle in np.arange(angles) * np.pi / angles:
        v = np.array([np.cos(angle), np.sin(angle)])
        edges = np.unique(data @ v)
        middles, widths = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
        above, below = side_moments(np.tile(v, (len(middles), 1)), -middles, data)
        plus, minus = weight_of_side(above), weight_of_side(below)
        # slopes in b on the gap: the mean distance changes at the rate of the side's probability
        rise = widths / 2 * above.probability * above.feature_norm, widths / 2 * below.probability * below.feature_norm
        left = plus + rise[0], minus - rise[1]
        right = plus - rise[0], minus + rise[1]
        least = min(least, float(np.sum(widths * _mean_of_minimum(left, right))))
    return least


def _mean_of_minimum(
    left: tuple[Float64[Array, " l"], Float64[Array, " l"]], right: tuple[Float64[Array, " l"], Float64[Array, " l"]]
) -> Float64[Array, " l"]:
    """The mean over [0, 1] of the smaller of two linear functions with these end values."""
    first, last = left[0] - left[1], right[0] - right[1]
    crossing = np.where(first * last < 0, first / np.where(first == last, 1, first - last), 1.0)
    meeting = left[0] + crossing * (right[0] - left[0])
    start, end = np.minimum(*left), np.minimum(*right)
    apart = (start + end) / 2
    return np.where(first * last < 0, crossing * (start + meeting) / 2 + (1 - crossing) * (meeting + end) / 2, apart)


def _bumps(
    data: Float64[Array, "n 2"], hull: ConvexHull, spacing: float, spread: float
) -> tuple[Float64[Array, "m 2"], Float64[Array, " m"]]:
    low, high = data.min(axis=0), data.max(axis=0)
    counts = np.floor((high - low) / spacing).astype(int)
    # the same distance to the first and the last row
    ticks = [
        (first + last) / 2 + spacing * (np.arange(count + 1) - count / 2)
        for first, last, count in zip(low, high, counts, strict=True)
    ]
    centres = np.stack(np.meshgrid(*ticks), axis=-1).reshape(-1, 2)
    inside = np.min(-(centres @ hull.equations[:, :2].T) - hull.equations[:, 2], axis=1)
    radii = np.minimum(spread * spacing, 0.95 * inside)
    fits = radii > _FINEST_RADIUS * spread * spacing
    if not fits.any():
        raise ValueError(f"no bump fits into the data's hull at the spacing {spacing}; take a smaller one")
    return centres[fits], radii[fits]


def _candidates(
    data: Float64[Array, "n 2"], angles: int
) -> tuple[Float64[Array, "l 2"], Float64[Array, " l"], Float64[Array, " l"]]:
    """Directions [l, 2], thresholds [l] and weights [l] of lines to try: evenly spread, and close to the data.

    Where a line meets a datum the weight jumps, and what counts is the smaller value beside it.
    """
    angle = np.arange(angles) * np.pi / angles
    v = np.column_stack([np.cos(angle), np.sin(angle)])
    projections = v @ data.T
    width = np.ptp(projections, axis=1)[:, None]
    even = projections.min(axis=1)[:, None] + width * (np.arange(angles) + 0.5) / angles
    beside = np.concatenate([projections - 1e-7 * width, projections + 1e-7 * width], axis=1)
    thresholds = np.concatenate([even, beside], axis=1)
    through, offsets = _through_pairs(data)
    directions = np.concatenate([np.repeat(v, thresholds.shape[1], axis=0), through])
    flat = np.concatenate([thresholds.ravel(), offsets])
    return directions, flat, weight(directions, flat, data)


def _through_pairs(data: Float64[Array, "n 2"]) -> tuple[Float64[Array, "l 2"], Float64[Array, " l"]]:
    """Lines close to those through two data, with the two on either side of them: corners of the weight's pieces."""
    first, second = np.triu_indices(len(data), 1)
    apart = np.linalg.norm(data[second] - data[first], axis=1)
    chosen = np.flatnonzero(apart > 0)[:: 1 + len(first) // _PAIRS]
    first, second, apart = first[chosen], second[chosen], apart[chosen, None]
    # the line through the first datum moved by +-s and the second moved by +-s, across the line
    along = (data[second] - data[first]) / apart
    across = np.column_stack([-along[:, 1], along[:, 0]])
    directions, offsets = [], []
    for left, right in itertools.product((-1e-7, 1e-7), repeat=2):
        # moved by multiples of their distance, so that all of this scales with the data
        start, end = data[first] + left * apart * across, data[second] + right * apart * across
        step = (end - start) / np.linalg.norm(end - start, axis=1)[:, None]
        directions.append(np.column_stack([-step[:, 1], step[:, 0]]))
        offsets.append(np.sum(directions[-1] * start, axis=1))
    return np.concatenate(directions), np.concatenate(offsets)


def _ratios(
    density: BumpDensity,
    directions: Float64[Array, "l 2"],
    thresholds: Float64[Array, " l"],
    weights: Float64[Array, " l"],
) -> Float64[Array, " l"]:
    radon = density.radon(directions, thresholds)
    return np.where(radon > 0, radon / np.where(weights > 0, weights, np.inf), 0.0)


def _heights(
    data: Float64[Array, "n 2"], centres: Float64[Array, "m 2"], radii: Float64[Array, " m"]
) -> Float64[Array, " m"]:
    """The linear program on ever better chosen lines: those where the last solution was large are kept or added."""
    masses = np.pi * radii**2 / 3
    lines = _candidates(data, _ANGLES)
    fine = _candidates(data, 4 * _ANGLES)
    density = BumpDensity(centres, radii, np.zeros(len(radii)))
    for _ in range(_ROUNDS):
        directions, thresholds, weights = lines
        rows = chords(directions @ centres.T - thresholds[:, None], radii)
        met = rows.any(axis=1)
        # each inequality in units of its weight, so that small weights are obeyed as well as large ones
        scale = np.maximum(weights[met], 1e-3 * weights.max())
        solved = linprog(-masses, sparse.csr_matrix(rows[met] / scale[:, None]), weights[met] / scale, method="highs")
        if solved.status != 0:
            raise ArithmeticError(f"the linear program was not solved: {solved.message}")
        density = BumpDensity(centres, radii, np.maximum(solved.x, 0))
        ratios = _ratios(density, *fine)
        if ratios.max() <= 1 + _PRECISION:
            break
        kept = _ratios(density, *lines) > 0.7
        added = _peaks(ratios, 4 * _ANGLES, 4 * _ANGLES + 2 * len(data))
        directions, thresholds, weights = (
            np.concatenate([old[kept], new[added]]) for old, new in zip(lines, fine, strict=True)
        )
        lines = directions, thresholds, weights
    return density.heights


def _peaks(ratios: Float64[Array, " l"], angles: int, per_angle: int) -> Int64[Places, " peaks"]:
    """Places of ratios above 1: on the grid those that are the largest among their neighbours, and all others."""
    grid = angles * per_angle
    table = ratios[:grid].reshape(angles, per_angle)
    chosen = ratios > 1 + _PRECISION / 2
    chosen[:grid] &= (table >= maximum_filter(table, size=3, mode="nearest") * (1 - 1e-9)).ravel()
    return np.flatnonzero(chosen)
