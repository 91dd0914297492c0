"""Exact arithmetic: floats as whole numbers over a power of two, square roots rounded to one side, products of
matrices.

Many products of whole numbers at once are one product of large ones: a column of numbers is *packed* into one integer,
a fixed number of bytes apart, so that multiplying the integer multiplies all of them. The distance is wide enough that
sums do not run into each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from operator import mul

Rows = Sequence[Sequence[int]]
ZERO = Fraction(0)
_ROOT_BITS = 128
_BLOCK = 64


def integers(entries: Iterable[float]) -> tuple[list[int], int]:
    """Whole numbers m and a number of bits b with entry = m / 2^b."""
    known = list(entries)
    ratios = {entry: entry.as_integer_ratio() for entry in set(known)}
    bits = max((denominator.bit_length() - 1 for _, denominator in ratios.values()), default=0)
    whole = {entry: top << bits - (bottom.bit_length() - 1) for entry, (top, bottom) in ratios.items()}
    return [whole[entry] for entry in known], bits


def root(square: Fraction, up: bool = False) -> Fraction:
    """A square root rounded down, or up: at least 128 bits of it, exact where that many do. 0 of a negative number."""
    bits = max(0, _ROOT_BITS + (square.denominator.bit_length() - square.numerator.bit_length()) // 2)
    scaled, rest = divmod(max(square.numerator, 0) << 2 * bits, square.denominator)
    value = math.isqrt(scaled)
    inexact = rest > 0 or value * value < scaled
    return Fraction(value + (1 if up and inexact else 0), 1 << bits)


def dot(left: Iterable[int], right: Iterable[int]) -> int:
    """The inner product."""
    return sum(map(mul, left, right))


def width_for(largest: int) -> int:
    """Bytes that hold every whole number up to this size, of either sign."""
    return largest.bit_length() // 8 + 1


def packed(values: Sequence[int], width: int) -> int:
    """The sum of value_j 2^(8 width j)."""
    half = 1 << 8 * width - 1
    content = b"".join([(value + half).to_bytes(width, "little") for value in values])
    return int.from_bytes(content, "little") - _halves(len(values), width)


def unpacked(number: int, count: int, width: int) -> list[int]:
    """The first values of a packed number."""
    half, low = 1 << 8 * width - 1, number + _halves(count, width) & (1 << 8 * count * width) - 1
    content = low.to_bytes(count * width, "little")
    return [int.from_bytes(content[at : at + width], "little") - half for at in range(0, len(content), width)]


def shortened(columns: Sequence[int], count: int, width: int) -> list[int]:
    """Packed columns without the values after the first `count`."""
    mask = (1 << 8 * width * count) - 1
    return [column & mask for column in columns]


def _halves(count: int, width: int) -> int:
    return int.from_bytes((1 << 8 * width - 1).to_bytes(width, "little") * count, "little")


def products(left: Rows, right: Rows) -> list[list[int]]:
    """The matrix of the inner products of rows with rows."""
    width = _width(left, right)
    columns = [packed(column, width) for column in zip(*right, strict=True)]
    return [unpacked(_combined(row, columns), len(right), width) for row in left]


def gram(rows: Rows, others: Rows | None = None) -> list[list[int]]:
    """On and below the diagonal, the inner products of rows with rows; or of rows with others, if that is symmetric
    too.
    """
    right = rows if others is None else others
    width = _width(rows, right)
    columns = [packed(column, width) for column in zip(*right, strict=True)]
    found = []
    for j in reversed(range(len(rows))):
        if j % _BLOCK == _BLOCK - 1:  # later places are no longer needed
            columns = shortened(columns, j + 1, width)
        found.append(unpacked(_combined(rows[j], columns), j + 1, width))
    return found[::-1]


def _combined(row: Sequence[int], columns: Sequence[int]) -> int:
    return sum([entry * column for entry, column in zip(row, columns, strict=False) if entry])


def _width(left: Rows, right: Rows) -> int:
    largest = [max((max(map(abs, row), default=0) for row in rows), default=0) for rows in (left, right)]
    terms = max(map(len, left), default=0)
    return width_for(largest[1] * max(1, largest[0] * terms))
