"""Figures: kept until their sources change, equal for equal input, and hiding nothing."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from numerics.weight import weight
from reports.figures import GROUPS, STEPS, TWELVE, Drawing, Frame, Group, Plot, drawings, two_dimensional

DOT = Drawing("dot", "A dot.", "a dot", "0", (("none", "0" * 64),))


def dot() -> Figure:
    """A figure of one dot."""
    figure = Figure()
    figure.subplots().plot([0], [0], "o")
    return figure


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A module ``dots`` that draws one dot; lists the profiles it was asked for."""
    asked: list[str] = []

    def draw(profile: str) -> Iterator[Plot]:
        asked.append(profile)
        yield Plot(DOT, dot())

    module = types.ModuleType("dots")
    module.draw = draw  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "dots", module)
    return asked


GROUP = Group("dots", "Dots", "dots", ("dot",))


def test_drawn_once_for_each_digest(drawn: list[str], tmp_path: Path) -> None:
    assert list(drawings(GROUP, "quick", tmp_path, "a")) == [DOT]
    assert list(drawings(GROUP, "quick", tmp_path, "a")) == [DOT]
    assert drawn == ["quick"]
    drawings(GROUP, "full", tmp_path, "b")
    drawings(GROUP, "full", tmp_path, "b", fresh=True)
    assert drawn == ["quick", "full", "full"]


@pytest.mark.parametrize("loss", ["dot.svg", "dot.pdf", "dot.csv", "dots.json"])
def test_lost_files_are_drawn_again(drawn: list[str], tmp_path: Path, loss: str) -> None:
    drawings(GROUP, "quick", tmp_path, "a")
    (tmp_path / loss).unlink()
    drawings(GROUP, "quick", tmp_path, "a")
    assert len(drawn) == 2


@pytest.mark.parametrize("name", ["dot.svg", "dot.pdf", "dot.csv", "dots.json"])
@pytest.mark.parametrize("damage", ["truncated", "edited", "emptied"])
def test_damaged_files_are_drawn_again(drawn: list[str], tmp_path: Path, name: str, damage: str) -> None:
    drawings(GROUP, "quick", tmp_path, "a")
    file = tmp_path / name
    whole = file.read_bytes()
    edited = whole.replace(b"dot", b"spot") if name == "dots.json" else whole.replace(b"1", b"2", 1)
    file.write_bytes({"truncated": whole[: len(whole) // 2], "edited": edited, "emptied": b""}[damage])
    assert list(drawings(GROUP, "quick", tmp_path, "a")) == [DOT]
    assert len(drawn) == 2
    assert file.read_bytes() == whole


@pytest.mark.usefixtures("drawn")
def test_equal_figures_are_equal_files(tmp_path: Path) -> None:
    for place in "ab":
        drawings(GROUP, "quick", tmp_path / place, "a")
    for name in ("dot.svg", "dot.pdf"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert "http://www.w3.org" in (tmp_path / "a" / "dot.svg").read_text()


def test_frames_of_a_figure_say_what_they_show(
    drawn: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They are drawn with it, counted by it, and drawn again where one is lost."""
    module = types.ModuleType("frames")
    module.frames = lambda: (Frame(f"η = {step}: a dot", dot()) for step in ("<1", "2"))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "frames", module)
    monkeypatch.setitem(STEPS, "dot", "frames")
    (drawing,) = drawings(GROUP, "quick", tmp_path, "a")
    assert drawing.steps == 2
    assert {path.name for path in tmp_path.iterdir()} == {*drawing.files, "dots.json"}
    assert "<title>η = &lt;1: a dot</title>" in (tmp_path / "dot-step-1.svg").read_text()
    assert (tmp_path / "dot-steps.csv").read_text() == "frame,panel,x axis,y axis,series,x,y\nevery,1,,,curve,0,0\n"
    for count, lost in enumerate(("dot-step-2.svg", "dot-steps.csv"), start=2):
        (tmp_path / lost).unlink()
        assert list(drawings(GROUP, "quick", tmp_path, "a")) == [drawing]
        assert len(drawn) == count


def test_every_figure_with_frames_is_one_of_the_twelve() -> None:
    assert set(STEPS) <= set(TWELVE)


def test_groups_have_names_of_their_own() -> None:
    assert len({group.name for group in GROUPS}) == len(GROUPS)


def test_heat_map_holds_the_weight_of_each_line() -> None:
    x, _ = two_dimensional.data()
    angles, offsets, weights = two_dimensional._line_weights(x)
    for row, column in ((0, 0), (96, 120), (150, 31)):
        direction = np.array([[np.cos(angles[column]), np.sin(angles[column])]])
        assert weights[row, column] == pytest.approx(weight(direction, offsets[[row]], x)[0], abs=1e-15)
