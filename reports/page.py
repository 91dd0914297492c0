"""The figures of an HTML page, put into it as SVG: as text, so that they follow its colours and can be read aloud."""

from __future__ import annotations

import html
import re
from pathlib import Path

_IMAGE = re.compile(r'<img src="figures/(?P<name>[\w-]+)\.svg"(?P<rest>[^>]*?)\s*/?>')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_LEFT = ' style="text-align: left;"'
"""What pandoc gives each cell of a column on the left: a tenth of a page of tables, and the default."""
_OPENING = re.compile(r"<svg\b[^>]*>")


def with_drawings(page: str, folder: Path) -> str:
    """The page, leaner, with each image of ``folder / "figures"`` in it; a thumbnail refers to the drawing it is of."""
    whole = {found["name"] for found in _IMAGE.finditer(page) if "thumbnail" not in found["rest"]}
    return _IMAGE.sub(lambda found: _drawing(found, folder, whole), page.replace(_LEFT, ""))


def _drawing(found: re.Match[str], folder: Path, whole: set[str]) -> str:
    name, attributes = found["name"], dict(_ATTRIBUTE.findall(found["rest"]))
    svg = (folder / "figures" / f"{name}.svg").read_text("utf-8")
    opening = _OPENING.search(svg)
    if opening is None:
        raise ValueError(f"figures/{name}.svg is no SVG; build with --fresh to draw it again")
    box = dict(_ATTRIBUTE.findall(opening[0]))["viewBox"]
    if "thumbnail" in attributes.get("class", "") and name in whole:
        return f'<svg class="thumbnail" viewBox="{box}" aria-hidden="true"><use href="#drawing-{name}"/></svg>'
    label = html.escape(html.unescape(attributes.get("alt", "")), quote=True)
    head = f'<svg id="drawing-{name}" class="drawing" viewBox="{box}" role="img" aria-label="{label}">'
    return head + _own_identifiers(svg[opening.end() :], name)


def _own_identifiers(svg: str, name: str) -> str:
    """The identifiers inside a drawing, and what refers to them, made different from those of other drawings."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    return re.sub(r'href="#(?!claim-)([^"]+)"', rf'href="#{name}-\1"', svg)
