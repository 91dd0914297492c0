"""Which neurons of the MNIST nets carry the stability norm: where they cut the data, and what they look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from numerics.arrays.checks import Array
from numerics.laplacian.norm_carriers import NormCarriers, norm_carriers, on_pixels, seen_directions
from numerics.training.mnist import Dataset, Preprocessing
from numerics.training.sweep import SweepRun, profile, run_sweep, sweep_tasks
from reports.figures import Drawing, Plot
from reports.figures.style import SOFT, label, new_figure, plain_ticks, signed
from reports.figures.trained.runs import COLOURS

SHOWN = 6
"""Weight images of so many neurons are drawn for a net."""


@dataclass(frozen=True, eq=False)
class Carried:
    """A run of the sweep, its data, and its hyperplanes by their part of the norm."""

    run: SweepRun
    x: Array
    carriers: NormCarriers

    @property
    def images(self) -> Array:
        """What the first neurons see of the pixels, at most SHOWN images of 28 x 28."""
        return seen_directions(self.carriers.directions[:SHOWN], self.x).reshape(-1, 28, 28)


def plot(profile_name: str, directory: Path | None = None) -> Plot:
    """The figure of the sweep, from its cache where it has been run; on the MNIST files of a folder, or our digits."""
    plan = profile("full" if profile_name == "full" else "quick")
    runs = run_sweep(plan, directory=directory)
    figure, caption, alternative = carriers_figure(runs, sweep_tasks(plan, directory))
    data = tuple({(f"MNIST, {run.preprocessing}", run.data_digest): None for run in runs})
    seeds = ", ".join(map(str, sorted({run.plan.seed for run in runs})))
    drawing = Drawing("laplacian-carriers", caption, alternative, f"{seeds} (images {plan.data_seed})", data)
    return Plot(drawing, figure)


def carriers_figure(runs: Sequence[SweepRun], tasks: Mapping[Preprocessing, Dataset]) -> tuple[Figure, str, str]:
    """Distances against amplitudes at the smallest and the largest step size, their trend, and weight images."""
    counted = sorted((run for run in runs if run.counted), key=lambda run: (run.preprocessing, run.plan.step_size))
    groups: dict[str, list[Carried]] = {
        name: [carried(run, tasks[run.preprocessing]) for run in counted if run.preprocessing == name]
        for name in dict.fromkeys(run.preprocessing for run in counted)
    }
    chosen = groups[next(reversed(groups))]
    first, last = chosen[0], chosen[-1]
    figure = new_figure(4.9)
    rows = figure.add_gridspec(2, 1, height_ratios=(1.25, 1))
    above, below = (figure.add_subfigure(rows[place]) for place in range(2))
    panels = above.subplots(1, 3, width_ratios=(1, 1, 1.05))
    for axes, each in zip(panels, (first, last), strict=False):
        _scatter(axes, each)
    panels[1].sharey(panels[0])
    reach = 1.08 * max(float(np.abs(each.carriers.distances).max()) for each in (first, last))
    for axes in panels[:2]:
        axes.set_xlim(-reach, reach)
    panels[0].set(ylabel="$|a|$", ylim=(0, None))
    panels[1].tick_params(labelleft=False)
    _trend(panels[2], groups)
    _images(below, (first, last))
    where = " and ".join(
        f"{mean_distance(each.carriers):.2f} at $\\eta = {each.run.plan.step_size:g}$" for each in (first, last)
    )
    half = " and ".join(str(each.carriers.half) for each in (first, last))
    total = len(first.carriers.shares)
    caption = (
        f"Which of {total} neurons carry the stability norm of nets on MNIST ({first.run.preprocessing} pixels). "
        "Above: how far the hyperplane of a neuron is from the mean of the images, in standard deviations of the "
        "images along its normal, against $\\lvert a\\rvert$; the area of a dot is the neuron's share "
        "$\\lvert a\\rvert\\,g$ of the norm, and dark rings mark the neurons shown below. At the largest step the "
        f"hyperplanes cut further out, where $g$ is small: the mean distance, weighted by share, is {where} (upper "
        f"right: all step sizes). The norm is spread: {half} neurons carry half of it. Below: the directions $v$ of "
        "the first neurons as images (dark: negative, light: positive), with share and $g$. Only the part that changes "
        "over the images is drawn; pixels that are the same in all of them keep their initial weights."
    )
    alternative = "Scatter plots of distance against amplitude, the trend over step sizes, and twelve weight images."
    return figure, caption, alternative


def carried(run: SweepRun, task: Dataset) -> Carried:
    """The neurons of a run by their part of the norm."""
    if run.result.network is None:
        raise ValueError(f"the run at step size {run.plan.step_size} has no network")
    return Carried(run, task.x, norm_carriers(on_pixels(run.result.network, task.x), task.x))


def mean_distance(carriers: NormCarriers) -> float:
    """The mean of |distance| with the shares of the norm as weights."""
    used = carriers.shares > 0
    return float(np.abs(carriers.distances[used]) @ carriers.shares[used])


def _scatter(axes: Axes, each: Carried) -> None:
    found, colour = each.carriers, COLOURS[each.run.preprocessing]
    amplitudes = np.abs(found.amplitudes)
    axes.axvline(0, color=SOFT, linewidth=0.5)
    sizes = 3 + 900 * found.shares
    edges = ["#1b1b1b" if place < SHOWN else "white" for place in range(len(sizes))]
    axes.scatter(
        found.distances[::-1], amplitudes[::-1], sizes[::-1], color=colour, alpha=0.75, edgecolors=edges[::-1],
        linewidths=0.7, clip_on=False,
    )  # fmt: skip
    axes.set_title(f"$\\eta = {each.run.plan.step_size:g}$")
    axes.set_xlabel("distance from the mean (sd)")


def _trend(axes: Axes, groups: dict[str, list[Carried]]) -> None:
    for name, group in groups.items():
        steps = [each.run.plan.step_size for each in group]
        means = [mean_distance(each.carriers) for each in group]
        axes.plot(steps, means, "s-" if name == "raw" else "o-", color=COLOURS[name], linewidth=0.7, markersize=3.5)
        label(axes, name, (steps[0], means[0]), (0, -11 if name == "raw" else 11), color=COLOURS[name])
    axes.set(xscale="log", xlabel="step size $\\eta$", title="mean distance (sd)", ylim=(0, None))
    plain_ticks(axes.xaxis)


def _images(figure: SubFigure, chosen: Sequence[Carried]) -> None:
    panels = figure.subplots(len(chosen), SHOWN)
    for row, each in zip(panels, chosen, strict=True):
        images = each.images
        for place, axes in enumerate(row):
            axes.set(xticks=[], yticks=[])
            if place >= len(images):
                axes.set_axis_off()
                continue
            image = images[place]
            limit = float(np.abs(image).max()) or 1.0
            axes.imshow(image, cmap=signed(), vmin=-limit, vmax=limit, interpolation="nearest")
            for spine in axes.spines.values():
                spine.set_visible(True)
            g = each.carriers.weights[place]
            axes.set_title(f"{100 * each.carriers.shares[place]:.1f}%, $g$ {g:.2g}", fontsize=7.5, pad=2)
        row[0].set_ylabel(f"$\\eta = {each.run.plan.step_size:g}$", fontsize=8.5)
