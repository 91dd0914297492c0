"""reports.figures.trained: every run is accounted for, and the net that memorises stands where it is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from numerics.converse.memorisation import memorising_network
from numerics.gram import gram_matrix
from numerics.measurement import Measurement
from numerics.norm import stability_norm
from numerics.problem import Problem
from numerics.training.mnist import parity_task
from numerics.training.sweep import SweepRun
from numerics.training.train import TrainingPlan, TrainingResult
from reports.figures.trained import mnist
from reports.figures.trained.bound import bound, memorising_points, small_bound
from reports.figures.trained.runs import COLOURS


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
    figure, _, _ = bound(runs, {}, {})
    lines = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    counts = {str(line.get_markerfacecolor()): len(np.asarray(line.get_xdata())) for line in lines}
    assert counts == {COLOURS["standardised"]: 2, "white": 2}


def test_runs_that_do_not_count_are_crossed(runs: list[SweepRun]) -> None:
    figure, _, _ = bound(runs, {}, {})
    lines = [line for axes in figure.axes for line in axes.lines if line.get_marker() == "x"]
    assert sum(len(np.asarray(line.get_xdata())) for line in lines) == 3
    texts = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert {"dead", "diverged", "not converged"} <= texts


def test_the_memorising_net_is_below_the_bound_that_it_all_but_attains(runs: list[SweepRun]) -> None:
    """The star is at the net's sharpness and norm, within the panel; the caption rounds away from equality."""
    task = parity_task(16, "raw")
    memorising = memorising_points({"raw": task})
    problem = Problem(memorising_network(task.x, task.y), task.x, task.y)
    sharpness, norm = np.linalg.eigvalsh(gram_matrix(problem))[-1], stability_norm(problem)
    figure, caption, _ = bound(runs, {}, memorising)
    for each in (figure, small_bound(runs, memorising)):
        (star,) = [line for axes in each.axes for line in axes.lines if line.get_label() == "memorising net"]
        place = [float(np.asarray(part)[0]) for part in (star.get_xdata(), star.get_ydata())]
        assert place == pytest.approx([sharpness / 2 - 0.5, norm], rel=1e-9)
        (axes,) = [axes for axes in each.axes if star in axes.lines]
        (low, _), (bottom, _) = axes.get_xlim(), axes.get_ylim()
        assert low < sharpness / 2 - 0.5
        assert bottom < norm
    stated = re.search(r"it is stable, (\S+); .* within (\S+) percent \(raw\)", caption)
    assert stated
    assert 0 <= 2 / sharpness - float(stated[1]) < 1e-4
    assert 0 <= float(stated[2]) - 100 * (1 - (1 + 2 * norm) / sharpness) < 1e-3


def test_digits_that_are_not_cut_off_have_no_star(runs: list[SweepRun]) -> None:
    task = parity_task(16, "raw")
    twice = replace(task, x=np.tile(task.x, (2, 1)), y=np.tile(task.y, 2))
    assert memorising_points({"raw": twice}) == {}
    assert "Stars" not in bound(runs, {}, {})[1]
