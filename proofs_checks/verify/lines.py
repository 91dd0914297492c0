"""That the integrals of a density over lines are at most the weights of these: proved box by box in fractions.

A line is v = (cos phi, sin phi) and b, with v = (1 - t^2, 2t)/(1 + t^2), -1 <= t <= 1. In a box |phi - phi_0| <= alpha,
|b - b_0| <= beta a datum with |<v_0, x> - b_0| > |x| alpha + beta stays on its side. With C those that stay on a side,

    gt >= min |E (1, X) 1_{C + T}| E (<v, X> - b) 1_C   over all sets T of data that may change sides;

the second factor has known first derivatives, and a second one by phi of at most E |X| 1_C. A summand h (1 - |x - c|^2/
r^2)_+^2 of the density has at u = <v, c> - b the integral h (16/15) r q(u/r), q(s) = (1 - s^2)_+^(5/2), |q''| <= 5 and
(16/15) |q'| <= sqrt(3) < 7/4; and u is within |c| alpha^2/2 of its linear part, which moves by |c| alpha + beta. So by
Taylor's formula a number is below the difference on the whole box. Where it is negative the box is cut into four.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import isqrt

from proofs_checks.verify.boxes import Box
from proofs_checks.verify.reading import NotProved, Unreadable

DEEPEST, MOST_WORK = 20, 1 << 22
"""How often a box is cut, and data and summands on boxes: about a minute."""
_WORK_OF_A_BOX = 32
_START = 3
_FEW = 6
"""Of more data that may change sides nothing is said but that their probability is not negative."""
_BITS = 60
_ROUNDING = Fraction(1, 1 << 40)
"""Far more than a slope is off by: s and (1 - s^2)^(3/2) are known up to 2^-57."""


@dataclass(frozen=True)
class Datum:
    """A point and its distance from the origin, or a little more; how often it occurs, and so often (scale, x, y), with
    the x and y of the certificate.
    """

    x: int
    y: int
    far: int
    times: int
    moment: tuple[int, int, int]


@dataclass(frozen=True)
class Bump:
    """A summand: its centre and the distance of that from the origin, or a little more; its radius and height."""

    x: int
    y: int
    far: int
    radius: int
    height: int


def length(x: int, y: int) -> int:
    """No less than the length of (x, y)."""
    return isqrt(x * x + y * y) + 1


class Lines:
    """All lines that meet the density, in boxes of t and of b in units of `reach`; lengths are in units of 1/scale."""

    def __init__(self, data: Sequence[Datum], bumps: Sequence[Bump], factor: Fraction) -> None:
        """``factor`` is n^2 scale over the denominator of the heights."""
        self._data, self._bumps, self._factor = data, bumps, factor
        self.reach = max(bump.far + bump.radius for bump in bumps)

    def require_below(self) -> None:
        """Refuse unless every box is proved, or cut into boxes that are."""
        side, work = 1 << _START, 0
        left = [Box(i, j, _START) for i in range(-side, side) for j in range(-side, side)]
        while left:
            box = left.pop()
            work += len(self._data) + len(self._bumps) + _WORK_OF_A_BOX
            if work > MOST_WORK:
                raise Unreadable("its boxes are too many for this checker")
            if self.least(box) >= 0:
                continue
            if box.depth == DEEPEST:
                raise NotProved(f"the weight, at lines near t = {Fraction(box.i, 1 << box.depth)}")
            left.extend(box.parts())

    def least(self, box: Box) -> Fraction:
        """A number below n^2 scale^2 (g - R rho) on all lines of the box."""
        one, square = 2 << box.depth, 1 << 2 * box.depth
        i, j, near = 2 * box.i + 1, 2 * box.j + 1, min(abs(box.i), abs(box.i + 1))
        v, norm = (one * one - i * i, 2 * i * one), one * one + i * i  # v_0 is v/norm
        unit, level = norm * one, self.reach * j * norm  # of offsets, and b_0 in it
        alpha, beta = Fraction(2 * square, one * (square + near * near)), Fraction(self.reach, one)

        def offset(x: int, y: int) -> int:
            return one * (v[0] * x + v[1] * y) - level

        def move(far: int) -> int:
            return far * 2 * square * norm // (square + near * near) + 1 + self.reach * norm

        met = [each for each in self._bumps if abs(offset(each.x, each.y)) < each.radius * unit + move(each.far)]
        if not met:
            return Fraction(0)
        integral, turn, shift = self._integral(met, v, unit, offset)
        taken = self._factor * (integral + sum((_rest(bump, alpha, beta) for bump in met), Fraction(0)))
        slopes = self._factor * turn / norm, -self._factor * shift
        offsets = [(datum, offset(datum.x, datum.y)) for datum in self._data]
        unsure = [datum for datum, at in offsets if abs(at) <= move(datum.far)]
        found = []
        for sign in (1, -1):
            stay = [(datum, abs(at)) for datum, at in offsets if sign * at > move(datum.far)]
            moment, count = _least_moment([datum for datum, _ in stay], unsure), sum(each.times for each, _ in stay)
            excess = Fraction(sum(datum.times * at for datum, at in stay), unit)
            turning = Fraction(sum(each.times * (v[0] * each.y - v[1] * each.x) for each, _ in stay), norm)
            bend = alpha**2 / 2 * sum(datum.times * datum.far for datum, _ in stay)
            first = abs(sign * moment * turning - slopes[0]) * alpha + abs(-sign * moment * count - slopes[1]) * beta
            found.append(moment * (excess - bend) - taken - first)
        return min(found)

    def _integral(
        self, met: Sequence[Bump], v: tuple[int, int], unit: int, offset: Callable[[int, int], int]
    ) -> tuple[Fraction, Fraction, Fraction]:
        """Above the integral, over the line in the middle; and the sums of the slopes in u, times the turn of c too."""
        value = turn = shift = 0
        for bump in met:
            at, edge = offset(bump.x, bump.y), bump.radius * unit
            if abs(at) >= edge:
                continue
            z = -(-(edge**2 - at**2 << _BITS) // edge**2)  # 1 - s^2, rounded up
            cube = (z * (isqrt(z << _BITS) + 1) >> _BITS) + 1
            value += bump.height * bump.radius * ((z * cube >> _BITS) + 1)
            slope = -bump.height * ((at << _BITS) // edge * cube >> _BITS)
            turn += slope * (v[0] * bump.y - v[1] * bump.x)
            shift += slope
        one = 1 << _BITS
        return Fraction(16 * value, 15 * one), Fraction(16 * turn, 3 * one), Fraction(16 * shift, 3 * one)


def _rest(bump: Bump, alpha: Fraction, beta: Fraction) -> Fraction:
    """What the integral of a summand may be above its linear part."""
    move = bump.far * alpha + beta
    bent = Fraction(8, 3 * bump.radius) * move**2 + Fraction(7, 8) * bump.far * alpha**2
    return bump.height * (bent + _ROUNDING * move)


def _least_moment(stay: Sequence[Datum], unsure: Sequence[Datum]) -> Fraction:
    """Below n scale |E (1, X) 1| over those that stay on a side and any of those that may change it."""
    base = [sum(datum.moment[axis] for datum in stay) for axis in range(3)]
    if len(unsure) > _FEW:
        return Fraction(base[0])
    squares = []
    for size in range(len(unsure) + 1):
        for chosen in combinations(unsure, size):
            total = [base[axis] + sum(datum.moment[axis] for datum in chosen) for axis in range(3)]
            squares.append(sum(entry * entry for entry in total))
    return Fraction(isqrt(min(squares) << _BITS), 1 << _BITS // 2)
