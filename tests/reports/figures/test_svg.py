"""reports.figures.svg: smaller, and the same picture; in a page, in its colours and apart from other drawings."""

from __future__ import annotations

import base64
import io
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from reports.figures.style import BLUE, INK, applied
from reports.figures.svg import lean, themed


def drawn(colours: int) -> str:
    """A heat map with so many colours, and some text."""
    figure = Figure(figsize=(2, 2))
    axes = figure.subplots()
    axes.imshow(np.arange(colours).reshape(-1, 40 if colours > 100 else 1), cmap="viridis")
    axes.set_title("the title")
    stream = io.BytesIO()
    figure.savefig(stream, format="svg")
    return stream.getvalue().decode()


def picture(svg: str) -> np.ndarray:
    """The embedded image."""
    found = re.search(r"data:image/png;base64,\s*([A-Za-z0-9+/=\s]+)", svg)
    assert found
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("RGBA"), dtype=float)


def test_few_colours_stay_as_they_are() -> None:
    whole = drawn(8)
    small = lean(whole, "a")
    assert len(small) < len(whole)
    assert np.array_equal(picture(small), picture(whole))


def test_many_colours_stay_close() -> None:
    whole = drawn(2000)
    assert np.abs(picture(lean(whole, "a")) - picture(whole)).max() <= 8


def test_coordinates_move_little() -> None:
    whole, small = drawn(3), lean(drawn(3), "a")
    paths = [re.findall(r' d="([^"]*)"', svg) for svg in (whole, small)]
    numbers = [np.array([float(n) for path in found for n in re.findall(r"-?[\d.]+", path)]) for found in paths]
    assert len(numbers[0]) > 50
    assert np.abs(numbers[0] - numbers[1]).max() <= 0.051
    assert "metadata" not in small


def test_styles_become_classes() -> None:
    """Each of its own name, with the rule it stands for; none for all elements of a page."""
    small = lean(drawn(3), "figure")
    rules = dict(re.findall(r"\.(figure-\d+)\{([^}]*)\}", small))
    used = set(re.findall(r' class="([^"]*)"', small))
    assert used == set(rules)
    assert len(set(rules.values())) == len(rules) > 0
    assert "*{" not in small


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
