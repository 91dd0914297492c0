"""The weight g of a line, explained on six points: its two sides, every line of one direction, every line."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from numerics.arrays.checks import Array
from numerics.training.mnist import data_digest
from numerics.weight import one_sided_weight, weight
from reports.figures import Drawing, Plot
from reports.figures.style import BLUE, INK, RULE, VERMILION, few_ticks, label, new_figure

DATA = np.array([[-1.6, -0.6], [-0.9, 0.9], [-0.2, -0.9], [0.5, 0.4], [1.1, -0.3], [1.5, 1.0]])
ANGLE, THRESHOLD = np.pi / 8, 0.35
"""The line that is followed: <v, x> = b with v = (cos, sin) of the angle."""
REACH = 2.2


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figure at every profile."""
    figure = new_figure(2.3)
    plane, offsets, lines = figure.subplots(1, 3, width_ratios=(1, 1.15, 1.3))
    v = np.array([np.cos(ANGLE), np.sin(ANGLE)])
    _plane(plane, v)
    _offsets(offsets, v)
    angles, levels = np.linspace(0, np.pi, 121), np.linspace(-REACH, REACH, 121)
    heights = _of_lines(angles, levels)
    norm = Normalize(0, float(heights.max()))
    lines.pcolormesh(angles, levels, heights, cmap="Blues", norm=norm, shading="gouraud", rasterized=True)
    lines.axvline(ANGLE, color=INK, linewidth=0.8, linestyle=":")
    lines.plot([ANGLE], [THRESHOLD], "D", color="white", markeredgecolor=INK, markersize=4.5)
    lines.set(xlim=(0, np.pi), ylim=(-REACH, REACH), xlabel="angle of $v$", ylabel="offset $b$", title="all lines: $g$")
    lines.set_xticks([0, np.pi / 2, np.pi], ["0", "π/2", "π"])
    few_ticks(lines.yaxis, (-2, 0, 2))
    bar = figure.colorbar(ScalarMappable(norm, "Blues"), ax=lines, fraction=0.06, pad=0.03)
    bar.outline.set_visible(False)
    few_ticks(bar.ax.yaxis, (0, 0.1, 0.2, 0.3))
    sides = [float(one_sided_weight([sign * v], [sign * THRESHOLD], DATA)[0]) for sign in (1, -1)]
    caption = (
        "The weight $g$ of a line. Left: the line $\\langle v, x\\rangle = b$ parts six points into those above "
        "(dots) and below (squares); the one-sided weight of a side is the mean over all points of the distance beyond "
        "the line (thin segments; $0$ on the other side), times the length of the mean of $(1, X)$ over that side, the "
        f"other points counted as $0$: {sides[0]:.3f} above and {sides[1]:.3f} below. $g$ is the smaller. Middle: as "
        "the line moves along $v$, $g$ (filled) is large where both sides hold points far away, $0$ beyond the data; "
        "dotted, the line on the left. Right: $g$ of every line of the plane; the dotted line is the middle panel, the "
        "diamond the line on the left."
    )
    alternative = (
        "Six points and a line between them; the two one-sided weights as the line moves, one rising as the other "
        "falls, with g the smaller of both; and a heat map of g over angle and offset, dark in the middle."
    )
    data = (("six points", data_digest(DATA, np.zeros(len(DATA)))),)
    yield Plot(Drawing("weight", caption, alternative, "none", data), figure)


def _plane(axes: Axes, v: Array) -> None:
    foot, along = THRESHOLD * v, np.array([-v[1], v[0]])
    axes.plot(*np.outer([-2.0, 1.9], along).T + foot[:, None], color=INK, linewidth=1.0)
    start = foot - 1.5 * along
    axes.annotate(
        "", tuple(start + 0.75 * v), tuple(start), arrowprops={"arrowstyle": "->", "color": INK, "linewidth": 0.8}
    )
    label(axes, "$v$", tuple(start + 0.75 * v), (3, 3))
    beyond = DATA @ v - THRESHOLD
    for point, distance in zip(DATA, beyond, strict=True):
        colour = BLUE if distance > 0 else VERMILION
        axes.plot(*np.stack([point, point - distance * v]).T, color=colour, linewidth=0.8)
        axes.plot(*point, "o" if distance > 0 else "s", color=colour, markersize=4.5)
    label(axes, "above", (1.25, 1.35), (0, 0), color=BLUE, ha="center")
    label(axes, "below", (-1.3, -1.1), (0, 0), color=VERMILION, ha="center")
    axes.set(xlim=(-2.0, 1.9), ylim=(-1.8, 2.1), aspect="equal", xticks=[], yticks=[], title="one line")
    axes.spines[:].set_visible(False)


def _offsets(axes: Axes, v: Array) -> None:
    levels = np.linspace(-REACH, REACH, 241)
    directions = np.tile(v, (len(levels), 1))
    above, below = one_sided_weight(directions, levels, DATA), one_sided_weight(-directions, -levels, DATA)
    g = weight(directions, levels, DATA)
    axes.fill_between(levels, g, color=RULE, linewidth=0)
    axes.plot(levels, above, color=BLUE, label="above")
    axes.plot(levels, below, color=VERMILION, linestyle="--", label="below")
    axes.axvline(THRESHOLD, color=INK, linewidth=0.8, linestyle=":")
    axes.set(xlim=(-REACH, REACH), ylim=(0, 1), xlabel="offset $b$", title="lines along $v$")
    label(axes, "above", (-0.7, 0.85), (-2, 0), color=BLUE, ha="right")
    label(axes, "below", (1.0, 0.85), (2, 0), color=VERMILION)
    label(axes, "$g$", (0.0, 0.3 * float(g.max())), (0, 0), ha="center", fontsize=9.0)
    few_ticks(axes.xaxis, (-2, 0, 2))
    few_ticks(axes.yaxis, (0, 0.5, 1))


def _of_lines(angles: Array, levels: Array) -> Array:
    """The weights [l, m] of the lines with these angles [m] and offsets [l]."""
    angle, level = np.meshgrid(angles, levels)
    directions = np.column_stack([np.cos(angle.ravel()), np.sin(angle.ravel())])
    return weight(directions, level.ravel(), DATA).reshape(angle.shape)
