"""The figure of SGD's thresholds: what is drawn is what was computed, and its order that of the theory."""

from __future__ import annotations

import re

import numpy as np

from reports.figures.style import applied
from reports.figures.trained.mean_square import KNEE, draw


def test_thresholds_lie_between_their_bounds_and_end_at_gradient_descent() -> None:
    with applied():
        (plot,) = draw("quick")
    shares: dict[int, list[float]] = {1: [], KNEE: []}
    for axes in plot.figure.axes:
        curves = {str(line.get_label()): np.asarray(line.get_ydata(), dtype=float) for line in axes.lines}
        batches = np.asarray(axes.lines[0].get_xdata(), dtype=float)
        threshold = curves["threshold"]
        assert np.all(np.diff(threshold) > 0)
        assert np.all(curves["bound from below"] <= threshold * (1 + 1e-9))
        assert np.all(threshold <= curves["bound from above"] * (1 + 1e-9))
        assert np.all(threshold <= curves["corollary"])
        (level,) = {float(values[0]) for values in curves.values() if len(values) == 2}
        assert threshold[-1] / level - 1 < 1e-9
        for batch, found in shares.items():
            found.append(threshold[batches == batch][0] / level)
    for found in shares.values():
        first, second = (f"{share:.2f}" for share in found)
        assert re.search(rf"{first} \(standardised\) and {second} \(raw\)", plot.drawing.caption)
