"""Planar rational data, the lines through them, and the least weight that a neuron on such a line can have.

A neuron relu(<w,x> - c) with active data A = {x_j: <w,x_j> > c} contributes |w| gt = l gamma to the stability norm,
with l = (1/n) sum_A (<w,x_j> - c) and gamma = sqrt(P^2 + |E X 1_A|^2), P = |A|/n. For fixed A both l and the neuron's
values at the data are linear in (w, c), on the closed cone of all (w, c) with <w,x_j> >= c on A and <= c off A. So a
bound between them holds on the cone iff it holds on its extreme rays. These are the lines through two data points (or,
where all data lie on one line, through one), and there A consists of the data on the positive side and a prefix or a
suffix of those on the line, in their order along it: a half-plane meets a line in a ray.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from numerics.exact.root_sums import RootSum

Rational = int | Fraction
Point = tuple[Fraction, Fraction]
Integers = npt.NDArray[Any]
"""Whole numbers, as int64 where nothing can overflow, and as Python's otherwise."""

_BLOCK = 512


@dataclass(frozen=True)
class PlanarData:
    """Distinct points of the plane, how often each occurs, and their labels; X is uniform on all occurrences."""

    points: tuple[Point, ...]
    multiplicities: tuple[int, ...]
    labels: tuple[Fraction, ...]

    @classmethod
    def of(cls, points: Sequence[Sequence[Rational]], labels: Sequence[Rational]) -> PlanarData:
        """Merge repeated points.

        Args:
            points: n pairs of ints or Fractions.
            labels: n ints or Fractions.

        Raises:
            ValueError: no data, lengths differ, a point is not a pair of rational numbers (a float is not taken for
                one), or a point occurs with two labels, so that nothing interpolates.
        """
        if len(points) != len(labels) or not len(points):
            raise ValueError(f"there must be one label for each point, and one at least: {len(points)}, {len(labels)}")
        counts: dict[Point, int] = {}
        values: dict[Point, Fraction] = {}
        for place, (point, label) in enumerate(zip(points, labels, strict=True)):
            pair = tuple(_rational(entry, f"point {place}") for entry in point)
            if len(pair) != 2:
                raise ValueError(f"point {place} must have two coordinates, not {len(pair)}")
            value = _rational(label, f"label {place}")
            if values.setdefault(pair, value) != value:
                raise ValueError(
                    f"point {place} = ({pair[0]}, {pair[1]}) has the labels {values[pair]} and {value}: "
                    "no function interpolates both"
                )
            counts[pair] = counts.get(pair, 0) + 1
        return cls(tuple(counts), tuple(counts.values()), tuple(values.values()))

    @property
    def size(self) -> int:
        """n, the number of data, repeated ones counted as often as they occur."""
        return sum(self.multiplicities)

    @cached_property
    def scale(self) -> int:
        """The least D > 0 for which D times every point is whole."""
        return math.lcm(*(entry.denominator for point in self.points for entry in point))

    @cached_property
    def whole(self) -> tuple[tuple[int, int], ...]:
        """The points times `scale`."""
        return tuple((int(x * self.scale), int(y * self.scale)) for x, y in self.points)

    @cached_property
    def affine_rank(self) -> int:
        """1 for one point, 2 for points on a line, 3 otherwise: the dimension of affine functions on the data."""
        x0, y0 = self.whole[0]
        steps = [(x - x0, y - y0) for x, y in self.whole[1:]]
        if not steps:
            return 1
        dx, dy = steps[0]
        return 2 if all(dx * b == dy * a for a, b in steps) else 3

    @cached_property
    def columns(self) -> tuple[Integers, Integers, Integers]:
        """The whole coordinates and the multiplicities, as arrays on which `Line.offsets` cannot overflow."""
        largest = max((abs(entry) for point in self.whole for entry in point), default=0) + 1
        kind = np.int64 if 16 * largest**2 * self.size < 2**62 else object
        x, y = zip(*self.whole, strict=True)
        return np.array(x, kind), np.array(y, kind), np.array(self.multiplicities, kind)


@dataclass(frozen=True)
class Side:
    """An orientation of a line, with the choice of data on the line that makes l gamma least.

    sign: +1 where <w,x> > c is active, -1 where <w,x> < c is; included: the data on the line that are active, as
    indices; excess = n D l and radicand = n^2 D^2 gamma^2, whole, D the scale of the data.
    """

    sign: int
    included: tuple[int, ...]
    excess: int
    radicand: int

    @property
    def square(self) -> int:
        """(n^2 D^2 l gamma)^2."""
        return self.excess**2 * self.radicand


@dataclass(frozen=True)
class Line:
    """The line {<w,x> = c}: normal w, two coprime integers, the first that is not 0 being positive; D c = offset.

    sides: the two orientations; unit = n^2 D^2.
    """

    normal: tuple[int, int]
    offset: int
    scale: int
    unit: int
    sides: tuple[Side, Side]

    @property
    def threshold(self) -> Fraction:
        """The c of {<w,x> = c}."""
        return Fraction(self.offset, self.scale)

    @property
    def side(self) -> Side:
        """The orientation with the smaller weight."""
        return min(self.sides, key=lambda side: side.square)

    @property
    def weight(self) -> RootSum:
        """G = |w| min over orientations and over prefixes and suffixes of l gamma, exactly."""
        return RootSum.of(Fraction(self.side.excess, self.unit), self.side.radicand)

    @property
    def squared_weight(self) -> Fraction:
        """G^2."""
        return Fraction(self.side.square, self.unit**2)

    def __str__(self) -> str:
        """Its equation, as in ``the line 9 x_1 - 10 x_2 = 1/2``."""
        terms = [(value, name) for value, name in zip(self.normal, ("x_1", "x_2"), strict=True) if value]
        signed = (
            f"{'-' if value < 0 else '+'} {f'{abs(value)} ' if abs(value) != 1 else ''}{name}" for value, name in terms
        )
        # the first coefficient is positive
        return f"the line {' '.join(signed).removeprefix('+ ')} = {self.threshold}"

    def float_weight(self) -> float:
        """G in floats."""
        side = self.side
        return float(Fraction(side.excess, self.unit)) * math.sqrt(side.radicand)


