"""The page: everything is in it, nothing is fetched, and names are text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from fractions import Fraction

import pytest

from numerics.audit.shown.page import CITED, bibliography_entry, to_page
from numerics.audit.shown.text import Row
from tests.numerics.audit.audits import interpolating, on_a_kink, residual


def page_of(*rows: Row) -> str:
    return to_page(rows, ["verify audit.json"] * len(rows), "stable-minima 0")


def test_everything_is_in_it() -> None:
    found = replace(residual(), remarks=("data.npz has 2 rows.",))
    page = page_of(Row("a.npz", found))
    for part in (
        "data.npz has 2 rows.",
        "2 to 2.625",
        "because the curvature nu",
        "stationary-points",
        "stable-minima 0",
    ):
        assert part in page
    assert "verify audit.json" in page
    for key in CITED:
        assert f"{{{key}," in page
    assert "prefers-color-scheme: dark" in page


def test_nothing_is_fetched() -> None:
    page = page_of(Row("a.npz", interpolating()))
    assert re.findall(r"\b(?:src|href|url|@import)\b|<script|<link", page) == []


def test_the_picture_is_drawn_to_scale() -> None:
    page = page_of(Row("a.npz", interpolating("1/2")))
    svg = ET.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    widths = [float(bar.attrib["width"]) for bar in svg.iter("rect")]
    assert widths[0] / widths[-1] == pytest.approx(1.9375 / 3.97812779, rel=1e-3)
    assert [float(line.attrib["x1"]) for line in svg.iter("line")] == [pytest.approx(0.96 * 360)]
    assert all(width <= 360 for width in widths)


def test_names_are_text_and_failures_are_parts() -> None:
    page = page_of(Row("<b>a</b>.npz", interpolating()), Row("b.npz", "it is <damaged>"))
    assert "<b>" not in page
    assert "Nothing was found: it is &lt;damaged&gt;" in page
    assert "Audit of 2 networks" in page
    assert page.count("b.npz: not audited") == 2  # in the list at the top, and as a part


def test_without_enclosures_there_is_no_certificate() -> None:
    page = page_of(Row("a.npz", replace(interpolating(), enclosed=False)))
    assert "verify audit.json" not in page
    assert "no certificate" in page
    assert "nondifferentiable-minima" in page_of(Row("a.npz", on_a_kink()))


def test_numbers_too_large_to_draw_are_still_in_the_table() -> None:
    page = page_of(Row("a.npz", replace(interpolating(), sharpness=(Fraction(10) ** 400,) * 2)))
    assert "<svg" not in page
    assert "1e400" in page


def test_an_unknown_entry_is_named() -> None:
    with pytest.raises(ValueError, match="has no entry nobody2000"):
        bibliography_entry("nobody2000")


def test_more_than_the_checker_takes_has_no_commands() -> None:
    page = page_of(Row("a.npz", replace(interpolating(), n=1025)))
    assert "verify audit.json" not in page
    assert "Certificates are written for at most 1,024 data" in page
