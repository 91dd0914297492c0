"""What matplotlib writes as SVG, smaller; and the same for inside a page, in the page's colours, light or dark."""

from __future__ import annotations

import base64
import io
import re
from collections import Counter

from PIL import Image

COLOURS = 256
"""As many as a palette holds; a heat map has hardly more shades that an eye tells apart."""

_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_COORDINATES = re.compile(r'\b(d|transform|x|y|x1|y1|x2|y2|width|height|points|cx|cy|r)="([^"]*)"')
_PICTURE = re.compile(r"data:image/png;base64,\s*([A-Za-z0-9+/=\s]+)")


_VARIABLES = {"#1b1b1b": "ink", "#55585c": "soft", "#c9cbce": "rule", "#ffffff": "paper"}
"""The variables that a page gives for ink, soft text, rules and white of ``reports.figures.style``."""
_COLOUR = re.compile(r"\b(fill|stroke)(: ?)(#[0-9a-f]{6})(?![0-9a-f])")
_FACE = re.compile(r"'STIXGeneral'(?!,)")


def lean(svg: str, name: str) -> str:
    """The same picture to a twentieth of a point, in fewer bytes; styles become classes that begin with ``name``.

    >>> lean('<svg><!-- a --><metadata>b</metadata><path d="M 1.23456 2.5 L -0.0001 3"/></svg>', "a")
    '<svg><path d="M 1.2 2.5 L 0 3"/></svg>'
    """
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<!DOCTYPE[^>]*>", "", svg, flags=re.DOTALL)
    svg = _COORDINATES.sub(lambda found: f'{found[1]}="{_NUMBER.sub(_rounded, found[2])}"', svg)
    svg = _PICTURE.sub(lambda found: f"data:image/png;base64,{_few_colours(found[1])}", svg)
    return _with_classes(re.sub(r">\s+<", "><", re.sub(r"\s*\n\s*", " ", svg)).strip(), name)


def _with_classes(svg: str, name: str) -> str:
    counts = Counter(re.findall(r' style="([^"]*)"', svg))
    classes = {style: f"{name}-{place}" for place, (style, count) in enumerate(counts.most_common()) if count > 1}
    if not classes:
        return svg
    svg = re.sub(
        r' style="([^"]*)"', lambda found: f' class="{classes[found[1]]}"' if found[1] in classes else found[0], svg
    )
    rules = "".join(f".{each}{{{style}}}" for style, each in classes.items())
    # matplotlib's own rule for all elements stands first, and would reach out of the picture
    svg = re.sub(r'<style type="text/css">[^<]*</style>', "", svg)
    return re.sub(r"(<svg\b[^>]*>)", lambda found: f"{found[1]}<style>{rules}</style>", svg, count=1)


def _rounded(found: re.Match[str]) -> str:
    return f"{round(float(found[0]), 1) + 0.0:g}" if abs(float(found[0])) < 1e4 else found[0]


def _few_colours(encoded: str) -> str:
    picture = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGBA")
    opaque = picture.getchannel("A").getextrema()[0] == 255
    # the better method knows no transparency
    few = picture.convert("RGB").quantize(COLOURS) if opaque else picture.quantize(COLOURS)
    buffer = io.BytesIO()
    few.save(buffer, "png", optimize=True)
    small = base64.b64encode(buffer.getvalue()).decode()
    return min(small, encoded.strip(), key=len)


def themed(svg: str, name: str) -> str:
    """The SVG without its XML declaration, neutral colours as variables of CSS with themselves as fallback.

    Identifiers, and what refers to them, begin with ``name``; text stays text. For browsers: what knows no CSS
    variables, as typst, takes the SVG as it was.

    >>> themed('<svg><g id="a" style="fill: #1b1b1b"/></svg>', "dot")
    '<svg><g id="dot-a" style="fill: var(--ink, #1b1b1b)"/></svg>'
    """
    svg = re.sub(r"^\s*<\?xml.*?\?>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    return _FACE.sub("'STIXGeneral', 'STIX Two Text', serif", _COLOUR.sub(_variable, svg))


def _variable(found: re.Match[str]) -> str:
    name = _VARIABLES.get(found[3])
    return f"{found[1]}{found[2]}var(--{name}, {found[3]})" if name else found[0]
