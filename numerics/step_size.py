"""The step size eta as the rational number that was given, in Python and on the command line."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction

_LONGEST_TEXT = 100
_LARGEST_EXPONENT = 400


def exact_step_size(step_size: object) -> Fraction:
    """The step size, exactly.

    A float stands for the binary fraction that it is, so that 0.1 is more than 1/10 by some 6e-18; a decimal is meant
    by Decimal("0.1"), Fraction(1, 10), or the text "0.1" or "1/10". Scalars of NumPy and torch are what they hold.

    Raises:
        TypeError: it is no real number, or True or False.
        ValueError: it is not positive, or not between 1e-400 and 1e400.

    >>> exact_step_size("0.1"), exact_step_size(0.5), exact_step_size(0.1) == Fraction(1, 10)
    (Fraction(1, 10), Fraction(1, 2), False)
    """
    value = _scalar(step_size)
    words = (
        f"the step size must be a positive number such as 0.1 or 1/10, between 1e-{_LARGEST_EXPONENT} and "
        f"1e{_LARGEST_EXPONENT}, not {_shown(value)}"
    )
    return exact_within(value, words, lambda exact: Fraction(1, 10**_LARGEST_EXPONENT) < exact < 10**_LARGEST_EXPONENT)


def exact_within(value: object, words: str, allowed: Callable[[Fraction], bool]) -> Fraction:
    """The number, exactly, if it is allowed; the words are those of every refusal.

    Raises:
        TypeError: it is no real number, or True or False.
        ValueError: it is a text that is none, not finite, or not allowed.

    >>> exact_within("0.5", "a share is from 0 to 1", lambda share: 0 <= share <= 1)
    Fraction(1, 2)
    """
    try:
        exact = exact_number(value)
    except TypeError:
        raise TypeError(words) from None
    except (ArithmeticError, ValueError) as error:
        raise ValueError(words) from error
    if not allowed(exact):
        raise ValueError(words)
    return exact


def exact_number(value: object) -> Fraction:
    """A finite number of any of these kinds, exactly.

    Raises:
        TypeError: it is no real number, or True or False.
        ValueError, ArithmeticError: it is a text that is none, or not finite.

    >>> exact_number("0.9"), exact_number(0)
    (Fraction(9, 10), Fraction(0, 1))
    """
    return _fraction(_scalar(value))


def remarks(step_size: object) -> tuple[str, ...]:
    """Which number a float is, as a sentence, where it is not the decimal that it is written as."""
    value = _scalar(step_size)
    if not isinstance(value, float) or Fraction(repr(value)) == Fraction(value):
        return ()
    written = f'The step size {value!r} is a binary fraction, {Decimal(value):.25g}; "{value!r}" is the decimal.'
    return (written,)


def _scalar(value: object) -> object:
    """What an array of no axes holds, as a number of Python or the longdouble that it is."""
    if getattr(value, "ndim", None) == 0 and callable(item := getattr(value, "item", None)):
        try:
            return item()
        except (RuntimeError, ValueError):  # a tensor without storage
            return value
    return value


def _fraction(value: object) -> Fraction:
    if isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            raise ValueError(value)
        # in decimals first: a fraction would write out the zeros of 1e999999999
        return Fraction(value) if "/" in value else _of_decimal(Decimal(value.strip()))
    if isinstance(value, Decimal):
        return _of_decimal(value)
    if isinstance(value, numbers.Rational):
        return Fraction(value)
    ratio = getattr(value, "as_integer_ratio", None)
    if ratio is None or isinstance(value, type):
        raise TypeError(value)
    top, bottom = ratio()
    return Fraction(int(top), int(bottom))


def _of_decimal(value: Decimal) -> Fraction:
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise InvalidOperation(value)
    return Fraction(value)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
