"""The runs of a sweep as figures show them: which count, in which colours, and what is said of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics.measurement import Measurement
from numerics.training.sweep import SweepRun
from reports.figures.style import BLUE, VERMILION

COLOURS = {"standardised": BLUE, "raw": VERMILION}
MARKERS = {"standardised": "o", "raw": "s"}

Described = tuple[Figure, str, str]
"""A figure, its caption in Markdown, and a description in plain text."""


def measured(runs: Sequence[SweepRun]) -> list[Measurement]:
    """The measurements of the runs that count."""
    return [run.measurement for run in runs if run.counted and run.measurement]


def by_preprocessing(runs: Sequence[SweepRun]) -> dict[str, list[SweepRun]]:
    """The runs of each preprocessing, by step size."""
    names = dict.fromkeys(run.preprocessing for run in runs)
    ordered = sorted(runs, key=lambda run: run.plan.step_size)
    return {name: [run for run in ordered if run.preprocessing == name] for name in names}


def reasons(runs: Sequence[SweepRun]) -> list[str]:
    """Why each run is not counted, in a word or two."""
    return [run.reason.partition(":")[0] for run in runs]


def tally(runs: Sequence[SweepRun]) -> str:
    """How many runs there are, which are not counted, and which have data at kinks."""
    counted = measured(runs)
    kinked = [each.near_kinks for each in counted if each.near_kinks]
    lost = Counter(reasons([run for run in runs if not run.counted]))
    text = f"Of {len(runs)} runs {len(counted)} count"
    if lost:
        text += f"; {' and '.join(f'{count} {reason}' for reason, count in lost.items())} (crosses) do not"
    if kinked:
        some = f"{min(kinked)} to {max(kinked)} of {counted[0].n * counted[0].k:,}"
        text += f"; {len(kinked)} have near-kinks ({some} pairs with a neuron) and are drawn hollow"
    return text + "."


def scatter(axes: Axes, points: Sequence[tuple[float, float, Measurement]], name: str, *, joined: bool = False) -> None:
    """Points of one preprocessing: filled where the net is differentiable at the data, hollow where it is not."""
    if joined:
        axes.plot([x for x, _, _ in points], [y for _, y, _ in points], color=COLOURS[name], linewidth=0.7, zorder=2)
    for smooth, face in ((True, COLOURS[name]), (False, "white")):
        chosen = [(x, y) for x, y, each in points if (each.near_kinks == 0) == smooth]
        axes.plot(
            [x for x, _ in chosen], [y for _, y in chosen],
            linestyle="none", marker=MARKERS[name], color=COLOURS[name], markerfacecolor=face, zorder=3,
        )  # fmt: skip
