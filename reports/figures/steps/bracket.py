"""Depth separation at each step size of the bracket: the best net, what it misses, and the proved interval."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from numerics.population.isotropic import UniformBall
from numerics.separation.bracket.table import bracket_table
from numerics.separation.pyramid import pyramid
from numerics.separation.two_layers.population import optimised_population
from reports.figures import Frame
from reports.figures.separation import RADIUS, ends, net_values
from reports.figures.style import BLUE, INK, VERMILION, few_ticks, label, new_figure, signed

EDGE, POINTS = 1.6, 65
"""The quadrant that is drawn, for the nets have the symmetries of the pyramid, and the points along its side."""
DIGITS = 10**4
HEIGHT = 2.3
"""In inches."""


def frames() -> Iterator[Frame]:
    """A frame for each step size of the table, from the smallest on."""
    rows = sorted(bracket_table(), key=lambda row: row.step_size)
    threshold = float(optimised_population(UniformBall(2, Fraction(RADIUS))).step_size)
    ticks = np.linspace(0, EDGE, POINTS)
    points = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    target = pyramid(points)
    for row in rows:
        net = net_values(row, points)
        low, high = float(row.lower), float(row.upper)
        figure = new_figure(HEIGHT)
        # equal places in every frame, so that what they share is drawn once
        figure.set_layout_engine("none")
        slices, errors, colours, bracket = (
            figure.add_axes((left, 0.2, width, 0.66))
            for left, width in ((0.06, 0.24), (0.36, 0.24), (0.612, 0.012), (0.72, 0.27))
        )
        slices.plot(ticks, target[:POINTS], color=INK, label="pyramid")
        slices.plot(ticks, net[:POINTS], "--", color=BLUE, label="net")
        slices.set(xlim=(0, EDGE), ylim=(-0.55, 1.05), xticks=[0, 1], yticks=[-0.5, 0, 0.5, 1], xlabel="$x_1$")
        slices.set_title("pyramid, and net (dashed)")
        errors.imshow(
            ((net - target) / high).reshape(POINTS, -1),
            origin="lower", extent=(0, EDGE, 0, EDGE), cmap=signed(), norm=Normalize(-1, 1), interpolation="none",
        )  # fmt: skip
        errors.set(xticks=[0, 1], yticks=[0, 1], xlabel="$x_1$", ylabel="$x_2$", title="error / proved bound")
        bar = figure.colorbar(ScalarMappable(Normalize(-1, 1), signed()), cax=colours, ticks=[-1, 0, 1])
        bar.outline.set_visible(False)
        ends(bracket, rows)
        bracket.axvline(threshold, color=VERMILION, linewidth=1.2, linestyle="-.")
        label(bracket, "two layers:\nno error", (threshold, 0.012), (-4, 0), color=VERMILION, ha="right")
        bracket.plot([float(row.step_size)], [np.sqrt(low * high)], "o", color=VERMILION, markersize=6, zorder=4)
        bracket.set(xscale="log", yscale="log", xlim=(0.045, 2.4), ylim=(3e-3, 2), xlabel=r"step size $\eta$")
        bracket.set_title("error of the best net")
        few_ticks(bracket.xaxis, (0.1, 0.5, 2))
        few_ticks(bracket.yaxis, (0.01, 0.1, 1))
        # rounded away from each other, so that what is said is proved
        above, below = (math.ceil(row.upper * DIGITS) / DIGITS, math.floor(row.lower * DIGITS) / DIGITS)
        yield Frame(
            f"η = {row.step_size}: some shallow net misses the pyramid by {above:.4f}, none by less than {below:.4f}; "
            "two hidden layers compute it",
            figure,
        )
