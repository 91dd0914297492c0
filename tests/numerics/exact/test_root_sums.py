"""Exact sums of square roots."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball
from numerics.exact.root_sums import RootSum, square_free

_TERM = st.tuples(st.builds(Fraction, st.integers(-9, 9), st.integers(1, 9)), st.integers(0, 200))


@given(st.integers(1, 10**9))
def test_square_free_part(number: int) -> None:
    outside, inside = square_free(number)
    assert outside**2 * inside == number
    assert all(inside % k**2 for k in range(2, math.isqrt(inside) + 1) if k < 2000)


@given(st.lists(_TERM, max_size=5), st.lists(_TERM, max_size=5), st.integers(-3, 3))
def test_arithmetic_is_that_of_numbers(
    left: list[tuple[Fraction, int]], right: list[tuple[Fraction, int]], k: int
) -> None:
    def both(terms: list[tuple[Fraction, int]]) -> tuple[RootSum, float]:
        return (
            RootSum.combination((1, RootSum.of(q, r)) for q, r in terms),
            math.fsum(float(q) * math.sqrt(r) for q, r in terms),
        )

    (a, x), (b, y) = both(left), both(right)
    assert float((a + k * b).enclosure().mid()) == pytest.approx(x + k * y, abs=1e-9)
    assert a + b == b + a
    assert not a + -a


def test_equal_sums_have_equal_terms() -> None:
    assert RootSum.of(1, 8) + RootSum.of(1, 18) == RootSum.of(5, 2)
    assert RootSum.of(3, 4) == RootSum.of(6)
    assert RootSum.of(0, 7) == RootSum.of(7, 0) == RootSum()


def test_the_enclosure_contains_the_root() -> None:
    root = RootSum.of(Fraction(1, 3), 2).enclosure()
    assert (root**2).contains(ball(Fraction(2, 9)).mid())
    assert not root.is_exact()


def test_a_negative_radicand_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        RootSum.of(1, -2)
