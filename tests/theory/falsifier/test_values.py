"""Numbers: exact where they can be, enclosed else, and refused where they have no sign or no value."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy as sp
from flint import acb, arb, fmpq

from tests.theory.falsifier.bare import stated
from theory.falsifier import values
from theory.falsifier.instances import Point
from theory.falsifier.kinds import fits, of_kind
from theory.falsifier.setting import setting
from theory.falsifier.values import Beyond, Undefined

THIRD = fmpq(1, 3)
ABOUT_ZERO = arb(0, 1)


@pytest.mark.parametrize(
    "compute",
    [
        lambda: values.sign(acb(1, 1)),
        lambda: values.smaller(acb(1, 1), fmpq(0)),
        lambda: values.larger(fmpq(0), acb(1, 1)),
        lambda: values.power(fmpq(2), fmpq(values.LARGEST_EXPONENT + 1)),
    ],
    ids=["a sign", "a minimum", "a maximum", "a high power"],
)
def test_beyond(compute: Callable[[], object]) -> None:
    """Complex numbers are not ordered, and exact powers of any degree are not written out."""
    with pytest.raises(Beyond):
        compute()


def test_complex_numbers() -> None:
    """Their roots and powers are enclosed, and an equation between them is one of both parts."""
    assert values.square_root(acb(-4)).imag.contains(2)
    assert values.power(acb(0, 1), fmpq(2)).real.contains(-1)
    assert values.power(acb(0, 1), THIRD).imag.contains(arb(1) / 2)
    assert values.apart(acb(1, 1), fmpq(1))
    assert not values.exceeds(acb(2), fmpq(1))
    assert values.satisfied("==", acb(0)) and not values.satisfied(">=", acb(0))  # noqa: PT018
    assert fits(sp.Symbol("z"), acb(1, 1), certain=True)
    assert not fits(sp.Symbol("x", real=True), acb(1, 1), certain=True)


def test_a_ball_about_zero() -> None:
    """Its inverse and its powers may be anything, its root may be up to that of its upper end."""
    assert not values.inverse(ABOUT_ZERO).is_finite()
    assert not values.power(ABOUT_ZERO, THIRD).is_finite()
    assert values.square_root(ABOUT_ZERO).contains(1)
    assert not values.square_root(values.unknown()).is_finite()
    assert not values.satisfied("!=", ABOUT_ZERO)
    assert values.satisfied("!=", arb(2, 1))
    for declared in ({"positive": True}, {"nonpositive": True}, {"nonzero": True}):
        assert fits(sp.Symbol("x", **declared), ABOUT_ZERO, certain=False)
        assert not fits(sp.Symbol("x", **declared), ABOUT_ZERO, certain=True)


def test_powers_of_zero() -> None:
    """A positive one is 0, others are none."""
    assert values.power(fmpq(0), THIRD) == 0
    with pytest.raises(Undefined):
        values.power(fmpq(0), -THIRD)
    with pytest.raises(Undefined):
        values.power(fmpq(0), arb(0))


def test_factorials() -> None:
    """Exact up to a hundred, enclosed beyond."""
    gamma = values.ELEMENTARY["gamma"]
    assert gamma(fmpq(5)) == 24
    assert gamma(fmpq(120)).contains(sp.factorial(119).p)
    assert gamma(arb(5)).contains(24)


def test_the_logarithm_of_the_gamma_function() -> None:
    """From 0 on."""
    logarithm = values.ELEMENTARY["lgamma"]
    assert abs(logarithm(fmpq(1, 2)) - arb.pi().log() / 2) < arb(1e-12)
    assert (logarithm(fmpq(1)), logarithm(fmpq(2))) == (0, 0)
    with pytest.raises(Undefined):
        logarithm(fmpq(0))


@pytest.mark.parametrize(
    ("declared", "value", "kept"),
    [
        ({"nonpositive": True}, fmpq(2), fmpq(-2)),
        ({"negative": True}, fmpq(0), fmpq(-1)),
        ({"negative": True}, fmpq(3), fmpq(-3)),
        ({"nonnegative": True}, fmpq(-2), fmpq(2)),
        ({"real": True}, fmpq(0), fmpq(0)),
    ],
    ids=str,
)
def test_a_value_of_a_kind(declared: dict[str, bool], value: fmpq, kept: fmpq) -> None:
    """The sign is turned where it has to be."""
    symbol = sp.Symbol("x", **declared)
    numbers = Point(setting(stated(symbol, "=", symbol)), 0, 0).numbers(symbol)
    assert of_kind(symbol, value, numbers) == kept
    assert fits(symbol, kept, certain=True)


def test_whole_numbers_are_whole() -> None:
    """Neither a fraction nor a ball about one."""
    n = sp.Symbol("n", integer=True)
    assert fits(n, fmpq(-2), certain=True)
    assert not fits(n, fmpq(1, 2), certain=True)
    assert not fits(n, arb(2), certain=False)
