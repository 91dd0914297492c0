"""reports.figures.weight: the two one-sided weights, and g as the smaller of both."""

from __future__ import annotations

import re

import numpy as np
import pytest

from numerics.weight import weight
from reports.figures.style import applied
from reports.figures.weight import ANGLE, DATA, THRESHOLD, draw


def test_the_smaller_side_is_the_weight() -> None:
    """At every offset drawn; the caption gives both sides of the line that is followed."""
    with applied():
        (plot,) = draw("quick")
    _, offsets, *_ = plot.figure.axes
    above, below = (next(line for line in offsets.lines if line.get_label() == name) for name in ("above", "below"))
    levels = np.asarray(above.get_xdata())
    directions = np.tile([np.cos(ANGLE), np.sin(ANGLE)], (len(levels), 1))
    smaller = np.minimum(np.asarray(above.get_ydata()), np.asarray(below.get_ydata()))
    assert smaller == pytest.approx(weight(directions, levels, DATA), abs=1e-15)
    sides = [float(np.interp(THRESHOLD, levels, np.asarray(line.get_ydata()))) for line in (above, below)]
    written = re.findall(r"(\d\.\d{3}) (?:above|below)", plot.drawing.caption)
    assert [float(number) for number in written] == pytest.approx(sides, abs=1e-3)
