r"""Breaking a formula in LaTeX into lines: at signs first, then between factors, and at brackets as far out as possible.

A pair ``\left( ... \right)`` whose halves come to stand on different lines becomes ``\Bigl( ... \Bigr)``, since TeX lets no
line end between the two.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
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
    bare = re.sub(r"\\sum_\{[^{}]*\}(\^\{[^{}]*\})?", "xxx", text)
    bare = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", lambda f: max(f[1], f[2], key=len), bare)
    bare = re.sub(r"[_^]\{([^{}]*)\}", lambda index: "x" * ((len(index[1]) + 1) // 2), bare)
    bare = re.sub(r"\\(left|right|quad|,)(?![a-z])|[{}\s]", "", bare)
    return len(re.sub(r"\\[a-zA-Z]+", "x", bare))


_SYMBOL = re.compile(r"\\[a-zA-Z]+|\\.|[_^{}]|\S")
_NOTHING = frozenset(("left", "right", "displaystyle", "textstyle", "Bigl", "Bigr", "bigl", "bigr"))
_SPACES = {"quad": 1.0, "qquad": 2.0, ",": 0.17, ";": 0.28, "!": -0.17, "sum": 1.6, "int": 1.2, "max": 2.0, "min": 1.9}
_RELATIONS = frozenset(("=", "<", ">", r"\le", r"\ge", r"\ne", r"\neq", r"\in", r"\to"))


def width_in_ems(text: str) -> float:
    r"""How wide a formula is in a display set in Computer Modern, in ems, a few percent off.

    >>> [round(width_in_ems(text), 1) for text in ("a + b", r"\frac{a + b}{2}", r"\sqrt{a + b}", r"x_{j}^{2}")]
    [2.3, 2.6, 3.3, 0.9]
    """
    tokens = _SYMBOL.findall(text)
    return _width(tokens, 0, len(tokens))


def _width(tokens: list[str], start: int, end: int) -> float:
    total, at, script, before = 0.0, start, 0.0, ""
    while at < end:
        token, at = tokens[at], at + 1
        if token in ("_", "^"):
            stop = _end_of_argument(tokens, at, end)
            # an index and an exponent stand above each other
            wider = max(script, 0.72 * _width(tokens, at, stop) - (1.4 if before == r"\sum" else 0))
            total, script, at = total + wider - script, wider, stop
            continue
        script, before = 0.0, token
        if token in (r"\frac", r"\tfrac", r"\dfrac"):
            middle = _end_of_argument(tokens, at, end)
            stop = _end_of_argument(tokens, middle, end)
            scale = 0.75 if token == r"\tfrac" else 1.0
            total += 0.25 + scale * max(_width(tokens, at, middle), _width(tokens, middle, stop))
            at = stop
        else:
            total += _width_of_symbol(token)
    return total


def _end_of_argument(tokens: list[str], at: int, end: int) -> int:
    depth = 0
    while at < end:
        depth += (tokens[at] == "{") - (tokens[at] == "}")
        at += 1
        if depth == 0:
            break
    return at


def _width_of_symbol(token: str) -> float:
    if token in _RELATIONS:
        return 1.33
    if token in ("+", "-"):
        return 1.22
    if token in "()[]|,.'" or token in (r"\langle", r"\rangle", r"\lvert", r"\rvert"):
        return 0.45
    if token in "{}":
        return 0.0
    name = token.removeprefix("\\")
    if name in _NOTHING:
        return 0.08
    return _SPACES.get(name, 0.95 if name == "sqrt" else 0.75 if name in "mwMWHX" or name[0].isupper() else 0.55)


def broken(text: str, width: float, measure: Callable[[str], float] = printed_width) -> list[str]:
    r"""The lines of a formula, none wider than ``width``, as ``measure`` has it, if there are places enough to break at.

    >>> broken("a + b", 64)
    ['a + b']
    >>> broken(r"a \left(b + c\right)", 2)
    ['a', '\\Bigl(b', '+ c\\Bigr)']
    >>> broken(r"\frac{a + b + c}{d}", 4)
    ['\\frac{1}{d} \\Bigl(a', '+ b', '+ c\\Bigr)']
    """
    if measure(text) <= width:
        return [text]
    text = _with_flat_fractions(text, width, measure)
    places = _places(text)
    cuts = [0]
    while measure(text[cuts[-1] :]) > width:
        cut = _best(text, cuts[-1], places, width, measure)
        if cut is None:
            break
        cuts.append(cut)
    return _with_brackets_that_may_part(text, [*cuts, len(text)])


def _with_flat_fractions(text: str, width: float, measure: Callable[[str], float]) -> str:
    """Fractions with a long numerator as a factor and the numerator in brackets, where a line may end."""
    at = text.find("\\frac{")
    while at >= 0:
        middle = _end_of_group(text, at + len("\\frac"))
        end = _end_of_group(text, middle)
        above, below = text[at + len("\\frac{") : middle - 1], text[middle + 1 : end - 1]
        outside = text[:at].count("{") - text[:at].count("\\{") == text[:at].count("}") - text[:at].count("\\}")
        if outside and measure(above) > width / 2 and text[end : end + 1] not in ("^", "_"):
            text = rf"{text[:at]}\frac{{1}}{{{below}}} \left({above}\right){text[end:]}"
        at = text.find("\\frac{", at + 1)
    return text


_BINDS = re.compile(r" [+-] |^-|\\sum|\\int|\\frac\{(?:\\partial|d)(?:\^\{\d\})?\}")


def two_storeys(text: str) -> str:
    r"""A formula in which no fraction stands above or below another one: the numerator, or the power -1, is a factor beside it.

    >>> print(two_storeys(r"\frac{\frac{a}{b} + c}{d} + \frac{a}{\frac{b}{c}}"))
    \frac{1}{d} \left(\frac{a}{b} + c\right) + a \left(\frac{b}{c}\right)^{-1}
    """
    at = text.find("\\frac{")
    if at < 0:
        return text
    middle = _end_of_group(text, at + len("\\frac"))
    end = _end_of_group(text, middle)
    above, below = two_storeys(text[at + len("\\frac{") : middle - 1]), two_storeys(text[middle + 1 : end - 1])
    factor = rf"\left({above}\right)" if _BINDS.search(above) else above
    if "\\frac" in below:
        written = rf"\left({below}\right)^{{-1}}" if above == "1" else rf"{factor} \left({below}\right)^{{-1}}"
    elif "\\frac" in above:
        written = rf"\frac{{1}}{{{below}}} {factor}"
    else:
        written = rf"\frac{{{above}}}{{{below}}}"
    return text[:at] + written + two_storeys(text[end:])


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
    if re.search(r"\\sum_\{[^{}]*\}(\^\{[^{}]*\})?$", text):
        return True
    at = text.rfind("\\frac")
    return at >= 0 and _end_of_group(text, _end_of_group(text, at + len("\\frac"))) == len(text)


def _best(text: str, start: int, places: list[_Place], width: float, measure: Callable[[str], float]) -> int | None:
    """Where the line that begins at a place ends: as late as it fits, at the best kind of place that is not too early."""
    later = [place for place in places if text[start : place.at].strip()]
    fitting = [place for place in later if place.at > start and measure(text[start : place.at]) <= width]
    if not fitting:
        return min((place.at for place in later if place.at > start), default=None)
    full = [place for place in fitting if measure(text[start : place.at]) >= FULL * width] or fitting
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
