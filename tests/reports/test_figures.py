"""Figures: kept until their sources change, equal for equal input, and hiding nothing."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from numerics.measurement import Measurement
from numerics.training.sweep import SweepRun
from numerics.training.train import TrainingPlan, TrainingResult
from numerics.weight import weight
from reports.figures import GROUPS, STEPS, TWELVE, Drawing, Frame, Group, Plot, drawings, mnist, two_dimensional

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


def run(preprocessing: Any, eta: float, *, kinks: int = 0, reason: str = "", norm: float = 1.0) -> SweepRun:
    """A run of a sweep that was never made."""
    active = 0 if reason.startswith("dead") else 60
    factors = {"stability": 0.9, "all-ones": 0.95, "balance": 0.5, "orientation": 0.8}
    measurement = Measurement(
        n=256, d=784, k=64, loss=1e-13, step_size=eta, gram_sharpness=1.9 / eta, mean_gradient_square=1.0,
        one_sided_norm=1.0, stability_norm=norm, bound=1 / eta - 0.5, tightness=norm / (1 / eta - 0.5),
        largest_stable_step=eta, active_neurons=active, dead_layer=active == 0, near_kinks=kinks, hyperplanes=64,
        waterfall=factors,
    )  # fmt: skip
    curve = np.array([0, 10]), np.array([1.0, 1e-13])
    diverged = reason.startswith("diverged")
    result = TrainingResult(None, 1e-13, 10, *curve, "diverged" if diverged else "interpolating")
    plan = TrainingPlan(width=64, step_size=eta, steps=10)
    return SweepRun(preprocessing, plan, result, None if diverged else measurement, "0" * 64, "key", not reason, reason)


@pytest.fixture
def runs() -> list[SweepRun]:
    """A sweep with everything that can happen."""
    return [
        *(run("standardised", eta, kinks=kinks) for eta, kinks in ((0.01, 0), (0.05, 7), (0.2, 0), (0.4, 3))),
        *(run("raw", eta) for eta in (0.03, 0.3, 0.6)),
        run("raw", 0.6, reason="dead: no neuron is active", norm=0.0),
        run("raw", 0.7, reason="diverged: a value left the range"),
        run("standardised", 0.4, reason="not converged: loss 1e-3"),
    ]


def test_every_run_of_the_sweep_is_accounted_for(runs: list[SweepRun], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "run_sweep", lambda _, **__: runs)
    monkeypatch.setattr(mnist, "certified_minima", lambda _: {})
    plots = list(mnist.draw("quick"))
    assert len({plot.drawing.name for plot in plots}) == len(plots) == 3
    tally = "Of 10 runs 7 count; 1 dead and 1 diverged and 1 not converged (crosses) do not; 2 have near-kinks"
    assert tally in plots[0].drawing.caption
    for plot in plots:
        plot.figure.draw_without_rendering()
        assert plot.drawing.data == (("MNIST, standardised", "0" * 64), ("MNIST, raw", "0" * 64))


def test_nets_on_kinks_are_drawn_apart(runs: list[SweepRun]) -> None:
    figure, _, _ = mnist._bound(runs, {})
    lines = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    counts = {str(line.get_markerfacecolor()): len(np.asarray(line.get_xdata())) for line in lines}
    assert counts == {mnist.COLOURS["standardised"]: 2, "white": 2}


def test_runs_that_do_not_count_are_crossed(runs: list[SweepRun]) -> None:
    figure, _, _ = mnist._bound(runs, {})
    lines = [line for axes in figure.axes for line in axes.lines if line.get_marker() == "x"]
    assert sum(len(np.asarray(line.get_xdata())) for line in lines) == 3
    texts = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert {"dead", "diverged", "not converged"} <= texts


def test_heat_map_holds_the_weight_of_each_line() -> None:
    x, _ = two_dimensional.data()
    angles, offsets, weights = two_dimensional._line_weights(x)
    for row, column in ((0, 0), (96, 120), (150, 31)):
        direction = np.array([[np.cos(angles[column]), np.sin(angles[column])]])
        assert weights[row, column] == pytest.approx(weight(direction, offsets[[row]], x)[0], abs=1e-15)
