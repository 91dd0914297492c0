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
from reports.figures.style import BLUE, INK, RULE, SOFT, VERMILION, label, new_figure

DATA = np.array([[-1.6, -0.6], [-0.9, 0.9], [-0.2, -0.9], [0.5, 0.4], [1.1, -0.3], [1.5, 1.0]])
ANGLE, THRESHOLD = np.pi / 8, 0.35
"""The line that is followed: <v, x> = b with v = (cos, sin) of the angle."""
REACH = 2.2


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figure at every profile."""
    figure = new_figure(2.5)
    plane, offsets, lines = figure.subplots(1, 3, width_ratios=(1, 1.15, 1.35))
    v = np.array([np.cos(ANGLE), np.sin(ANGLE)])
    _plane(plane, v)
    _offsets(offsets, v)
    angles, levels = np.linspace(0, np.pi, 121), np.linspace(-REACH, REACH, 121)
    heights = _of_lines(angles, levels)
    norm = Normalize(0, float(heights.max()))
    lines.pcolormesh(angles, levels, heights, cmap="Blues", norm=norm, shading="gouraud", rasterized=True)
    lines.axvline(ANGLE, color=INK, linewidth=0.6, linestyle=":")
    lines.plot([ANGLE], [THRESHOLD], "o", color=VERMILION, markersize=4)
    lines.set(xlim=(0, np.pi), ylim=(-REACH, REACH), xlabel="angle of v", ylabel="b", title="g of every line")
    lines.set_xticks([0, np.pi / 2, np.pi], ["0", "π/2", "π"])
    figure.colorbar(ScalarMappable(norm, "Blues"), ax=lines, fraction=0.06, pad=0.03)
    sides = [float(one_sided_weight([sign * v], [sign * THRESHOLD], DATA)[0]) for sign in (1, -1)]
    caption = (
        "The weight $g$ of a line. Left: the line $\\langle v, x\\rangle = b$ parts six points; each side has a "
        "one-sided weight, the mean of how far its points lie beyond the line (0 for the others) times the length of "
        f"the mean of $(1, X)$ on it, here {sides[0]:.3f} above and {sides[1]:.3f} below; $g$ is the smaller. Middle: "
        "both, and $g$ (filled), as the line moves: $g$ is $0$ beyond the data and large where both sides hold many "
        "points that are far away. Right: $g$ of every line of the plane."
    )
    alternative = (
        "Six points and a line between them; the two one-sided weights as the line moves, one rising as the other "
        "falls, with g the smaller of both; and a heat map of g over angle and offset, dark in the middle."
    )
    data = (("six points", data_digest(DATA, np.zeros(len(DATA)))),)
    yield Plot(Drawing("weight", caption, alternative, "none", data), figure)


def _plane(axes: Axes, v: Array) -> None:
    foot, along = THRESHOLD * v, np.array([-v[1], v[0]])
    axes.plot(*np.outer([-9, 9], along).T + foot[:, None], color=INK, linewidth=1.0)
    axes.annotate(
        "", tuple(foot + 0.75 * v), tuple(foot), arrowprops={"arrowstyle": "->", "color": INK, "linewidth": 0.8}
    )
    label(axes, "v", tuple(foot + 0.75 * v), (3, 3))
    beyond = DATA @ v - THRESHOLD
    for point, distance in zip(DATA, beyond, strict=True):
        colour = BLUE if distance > 0 else VERMILION
        axes.plot(*np.stack([point, point - distance * v]).T, color=colour, linewidth=0.8)
        axes.plot(*point, "o" if distance > 0 else "s", color=colour, markersize=4.5)
    axes.set(xlim=(-REACH, REACH), ylim=(-1.9, 1.9), aspect="equal", xticks=[], yticks=[], title="two sides")


def _offsets(axes: Axes, v: Array) -> None:
    levels = np.linspace(-REACH, REACH, 241)
    directions = np.tile(v, (len(levels), 1))
    above, below = one_sided_weight(directions, levels, DATA), one_sided_weight(-directions, -levels, DATA)
    g = weight(directions, levels, DATA)
    axes.fill_between(levels, g, color=RULE, linewidth=0)
    axes.plot(levels, above, color=BLUE, label="above")
    axes.plot(levels, below, color=VERMILION, linestyle="--", label="below")
    axes.axvline(THRESHOLD, color=INK, linewidth=0.6, linestyle=":")
    top = 2.2 * float(g.max())
    axes.set(xlim=(-REACH, REACH), ylim=(0, top), xlabel="b", title="along v")
    label(axes, "above", (-0.9, 0.9 * top), (4, 0), color=BLUE)
    label(axes, "below", (1.35, 0.9 * top), (-4, 0), color=VERMILION, ha="right")
    label(axes, "g", (0.0, 0.35 * float(g.max())), (0, 0), color=SOFT, ha="center")


def _of_lines(angles: Array, levels: Array) -> Array:
    """The weights [l, m] of the lines with these angles [m] and offsets [l]."""
    angle, level = np.meshgrid(angles, levels)
    directions = np.column_stack([np.cos(angle.ravel()), np.sin(angle.ravel())])
    return weight(directions, level.ravel(), DATA).reshape(angle.shape)
