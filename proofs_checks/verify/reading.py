"""Reading a certificate: every entry has one type, no name occurs twice, and nothing is left unread."""

from __future__ import annotations

import json
import math
import re
import struct
from binascii import a2b_base64
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

LARGEST_FILE = 1 << 28
"""In bytes."""
LONGEST_NUMBER = 4000
"""In digits: numbers of an honest certificate have a few dozen."""
_RATIONAL = re.compile(r"-?[0-9]+(\.[0-9]+|/[0-9]*[1-9][0-9]*)?")


_TYPES = {int: "a whole number", str: "a text", list: "a list"}


class NotProved(ArithmeticError):  # noqa: N818 - what the checker says, not a failure of the program
    """What a certificate claims is not proved by what it holds."""


class Unreadable(ValueError):  # noqa: N818
    """A file is no certificate of this format."""


def require(holds: bool, what: str) -> None:
    """Refuse the certificate, naming what is not proved, unless the condition holds."""
    if not holds:
        raise NotProved(what)


@dataclass(frozen=True)
class Array:
    """Entries in row-major order, each the binary fraction that a float is."""

    shape: tuple[int, ...]
    entries: list[float]


def parsed(content: bytes) -> Entries:
    """The object in a file. Raises `Unreadable` for other JSON, for a name given twice, and for numbers that are no
    numbers.
    """
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"it is larger than {LARGEST_FILE} bytes")
    try:
        value = json.loads(content.decode(), object_pairs_hook=_distinct, parse_constant=_no_constant, parse_int=_whole)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"it is no JSON in UTF-8: {error}") from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    return Entries(value, "the file")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name is given twice in one object")
    return dict(pairs)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number has too many digits")
    return int(digits)


class Entries:
    """An object of a certificate; each method reads an entry of one type, and `close` refuses what was not read."""

    def __init__(self, value: Any, place: str) -> None:
        if type(value) is not dict:
            raise Unreadable(f"{place} is not an object")
        self._entries, self._place = dict(value), place

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def close(self) -> None:
        """Nothing may be left that was not read: the checker never repeats what it did not check."""
        if self._entries:
            raise Unreadable(f"{self._place} has unknown entries: {', '.join(sorted(self._entries))}")

    def object(self, name: str) -> Entries:
        """An object."""
        return Entries(self._take(name), name)

    def text(self, name: str) -> str:
        """A text."""
        value: str = self._typed(name, str)
        return value

    def whole(self, name: str) -> int:
        """A whole number; true and false are none."""
        value: int = self._typed(name, int)
        return value

    def wholes(self, name: str) -> list[int]:
        """A list of whole numbers."""
        return [_one(entry, int, name) for entry in self._typed(name, list)]

    def pairs(self, name: str) -> list[tuple[int, int]]:
        """A list of pairs of whole numbers."""
        pairs = [_one(entry, list, name) for entry in self._typed(name, list)]
        if any(len(pair) != 2 for pair in pairs):
            raise Unreadable(f"{name} is not a list of pairs")
        return [(_one(first, int, name), _one(second, int, name)) for first, second in pairs]

    def rational(self, name: str) -> Fraction:
        """A whole number, or text such as 0.25 or 1/3."""
        return _rational(self._take(name), name)

    def rationals(self, name: str) -> list[Fraction]:
        """A list of rationals."""
        return [_rational(entry, name) for entry in self._typed(name, list)]

    def optional_rational(self, name: str) -> Fraction | None:
        """A rational, or null."""
        value = self._take(name)
        return None if value is None else _rational(value, name)

    def enclosure(self, name: str) -> tuple[Fraction, Fraction]:
        """A list of two rationals, low and high."""
        ends = self.rationals(name)
        if len(ends) != 2:
            raise Unreadable(f"{name} is not a pair of numbers")
        return ends[0], ends[1]

    def array(self, name: str, dimensions: int) -> Array:
        """An array of floats, or of places in a table of at most 256 floats."""
        entry = self.object(name)
        kind, shape = entry.text("dtype"), tuple(entry.wholes("shape"))
        content = _decoded(entry.text("base64"), name)
        if len(shape) != dimensions or any(length < 0 for length in shape):
            raise Unreadable(f"{name} has not {dimensions} dimensions")
        table = entry.array("table", 1).entries if "table" in entry else None
        entry.close()
        if kind != ("float64" if table is None else "uint8") or len(content) != math.prod(shape) * (
            8 if table is None else 1
        ):
            raise Unreadable(f"{name} has another type or size than it says")
        if table is None:
            entries = list(struct.unpack(f"<{len(content) // 8}d", content))
        elif max(content, default=-1) < len(table):
            entries = [table[place] for place in content]
        else:
            raise Unreadable(f"{name} has places beyond its table")
        if not all(map(math.isfinite, entries)):
            raise Unreadable(f"an entry of {name} is not finite")
        return Array(shape, entries)

    def _take(self, name: str) -> Any:
        if name not in self._entries:
            raise Unreadable(f"{self._place} has no entry {name}")
        return self._entries.pop(name)

    def _typed(self, name: str, kind: type) -> Any:
        return _one(self._take(name), kind, name)


def _one(value: Any, kind: type, name: str) -> Any:
    if type(value) is not kind:
        raise Unreadable(f"{name} is not {_TYPES[kind]}")
    return value


def _rational(value: Any, name: str) -> Fraction:
    text = str(value) if type(value) is int else value
    if type(text) is not str or len(text) > LONGEST_NUMBER or not _RATIONAL.fullmatch(text):
        raise Unreadable(f"{name} is no rational number")
    return Fraction(text)


def _decoded(text: str, name: str) -> bytes:
    try:
        return a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise Unreadable(f"{name}: {error}") from None


def finite_sizes(sizes: Iterable[int], most: int, what: str) -> None:
    """Refuse, before it starts, work that would take too long."""
    if math.prod(sizes) > most:
        raise Unreadable(f"it has {what}: too many for this checker")
