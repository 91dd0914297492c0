"""Depth separation: the bracket of the best stable shallow error, its nets, a certificate, and nine points."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, SymLogNorm, TwoSlopeNorm
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from numerics.exact.balls import lower
from numerics.network import Array
from numerics.population.isotropic import UniformBall
from numerics.separation.bracket.table import Bracket, bracket_table
from numerics.separation.exponential.certificate import exponential_theorem
from numerics.separation.exponential.function import laplacian, psi
from numerics.separation.planar.descent import (
    descend,
    float_parameters,
    perturbed,
    random_shallow,
    shallow_gradient,
    two_layer_gradient,
)
from numerics.separation.planar.exact_norm import smallest_interpolating_norm
from numerics.separation.planar.planar_sets import GRID
from numerics.separation.planar.two_layers import exact_sharpness, origin_bump
from numerics.separation.pyramid import pyramid
from numerics.separation.smoothed import sample, smoothing_error
from numerics.separation.two_layers.population import optimised_population
from reports.figures import Drawing, Plot
from reports.figures.style import BLUE, GREEN, INK, SOFT, VERMILION, label, new_figure, plain_ticks, shades

SHOWN = (Fraction(1), Fraction(1, 4), Fraction(1, 10))
"""Step sizes whose nets are drawn."""
RADIUS = 4
SCALE = 0.05
"""The smallest scale of the test function that is drawn."""
RUNS = 40
"""Runs of gradient descent at each step size."""


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figures at every profile; what they show is read from certificates, or quick."""
    table = bracket_table()
    yield _bracket(table)
    yield _norms(table)
    yield _surfaces(table)
    yield _certificate()
    yield _points()


def _bracket(table: tuple[Bracket, ...]) -> Plot:
    figure = new_figure(3.4)
    axes = figure.add_subplot()
    steps = np.array([float(row.step_size) for row in table])
    low, high = np.array([[float(row.lower), float(row.upper)] for row in table]).T
    order = np.argsort(steps)
    axes.fill_between(steps[order], low[order], high[order], color=BLUE, alpha=0.25, linewidth=0)
    axes.plot(steps[order], high[order], "v-", color=BLUE, markersize=3.5, label="explicit nets (upper ends)")
    axes.plot(steps[order], low[order], "^-", color=INK, markersize=3.5, label="certificates (lower ends)")
    theorem = exponential_theorem(2, RADIUS)
    levels = 1 / steps[order] - 0.5
    exponential = [float(lower(theorem.lower_bound(Fraction(level)))) for level in levels]
    axes.plot(steps[order], exponential, "--", color=SOFT, label="the exponential bound, every step size")
    threshold = float(optimised_population(UniformBall(2, Fraction(RADIUS))).step_size)
    axes.axvline(threshold, color=VERMILION, linewidth=1)
    label(axes, "two hidden layers:\nerror 0 up to here", (threshold, 3e-5), (-4, 0), ha="right", color=VERMILION)
    axes.set(xscale="log", yscale="log", xlim=(0.045, 2.2), ylim=(1e-7, 1))
    axes.set(xlabel=r"step size $\eta$", ylabel=r"best error on the disc of radius 4")
    plain_ticks(axes.xaxis)
    axes.legend(loc="center", bbox_to_anchor=(0.5, 0.42))
    close = max(row.ratio for row in table if row.norm <= Fraction(11, 2))
    widest = max(row.ratio for row in table)
    caption = (
        "How near a shallow net of any width that is stable at the step size comes to the pyramid, from both sides. "
        "Above: "
        "nets whose error is proved; below: measures that exclude anything better. The ends differ by a factor of at "
        "most "
        f"{float(close):.4f} for steps from 1/6 on, and of at most {float(widest):.3f} for the smaller ones. A net "
        f"with two hidden "
        "layers computes the pyramid and is stable for every step "
        f"size up to {threshold:.4f}."
    )
    alternative = "Two nearly equal curves of error against step size, and a line far below them from a closed formula."
    return Plot(Drawing("separation-bracket", caption, alternative, "none", ()), figure)


