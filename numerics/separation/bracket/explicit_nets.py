r"""Explicit shallow nets in exact numbers, with the symmetries of the square; their norm and their distance from phi.

    f(x) = constant + sum_k a_k (1/8) sum_s relu(<s(1, tau_k), x> - c_k),   s over the eight symmetries of the square.

For X uniform on B_4 the stability norm is at most sum_k |a_k| G(tau_k, c_k), G = sqrt(1+tau^2) g_4(c/sqrt(1+tau^2)) (an
equality unless hyperplanes coincide, when it can only be less). The distance sup_{B_4} |f - phi| is bounded on the
eighth 0 <= y <= x, where phi = relu(1 - x - y), by branch and bound: f - phi is piecewise affine, and on a box it lies
between functions that are largest and least at the corners (``bracket.relu_sums``). Only boxes that meet
the disc and the eighth count, so the disc's boundary needs no other care than small boxes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from flint import arb
from jaxtyping import Float64, Int64

from numerics.exact.balls import ball
from numerics.network import Array, ShallowNetwork
from numerics.separation.bracket.dihedral import images
from numerics.separation.bracket.hyperplane_weight import POPULATION
from numerics.separation.bracket.measures import whole_numbers
from numerics.separation.bracket.relu_sums import Boxes, ReluSum, branch_and_bound
from numerics.separation.pyramid import exact_pyramid

Integers = npt.NDArray[np.int64]
_LARGEST = 2**52


@dataclass(frozen=True)
class ErrorBound:
    """Whether sup_{B_4} |f - phi| <= bound is proved.

    boxes, depth: as in the branch and bound. If it is not proved, ``point`` is where the proof is stuck, ``error`` the
    exact |f - phi| there, and ``refuted`` says that the point lies in the disc and the error exceeds the bound.
    """

    bound: Fraction
    proved: bool
    boxes: int
    depth: int
    point: tuple[Fraction, Fraction] | None = None
    error: Fraction | None = None
    refuted: bool = False


@dataclass(frozen=True, eq=False)
class SymmetricNet:
    """A shallow net with the symmetries of the square, all weights binary fractions.

    Args:
        lines: [m, 2] integers, (tau, c) times 2^line_bits, with 0 <= tau <= 1 and 0 <= c < 4 sqrt(1 + tau^2).
        amplitudes: [m] integers, a times 2^amplitude_bits, their sizes adding up to at most 2^52.
        constant: an integer, the constant times 2^amplitude_bits, of size at most 2^52.
        line_bits, amplitude_bits: at most 20 and 60.

    Raises:
        ValueError: an array is of the wrong shape or type, or a number is out of its range.
    """

    lines: Int64[Integers, "m 2"]
    amplitudes: Int64[Integers, " m"]
    constant: int
    line_bits: int
    amplitude_bits: int

    def __init__(
        self, lines: npt.ArrayLike, amplitudes: npt.ArrayLike, constant: int, line_bits: int, amplitude_bits: int
    ) -> None:
        for name, array, dimension in (("lines", lines, 2), ("amplitudes", amplitudes, 1)):
            object.__setattr__(self, name, whole_numbers(array, name, dimension))
        for name, number in (("constant", constant), ("line_bits", line_bits), ("amplitude_bits", amplitude_bits)):
            object.__setattr__(self, name, number)
        if self.lines.shape != (len(self.amplitudes), 2):
            raise ValueError(f"there must be one line (tau, c) for each of the {len(self.amplitudes)} amplitudes")
        for name, bits, most in (("line_bits", self.line_bits, 20), ("amplitude_bits", self.amplitude_bits, 60)):
            if not 0 <= bits <= most:
                raise ValueError(f"{name} must lie between 0 and {most}, not {bits}")
        one = 1 << self.line_bits
        for tau, c in self.lines.tolist():
            if not (0 <= tau <= one and c >= 0 and c * c < 16 * (one * one + tau * tau)):
                raise ValueError(f"the line tau = {tau / one}, c = {c / one} is not in 0 <= tau <= 1, 0 <= c < 4 W")
        if sum(map(abs, self.amplitudes.tolist())) > _LARGEST or abs(self.constant) > _LARGEST:
            raise ValueError("the constant and the sum of the sizes of the amplitudes must not exceed 2^52")

    def network(self) -> ShallowNetwork:
        """The net as a ``ShallowNetwork``: one neuron for each line of each orbit, the weights exact."""
        normals, thresholds, amplitudes = self._neurons()
        return ShallowNetwork(normals, -thresholds, amplitudes, self.constant / 2.0**self.amplitude_bits)

    def parts(self) -> tuple[Float64[Array, "m 2"], Float64[Array, " m"], float]:
        """The lines (tau, c) [m, 2], the amplitudes [m] and the constant, in floats, exactly."""
        scale = 2.0**self.amplitude_bits
        return self.lines / 2.0**self.line_bits, self.amplitudes / scale, self.constant / scale

    def norm(self) -> arb:
        """A ball that contains sum_k |a_k| G(tau_k, c_k), at least the stability norm |f|_S for X uniform on B_4."""
        total: arb = arb(0)
        one = 1 << self.line_bits
        for (tau, c), a in zip(self.lines.tolist(), self.amplitudes.tolist(), strict=True):
            length = (1 + ball(Fraction(tau, one)) ** 2).sqrt()
            total += abs(a) * length * POPULATION.enclosed_weight(ball(Fraction(c, one)) / length)
        norm: arb = total / 2**self.amplitude_bits
        return norm

    def exact_error(self, x: Fraction, y: Fraction) -> Fraction:
        """|f(x, y) - phi(x, y)|, exactly."""
        one, total = 1 << self.line_bits, Fraction(0)
        points = [(s * p, t * q) for p, q in ((x, y), (y, x)) for s in (1, -1) for t in (1, -1)]
        for (tau, c), a in zip(self.lines.tolist(), self.amplitudes.tolist(), strict=True):
            if a:
                total += a * sum(max(p + Fraction(tau, one) * q - Fraction(c, one), Fraction(0)) for p, q in points)
        height: Fraction = abs((total / 8 + self.constant) / 2**self.amplitude_bits - exact_pyramid((x, y)))
        return height

    def prove_error(self, bound: Fraction, *, last_depth: int = 21) -> ErrorBound:
        """Try to prove sup_{B_4} |f - phi| <= bound.

        Raises:
            ValueError: the bound is not positive.
        """
        if bound <= 0:
            raise ValueError(f"an error is bounded by a positive number, not by {bound}")
        normals, thresholds, amplitudes = self._neurons()
        forms = np.concatenate([np.stack([-thresholds, *normals.T], axis=1), [[1.0, -1.0, -1.0]]])
        function = ReluSum(forms, np.append(amplitudes, -1.0), (4.0, 2.875))
        constant = self.constant / 2.0**self.amplitude_bits
        below = float(np.nextafter(float(bound), 0)) - 1e-14 * (1 + abs(constant))
        outcome = branch_and_bound(function, lambda part: net_excess(part, constant, below), last_depth=last_depth)
        if outcome.stuck is None:
            return ErrorBound(bound, True, outcome.boxes, outcome.depth)
        x, y = map(Fraction, outcome.stuck)
        error = self.exact_error(x, y)
        refuted = x * x + y * y <= 16 and error > bound
        return ErrorBound(bound, False, outcome.boxes, outcome.depth, (x, y), error, refuted)

    def _neurons(self) -> tuple[Float64[Array, "k 2"], Float64[Array, " k"], Float64[Array, " k"]]:
        """Normals [k, 2], thresholds [k] and amplitudes [k] of all neurons, exactly; those of one line added up."""
        tau, c = self.lines.T / 2.0**self.line_bits
        moved = images(np.stack([np.ones(len(tau)), tau], axis=1))
        every = np.concatenate([moved, np.broadcast_to(c[None, :, None], (8, len(c), 1))], axis=2).reshape(-1, 3)
        distinct, owner = np.unique(every, axis=0, return_inverse=True)
        sums = np.zeros(len(distinct))
        np.add.at(sums, owner.ravel(), np.tile(self.amplitudes.astype(float), 8))
        return distinct[:, :2], distinct[:, 2], sums / 8 / 2.0**self.amplitude_bits


def net_excess(
    boxes: Boxes, constant: float, bound: float
) -> tuple[Float64[Array, " boxes"], Float64[Array, "boxes 4"]]:
    """By how much |f - phi| may exceed the bound on each box, and by how much it does at the corners."""
    high, low = boxes.highest + constant, boxes.lowest + constant
    violation = np.maximum(low, -high) - bound
    for which in range(4):
        x, y = boxes.corner(which)
        violation[(y > x) | (x * x + y * y > 16), which] = -np.inf
    (x_low, y_low), x_high = boxes.corner(0), boxes.corner(3)[0]
    outside = (y_low > x_high) | (x_low * x_low + y_low * y_low > 16)
    return np.where(outside, 0.0, np.maximum(high, -low).max(axis=1) - bound), violation
