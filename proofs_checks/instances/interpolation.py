"""Finite data in the plane for exact norms: random ones, points on a line, and values of nets in fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from numerics.network import ShallowNetwork
from numerics.separation.planar.dichotomies import PlanarData, lines
from numerics.separation.planar.norm_search import float_optimum
from numerics.separation.planar.planar_sets import PlanarSet

COLLINEAR = PlanarSet(
    "three points on a line, labels 0, 1, 0",
    tuple((Fraction(x), Fraction(0)) for x in range(3)),
    (Fraction(0), Fraction(1), Fraction(0)),
)
"""No line through two of its points tells them apart."""


@st.composite
def planar_data(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[int]]:
    """Points of a small grid, possibly repeated or collinear, with labels by point."""
    table = draw(
        st.dictionaries(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), st.integers(-2, 2), min_size=1, max_size=9)
    )
    points = list(table) + draw(st.lists(st.sampled_from(sorted(table)), max_size=3))
    return points, [table[point] for point in points]


def exact_value(network: ShallowNetwork, point: Sequence[Fraction]) -> Fraction:
    """The value of a net at a rational point, in fractions: floats are rational numbers."""
    value = Fraction(float(network.b2))
    for row, bias, out in zip(network.W1.tolist(), network.b1.tolist(), network.w2.tolist(), strict=True):
        before = sum((Fraction(w) * x for w, x in zip(row, point, strict=True)), Fraction(bias))
        value += Fraction(out) * max(before, Fraction(0))
    return value


def largest_over_orientations(planar: PlanarSet) -> float:
    """The value of the linear program with the dearer orientation of each line."""
    data = PlanarData.of(planar.points, planar.labels)
    enumerated = lines(data)
    weights = np.array([max(side.square for side in line.sides) ** 0.5 / line.unit for line in enumerated])
    return float_optimum(data, enumerated, weights).value
