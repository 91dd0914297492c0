"""Depth separation: the bracket of the best stable shallow error, its nets, and a certificate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize, SymLogNorm
from matplotlib.figure import Figure

from numerics.exact.balls import decimals, lower
from numerics.network import Array
from numerics.population.isotropic import UniformBall
from numerics.separation.bracket.table import Bracket, bracket_table, stability_bound
from numerics.separation.exponential.certificate import exponential_theorem
from numerics.separation.exponential.function import psi, radon_transform
from numerics.separation.pyramid import pyramid
from numerics.separation.smoothed import sample, smoothing_error
from numerics.separation.two_layers.population import optimised_population
from reports.figures import Drawing, Plot
from reports.figures.style import (
    BLUE,
    GREEN,
    INK,
    SOFT,
    VERMILION,
    few_ticks,
    label,
    new_figure,
    new_thumbnail,
    plain_ticks,
    signed,
)

SHOWN = (Fraction(1), Fraction(1, 4), Fraction(1, 10))
"""Step sizes whose nets are drawn."""
RADIUS = 4
SCALE = 0.05
"""The smallest scale of the test function that is drawn."""
ANGLE, DISTANCE = np.pi / 3, 0.05
"""The line along which it is drawn: the angle of its normal, and how far it passes from the vertex (0, 1)."""


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figures at every profile; what they show is read from certificates, or quick."""
    table = bracket_table()
    yield _bracket(table)
    yield _norms(table)
    yield _surfaces(table)
    yield _certificate()


def _bracket(table: tuple[Bracket, ...]) -> Plot:
    figure = new_figure(3.0)
    axes, ratios = figure.subplots(2, 1, sharex=True, height_ratios=(2.4, 1))
    rows = sorted(table, key=lambda row: row.step_size)
    steps = np.array([float(row.step_size) for row in rows])
    ends(axes, rows)
    label(axes, "nets with a proved error", (steps[0], 0.09), (0, 0), color=BLUE)
    label(axes, "certificates: no net is better", (steps[2], float(rows[2].lower)), (6, -9))
    theorem = exponential_theorem(2, RADIUS)
    exponential = [float(lower(theorem.lower_bound(stability_bound(row.step_size)))) for row in rows]
    axes.plot(steps, exponential, "--", color=SOFT, label="closed formula")
    label(axes, "closed formula, for every step size", (steps[5], exponential[5]), (6, -7), color=SOFT)
    threshold = two_layer_limit()
    for panel in (axes, ratios):
        panel.axvline(float(threshold), color=VERMILION, linewidth=1.2, linestyle="-.")
    label(
        axes, "two hidden layers:\nno error up to here", (float(threshold), 1e-3), (-4, 0), ha="right", color=VERMILION
    )
    axes.set(xscale="log", yscale="log", xlim=(0.045, 2.2), ylim=(1e-6, 2), ylabel="least error on the disc")
    ratios.plot(steps, [float(row.ratio) for row in rows], "o-", color=BLUE, markersize=3.5)
    # equal factors of what the ratio has above 1 are equally far apart
    ratios.set_yscale("function", functions=(lambda r: np.log10(np.maximum(r - 1, 1e-9)), lambda e: 1 + 10.0**e))
    few_ticks(ratios.yaxis, (1.0001, 1.001, 1.01, 1.1))
    ratios.set(ylim=(1.00003, 1.6), xlabel=r"step size $\eta$", ylabel="upper / lower end")
    plain_ticks(ratios.xaxis)
    figure.align_ylabels()
    close = max(row.ratio for row in table if row.norm <= Fraction(11, 2))
    widest = max(row.ratio for row in table)
    caption = (
        "How near shallow nets of any width, whose stability norm is at most $1/\\eta - 1/2$, come to the pyramid on "
        "the disc of radius 4. Above: the least error lies between nets whose error is proved (triangles down) and "
        "certificates that exclude anything better (triangles up); it falls only as the step does. The closed formula "
        "(dashed) bounds it at every step size. A net with two hidden layers computes the pyramid and is stable for "
        f"every step size up to {decimals(threshold, 4, up=False)} (vertical line). Below: the ratio of the two ends "
        f"is at most {float(close):.4f} for steps from 1/6 on and {float(widest):.3f} for smaller ones."
    )
    alternative = (
        "Two nearly equal curves of error against step size, and a line far below them from a closed formula; below, "
        "the ratio of the two curves, from 1.3 at the smallest step to 1.0001 at the largest."
    )
    return Plot(Drawing("separation-bracket", caption, alternative, "none", ()), figure, _small_bracket(rows))


def two_layer_limit() -> Fraction:
    """The step size up to which a net with two hidden layers that computes the pyramid is stable on the disc."""
    return optimised_population(UniformBall(2, Fraction(RADIUS))).step_size


