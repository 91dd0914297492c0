"""The page in a browser: nothing sticks out at any width, every formula has a box, axe finds nothing."""

from __future__ import annotations

import base64
import gzip
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.browser import evaluated, violations
from tests.reports.test_typeset import Documents, Record, one_figure, typesetter, with_formulas

__all__ = ["one_figure"]  # a fixture, used by its name

UNFOLDED = 'document.querySelectorAll("details").forEach(fold => fold.open = true);'


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
    assert violations(page, tmp_path, width=width, dark=dark) == []


def test_axe_finds_what_is_wrong(record: Record, folder: Path, one_figure: dict[str, Any], tmp_path: Path) -> None:
    """A picture without words, and a formula in a fold with a part that is too pale."""
    page = typesetter(record, folder, **one_figure).html()
    pale = '<details><summary>More</summary><math><mtext style="color: #ddd">pale</mtext></math></details>'
    found = violations(page.replace("</section>", f'<img src="a.png">{pale}</section>', 1), tmp_path, width=1000)
    assert [text.split()[0] for text in found] == ["image-alt", "color-contrast"]


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


FOCUS = """
const card = document.getElementById("hover");
const shown = () => card.hidden ? null : card.textContent;
const wait = () => new Promise(done => setTimeout(done, 400));
const over = target => target.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
"""


def test_a_link_to_a_claim_shows_its_title_gist_and_level(documents: Documents, tmp_path: Path) -> None:
    """For keyboard and pointer; the card stays while the pointer is on it, and Escape takes it away."""
    script = f"""{FOCUS}
    const link = document.querySelector('.overview a[href="#claim-linear-stability"]');
    link.focus();
    const focused = [shown(), link.getAttribute("aria-describedby"), card.querySelectorAll("a").length];
    document.dispatchEvent(new KeyboardEvent("keydown", {{ key: "Escape" }}));
    const escaped = shown();
    over(link);
    await wait();
    over(card);
    await wait();
    const stays = shown();
    over(document.body);
    await wait();
    return [...focused, escaped, stays, shown(), link.getAttribute("aria-describedby")];"""
    first, described, links, escaped, stays, gone, undescribed = evaluated(documents.html(), script, tmp_path)
    assert "Linear stability" in first
    assert "derived" in first
    assert described == "hover"
    assert links == 0
    assert stays == first
    assert (escaped, gone, undescribed) == (None, None, None)


def test_symbols_say_what_they_stand_for(documents: Documents, tmp_path: Path) -> None:
    """Those in the table of notation that nothing else is called by; a displayed formula says all of them at once."""
    script = f"""{FOCUS}
    const rows = [...document.querySelectorAll("#setting .settings tr")];
    const row = rows.find(row => row.textContent.includes("Gram matrix"));
    const formula = document.querySelector('main math[display="block"]');
    formula.append(row.querySelector("math *").cloneNode(true), document.createElement("mi"));
    over(formula.lastChild.previousSibling);
    await wait();
    const pointed = shown();
    over(formula.lastChild);
    await wait();
    const none = shown();
    formula.parentElement.querySelector(".copy").focus();
    return [pointed, none, shown()];"""
    pointed, none, focused = evaluated(documents.html(), script, tmp_path)
    assert "their Gram matrix" in pointed
    assert none is None
    assert pointed.strip() in focused


def test_formulas_are_copied_as_their_tex(documents: Documents, tmp_path: Path) -> None:
    script = """
    let written = [];
    Object.defineProperty(navigator, "clipboard", { value: { writeText: async text => { written.push(text); } } });
    const formula = document.querySelector('main math[display="block"]');
    formula.parentElement.querySelector(".copy").click();
    await new Promise(done => setTimeout(done, 100));
    written.push(document.querySelector(".said").textContent);
    getSelection().selectAllChildren(document.querySelector("#setting"));
    const clipboardData = new DataTransfer();
    document.dispatchEvent(new ClipboardEvent("copy", { clipboardData, cancelable: true }));
    return [...written, clipboardData.getData("text/plain")];"""
    tex, said, text = evaluated(documents.html(), script, tmp_path)
    assert tex.replace(" ", "").startswith(r"\lVertf\rVert_")
    assert said == "Copied"
    assert r"stays bounded from every start, that is if $0 \preceq \mathcal{H}\preceq (2/\eta)I$." in text


