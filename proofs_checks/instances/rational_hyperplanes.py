"""Hyperplanes with rational unit normals, and rational data."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st


@st.composite
def rational_hyperplanes(draw: st.DrawFn) -> tuple[list[Fraction], Fraction, list[list[Fraction]]]:
    """A unit normal with rational entries, a threshold, and data."""
    rational = st.builds(Fraction, st.integers(-6, 6), st.integers(1, 4))
    d = draw(st.integers(1, 3))
    pole = draw(st.lists(rational, min_size=d - 1, max_size=d - 1))
    square = sum((s * s for s in pole), Fraction(0))
    # stereographic projection: every rational point of the sphere but the pole comes from a rational point
    v = [2 * s / (1 + square) for s in pole] + [(1 - square) / (1 + square)]
    n = draw(st.integers(1, 5))
    x = draw(st.lists(st.lists(rational, min_size=d, max_size=d), min_size=n, max_size=n))
    return v, draw(rational), x
