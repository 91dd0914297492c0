"""Where a measure or a net violates its bound: places that a branch and bound cannot rule out, then climbed uphill."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float64

from numerics.network import Array
from numerics.separation.bracket.dihedral import images, mean_features
from numerics.separation.bracket.explicit_nets import net_excess
from numerics.separation.bracket.hyperplane_supremum import supremum_excess
from numerics.separation.bracket.hyperplane_weight import POPULATION
from numerics.separation.bracket.relu_sums import Boxes, Mask, ReluSum
from numerics.separation.pyramid import pyramid

POINT_LATTICE, LINE_LATTICE = 14, 14
"""Points and lines are multiples of 2^-14."""
_LINE_RIM = 3.8
_SLACK = 5e-5
_DEEPEST, _MOST_BOXES = 14, 300_000


def _corners(
    function: ReluSum,
    excess: Callable[[Boxes], tuple[Array, Array]],
    inside: Callable[[Array], Mask],
    depth: int,
    cells: int,
) -> Array:
    """Corners [n, 2] that speak against the bound, the worst in each cell of side 1/cells.

    Boxes of one depth that have such a corner are not split again; the others are, while they are open, since what is
    wrong near the rim can be very narrow.
    """
    boxes = function.start(3)
    places, by = [np.empty((0, 2))], [np.empty(0)]
    while len(boxes):
        left, violation = excess(boxes)
        keep = ~(left <= 0)
        if boxes.depth >= depth:
            for which in range(4):
                corner = np.stack(boxes.corner(which), axis=1)
                wrong = keep & (violation[:, which] > 0) & inside(corner)
                places.append(corner[wrong])
                by.append(violation[wrong, which])
            keep &= ~(violation > 0).any(axis=1)
        if boxes.depth >= _DEEPEST or int(keep.sum()) > _MOST_BOXES:
            break
        boxes = function.split(boxes, keep)
    found, worst = np.concatenate(places), np.concatenate(by)
    order = np.argsort(-worst)
    _, first = np.unique(np.floor(found[order] * cells), axis=0, return_index=True)
    return np.asarray(found[order[first]])


def _climb(
    value: Callable[[Array], Array],
    side: float,
    inside: Callable[[Array], Mask],
    places: Float64[Array, "n 2"],
    depth: int,
    last: int,
) -> tuple[Float64[Array, "n 2"], Float64[Array, " n"]]:
    """Climb on side * value by steps of 2^-depth down to 2^-last; the places [n, 2] and values [n] reached."""
    moves = np.array([(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b])
    here = side * value(places)
    for size in range(depth, last + 1):
        for _ in range(4):
            tried = (places[:, None] + moves * 2.0**-size).reshape(-1, 2)
            there = np.where(inside(tried), side * value(tried), -np.inf).reshape(len(places), 8)
            which = there.argmax(axis=1)
            most = there[np.arange(len(places)), which]
            better = most > here
            if not better.any():
                break
            places = np.where(better[:, None], places + moves[which] * 2.0**-size, places)
            here = np.where(better, most, here)
    return places, here


def violated_lines(
    points: Float64[Array, "n 2"], masses: Float64[Array, " n"], supremum: float, *, depth: int = 7, cells: int = 16
) -> tuple[Float64[Array, "l 3"], float]:
    """Lines (tau, c, sign) [n, 3] where sign m/G exceeds the supremum claimed, and the largest |m|/G seen or claimed.

    The measure has ``masses`` [n], each spread evenly over the eight images of ``points`` [n, 2].
    """
    used = masses != 0
    points, masses = points[used], masses[used]
    every = images(points).reshape(-1, 2)
    forms = np.concatenate([every, -np.ones((len(every), 1))], axis=1)
    function = ReluSum(forms, np.tile(masses / 8, 8), (1.0, 5.5))

    def ratio(lines: Array) -> Array:
        length = np.sqrt(1 + lines[:, 0] ** 2)
        return np.asarray((masses @ mean_features(points, lines)) / (length * POPULATION.weight(lines[:, 1] / length)))

    def inside(lines: Array) -> Mask:
        tau, c = lines.T
        return np.asarray((tau >= 0) & (tau <= 1) & (c >= 0) & (c <= _LINE_RIM * np.sqrt(1 + tau * tau)))

    places = _corners(function, lambda boxes: supremum_excess(boxes, supremum * (1 + _SLACK)), inside, depth, cells)
    return _signed_climb(ratio, inside, places, depth, LINE_LATTICE, supremum)


def violated_points(
    lines: Float64[Array, "m 2"],
    amplitudes: Float64[Array, " m"],
    constant: float,
    error: float,
    *,
    depth: int = 7,
    cells: int = 16,
) -> tuple[Float64[Array, "n 3"], float]:
    """Points (x, y, sign) [n, 3] where sign (f - phi) exceeds the error claimed, and the largest seen or claimed."""
    used = amplitudes != 0
    lines, amplitudes = lines[used], amplitudes[used]
    normals = images(np.stack([np.ones(len(lines)), lines[:, 0]], axis=1)).reshape(-1, 2)
    forms = np.insert(normals, 0, -np.tile(lines[:, 1], 8), axis=1)
    forms = np.concatenate([forms, [[1.0, -1.0, -1.0]]])
    function = ReluSum(forms, np.append(np.tile(amplitudes / 8, 8), -1.0), (4.0, 2.875))

    def residual(points: Array) -> Array:
        return np.asarray(mean_features(points, lines) @ amplitudes + constant - pyramid(points))

    def inside(points: Array) -> Mask:
        x, y = points.T
        return np.asarray((y >= 0) & (y <= x) & (x * x + y * y <= 16))

    limit = error * (1 + _SLACK)
    places = _corners(function, lambda boxes: net_excess(boxes, constant, limit), inside, depth, cells)
    return _signed_climb(residual, inside, places, depth, POINT_LATTICE, error)


def _signed_climb(
    value: Callable[[Array], Array],
    inside: Callable[[Array], Mask],
    places: Float64[Array, "n 2"],
    depth: int,
    last: int,
    claimed: float,
) -> tuple[Array, float]:
    if not len(places):
        return np.empty((0, 3)), claimed
    sign = np.sign(value(places))
    found, largest = [], claimed
    for side in (1.0, -1.0):
        start = places[sign == side]
        if len(start):
            reached, most = _climb(value, side, inside, start, depth, last)
            largest = max(largest, float(most.max()))
            found.append(np.insert(reached[most > claimed * (1 + _SLACK)], 2, side, axis=1))
    return np.unique(np.concatenate(found), axis=0), largest
