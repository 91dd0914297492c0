"""reports.figures.thresholds: each set's two marks are the proved limits, in the figure and in its thumbnail."""

from __future__ import annotations

import math
from itertools import islice

import numpy as np
from matplotlib.axes import Axes

from reports.figures.style import applied
from reports.figures.thresholds import LARGEST, SETS, draw


def marks(axes: Axes, marker: str) -> list[float]:
    """The step sizes of the marks of one kind, from the lowest row up."""
    return [float(np.asarray(line.get_xdata())[0]) for line in axes.lines if line.get_marker() == marker]


def test_limits_are_drawn() -> None:
    """No limit passes 2, and deeper nets go further on every set; the caption has the factors."""
    with applied():
        (plot,) = islice(draw("quick"), 1)
    assert plot.small is not None
    for figure in (plot.figure, plot.small):
        shallow, deep = marks(figure.axes[0], "o"), marks(figure.axes[0], "s")
        assert len(shallow) == len(deep) == len(SETS)
        assert all(one < other < LARGEST for one, other in zip(shallow, deep, strict=True))
    written = {text.get_text() for text in plot.figure.axes[0].texts}
    # shallow nets end below what is written, two layers above it
    assert {f"{math.ceil(value * 1000) / 1000:.3f}" for value in shallow} <= written
    assert {f"{math.floor(value * 1000) / 1000:.3f}" for value in deep} <= written
    factors = [f"{math.floor(other / one * 100) / 100:.2f} (" for one, other in zip(shallow, deep, strict=True)]
    assert all(factor in plot.drawing.caption for factor in factors)