def _norms(table: tuple[Bracket, ...]) -> Plot:
    figure = new_figure(3.0)
    axes = figure.add_subplot()
    levels = np.array([float(row.norm) for row in table])
    axes.plot(levels, [float(row.upper) for row in table], "v", color=BLUE, label="explicit nets")
    axes.plot(levels, [float(row.lower) for row in table], "^", color=INK, label="certificates")
    theorem = exponential_theorem(2, RADIUS)
    ticks = np.linspace(0, 45, 46)
    axes.plot(ticks, [float(lower(theorem.lower_bound(Fraction(t)))) for t in ticks], "--", color=SOFT)
    label(axes, "proved for every norm", (5.0, 8.8e-4), (8, 4), color=SOFT)
    smoothings = 2.0 ** -np.arange(1, 9)
    nets = [sample(e, RADIUS, int(np.ceil(4 / e)), 6) for e in smoothings]
    axes.plot(
        [net.norm(RADIUS) for net in nets], [smoothing_error(e) for e in smoothings], "o-", color=GREEN, markersize=3,
        label=r"smoothed pyramids: norm of order $\log^2$",
    )  # fmt: skip
    axes.set(yscale="log", xlabel=r"stability norm allowed, $C$", ylabel="error", ylim=(1e-4, 1.5), xlim=(0, 45))
    axes.legend(loc="lower right")
    caption = (
        "The error of shallow nets against the norm that they need. Wider nets come as near as wanted, but the norm "
        r"grows at least like $\log$ and at most like $\log^2$ of the error: no single step size serves them all."
    )
    alternative = (
        "Error against norm: certificates and nets fall together, a dashed lower bound and a curve of smoothed nets."
    )
    return Plot(Drawing("separation-norm", caption, alternative, "none", ()), figure)


def _surfaces(table: tuple[Bracket, ...]) -> Plot:
    rows = {row.step_size: row for row in table}
    chosen = [rows[step] for step in SHOWN]
    ticks = np.linspace(-1.6, 1.6, 161)
    points = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    target = pyramid(points)
    values = [_values(row, points) for row in chosen]
    figure = new_figure(3.5)
    grid = figure.add_gridspec(2, len(chosen) + 1)
    fill = Normalize(-0.25, 1)
    panels = [(figure.add_subplot(grid[0, 0]), target, r"the pyramid $\varphi$")]
    panels += [
        (figure.add_subplot(grid[0, place]), net, rf"$\eta = {float(row.step_size):g}$")
        for place, (row, net) in enumerate(zip(chosen, values, strict=True), start=1)
    ]
    for axes, surface, title in panels:
        _heat(axes, ticks, surface, "viridis", fill)
        axes.set_title(title)
    figure.colorbar(ScalarMappable(fill, "viridis"), ax=[axes for axes, _, _ in panels], label="value", fraction=0.03)
    slices = figure.add_subplot(grid[1, 0])
    across = np.abs(points[:, 1]) < 1e-9
    slices.plot(ticks, target[across], color=INK)
    errors = []
    for place, (row, net, colour) in enumerate(zip(chosen, values, shades(len(chosen)), strict=True), start=1):
        slices.plot(ticks, net[across], color=colour, linewidth=0.9)
        axes = figure.add_subplot(grid[1, place])
        _heat(axes, ticks, (net - target) / float(row.upper), "RdBu_r", TwoSlopeNorm(0, -1, 1))
        axes.set_title(f"error $\\leq$ {float(row.upper):.4f}")
        errors.append(axes)
    slices.set(title="along the axis", xticks=[-1, 0, 1], box_aspect=1)
    shown = ScalarMappable(TwoSlopeNorm(0, -1, 1), "RdBu_r")
    figure.colorbar(shown, ax=[slices, *errors], label="error over its bound", fraction=0.03)
    caption = (
        "The pyramid and, among shallow nets that are stable at three step sizes, explicit ones that come nearest "
        "(up to the "
        "factor in the first figure of this section); below, all four along an axis, and what the nets miss, each "
        "relative to its proved "
        "bound: the tip, the ridges and the foot."
    )
    alternative = "Heat maps of the pyramid, of three nets that smooth it less and less, and of their errors."
    return Plot(Drawing("separation-nets", caption, alternative, "none", ()), figure)


