"""The results as one figure: the cost against n, k and d, and the ratios to the methods of others as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures import style
from tests.benchmarks.table import missed

_TITLES = {"n": "n data", "k": "k neurons", "d": "d inputs"}
_BAR = 0.14
"""Inches for a bar and what surrounds it."""
_TOLERANCE = 1e-10


class _Bar(NamedTuple):
    """A line beside the bars: a heading, without a ratio, or a rival with the ratio and the colour of its bar."""

    label: str
    ratio: Mapping[str, float] | None = None
    colour: str = ""


def draw(results: Mapping[str, Any]) -> Figure:
    """The figure; a part without results is left out. Every bar shows the median, a line on it the quartiles.

    Raises:
        ValueError: there are no results at all.
    """
    growths = [record for record in results["cases"].values() if record.get("points")]
    bars = _bars(results)
    if not growths and not bars:
        raise ValueError("there are no results to be drawn")
    heights = [3.2] * bool(growths) + [0.6 + _BAR * len(bars)] * bool(bars)
    figure = style.new_figure(sum(heights))
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    if growths:
        _growths(parts[0].subplots(1, 3, sharey=True), growths)
    if bars:
        _ratios(parts[-1].subplots(), bars)
    return figure


def save(results: Mapping[str, Any], folder: Path, name: str = "benchmarks") -> list[Path]:
    """Write the figure as SVG and PNG into the folder, and return the files. Errors as for `draw`."""
    files = [folder / f"{name}{ending}" for ending in (".svg", ".png")]
    with style.applied():
        figure = draw(results)
        for file in files:
            figure.savefig(file)
    return files


def _growths(panels: Sequence[Axes], growths: Sequence[Mapping[str, Any]]) -> None:
    for axes, (letter, title) in zip(panels, _TITLES.items(), strict=True):
        for record, colour in zip(growths, style.shades(len(growths)), strict=True):
            points = _along(record["points"], letter)
            sizes, medians = [point[letter] for point in points], [point["median"] for point in points]
            fitted = ", ".join(f"{record['exponents'][each]['value']:.1f}" for each in "nkd")
            axes.plot(sizes, medians, "o-", color=colour, label=f"{record['quantity']} ({fitted})", markersize=2.5)
        axes.set(xscale="log", yscale="log", xlabel=title)
        style.few_ticks(axes.xaxis, [point[letter] for point in _along(growths[0]["points"], letter)])
    panels[0].set_ylabel("seconds")
    figure = panels[0].get_figure()
    assert figure is not None
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, title="exponents of n, k, d in brackets")


def _along(points: Sequence[Mapping[str, Any]], letter: str) -> list[Mapping[str, Any]]:
    """The points at which the other two sizes are those that occur most often, which is in the middle."""
    others = [other for other in "nkd" if other != letter]
    values = {other: [point[other] for point in points] for other in others}
    middle = {other: max(values[other], key=values[other].count) for other in others}
    chosen = [point for point in points if all(point[other] == middle[other] for other in others)]
    return sorted(chosen, key=lambda point: int(point[letter]))


def _bars(results: Mapping[str, Any]) -> list[_Bar]:
    """A heading for each comparison, without a ratio, and a bar for each rival in it."""
    bars: list[_Bar] = []
    for record in results["cases"].values():
        rivals = record.get("methods", [])[1:]
        # the table has the looser tolerance too
        if rivals and record["facts"].get("tolerance", 0.0) <= _TOLERANCE:
            sizes = ", ".join(f"{record['sizes'][letter]:,}" for letter in "nkd")
            bars.append(_Bar(f"{record['quantity']} ({sizes})"))
            bars += [_Bar(method["name"], method["ratio"], _colour(record, method)) for method in rivals]
    return bars


def _colour(record: Mapping[str, Any], method: Mapping[str, Any]) -> str:
    if missed(record, method):
        return style.RULE
    return style.BLUE if method["ratio"]["median"] >= 1 else style.VERMILION


def _ratios(axes: Axes, bars: Sequence[_Bar]) -> None:
    drawn = [(place, bar, bar.ratio) for place, bar in enumerate(bars) if bar.ratio is not None]
    places, medians = [place for place, _, _ in drawn], [ratio["median"] for _, _, ratio in drawn]
    below = [ratio["median"] - ratio["low"] for _, _, ratio in drawn]
    above = [ratio["high"] - ratio["median"] for _, _, ratio in drawn]
    widths, colours = [median - 1 for median in medians], [bar.colour for _, bar, _ in drawn]
    axes.barh(places, widths, left=1, height=0.7, color=colours)
    axes.errorbar(medians, places, xerr=[below, above], fmt="none", ecolor=style.INK, elinewidth=0.7)
    axes.set_yticks(range(len(bars)), [bar.label for bar in bars], fontsize=6.5)
    for text, bar in zip(axes.get_yticklabels(), bars, strict=True):
        text.set_fontweight("bold" if bar.ratio is None else "normal")
    axes.tick_params(axis="y", length=0)
    axes.set(
        xscale="log",
        xlabel="their time over ours, with quartiles; grey: tolerance missed",
        ylim=(len(bars) - 0.5, -0.5),
    )
    style.plain_ticks(axes.xaxis)
    axes.axvline(1, color=style.SOFT, linewidth=0.6)
