"""reports.figures.separation: the brackets of the table are drawn, with the ratio of their ends; one line of psi."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from matplotlib.axes import Axes

from numerics.network import Array
from numerics.separation.bracket.table import bracket_table
from numerics.separation.exponential.function import psi, radon_transform
from reports.figures import Plot, separation
from reports.figures.style import applied


@pytest.fixture(scope="module")
def bracket() -> Plot:
    with applied():
        (plot,) = islice(separation.draw("quick"), 1)
    return plot


def curve(axes: Axes, label: str) -> tuple[Array, Array]:
    """The points of the curve of that name."""
    (line,) = [line for line in axes.lines if line.get_label() == label]
    return np.asarray(line.get_xdata()), np.asarray(line.get_ydata())


def test_both_ends_are_those_of_the_table(bracket: Plot) -> None:
    rows = sorted(bracket_table(), key=lambda row: row.step_size)
    assert bracket.small is not None
    for figure in (bracket.figure, bracket.small):
        for name, ends in (("upper ends", [row.upper for row in rows]), ("lower ends", [row.lower for row in rows])):
            steps, drawn = curve(figure.axes[0], name)
            assert steps.tolist() == [float(row.step_size) for row in rows]
            assert drawn.tolist() == [float(end) for end in ends]


def test_the_ratio_is_that_of_the_ends_drawn(bracket: Plot) -> None:
    """At least 1, at most what the caption says, and its scale keeps the order of ratios near 1."""
    above, below = bracket.figure.axes
    (_, high), (_, low) = curve(above, "upper ends"), curve(above, "lower ends")
    ratios = np.asarray(below.lines[1].get_ydata())
    assert ratios == pytest.approx(high / low, rel=1e-12)
    assert ratios.min() > 1
    assert f"{ratios.max():.3f}" in bracket.drawing.caption
    heights = below.transData.transform(np.column_stack([np.ones(3), [1.0001, 1.001, 1.01]]))[:, 1]
    assert np.diff(heights)[0] == pytest.approx(np.diff(heights)[1])


def test_the_lower_ends_keep_the_closed_formula_below_them(bracket: Plot) -> None:
    axes = bracket.figure.axes[0]
    (_, low), (_, closed) = curve(axes, "lower ends"), curve(axes, "closed formula")
    assert np.all((closed > 0) & (closed < low))


def test_areas_along_the_line_cancel_to_the_radon_transform() -> None:
    """By the trapezoidal rule on a fine grid, against what the figure writes."""
    with applied():
        plot = separation._certificate()
    plane, along, _ = plot.figure.axes
    places, drawn = curve(along, "psi along the line")
    ends = np.column_stack(curve(plane, "line"))
    assert np.array_equal(drawn, psi(ends, separation.SCALE))
    fine = np.linspace(places[0], places[-1], 20_001)
    along_line = ends[0] + (fine - fine[0])[:, None] * (ends[-1] - ends[0]) / (fine[-1] - fine[0])
    values = psi(along_line, separation.SCALE)
    integral = np.trapezoid(values, fine)
    threshold = np.sin(separation.ANGLE) + separation.DISTANCE
    assert integral == pytest.approx(float(radon_transform(separation.ANGLE, threshold, separation.SCALE)), abs=1e-6)
    texts = {text.get_text() for text in along.texts}
    areas = (np.trapezoid(np.maximum(sign * values, 0), fine) for sign in (1, -1))
    assert texts == {f"area {area:.3f}" for area in areas}
    assert along.get_title("left").endswith(f"integral {integral:.3f}".replace("-", "\u2212"))
