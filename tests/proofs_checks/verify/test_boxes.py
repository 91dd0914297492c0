"""Bounds on boxes against the exact maximum of a sum of rectifiers, which is attained where lines cross."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_checks.verify import boxes
from proofs_checks.verify.boxes import Box, Form, Term, require_within
from proofs_checks.verify.reading import NotProved, Unreadable

SQUARE = Box(0, 0, 0)
SMALL = st.integers(-4, 4)
TERMS = st.lists(st.tuples(SMALL, st.tuples(SMALL, SMALL, SMALL)), max_size=5)


def value(terms: list[Term], constant: int, s: Fraction, t: Fraction) -> Fraction:
    """F at one place, plainly."""
    return constant + sum((m * max(a + b * s + c * t, Fraction(0)) for m, (a, b, c) in terms), Fraction(0))


def largest(terms: list[Term], constant: int) -> Fraction:
    """The maximum of |F| over the unit square: at a corner, or where two of the lines and the sides cross."""
    lines: list[Form] = [form for _, form in terms] + [(0, 1, 0), (-1, 1, 0), (0, 0, 1), (-1, 0, 1)]
    found = Fraction(0)
    for (a, b, c), (d, e, f) in itertools.combinations(lines, 2):
        if determinant := b * f - c * e:
            s, t = Fraction(c * d - a * f, determinant), Fraction(a * e - b * d, determinant)
            if 0 <= s <= 1 and 0 <= t <= 1:
                found = max(found, abs(value(terms, constant, s, t)))
    return found


def accepted(terms: list[Term], constant: int, limit: Callable[[Box], Form | None]) -> bool:
    """Whether the limit is proved on the unit square."""
    try:
        require_within(terms, constant, [SQUARE], limit, lambda box: f"at {box.i}, {box.j}")
    except NotProved:
        return False
    return True


@given(TERMS, SMALL)
def test_the_maximum(terms: list[Term], constant: int) -> None:
    """Just above it is proved, just below it is refused."""
    size = 2**20
    scaled = [(m * size, form) for m, form in terms]
    exact = largest(terms, constant)
    above = int(exact * size) + size // 100 + 1
    assert accepted(scaled, constant * size, lambda _: (above, 0, 0))
    below = int(exact * size) - size // 100 - 1
    assert below < 0 or not accepted(scaled, constant * size, lambda _: (below, 0, 0))


@given(TERMS, SMALL, SMALL, SMALL)
def test_an_affine_limit(terms: list[Term], constant: int, slope: int, other: int) -> None:
    """That holds at the corners of all small boxes, if it is accepted at all."""
    limit = (12, slope, other)
    if accepted(terms, constant, lambda _: limit):
        for s, t in itertools.product((Fraction(k, 7) for k in range(8)), repeat=2):
            assert abs(value(terms, constant, s, t)) <= 12 + slope * s + other * t


def test_a_ridge_needs_few_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    """1 - |3s - t - 1| is 1 along a line that crosses the square askew: one box, since its kappa is chosen well."""
    monkeypatch.setattr(boxes, "MOST_WORK", 11)
    ridge: list[Term] = [(-2, (-1, 3, -1)), (1, (9, 3, -1)), (-1, (10, 0, 0))]
    assert largest(ridge, 1) == 1
    assert accepted(ridge, 1, lambda _: (1, 0, 0))


def test_parts_cover_the_box() -> None:
    """Four quarters, each of a fourth of the area, none twice: no hole."""
    box = Box(3, 5, 2)
    parts = set(box.parts())
    assert parts == {Box(i, j, 3) for i in (6, 7) for j in (10, 11)}
    assert box.corners((1, 2, 3)) == (4 + 6 + 15, 4 + 6 + 18, 4 + 8 + 15, 4 + 8 + 18)


def test_what_is_left_out_is_not_claimed() -> None:
    """Without the right half nothing is refused there."""
    rising: list[Term] = [(1, (0, 4, 0))]
    assert not accepted(rising, 0, lambda _: (2, 0, 0))
    assert accepted(rising, 0, lambda box: None if 2 * box.i >= 1 << box.depth else (2, 0, 0))


def test_the_place_is_named() -> None:
    with pytest.raises(NotProved, match=r"^at "):
        require_within([(1, (0, 4, 0))], 0, [SQUARE], lambda _: (2, 0, 0), lambda box: f"at {box.i}, {box.j}")


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, before the time is spent."""
    monkeypatch.setattr(boxes, "MOST_WORK", 100)
    many: list[Term] = [((-1) ** k, (k - 20, 40, 1 + k)) for k in range(40)]
    limit = ceil(largest(many, 0))
    with pytest.raises(Unreadable, match="too many for this checker"):
        require_within(many, 0, [SQUARE], lambda _: (limit, 0, 0), lambda _: "")
