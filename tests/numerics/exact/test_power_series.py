"""Truncated power series against binomial and logarithmic series, and where nothing is known of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import acb, acb_series, arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball
from numerics.exact.power_series import coefficients, gauss, reciprocal, square_root, truncated

ORDER = 5
NOWHERE_FINITE = acb("nan")


def binomial(exponent: Fraction, k: int) -> Fraction:
    """The coefficient of e^k in (1 + e)^exponent."""
    result = Fraction(1)
    for i in range(k):
        result *= (exponent - i) / (i + 1)
    return result


def exact(value: Fraction) -> acb:
    return acb(ball(value))


def assert_near(found: acb, expected: acb) -> None:
    assert found.is_finite()
    assert found.overlaps(expected)
    assert found.rad() <= 1e-9 * (1 + abs(expected).upper())


def test_the_length_is_that_of_before_again() -> None:
    before = ctx.cap
    with truncated(3):
        assert reciprocal(acb_series([1, -1])).length() == 3
        with truncated(2):
            assert reciprocal(acb_series([1, -1])).length() == 2
        assert ctx.cap == 3
    with pytest.raises(ZeroDivisionError), truncated(4):
        raise ZeroDivisionError
    assert ctx.cap == before


@given(st.builds(Fraction, st.integers(1, 50), st.integers(1, 9)), st.integers(-9, 9))
def test_square_roots_and_reciprocals_are_binomial_series(first: Fraction, slope: int) -> None:
    """(a + b e)^p = sum_k (p over k) a^(p - k) b^k e^k, for p = 1/2 of a^2 and p = -1 of a."""
    with truncated(ORDER + 1):
        root = square_root(acb_series([exact(first**2), slope]), analytic=True)
        inverse = reciprocal(acb_series([exact(first), slope]))
    for k in range(ORDER + 1):
        assert_near(root[k], exact(binomial(Fraction(1, 2), k) * first ** (1 - 2 * k) * slope**k))
        assert_near(inverse[k], exact(binomial(Fraction(-1), k) * first ** (-1 - k) * slope**k))


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(0, 0.5), st.floats(-1, 1), st.floats(-1, 1))
def test_wide_balls_contain_the_series_at_their_points(x: float, y: float, r: float, right: float, up: float) -> None:
    """Away from the branch cut and from 0; there nothing is said."""
    wide = acb_series([acb(arb(x, r), arb(y, r)), 1])
    point = acb_series([acb(arb(x) + arb(right) * r, arb(y) + arb(up) * r), 1])
    for outer, inner in ((square_root(wide, True), square_root(point, True)), (reciprocal(wide), reciprocal(point))):
        if outer[0].is_finite():
            assert all(outer[k].overlaps(inner[k]) for k in range(ORDER))
        elif r == 0:
            assert not inner[0].is_finite()


@pytest.mark.parametrize("first", [acb(-1), acb(arb(-1), arb(0, 0.001)), acb(arb(0, 1)), acb(0)], ids=str)
def test_a_root_on_the_branch_cut_is_not_analytic(first: acb) -> None:
    """But it has one value, the principal one."""
    assert not square_root(acb_series([first, 1]), analytic=True)[0].is_finite()
    assert square_root(acb_series([first, 1]), analytic=False)[0].is_finite()
    beside = acb(arb(-1), arb(1, 0.5))
    assert square_root(acb_series([beside, 1]), analytic=True)[0].is_finite()


def test_a_root_at_zero_has_no_slope() -> None:
    assert not square_root(acb_series([0, 1]), analytic=False)[1].is_finite()


@pytest.mark.parametrize("series", [acb_series([0, 1]), acb_series([acb(arb(1, 1.5))]), acb_series([NOWHERE_FINITE])])
def test_nothing_divides_by_what_may_be_zero(series: acb_series) -> None:
    assert not reciprocal(series)[0].is_finite()


@given(
    st.builds(Fraction, st.integers(-12, 12), st.just(4)),
    st.builds(Fraction, st.integers(-9, 9), st.just(10)),
    st.integers(-3, 3),
)
def test_gauss_of_equal_parameters_is_a_binomial_series(a: Fraction, at: Fraction, rate: int) -> None:
    """F(a, b; b; w) = (1 - w)^-a, so that coefficient k is (-a over k) (-rate)^k (1 - w)^(-a - k)."""
    found = gauss(ball(a), arb(3) / 2, arb(3) / 2, exact(at), arb(rate), ORDER)
    base = ball(1 - at)
    for k in range(ORDER + 1):
        power = base ** ball(-a - k)
        assert_near(found[k], acb(ball(binomial(-a, k) * (-rate) ** k) * power))


def test_gauss_at_zero_is_the_hypergeometric_series() -> None:
    # (1)_k (1)_k / ((2)_k k!) = 1 / (k + 1): F(1, 1; 2; w) = -log(1 - w) / w
    found = gauss(arb(1), arb(1), arb(2), acb(0), arb(1), ORDER)
    for k in range(ORDER + 1):
        assert_near(found[k], exact(Fraction(1, k + 1)))


def test_gauss_of_a_polynomial_ends() -> None:
    # F(-2, 1; 1; w) = (1 - w)^2, at 3 + 2 e: (2 + 2 e)^2
    found = gauss(arb(-2), arb(1), arb(1), acb(3), arb(2), 4)
    for k, expected in enumerate((4, 8, 4, 0, 0)):
        assert_near(found[k], acb(expected))


def test_gauss_has_a_pole_at_one() -> None:
    assert not gauss(arb(1), arb(2), arb(2), acb(1), arb(1), 1)[0].is_finite()


def test_coefficients() -> None:
    assert coefficients(acb_series([1, 2]), 3) == [acb(1), acb(2), acb(0), acb(0)]
    assert coefficients(acb_series([]), 1) == [acb(0), acb(0)]
    assert not any(value.is_finite() for value in coefficients(acb_series([NOWHERE_FINITE, 1]), 2))
    assert [value.is_finite() for value in coefficients(acb_series([1, NOWHERE_FINITE]), 1)] == [True, False]


def test_coefficients_behind_the_cut_are_not_known() -> None:
    with truncated(2):
        cut = reciprocal(acb_series([1, -1]))
    assert [value.is_finite() for value in coefficients(cut, 3)] == [True, True, False, False]
