"""Two input dimensions: the hyperplanes of trained nets in the plane, and the weight of every line of the plane."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize

from numerics.arrays.checks import Array
from numerics.measurement import Measurement, measure
from numerics.network import ReducedForm, ShallowNetwork
from numerics.training.mnist import data_digest
from numerics.training.train import TrainingPlan, TrainingResult, train
from numerics.weight import weight
from reports.figures import Drawing, Plot
from reports.figures.style import INK, VERMILION, new_figure

STEP_SIZES = (0.1, 0.6)
SEED = 0
POINTS_PER_CLUSTER = 3
REACH = 2.4
HEAVIEST = 10
"""So many lines of a net are drawn: those with the largest |a| g."""
_LEVELS = (-0.5, 0.0, 0.5)


@dataclass(frozen=True)
class Colours:
    """How a weight becomes a colour."""

    norm: Normalize
    map: Colormap


def data() -> tuple[Array, Array]:
    """Points around the corners of a square, x [12, 2]; labels y [12] are 1/2 at two opposite corners, else -1/2."""
    corners = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    noise = 0.4 * np.random.default_rng(SEED).normal(size=(4, POINTS_PER_CLUSTER, 2))
    x = (corners[:, None, :] + noise).reshape(-1, 2)
    return x, np.repeat([0.5, -0.5, 0.5, -0.5], POINTS_PER_CLUSTER)


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figure at every profile: it takes a few seconds."""
    x, y = data()
    runs = [_trained(x, y, eta) for eta in STEP_SIZES]
    forms = [network.reduced() for network, _, _ in runs]
    figure = new_figure(6.0)
    grid = figure.add_gridspec(2, 2, height_ratios=(1.15, 1))
    heaviest = float(_line_weights(x)[2].max())
    scale = Colours(Normalize(0, heaviest), _blues())
    widest = max(float(np.abs(form.amplitudes).max()) for form in forms)
    planes = [figure.add_subplot(grid[0, column]) for column in range(2)]
    for axes, (network, _, measured), form in zip(planes, runs, forms, strict=True):
        _draw_plane(axes, network, form, x, y, scale, widest)
        axes.set_title(f"$\\eta = {measured.step_size:g}$, stability norm {measured.stability_norm:.3f}")
    lines = figure.add_subplot(grid[1, :])
    _draw_lines(lines, forms, x, scale, widest)
    figure.colorbar(ScalarMappable(scale.norm, scale.map), ax=lines, label="weight $g$", pad=0.01, fraction=0.04)
    states = "; ".join(_state(result, measured) for _, result, measured in runs)
    caption = (
        "Above: two nets on twelve points (filled: label $1/2$, open: $-1/2$), as level lines of the predictor and "
        f"the {HEAVIEST} lines of neurons that carry most of the norm, thicker for a larger $\\lvert a\\rvert$ and "
        "coloured by the weight "
        "$g$ of the line. Below: $g$ of every line $\\{\\langle v, x\\rangle = b\\}$ of the plane, "
        "$v = (\\cos\\varphi, \\sin\\varphi)$, and the neurons of both nets as points whose area grows with "
        "$\\lvert a\\rvert$. The larger step has the "
        f"smaller sum of $\\lvert a\\rvert\\,g$. Training: {states}."
    )
    alternative = "Two predictors with the switching lines of their neurons; below a heat map of g over all lines."
    digests = (("twelve points", data_digest(x, y)),)
    yield Plot(Drawing("planar-nets", caption, alternative, str(SEED), digests), figure)


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


