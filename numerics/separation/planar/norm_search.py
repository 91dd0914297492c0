"""Search, in floats, for the least stability norm of an interpolating net and for its dual measure.

Nothing here is a proof: `exact_norm` and `rational_bound` prove what this finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from jaxtyping import Bool, Float64
from scipy import optimize

from numerics.network import Array
from numerics.separation.planar.dichotomies import Line, PlanarData, offsets

Mask = npt.NDArray[np.bool_]

_BLOCK = 512
_ADDED = 3
"""Lines that enter the linear program in a round, as a multiple of the number of points."""


@dataclass(frozen=True, eq=False)
class FloatOptimum:
    """A solution of min sum |a_L| G_L over interpolating nets, and of its dual, in floats.

    value; measure mu [points]; contributions |a_L| G_L [lines]; ratios sum_j mu_j relu(<w,x_j> - c)/G_L [lines].
    """

    value: float
    measure: Float64[Array, " points"]
    contributions: Float64[Array, " lines"]
    ratios: Float64[Array, " lines"]


def float_optimum(data: PlanarData, lines: Sequence[Line], weights: Float64[Array, " lines"]) -> FloatOptimum:
    """Solve the linear program by generating its columns: only lines that the dual measure violates enter.

    Args:
        data: the points and labels.
        lines: the lines that neurons may lie on.
        weights: G_L > 0 [lines], what a neuron of amplitude 1 on the line costs.

    Raises:
        ArithmeticError: the solver does not solve it, as on badly scaled data.
    """
    labels, affine = _labels_beyond_affine(data)
    size = float(np.abs(labels).max())
    if size == 0 or not len(lines):
        return FloatOptimum(0.0, np.zeros(len(labels)), np.zeros(len(lines)), np.zeros(len(lines)))
    columns = _columns(data, lines) / weights[:, None]
    unit = float(np.median(np.abs(columns).max(axis=1)))
    columns /= unit
    chosen = _start(columns, labels / size)
    while True:
        active = np.flatnonzero(chosen)
        measure, amounts, value = _solve(columns[active], affine, labels / size)
        ratios = columns @ measure
        excess = np.where(chosen, 0, np.abs(ratios))
        worst = np.argsort(-excess)[: _ADDED * len(labels)]
        entering = worst[excess[worst] > 1 + 1e-9]
        if not len(entering):
            break
        chosen[entering] = True
    contributions = np.zeros(len(lines))
    contributions[active] = amounts
    return FloatOptimum(value * size / unit, measure / unit, contributions * size / unit, ratios)


def _labels_beyond_affine(data: PlanarData) -> tuple[Float64[Array, " points"], Float64[Array, "points 3"]]:
    """The labels less an affine function, exactly 0 for affine labels, and a scaled basis of affine functions."""
    points = np.array([[float(x), float(y)] for x, y in data.points])
    centred = points - points.mean(axis=0)
    spread = float(np.abs(centred).max()) or 1.0
    affine = np.column_stack([np.ones(len(points)), centred / spread])
    labels = np.array([float(label) for label in data.labels])
    if is_affine(data):
        return np.zeros(len(labels)), affine
    return labels - affine @ np.linalg.lstsq(affine, labels)[0], affine


def is_affine(data: PlanarData) -> bool:
    """Whether an affine function interpolates, decided exactly."""
    corners = affine_frame(data)
    if len(corners) == 1:
        return True
    base = data.points[corners[0]], data.labels[corners[0]]
    steps = [
        (data.points[j][0] - base[0][0], data.points[j][1] - base[0][1], data.labels[j] - base[1]) for j in corners[1:]
    ]
    if len(corners) == 2:
        (u, v, rise) = steps[0]
        slope = (u * rise / (u * u + v * v), v * rise / (u * u + v * v))
    else:
        (a, b, e), (c, d, f) = steps
        slope = ((e * d - b * f) / (a * d - b * c), (a * f - e * c) / (a * d - b * c))
    return all(
        base[1] + slope[0] * (x - base[0][0]) + slope[1] * (y - base[0][1]) == label
        for (x, y), label in zip(data.points, data.labels, strict=True)
    )


def affine_frame(data: PlanarData) -> tuple[int, ...]:
    """Points (one, two or three) far apart on which an affine function on the data is determined by its values."""
    last = max(range(len(data.points)), key=lambda j: data.whole[j])
    first = min(range(len(data.points)), key=lambda j: data.whole[j])
    if data.affine_rank == 1:
        return (first,)
    (x0, y0), (x1, y1) = data.whole[first], data.whole[last]
    if data.affine_rank == 2:
        return (first, last)
    areas = [abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) for x, y in data.whole]
    return (first, last, areas.index(max(areas)))


def _columns(data: PlanarData, lines: Sequence[Line]) -> Float64[Array, "lines points"]:
    """relu(<w,x_j> - c) [lines, points] or, where it is smaller, relu(c - <w,x_j>): the same up to affine functions."""
    columns = np.empty((len(lines), len(data.points)))
    for start in range(0, len(lines), _BLOCK):
        block = lines[start : start + _BLOCK]
        t = offsets(data, [(*line.normal, line.offset) for line in block]).astype(float) / data.scale
        above, below = np.maximum(t, 0), np.maximum(-t, 0)
        columns[start : start + len(block)] = np.where((above.sum(axis=1) <= below.sum(axis=1))[:, None], above, below)
    return columns


def _start(columns: Float64[Array, "lines points"], labels: Float64[Array, " points"]) -> Bool[Mask, " lines"]:
    """Enough lines to interpolate: all, or a sample and those that lie best along the labels."""
    chosen = np.ones(len(columns), bool)
    if len(columns) > 20 * len(labels):
        chosen[:] = False
        chosen[np.random.default_rng(0).choice(len(columns), 6 * len(labels), replace=False)] = True
        chosen[np.argsort(-np.abs(columns @ labels))[: 2 * len(labels)]] = True
    return chosen


def _solve(
    columns: Float64[Array, "lines points"], affine: Float64[Array, "points 3"], labels: Float64[Array, " points"]
) -> tuple[Float64[Array, " points"], Float64[Array, " lines"], float]:
    """The dual measure, the contributions |a_L| G_L, and the value."""
    count = len(columns)
    result = optimize.linprog(
        np.concatenate([np.ones(2 * count), np.zeros(affine.shape[1])]),
        A_eq=np.concatenate([columns.T, -columns.T, affine], axis=1),
        b_eq=labels,
        bounds=[(0, None)] * (2 * count) + [(None, None)] * affine.shape[1],
        method="highs-ds",
    )
    if result.status != 0:
        raise ArithmeticError(f"the linear program was not solved: {result.message}")
    # the sign of the reported multipliers is that of the value's derivative in the labels
    measure = np.asarray(result.eqlin.marginals)
    measure = measure if measure @ labels >= 0 else -measure
    return measure, result.x[:count] + result.x[count : 2 * count], float(result.fun)


def float_weights(lines: Sequence[Line]) -> Float64[Array, " lines"]:
    """G_L [lines] in floats."""
    return np.array([line.float_weight() for line in lines], dtype=float)


def rational_near(value: float) -> Fraction:
    """A rational number of moderate size near a float."""
    return Fraction(value).limit_denominator(10**6)
