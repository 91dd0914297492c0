"""reports.page: drawings put into a page."""

from __future__ import annotations

import base64
import gzip
import re
from pathlib import Path

import numpy as np
import pytest

from reports.page import ROOM, with_drawings

SVG = """<?xml version="1.0"?><svg xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" width="9pt">\
<g id="a" mask="url(#b)"><path/></g><g id="b"><path/></g><use xlink:href="#a"/></svg>"""
WHOLE = '<img src="figures/dot.svg" style="width:100%" alt="a &quot;dot&quot;" />'
SMALL = '<img src="figures/dot.svg" class="thumbnail" alt="" />'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An output folder with one figure."""
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "dot.svg").write_text(SVG)
    return tmp_path


def test_a_drawing_is_named_and_its_identifiers_are_its_own(folder: Path) -> None:
    page = with_drawings(f"<p>{WHOLE}</p>", folder)
    head = '<svg id="drawing-dot" class="drawing" viewBox="0 0 9 9" role="img" aria-label="a &quot;dot&quot;">'
    inside = '<g mask="url(#m2)" id="m1"><path /></g><g id="m2"><path /></g><use href="#m1" />'
    assert page == f'<p><span class="picture">{head}{inside}</svg></span></p>'


def test_a_thumbnail_refers_to_the_drawing_where_that_is_shown(folder: Path) -> None:
    assert '<use href="#drawing-dot"/>' in with_drawings(SMALL + WHOLE, folder)
    alone = with_drawings(SMALL, folder)
    assert "#drawing" not in alone
    assert alone.startswith('<svg class="thumbnail" viewBox="0 0 9 9" aria-hidden="true"><g mask=')


def test_the_data_of_a_drawing_stand_beside_it_unless_they_are_many(folder: Path) -> None:
    csv = folder / "figures" / "dot.csv"
    csv.write_text("x,y\n1,2\n")
    page = with_drawings(WHOLE, folder)
    link = re.search(r'</span><a class="csv" download="dot.csv.gz" href="data:application/gzip;base64,(.*?)">', page)
    assert link
    assert gzip.decompress(base64.b64decode(link[1])) == csv.read_bytes()
    assert with_drawings(WHOLE, folder) == page
    assert "csv" not in with_drawings(SMALL, folder)
    csv.write_bytes(np.random.default_rng(0).bytes(ROOM))
    assert '</span><a class="csv" href="figures/dot.csv">Data (CSV, a file beside this page)</a>' in with_drawings(
        WHOLE, folder
    )


MOVING = WHOLE.replace(" alt=", ' data-steps="2" alt=')
FRAME = '<svg viewBox="{box}"><title>{words}</title><path d="M 0 0 L 1 1 "/><path d="M 0 0 L {step} 0 "/></svg>'


def frames(folder: Path, *given: tuple[str, str]) -> None:
    """Two frames, with their boxes and words."""
    for step, (box, words) in enumerate(given, start=1):
        (folder / "figures" / f"dot-step-{step}.svg").write_text(FRAME.format(box=box, words=words, step=step))


def test_frames_are_layers_over_what_they_share(folder: Path) -> None:
    """Hidden until a script moves them; without it the drawing stands alone."""
    frames(folder, ("0 0 5 5", "&lt; 1"), ("0 0 5 5", "2"))
    slider = with_drawings(MOVING, folder).partition("</span>")[2]
    first, second = (
        '<g data-says="&lt; 1" hidden><path d="m0 0 1 0" /></g>',
        '<g data-says="2"><path d="m0 0 2 0" /></g>',
    )
    assert slider == (
        '<div class="slider" hidden><label>Step size <input type="range" max="1" value="1"></label><output></output>'
        '<span class="picture"><svg class="drawing" viewBox="0 0 5 5" role="img"><path d="m0 0 1 1" />'
        f"{first}{second}</svg></span></div>"
    )
    (folder / "figures" / "dot-steps.csv").write_text("x,y\n1,2\n")
    with_data = with_drawings(MOVING, folder).partition("</span>")[2]
    link = r'<a class="csv" download="dot-steps\.csv\.gz" href="[^"]*">Data of all steps \(CSV\)</a>'
    assert re.sub(link, "", with_data, count=1) == slider != with_data


@pytest.mark.parametrize(("box", "words"), [("0 0 6 6", "2"), ("0 0 5 5", "")])
def test_frames_that_do_not_fit_together_are_refused(folder: Path, box: str, words: str) -> None:
    frames(folder, ("0 0 5 5", "1"), (box, words))
    with pytest.raises(ValueError, match="the frames of dot differ in size, or do not say what they show"):
        with_drawings(MOVING, folder)


def test_what_is_no_svg_is_refused(folder: Path) -> None:
    (folder / "figures" / "dot.svg").write_text("")
    with pytest.raises(ValueError, match=r"figures/dot\.svg is no SVG"):
        with_drawings(WHOLE, folder)
