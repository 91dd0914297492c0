"""Kinds of symbols: what counts as an index, which values fit, and values near another that do."""

from __future__ import annotations

import random

import pytest
import sympy as sp
from flint import arb, fmpq

from theory.falsifier.kinds import fits, is_index, of_kind

KINDS = {
    "real": sp.Symbol("r", real=True),
    "positive": sp.Symbol("p", positive=True),
    "nonnegative": sp.Symbol("q", nonnegative=True),
    "negative": sp.Symbol("m", negative=True),
    "nonpositive": sp.Symbol("l", nonpositive=True),
    "nonzero": sp.Symbol("z", nonzero=True, real=True),
    "integer": sp.Symbol("i", integer=True),
    "size": sp.Symbol("n", integer=True, positive=True),
}


def test_an_index_is_a_positive_integer() -> None:
    assert [name for name, symbol in KINDS.items() if is_index(symbol)] == ["size"]


@pytest.mark.parametrize("value", [fmpq(-3, 2), fmpq(-1), fmpq(0), fmpq(1), fmpq(5, 3)], ids=str)
@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("integer", "size")])
def test_what_fits(name: str, value: fmpq) -> None:
    """As SymPy understands the assumptions; and what is made of the kind fits, and is the value where that fits."""
    symbol = KINDS[name]
    expected = {
        "real": True,
        "positive": value > 0,
        "nonnegative": value >= 0,
        "negative": value < 0,
        "nonpositive": value <= 0,
        "nonzero": value != 0,
    }[name]
    assert fits(symbol, value, certain=True) == expected
    made = of_kind(symbol, value, random.Random(0))
    assert fits(symbol, made, certain=True)
    assert made == value or not expected


def test_a_ball_around_0_fits_for_certain_where_no_sign_is_asked() -> None:
    ball = arb(0, 1)
    assert [name for name, symbol in KINDS.items() if fits(symbol, ball, certain=True)] == ["real"]
    assert fits(KINDS["positive"], ball, certain=False)


def test_integers() -> None:
    assert [fits(KINDS["integer"], value, certain=True) for value in (fmpq(-2), fmpq(1, 2))] == [True, False]
    assert [fits(KINDS["size"], value, certain=True) for value in (fmpq(2), fmpq(0))] == [True, False]
