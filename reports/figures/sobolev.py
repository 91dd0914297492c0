"""Smooth functions are approximated by stable minima of every width at one step size; the pyramid is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics.sobolev.growing_width import Contrast, Row, ball_points, pyramid_contrast, sampled_contrast, sampled_rows
from numerics.sobolev.ridgelet import GaussianBump
from numerics.training.mnist import data_digest
from reports.figures import Drawing, Plot
from reports.figures.style import (
    BLUE,
    GREEN,
    INK,
    SOFT,
    VERMILION,
    few_ticks,
    label,
    new_figure,
    new_thumbnail,
    plain_ticks,
)

DIMENSIONS = (1, 2, 3)
COLOURS, MARKERS, LINES = (BLUE, VERMILION, GREEN), "os^", ("-", "--", "-.")
"""What each dimension is drawn in."""
WIDTHS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
PLANE_WIDTHS = (128, 256, 512, 1024, 2048, 4096, 8192)
RADIUS = 2
PLANE_RADIUS = 4.0
SMOOTHINGS = (0.4, 0.2, 0.1, 0.05, 0.03)
DATA, DRAWS, SEED = 64, 16, 0


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figure at every profile."""
    rows = [sampled_rows(GaussianBump(d), RADIUS, WIDTHS, data=DATA, draws=DRAWS, seed=SEED) for d in DIMENSIONS]
    smooth = sampled_contrast(GaussianBump(2), PLANE_RADIUS, PLANE_WIDTHS, seed=SEED)
    yield plot(rows, smooth, pyramid_contrast(PLANE_RADIUS, SMOOTHINGS))


def plot(rows: Sequence[Sequence[Row]], smooth: Sequence[Contrast], rough: Sequence[Contrast]) -> Plot:
    """Error and sharpness against the width, for each dimension, and two functions' norms against their errors."""
    figure = new_figure(2.75)
    errors, sharpnesses, norms = figure.subplots(1, 3)
    _draw_errors(errors, rows)
    _draw_sharpness(sharpnesses, rows)
    _draw_norms(norms, smooth, rough)
    step_sizes = ", ".join(f"${row[0].step_size:.3f}$ for $d = {d}$" for d, row in zip(DIMENSIONS, rows, strict=True))
    staying = max(row.staying or 0.0 for by_width in rows for row in by_width)
    caption = (
        "Nets that sample the neurons of $f = e^{-\\lVert x\\rVert^2/2}$ on the ball of radius 2. Left: the largest "
        f"error on the ball, the mean over {DRAWS} draws (marks), and the bound proved for it, "
        f"$\\frac52\\lvert\\alpha\\rvert R\\,k^{{-1/2}}$ (lines). Middle: the sharpness on {DATA} data with the net's "
        "own values as labels (marks), and a bound for every width (lines). Gradient descent with the step size 2 over "
        f"that bound, {step_sizes}, stays at the nets of every width: in 200 steps a small deviation is multiplied by "
        f"at most {staying:.2f}. Right: on the disc of radius 4 the stability norm of such nets stays the same as the "
        "error falls (circles); that of nets of the pyramid, with up to "
        f"{max(one.width for one in rough):,} neurons, grows without bound (squares)."
    )
    alternative = (
        "Error falls with width like one over its root; sharpness stays below a common bound; the stability norm of "
        "the smooth function is constant as the error falls, that of the pyramid grows."
    )
    drawing = Drawing("approximation-width", caption, alternative, str(SEED), _digests())
    return Plot(drawing, figure, _small(rows[DIMENSIONS.index(2)]))