def test_the_data_of_a_figure_are_saved(documents: Documents, folder: Path, tmp_path: Path) -> None:
    """As CSV by the script, packed without it."""
    script = """
    let saved;
    URL.createObjectURL = blob => { saved = blob; return "#saved"; };
    const link = document.querySelector("figure a.csv");
    link.click();
    await new Promise(done => setTimeout(done, 500));
    return [link.download, link.href, await saved.text()];"""
    table = folder / "figures" / "dot.csv"
    table.write_text("x,y\n1,2\n")
    name, href, text = evaluated(documents.html(), script, tmp_path)
    assert name == "dot.csv.gz"
    assert gzip.decompress(base64.b64decode(href.partition("base64,")[2])) == table.read_bytes() == text.encode()


def test_claims_are_sifted_by_strength_and_novelty(documents: Documents, tmp_path: Path) -> None:
    script = """
    const rows = [...document.querySelectorAll(".overview tbody tr")];
    const selects = [...document.querySelectorAll(".filters select")];
    const choose = (place, value) => {
      selects[place].value = value;
      selects[place].dispatchEvent(new Event("change", { bubbles: true }));
      const said = document.querySelector(".filters output").textContent;
      return [rows.filter(row => row.getClientRects().length).length, said];
    };
    const strengths = [...selects[0].options].slice(1).map(option => option.value);
    const counts = strengths.map(value => choose(0, value));
    const labels = selects.map(select => select.labels[0].textContent.split(" ")[0]);
    return [rows.length, counts, choose(0, "all"), labels];"""
    count, each, everything, labels = evaluated(documents.html(), script, tmp_path)
    assert sum(found for found, _ in each) == count == everything[0] > len(each) > 0
    assert all(said == f"{found} of {count} claims" for found, said in [*each, everything])
    assert labels == ["Strength", "Novelty"]


def test_a_slider_moves_from_frame_to_frame(
    record: Record, folder: Path, one_figure: dict[str, Any], tmp_path: Path
) -> None:
    """It says which one it shows, to eye and ear; without scripts the figure stands alone."""
    for step in (1, 2, 3):
        svg = f'<svg viewBox="0 0 9 9"><title>η = {step}</title><circle r="{step}"/></svg>'
        (folder / "figures" / f"dot-step-{step}.svg").write_text(svg)
    moving = replace(one_figure["figures"]["dot"], steps=3)
    page = typesetter(record, folder, **one_figure | {"figures": {"dot": moving}}).html()
    script = """
    const slider = document.querySelector("figure .slider"), input = slider.querySelector("input");
    const dots = [...slider.querySelectorAll("circle")];
    const state = () => [
      slider.querySelector("output").textContent,
      input.getAttribute("aria-valuetext"),
      slider.querySelector("svg").getAttribute("aria-label"),
      ...dots.filter(dot => dot.getClientRects().length).map(dot => dot.getAttribute("r")),
    ];
    const first = state();
    input.value = 0;
    input.dispatchEvent(new Event("input"));
    return [slider.checkVisibility(), input.labels[0].textContent.trim(), first, state()];"""
    seen, label, first, second = evaluated(page, script, tmp_path)
    assert (seen, label) == (True, "Step size")
    assert first == ["η = 2"] * 3 + ["2"]
    assert second == ["η = 1"] * 3 + ["1"]
    assert '<div class="slider" hidden>' in page
    assert violations(page, tmp_path, width=360) == []
