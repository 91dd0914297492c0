"""Lower bounds on S* whose certificate holds whole numbers only: a measure, and squares to compare.

A measure mu of whole masses that annihilates affine functions, and a whole number N > 0 with m_L^2 <= N^2 G_L^2 for
every line of `dichotomies`, m_L = sum_j mu_j relu(<w_L,x_j> - c_L), prove |f|_S >= <mu, y>/N for every interpolating
shallow net f: G_L^2 is rational, so that no root is ever taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from numerics.separation.planar.dichotomies import Line, PlanarData, Rational, lines, offsets
from numerics.separation.planar.norm_search import affine_frame, float_optimum, float_weights

_BITS = 50
_BLOCK = 1024


@dataclass(frozen=True)
class RationalBound:
    """All that a checker needs to see |f|_S >= value for every shallow net f that interpolates.

    points: distinct, each a pair of Fractions; multiplicities: how often each occurs; labels; measure: a whole mass for
    each point; denominator: N > 0. A checker has to see that the measure annihilates 1, x_1 and x_2, and that
    (sum_j mu_j relu(<w,x_j> - c))^2 <= N^2 l^2 gamma^2 for the lines <w,x> = c through two points (through one, across
    the data, if these lie on a line), in both orientations, with any prefix or suffix of the points on the line active.
    """

    points: tuple[tuple[Fraction, Fraction], ...]
    multiplicities: tuple[int, ...]
    labels: tuple[Fraction, ...]
    measure: tuple[int, ...]
    denominator: int

    @property
    def value(self) -> Fraction:
        """<mu, y>/N."""
        pairing = sum((m * y for m, y in zip(self.measure, self.labels, strict=True)), Fraction(0))
        return pairing / self.denominator


def rational_lower_bound(points: Sequence[Sequence[Rational]], labels: Sequence[Rational]) -> RationalBound:
    """A proved lower bound on S*, as near to it as the float linear program and masses of 50 bits reach.

    Arguments as for `exact_norm.smallest_interpolating_norm`; it bears many more data (hundreds).

    Raises:
        ValueError: the input is no planar rational data, or a point has two labels.
        ArithmeticError: the linear program was not solved.

    >>> cross = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
    >>> round(float(rational_lower_bound(cross, [1, 0, 0, 0, 0]).value), 11)  # 4 sqrt(2)/25
    0.22627416998
    """
    data = PlanarData.of(points, labels)
    enumerated = lines(data)
    optimum = float_optimum(data, enumerated, float_weights(enumerated))
    largest = float(np.abs(optimum.measure).max())
    masses = [0] * len(data.points)
    if largest:
        exponent = _BITS - math.frexp(largest)[1]
        masses = _annihilating(data, [round(Fraction(float(m)) * Fraction(2) ** exponent) for m in optimum.measure])
    worst = max(
        (m * m / line.squared_weight for line, m in zip(enumerated, _pairings(data, enumerated, masses), strict=True)),
        default=Fraction(0),
    )
    # the least whole N with N^2 >= worst
    denominator = max(1, math.isqrt(max(0, math.ceil(worst) - 1)) + 1)
    bound = RationalBound(data.points, data.multiplicities, data.labels, tuple(masses), denominator)
    return bound if bound.value > 0 else replace(bound, measure=(0,) * len(data.points), denominator=1)


def prove_rational_bound(bound: RationalBound) -> Fraction:
    """Check everything in the certificate anew, in whole numbers and fractions; the bound it proves.

    Raises:
        ValueError: points repeated, lengths that do not fit, a multiplicity or denominator below 1.
        ArithmeticError: the measure does not annihilate affine functions, or violates a constraint.
    """
    data = PlanarData(bound.points, bound.multiplicities, bound.labels)
    lengths = {len(part) for part in (bound.points, bound.multiplicities, bound.labels, bound.measure)}
    if len(lengths) != 1 or len(set(bound.points)) != len(bound.points) or not bound.points:
        raise ValueError("a certificate has distinct points, each with one multiplicity, one label and one mass")
    if min(bound.multiplicities) < 1 or bound.denominator < 1:
        raise ValueError("multiplicities and the denominator of a certificate are at least 1")
    columns = ([1] * len(data.points), [x for x, _ in data.whole], [y for _, y in data.whole])
    if any(sum(m * value for m, value in zip(bound.measure, column, strict=True)) for column in columns):
        raise ArithmeticError("the measure does not annihilate affine functions")
    enumerated = lines(data)
    for line, pairing in zip(enumerated, _pairings(data, enumerated, bound.measure), strict=True):
        if pairing**2 > bound.denominator**2 * line.squared_weight:
            raise ArithmeticError(f"the measure violates the constraint of {line}")
    return bound.value


def _pairings(data: PlanarData, enumerated: Sequence[Line], masses: Sequence[int]) -> list[Fraction]:
    """sum_j mu_j relu(<w,x_j> - c) for every line."""
    column = np.array(masses, dtype=object)
    found: list[Fraction] = []
    for start in range(0, len(enumerated), _BLOCK):
        t = offsets(data, [(*line.normal, line.offset) for line in enumerated[start : start + _BLOCK]])
        found += [Fraction(int(value), data.scale) for value in np.maximum(t, 0).astype(object) @ column]
    return found


def _annihilating(data: PlanarData, masses: list[int]) -> list[int]:
    """Masses near a multiple of the given ones, changed on two or three points so as to annihilate affine functions."""
    frame = affine_frame(data)
    corners = [data.whole[j] for j in frame]
    moments = [sum(masses)] + [sum(m * z[i] for m, z in zip(masses, data.whole, strict=True)) for i in (0, 1)]
    if len(frame) == 1:
        return [0] * len(masses)
    if len(frame) == 2:
        (x0, y0), (x1, y1) = corners
        # one coordinate tells points on a line apart
        axis = 0 if x0 != x1 else 1
        near, far = corners[0][axis], corners[1][axis]
        determinant = far - near
        second = moments[1 + axis] - near * moments[0]
        corrections = [determinant * moments[0] - second, second]
    else:
        (x0, y0), (x1, y1), (x2, y2) = corners
        a, b, c, d = x1 - x0, y1 - y0, x2 - x0, y2 - y0
        determinant = a * d - b * c
        u, v = moments[1] - x0 * moments[0], moments[2] - y0 * moments[0]
        corrections = [0, u * d - v * c, a * v - b * u]
        corrections[0] = determinant * moments[0] - corrections[1] - corrections[2]
    scaled = [determinant * m for m in masses]
    for j, correction in zip(frame, corrections, strict=True):
        scaled[j] -= correction
    # a positive multiple of the given measure
    return scaled if determinant > 0 else [-m for m in scaled]
