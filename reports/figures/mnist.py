"""The MNIST sweep: how the bound binds, which factors make up the gap, and how the solution changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics.arrays.checks import Array
from numerics.measurement import Measurement
from numerics.minimum.certified import CertifiedMinimum, certify_minimum
from numerics.minimum.stored import stored_networks
from numerics.training.sweep import SweepRun, profile, run_sweep
from reports.figures import Drawing, Plot
from reports.figures.style import (
    BLUE,
    INK,
    RULE,
    SOFT,
    VERMILION,
    few_ticks,
    label,
    new_figure,
    new_thumbnail,
    plain_ticks,
    shades,
)

COLOURS = {"standardised": BLUE, "raw": VERMILION}
MARKERS = {"standardised": "o", "raw": "s"}
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
    for name, (figure, caption, alternative), small in (
        ("bound", _bound(runs, certified_minima(max(m.n for m in _measured(runs)))), _small_bound(runs)),
        ("waterfall", _waterfall(runs), _small_waterfall(runs)),
        ("solution", _solution(runs), None),
    ):
        yield Plot(Drawing(f"mnist-{name}", caption, alternative, seed, data), figure, small)


def certified_minima(n: int) -> dict[str, list[tuple[float, float]]]:
    """For each preprocessing the bound and the stability norm at exact stable minima on n digits, off all kinks."""
    found: dict[str, list[tuple[float, float]]] = {}
    for stored in stored_networks():
        if len(stored.task.x) == n and not stored.ends_on_kinks:
            minimum = certify_minimum(stored.network, stored.task.x, stored.task.y, step_size=stored.step_size)
            if isinstance(minimum, CertifiedMinimum):
                point = float(minimum.bound), float(minimum.stability_norm.mid())
                found.setdefault(stored.preprocessing, []).append(point)
    return found


Described = tuple[Figure, str, str]
"""A figure, its caption in Markdown, and a description in plain text."""


def _bound(runs: Sequence[SweepRun], minima: Mapping[str, Sequence[tuple[float, float]]]) -> Described:
    figure = new_figure(3.0)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    reach, groups = _reach(runs), _by_preprocessing(runs)
    for axes, (name, group) in zip(panels, groups.items(), strict=True):
        _against_bound(axes, reach, name, group)
        axes.set(title=f"{name} pixels", xlabel="bound $1/\\eta - 1/2$")
        plain_ticks(axes.xaxis)
        plain_ticks(axes.yaxis)
        axes.text(0.04, 0.95, "excluded by the bound", transform=axes.transAxes, va="top", color=SOFT, fontsize=8)
        counted = _measured(group)
        proved = np.reshape(minima.get(name, ()), (-1, 2))
        axes.plot(*proved.T, "D", color=INK, markersize=3.2, zorder=4, label="certified minima")
        if len(proved):
            label(axes, "certified minima", tuple(proved.max(axis=0)), (-10, 10))
        for measured, offset in zip((counted[0], counted[-1]), ((0, -10), (6, -6)), strict=True):
            point = (measured.bound or np.nan, measured.stability_norm)
            label(axes, f"$\\eta = {measured.step_size:g}$", point, offset, ha="left" if offset[0] else "center")
    lowest = min(measured.stability_norm for measured in _measured(runs))
    panels[0].set(ylim=(0.45 * lowest, reach[1]), ylabel="stability norm of the trained net")
    for axes, group in zip(panels, groups.values(), strict=True):
        lost = [run for run in group if not run.counted]
        where = [1 / run.plan.step_size - 0.5 for run in lost]
        edge = axes.get_xaxis_transform()
        axes.plot(where, [0.03] * len(lost), "x", color=SOFT, transform=edge, clip_on=False, markersize=5)
        for place, reason in zip(where, _reasons(lost), strict=True):
            axes.text(place * 1.12, 0.03, reason, transform=edge, va="center", fontsize=8, color=SOFT)
    tightest = {name: max(m.tightness or 0 for m in _measured(group)) for name, group in groups.items()}
    reached = " and ".join(f"{value:.3f} ({name})" for name, value in tightest.items())
    caption = (
        "The stability norm of nets trained on MNIST (circles and squares) against the bound $1/\\eta - 1/2$, which is "
        "the diagonal. At small steps (right) nothing binds; at large steps (left) the nets come up to the bound: the "
        f"largest ratio is {reached}. Diamonds: exact linearly stable minima, proved to be next to nets trained on as "
        f"many digits. {_tally(runs)}"
    )
    alternative = "Stability norm against its bound, for two kinds of pixels; all points lie below the diagonal."
    return figure, caption, alternative


def _reach(runs: Sequence[SweepRun]) -> Array:
    """The ends of an axis for the bound."""
    bounds = np.array([run.measurement.bound or np.nan for run in runs if run.measurement])
    return np.array([0.7 * np.nanmin(bounds), 1.4 * np.nanmax(bounds)])


def _against_bound(axes: Axes, reach: Array, name: str, group: Sequence[SweepRun]) -> None:
    """Stability norms against the bound, and the region above it."""
    axes.set(xscale="log", yscale="log", xlim=reach)
    axes.fill_between(reach, reach, reach[1], color=RULE, alpha=0.35, linewidth=0)
    axes.plot(reach, reach, color=INK, linewidth=0.8)
    _scatter(axes, [(m.bound or np.nan, m.stability_norm, m) for m in _measured(group)], name)


def _small_bound(runs: Sequence[SweepRun]) -> Figure:
    figure, axes = new_thumbnail()
    reach = _reach(runs)
    for name, group in _by_preprocessing(runs).items():
        _against_bound(axes, reach, name, group)
    label(axes, "excluded", (reach[0], reach[1]), (6, -8), color=SOFT)
    label(axes, "trained nets", (reach[1], 0.9 * reach[0]), (-4, 8), ha="right")
    axes.set(xlabel="bound from the step size", ylabel="stability norm", ylim=(0.8 * reach[0], reach[1]))
    for axis in (axes.xaxis, axes.yaxis):
        few_ticks(axis, (1, 10))
    return figure


def _waterfall(runs: Sequence[SweepRun]) -> Described:
    figure = new_figure(3.0)
    groups = _by_preprocessing(runs)
    panels = figure.subplots(len(groups), 3, sharex=True, sharey=True, squeeze=False)
    for row, (name, group) in zip(panels, groups.items(), strict=True):
        counted = _measured(group)
        chosen = (counted[0], counted[len(counted) // 2], counted[-1])
        for axes, measured in zip(row, chosen, strict=True):
            axes.set_title(f"{name}, $\\eta = {measured.step_size:g}$")
            _bars(axes, measured)
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
    counted = _measured(list(_by_preprocessing(runs).values())[-1])
    chosen = (counted[0], counted[len(counted) // 2], counted[-1])
    for place, measured in enumerate(chosen):
        share = float(np.prod([measured.waterfall[name] for name in FACTORS]))
        axes.barh(place, share, height=0.6, color=BLUE)
        offset, align, colour = (-4, "right", "white") if share > 0.5 else (4, "left", INK)
        label(axes, f"{share:.2f}", (share, place), (offset, 0), ha=align, color=colour)
    axes.axvline(1, color=INK, linewidth=0.8)
    axes.set(xlim=(0, 1.06), ylim=(2.6, -0.6), xlabel="share of the limit reached", ylabel="step size")
    axes.set_yticks(range(len(chosen)), [f"{measured.step_size:g}" for measured in chosen])
    few_ticks(axes.xaxis, (0, 0.5, 1))
    axes.tick_params(axis="y", length=0)
    return figure


def _bars(axes: Axes, measured: Measurement) -> None:
    left = 1.0
    for place, name in enumerate(FACTORS):
        factor = measured.waterfall[name]
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
    for name, group in _by_preprocessing(runs).items():
        counted = _measured(group)
        _scatter(norms, [(m.step_size or np.nan, m.stability_norm, m) for m in counted], name, joined=True)
        _scatter(active, [(m.step_size or np.nan, m.active_neurons, m) for m in counted], name, joined=True)
        lost = [run for run in group if not run.counted]
        alive = [run.measurement.active_neurons if run.measurement else np.nan for run in lost]
        active.plot([run.plan.step_size for run in lost], alive, "x", color=COLOURS[name], clip_on=False)
        place = (counted[1].step_size or np.nan, counted[1].stability_norm)
        label(norms, name, place, (0, -9), color=COLOURS[name], ha="center")
    active.set_ylim(0, 1.08 * max(run.plan.width for run in runs))
    for axes, (name, group) in zip(curves, _by_preprocessing(runs).items(), strict=True):
        axes.set(yscale="log", xlabel="gradient steps", title=f"loss, {name} pixels")
        _draw_losses(axes, group)
    caption = (
        "How the solution changes with the step size. Above: the stability norm falls as the bound does, and the "
        "neurons active on at least one datum. Below: the loss along each run, from the smallest step (dark) to the "
        f"largest (light); the step is warmed up first. {_tally(runs)}"
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
        what = ", ".join([f"η = {run.plan.step_size:g}", *_reasons([run] if run in lost else [])])
        axes.plot(steps, losses, line, color=colour, linewidth=0.8, label=what)
        if run in lost:
            label(axes, what, (steps[-1], losses[-1]), (4, 0), color=colour)
        elif run in (counted[0], counted[-1]):
            # above all curves, with a line to a place where they have parted
            place = int(np.argmax(losses < 1e-11))
            leader = {"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 0}
            offset = (6, 40 if run is counted[0] else 56)
            label(axes, what, (steps[place], losses[place]), offset, arrowprops=leader)


def _scatter(
    axes: Axes, points: Sequence[tuple[float, float, Measurement]], name: str, *, joined: bool = False
) -> None:
    """Points of one preprocessing: filled where the net is differentiable at the data, hollow where it is not."""
    if joined:
        axes.plot([x for x, _, _ in points], [y for _, y, _ in points], color=COLOURS[name], linewidth=0.7, zorder=2)
    for smooth, face in ((True, COLOURS[name]), (False, "white")):
        chosen = [(x, y) for x, y, measured in points if (measured.near_kinks == 0) == smooth]
        axes.plot(
            [x for x, _ in chosen], [y for _, y in chosen],
            linestyle="none", marker=MARKERS[name], color=COLOURS[name], markerfacecolor=face, zorder=3,
        )  # fmt: skip


def _measured(runs: Sequence[SweepRun]) -> list[Measurement]:
    return [run.measurement for run in runs if run.counted and run.measurement]


def _by_preprocessing(runs: Sequence[SweepRun]) -> dict[str, list[SweepRun]]:
    """The runs of each preprocessing, by step size."""
    names = dict.fromkeys(run.preprocessing for run in runs)
    ordered = sorted(runs, key=lambda run: run.plan.step_size)
    return {name: [run for run in ordered if run.preprocessing == name] for name in names}


def _reasons(runs: Sequence[SweepRun]) -> list[str]:
    """Why each run is not counted, in a word or two."""
    return [run.reason.partition(":")[0] for run in runs]


def _tally(runs: Sequence[SweepRun]) -> str:
    """How many runs there are, which are not counted, and which have data at kinks."""
    measured = _measured(runs)
    kinked = [m.near_kinks for m in measured if m.near_kinks]
    lost = Counter(_reasons([run for run in runs if not run.counted]))
    text = f"Of {len(runs)} runs {len(measured)} count"
    if lost:
        text += f"; {' and '.join(f'{count} {reason}' for reason, count in lost.items())} (crosses) do not"
    if kinked:
        some = f"{min(kinked)} to {max(kinked)} of {measured[0].n * measured[0].k:,}"
        text += f"; {len(kinked)} have near-kinks ({some} pairs with a neuron) and are drawn hollow"
    return text + "."
