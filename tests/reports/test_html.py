"""The page in a browser: nothing sticks out at any width, every formula has a box, axe finds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser import evaluated
from tests.reports.test_typeset import Documents, Record, one_figure, typesetter, with_formulas

__all__ = ["one_figure"]  # a fixture, used by its name

UNFOLDED = 'document.querySelectorAll("details").forEach(fold => fold.open = true);'
AXE = """
const found = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] });
return found.violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 300), nodes[0].failureSummary].join(" "));
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder."""
    return tmp_path_factory.mktemp("out")


@pytest.fixture
def documents(record: Record, folder: Path, one_figure: dict[str, Any]) -> Documents:
    """The report of the sample with all formulas and a figure."""
    return typesetter(with_formulas(record), folder, **one_figure)


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_nothing_sticks_out(documents: Documents, tmp_path: Path, width: int) -> None:
    """Folded or not; what is wide scrolls in a box of its own."""
    script = f"const folded = document.documentElement.scrollWidth; {UNFOLDED}"
    script += "return [folded, document.documentElement.scrollWidth, document.documentElement.clientWidth];"
    folded, unfolded, there = evaluated(documents.html(), script, tmp_path, width=width)
    assert folded <= there
    assert unfolded <= there


def test_every_formula_has_a_box(documents: Documents, tmp_path: Path) -> None:
    script = f"""{UNFOLDED}
    const formulas = [...document.querySelectorAll("math")];
    const empty = formulas.filter(formula => formula.getClientRects().length === 0);
    return [formulas.length, empty.map(formula => formula.outerHTML)];"""
    count, empty = evaluated(documents.supplement().decode(), script, tmp_path)
    assert count > 100
    assert empty == []


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1200, True)])
def test_axe_finds_nothing(
    record: Record, folder: Path, one_figure: dict[str, Any], tmp_path: Path, width: int, dark: bool
) -> None:
    page = typesetter(record, folder, **one_figure).html()
    assert evaluated(page, AXE, tmp_path, width=width, axe=True, dark=dark) == []


def test_scripts(documents: Documents, tmp_path: Path) -> None:
    """Search by title or strength, colours by a button; without scripts the contents are there all the same."""
    script = """
    const items = () => [...document.querySelectorAll("nav li")].filter(item => !item.closest("[hidden]")).length;
    const input = document.querySelector("nav input"), all = items();
    const found = word => { input.value = word; input.dispatchEvent(new Event("input")); return items(); };
    const one = found("linear stability"), none = found("nowhere"), back = found("");
    document.querySelector("nav button").click();
    const first = getComputedStyle(document.body).backgroundColor;
    document.querySelector("nav button").click();
    return [all, one, none, back, first !== getComputedStyle(document.body).backgroundColor];"""
    page = documents.html()
    everything, one, none, back, changed = evaluated(page, script, tmp_path)
    assert everything == back > one > none == 0
    assert changed
    assert 'href="#claim-linear-stability"' in page.split("<nav", 1)[1].split("</nav>")[0]
