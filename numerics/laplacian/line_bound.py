r"""Whether a density's Radon transform is below the weight g of planar data on every line: proved box by box.

A line is an angle phi and a threshold b, with v = (cos phi, sin phi). Over a box of lines, |phi - phi_0| <= alpha and
|b - b_0| <= beta, the data fall into those that stay on the positive side, those that stay on the negative side, and
a rest U that may change sides. With C the data that stay on a side,

    gt >= min_{T in U} |E (1,X) 1_{C+T}| . E |<v,X> - b| 1_C   for every line of the box,

the first factor a number, the second a function of the line whose first derivatives are known and whose second
derivative is at most E |X| 1_C. The Radon transform of a sum of bumps has known first and bounded second derivatives
too. So Taylor's theorem bounds their difference from below, over the whole box, and boxes in which the bound is
negative are split. Lines through data need no care of their own: T runs over all the sides that such data can take.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jaxtyping import Bool, Float64

from numerics.arrays.checks import Array, validate_data
from numerics.laplacian.bump_density import CHORD_SLOPE, BumpDensity, chord_bend, chord_slopes, chords
from numerics.weight import weight

Mask = npt.NDArray[np.bool_]

_UNDECIDED = 6
"""So many distinct data may be undecided in a box before their moments are bounded in the crudest way."""
_SIDES = np.array(list(itertools.product((0.0, 1.0), repeat=_UNDECIDED)))
_START = 48
_ROUNDING = 1e-11
"""Allowance for rounding, relative to the sizes of the sums: a few hundred terms lose less than 1e-12 of them."""
_BLOCK = 1 << 21


@dataclass(frozen=True)
class LineBound:
    """What became of the attempt to prove R rho <= g on every line.

    proved: it holds on every line. boxes: how many boxes of lines were looked at. line: (angle, threshold) of a line
    with R rho > g, if one was found; neither proved nor a line means that the difference is too small to tell.
    """

    proved: bool
    boxes: int
    line: tuple[float, float] | None = None


def radon_below_weight(density: BumpDensity, x: npt.ArrayLike, *, depth: int = 9) -> LineBound:
    """Prove (R rho)(v, b) <= g(v, b) for all unit vectors v and all b, or find a line where it is false.

    The proof is one in floating-point numbers, with an allowance for their rounding far above what it can be, not
    one in ball arithmetic. It holds for every line, those through data included.

    Args:
        density: rho.
        x: the data [n, 2].
        depth: how often a box may be halved in both coordinates.

    Raises:
        TypeError, ValueError: the data are not finite real numbers [n, 2]; depth is negative.
    """
    if depth < 0:
        raise ValueError(f"a box can be halved 0 times or more, not {depth}")
    lines = _Lines(density, validate_data(x, 2))
    if not lines.heights.size:
        return LineBound(True, 0)
    angles, thresholds = np.meshgrid(
        (np.arange(_START) + 0.5) * np.pi / _START, lines.reach * ((2 * np.arange(_START) + 1) / _START - 1)
    )
    boxes = np.column_stack([angles.ravel(), thresholds.ravel()])
    half = np.array([np.pi / 2, lines.reach]) / _START * (1 + 1e-12)
    seen = 0
    for _ in range(depth + 1):
        seen += len(boxes)
        kept = []
        for block in np.array_split(boxes, max(1, len(boxes) * lines.size // _BLOCK)):
            open_boxes = block[lines.margin(block, half) < 0]
            if len(open_boxes) and (wrong := lines.violated(open_boxes)) is not None:
                return LineBound(False, seen, wrong)
            kept.append(open_boxes)
        boxes = np.concatenate(kept)
        if not len(boxes):
            return LineBound(True, seen)
        half = half / 2
        corners = np.array(list(itertools.product((-1, 1), repeat=2))) * half
        boxes = (boxes[:, None, :] + corners).reshape(-1, 2)
    return LineBound(False, seen)


class _Lines:
    """The data and the bumps, about the middle of the data, so that angles move them little."""

    def __init__(self, density: BumpDensity, x: Float64[Array, "n 2"]) -> None:
        used = density.heights > 0
        # data at one place change sides together
        places, counts = np.unique(x, axis=0, return_counts=True)
        self.middle = (places.min(axis=0) + places.max(axis=0)) / 2
        self.share = counts / len(x)
        self.moments = self.share[:, None] * np.column_stack([np.ones(len(places)), places])
        self.points = places - self.middle
        self.centres = density.centres[used] - self.middle
        self.radii, self.heights = density.radii[used], density.heights[used]
        self.distance = np.linalg.norm(self.points, axis=1)
        self.bump_distance = np.linalg.norm(self.centres, axis=1)
        self.reach = float(np.max(self.distance, initial=0.0))
        if used.any():
            self.reach = max(self.reach, float(np.max(self.bump_distance + self.radii)))
        self.size = len(self.points) + len(self.radii)
        self.data, self.density = x, density

    def margin(self, boxes: Float64[Array, "m 2"], half: Float64[Array, 2]) -> Float64[Array, " m"]:
        """A lower bound of g - R rho over each box of lines [m, 2], with rounding taken off; [m]."""
        alpha, beta = float(half[0]), float(half[1])
        v, along = _frame(boxes[:, 0])
        value, slope, rest, reached = self._radon(v, along, boxes[:, 1], alpha, beta)
        offsets = self.points @ v.T - boxes[:, 1]
        stays = self.distance * alpha + beta
        stays = stays + _ROUNDING * (self.reach + stays)
        margins = []
        for sign in (1.0, -1.0):
            certain = sign * offsets > stays[:, None]
            undecided = np.abs(offsets) <= stays[:, None]
            moment = self._least_moment(certain.T, undecided.T)
            inside = certain * self.share[:, None]
            excess = np.sum(inside * np.abs(offsets), axis=0)
            turn = sign * np.sum(inside * (self.points @ along.T), axis=0)
            shift = -sign * np.sum(inside, axis=0)
            bend = alpha**2 / 2 * np.sum(inside * self.distance[:, None], axis=0)
            sizes = moment * (excess + self.reach) + value + rest
            margins.append(
                moment * (excess - bend) - value - rest
                - np.abs(moment * turn - slope[0]) * alpha - np.abs(moment * shift - slope[1]) * beta
                - _ROUNDING * sizes
            )  # fmt: skip
        return np.where(reached, np.minimum(*margins), 0.0)

    def violated(self, boxes: Float64[Array, "m 2"]) -> tuple[float, float] | None:
        """The line among the boxes' middles on which R rho exceeds g by most, if it does on any."""
        v, _ = _frame(boxes[:, 0])
        thresholds = boxes[:, 1] + v @ self.middle
        excess = self.density.radon(v, thresholds) - weight(v, thresholds, self.data)
        worst = int(np.argmax(excess))
        if excess[worst] <= _ROUNDING * float(np.max(self.heights * self.radii)):
            return None
        return float(boxes[worst, 0]), float(thresholds[worst])

    def _radon(
        self,
        v: Float64[Array, "m 2"],
        along: Float64[Array, "m 2"],
        thresholds: Float64[Array, " m"],
        alpha: float,
        beta: float,
    ) -> tuple[
        Float64[Array, " m"], tuple[Float64[Array, " m"], Float64[Array, " m"]], Float64[Array, " m"], Bool[Mask, " m"]
    ]:
        """R rho at the middles, its derivatives there, a bound of the rest of Taylor's formula; whether rho is met."""
        offsets = v @ self.centres.T - thresholds[:, None]
        met = np.abs(offsets) < self.radii + self.bump_distance * alpha + beta + _ROUNDING * self.reach
        slopes = chord_slopes(offsets, self.radii)
        moves = (self.bump_distance * alpha + beta) ** 2 / 2 * chord_bend(self.radii)
        turns = alpha**2 / 2 * self.bump_distance * CHORD_SLOPE
        rest = met @ (self.heights * (moves + turns))
        turn = (slopes * (along @ self.centres.T)) @ self.heights
        return chords(offsets, self.radii) @ self.heights, (turn, -slopes @ self.heights), rest, met.any(axis=1)

    def _least_moment(self, certain: Bool[Mask, "m n"], undecided: Bool[Mask, "m n"]) -> Float64[Array, " m"]:
        """The least |E (1,X) 1_{C+T}| over the subsets T of the undecided data, or a lower bound; [boxes]."""
        base = certain @ self.moments
        counts = undecided.sum(axis=1)
        least = np.maximum(np.linalg.norm(base, axis=1) - undecided @ np.linalg.norm(self.moments, axis=1), 0)
        least = np.maximum(least, base[:, 0])
        least[counts == 0] = np.linalg.norm(base[counts == 0], axis=1)
        few = np.flatnonzero((counts > 0) & (counts <= _UNDECIDED))
        if len(few):
            # the undecided first, then whatever comes, with moment 0
            places = np.argsort(~undecided[few], axis=1, kind="stable")[:, :_UNDECIDED]
            moments = self.moments[places] * np.take_along_axis(undecided[few], places, axis=1)[:, :, None]
            sums = base[few, None, :] + np.einsum("su,buk->bsk", _SIDES[:, : places.shape[1]], moments)
            least[few] = np.sqrt(np.min(np.sum(sums**2, axis=2), axis=1))
        return np.asarray(least)


def _frame(angles: Float64[Array, " m"]) -> tuple[Float64[Array, "m 2"], Float64[Array, "m 2"]]:
    """The unit vectors (cos phi, sin phi) and their derivatives, each [m, 2]."""
    cosine, sine = np.cos(angles), np.sin(angles)
    return np.column_stack([cosine, sine]), np.column_stack([-sine, cosine])