def ends(axes: Axes, rows: Sequence[Bracket]) -> None:
    """Both ends of the brackets against the step size, and what lies between them."""
    steps, low, high = np.array([[float(row.step_size), float(row.lower), float(row.upper)] for row in rows]).T
    axes.fill_between(steps, low, high, color=BLUE, alpha=0.25, linewidth=0)
    axes.plot(steps, high, "v-", color=BLUE, markersize=3.5, label="upper ends")
    axes.plot(steps, low, "^-", color=INK, markersize=3.5, label="lower ends")


def in_small(axes: Axes, rows: Sequence[Bracket]) -> None:
    """The brackets where there is little room, beside the limit of two hidden layers."""
    threshold = float(two_layer_limit())
    ends(axes, rows)
    axes.axvline(threshold, color=VERMILION, linewidth=1.2, linestyle="-.")
    label(axes, "two layers:\nno error", (threshold, 0.012), (-4, 0), color=VERMILION, ha="right")
    axes.set(xscale="log", yscale="log", xlim=(0.045, 2.4), ylim=(3e-3, 2))
    few_ticks(axes.xaxis, (0.1, 0.5, 2))
    few_ticks(axes.yaxis, (0.01, 0.1, 1))


def _small_bracket(rows: Sequence[Bracket]) -> Figure:
    figure, axes = new_thumbnail()
    in_small(axes, rows)
    label(axes, "best shallow net", (0.055, 1.1), (0, 0), color=BLUE)
    axes.set(xlabel="step size", ylabel="error")
    return figure


def _norms(table: tuple[Bracket, ...]) -> Plot:
    figure = new_figure(3.0)
    axes = figure.add_subplot()
    levels = np.array([float(row.norm) for row in table])
    axes.plot(levels, [float(row.upper) for row in table], "v-", color=BLUE, markersize=3.5, label="explicit nets")
    axes.plot(levels, [float(row.lower) for row in table], "^-", color=INK, markersize=3.5, label="certificates")
    label(axes, "nets with a proved error (down)\nand certificates (up)", (levels[-1], float(table[-1].upper)), (6, 0))
    theorem = exponential_theorem(2, RADIUS)
    ticks = np.linspace(0, 45, 46)
    axes.plot(ticks, [float(lower(theorem.lower_bound(Fraction(t)))) for t in ticks], "--", color=SOFT)
    label(axes, "closed formula, for every norm", (5.0, 8.8e-4), (8, 4), color=SOFT)
    smoothings = 2.0 ** -np.arange(1, 9)
    nets = [sample(e, RADIUS, int(np.ceil(4 / e)), 6) for e in smoothings]
    norms, errors = [net.norm(RADIUS) for net in nets], [smoothing_error(e) for e in smoothings]
    axes.plot(norms, errors, "o-", color=GREEN, markersize=3, label="smoothed pyramids")
    label(axes, "smoothed pyramids", (norms[4], errors[4]), (4, 8), color=GREEN)
    axes.set(yscale="log", xlabel="stability norm allowed", ylabel="error", ylim=(1e-4, 1.5), xlim=(0, 45))
    caption = (
        "The error of shallow nets against the stability norm that they need. Nets come as near as wanted, but the "
        r"norm grows at least like $\log$ (dashed, the closed formula) and at most like $\log^2$ (circles, smoothed "
        "pyramids) of the error: no single step size serves them all. Triangles: the two ends of the bracket."
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
    values = [net_values(row, points) for row in chosen]
    figure = new_figure(3.0)
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
        axes.tick_params(labelbottom=False, labelleft=axes is panels[0][0])
    above = ScalarMappable(fill, "viridis")
    bar = figure.colorbar(above, ax=[axes for axes, _, _ in panels], label="value", fraction=0.03, ticks=[0, 0.5, 1])
    bar.outline.set_visible(False)
    slices = figure.add_subplot(grid[1, 0])
    across = np.abs(points[:, 1]) < 1e-9
    errors = []
    for place, (row, net) in enumerate(zip(chosen, values, strict=True), start=1):
        axes = figure.add_subplot(grid[1, place])
        _heat(axes, ticks, (net - target) / float(row.upper), signed(), Normalize(-1, 1))
        axes.set_title(f"within {float(row.upper):.4f}")
        axes.tick_params(labelleft=False)
        errors.append(axes)
    slices.plot(ticks, target[across], color=INK, label="pyramid")
    for step, net, line in zip(SHOWN, values, ("--", "-.", ":"), strict=True):
        slices.plot(ticks, net[across], line, color=BLUE, linewidth=1.1, label=f"net at {float(step):g}")
    slices.set(title=r"at $x_2 = 0$", xticks=[-1, 0, 1], yticks=[0, 0.5, 1], box_aspect=1)
    shown = ScalarMappable(Normalize(-1, 1), signed())
    bar = figure.colorbar(shown, ax=[slices, *errors], label="error / bound", fraction=0.03, ticks=[-1, 0, 1])
    bar.outline.set_visible(False)
    caption = (
        "The pyramid $\\varphi(x) = (1 - \\lVert x\\rVert_1)_+$ and shallow nets whose stability norm is at most "
        "$1/\\eta - 1/2$, of which none of any width comes nearer but for the factor in the bracket. Below: all four "
        "along an axis, solid the pyramid and the nets dashed, dash-dotted and dotted from the largest step on; then "
        "what each net misses, over its proved bound (light: net above, dark: below). As the step falls, the error is "
        "spread over ever more of the tip, the ridges and the foot."
    )
    alternative = "Heat maps of the pyramid, of three nets that smooth it less and less, and of their errors."
    return Plot(Drawing("separation-nets", caption, alternative, "none", ()), figure)


def net_values(row: Bracket, points: Array) -> Array:
    """The values of the bracket's net at the points [m, 2], in parts that fit into memory."""
    network = row.net.network()
    return np.concatenate([network(part) for part in np.array_split(points, 40)])


def _heat(axes: Axes, ticks: Array, values: Array, colours: str | Colormap, norm: Normalize) -> None:
    axes.imshow(
        values.reshape(len(ticks), -1),
        origin="lower", extent=(ticks[0], ticks[-1], ticks[0], ticks[-1]), cmap=colours, norm=norm,
        interpolation="nearest",
    )  # fmt: skip
    axes.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1])


