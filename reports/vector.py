"""Drawings of matplotlib as parts of a page: in its colours, apart from one another, and short."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from PIL import Image, ImageChops, ImageStat

_VARIABLES = {"#1b1b1b": "ink", "#55585c": "soft", "#c9cbce": "rule", "#ffffff": "paper"}
"""The variables that a page gives for ink, soft text, rules and white of ``reports.figures.style``."""
_COLOUR = re.compile(r"\b(fill|stroke):(#[0-9a-f]{6})(?![0-9a-f])")
_FACE = "font-family:'STIXGeneral'"
"""That of a page's drawings anyway."""
_RULE = re.compile(r"\.([\w-]+)\{([^}]*)\}")
_REFERENCE = re.compile(r"#([\w.-]+)")
_NO_TURN = re.compile(r"\s*rotate\(-?0[ )][^)]*\)?")
_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_HREF = "{http://www.w3.org/1999/xlink}href"
_PNG = "data:image/png;base64,"
LEVELS = 24
"""By so many of 255 levels a colour of a picture may change, at single pixels."""


class Sheet:
    """What the drawings of one page share: a class for each style, and identifiers that no two of them have."""

    def __init__(self) -> None:
        self._classes: dict[str, str] = {}
        self._identifiers = 0

    @property
    def rules(self) -> str:
        """The style sheet."""
        return "".join(f".{name}{{{style}}}" for style, name in self._classes.items())

    def class_of(self, style: str) -> str:
        """The class with this style, in which the neutral colours are variables of the page.

        >>> sheet = Sheet()
        >>> sheet.class_of("fill: #1b1b1b; stroke: #0072b2"), sheet.rules
        ('d0', '.d0{fill:var(--ink);stroke:#0072b2}')
        """
        parts = re.sub(r"\s*([:;,])\s*", r"\1", style.strip().rstrip(";")).split(";")
        themed = ";".join(_COLOUR.sub(_variable, part) for part in parts if part != _FACE)
        return self._classes.setdefault(themed, f"d{len(self._classes)}")

    def identifier(self) -> str:
        """One that was not given before."""
        self._identifiers += 1
        return f"m{self._identifiers}"


def embedded(svg: str, sheet: Sheet) -> str:
    """What is inside the SVG, to the same picture; its styles are classes of ``sheet``, text stays text.

    Raises ElementTree.ParseError for what is no XML.

    >>> sheet = Sheet()
    >>> embedded('<svg><g id="a"><path d="M 0.5 1 L 2 1.5 L 2 0 " style="fill: none"/></g></svg>', sheet)
    '<path d="m.5 1 1.5 .5 0-1.5" class="d0" />'
    """
    return "".join(_parts(svg, sheet, {}))


def in_common(svgs: Iterable[str], sheet: Sheet) -> tuple[str, list[str]]:
    """What is inside all of the SVGs, once, and what is inside each besides, to be drawn over it.

    What has one identifier in two of them is the same in both, as matplotlib sees to.

    >>> one, two = '<path d="M 0 0 L 1 0"/>', '<path d="M 0 0 L 2 0"/>'
    >>> in_common([f"<svg>{one}{two}</svg>", f"<svg>{one}</svg>"], Sheet())
    ('<path d="m0 0 1 0" />', ['<path d="m0 0 2 0" />', ''])
    """
    fresh: dict[str, str] = {}
    each = [list(_parts(svg, sheet, fresh)) for svg in svgs]
    everywhere = set.intersection(*(set(parts) for parts in each))
    everywhere |= {part for parts in each for part in parts if part.startswith("<defs")}
    shared = dict.fromkeys(part for parts in each for part in parts if part in everywhere)
    return "".join(shared), ["".join(part for part in parts if part not in everywhere) for parts in each]


