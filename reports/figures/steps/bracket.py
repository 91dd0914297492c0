"""Depth separation at each step size of the bracket: the best net, what it misses, and the proved interval."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from numerics.exact.balls import decimals
from numerics.separation.bracket.table import bracket_table
from numerics.separation.pyramid import pyramid
from reports.figures import Frame
from reports.figures.separation import in_small, net_values
from reports.figures.style import BLUE, INK, VERMILION, new_figure, signed

EDGE, POINTS = 1.6, 65
"""The quadrant that is drawn, for the nets have the symmetries of the pyramid, and the points along its side."""
HEIGHT = 2.3
"""In inches."""


def frames() -> Iterator[Frame]:
    """A frame for each step size of the table, from the smallest on."""
    rows = sorted(bracket_table(), key=lambda row: row.step_size)
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
        in_small(bracket, rows)
        bracket.plot([float(row.step_size)], [np.sqrt(low * high)], "o", color=VERMILION, markersize=6, zorder=4)
        bracket.set(xlabel=r"step size $\eta$", title="error of the best net")
        # rounded away from each other, so that what is said is proved
        above, below = decimals(row.upper, 4, up=True), decimals(row.lower, 4, up=False)
        yield Frame(
            f"η = {row.step_size}: some shallow net misses the pyramid by {above}, none by less than {below}; "
            "two hidden layers compute it",
            figure,
        )
