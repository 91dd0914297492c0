r"""Upper bounds, proved and never scanned, of sup_H |int relu(<v,x> - b) dmu| / g_4(b) over all lines H.

A measure mu that annihilates affine functions pairs alike with relu(l) and relu(-l), so b >= 0 may be assumed; and the
symmetries of the square turn every normal into a multiple of (1, tau), 0 <= tau <= 1. So the claim sup <= M says that

    |m(tau, c)| <= M G(tau, c),   m(tau, c) = int relu(x + tau y - c) dmu,   G = sqrt(1+tau^2) g_4(c/sqrt(1+tau^2)),

for 0 <= tau <= 1, c >= 0, for mu (and, unless mu has the symmetries itself, for its eight images). m is piecewise
affine. On a box it lies between functions that are affine in tau and in c each, known by their corner values
(module ``relu_sums``), and G lies above its bilinear interpolant less a bound that the second derivatives of G give
(module ``hyperplane_weight``); the difference of such functions is largest at a corner. The points lie within 3.86 of
the origin, so m = 0 for c >= 5.5 > 3.86 sqrt 2.

Rounding: the corner bounds of m carry their rounding error; G is from below; what remains are a product and a
difference of numbers below 2, with errors below 1e-15, against which 1e-14 is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb
from jaxtyping import Float64

from numerics.exact.balls import ball
from numerics.network import Array
from numerics.separation.bracket.hyperplane_weight import POPULATION, REACH, interpolation_loss, weight_from_below
from numerics.separation.bracket.measures import DualMeasure
from numerics.separation.bracket.relu_sums import Boxes, ReluSum, branch_and_bound


@dataclass(frozen=True)
class Line:
    """The line x + tau y = c, seen after the symmetry ``image`` of the square, and what the measure makes of it."""

    tau: Fraction
    c: Fraction
    image: int
    ratio: arb

    def __str__(self) -> str:
        """The line and its ratio."""
        return f"the line x + {float(self.tau)} y = {float(self.c)}, where |m|/g is {self.ratio.str(10)}"


@dataclass(frozen=True)
class SupremumBound:
    """Whether sup |m|/g <= bound is proved.

    boxes: how many were looked at; depth: their smallest side was 2^-depth. If it is not proved, ``line`` is where the
    proof is stuck, and ``refuted`` says whether the bound is proved to be violated there.
    """

    bound: Fraction
    proved: bool
    boxes: int
    depth: int
    line: Line | None = None
    refuted: bool = False


def ratio_on_line(measure: DualMeasure, tau: Fraction, c: Fraction) -> arb:
    """A ball that contains |int relu(<v,x> - b) dmu| / g_4(b) for the line x + tau y = c, 0 <= c < 4."""
    paired = abs(measure.pair_with_relu((Fraction(1), tau), c))
    norm = (1 + ball(tau) ** 2).sqrt()
    weight: arb = norm * POPULATION.enclosed_weight(ball(c) / norm)
    return ball(paired) / weight


def prove_supremum(measure: DualMeasure, bound: Fraction, *, last_depth: int = 20) -> SupremumBound:
    """Try to prove sup_H |int relu_H dmu| / g_4(H) <= bound over all lines H.

    Raises:
        ValueError: the bound is not positive, the measure does not annihilate the affine functions, or it has a point
            with |x| > 31/8 - 1/64 (there g_4 is so small that no useful measure has mass).
    """
    if bound <= 0:
        raise ValueError(f"a supremum is bounded by a positive number, not by {bound}")
    measure.require_annihilation()
    if measure.radius > float(REACH) - 1 / 64:
        raise ValueError(f"the points must lie within {float(REACH) - 1 / 64} of the origin, not {measure.radius:.4f}")
    below = float(np.nextafter(float(bound), 0))
    boxes, depth = 0, 0
    for image in range(1 if measure.symmetric else 8):
        points = measure.coordinates(image)
        function = ReluSum(
            np.stack([points[:, 0], points[:, 1], -np.ones(len(points))], axis=1),
            measure.float_masses(),
            (1.0, 5.5),
        )
        outcome = branch_and_bound(function, lambda part: supremum_excess(part, below), last_depth=last_depth)
        boxes, depth = boxes + outcome.boxes, max(depth, outcome.depth)
        if outcome.stuck is not None:
            tau, c = map(Fraction, outcome.stuck)
            at = measure if image == 0 else measure.image(image)
            line = Line(tau, c, image, ratio_on_line(at, tau, c))
            return SupremumBound(bound, False, boxes, depth, line, bool(line.ratio > ball(bound)))
    return SupremumBound(bound, True, boxes, depth)


def supremum_excess(boxes: Boxes, bound: float) -> tuple[Float64[Array, " boxes"], Float64[Array, "boxes 4"]]:
    """By how much |m| may exceed bound G on each box (<= 0 is a proof), and by how much it seems to at the corners."""
    open_by, violation = np.empty((len(boxes), 4)), np.empty((len(boxes), 4))
    beyond = np.zeros(len(boxes), bool)
    for which in range(4):
        tau, c = boxes.corner(which)
        low, high = boxes.lowest[:, which], boxes.highest[:, which]
        weight = weight_from_below(tau, c)
        open_by[:, which] = np.maximum(high, -low) - bound * weight
        outside = c > (float(REACH) - 1e-6) * np.sqrt(1 + tau * tau)
        violation[:, which] = np.where(outside, -np.inf, np.maximum(low, -high) - bound * (weight + 2e-7))
        beyond |= outside
    tau_high, c_low = boxes.corner(3)[0], boxes.corner(0)[1]
    worst = open_by.max(axis=1) + bound * interpolation_loss(tau_high, c_low, 2.0**-boxes.depth) + 1e-14
    return np.where(boxes.active, np.where(beyond, np.inf, worst), 0.0), violation
