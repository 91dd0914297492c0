"""The Laplacian of trained nets: where it is weighted, how the step size moves it, and which neurons carry the norm."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from numerics.arrays.checks import Array
from numerics.laplacian.largest_density import LargestDensity
from numerics.laplacian.picture import mollified_laplacian, square_grid
from numerics.measurement import Measurement, measure
from numerics.network import ShallowNetwork
from numerics.population.density import density
from numerics.population.isotropic import Gaussian, Isotropic, UniformBall, UniformSphere
from numerics.training.mnist import data_digest
from numerics.training.train import TrainingPlan, TrainingResult, train
from numerics.weight import weight
from reports.figures import Drawing, Plot, carriers, two_dimensional
from reports.figures.style import BLUE, GREEN, INK, RULE, SOFT, VERMILION, few_ticks, label, new_figure, signed

SEED = 0
LINE_DATA = np.array([-2.0, -1.4, -0.8, -0.3, 0.3, 0.8, 1.4, 2.0])[:, None]
LINE_LABELS = np.array([0.0, 0.4, -0.1, 0.3, 0.45, -0.05, 0.25, 0.0])
LINE_STEPS = (0.05, 0.15, 0.4)
LINE_WIDTH, PLANE_WIDTH = 0.06, 0.12
"""Standard deviations of the Gaussians that smear out the Laplacian, in units of the data."""
PLANE_STEPS = (0.2, 0.4, 0.8)
LINE_REACH, PLANE_REACH, LAWS_REACH = 2.5, 2.2, 2.6
LAWS: dict[str, tuple[str, str, Callable[[int], Isotropic]]] = {
    "normal": (BLUE, "-", Gaussian),
    "ball": (VERMILION, "--", lambda d: UniformBall(d, Fraction(math.sqrt(d + 2)))),
    "sphere": (GREEN, "-.", lambda d: UniformSphere(d, Fraction(math.sqrt(d)))),
}
"""Three laws in every dimension, each coordinate of variance 1, with the colour and the line that they are drawn in."""


@dataclass(frozen=True, eq=False)
class Run:
    """A net trained at one step size, and what was measured of it."""

    step_size: float
    network: ShallowNetwork
    result: TrainingResult
    measured: Measurement

    @property
    def bound(self) -> float:
        """1/eta - 1/2."""
        return 1 / self.step_size - 0.5


def draw(profile_name: str, directory: Path | None = None) -> Iterator[Plot]:
    """The figures on given data, the same at every profile, and those of the MNIST nets."""
    x, y = two_dimensional.data()
    plane = [trained(x, y, eta, width=60, steps=60_000) for eta in PLANE_STEPS]
    largest = two_dimensional.density()
    line = [line_run(eta) for eta in LINE_STEPS]
    in_plane = (("twelve points", data_digest(x, y)),)
    on_line = (("eight points", data_digest(LINE_DATA, LINE_LABELS)),)
    for name, (figure, caption, alternative), data in (
        ("density", laws_figure(), ()),
        ("one-dimensional", line_figure(line), on_line),
        ("laplacian-plane", plane_figure(x, y, plane, largest), in_plane),
    ):
        yield Plot(Drawing(name, caption, alternative, str(SEED), data), figure)
    yield carriers.plot(profile_name, directory)


def trained(x: Array, y: Array, step_size: float, *, width: int, steps: int) -> Run:
    """A net after gradient descent at the step size, reached by a warm-up."""
    plan = TrainingPlan(width, step_size, steps, SEED, 0.02, 0.2, 0.1, loss_target=9e-13)
    result = train(x, y, plan)
    if result.network is None:
        raise ArithmeticError("training diverged, so that there is no predictor to draw")
    return Run(step_size, result.network, result, measure(result.network, x, y, step_size))


@functools.cache
def line_run(step_size: float) -> Run:
    """The net on the line at the step size."""
    return trained(LINE_DATA, LINE_LABELS, step_size, width=100, steps=40_000)


Described = tuple[Figure, str, str]


def laws_figure() -> Described:
    """The weight of three laws, and the densities whose Radon transform it is, in the plane and in space."""
    figure = new_figure(2.4)
    weights, *panels = figure.subplots(1, 3)
    r = np.geomspace(1e-3, LAWS_REACH, 120)
    for name, (colour, line, law) in LAWS.items():
        population = law(2)
        edge = np.inf if population.extent is None else float(population.extent)
        b = np.linspace(-1, 1, 121) * min(edge, LAWS_REACH)
        weights.plot(b, population.weight(b), line, color=colour, label=name)
        for axes, d in zip(panels, (2, 3), strict=True):
            population = law(d)
            inside = r if population.extent is None else r[r < 0.999 * float(population.extent)]
            axes.plot(inside, density(population, inside), line, color=colour, label=name)
    weights.set(title="weight $g$ in the plane", xlabel="offset $b$", xlim=(-LAWS_REACH, LAWS_REACH), ylim=(0, None))
    few_ticks(weights.yaxis, (0, 0.1, 0.2))
    few_ticks(weights.xaxis, (-2, 0, 2))
    for axes, d in zip(panels, (2, 3), strict=True):
        axes.set(yscale="log", xlim=(0, LAWS_REACH), ylim=(1e-4, 2), xlabel="distance $r$ from the centre")
        axes.set_title(rf"density $\rho$, $d = {d}$")
        few_ticks(axes.xaxis, (0, 1, 2))
        few_ticks(axes.yaxis, (0.001, 0.01, 0.1, 1))
    for name, place, align in (("sphere", (1.32, 3e-4), "right"), ("ball", (1.57, 1.6e-4), "center")):
        label(panels[0], name, place, (0, 0), color=LAWS[name][0], ha=align)
    label(panels[0], "normal", (1.85, 1e-3), (3, 0), color=LAWS["normal"][0])
    caption = (
        "Where smoothness is asked for, if the data are a rotation-invariant population: the normal law (solid) and "
        "the uniform laws on ball (dashed) and sphere (dash-dotted), each coordinate of variance 1. Left: the weight "
        "$g$ of a line at the offset $b$ from the centre. Middle and right: the density $\\rho \\ge 0$ whose integral "
        "over every hyperplane is $g$. It grows without bound towards the centre, on the sphere, too, where there are "
        "no data near it, and is $0$ beyond the data."
    )
    alternative = (
        "Three curves of the weight, largest at the centre; and three densities in two and in three dimensions, "
        "growing without bound towards the centre."
    )
    return figure, caption, alternative


def line_figure(runs: Sequence[Run]) -> Described:
    """One dimension: predictors, their mollified second derivatives, and the norm against its bound."""
    figure = new_figure(3.0)
    figure.set_layout_engine("constrained", hspace=0.01, h_pad=0.02)
    spec = figure.add_gridspec(len(runs) + 1, 2, height_ratios=(2.6, *(1,) * len(runs)), width_ratios=(2.1, 1))
    predictor = figure.add_subplot(spec[0, 0])
    bars = figure.add_subplot(spec[:, 1])
    x = np.linspace(-LINE_REACH, LINE_REACH, 251)[:, None]
    g = weight(np.ones((len(x), 1)), x[:, 0], LINE_DATA)
    laplacians = [mollified_laplacian(run.network, x, LINE_WIDTH) for run in runs]
    top = 1.1 * max(float(np.abs(values).max()) for values in laplacians)
    for row, (run, values) in enumerate(zip(runs, laplacians, strict=True)):
        colour, line = ((INK, "-"), (BLUE, "--"), (VERMILION, "-."))[row % 3]
        predictor.plot(x[:, 0], run.network(x), line, color=colour, label=f"step size {run.step_size:g}")
        # where the predictors are low, in their order in the middle
        label(predictor, f"$\\eta = {run.step_size:g}$", (-LINE_REACH, 0.5), (4, -9 * row), color=colour)
        axes = figure.add_subplot(spec[row + 1, 0], sharex=predictor)
        axes.fill_between(x[:, 0], -top, -top + 2 * top * g / g.max(), color=RULE, alpha=0.55, linewidth=0)
        axes.axhline(0, color=SOFT, linewidth=0.5)
        axes.plot(x[:, 0], values, line, color=colour, linewidth=1.0)
        axes.set(ylim=(-top, top), xlim=(-LINE_REACH, LINE_REACH), yticks=[-10, 0, 10])
        label(axes, f"$\\eta = {run.step_size:g}$", (-LINE_REACH, top), (4, -6), color=colour)
        if row == 0:
            axes.set_title("second derivative, smeared out; grey: weight $g$")
        axes.tick_params(labelbottom=row == len(runs) - 1)
    axes.set_xlabel("$x$")
    predictor.plot(LINE_DATA[:, 0], LINE_LABELS, "o", color=INK, zorder=4)
    predictor.set_title("predictor $f$")
    predictor.tick_params(labelbottom=False)
    few_ticks(predictor.yaxis, (-0.2, 0, 0.2, 0.4))
    norms(bars, runs)
    caption = (
        "The same eight points (dots) fitted at three step sizes. Below the predictors their second derivatives, which "
        f"are point masses, convolved with a Gaussian of standard deviation {LINE_WIDTH:g}, before the weight $g$ "
        "(grey, scaled to the panel). At the largest step the curvature between the two points in the middle, "
        "where $g$ is large, is gone, and what is left sits at the data. Right: the stability norm "
        "$\\int\\lvert f''\\rvert\\,g\\,\\mathrm{d}x$ of the three (dots) stays below its bound (curve) and falls as "
        f"the step grows. {_states(runs)}"
    )
    alternative = "Three predictors on a line, their smeared second derivatives, and the norm against its bound."
    return figure, caption, alternative


def plane_figure(x: Array, y: Array, runs: Sequence[Run], largest: LargestDensity) -> Described:
    """Two dimensions: predictors, their mollified Laplacians, and the norm against its bound."""
    figure = new_figure(4.0)
    spec = figure.add_gridspec(2, len(runs) + 1, width_ratios=(*(1,) * len(runs), 0.85))
    ticks, grid = square_grid(PLANE_REACH, 181)
    values = [run.network(grid).reshape(len(ticks), -1) for run in runs]
    laplacians = [mollified_laplacian(run.network, grid, PLANE_WIDTH).reshape(len(ticks), -1) for run in runs]
    heights = largest.density(grid).reshape(len(ticks), -1)
    level, bend = 1.2, max(float(np.quantile(np.abs(field), 0.995)) for field in laplacians)
    for row, (fields, limit, name) in enumerate(
        ((values, level, "predictor $f$"), (laplacians, bend, "Laplacian $\\Delta f$, smeared out"))
    ):
        norm = Normalize(-limit, limit)
        panels = [figure.add_subplot(spec[row, column]) for column in range(len(runs))]
        for column, (axes, field) in enumerate(zip(panels, fields, strict=True)):
            axes.pcolormesh(ticks, ticks, field, cmap=signed(), norm=norm, shading="gouraud", rasterized=True)
            if row == 0:
                axes.contour(
                    ticks, ticks, field, (-0.5, 0, 0.5), colors=INK, linewidths=(0.5, 1.0, 0.5), linestyles="solid"
                )
                axes.set_title(f"$\\eta = {runs[column].step_size:g}$")
            else:
                peak = heights.max()
                axes.contour(ticks, ticks, heights, (0.1 * peak, 0.5 * peak), colors=GREEN, linewidths=(0.8, 1.3))
            _points(axes, x, y, size=3.5)
            axes.tick_params(labelbottom=row == 1, labelleft=column == 0)
        panels[0].set_ylabel("$x_2$")
        bar = figure.colorbar(
            ScalarMappable(norm, signed()), ax=panels, label=name, location="right", aspect=24, pad=0.02, extend="both"
        )
        bar.outline.set_visible(False)
        if row == 1:
            for axes in panels:
                axes.set_xlabel("$x_1$")
    norms(figure.add_subplot(spec[:, -1]), runs, largest)
    integrals = ", ".join(f"{_integral(run, largest):.3f}" for run in runs)
    measured = ", ".join(f"{run.measured.stability_norm:.3f}" for run in runs)
    caption = (
        "The same twelve points (filled: label $1/2$, open: $-1/2$) fitted at three step sizes. Above: the predictor, "
        "with level lines at $-1/2$, $0$, $1/2$. Below: its Laplacian, a measure on lines, convolved with a Gaussian "
        f"of standard deviation {PLANE_WIDTH:g}; the green lines are where the largest density $\\rho$ is at a tenth "
        f"and a half of its peak. Right: the norm ({measured}) and the integral of $\\rho$ over the lines "
        f"({integrals}), against the bound of both. The norm falls as the step grows, and a few ridges beside the "
        "middle take over. "
        f"{_states(runs)}"
    )
    alternative = (
        "Three predictors on the plane as heat maps, their smeared Laplacians, and the norm against its bound."
    )
    return figure, caption, alternative


def norms(axes: Axes, runs: Sequence[Run], largest: LargestDensity | None = None) -> None:
    """The norm of each run against the curve of the bound."""
    etas = np.geomspace(0.7 * min(run.step_size for run in runs), 1.35 * max(run.step_size for run in runs), 100)
    axes.plot(etas, 1 / etas - 0.5, color=INK, linewidth=0.9)
    steps = [run.step_size for run in runs]
    norms = [run.measured.stability_norm for run in runs]
    axes.plot(steps, norms, "o-", color=BLUE, linewidth=0.7)
    axes.set(xscale="log", yscale="log", xlabel="step size $\\eta$", title="norm and bound")
    axes.set_xticks(steps, [f"{step:g}" for step in steps])
    axes.set_xticks([], minor=True)
    low = 0.6 * min(norms)
    if largest is not None:
        integrals = [_integral(run, largest) for run in runs]
        axes.plot(steps, integrals, "s-", color=GREEN, linewidth=0.7)
        label(axes, "$\\int \\rho\\,\\mathrm{d}|\\,\\Delta f\\,|$", (steps[0], integrals[0]), (0, -10), color=GREEN)
        low = 0.5 * min(integrals)
    label(axes, "norm", (steps[0], norms[0]), (0, 10), color=BLUE)
    label(axes, "bound $1/\\eta - 1/2$", (etas[12], 1 / etas[12] - 0.5), (5, 3))
    axes.set_ylim(low, 1.2 / etas[0])
    values = [value for value in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if low < value < 1.2 / etas[0]]
    axes.set_yticks(values, [f"{value:g}" for value in values])
    axes.set_yticks([], minor=True)


def _integral(run: Run, largest: LargestDensity) -> float:
    """sum_H |a_H| (R rho)(H), the density's integral against |Delta f|."""
    form = run.network.reduced()
    return float(np.abs(form.amplitudes) @ largest.density.radon(form.directions, form.thresholds))


def _points(axes: Axes, x: Array, y: Array, size: float = 4.5) -> None:
    for sign, face in ((1, INK), (-1, "white")):
        chosen = x[np.sign(y) == sign]
        axes.plot(chosen[:, 0], chosen[:, 1], "o", color=INK, markerfacecolor=face, markersize=size, zorder=4)
    axes.set(xlim=(-PLANE_REACH, PLANE_REACH), ylim=(-PLANE_REACH, PLANE_REACH), aspect="equal")
    axes.set(xticks=[-2, 0, 2], yticks=[-2, 0, 2])


def _states(runs: Sequence[Run]) -> str:
    states = []
    for run in runs:
        outcome = "" if run.result.outcome == "interpolating" else f" ({run.result.outcome})"
        kinks = f", data on kinks: {run.measured.near_kinks}" if run.measured.near_kinks else ""
        states.append(f"loss {run.result.loss:.0e}{outcome} at $\\eta = {run.step_size:g}${kinks}")
    return f"Training: {'; '.join(states)}."
