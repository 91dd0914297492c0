"""reports.page: drawings put into a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.page import with_drawings

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
    head = '<p><svg id="drawing-dot" class="drawing" viewBox="0 0 9 9" role="img" aria-label="a &quot;dot&quot;">'
    assert page == head + '<g mask="url(#m2)" id="m1"><path /></g><g id="m2"><path /></g><use href="#m1" /></svg></p>'


def test_a_thumbnail_refers_to_the_drawing_where_that_is_shown(folder: Path) -> None:
    assert '<use href="#drawing-dot"/>' in with_drawings(SMALL + WHOLE, folder)
    alone = with_drawings(SMALL, folder)
    assert "#drawing" not in alone
    assert alone.startswith('<svg class="thumbnail" viewBox="0 0 9 9" aria-hidden="true"><g mask=')


def test_what_is_no_svg_is_refused(folder: Path) -> None:
    (folder / "figures" / "dot.svg").write_text("")
    with pytest.raises(ValueError, match=r"figures/dot\.svg is no SVG"):
        with_drawings(WHOLE, folder)
