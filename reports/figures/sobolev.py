"""Smooth functions are approximated by stable minima of every width at one step size; the pyramid is not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes

from numerics.sobolev.growing_width import Contrast, Row, ball_points, pyramid_contrast, sampled_contrast, sampled_rows
from numerics.sobolev.ridgelet import GaussianBump
from numerics.training.mnist import data_digest
from reports.figures import Drawing, Plot
from reports.figures.style import BLUE, GREEN, INK, SOFT, VERMILION, label, new_figure, plain_ticks

DIMENSIONS = (1, 2, 3)
COLOURS = (BLUE, VERMILION, GREEN)
WIDTHS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
PLANE_WIDTHS = (128, 256, 512, 1024, 2048, 4096, 8192)
RADIUS = 2
PLANE_RADIUS = 4.0
SMOOTHINGS = (0.4, 0.2, 0.1, 0.05, 0.03)
DATA, DRAWS, SEED = 64, 16, 0


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figure at every profile: it takes a quarter of a minute."""
    rows = [sampled_rows(GaussianBump(d), RADIUS, WIDTHS, data=DATA, draws=DRAWS, seed=SEED) for d in DIMENSIONS]
    smooth = sampled_contrast(GaussianBump(2), PLANE_RADIUS, PLANE_WIDTHS, seed=SEED)
    rough = pyramid_contrast(PLANE_RADIUS, SMOOTHINGS)
    figure = new_figure(2.75)
    errors, sharpnesses, norms = figure.subplots(1, 3, width_ratios=(1, 1, 1))
    _draw_errors(errors, rows)
    _draw_sharpness(sharpnesses, rows)
    _draw_norms(norms, smooth, rough)
    step_sizes = ", ".join(
        f"$\\eta = {row[0].step_size:.3f}$ for $d = {d}$" for d, row in zip(DIMENSIONS, rows, strict=True)
    )
    staying = max(row.staying or 0.0 for by_width in rows for row in by_width)
    caption = (
        "Nets that sample the neurons of $f = e^{-\\lvert x\\rvert^2/2}$ on the ball of radius 2. Left: the largest "
        f"error on the ball, the mean over {DRAWS} draws (points), and the bound proved for it, "
        f"$\\frac52\\lvert\\alpha\\rvert R\\,k^{{-1/2}}$ (lines). Middle: the sharpness on {DATA} data points, "
        "with the net's own values as labels (points), and the bound that holds at every width (lines). "
        f"Gradient descent with the step size 2 over the bound, {step_sizes}, "
        f"stays at these minima at every width: in 200 steps a small deviation "
        f"changes by a factor of at most {staying:.2f}. Right: the stability norm against the error in the plane, $X$ "
        "uniform on the disc of radius 4, for the same smooth function and for nets of the pyramid "
        f"$(1-\\lvert x\\rvert_1)_+$ with up to {max(one.width for one in rough):,} neurons: its norm grows "
        "without bound."
    )
    alternative = (
        "Error falls with width like one over its root; sharpness stays below a common bound; the stability norm of "
        "the smooth function is constant as the error falls, that of the pyramid grows."
    )
    yield Plot(Drawing("approximation-width", caption, alternative, str(SEED), _digests()), figure)


def _digests() -> tuple[tuple[str, str], ...]:
    """The data of each dimension, without labels: those are the nets' own values."""
    points = ((d, ball_points(d, RADIUS, DATA, np.random.default_rng(SEED))) for d in DIMENSIONS)
    return tuple((f"{DATA} points in d = {d}", data_digest(x, np.zeros(len(x)))) for d, x in points)


def _draw_errors(axes: Axes, rows: list[tuple[Row, ...]]) -> None:
    for d, colour, by_width in zip(DIMENSIONS, COLOURS, rows, strict=True):
        axes.loglog(WIDTHS, [row.error for row in by_width], "o", color=colour, markersize=3.5, label=f"$d = {d}$")
        axes.loglog(WIDTHS, [row.error_bound for row in by_width], color=colour, linewidth=0.9)
    axes.legend(loc="lower left", handletextpad=0.1, borderaxespad=0.1)
    axes.set(title=r"error $\sup|f_k - f|$", xlabel="width $k$")
    _widths(axes)
    plain_ticks(axes.yaxis)
    label(axes, "proved", (WIDTHS[4], rows[2][4].error_bound), (4, 5), color=SOFT)


def _draw_sharpness(axes: Axes, rows: list[tuple[Row, ...]]) -> None:
    for colour, by_width in zip(COLOURS, rows, strict=True):
        axes.semilogx(WIDTHS, [row.sharpness for row in by_width], "o", color=colour, markersize=3.5)
        axes.semilogx(WIDTHS, [row.sharpness_bound for row in by_width], color=colour, linewidth=0.9)
    axes.set(title=r"sharpness $\lambda_{\max}$", xlabel="width $k$", ylim=(1, 40))
    axes.set_yscale("log")
    _widths(axes)
    plain_ticks(axes.yaxis)
    label(axes, "bounds for all widths", (WIDTHS[0], rows[2][0].sharpness_bound), (0, 6), color=SOFT)


def _draw_norms(axes: Axes, smooth: tuple[Contrast, ...], rough: tuple[Contrast, ...]) -> None:
    for contrasts, colour, marker in ((rough, INK, "s"), (smooth, VERMILION, "o")):
        errors, values = (np.array([getattr(c, name) for c in contrasts]) for name in ("error", "norm"))
        axes.semilogx(errors, values, color=colour, marker=marker, markersize=3.5, linewidth=0.9)
    axes.set(title=r"stability norm", xlabel="error", ylim=(0, None))
    axes.invert_xaxis()
    plain_ticks(axes.xaxis)
    label(axes, "pyramid", (rough[-1].error, rough[-1].norm), (-6, 3), ha="right")
    label(axes, "Gaussian bump", (smooth[-1].error, smooth[-1].norm), (2, 8), color=VERMILION, ha="right")


def _widths(axes: Axes) -> None:
    axes.set_xticks(WIDTHS[::4], [str(width) for width in WIDTHS[::4]])
    axes.set_xticks([], minor=True)
