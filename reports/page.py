"""The figures of an HTML page, put into it as SVG: as text, so that they follow its colours and can be read aloud."""

from __future__ import annotations

import base64
import gzip
import html
import re
from collections.abc import Sequence
from pathlib import Path

from reports.vector import Sheet, embedded, in_common

_IMAGE = re.compile(r'<img src="figures/(?P<name>[\w-]+)\.svg"(?P<rest>[^>]*?)\s*/?>')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_LEFT = ' style="text-align: left;"'
"""What pandoc gives each cell of a column on the left: a tenth of a page of tables, and the default."""
ROOM = 24_000
"""Bytes that the data of one figure may take in the page; more of them are a file beside it."""
_TITLE = re.compile(r"<title>([^<]*)</title>")
_BOX = re.compile(r'viewBox="([^"]*)"')
_OPENING = re.compile(r"<svg\b[^>]*>")


def with_drawings(page: str, folder: Path) -> str:
    """The page, leaner, with each image of ``folder / "figures"`` in it.

    A thumbnail that has no drawing of its own refers to the one it is of. Raises ValueError for a file that is no SVG.
    """
    whole = {found["name"] for found in _IMAGE.finditer(page) if "thumbnail" not in found["rest"]}
    sheet = Sheet()
    page = _IMAGE.sub(lambda found: _drawing(found, folder, whole, sheet), page.replace(_LEFT, ""))
    return page.replace("</head>", f"<style>{sheet.rules}</style>\n</head>", 1)


def _drawing(found: re.Match[str], folder: Path, whole: set[str], sheet: Sheet) -> str:
    name, attributes = found["name"], dict(_ATTRIBUTE.findall(found["rest"]))
    svg = (folder / "figures" / f"{name}.svg").read_text("utf-8")
    opening = _OPENING.search(svg)
    if opening is None:
        raise ValueError(f"figures/{name}.svg is no SVG; build with --fresh to draw it again")
    box = dict(_ATTRIBUTE.findall(opening[0]))["viewBox"]
    if "thumbnail" in attributes.get("class", ""):
        inside = f'<use href="#drawing-{name}"/></svg>' if name in whole else f"{embedded(svg, sheet)}</svg>"
        return f'<svg class="thumbnail" viewBox="{box}" aria-hidden="true">{inside}'
    label = html.escape(html.unescape(attributes.get("alt", "")), quote=True)
    # a heat map keeps its colours in the dark, so what is drawn on it has to
    classes = "drawing light" if "<image" in svg else "drawing"
    head = f'<svg id="drawing-{name}" class="{classes}" viewBox="{box}" role="img" aria-label="{label}">'
    figures, steps = folder / "figures", range(1, 1 + int(attributes.get("data-steps", 0)))
    frames = [(figures / f"{name}-step-{step}.svg").read_text("utf-8") for step in steps]
    slider = _slider(name, frames, _data(figures / f"{name}-steps.csv", "Data of all steps"), sheet) if frames else ""
    return f"{_scrolling(f'{head}{embedded(svg, sheet)}</svg>')}{slider}{_data(figures / f'{name}.csv')}"


def _scrolling(drawing: str) -> str:
    """A box in which a drawing scrolls where it would be too small to read."""
    return f'<span class="picture">{drawing}</span>'


def _slider(name: str, svgs: Sequence[str], data: str, sheet: Sheet) -> str:
    """What moves between frames; hidden until the script shows it, for without it one frame would stand for all."""
    words = [(_TITLE.findall(svg) or [""])[0] for svg in svgs]
    boxes = {box for svg in svgs for box in _BOX.findall(svg)[:1]}
    if len(boxes) != 1 or not all(words):
        raise ValueError(f"the frames of {name} differ in size, or do not say what they show; build with --fresh")
    middle = len(svgs) // 2
    shared, each = in_common(svgs, sheet)
    frames = "".join(
        f'<g data-says="{html.escape(html.unescape(said))}"{"" if place == middle else " hidden"}>{inside}</g>'
        for place, (said, inside) in enumerate(zip(words, each, strict=True))
    )
    classes = "drawing light" if any("<image" in svg for svg in svgs) else "drawing"
    choice = f'<input type="range" max="{len(svgs) - 1}" value="{middle}">'
    drawing = f'<svg class="{classes}" viewBox="{boxes.pop()}" role="img">{shared}{frames}</svg>'
    label = f"<label>Step size {choice}</label><output></output>"
    return f'<div class="slider" hidden>{label}{_scrolling(drawing)}{data}</div>'


def _data(csv: Path, name: str = "Data") -> str:
    """A link to what a figure shows in numbers: packed into the page, or to the file where they take too much room."""
    if not csv.is_file():
        return ""
    packed = base64.b64encode(gzip.compress(csv.read_bytes(), mtime=0)).decode()
    if len(packed) > ROOM:
        return f'<a class="csv" href="figures/{csv.name}">{name} (CSV, a file beside this page)</a>'
    return f'<a class="csv" download="{csv.name}.gz" href="data:application/gzip;base64,{packed}">{name} (CSV)</a>'
