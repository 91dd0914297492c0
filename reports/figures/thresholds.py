"""Up to which step size labels can be interpolated stably: shallow nets of any width against two hidden layers."""

from __future__ import annotations

from collections.abc import Iterator

from numerics.exact.balls import lower
from numerics.separation.planar.exact_norm import smallest_interpolating_norm
from numerics.separation.planar.planar_sets import CROSS, FIVE_BY_FIVE, GRID, SEVENTEEN
from numerics.separation.planar.two_layers import exact_sharpness, origin_bump
from reports.figures import Drawing, Plot
from reports.figures.style import BLUE, INK, RULE, SOFT, VERMILION, label, new_figure, plain_ticks

SETS = {"cross": CROSS, "3 × 3 grid": GRID, "5 × 5 grid": FIVE_BY_FIVE, "17 points": SEVENTEEN}
"""Planar sets with label 1 at the origin and 0 elsewhere."""


def draw(profile_name: str) -> Iterator[Plot]:  # noqa: ARG001
    """The same figure at every profile: all its numbers are enclosed."""
    figure = new_figure(2.1)
    axes = figure.add_subplot()
    limits = {}
    for place, (name, data) in enumerate(SETS.items()):
        shallow = float(smallest_interpolating_norm(data.points, data.labels).shallow_limit.mid())
        deep = float(lower(exact_sharpness(origin_bump(), data.points, data.labels).largest_stable_step))
        limits[name] = (shallow, deep)
        axes.plot([shallow, deep], [place, place], color=RULE, linewidth=5, solid_capstyle="butt", zorder=1)
        axes.plot([shallow], [place], "o", color=BLUE, markersize=6)
        axes.plot([deep], [place], "s", color=VERMILION, markersize=6)
        label(axes, f"{shallow:.3f}", (shallow, place), (-6, 0), ha="right")
        label(axes, f"{deep:.3f}", (deep, place), (6, 0))
    axes.axvline(2, color=INK, linewidth=0.8)
    label(axes, "2", (2, len(SETS) - 0.55), (0, 5), ha="center", color=SOFT)
    first = limits["cross"]
    label(axes, "no shallow net above", (first[0], 0), (-34, 0), color=BLUE, ha="right")
    label(axes, "two hidden layers", (limits["17 points"][0], len(SETS) - 1), (60, 9), color=VERMILION)
    axes.set(xscale="log", xlim=(0.03, 3.2), ylim=(-0.6, len(SETS) - 0.4), xlabel="step size η")
    axes.set_yticks(range(len(SETS)), list(SETS))
    axes.tick_params(axis="y", length=0)
    plain_ticks(axes.xaxis)
    factors = ", ".join(f"{deep / shallow:.2f} ({name})" for name, (shallow, deep) in limits.items())
    caption = (
        "Labels 1 at the origin and 0 at the other points of four planar sets. Circles: above this step size no "
        "shallow net of any width is a stable interpolating minimum (exact, by the least norm). Squares: up to this "
        f"one a net with two hidden layers is. The second layer allows larger steps by the factors {factors}; no "
        "differentiable minimum is stable above 2."
    )
    alternative = (
        "Four rows, one for each data set: a circle where shallow nets end, from 0.056 to 1.38, and a square where two "
        "hidden layers end, between 1.8 and 2."
    )
    yield Plot(Drawing("thresholds", caption, alternative, "none", ()), figure)
