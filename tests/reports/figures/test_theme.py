"""reports.figures.theme: drawings that follow a page's colours and do not meet each other."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as ET

import pytest
from matplotlib.figure import Figure

from reports.figures.style import BLUE, INK, applied
from reports.figures.svg import lean
from reports.figures.theme import themed


@pytest.fixture(scope="module")
def svg() -> str:
    """A curve with a title, as a figure is written."""
    stream = io.BytesIO()
    with applied():
        figure = Figure(figsize=(2, 2))
        axes = figure.subplots()
        axes.plot([1, 2], [3, 4], color=BLUE)
        axes.set_title("the title")
        figure.savefig(stream, format="svg")
    return lean(stream.getvalue().decode(), "curve")


def identifiers(svg: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', svg)


def test_two_drawings_share_no_identifier(svg: str) -> None:
    one, two = themed(svg, "one"), themed(svg, "two")
    both = identifiers(one) + identifiers(two)
    assert len(set(both)) == len(both) == 2 * len(identifiers(svg)) > 0


def test_references_lead_to_what_they_led_to(svg: str) -> None:
    changed = themed(svg, "one")
    led = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', changed)
    assert led
    assert {first or second for first, second in led} <= set(identifiers(changed))


def test_text_stays_text(svg: str) -> None:
    texts = [element.text for element in ET.fromstring(themed(svg, "one")).iter() if element.tag.endswith("}text")]
    assert "the title" in texts


def test_neutral_colours_alone_follow_the_page(svg: str) -> None:
    changed = themed(svg, "one")
    assert f"var(--ink, {INK})" in changed
    assert not re.search(rf"(fill|stroke): ?{INK}", changed)
    assert f"stroke: {BLUE}" in changed
