"""reports.vector: in a page, the same picture, in its colours and apart from other drawings."""

from __future__ import annotations

import base64
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from reports.figures.style import BLUE, INK, applied
from reports.figures.svg import lean
from reports.vector import LEVELS, Sheet, embedded, in_common, shorter_path, webp


@pytest.fixture(scope="module")
def svg() -> str:
    """A curve and a heat map with a title, as a figure is written."""
    stream = io.BytesIO()
    with applied():
        figure = Figure(figsize=(2, 2))
        axes, below = figure.subplots(2)
        axes.plot([1, 2], [3, 4], color=BLUE)
        axes.set_title("the title, $x_1 = 0.5$")
        below.imshow(np.arange(40).reshape(8, 5))
        figure.savefig(stream, format="svg")
    return lean(stream.getvalue().decode(), "curve")


def parsed(inside: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<svg>{inside}</svg>")


def test_two_drawings_share_classes_and_no_identifier(svg: str) -> None:
    sheet = Sheet()
    one = embedded(svg, sheet)
    rules = sheet.rules
    two = embedded(svg, sheet)
    assert sheet.rules == rules
    found = re.findall(r' id="([^"]+)"', one + two)
    assert len(set(found)) == len(found) > 0
    for drawing in (one, two):
        led = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', drawing)
        assert {first or second for first, second in led} == set(re.findall(r' id="([^"]+)"', drawing))


def test_each_element_keeps_its_style(svg: str) -> None:
    sheet = Sheet()
    inside = embedded(svg, sheet)
    rules = dict(re.findall(r"\.(d\d+)\{([^}]*)\}", sheet.rules))
    assert set(rules) == set(re.findall(r' class="([^"]*)"', inside))
    assert " style=" not in inside
    (curve,) = [
        each for each in parsed(inside).iter("path") if f"stroke:{BLUE}" in rules.get(each.get("class", ""), "")
    ]
    assert "stroke-width:1.2" in rules[curve.get("class", "")]


def test_neutral_colours_alone_follow_the_page(svg: str) -> None:
    sheet = Sheet()
    embedded(svg, sheet)
    assert "fill:var(--ink)" in sheet.rules
    assert INK not in sheet.rules
    assert BLUE in sheet.rules


def test_words_are_words_with_each_letter_in_its_place(svg: str) -> None:
    """Matplotlib places the letters of a title with a formula one by one."""
    texts = list(parsed(embedded(svg, Sheet())).iter("text"))
    (title,) = [text for text in texts if "title" in "".join(text.itertext())]
    (words,) = [part for part in title if "title" in (part.text or "")]
    assert (words.text or "").startswith("the title,")
    for part in title:
        assert len((part.get("x") or "").split(" ")) == len(part.text or "")
    places = {float(x) for part in title for x in (part.get("x") or "").split(" ")}
    before = re.findall(r'<tspan x="([\d. ]+)"', svg)
    assert places <= {float(x) for given in before for x in given.split()}


def pixels(picture: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGBA")).astype(int)


def test_pictures_with_edges_are_the_same_to_the_last_bit(svg: str) -> None:
    before, after = (
        re.findall(rf"data:image/{kind};base64,\s*([A-Za-z0-9+/=]+)", text)[0]
        for kind, text in (("png", svg), ("webp", embedded(svg, Sheet())))
    )
    assert np.array_equal(pixels(before), pixels(after))


def test_smooth_pictures_look_the_same_in_fewer_bytes() -> None:
    slope = np.add.outer(np.arange(100), np.arange(120)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(np.stack([slope, slope // 2, 255 - slope], axis=-1)).save(buffer, "png")
    png = base64.b64encode(buffer.getvalue()).decode()
    short = webp(png)
    assert len(short) < len(png) / 2
    difference = abs(pixels(png) - pixels(short))
    assert difference.mean() < 1
    assert difference.max() <= LEVELS


def test_what_frames_share_is_drawn_once(svg: str) -> None:
    """And nothing is lost: all that each shows is in what they share or in its own part."""
    other = svg.replace(">t</tspan>", ">s</tspan>")
    shared, (one, two) = in_common([svg, other], Sheet())
    for own, whole in ((one, svg), (two, other)):
        together = parsed(shared + own)
        alone = parsed(embedded(whole, Sheet()))
        assert sorted(element.tag for element in together.iter()) == sorted(element.tag for element in alone.iter())
        assert sorted("".join(together.itertext())) == sorted("".join(alone.itertext()))
    assert ("the title" in one, "she sisle" in two) == (True, True)
    assert len(one) + len(two) < len(shared)
    found = re.findall(r' id="([^"]+)"', shared + one + two)
    assert len(set(found)) == len(found) > 0


@pytest.mark.parametrize(
    ("path", "shorter"),
    [
        ("M 1 2 L 1 3 z M 5 5 L 6 5.1 ", "m1 2 0 1zm4 3 1 .1"),
        ("M -0.3 0 L 0.2 -10 ", "m-.3 0 .5-10"),
        ("M 0.25 1 L 2 1 ", "M.25 1L2 1"),
        ("M 1 1 Q 2 2 3 1 ", "M1 1Q2 2 3 1"),
    ],
)
def test_paths(path: str, shorter: str) -> None:
    assert shorter_path(path) == shorter
