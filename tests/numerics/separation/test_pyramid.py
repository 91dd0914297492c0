"""The pyramid at points where it is known, and the same exactly."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from numerics.separation.pyramid import exact_pyramid, pyramid


def test_known_values() -> None:
    assert pyramid(np.array([[0.0, 0.0], [0.5, -0.25], [1.0, 0.0], [-3.0, 2.0]])).tolist() == [1.0, 0.25, 0.0, 0.0]
    assert pyramid(np.zeros((1, 7))).tolist() == [1.0]
    assert exact_pyramid((Fraction(1, 3), Fraction(-1, 3))) == Fraction(1, 3)
    assert exact_pyramid((Fraction(1), Fraction(1, 10**9))) == 0


@given(st.lists(st.integers(-16, 16), min_size=1, max_size=4))
def test_floats_and_fractions_agree(numerators: list[int]) -> None:
    """On binary fractions, where floats are exact."""
    point = [Fraction(p, 16) for p in numerators]
    assert pyramid(np.array([point], dtype=float))[0] == exact_pyramid(point)
