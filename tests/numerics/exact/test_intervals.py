"""Printed numbers enclose."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.intervals import product, readable, reciprocal, texts

SIZES = st.integers(-40, 40)
NUMBERS = st.builds(
    lambda top, bottom, size: Fraction(top, bottom) * Fraction(10) ** size,
    st.integers(-(10**20), 10**20),
    st.integers(1, 10**20),
    SIZES,
)


@given(NUMBERS, NUMBERS, st.integers(1, 20))
def test_texts_enclose_narrowly(first: Fraction, second: Fraction, digits: int) -> None:
    low, high = sorted((first, second))
    text_low, text_high = (Fraction(text) for text in texts((low, high), digits))
    assert text_low <= low <= high <= text_high
    unit = Fraction(1, 10 ** (digits - 1))
    assert low - text_low < unit * abs(low) or low == 0 == text_low
    assert text_high - high < unit * abs(high) or high == 0 == text_high


@given(NUMBERS, st.integers(2, 12))
def test_readable_text_encloses(value: Fraction, digits: int) -> None:
    ends = [Fraction(part) for part in readable((value, value), digits).split(" to ")]
    assert ends[0] <= value <= ends[-1]


def test_examples() -> None:
    assert texts((Fraction(0), Fraction(125, 16)), 15) == ("0", "7.8125")
    assert texts((Fraction(99999, 10), Fraction(99999, 10)), 3) == ("9.99e3", "10e3")
    assert texts((Fraction(-1, 3), Fraction(1, 3 * 10**9)), 2) == ("-0.34", "3.4e-10")
    assert texts((Fraction(10) ** 400, Fraction(10) ** 400), 4) == ("1e400", "1e400")


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_products_and_reciprocals(a: Fraction, b: Fraction, c: Fraction, d: Fraction) -> None:
    first, second = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    low, high = product(first, second)
    middle = (a + b) / 2 * (c + d) / 2
    assert low <= middle <= high
    positive = (abs(a) + 1, abs(a) + 1 + abs(b))
    assert reciprocal(positive, 2) == (2 / positive[1], 2 / positive[0])
