"""Up to which step size labels are interpolated, by theory and by descent: shallow nets against two hidden layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics.exact.balls import decimals, lower
from numerics.network import Array
from numerics.separation.planar.descent import (
    descend,
    float_parameters,
    perturbed,
    random_shallow,
    shallow_gradient,
    two_layer_gradient,
)
from numerics.separation.planar.exact_norm import smallest_interpolating_norm
from numerics.separation.planar.planar_sets import CROSS, FIVE_BY_FIVE, GRID, SEVENTEEN, PlanarSet
from numerics.separation.planar.two_layers import exact_sharpness, origin_bump
from reports.figures import Drawing, Plot
from reports.figures.style import BLUE, INK, RULE, VERMILION, few_ticks, label, new_figure, new_thumbnail, plain_ticks

SETS = {"cross": CROSS, "3 × 3 grid": GRID, "5 × 5 grid": FIVE_BY_FIVE, "17 points": SEVENTEEN}
"""Planar sets with label 1 at the origin and 0 elsewhere."""
LARGEST = 2
"""No differentiable minimum is stable at a larger step size."""
RUNS = 40
"""Runs of gradient descent at each step size."""


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figures at every profile."""
    limits = {name: _limits(data) for name, data in SETS.items()}
    figure = new_figure(2.1)
    axes = figure.add_subplot()
    _rows(axes, limits)
    for place, (shallow, deep) in enumerate(limits.values()):
        # rounded to where both are proved, here and below
        label(axes, decimals(Fraction(shallow), 3, up=True), (shallow, place), (-6, 0), ha="right")
        # right of the line at 2, which no square passes
        label(axes, decimals(Fraction(deep), 3, up=False), (LARGEST, place), (7, 0))
    top = len(SETS) - 1
    label(axes, "shallow nets of any width end", (limits["17 points"][0], top), (-6, 12), color=BLUE)
    label(axes, "two hidden layers end", (LARGEST, top), (-6, 12), color=VERMILION, ha="right")
    axes.set(xlim=(0.03, 3.2), ylim=(-0.5, top + 0.75), xlabel="step size $\\eta$")
    plain_ticks(axes.xaxis)
    ratios = {
        name: decimals(Fraction(deep) / Fraction(shallow), 2, up=False) for name, (shallow, deep) in limits.items()
    }
    factors = ", ".join(f"{ratio} ({name})" for name, ratio in ratios.items())
    caption = (
        "Label 1 at the origin and 0 at the other points of four planar sets. Circles: above this step size no shallow "
        "net of any width is a linearly stable interpolating minimum off the kinks. Squares: up to this one a net with "
        "two hidden layers is. Above 2, the vertical line, no interpolating minimum off the kinks is linearly stable. "
        "[The claim](#claim-exact-separation) states "
        f"the ends; those of the second layer are larger by the factors {factors}."
    )
    alternative = (
        "Four rows, one for each data set: a circle where shallow nets end, from 0.056 to 1.38, and a square where two "
        "hidden layers end, between 1.8 and 2."
    )
    yield Plot(Drawing("thresholds", caption, alternative, "none", ()), figure, _small(limits))
    yield _descent()


def _limits(data: PlanarSet) -> tuple[float, float]:
    """The step sizes at which shallow nets, and nets with two hidden layers, end to be stable interpolating minima."""
    shallow = float(smallest_interpolating_norm(data.points, data.labels).shallow_limit.mid())
    return shallow, float(lower(exact_sharpness(origin_bump(), data.points, data.labels).largest_stable_step))


def _rows(axes: Axes, limits: Mapping[str, tuple[float, float]]) -> None:
    """For each set a bar from the limit of shallow nets to that of two hidden layers."""
    for place, (shallow, deep) in enumerate(limits.values()):
        axes.plot([shallow, deep], [place, place], color=RULE, linewidth=5, solid_capstyle="butt", zorder=1)
        axes.plot([shallow], [place], "o", color=BLUE, markersize=6)
        axes.plot([deep], [place], "s", color=VERMILION, markersize=6)
    axes.axvline(LARGEST, color=INK, linewidth=0.8, zorder=1)
    axes.set_yticks(range(len(limits)), list(limits))
    axes.set_xscale("log")
    axes.tick_params(axis="y", length=0)


