"""A drawing for inside a page: in the page's neutral colours, light or dark, and apart from other drawings there."""

from __future__ import annotations

import re

_VARIABLES = {"#1b1b1b": "ink", "#55585c": "soft", "#c9cbce": "rule", "#ffffff": "paper"}
"""The variables that a page gives for ink, soft text, rules and white of ``reports.figures.style``."""
_COLOUR = re.compile(r"\b(fill|stroke)(: ?)(#[0-9a-f]{6})(?![0-9a-f])")
_FACE = re.compile(r"'STIXGeneral'(?!,)")


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
