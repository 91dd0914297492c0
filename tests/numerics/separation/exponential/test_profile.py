"""The profile D: its derivative, its maximum, and the constant beyond 1."""

from __future__ import annotations

import math

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.separation.exponential.profile import final_profile, greatest_profile, profile


@given(st.floats(-0.99, 0.99))
def test_derivative(y: float) -> None:
    """D' = (5 pi/128) (1-y^2)^3 (11 y^2 - 3), by central differences."""
    h = 1e-4
    slope = (profile(arb(y + h)) - profile(arb(y - h))) / (2 * h)
    expected = 5 * math.pi / 128 * (1 - y * y) ** 3 * (11 * y * y - 3)
    assert float(slope.mid()) == pytest.approx(expected, abs=1e-6)


def test_greatest_value() -> None:
    """|D| is largest at sqrt(3/11), where D' changes its sign."""
    top = (arb(3) / 11).sqrt()
    assert abs(profile(top)).overlaps(greatest_profile())
    assert all(abs(profile(arb(k) / 100)) < greatest_profile() for k in range(101))


def test_constant_beyond_one() -> None:
    assert abs(profile(arb(1))).overlaps(final_profile())
    assert profile(arb(7)).overlaps(profile(arb(1)))
    assert profile(arb(-7)).overlaps(-profile(arb(1)))
