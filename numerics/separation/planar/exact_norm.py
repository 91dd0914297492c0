"""S*, the least stability norm of a shallow net that interpolates planar rational data, as an exact sum of roots.

S* = inf |f|_S over interpolating shallow nets f of any width. Primal: f = affine + sum_L a_L relu(<w_L,x> - c_L) over
the lines of `dichotomies` costs sum |a_L| G_L. Dual: a measure mu on the data that annihilates affine functions, with
|sum_j mu_j relu(<w_L,x_j> - c_L)| <= G_L for every line, shows |f|_S >= <mu, y> for every interpolating f, by linearity
on each activation pattern. Where both values agree they are S*. Both orientations of a hyperplane are in G_L, since mu
cannot tell them apart, and hyperplanes with all data on one side have weight 0 and are affine on the data.

The cost sum |a_L| G_L is that of nets whose lines are moved off the data, in the limit; so S* is the infimum over nets
differentiable at the data as well (`differentiable_nets`), attained or not. The net with its kinks at the data has the
norm S* itself if the cheapest orientation of each line counts the data on it as inactive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import arb, arb_mat, ctx

from numerics.exact.balls import ball
from numerics.exact.root_sums import RootSum
from numerics.separation.planar.dichotomies import Line, PlanarData, lines, offsets
from numerics.separation.planar.norm_basis import float_solutions
from numerics.separation.planar.rational_bound import RationalBound, prove_rational_bound, rational_lower_bound
from numerics.separation.planar.rational_network import Neuron, RationalNetwork

__all__ = [
    "ExactNorm",
    "Neuron",
    "RationalBound",
    "RationalNetwork",
    "prove_norm",
    "prove_rational_bound",
    "rational_lower_bound",
    "smallest_interpolating_norm",
]

PRECISIONS = (192, 768, 3072)
"""Bits at which a constraint that looks tight is decided, one after another."""
_BLOCK = 256


@dataclass(frozen=True)
class ExactNorm:
    """S* with its proof; made by `prove_norm` only after everything in it was checked.

    data: what is interpolated; norm: S*; dual: mu, one sum of roots for each distinct point; net: the optimal net;
    tight: the lines at which |sum mu_j relu| = G; lines: how many constraints were checked; smallest_slack: the least
    1 - |sum mu_j relu|/G of all others, in floats (infinite where there are none);
    attained: whether |net|_S = S* with the net's own weights; otherwise the net's norm is larger, and nets with its
    lines moved off the data approach S*.
    """

    data: PlanarData
    norm: RootSum
    dual: tuple[RootSum, ...]
    net: RationalNetwork
    tight: tuple[Line, ...]
    lines: int
    smallest_slack: float
    attained: bool

    @property
    def terms(self) -> tuple[tuple[Fraction, int], ...]:
        """(q, r) with S* = sum q sqrt(r)."""
        return self.norm.terms

    @property
    def enclosure(self) -> arb:
        """A ball that contains S*."""
        return self.norm.enclosure()

    @property
    def shallow_limit(self) -> arb:
        """A ball that contains 1/(S* + 1/2): no interpolating shallow net, of any width, is a stable minimum above.

        That is linear stability of a minimum differentiable at the data, or strong stability of any.
        """
        return 1 / (self.enclosure + arb(1) / 2)


Numbers = Sequence[Any] | npt.NDArray[Any]
"""Whole numbers, Fractions and floats, of Python or NumPy; a float is the binary fraction that it is."""


def smallest_interpolating_norm(points: Numbers, labels: Numbers) -> ExactNorm:
    """S* of data on the line or in the plane, with its proof.

    Args:
        points: n pairs of numbers; or n numbers, alone or one in a row, for data on the line, which are taken as the
            points (x, 0) of the plane: no weight depends on w_2 there, so S* is the same. Repeated points count as
            often as they occur. Fraction(1, 10) is a tenth, 0.1 the float next to it.
        labels: n numbers.

    Raises:
        ValueError: the input is no such data, has three coordinates or more, or a point has two labels.
        ArithmeticError: no proof was found (the float solution led to none, as on badly scaled data, or floats that
            miss an affine function by their rounding alone).

    >>> cross = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
    >>> print(smallest_interpolating_norm(cross, [1, 0, 0, 0, 0]).norm)
    4/25 sqrt(2)
    >>> print(smallest_interpolating_norm([-1.0, 0.0, 1.0], [0.0, 0.5, 0.0]).norm)
    1/9 sqrt(2)
    """
    data = _planar(points, labels)
    enumerated = lines(data)
    reason = "no candidate"
    for dual, affine, amplitudes in float_solutions(data, enumerated):
        neurons = tuple(Neuron(line.normal, line.threshold, a) for line, a in amplitudes if a)
        try:
            return _proved(data, enumerated, dual, RationalNetwork(affine[0], (affine[1], affine[2]), neurons))
        except ArithmeticError as error:
            reason = str(error)
    raise ArithmeticError(f"the smallest norm of an interpolating net is not proved: {reason}")


def prove_norm(points: Numbers, labels: Numbers, dual: Sequence[RootSum], net: RationalNetwork) -> ExactNorm:
    """Prove S* from a dual measure (one sum of roots for each distinct point) and a net, everything exactly.

    Points and labels are those of `smallest_interpolating_norm`.

    Raises:
        ValueError: the input is no such data, or the measure has another length than the points.
        ArithmeticError: a constraint is violated, the net does not interpolate, or the two values differ.
    """
    data = _planar(points, labels)
    if len(dual) != len(data.points):
        raise ValueError(f"the measure must have one mass for each of the {len(data.points)} points, not {len(dual)}")
    return _proved(data, lines(data), tuple(dual), net)


def _planar(points: Numbers, labels: Numbers) -> PlanarData:
    rows = [_coordinates(point, place) for place, point in enumerate(points)]
    wide = max((len(row) for row in rows), default=0)
    if wide > 2:
        raise ValueError(
            f"a point must have one or two coordinates, but one has {wide}: the hyperplanes through data in three "
            "dimensions or more are not enumerated here. There, the numerics.stability_norm of any net that "
            "interpolates is an upper bound of the smallest norm"
        )
    if wide == 1:
        rows = [(*row, Fraction(0)) for row in rows]
    return PlanarData.of(rows, [_exact(label, f"label {place}") for place, label in enumerate(labels)])


def _coordinates(point: object, place: int) -> tuple[Fraction, ...]:
    entries = point if isinstance(point, Sequence | np.ndarray) and not isinstance(point, str) else (point,)
    return tuple(_exact(entry, f"point {place}") for entry in entries)


def _exact(value: object, what: str) -> Fraction:
    if isinstance(value, Rational) and not isinstance(value, bool):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, float | np.floating) and np.isfinite(value):
        return Fraction(*value.as_integer_ratio())
    raise ValueError(f"{what} must be made of finite numbers, whole, Fractions or floats, but it holds {value!r}")


def _proved(data: PlanarData, enumerated: Sequence[Line], dual: tuple[RootSum, ...], net: RationalNetwork) -> ExactNorm:
    for point, label in zip(data.points, data.labels, strict=True):
        if net(point) != label:
            raise ArithmeticError(f"the net is {net(point)} at ({point[0]}, {point[1]}), where the label is {label}")
    by_place = {(line.normal, line.threshold): line for line in enumerated}
    used = [_line_of(neuron, by_place) for neuron in net.neurons]
    primal = RootSum.combination(
        (abs(neuron.amplitude), line.weight) for neuron, line in zip(net.neurons, used, strict=True)
    )
    value = RootSum.combination(zip(data.labels, dual, strict=True))
    for name, factors in (
        ("1", [1] * len(dual)),
        ("x_1", [x for x, _ in data.points]),
        ("x_2", [y for _, y in data.points]),
    ):
        if RootSum.combination(zip(factors, dual, strict=True)):
            raise ArithmeticError(f"the measure does not annihilate the affine function {name}")
    if value != primal:
        raise ArithmeticError(f"the measure proves {value}, but the net has the norm {primal}")
    tight, slack = _constraints(data, enumerated, dual)
    attained = net.stability_norm(data) == value
    return ExactNorm(data, value, dual, net, tight, len(enumerated), slack, attained)


def _line_of(neuron: Neuron, by_place: dict[tuple[tuple[int, int], Fraction], Line]) -> Line:
    line = by_place.get((neuron.normal, neuron.threshold))
    if line is None:
        raise ArithmeticError(f"{neuron} does not lie on a line through data with data on both sides")
    return line


def _constraints(
    data: PlanarData, enumerated: Sequence[Line], dual: Sequence[RootSum]
) -> tuple[tuple[Line, ...], float]:
    """Prove |sum_j mu_j relu(<w,x_j> - c)| <= G for every line; the tight ones, and the least slack of the others."""
    tight, slack = [], float("inf")
    for start in range(0, len(enumerated), _BLOCK):
        block = enumerated[start : start + _BLOCK]
        t = offsets(data, [(*line.normal, line.offset) for line in block])
        columns = [[max(int(entry), 0) for entry in row] for row in t]
        with ctx.workprec(PRECISIONS[0]):
            masses = arb_mat(len(dual), 1, [mass.enclosure() for mass in dual])
            products = arb_mat(len(block), len(dual), [arb(e) for row in columns for e in row]) * masses
            quotients = [abs(products[i, 0]) / data.scale / _enclosed(line) for i, line in enumerate(block)]
        for line, column, quotient in zip(block, columns, quotients, strict=True):
            if quotient < 1:
                slack = min(slack, float((1 - quotient).lower()))
                continue
            parts = zip(column, dual, strict=True)
            if _is_tight(line, RootSum.combination((Fraction(e, data.scale), mass) for e, mass in parts)):
                tight.append(line)
            else:
                slack = 0.0
    return tuple(tight), slack


def _enclosed(line: Line) -> arb:
    side = line.side
    return ball(Fraction(side.excess, line.unit)) * arb(side.radicand).sqrt()


def _is_tight(line: Line, pairing: RootSum) -> bool:
    """Whether |pairing| = G; raises ``ArithmeticError`` unless |pairing| <= G is proved."""
    weight = line.weight
    if pairing in (weight, -weight):
        return True
    for precision in PRECISIONS:
        with ctx.workprec(precision):
            found, allowed = abs(pairing.enclosure()), weight.enclosure()
            if found < allowed:
                return False
            if found > allowed:
                break
    else:
        raise ArithmeticError(f"whether the measure satisfies the constraint of {line} is undecided")
    raise ArithmeticError(
        f"the measure violates the constraint of {line}: {found.str(12, radius=False)} > "
        f"{allowed.str(12, radius=False)}"
    )
