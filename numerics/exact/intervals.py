"""Intervals with exact ends, and decimal text that encloses them."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from numerics.exact.balls import decimals, lower, upper

Interval = tuple[Fraction, Fraction]


def interval(value: arb) -> Interval:
    """The ends of a ball, exactly."""
    return lower(value), upper(value)


def product(first: Interval, second: Interval) -> Interval:
    """All products of a number of the one and a number of the other."""
    ends = [a * b for a in first for b in second]
    return min(ends), max(ends)


def reciprocal(value: Interval, numerator: int = 1) -> Interval:
    """`numerator` / value for a positive interval.

    >>> reciprocal((Fraction(1, 2), Fraction(4)))
    (Fraction(1, 4), Fraction(2, 1))
    """
    return numerator / value[1], numerator / value[0]


def texts(value: Interval, digits: int) -> tuple[str, str]:
    """Two decimal strings of `digits` significant digits that enclose the interval: rounded down, rounded up.

    >>> texts((Fraction(1, 3), Fraction(1, 3)), 3), texts((Fraction(-2, 10**9), Fraction(19, 2)), 3)
    (('0.333', '0.334'), ('-2e-9', '9.5'))
    >>> texts((Fraction(-1), Fraction(0)), 3)
    ('-1', '0')
    """
    return _text(value[0], digits, up=False), _text(value[1], digits, up=True)


def readable(value: Interval, digits: int = 8) -> str:
    """The interval for people: one number if it has one as text, else "low to high"; it encloses in both cases.

    >>> readable((Fraction(19, 2), Fraction(19, 2))), readable((Fraction(1, 3), Fraction(1, 3)), 3)
    ('9.5', '0.333 to 0.334')
    """
    low, high = texts(value, digits)
    return low if low == high else f"{low} to {high}"


def _text(value: Fraction, digits: int, *, up: bool) -> str:
    if value == 0:
        return "0"
    exponent = _exponent(abs(value))
    if -5 <= exponent < digits:
        return _trimmed(decimals(value, digits - 1 - exponent, up=up))
    return f"{_trimmed(decimals(value / Fraction(10) ** exponent, digits - 1, up=up))}e{exponent}"


def _exponent(value: Fraction) -> int:
    """The e with 10^e <= value < 10^(e+1)."""
    exponent = len(str(value.numerator)) - len(str(value.denominator))
    return exponent - 1 if value < Fraction(10) ** exponent else exponent


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