def _small(limits: Mapping[str, tuple[float, float]]) -> Figure:
    figure, axes = new_thumbnail()
    _rows(axes, limits)
    top = len(limits) - 1
    label(axes, "shallow", (limits["17 points"][0], top), (-3, 11), color=BLUE)
    label(axes, "two layers", (LARGEST, top), (-5, 11), color=VERMILION, ha="right")
    axes.set(xlim=(0.04, 2.6), ylim=(-0.5, top + 1), xlabel="largest stable step size")
    few_ticks(axes.xaxis, (0.1, 0.5, 2))
    return figure


def _descent() -> Plot:
    x = np.array([[float(c) for c in point] for point in GRID.points])
    y = np.array([float(value) for value in GRID.labels])
    shallow, two_layers = _limits(GRID)
    steps = np.array([0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5, 1.9, 1.96])
    figure = new_figure(2.6)
    plane, axes = figure.subplots(1, 2, width_ratios=(1, 2.2))
    ticks = np.linspace(-1.4, 1.4, 121)
    surface = 1 - np.abs(np.stack(np.meshgrid(ticks, ticks), axis=-1)).max(axis=-1)
    plane.contour(ticks, ticks, surface, [0.0, 0.25, 0.5, 0.75], colors=[BLUE], linewidths=0.8)
    plane.plot(*x[y == 0].T, "o", color=INK, markerfacecolor="white")
    plane.plot(*x[y == 1].T, "o", color=INK)
    plane.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1], aspect="equal", title="nine points")
    shares = np.array([_shares(x, y, step) for step in steps])
    axes.plot(steps, shares[:, 0], "o-", color=BLUE, markersize=3, label="shallow")
    axes.plot(steps, shares[:, 1], "s-", color=VERMILION, markersize=3, label="two hidden layers")
    for place, up, colour, line in ((shallow, True, BLUE, "--"), (two_layers, False, VERMILION, "-.")):
        axes.axvline(place, color=colour, linewidth=0.9, linestyle=line)
        label(axes, decimals(Fraction(place), 3, up=up), (place, 0.55), (-6, 0), color=colour, ha="right")
    label(axes, "shallow nets", (0.75, 0.7), (-8, -4), color=BLUE, ha="right")
    label(axes, "nets with two hidden layers", (1.15, 0.92), (0, 0), color=VERMILION)
    axes.set(xlabel=r"step size $\eta$", ylabel="share of runs that interpolate", ylim=(-0.03, 1.05), xlim=(0.1, 2.05))
    few_ticks(axes.xaxis, (0.5, 1, 1.5, 2))
    few_ticks(axes.yaxis, (0, 0.5, 1))
    above, up_to = decimals(Fraction(shallow), 4, up=True), decimals(Fraction(two_layers), 4, up=False)
    caption = (
        "Gradient descent on nine points: shallow nets, and nets with two hidden layers. Left: label 1 at the centre "
        "(filled), 0 elsewhere, and the level lines 0, 1/4, 1/2, 3/4 of an interpolating shallow net of least norm. "
        f"Right: the share of {RUNS} shallow nets of width 32 from random starts (circles), and of as many nets with "
        "two hidden layers started near one that interpolates (squares), whose loss falls below $10^{-10}$. Above "
        f"$\\eta = {above}$ (dashed) no shallow net of any width is a linearly stable interpolating minimum off the "
        f"kinks, up to {up_to} (dash-dotted) a net with two hidden layers is one."
    )
    alternative = (
        "Nine points with level lines, and the share of runs that interpolate, falling to zero for shallow nets."
    )
    return Plot(Drawing("descent-on-the-grid", caption, alternative, "0", ()), figure)


def _shares(x: Array, y: Array, step_size: float) -> tuple[float, float]:
    """The shares of shallow and of deeper nets that interpolate at a step size."""
    numbers = np.random.default_rng(0)
    shallow = descend(shallow_gradient, random_shallow(RUNS, 32, 2, numbers), x, y, step_size, 4000)
    start = perturbed(float_parameters(origin_bump()), RUNS, 0.1, numbers)
    deeper = descend(two_layer_gradient, start, x, y, step_size, 2000)
    return shallow.interpolating / RUNS, deeper.interpolating / RUNS