def _values(row: Bracket, points: Array) -> Array:
    network = row.net.network()
    return np.concatenate([network(part) for part in np.array_split(points, 40)])


def _heat(axes: Axes, ticks: Array, values: Array, colours: str, norm: Normalize) -> None:
    axes.imshow(
        values.reshape(len(ticks), -1),
        origin="lower", extent=(ticks[0], ticks[-1], ticks[0], ticks[-1]), cmap=mpl.colormaps[colours], norm=norm,
        interpolation="nearest",
    )  # fmt: skip
    axes.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1])


def _certificate() -> Plot:
    ticks = np.linspace(-2.1, 2.1, 301)
    points = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    figure = new_figure(3.0)
    for place, (values, title, linear) in enumerate(
        ((psi(points, SCALE), r"the test function $\psi$", 1e-2), (laplacian(points, SCALE), r"its Laplacian", 1e-4))
    ):
        axes = figure.add_subplot(1, 2, place + 1)
        largest = float(np.abs(values).max())
        norm = SymLogNorm(linear * largest, vmin=-largest, vmax=largest)
        _heat(axes, ticks, values, "RdBu_r", norm)
        corners = np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]])
        axes.plot(*corners.T, color=INK, linewidth=0.6)
        axes.set(xticks=[-2, -1, 0, 1, 2], yticks=[-2, -1, 0, 1, 2])
        axes.set_title(title)
        bar = figure.colorbar(ScalarMappable(norm, "RdBu_r"), ax=axes, fraction=0.046)
        bar.ax.yaxis.set_major_locator(FixedLocator([-largest, 0, largest]))
        bar.ax.yaxis.set_minor_locator(NullLocator())
        bar.ax.yaxis.set_minor_formatter(NullFormatter())
        bar.ax.set_yticklabels([f"{-largest:.2g}", "0", f"{largest:.2g}"])
    caption = (
        rf"The certificate of the exponential bound at the scale $\epsilon = {SCALE}$ (colours on a logarithmic "
        rf"scale). About each vertex "
        r"of the pyramid (outline) it adds bumps of all scales between $\epsilon$ and 1: each sees the vertex, but "
        r"along every "
        "line its positive and negative parts nearly cancel."
    )
    alternative = "Two heat maps with a sixfold pattern of signs about each of the four vertices of the pyramid."
    return Plot(Drawing("separation-certificate", caption, alternative, "none", ()), figure)


def _points() -> Plot:
    x = np.array([[float(c) for c in point] for point in GRID.points])
    y = np.array([float(value) for value in GRID.labels])
    norm = smallest_interpolating_norm(GRID.points, GRID.labels)
    shallow = float(norm.shallow_limit.mid())
    two_layers = float(lower(exact_sharpness(origin_bump(), GRID.points, GRID.labels).largest_stable_step))
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
    axes.plot(steps, shares[:, 0], "o-", color=BLUE, markersize=3, label="shallow, random starts")
    axes.plot(steps, shares[:, 1], "s-", color=VERMILION, markersize=3, label="two hidden layers, near the net")
    for place, colour in ((shallow, BLUE), (two_layers, VERMILION)):
        axes.axvline(place, color=colour, linewidth=0.8, linestyle="--")
    axes.set(xlabel=r"step size $\eta$", ylabel="share that interpolates", ylim=(-0.03, 1.05), xlim=(0.1, 2.05))
    axes.legend(loc="center left", bbox_to_anchor=(0.44, 0.55), fontsize=7.5)
    caption = (
        "Nine points, label 1 at the centre (filled) and 0 elsewhere; level lines of the interpolating shallow net "
        "of least norm. "
        f"No shallow net of any width is a stable interpolating minimum above $\\eta = {shallow:.4f}$ (first dashed "
        f"line), a net with two hidden "
        f"layers is one up to {two_layers:.4f} (second). Gradient descent agrees: the share of {RUNS} shallow nets "
        f"of width 32 from random "
        "starts, and of as many deeper nets from perturbed ones, that reach a loss below $10^{-10}$."
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