def _draw_plane(
    axes: Axes, network: ShallowNetwork, form: ReducedForm, x: Array, y: Array, scale: Colours, widest: float
) -> None:
    ticks = np.linspace(-REACH, REACH, 161)
    across, up = np.meshgrid(ticks, ticks)
    values = network(np.column_stack([across.ravel(), up.ravel()])).reshape(across.shape)
    lines = axes.contour(
        across,
        up,
        values,
        _LEVELS,
        colors=VERMILION,
        linewidths=(0.8, 1.6, 0.8),
        linestyles=("dashed", "solid", "solid"),
        zorder=3,
    )
    axes.clabel(lines, fmt="%g", fontsize=7.5)
    weights = weight(form.directions, form.thresholds, x)
    heaviest = np.argsort(np.abs(form.amplitudes) * weights)[-HEAVIEST:]
    for place in heaviest:
        v, b, a, g = form.directions[place], form.thresholds[place], form.amplitudes[place], weights[place]
        foot, along = b * v, np.array([-v[1], v[0]])
        ends = foot + np.outer([-4 * REACH, 4 * REACH], along)
        width = 0.15 + 2.6 * abs(a) / widest
        axes.plot(ends[:, 0], ends[:, 1], color=scale.map(scale.norm(g)), linewidth=width, solid_capstyle="butt")
    for sign, face in ((1, INK), (-1, "white")):
        chosen = x[np.sign(y) == sign]
        axes.plot(chosen[:, 0], chosen[:, 1], "o", color=INK, markerfacecolor=face, markersize=5, zorder=4)
    axes.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    axes.set_xticks([-2, 0, 2])
    axes.set_yticks([-2, 0, 2])


def _blues() -> Colormap:
    """One hue, from a grey that still shows on white."""
    return LinearSegmentedColormap.from_list("weight", ["#dfe3e8", *mpl.colormaps["Blues"](np.linspace(0.3, 1, 12))])


def _line_weights(x: Array) -> tuple[Array, Array, Array]:
    """Angles [m], offsets [l] and the weights [l, m] of the lines they name."""
    angles = np.linspace(0, np.pi, 241)
    offsets = np.linspace(-REACH, REACH, 193)
    angle, offset = np.meshgrid(angles, offsets)
    directions = np.column_stack([np.cos(angle.ravel()), np.sin(angle.ravel())])
    return angles, offsets, weight(directions, offset.ravel(), x).reshape(angle.shape)


def _draw_lines(axes: Axes, forms: list[ReducedForm], x: Array, scale: Colours, widest: float) -> None:
    angles, offsets, weights = _line_weights(x)
    axes.pcolormesh(angles, offsets, weights, cmap=scale.map, norm=scale.norm, shading="gouraud", rasterized=True)
    for form, (marker, colour, eta) in zip(
        forms, zip("os", ("white", VERMILION), STEP_SIZES, strict=True), strict=True
    ):
        angle = np.arctan2(form.directions[:, 1], form.directions[:, 0])
        # a line has two names, (v, b) and (-v, -b); take the one in the upper half plane
        flipped = angle < 0
        places = np.where(flipped, angle + np.pi, angle)
        thresholds = np.where(flipped, -form.thresholds, form.thresholds)
        sizes = 2 + 60 * np.abs(form.amplitudes) / widest
        axes.scatter(
            places,
            thresholds,
            sizes,
            color=colour,
            marker=marker,
            edgecolors=INK,
            linewidths=0.6,
            label=f"$\\eta = {eta:g}$",
        )
    axes.set(xlim=(0, np.pi), ylim=(-REACH, REACH), xlabel="angle $\\varphi$", ylabel="offset $b$")
    axes.set_xticks(np.linspace(0, np.pi, 5), ["0", "$\\pi/4$", "$\\pi/2$", "$3\\pi/4$", "$\\pi$"])
    legend = axes.legend(loc="upper right", ncols=2, markerscale=1.0, frameon=True, framealpha=0.9, edgecolor="none")
    for handle in legend.legend_handles:
        if handle is not None and hasattr(handle, "set_sizes"):
            handle.set_sizes([20.0])


def _state(result: TrainingResult, measured: Measurement) -> str:
    kinks = f", {measured.near_kinks} pairs on a kink" if measured.near_kinks else ""
    return f"loss {result.loss:.0e} at $\\eta = {measured.step_size:g}${kinks}"