def _parts(svg: str, sheet: Sheet, fresh: dict[str, str]) -> Iterator[str]:
    """The elements of the SVG, each as text; ``fresh`` are the identifiers that stand for those of the SVG."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    styles = {name: style for sheet_of_its_own in root.iter("style") for name, style in _rules(sheet_of_its_own)}
    used = {name for element in root.iter() for value in element.attrib.values() for name in _REFERENCE.findall(value)}
    for element in root.iter():
        name = element.get("id", "")
        if name in used and name not in fresh:
            fresh[name] = sheet.identifier()
    for element in root.iter():
        _shorten(element, styles, fresh, sheet)
    for child in _children(root):
        yield ElementTree.tostring(child, encoding="unicode")


def _rules(style: Element) -> list[tuple[str, str]]:
    return _RULE.findall(style.text or "")


def _variable(found: re.Match[str]) -> str:
    name = _VARIABLES.get(found[2])
    return f"{found[1]}:var(--{name})" if name else found[0]


def _shorten(element: Element, styles: dict[str, str], fresh: dict[str, str], sheet: Sheet) -> None:
    attributes = {"href" if name == _HREF else name: value for name, value in element.attrib.items()}
    style = attributes.pop("style", None) or styles.get(attributes.get("class", ""))
    if style:
        attributes["class"] = sheet.class_of(style)
    name = attributes.pop("id", "")
    if name in fresh:
        attributes["id"] = fresh[name]
    for key, value in attributes.items():
        if value.startswith(("#", "url(#")):
            attributes[key] = _REFERENCE.sub(lambda found: f"#{fresh.get(found[1], found[1])}", value)
        elif value.startswith(_PNG):
            attributes[key] = f"data:image/webp;base64,{webp(value.removeprefix(_PNG))}"
    if "d" in attributes:
        attributes["d"] = shorter_path(attributes["d"])
    if "transform" in attributes:
        attributes["transform"] = _NO_TURN.sub("", attributes["transform"]).strip()
    element.attrib.clear()
    element.attrib.update({key: value for key, value in attributes.items() if value})


def webp(png: str) -> str:
    """The picture in fewer bytes: smooth ones so that no eye tells the difference, all others to the last bit.

    Browsers know the format, typst and LaTeX do not.
    """
    decoded = Image.open(io.BytesIO(base64.b64decode(png)))
    picture = decoded.convert("RGBA" if decoded.has_transparency_data else "RGB")
    exact, close = (_encoded(picture, **options) for options in ({"lossless": True}, {"quality": 95}))
    chosen = close if len(close) < len(exact) and _look_alike(picture, Image.open(io.BytesIO(close))) else exact
    return base64.b64encode(chosen).decode()


def _encoded(picture: Image.Image, **options: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "webp", method=6, **options)
    return buffer.getvalue()


def _look_alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether the colours of two pictures differ by less than one level of 255 on average, and by few anywhere."""
    differences = ImageStat.Stat(ImageChops.difference(one, other.convert(one.mode)))
    return max(differences.mean) < 1 and max(high for _, high in differences.extrema) <= LEVELS


def _children(element: Element) -> Iterator[Element]:
    """The children that draw anything, out of groups that say nothing of them."""
    for child in element:
        if child.tag in ("style", "title"):
            continue
        if child.tag == "text":
            child[:] = list(_in_runs(child))
        else:
            child[:] = list(_children(child))
        if child.tag in ("g", "defs") and not len(child):
            continue
        if child.tag == "g" and not child.attrib:
            yield from child
        else:
            yield child


def _in_runs(text: Iterable[Element]) -> Iterator[Element]:
    """Characters that matplotlib places one by one, as words: each run of a style on a line is one element.

    A space has come out empty.
    """
    run: Element | None = None
    for part in text:
        if run is not None and _goes_on(run, part):
            if not part.text and run.text and run.text.endswith(" "):
                continue
            run.text = f"{run.text}{part.text or ' '}"
            run.set("x", f"{run.get('x')} {part.get('x')}")
        elif part.text:
            if run is not None:
                yield _without_last_space(run)
            run = part
    if run is not None:
        yield _without_last_space(run)


def _goes_on(run: Element, part: Element) -> bool:
    """Whether each character of both has a place of its own; spaces beside one another count as one of them."""
    seen = re.sub(" +", " ", (run.text or "").lstrip(" "))
    one_by_one = len(seen) == len((run.get("x") or "").split(" ")) and len(part.text or " ") == 1
    return one_by_one and all(run.get(name) == part.get(name) for name in ("y", "class"))


def _without_last_space(run: Element) -> Element:
    if (run.text or "").endswith(" "):
        run.text = (run.text or "").rstrip(" ")
        run.set("x", " ".join((run.get("x") or "").split(" ")[: len(run.text)]))
    return run


def shorter_path(path: str) -> str:
    """The same path: lines by their differences, in tenths of a point, where all its numbers are such.

    >>> shorter_path("M 25.5 98.6 L 40.5 81.7 L 53.5 67.5 z ")
    'm25.5 98.6 15-16.9 13-14.2z'
    >>> shorter_path("M 0 1 C 0.5 1 1 0.25 1 0 ")
    'M0 1C.5 1 1 .25 1 0'
    """
    commands = [(letter, [float(number) for number in rest.split()]) for letter, rest in _COMMAND.findall(path)]
    whole = all(abs(10 * number - round(10 * number)) < 1e-6 for _, numbers in commands for number in numbers)
    if not whole or {letter for letter, _ in commands} - set("MLz"):
        return "".join(letter + _numbers([f"{number:g}" for number in numbers]) for letter, numbers in commands)
    written, last, here, start = [], "", (0, 0), (0, 0)
    for letter, numbers in commands:
        if letter == "z":
            written.append("z")
            here = start
        for across, up in zip(numbers[::2], numbers[1::2], strict=True):
            there = round(10 * across), round(10 * up)
            step = [f"{(to - at) / 10:g}" for to, at in zip(there, here, strict=True)]
            # after a move come lines, unless a letter says otherwise
            goes_on = letter == "L" and last in ("M", "L")
            written.append(_numbers(step, goes_on=goes_on) if goes_on else letter.lower() + _numbers(step))
            here = there
            start = here if letter == "M" else start
        last = letter
    return "".join(written)


def _numbers(numbers: Iterable[str], *, goes_on: bool = False) -> str:
    """Numbers with a space between them only where it is needed."""
    short = [re.sub(r"^(-?)0\.", r"\1.", number) for number in numbers]
    return re.sub(r" (?=-)", "", (" " if goes_on else "") + " ".join(short))
