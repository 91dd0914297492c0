r"""Breaking a formula in LaTeX into lines: at signs first, then between factors, and at brackets as far out as possible.

A pair ``\left( ... \right)`` whose halves come to stand on different lines becomes ``\Bigl( ... \Bigr)``, since TeX lets no
line end between the two.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

SIGN, FACTOR = 0, 1
"""Kinds of places to break at, the better first."""
FULL = 0.45
"""A line is broken at a worse place only if at the better ones it would be shorter than this share of what fits."""

_TOKEN = re.compile(r"\\left|\\right|\\[{}]|\\[a-zA-Z]+|[{}]| [+-] | |[^\\{} ]+|\\.")
_OPENS_A_FACTOR = ("\\left", "\\sum", "\\int", "\\frac", "\\mathbf", "\\sqrt", "\\min", "\\max")


@dataclass(frozen=True)
class _Place:
    """A place where a line may end: where it is, how deep in brackets, and of what kind."""

    at: int
    depth: int
    kind: int


def printed_width(text: str) -> int:
    r"""Roughly how many characters wide a formula is: limits of sums stack, a command counts as one, an index as half.

    >>> printed_width(r"\sum_{j=1}^{n} x_{j}"), printed_width("a + b")
    (5, 3)
    """
    bare = re.sub(r"\\sum_\{[^{}]*\}\^\{[^{}]*\}", "xxx", text)
    bare = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", lambda f: max(f[1], f[2], key=len), bare)
    bare = re.sub(r"[_^]\{([^{}]*)\}", lambda index: "x" * ((len(index[1]) + 1) // 2), bare)
    bare = re.sub(r"\\(left|right|quad|,)(?![a-z])|[{}\s]", "", bare)
    return len(re.sub(r"\\[a-zA-Z]+", "x", bare))


def broken(text: str, width: int) -> list[str]:
    r"""The lines of a formula, none of them wider than ``width`` characters if there are places enough to break at.

    >>> broken("a + b", 64)
    ['a + b']
    >>> broken(r"a \left(b + c\right)", 2)
    ['a', '\\Bigl(b', '+ c\\Bigr)']
    >>> broken(r"\frac{a + b + c}{d}", 4)
    ['\\frac{1}{d} \\Bigl(a', '+ b', '+ c\\Bigr)']
    """
    if printed_width(text) <= width:
        return [text]
    text = _with_flat_fractions(text, width)
    places = _places(text)
    cuts = [0]
    while printed_width(text[cuts[-1] :]) > width:
        cut = _best(text, cuts[-1], places, width)
        if cut is None:
            break
        cuts.append(cut)
    return _with_brackets_that_may_part(text, [*cuts, len(text)])


def _with_flat_fractions(text: str, width: int) -> str:
    """Fractions with a long numerator as a factor and the numerator in brackets, where a line may end."""
    at = text.find("\\frac{")
    while at >= 0:
        middle = _end_of_group(text, at + len("\\frac"))
        end = _end_of_group(text, middle)
        above, below = text[at + len("\\frac{") : middle - 1], text[middle + 1 : end - 1]
        outside = text[:at].count("{") - text[:at].count("\\{") == text[:at].count("}") - text[:at].count("\\}")
        if outside and printed_width(above) > width // 2 and text[end : end + 1] not in ("^", "_"):
            text = rf"{text[:at]}\frac{{1}}{{{below}}} \left({above}\right){text[end:]}"
        at = text.find("\\frac{", at + 1)
    return text


def _end_of_group(text: str, start: int) -> int:
    """The place behind the group in braces that begins at a place."""
    depth = 0
    for match in re.finditer(r"\\.|[{}]", text[start:]):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth == 0 and match[0] == "}":
            return start + match.end()
    raise ValueError(f"a brace is not closed in {text}")


def _places(text: str) -> list[_Place]:
    """All places at which TeX allows a line to end: outside of braces."""
    found, braces, depth = [], 0, 0
    before = ""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if braces == 0:
            if token in (" + ", " - "):
                found.append(_Place(match.start(), depth, SIGN))
            elif token.startswith(_OPENS_A_FACTOR) and before == " " and not _is_open(text[: match.start()].rstrip()):
                found.append(_Place(match.start(), depth, FACTOR))
        braces += (token == "{") - (token == "}")
        depth += (token in ("\\left", "\\{")) - (token in ("\\right", "\\}"))
        before = token
    return found


def _is_open(text: str) -> bool:
    """Whether a formula ends in a sign of summation or of a derivative, or in a fraction, and what these are of follows."""
    if re.search(r"\\sum_\{[^{}]*\}\^\{[^{}]*\}$", text):
        return True
    at = text.rfind("\\frac")
    return at >= 0 and _end_of_group(text, _end_of_group(text, at + len("\\frac"))) == len(text)


def _best(text: str, start: int, places: list[_Place], width: int) -> int | None:
    """Where the line that begins at a place ends: as late as it fits, at the best kind of place that is not too early."""
    later = [place for place in places if text[start : place.at].strip()]
    fitting = [place for place in later if place.at > start and printed_width(text[start : place.at]) <= width]
    if not fitting:
        return min((place.at for place in later if place.at > start), default=None)
    full = [place for place in fitting if printed_width(text[start : place.at]) >= FULL * width] or fitting
    outermost = min((place.depth + place.kind, place.depth) for place in full)
    return max(place.at for place in full if (place.depth + place.kind, place.depth) == outermost)


def _with_brackets_that_may_part(text: str, cuts: list[int]) -> list[str]:
    """The lines between the cuts; brackets that these separate are made of a size of their own."""
    line_of = [0] * len(text)
    for number, (start, end) in enumerate(itertools.pairwise(cuts)):
        line_of[start:end] = [number] * (end - start)
    parted: dict[int, str] = {}
    waiting: list[int] = []
    for match in re.finditer(r"\\(left|right)(?![a-zA-Z])", text):
        if match[1] == "left":
            waiting.append(match.start())
        elif waiting:
            opening = waiting.pop()
            if line_of[opening] != line_of[match.start()]:
                parted |= {opening: "\\Bigl", match.start(): "\\Bigr"}
    lines = []
    for start, end in itertools.pairwise(cuts):
        line = text[start:end]
        for at in sorted((at for at in parted if start <= at < end), reverse=True):
            length = len("\\left" if parted[at] == "\\Bigl" else "\\right")
            line = line[: at - start] + parted[at] + line[at - start + length :]
        lines.append(line.strip())
    return lines
