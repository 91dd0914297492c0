"""The MNIST sweep: how the bound binds, which factors make up the gap, and how the solution changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics.measurement import Measurement
from numerics.training.sweep import SweepRun, profile, run_sweep, sweep_tasks
from reports.figures import Drawing, Plot
from reports.figures.style import (
    BLUE,
    INK,
    SOFT,
    few_ticks,
    label,
    new_figure,
    new_thumbnail,
    plain_ticks,
    shades,
)
from reports.figures.trained.bound import bound, certified_minima, memorising_points, small_bound
from reports.figures.trained.runs import COLOURS, Described, by_preprocessing, measured, reasons, scatter, tally

FACTORS = {
    "stability": "sharpness below $2/\\eta$",
    "all-ones": "all-ones, not the top eigenvector",
    "balance": "neurons out of balance",
    "orientation": "the heavier side of a hyperplane",
}
"""What each factor of a waterfall stands for, in the order in which they are taken."""


def draw(profile_name: str, directory: Path | None = None) -> Iterator[Plot]:
    """The figures of the sweep, from its cache where it has been run; on the MNIST files of a folder, or our digits."""
    plan = profile("full" if profile_name == "full" else "quick")
    runs = run_sweep(plan, directory=directory)
    data = tuple({(f"MNIST, {run.preprocessing}", run.data_digest): None for run in runs})
    seeds = sorted({run.plan.seed for run in runs})
    seed = f"{', '.join(map(str, seeds))} (images {plan.data_seed})"
    memorising = memorising_points(sweep_tasks(plan, directory))
    minima = certified_minima(max(m.n for m in measured(runs)))
    for name, (figure, caption, alternative), small in (
        ("bound", bound(runs, minima, memorising), small_bound(runs, memorising)),
        ("waterfall", _waterfall(runs), _small_waterfall(runs)),
        ("solution", _solution(runs), None),
    ):
        yield Plot(Drawing(f"mnist-{name}", caption, alternative, seed, data), figure, small)


def _waterfall(runs: Sequence[SweepRun]) -> Described:
    figure = new_figure(3.0)
    groups = by_preprocessing(runs)
    panels = figure.subplots(len(groups), 3, sharex=True, sharey=True, squeeze=False)
    for row, (name, group) in zip(panels, groups.items(), strict=True):
        counted = measured(group)
        chosen = (counted[0], counted[len(counted) // 2], counted[-1])
        for axes, each in zip(row, chosen, strict=True):
            axes.set_title(f"{name}, $\\eta = {each.step_size:g}$")
            _bars(axes, each)
    for axes in panels[-1]:
        axes.set_xlabel("share of $2/\\eta$")
    panels[0, 0].set_ylim(len(FACTORS) + 0.6, -0.6)
    caption = (
        "What makes up the gap between $2/\\eta$, the limit of the sharpness, and $1+2\\lVert f\\rVert_{\\mathrm S}$, "
        "at the smallest, a middle and the largest step size. From the top, each bar takes its factor, the number, off "
        "what is left; the product of all is $(1 + 2\\lVert f\\rVert_{\\mathrm S})\\,\\eta/2$, the dot. At small steps "
        "most is lost because neurons are out of balance or face the heavier side of their hyperplane; at large steps "
        "little is lost anywhere."
    )
    alternative = "Waterfall charts of four factors for three step sizes and two kinds of pixels."
    return figure, caption, alternative


def _small_waterfall(runs: Sequence[SweepRun]) -> Figure:
    figure, axes = new_thumbnail()
    counted = measured(list(by_preprocessing(runs).values())[-1])
    chosen = (counted[0], counted[len(counted) // 2], counted[-1])
    for place, each in enumerate(chosen):
        share = float(np.prod([each.waterfall[name] for name in FACTORS]))
        axes.barh(place, share, height=0.6, color=BLUE)
        offset, align, colour = (-4, "right", "white") if share > 0.5 else (4, "left", INK)
        label(axes, f"{share:.2f}", (share, place), (offset, 0), ha=align, color=colour)
    axes.axvline(1, color=INK, linewidth=0.8)
    axes.set(xlim=(0, 1.06), ylim=(2.6, -0.6), xlabel="share of the limit reached", ylabel="step size")
    axes.set_yticks(range(len(chosen)), [f"{each.step_size:g}" for each in chosen])
    few_ticks(axes.xaxis, (0, 0.5, 1))
    axes.tick_params(axis="y", length=0)
    return figure


def _bars(axes: Axes, net: Measurement) -> None:
    left = 1.0
    for place, name in enumerate(FACTORS):
        factor = net.waterfall[name]
        right = left * factor
        axes.barh(place, right - left, left=left, height=0.62, color=BLUE)
        # a step too small to be seen still has its place
        axes.plot([right, right], [place - 0.31, place + 1], color=INK, linewidth=0.6)
        before = min(left, right) > 0.2
        anchor = min(left, right) if before else max(left, right)
        offset, align = (-3, "right") if before else (3, "left")
        label(axes, f"× {factor:.3f}", (anchor, place), (offset, 0), ha=align, fontsize=7.5)
        left = right
    axes.plot([left], [len(FACTORS)], "o", color=BLUE, markersize=4)
    offset, align = (-5, "right") if left > 0.3 else (5, "left")
    label(axes, f"{left:.3f}", (left, len(FACTORS)), (offset, 0), ha=align, fontsize=7.5)
    rows = [*FACTORS.values(), "what is left"]
    axes.set(xscale="log", xlim=(0.06, 1.2), yticks=range(len(rows)), yticklabels=rows)
    plain_ticks(axes.xaxis)
    axes.axvline(1, color=INK, linewidth=0.8)
    axes.tick_params(axis="y", length=0)


def _solution(runs: Sequence[SweepRun]) -> Described:
    figure = new_figure(4.1)
    (norms, active), curves = figure.subplots(2, 2)
    norms.set(xscale="log", yscale="log", xlabel="step size $\\eta$", title="stability norm")
    active.set(xscale="log", xlabel="step size $\\eta$", title="active neurons")
    for axis in (norms.xaxis, norms.yaxis, active.xaxis):
        plain_ticks(axis)
    etas = np.geomspace(min(r.plan.step_size for r in runs), max(r.plan.step_size for r in runs), 100)
    norms.plot(etas, 1 / etas - 0.5, color=INK, linewidth=0.8)
    label(norms, "$1/\\eta - 1/2$", (etas[15], 1 / etas[15] - 0.5), (6, 4))
    for name, group in by_preprocessing(runs).items():
        counted = measured(group)
        scatter(norms, [(m.step_size or np.nan, m.stability_norm, m) for m in counted], name, joined=True)
        scatter(active, [(m.step_size or np.nan, m.active_neurons, m) for m in counted], name, joined=True)
        lost = [run for run in group if not run.counted]
        alive = [run.measurement.active_neurons if run.measurement else np.nan for run in lost]
        active.plot([run.plan.step_size for run in lost], alive, "x", color=COLOURS[name], clip_on=False)
        place = (counted[1].step_size or np.nan, counted[1].stability_norm)
        label(norms, name, place, (0, -9), color=COLOURS[name], ha="center")
    active.set_ylim(0, 1.08 * max(run.plan.width for run in runs))
    for axes, (name, group) in zip(curves, by_preprocessing(runs).items(), strict=True):
        axes.set(yscale="log", xlabel="gradient steps", title=f"loss, {name} pixels")
        _draw_losses(axes, group)
    caption = (
        "How the solution changes with the step size. Above: the stability norm falls as the bound does, and the "
        "neurons active on at least one datum. Below: the loss along each run, from the smallest step (dark) to the "
        f"largest (light); the step is warmed up first. {tally(runs)}"
    )
    alternative = "Stability norm and active neurons against the step size, and loss curves of all runs."
    return figure, caption, alternative


def _draw_losses(axes: Axes, group: Sequence[SweepRun]) -> None:
    """The loss of each run; the first and the last that count, and those that do not, are named beside it."""
    counted, lost = ([run for run in group if run.counted is whether] for whether in (True, False))
    looks = [(run, colour, "-") for run, colour in zip(counted, shades(len(counted)), strict=True)]
    looks += [(run, mpl.colors.to_rgba(SOFT), "--") for run in lost]
    for run, colour, line in looks:
        steps, losses = run.result.loss_steps, run.result.losses
        what = ", ".join([f"η = {run.plan.step_size:g}", *reasons([run] if run in lost else [])])
        axes.plot(steps, losses, line, color=colour, linewidth=0.8, label=what)
        if run in lost:
            label(axes, what, (steps[-1], losses[-1]), (4, 0), color=colour)
        elif run in (counted[0], counted[-1]):
            # above all curves, with a line to a place where they have parted
            place = int(np.argmax(losses < 1e-11))
            leader = {"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 0}
            offset = (6, 40 if run is counted[0] else 56)
            label(axes, what, (steps[place], losses[place]), offset, arrowprops=leader)
