"""Between exact numbers, balls and decimal text: every conversion keeps the enclosure."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq

Exact = int | float | Fraction
"""Numbers with one exact value; a float stands for the binary fraction that it is."""


def ball(value: Exact | fmpq | arb) -> arb:
    """The number as a ball that contains it (its rounding is part of the ball).

    >>> ball(Fraction(1, 3)).contains(fmpq(1, 3))
    True
    """
    if isinstance(value, float):
        value = Fraction(value)
    return arb(fmpq(value.numerator, value.denominator)) if isinstance(value, Fraction) else arb(value)


def lower(value: arb) -> Fraction:
    """The lower end of a ball, rounded down to the working precision. ``ArithmeticError`` if it is not finite."""
    return _exact(value.lower())


def upper(value: arb) -> Fraction:
    """The upper end of a ball, rounded up to the working precision. ``ArithmeticError`` if it is not finite."""
    return _exact(value.upper())


def _exact(end: arb) -> Fraction:
    if not end.is_finite():
        raise ArithmeticError("an enclosure is infinite: nothing is known of the number")
    mantissa, exponent = end.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def decimals(value: Fraction, digits: int, *, up: bool) -> str:
    """The number as decimal text with ``digits`` places after the point, rounded up or down, never to nearest.

    >>> decimals(Fraction(2, 3), 4, up=True), decimals(Fraction(-2, 3), 4, up=True)
    ('0.6667', '-0.6666')
    """
    scaled = value * 10**digits
    whole = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
    sign, size = ("-", -whole) if whole < 0 else ("", whole)
    text = str(size).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def outward(value: arb | tuple[Fraction, Fraction], digits: int) -> tuple[str, str]:
    """Two decimal strings that enclose the ball or interval: the lower end rounded down, the upper end rounded up.

    >>> outward((Fraction(1, 3), Fraction(1, 3)), 3)
    ('0.333', '0.334')
    """
    low, high = (lower(value), upper(value)) if isinstance(value, arb) else value
    return decimals(low, digits, up=False), decimals(high, digits, up=True)
