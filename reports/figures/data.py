"""What a figure draws, as CSV: every point of every curve, mark and bar; of heat maps only that they are there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

COLUMNS = ("panel", "x axis", "y axis", "series", "x", "y")

EVERY = "every"
"""Stands for the frame where all frames show the same."""

Row = tuple[str, ...]
Point = tuple[str, float, float]


def table(figure: Figure) -> str:
    """CSV with the columns ``COLUMNS``; a bar gives its two ends, a line of a bundle its two ends."""
    return _csv([COLUMNS, *_rows(figure)])


def table_of_frames(frames: Mapping[str, Figure]) -> str:
    """CSV of figures by their names, with these in a column before ``COLUMNS``; what is in all of them stands once."""
    rows = {name: list(_rows(figure)) for name, figure in frames.items()}
    shared = set.intersection(*map(set, rows.values()))
    common = [(EVERY, *row) for row in dict.fromkeys(row for each in rows.values() for row in each) if row in shared]
    own = [(name, *row) for name, each in rows.items() for row in each if row not in shared]
    return _csv([("frame", *COLUMNS), *common, *own])


def _csv(rows: Iterable[Row]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _rows(figure: Figure) -> Iterator[Row]:
    """A row for each point; six digits are more than the eye sees."""
    for place, axes in enumerate(figure.axes, start=1):
        panel = axes.get_title(loc="left") or axes.get_title() or str(place)
        for series, x, y in _drawn(axes):
            yield panel, axes.get_xlabel(), axes.get_ylabel(), series, f"{x:.6g}", f"{y:.6g}"


def _drawn(axes: Axes) -> Iterator[Point]:
    for line in axes.lines:
        if line.get_transform() is axes.transData:  # what is placed on the panel, not at data, shows no data
            yield from _points(_named(line.get_label(), "curve"), line.get_xdata(), line.get_ydata())
    for collection in axes.collections:
        if isinstance(collection, LineCollection):
            for ends in collection.get_segments():
                yield from _points(_named(collection.get_label(), "lines"), *np.asarray(ends).T)
        elif isinstance(collection, PathCollection):
            yield from _points(_named(collection.get_label(), "marks"), *np.asarray(collection.get_offsets()).T)
    for patch in axes.patches:
        if isinstance(patch, Rectangle):
            middle = patch.get_y() + patch.get_height() / 2
            yield from _points("bar", [patch.get_x(), patch.get_x() + patch.get_width()], [middle, middle])


def _points(series: str, x: Any, y: Any) -> Iterator[Point]:
    for across, up in zip(np.ravel(x), np.ravel(y), strict=True):
        yield series, float(across), float(up)


def _named(label: object, otherwise: str) -> str:
    return otherwise if str(label).startswith("_") else str(label)
