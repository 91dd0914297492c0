"""Kinds of symbols: which values they may have."""

from __future__ import annotations

import random

import sympy as sp
from flint import acb, fmpq

from theory.falsifier import values
from theory.falsifier.values import Number


def is_index(symbol: sp.Symbol) -> bool:
    """Whether a symbol is an index or a size, a positive integer."""
    return bool(symbol.is_integer and symbol.is_positive)


def fits(symbol: sp.Symbol, value: Number, *, certain: bool) -> bool:
    """Whether a value is of the kind of a symbol; for certain, or as far as can be seen."""
    if isinstance(value, acb):
        return symbol.is_real is not True
    if symbol.is_integer and not (isinstance(value, fmpq) and value.q == 1):
        return False
    which = values.sign(value)
    if which is None:
        return not certain or not (symbol.is_nonnegative or symbol.is_nonpositive or symbol.is_nonzero)
    refused = (symbol.is_positive, which <= 0), (symbol.is_nonnegative, which < 0), (symbol.is_negative, which >= 0)
    more = (symbol.is_nonpositive, which > 0), (symbol.is_nonzero, which == 0), (symbol.is_zero, which != 0)
    return not any(declared and wrong for declared, wrong in refused + more)


def of_kind(label: sp.Symbol, value: fmpq, numbers: random.Random) -> fmpq:
    """A value of the kind of a symbol near the one given."""
    if label.is_nonpositive or label.is_negative:
        value = -abs(value)
        return value if value != 0 or not label.is_negative else fmpq(-1)
    if label.is_nonnegative:
        value = abs(value)
    if value == 0 and label.is_nonzero:
        return fmpq(numbers.choice((1, 1, 2)), numbers.choice((1, 1, 3)))
    return value
