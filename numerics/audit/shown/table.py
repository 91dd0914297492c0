"""The layout of every audit in text: lines of a name and a value, between sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

WIDTH, DIGITS = 100, 8
"""Characters of a line, and significant digits of a value in floats."""


def laid_out(
    rows: Iterable[tuple[str, ...]], notes: Iterable[str], remarks: Iterable[str] = (), width: int = WIDTH
) -> str:
    """The remarks, a line for each row, and the notes.

    Args:
        rows: name, value and, if that is to be said below the value in brackets, why it is no better.
        notes: the sentences below.
        remarks: those above.
        width: characters of a line of sentences.

    >>> print(laid_out([("loss", "0.1"), ("sharpness", "4 to 5", "in floats")], ["No proof."]))
    loss       0.1
    sharpness  4 to 5
               (in floats)
    <BLANKLINE>
    No proof.
    """
    known = list(rows)
    column = max(len(row[0]) for row in known) + 2
    lines = []
    for name, value, *reason in known:
        lines.append(f"{name:<{column}}{value}")
        if any(reason):
            indent = " " * column
            lines.append(textwrap.fill(f"({reason[0]})", width, initial_indent=indent, subsequent_indent=indent))
    above, below = ([filled(sentence, width) for sentence in part] for part in (remarks, notes))
    return "\n".join([*above, *([""] if above else []), *lines, "", *below])


def filled(sentence: str, width: int = WIDTH) -> str:
    """A sentence in lines; a hyphen is no place to break, as options and names have it."""
    return textwrap.fill(sentence, width, break_on_hyphens=False)


def between(ends: tuple[float, float] | None) -> str:
    """An estimate from both sides, or "-" for none.

    >>> between((1.0, 2.0)), between((0.5, 0.5)), between(None)
    ('1 to 2', '0.5', '-')
    """
    if ends is None:
        return "-"
    low, high = (f"{end:.{DIGITS}g}" for end in ends)
    return low if low == high else f"{low} to {high}"
