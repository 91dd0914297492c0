"""Conversions between exact numbers, balls and text: each holds what it came from, and no more than it has to."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball, decimals, lower, outward, upper

FRACTIONS = st.builds(Fraction, st.integers(-(10**40), 10**40), st.integers(1, 10**40))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.one_of(FRACTIONS, FLOATS, st.integers(-(2**200), 2**200)), st.sampled_from([20, 53, 300]))
def test_a_ball_contains_its_number_and_little_else(value: float | Fraction, precision: int) -> None:
    with ctx.workprec(precision):
        found = ball(value)
        low, high = lower(found), upper(found)
        assert low <= Fraction(value) <= high
        assert high - low <= 4 * abs(Fraction(value)) / 2**precision


@given(FLOATS)
def test_a_float_is_the_binary_fraction_that_it_is(value: float) -> None:
    """Down to the smallest subnormal, nothing is rounded at 53 bits."""
    assert lower(ball(value)) == upper(ball(value)) == Fraction(value)


def test_balls_and_rationals_of_flint_are_taken_too() -> None:
    assert ball(fmpq(1, 3)).contains(fmpq(1, 3))
    assert lower(ball(arb(2, 0.5))) <= Fraction(3, 2)
    assert Fraction(5, 2) <= upper(ball(arb(2, 0.5))) <= Fraction(5, 2) + Fraction(1, 10**8)


def test_ends_are_rounded_outwards_to_the_working_precision() -> None:
    value = 2**100 + 1
    with ctx.workprec(200):
        fine = ball(value)
        assert lower(fine) == upper(fine) == value
    assert 2**100 <= lower(fine) < value < upper(fine) <= 2**100 + 2**48


@pytest.mark.parametrize("value", [arb.pos_inf(), arb.neg_inf(), arb.nan(), arb(0, math.inf)], ids=str)
def test_ends_of_nothing_known_are_refused(value: arb) -> None:
    for end in (lower, upper):
        with pytest.raises(ArithmeticError, match="infinite"):
            end(value)
    with pytest.raises(ArithmeticError, match="infinite"):
        outward(value, 3)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_floats_that_are_no_numbers_have_no_ball(value: float) -> None:
    with pytest.raises((ValueError, OverflowError), match="cannot convert"):
        ball(value)


@given(FRACTIONS, st.integers(0, 30), st.booleans())
def test_decimals_are_on_the_asked_side_and_next_to_the_number(value: Fraction, digits: int, up: bool) -> None:
    text = decimals(value, digits, up=up)
    assert re.fullmatch(rf"-?\d+\.\d{{{digits}}}" if digits else r"-?\d+", text)
    # 0.5 and not .5, nor 00.5
    assert not re.match(r"-?0\d", text)
    excess = Fraction(text) - value if up else value - Fraction(text)
    assert 0 <= excess < Fraction(1, 10**digits)


@pytest.mark.parametrize(
    ("value", "digits", "down", "up"),
    [
        ("0", 2, "0.00", "0.00"),
        ("1/300", 2, "0.00", "0.01"),
        ("-1/300", 2, "-0.01", "0.00"),
        ("5/2", 0, "2", "3"),
        ("-5/2", 0, "-3", "-2"),
        ("999999/1000000", 3, "0.999", "1.000"),
        ("-1/4", 2, "-0.25", "-0.25"),
    ],
)
def test_decimals_by_hand(value: str, digits: int, down: str, up: str) -> None:
    number = Fraction(value)
    assert (decimals(number, digits, up=False), decimals(number, digits, up=True)) == (down, up)
    assert outward((number, number), digits) == (down, up)


@given(FRACTIONS, st.floats(0, 1e10), st.integers(0, 12))
def test_two_decimal_strings_enclose_the_ball(middle: Fraction, radius: float, digits: int) -> None:
    value = ball(middle) + arb(0, radius)
    low, high = (Fraction(text) for text in outward(value, digits))
    assert low <= middle - Fraction(radius)
    assert middle + Fraction(radius) <= high
    assert high - low <= Fraction(2, 10**digits) + upper(value) - lower(value)
