"""Exact arithmetic of the checker: packed products, and square roots rounded to one side."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from proofs_checks.instances.profiles import settings
from proofs_checks.verify.arithmetic import gram, integers, products, root


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=8))
def test_floats_as_whole_numbers(entries: list[float]) -> None:
    """Each is the fraction that the float is."""
    whole, bits = integers(entries)
    assert [Fraction(value, 2**bits) for value in whole] == [Fraction(entry) for entry in entries]


@given(st.lists(st.lists(st.integers(-(2**70), 2**70), min_size=3, max_size=3), min_size=1, max_size=140))
@settings(max_examples=40)
def test_packed_products(rows: list[list[int]]) -> None:
    """Products of packed columns are the products."""
    expected = [[sum(a * b for a, b in zip(left, right, strict=True)) for right in rows] for left in rows]
    assert products(rows, rows) == expected
    assert gram(rows) == [row[: j + 1] for j, row in enumerate(expected)]


@given(st.fractions(min_value=0, max_value=10**30), st.integers(-300, 300))
def test_square_roots(value: Fraction, exponent: int) -> None:
    """Rounded to the side asked for, and narrowly."""
    square = value * Fraction(2) ** exponent
    low, high = root(square), root(square, up=True)
    assert low**2 <= square <= high**2
    assert (high - low) * 2**100 <= high
    assert root(value * value) == root(value * value, up=True) or value.denominator > 1
