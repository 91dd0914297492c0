"""Two input dimensions: trained nets in the plane, a density behind their lines, and the weight of every line."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, LinearSegmentedColormap

from numerics.arrays.checks import Array
from numerics.laplacian.largest_density import LargestDensity, largest_density
from numerics.laplacian.picture import line_ends, square_grid
from numerics.measurement import Measurement, measure
from numerics.network import ReducedForm, ShallowNetwork
from numerics.training.mnist import data_digest
from numerics.training.train import TrainingPlan, TrainingResult, train
from numerics.weight import weight
from reports.figures import Drawing, Plot
from reports.figures.style import INK, VERMILION, few_ticks, new_figure

STEP_SIZES = (0.1, 0.6)
SEED = 0
POINTS_PER_CLUSTER = 3
REACH = 2.4
HEAVIEST = 10
"""So many lines of a net are drawn: those with the largest |a| g."""
SPACING = 0.2
"""Of the grid of bumps whose sum is the largest density."""


def data() -> tuple[Array, Array]:
    """Points around the corners of a square, x [12, 2]; labels y [12] are 1/2 at two opposite corners, else -1/2."""
    corners = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    noise = 0.4 * np.random.default_rng(SEED).normal(size=(4, POINTS_PER_CLUSTER, 2))
    x = (corners[:, None, :] + noise).reshape(-1, 2)
    return x, np.repeat([0.5, -0.5, 0.5, -0.5], POINTS_PER_CLUSTER)


@functools.cache
def density() -> LargestDensity:
    """The largest density over the points of ``data`` whose integral over every line is at most the line's weight."""
    return largest_density(data()[0], spacing=SPACING)


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figure at every profile."""
    x, y = data()
    runs = [_trained(x, y, eta) for eta in STEP_SIZES]
    forms = [network.reduced() for network, _, _ in runs]
    figure = new_figure(2.45)
    first, second, lines = figure.subplots(1, 3, width_ratios=(1, 1, 1.1))
    widest = max(float(np.abs(form.amplitudes).max()) for form in forms)
    for axes, (network, _, measured) in zip((first, second), runs, strict=True):
        _draw_plane(axes, network, x, y, widest)
        axes.set_title(f"$\\eta = {measured.step_size:g}$, norm {measured.stability_norm:.3f}")
    first.set_ylabel("$x_2$")
    second.tick_params(labelleft=False)
    shown = _draw_lines(lines, forms, x, widest)
    bar = figure.colorbar(shown, ax=lines, pad=0.02, fraction=0.05)
    bar.outline.set_visible(False)
    few_ticks(bar.ax.yaxis, (0, 0.2, 0.4))
    states = "; ".join(_state(result, measured) for _, result, measured in runs)
    integrals = " and ".join(f"{_integral(form):.3f}" for form in forms)
    caption = (
        "Two nets on twelve points (filled: label $1/2$, open: $-1/2$). Left and middle: level lines of the predictor "
        f"at $-1/2$ (dashed), $0$ (thick) and $1/2$, and in black the {HEAVIEST} lines of neurons that carry most of "
        "the stability norm, thicker for a larger $\\lvert a_H\\rvert$. Behind them, darker where it is larger, a "
        "density $\\rho \\ge 0$ whose integral over every line is at most the line's weight $g$: so its integral "
        f"against $\\lvert\\Delta f\\rvert$, {integrals}, is at most the norm. Right: $g$ of every line "
        "$\\langle v, x\\rangle = b$ with $v = (\\cos\\varphi, \\sin\\varphi)$, and the neurons of both nets "
        f"(circles at $\\eta = {STEP_SIZES[0]:g}$, squares at ${STEP_SIZES[1]:g}$), with areas that grow with "
        "$\\lvert a_H\\rvert$. The larger step has the smaller sum of $\\lvert a_H\\rvert\\,g_H$. "
        f"Training: {states}."
    )
    alternative = (
        "Two predictors with the lines of their neurons over a density amid the points; beside them a heat map of g "
        "over all lines."
    )
    digests = (("twelve points", data_digest(x, y)),)
    yield Plot(Drawing("planar-nets", caption, alternative, str(SEED), digests), figure)


def _integral(form: ReducedForm) -> float:
    """The integral of the density against |Delta f|: the sum of |a| times its integral over the line."""
    return float(np.abs(form.amplitudes) @ density().density.radon(form.directions, form.thresholds))


def _trained(x: Array, y: Array, step_size: float) -> tuple[ShallowNetwork, TrainingResult, Measurement]:
    plan = TrainingPlan(
        width=60,
        step_size=step_size,
        steps=100_000,
        seed=SEED,
        warmup_start=0.02,
        warmup_fraction=0.2,
        settling_fraction=0.1,
    )
    result = train(x, y, plan)
    if result.network is None:
        raise ArithmeticError("training diverged, so that there is no predictor to draw")
    return result.network, result, measure(result.network, x, y, step_size)


def _draw_plane(axes: Axes, network: ShallowNetwork, x: Array, y: Array, widest: float) -> None:
    ticks, points = square_grid(REACH, 161)
    heights = density().density(points).reshape(len(ticks), -1)
    axes.pcolormesh(ticks, ticks, heights, cmap=_pale(), shading="gouraud", rasterized=True)
    values = network(points).reshape(len(ticks), -1)
    axes.contour(
        ticks, ticks, values, (-0.5, 0, 0.5), colors=VERMILION, linewidths=(1.0, 1.8, 1.0),
        linestyles=("dashed", "solid", "solid"), zorder=3,
    )  # fmt: skip
    form = network.reduced()
    weights = weight(form.directions, form.thresholds, x)
    heaviest = np.argsort(np.abs(form.amplitudes) * weights)[-HEAVIEST:]
    for ends, amplitude in zip(line_ends(form, REACH)[heaviest], form.amplitudes[heaviest], strict=True):
        axes.plot(*ends.T, color=INK, linewidth=0.2 + 1.5 * abs(amplitude) / widest, solid_capstyle="butt")
    for sign, face in ((1, INK), (-1, "white")):
        chosen = x[np.sign(y) == sign]
        axes.plot(chosen[:, 0], chosen[:, 1], "o", color=INK, markerfacecolor=face, markersize=5, zorder=4)
    axes.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal", xlabel="$x_1$")
    axes.set_xticks([-2, 0, 2])
    axes.set_yticks([-2, 0, 2])


def _pale() -> Colormap:
    """Blues light enough for what is drawn over them."""
    return LinearSegmentedColormap.from_list("pale", ["#ffffff", *mpl.colormaps["Blues"](np.linspace(0.15, 0.6, 8))])


def _line_weights(x: Array) -> tuple[Array, Array, Array]:
    """Angles [m], offsets [l] and the weights [l, m] of the lines they name."""
    angles = np.linspace(0, np.pi, 241)
    offsets = np.linspace(-REACH, REACH, 193)
    angle, offset = np.meshgrid(angles, offsets)
    directions = np.column_stack([np.cos(angle.ravel()), np.sin(angle.ravel())])
    return angles, offsets, weight(directions, offset.ravel(), x).reshape(angle.shape)


def _draw_lines(axes: Axes, forms: list[ReducedForm], x: Array, widest: float) -> ScalarMappable:
    angles, offsets, weights = _line_weights(x)
    shown = axes.pcolormesh(angles, offsets, weights, cmap="Blues", vmin=0, shading="gouraud", rasterized=True)
    marks = zip("os", ("white", VERMILION), strict=True)
    for form, eta, (marker, colour) in zip(forms, STEP_SIZES, marks, strict=True):
        angle = np.arctan2(form.directions[:, 1], form.directions[:, 0])
        # a line has two names, (v, b) and (-v, -b); take the one in the upper half plane
        flipped = angle < 0
        places = np.where(flipped, angle + np.pi, angle)
        thresholds = np.where(flipped, -form.thresholds, form.thresholds)
        sizes = 2 + 30 * np.abs(form.amplitudes) / widest
        axes.scatter(
            places, thresholds, sizes, color=colour, marker=marker, edgecolors=INK, linewidths=0.6,
            label=f"step size {eta:g}",
        )  # fmt: skip
    axes.set(xlim=(0, np.pi), ylim=(-REACH, REACH), xlabel="angle $\\varphi$", ylabel="offset $b$")
    axes.set_title("all lines: weight $g$")
    axes.set_xticks([0, np.pi / 2, np.pi], ["0", "$\\pi/2$", "$\\pi$"])
    axes.set_yticks([-2, 0, 2])
    return shown


def _state(result: TrainingResult, measured: Measurement) -> str:
    kinks = f", data on kinks: {measured.near_kinks}" if measured.near_kinks else ""
    return f"loss {result.loss:.0e} at $\\eta = {measured.step_size:g}${kinks}"
