"""Bounds, box by box, of F(s, t) = sum_j m_j relu(alpha_j + beta_j s + gamma_j t) over a rectangle.

Both ends of the bracket ask for the maximum of such a function: the pairing of a measure with relu(x + tau y - c), as a
function of (tau, c), and a shallow net as a function of the point. On a box a feature that does not change sign is
affine or zero and is added up once and for all; of one that does, relu(l) lies below the bilinear interpolant of its
corner values (it is convex) and above kappa l with kappa in {0, 1}. So F lies between two functions, affine in each
coordinate, given by their corner values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jaxtyping import Bool, Float64, Int64

from numerics.network import Array

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
UNIT = 2.0**-53
DEEPEST = 22
CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes [i, i+1] x [j, j+1] / 2^depth [n] with corner bounds of F and what their parts inherit.

    lowest, highest [n, 4]: corner values (order (0,0), (0,1), (1,0), (1,1)) of the bounding functions. active [n]: some
    feature is not zero on the box (else F = 0 there). affine [n, 3]: the part of F from features that are positive on
    the box; settled [n]: there are such. owner, feature [k]: the features that change sign.
    """

    i: Int64[Integers, " n"]
    j: Int64[Integers, " n"]
    depth: int
    lowest: Float64[Array, "n 4"]
    highest: Float64[Array, "n 4"]
    active: Bool[Mask, " n"]
    affine: Float64[Array, "n 3"]
    settled: Bool[Mask, " n"]
    owner: Int64[Integers, " k"]
    feature: Int64[Integers, " k"]

    def __len__(self) -> int:
        return len(self.i)

    def corner(self, which: int) -> tuple[Float64[Array, " n"], Float64[Array, " n"]]:
        """The coordinates s, t of one of the four corners, exactly."""
        e, f = CORNERS[which]
        side = 2.0**-self.depth
        return np.asarray((self.i + e) * side, np.float64), np.asarray((self.j + f) * side, np.float64)


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a branch and bound ended: proved, or with boxes left; where it was stuck (a corner of the worst box)."""

    proved: bool
    boxes: int
    depth: int
    stuck: tuple[float, float] | None


class ReluSum:
    r"""F(s, t) = sum_j m_j relu(alpha_j + beta_j s + gamma_j t) for 0 <= s <= s_max, 0 <= t <= t_max.

    Args:
        forms: (alpha_j, beta_j, gamma_j) [N, 3], binary fractions with at most 20 bits after the point.
        weights: m_j [N].
        extent: (s_max, t_max).

    ``rounding`` bounds the error of every corner bound. The arguments of relu are exact (multiples of 2^-42 below 2^9,
    for depths up to 22, the deepest allowed), and the rest is a sum of at most N + 3 products in some order, regrouped
    at most once per depth: with S = sum |m_j| (|alpha_j| + |beta_j| s + |gamma_j| t), s and t the largest possible, and
    u = 2^-53 the error is at most (N + 3 + 30) u S to first order; 8 (N + 64) u S is taken.
    """

    def __init__(
        self, forms: Float64[Array, "N 3"], weights: Float64[Array, " N"], extent: tuple[float, float]
    ) -> None:
        self.forms, self.weights, self.extent = forms, weights, extent
        if not np.array_equal(np.round(forms * 2.0**20), forms * 2.0**20) or np.abs(forms).max(initial=0) >= 16:
            raise ValueError("the features must have coefficients below 16 with at most 20 bits after the point")
        if not 0 < min(extent) <= max(extent) <= 7:
            raise ValueError(f"the sides of the rectangle must lie between 0 and 7, not {extent}")
        if not np.isfinite(weights).all():
            raise ValueError("the weights of the features must be finite")
        largest = np.abs(forms) @ np.array([1.0, extent[0] + 1, extent[1] + 1])
        self.rounding = float(8 * (len(weights) + 64) * UNIT * (np.abs(weights) @ largest))

    def start(self, depth: int) -> Boxes:
        """All boxes of one depth that meet the rectangle."""
        counts = [int(np.ceil(size * 2**depth)) for size in self.extent]
        i, j = (grid.ravel() for grid in np.meshgrid(*map(np.arange, counts), indexing="ij"))
        owner = np.repeat(np.arange(len(i)), len(self.weights))
        feature = np.tile(np.arange(len(self.weights)), len(i))
        return self._bounded(i, j, depth, np.zeros((len(i), 3)), np.zeros(len(i), bool), owner, feature)

    def split(self, boxes: Boxes, keep: Bool[Mask, " n"]) -> Boxes:
        """The quarters of the boxes to keep."""
        number = np.cumsum(keep) - 1
        pairs = keep[boxes.owner]
        owner = (4 * number[boxes.owner[pairs], None] + np.arange(4)).ravel()
        i, j = (
            (2 * side[keep, None] + np.array(steps)).ravel()
            for side, steps in ((boxes.i, (0, 0, 1, 1)), (boxes.j, (0, 1, 0, 1)))
        )
        affine, settled = np.repeat(boxes.affine[keep], 4, axis=0), np.repeat(boxes.settled[keep], 4)
        return self._bounded(i, j, boxes.depth + 1, affine, settled, owner, np.repeat(boxes.feature[pairs], 4))

    def _bounded(
        self,
        i: Int64[Integers, " n"],
        j: Int64[Integers, " n"],
        depth: int,
        affine: Float64[Array, "n 3"],
        settled: Bool[Mask, " n"],
        owner: Int64[Integers, " k"],
        feature: Int64[Integers, " k"],
    ) -> Boxes:
        n, scale = len(i), 2.0**-depth
        alpha, beta, gamma = self.forms[feature].T
        value = [alpha + beta * ((i[owner] + e) * scale) + gamma * ((j[owner] + f) * scale) for e, f in CORNERS]
        least, most = np.minimum.reduce(value), np.maximum.reduce(value)
        whole, mixed = (least >= 0) & (most > 0), (least < 0) & (most > 0)
        inside = owner[whole]
        terms = self.forms[feature[whole]] * self.weights[feature[whole], None]
        affine = affine + np.stack([np.bincount(inside, column, n) for column in terms.T], axis=1)
        settled = settled | (np.bincount(inside, minlength=n) > 0)
        owner, feature = owner[mixed], feature[mixed]
        m = self.weights[feature]
        value = [corner[mixed] for corner in value]
        tilted = sum(value) > 0
        highest, lowest = np.empty((n, 4)), np.empty((n, 4))
        for which, (e, f) in enumerate(CORNERS):
            base = affine[:, 0] + affine[:, 1] * ((i + e) * scale) + affine[:, 2] * ((j + f) * scale)
            above, below = m * np.maximum(value[which], 0), m * np.where(tilted, value[which], 0)
            highest[:, which] = base + np.bincount(owner, np.where(m > 0, above, below), n)
            lowest[:, which] = base + np.bincount(owner, np.where(m > 0, below, above), n)
        active = settled | (np.bincount(owner, minlength=n) > 0)
        lowest, highest = lowest - self.rounding, highest + self.rounding
        return Boxes(i, j, depth, lowest, highest, active, affine, settled, owner, feature)


def branch_and_bound(
    function: ReluSum,
    excess: Callable[[Boxes], tuple[Array, Array]],
    *,
    first_depth: int = 3,
    last_depth: int = DEEPEST,
    most_boxes: int = 4_000_000,
) -> Outcome:
    """Prove a property of F on all boxes, splitting those on which it is open.

    Args:
        function: F.
        excess: for n boxes, numbers [n] that prove the property where they are <= 0 (rounding is the caller's affair),
            and numbers [n, 4], one for each corner, that speak against it where they are > 0: the search ends there.
        first_depth: boxes have the side 2^-first_depth at the start,
        last_depth: and never one smaller than 2^-last_depth; at most 22.
        most_boxes: give up beyond so many boxes.

    Raises:
        ValueError: last_depth is above 22.
    """
    if last_depth > DEEPEST:
        raise ValueError(f"boxes are split at most to depth {DEEPEST}, not {last_depth}")
    boxes = function.start(first_depth)
    total = 0
    while len(boxes):
        total += len(boxes)
        left, violation = excess(boxes)
        keep = ~(left <= 0)
        if not keep.any():
            break
        if (violation > 0).any() or boxes.depth >= last_depth or total + 4 * int(keep.sum()) > most_boxes:
            worst, which = np.unravel_index(np.argmax(np.where(keep[:, None], violation, -np.inf)), violation.shape)
            s, t = boxes.corner(int(which))
            return Outcome(False, total, boxes.depth, (float(s[worst]), float(t[worst])))
        boxes = function.split(boxes, keep)
    return Outcome(True, total, boxes.depth, None)
