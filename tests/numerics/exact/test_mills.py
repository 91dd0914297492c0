"""Mills' ratio against its integral in 40 digits, at points and in wide balls."""

from __future__ import annotations

import mpmath
import pytest
from flint import acb, arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mpc

from numerics.exact.mills import enclosed_mills

DIGITS = 40


def integral(b: complex, k: int) -> mpc:
    """Int_0^inf u^k exp(-bu - u^2/2) du, by quadrature."""
    with mpmath.workdps(DIGITS):
        top = max(0.0, -b.real)
        pieces = [0, 1, top + 2, top + 6, top + 20]
        return mpmath.quad(lambda u: u**k * mpmath.exp(-mpc(b) * u - u * u / 2), pieces)


def in_ball(value: mpc) -> acb:
    """The digits, and their rounding."""
    with ctx.workprec(200):
        parts = (arb(mpmath.nstr(part, DIGITS)) for part in (value.real, value.imag))
        return acb(*parts) * acb(arb(1, 1e-30), arb(0, 1e-30))


@pytest.mark.parametrize("b", [0.0, 1.0, -3.0, 10.0, 40.0, 1e-9, 2 + 3j, -2 + 1j, 5j, 0.5 - 0.5j])
def test_points_by_quadrature(b: complex) -> None:
    with ctx.workprec(128):
        for k, found in enumerate(enclosed_mills(acb(complex(b)))):
            expected = in_ball(integral(complex(b), k))
            assert found.overlaps(expected)
            assert found.rad() <= 1e-20 * (1 + abs(expected).upper())


def test_at_zero_the_moments_of_the_half_normal_law() -> None:
    M0, M1 = enclosed_mills(acb(0))
    assert M0.real.overlaps((arb.pi() / 2).sqrt())
    assert M1.real.contains(1)
    assert M0.imag.contains(0)
    assert M1.imag.contains(0)


@given(st.floats(0.1, 1000))
def test_between_the_bounds_of_gordon(b: float) -> None:
    """B / (1 + b^2) < M_0 < 1/b, so that 0 < M_1 < 1/(1 + b^2)."""
    with ctx.workprec(128):
        M0, M1 = (moment.real for moment in enclosed_mills(acb(b)))
        assert b / (1 + arb(b) ** 2) < M0 < 1 / arb(b)
        assert 0 < M1 < 1 / (1 + arb(b) ** 2)


@given(st.floats(-2, 5), st.floats(-1, 1), st.floats(0, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_wide_balls_contain_their_points(x: float, y: float, radius: float, right: float, up: float) -> None:
    wide, point = acb(arb(x, radius), arb(y, radius)), acb(x + right * radius, y + up * radius)
    for found, at_point in zip(enclosed_mills(wide), enclosed_mills(point), strict=True):
        assert found.overlaps(at_point)


@pytest.mark.parametrize("x", [0.0, 1.0, 10.0])
def test_wide_balls_stay_as_tight_as_the_slope(x: float) -> None:
    """A real ball of radius r about x is as wide as r times the next moment at x - r; M_2 < 2/x^3 for x > 0."""
    radius = 1e-3
    found = enclosed_mills(acb(arb(x, radius)))
    for k, moment in enumerate(found):
        slope = abs(integral(complex(x - radius), k + 1))
        assert moment.real.rad() <= 1.001 * radius * float(slope) + 1e-11


def test_nothing_known_gives_nothing() -> None:
    assert not any(moment.is_finite() for moment in enclosed_mills(acb("nan")))
    assert not any(moment.is_finite() for moment in enclosed_mills(acb(arb.pos_inf())))
