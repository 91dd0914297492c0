"""The graph of claims as SVG: an arrow from what a claim rests on, its strength as fill, its novelty as border."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from textwrap import wrap

from reports.document.shown import Part, ShownClaim, grounds
from reports.markup import COLOURS

WIDTH, MARGIN = 720, 8
COLUMNS, BOX, LINE = 4, 40, 52
"""Boxes in a row, the height of one, and from one row to the next."""
LETTERS, LEADING = 32, 11
"""The letters in a line of a box, and from one line to the next."""
HEADING = 24
_GAP = 10
_BOX_WIDTH = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * _GAP) / COLUMNS

NEUTRAL = {"ink": "#1b1b1b", "soft": "#55585c", "rule": "#c9cbce"}
_BORDER = {"new": "stroke-width:2.5", "sharper": "stroke-width:2.5;stroke-dasharray:4 2"}


def graph(parts: Sequence[Part], *, themed: bool) -> str:
    """An SVG of the claims, in which every box is a link; ``themed`` where the page's colours apply to it."""
    colour = {name: f"var(--{name}, {value})" if themed else value for name, value in NEUTRAL.items()}
    places, headings, height = _layout(parts)
    claims = {claim.claim.name: claim for part in parts for claim in part.claims}
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" class="graph" role="group" '
        f'aria-label="Graph of the claims" font-family="system-ui, sans-serif" font-size="11">'
    ]
    for part, y in headings:
        drawn.append(
            f'<text x="{MARGIN}" y="{y}" fill="{colour["soft"]}" font-weight="600">'
            f"{part.number} {escape(part.title)}</text>"
        )
    for name, claim in claims.items():
        drawn += [
            _edge(places[ground], places[name], colour["soft"])
            for ground in sorted(grounds(claim.claim))
            if ground in places
        ]
    drawn += [_box(claim, *places[name], colour["ink"]) for name, claim in claims.items()]
    return "".join([*drawn, "</svg>"])


def _layout(parts: Sequence[Part]) -> tuple[Mapping[str, tuple[float, float]], list[tuple[Part, float]], float]:
    """The upper left corner of each claim's box, the base line of each part's heading, and the height of it all."""
    places, headings, y = {}, [], float(MARGIN)
    for part in parts:
        headings.append((part, y + 12))
        y += HEADING
        for place, claim in enumerate(part.claims):
            row, column = divmod(place, COLUMNS)
            places[claim.claim.name] = (MARGIN + column * (_BOX_WIDTH + _GAP), y + row * LINE)
        y += LINE * -(-len(part.claims) // COLUMNS)
    return places, headings, y + MARGIN


def _edge(start: tuple[float, float], end: tuple[float, float], colour: str) -> str:
    """A line from the lower edge of what is used to the upper edge of what uses it, or between sides in one row."""
    if start[1] == end[1]:
        left, right = sorted((start, end))
        points = f"M{left[0] + _BOX_WIDTH:.0f} {left[1] + BOX / 2:.0f}H{right[0]:.0f}"
    else:
        down = start[1] < end[1]
        x, y = start[0] + _BOX_WIDTH / 2, start[1] + (BOX if down else 0)
        to_x, to_y = end[0] + _BOX_WIDTH / 2, end[1] + (0 if down else BOX)
        middle = (y + to_y) / 2
        points = f"M{x:.0f} {y:.0f}C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {to_y:.0f}"
    return f'<path d="{points}" fill="none" stroke="{colour}" stroke-opacity="0.35"/>'


def _box(claim: ShownClaim, x: float, y: float, ink: str) -> str:
    word = claim.standing.word
    novelty = claim.exposition.novelty if claim.exposition else ""
    style = _BORDER.get(novelty, "stroke-width:0")
    title = f"{claim.claim.title}: {word}{', ' + novelty if novelty else ''}"
    lines = wrap(f"{claim.number} {claim.claim.title}", LETTERS)
    first = y + BOX / 2 + 3.5 - LEADING / 2 * (len(lines) - 1)
    text = "".join(
        f'<tspan x="{x + _BOX_WIDTH / 2:.0f}" y="{first + LEADING * place:.0f}">{escape(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    return (
        f'<a href="#claim-{claim.claim.name}"><title>{escape(title)}</title>'
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{_BOX_WIDTH:.0f}" height="{BOX}" rx="4" fill="#{COLOURS[word]}" '
        f'stroke="{ink}" style="{style}"/><text fill="#fff" font-size="9.5" text-anchor="middle">{text}</text></a>'
    )