def lines(data: PlanarData) -> tuple[Line, ...]:
    """All lines through two distinct data points with data strictly on both sides.

    Other lines have weight 0, and relu(<w,x> - c) is affine on the data there. For data on one line: the lines
    across it through one datum each.
    """
    x, y, counts = data.columns
    found = []
    keys = list(_keys(data))
    for block in (keys[start : start + _BLOCK] for start in range(0, len(keys), _BLOCK)):
        t = offsets(data, block)
        positive, negative = t > 0, t < 0
        signs = ((1, positive), (-1, negative))
        table = [
            [
                np.where(mask, sign * t, 0) @ counts,
                *((mask.astype(counts.dtype) * counts) @ c for c in (np.ones_like(x), x, y)),
            ]
            for sign, mask in signs
        ]
        both = positive.any(axis=1) & negative.any(axis=1)
        for row in np.flatnonzero(both):
            p, q, c = block[row]
            on = _in_order(data, p, q, np.flatnonzero(t[row] == 0).tolist())
            sums = [[int(column[row]) for column in columns] for columns in table]
            sides = (_side(data, 1, sums[0], on), _side(data, -1, sums[1], on))
            found.append(Line((p, q), c, data.scale, data.size**2 * data.scale**2, sides))
    return tuple(found)


def offsets(data: PlanarData, keys: Sequence[tuple[int, int, int]]) -> Integers:
    """D (<w,x_j> - c) for lines given as (w_1, w_2, D c), shape [lines, distinct points], whole."""
    x, y, _ = data.columns
    p, q, c = (np.array(part, x.dtype)[:, None] for part in zip(*keys, strict=True))
    return np.asarray(p * x + q * y - c)


def dichotomies(data: PlanarData) -> frozenset[frozenset[int]]:
    """All sets of distinct points (as indices) that an open half-plane cuts off, but the empty one and the full one."""
    everything = len(data.points)
    return frozenset(active for _, _, active, _, _ in dichotomy_rays(data) if 0 < len(active) < everything)


def dichotomy_rays(data: PlanarData) -> Iterator[tuple[tuple[int, int], int, frozenset[int], int, bool]]:
    """The extreme rays of the cones of all activation patterns, one pattern after another on each line.

    Yields (normal, offset, active, excess, one-sided): the line as in `Line`, in either orientation, with the data that
    are active in a pattern whose cone has it as a ray; n D l there; whether no datum lies strictly on one of its sides.
    """
    for p, q, c in _keys(data):
        t = offsets(data, [(p, q, c)])[0]
        on = _in_order(data, p, q, np.flatnonzero(t == 0).tolist())
        masks = (t > 0, t < 0)
        one_sided = not all(mask.any() for mask in masks)
        for mask in masks:
            base = frozenset(np.flatnonzero(mask).tolist())
            excess = sum(data.multiplicities[j] * abs(int(t[j])) for j in base)
            for cut in range(len(on) + 1):
                for included in (on[:cut], on[cut:]):
                    yield (p, q), c, base | set(included), excess, one_sided


def _keys(data: PlanarData) -> Iterator[tuple[int, int, int]]:
    """(w_1, w_2, D c) of the extreme rays, each line once."""
    if data.affine_rank == 1:
        return
    if data.affine_rank == 2:
        (x0, y0), (x1, y1) = data.whole[:2]
        p, q = _primitive(x1 - x0, y1 - y0)
        yield from ((p, q, p * x + q * y) for x, y in data.whole)
        return
    seen = set()
    for (x0, y0), (x1, y1) in itertools.combinations(data.whole, 2):
        p, q = _primitive(y1 - y0, x0 - x1)
        key = (p, q, p * x0 + q * y0)
        if key not in seen:
            seen.add(key)
            yield key


def _primitive(a: int, b: int) -> tuple[int, int]:
    divisor = math.gcd(a, b)
    if a < 0 or (a == 0 and b < 0):
        divisor = -divisor
    return a // divisor, b // divisor


def _in_order(data: PlanarData, p: int, q: int, on: list[int]) -> tuple[int, ...]:
    return tuple(sorted(on, key=lambda j: p * data.whole[j][1] - q * data.whole[j][0]))


def _side(data: PlanarData, sign: int, sums: Sequence[int], on: tuple[int, ...]) -> Side:
    """The best prefix or suffix, of excess, count and first moments of the strictly active data."""
    excess, *base = sums
    best: tuple[int, tuple[int, ...]] | None = None
    for cut in range(len(on) + 1):
        for included in (on[:cut], on[cut:]):
            k, sx, sy = base
            for j in included:
                times = data.multiplicities[j]
                k, sx, sy = k + times, sx + times * data.whole[j][0], sy + times * data.whole[j][1]
            radicand = (k * data.scale) ** 2 + sx**2 + sy**2
            if best is None or radicand < best[0]:
                best = radicand, included
    assert best is not None
    return Side(sign, best[1], excess, best[0])


def _rational(value: object, what: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise ValueError(f"{what} must be made of ints or Fractions, but it holds {value!r}")
    return Fraction(value)
