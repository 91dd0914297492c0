"""The edge of stability: sharpness, mean gradient and stability norm along training, against 2/eta."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from numerics.training.along import Along, along
from numerics.training.mnist import parity_task
from numerics.training.train import TrainingPlan
from reports.figures import Drawing, Plot
from reports.figures.style import BLUE, GREEN, INK, VERMILION, few_ticks, label, new_figure, plain_ticks

DATA, STEPS = 64, 6000
PLANS = {
    "constant step size": TrainingPlan(width=32, step_size=0.2, steps=STEPS, warmup_start=0.2),
    "growing step size": TrainingPlan(width=32, step_size=0.4, steps=STEPS, warmup_start=0.05),
}
SHOWN = (0, *sorted({round(step) for step in np.geomspace(5, STEPS, 34)}))


def draw(profile_name: str, directory: Path | None) -> Iterator[Plot]:  # noqa: ARG001
    """The same figure at every profile."""
    task = parity_task(DATA, "raw", directory=directory)
    runs = {title: along(task.x, task.y, plan, SHOWN) for title, plan in PLANS.items()}
    figure = new_figure(2.9)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, (title, points) in zip(panels, runs.items(), strict=True):
        _curves(axes, points)
        axes.set(title=title, xlabel="gradient steps")
    constant, growing = runs.values()
    label(panels[0], "$2/\\eta$", (1, 2 / constant[0].step_size), (2, 5))
    _labels(panels[0], constant)
    last = [f"{points[-1].sharpness * points[-1].step_size / 2:.3f}" for points in (constant, growing)]
    caption = (
        f"Gradient descent on {task.name}, {PLANS['constant step size'].width} neurons. Solid line: $2/\\eta$. "
        "Circles: the sharpness, residuals included. Squares: the squared mean gradient $\\lVert q\\rVert^2$. "
        "Triangles: $1 + 2\\lVert f\\rVert_{\\mathrm S}$, never above $\\lVert q\\rVert^2$. The sharpness rises to "
        "$2/\\eta$ or beyond, and stays there; where $\\eta$ grows it is pressed down with it, until little room "
        f"is left above the norm. At the end it is {last[0]} and {last[1]} of $2/\\eta$. The theorems speak of points "
        "where the linearised iteration stays, such as the end, and not of the way. In floating-point numbers."
    )
    alternative = (
        "Two panels on logarithmic axes. Left: the sharpness oscillates at first, then lies on the horizontal line of "
        "two over the step size. Right: that line falls, the sharpness meets it and follows it down; the stability "
        "norm rises to meet both."
    )
    seeds = ", ".join(sorted({str(plan.seed) for plan in PLANS.values()}))
    yield Plot(Drawing("along-training", caption, alternative, seeds, ((task.name, task.digest),)), figure)


def _curves(axes: Axes, points: list[Along]) -> None:
    steps = [max(point.step, 1) for point in points]
    axes.set(xscale="log", yscale="log")
    axes.plot(
        steps, [2 / point.step_size for point in points], color=INK, linewidth=0.9, label="two over the step size"
    )
    for name, colour, marker, values in (
        ("sharpness", VERMILION, "o", [point.sharpness for point in points]),
        ("squared mean gradient", BLUE, "s", [point.mean_gradient_square for point in points]),
        ("one and twice the stability norm", GREEN, "^", [point.norm_bound for point in points]),
    ):
        axes.plot(steps, values, f"{marker}-", color=colour, markersize=2.8, linewidth=0.6, label=name)
    few_ticks(axes.xaxis, (1, 10, 100, 1000))
    plain_ticks(axes.yaxis)


def _labels(axes: Axes, points: list[Along]) -> None:
    """At the curves of one panel, which the other has as well."""
    end = points[-1]
    label(axes, "sharpness", (end.step, end.sharpness), (0, 6), color=VERMILION, ha="right")
    label(axes, "$\\|q\\|^2$", (end.step, end.mean_gradient_square), (0, -11), color=BLUE, ha="right")
    label(axes, "$1 + 2\\|f\\|_S$", (end.step, end.norm_bound), (0, -11), color=GREEN, ha="right")
