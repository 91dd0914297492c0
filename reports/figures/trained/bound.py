"""The stability norm of nets on MNIST against its bound: trained ones, exact minima, and one that memorises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics.arrays.checks import Array
from numerics.converse.memorisation import memorising_network, memorising_point
from numerics.exact.balls import decimals
from numerics.minimum.certified import CertifiedMinimum, certify_minimum
from numerics.minimum.stored import stored_networks
from numerics.training.mnist import Dataset, Preprocessing
from numerics.training.sweep import SweepRun
from reports.figures.style import GREEN, INK, RULE, SOFT, few_ticks, label, new_figure, new_thumbnail, plain_ticks
from reports.figures.trained.runs import Described, by_preprocessing, measured, reasons, scatter, tally


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


def memorising_points(tasks: Mapping[Preprocessing, Dataset]) -> dict[str, tuple[float, float]]:
    """For each preprocessing the largest stable step size of the net that memorises the digits, and its norm."""
    found: dict[str, tuple[float, float]] = {}
    for name, task in tasks.items():
        try:
            memorising_network(task.x, task.y)
        except ValueError:  # some digit is not cut off from the others, so that there is no such net
            continue
        found[name] = memorising_point(task.x, task.y)
    return found


def bound(
    runs: Sequence[SweepRun],
    minima: Mapping[str, Sequence[tuple[float, float]]],
    memorising: Mapping[str, tuple[float, float]],
) -> Described:
    """A panel for each preprocessing; ``minima`` and ``memorising`` are of `certified_minima`, `memorising_points`."""
    figure = new_figure(3.0)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    reach, groups = _reach(runs, memorising), by_preprocessing(runs)
    for axes, (name, group) in zip(panels, groups.items(), strict=True):
        _against_bound(axes, reach, name, group)
        axes.set(title=f"{name} pixels", xlabel="bound $1/\\eta - 1/2$")
        plain_ticks(axes.xaxis)
        plain_ticks(axes.yaxis)
        axes.text(0.04, 0.95, "excluded by the bound", transform=axes.transAxes, va="top", color=SOFT, fontsize=8)
        counted = measured(group)
        proved = np.reshape(minima.get(name, ()), (-1, 2))
        axes.plot(*proved.T, "D", color=INK, markersize=3.2, zorder=4, label="certified minima")
        if len(proved):
            label(axes, "certified minima", tuple(proved.max(axis=0)), (-10, 10))
        if name in memorising:
            step_size, point = memorising[name][0], _memorising(axes, memorising[name])
            label(axes, f"memorising net,\n$\\eta = {_down(step_size)}$", point, (7, -3), color=GREEN)
        for each, offset in zip((counted[0], counted[-1]), ((0, -10), (6, -6)), strict=True):
            point = (each.bound or np.nan, each.stability_norm)
            label(axes, f"$\\eta = {each.step_size:g}$", point, offset, ha="left" if offset[0] else "center")
    lowest = min([*(each.stability_norm for each in measured(runs)), *(norm for _, norm in memorising.values())])
    panels[0].set(ylim=(0.45 * lowest, reach[1]), ylabel="stability norm of the net")
    for axes, group in zip(panels, groups.values(), strict=True):
        lost = [run for run in group if not run.counted]
        where = [1 / run.plan.step_size - 0.5 for run in lost]
        edge = axes.get_xaxis_transform()
        axes.plot(where, [0.03] * len(lost), "x", color=SOFT, transform=edge, clip_on=False, markersize=5)
        for place, reason in zip(where, reasons(lost), strict=True):
            axes.text(place * 1.12, 0.03, reason, transform=edge, va="center", fontsize=8, color=SOFT)
    tightest = {name: max(m.tightness or 0 for m in measured(group)) for name, group in groups.items()}
    reached = " and ".join(f"{value:.3f} ({name})" for name, value in tightest.items())
    caption = (
        "The stability norm of nets trained on MNIST (circles and squares) against the bound $1/\\eta - 1/2$, which is "
        "the diagonal. At small steps (right) nothing binds; at large steps (left) the nets come up to the bound: the "
        f"largest ratio is {reached}. Diamonds: exact linearly stable minima, proved to be next to nets trained on as "
        f"many digits. {_of_memorising(memorising)}{tally(runs)}"
    )
    alternative = "Stability norm against its bound, for two kinds of pixels; all points lie below the diagonal."
    if memorising:
        alternative += (
            " At its lower end, beyond all trained nets, a star right at it: the net that memorises the data."
        )
    return figure, caption, alternative


def _of_memorising(memorising: Mapping[str, tuple[float, float]]) -> str:
    """What the stars show, in a sentence; nothing where there are none."""
    if not memorising:
        return ""
    gaps, steps = [], []
    for name, (step_size, norm) in memorising.items():
        gaps.append(f"{decimals(Fraction(100 * (1 - step_size * (0.5 + norm))), 3, up=True)} percent ({name})")
        steps.append(_down(step_size))
    return (
        "Stars: the net that memorises the same digits, with a neuron for each, at the largest step size at which it "
        f"is stable, {' and '.join(steps)}; there $1 + 2\\lVert f\\rVert_{{\\mathrm S}}$ is within "
        f"{' and '.join(gaps)} of $2/\\eta$: a large step does not forbid memorising. "
    )


def _memorising(axes: Axes, net: tuple[float, float]) -> tuple[float, float]:
    """The star of a memorising net, and where it is."""
    step_size, norm = net
    point = 1 / step_size - 0.5, norm
    axes.plot(*point, "*", color=GREEN, markersize=7, markeredgewidth=0, zorder=5, label="memorising net")
    return point


def _down(step_size: float) -> str:
    """A step size up to which a net is stable, rounded so that it is stable there."""
    return decimals(Fraction(step_size), 4, up=False)


def _reach(runs: Sequence[SweepRun], memorising: Mapping[str, tuple[float, float]]) -> Array:
    """The ends of an axis for the bound."""
    bounds = np.array(
        [
            *(run.measurement.bound or np.nan for run in runs if run.measurement),
            *(1 / step_size - 0.5 for step_size, _ in memorising.values()),
        ]
    )
    return np.array([0.7 * np.nanmin(bounds), 1.4 * np.nanmax(bounds)])


def _against_bound(axes: Axes, reach: Array, name: str, group: Sequence[SweepRun]) -> None:
    """Stability norms against the bound, and the region above it."""
    axes.set(xscale="log", yscale="log", xlim=reach)
    axes.fill_between(reach, reach, reach[1], color=RULE, alpha=0.35, linewidth=0)
    axes.plot(reach, reach, color=INK, linewidth=0.8)
    scatter(axes, [(m.bound or np.nan, m.stability_norm, m) for m in measured(group)], name)


def small_bound(runs: Sequence[SweepRun], memorising: Mapping[str, tuple[float, float]]) -> Figure:
    """All of `bound` in one panel but the certified minima."""
    figure, axes = new_thumbnail()
    reach = _reach(runs, memorising)
    for name, group in by_preprocessing(runs).items():
        _against_bound(axes, reach, name, group)
        if name in memorising:
            _memorising(axes, memorising[name])
    label(axes, "excluded", (reach[0], reach[1]), (6, -8), color=SOFT)
    label(axes, "trained nets", (reach[1], 0.9 * reach[0]), (-4, 8), ha="right")
    axes.set(xlabel="bound from the step size", ylabel="stability norm", ylim=(0.8 * reach[0], reach[1]))
    for axis in (axes.xaxis, axes.yaxis):
        few_ticks(axis, (0.1, 1, 10))
    return figure