def _small(rows: Sequence[Row]) -> Figure:
    figure, axes = new_thumbnail()
    bound = rows[0].sharpness_bound
    axes.loglog(WIDTHS, [row.sharpness for row in rows], "s", color=BLUE, markersize=3.5)
    axes.loglog(WIDTHS, [bound] * len(WIDTHS), "--", color=BLUE)
    axes.loglog(WIDTHS, [row.error for row in rows], "o", color=VERMILION, markersize=3.5)
    label(axes, "bound for all widths", (WIDTHS[0], bound), (0, -7), color=BLUE)
    label(axes, "sharpness", (WIDTHS[-1], rows[-1].sharpness), (0, -8), color=BLUE, ha="right")
    label(axes, "error", (WIDTHS[3], rows[3].error), (-4, -8), color=VERMILION, ha="right")
    axes.set(xlabel="width", ylim=(0.03, 30))
    _widths(axes)
    few_ticks(axes.yaxis, (0.1, 1, 10))
    return figure


def _digests() -> tuple[tuple[str, str], ...]:
    """The data of each dimension, without labels: those are the nets' own values."""
    points = ((d, ball_points(d, RADIUS, DATA, np.random.default_rng(SEED))) for d in DIMENSIONS)
    return tuple((f"{DATA} points in d = {d}", data_digest(x, np.zeros(len(x)))) for d, x in points)


def _draw_errors(axes: Axes, rows: Sequence[Sequence[Row]]) -> None:
    for d, colour, marker, line, by_width in zip(DIMENSIONS, COLOURS, MARKERS, LINES, rows, strict=True):
        errors, bounds = [row.error for row in by_width], [row.error_bound for row in by_width]
        axes.loglog(WIDTHS, errors, marker, color=colour, markersize=3.5, label=f"d = {d}")
        axes.loglog(WIDTHS, bounds, line, color=colour, linewidth=1.0, label=f"d = {d}, bound")
        label(axes, f"$d = {d}$", (WIDTHS[-1], bounds[-1]), (4, 0), color=colour)
    # room for the labels beside the lines
    axes.set(title=r"error $\sup|f_k - f|$", xlabel="width $k$", xlim=(WIDTHS[0] / 1.4, 5 * WIDTHS[-1]))
    _widths(axes)
    plain_ticks(axes.yaxis)


def _draw_sharpness(axes: Axes, rows: Sequence[Sequence[Row]]) -> None:
    for d, colour, marker, line, by_width in zip(DIMENSIONS, COLOURS, MARKERS, LINES, rows, strict=True):
        bounds = [row.sharpness_bound for row in by_width]
        axes.semilogx(WIDTHS, [row.sharpness for row in by_width], marker, color=colour, markersize=3.5)
        axes.semilogx(WIDTHS, bounds, line, color=colour, linewidth=1.0)
        label(axes, f"$d = {d}$", (WIDTHS[0], bounds[0]), (0, 6), color=colour)
    axes.set(title="sharpness", xlabel="width $k$", ylim=(1, 40), yscale="log")
    _widths(axes)
    plain_ticks(axes.yaxis)
    label(axes, "bounds for all widths", (WIDTHS[-1], rows[-1][0].sharpness_bound), (0, 6), ha="right", color=SOFT)
    label(axes, "nets", (WIDTHS[-1], max(by_width[-1].sharpness for by_width in rows)), (0, 9), ha="right", color=SOFT)


def _draw_norms(axes: Axes, smooth: Sequence[Contrast], rough: Sequence[Contrast]) -> None:
    for contrasts, colour, marker in ((rough, INK, "s"), (smooth, VERMILION, "o")):
        errors, values = (np.array([getattr(c, name) for c in contrasts]) for name in ("error", "norm"))
        axes.semilogx(errors, values, color=colour, marker=marker, markersize=3.5, linewidth=1.0)
    axes.set(title="stability norm", xlabel="error", ylim=(0, None))
    axes.invert_xaxis()
    plain_ticks(axes.xaxis)
    label(axes, "pyramid", (rough[-1].error, rough[-1].norm), (-8, 0), ha="right")
    label(axes, "smooth bump", (smooth[-1].error, smooth[-1].norm), (2, 8), color=VERMILION, ha="right")


def _widths(axes: Axes) -> None:
    few_ticks(axes.xaxis, WIDTHS[::4])