def _certificate() -> Plot:
    ticks = np.linspace(-2.1, 2.1, 301)
    points = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    values = psi(points, SCALE)
    figure = new_figure(2.9)
    plane, along = figure.subplots(1, 2, width_ratios=(1, 1.15))
    largest = float(np.abs(values).max())
    norm = SymLogNorm(1e-2 * largest, vmin=-largest, vmax=largest)
    _heat(plane, ticks, values, signed(), norm)
    corners = np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]])
    plane.plot(*corners.T, color=INK, linewidth=0.8, label="pyramid")
    threshold = np.sin(ANGLE) + DISTANCE
    v, w = np.array([[np.cos(ANGLE), np.sin(ANGLE)], [-np.sin(ANGLE), np.cos(ANGLE)]])
    places = np.linspace(-2, 2, 401)
    line = threshold * v + places[:, None] * w
    plane.plot(*line.T, color=INK, linestyle="--", label="line")
    plane.set(xlim=ticks[[0, -1]], ylim=ticks[[0, -1]], xticks=[-2, 0, 2], yticks=[-2, 0, 2])
    plane.set(xlabel="$x_1$", ylabel="$x_2$", title=r"the test function $\psi$")
    bar = figure.colorbar(ScalarMappable(norm, signed()), ax=plane, fraction=0.046, ticks=[-largest, 0, largest])
    bar.outline.set_visible(False)
    bar.ax.minorticks_off()
    bar.ax.set_yticklabels([f"\u2212{largest:.2g}", "0", f"{largest:.2g}"])
    on_line = psi(line, SCALE)
    total = float(radon_transform(ANGLE, threshold, SCALE))
    positive = float(np.maximum(on_line, 0).sum() * (places[1] - places[0]))
    along.fill_between(places, on_line, where=on_line >= 0, color=VERMILION, alpha=0.35, linewidth=0)
    along.fill_between(places, on_line, where=on_line <= 0, color=BLUE, alpha=0.35, linewidth=0)
    along.plot(places, on_line, color=INK, linewidth=0.9, label="psi along the line")
    along.axhline(0, color=SOFT, linewidth=0.6)
    peak, foot = int(on_line.argmax()), int(on_line.argmin())
    label(along, f"area {positive:.3f}", (places[peak], on_line[peak]), (0, 7), color=VERMILION, ha="center")
    label(along, f"area {positive - total:.3f}", (places[foot], on_line[foot]), (0, -7), color=BLUE, ha="center")
    margin = 0.2 * float(np.ptp(on_line))
    along.set(ylim=(on_line[foot] - margin, on_line[peak] + margin), xlim=(-2, 2), xticks=[-2, -1, 0, 1, 2])
    along.set(
        xlabel="place along the dashed line", title=rf"$\psi$ along it: integral {total:.3f}".replace("-", "\u2212")
    )
    caption = (
        rf"The certificate behind the exponential bound, at the scale $\epsilon = {SCALE}$. Left: about each vertex of "
        r"the pyramid (square) $\psi$ adds bumps of all scales between $\epsilon$ and 1, so that it sees the vertex at "
        "every scale (colours on a logarithmic scale, light: positive). Right: along a line near a vertex (dashed on "
        rf"the left) positive and negative parts nearly cancel, so that a neuron hardly sees $\psi$ at all."
    )
    alternative = (
        "A heat map with a sixfold pattern of signs about each of the four vertices of the pyramid, and the function "
        "along one line, with nearly equal areas above and below zero."
    )
    return Plot(Drawing("separation-certificate", caption, alternative, "none", ()), figure)
