"""Truncated power series: products, functions and kinks, and what has no derivative."""

from __future__ import annotations

import pytest
from flint import acb, arb, fmpq

from theory.falsifier import jets
from theory.falsifier.jets import Direction
from theory.falsifier.values import Beyond, Undefined

FIRST, SECOND = Direction(1, 2), Direction(2, 1)


def test_numbers_among_jets() -> None:
    """A number is a jet without directions, on either side of a sum, a difference and a product."""
    x = jets.moved(fmpq(3), FIRST)
    square = (5 - x) * (x - 5) + 0
    assert jets.constant(square) == -4
    assert jets.derivative(square, ((FIRST, 1),)) == 4
    assert jets.derivative(square, ((FIRST, 2),)) == -2
    assert jets.derivative(fmpq(7), ((FIRST, 1),)) == 0
    assert jets.coefficient(fmpq(7), FIRST, 1) == 0
    assert jets.coefficient(fmpq(7), FIRST, 0) == 7


def test_a_coefficient_is_a_jet_in_the_other_directions() -> None:
    """Of x^2 y: 2 x y about (3, 5), and 25 + ... without x."""
    x, y = jets.moved(fmpq(3), FIRST), jets.moved(fmpq(5), SECOND)
    product = x * x * y
    linear = jets.coefficient(product, FIRST, 1)
    assert jets.constant(linear) == 30
    assert jets.derivative(linear, ((SECOND, 1),)) == 6
    rest = jets.coefficient(product, FIRST, 0)
    assert jets.constant(rest) == 45
    assert jets.derivative(rest, ((SECOND, 1),)) == 9


def test_a_sign_that_is_not_known() -> None:
    """Either branch may be the right one, so nothing is known; on the kink itself there is no derivative."""
    unknown = jets.by_sign(jets.moved(arb(0, 1), FIRST), fmpq(1), fmpq(2), lambda value: value)
    assert not unknown.is_finite()
    assert jets.by_sign(jets.moved(arb(2, 1), FIRST), fmpq(1), fmpq(2), lambda value: value) == 1
    assert jets.by_sign(jets.moved(fmpq(-1), FIRST), fmpq(1), fmpq(2), lambda value: value) == 2
    still = jets.Jet({(): fmpq(0), ((FIRST, 1),): fmpq(0)})
    assert jets.by_sign(still, fmpq(1), fmpq(2), lambda value: value + 3) == 3
    with pytest.raises(Undefined):
        jets.by_sign(jets.moved(fmpq(0), FIRST), fmpq(1), fmpq(2), lambda value: value)


def test_powers() -> None:
    """A varying exponent goes by the logarithm; a root has no derivative at 0."""
    x = jets.moved(fmpq(2), FIRST)
    grown = jets.derivative(jets.power(x, x), ((FIRST, 1),))
    assert abs(grown - 4 * (1 + arb(2).log())) < 1e-10
    assert jets.derivative(jets.power(x, fmpq(-1)), ((FIRST, 1),)) == fmpq(-1, 4)
    with pytest.raises(Undefined):
        jets.power(jets.moved(fmpq(0), FIRST), fmpq(1, 2))


def test_no_derivative_in_the_complex_plane() -> None:
    with pytest.raises(Beyond):
        jets.apply("exp", jets.moved(acb(0, 1), FIRST))


def test_a_series_that_ends_early() -> None:
    """Of cos about 0 the library keeps 1 alone, where the next coefficient is exactly 0."""
    x = jets.moved(fmpq(0), SECOND)
    assert jets.derivative(jets.apply("cos", x), ((SECOND, 1),)) == 0
    assert jets.derivative(jets.apply("cos", jets.moved(fmpq(0), FIRST)), ((FIRST, 2),)) == -1
