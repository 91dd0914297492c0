"""reports.figures.data: what is drawn, in numbers."""

from __future__ import annotations

import csv
import io

from matplotlib.figure import Figure

from reports.figures.data import COLUMNS, EVERY, table, table_of_frames


def test_every_kind_of_mark() -> None:
    """Curves by their labels, scattered marks, bars by their ends; lines across a panel are no data."""
    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.plot([1, 2], [3, 4.5], label="nets")
    left.axvline(7)
    left.set(title="a panel", xlabel="step size", ylabel="norm")
    right.scatter([5], [6])
    right.barh(1, 0.5, left=0.25, height=0.6)
    rows = list(csv.reader(io.StringIO(table(figure))))
    assert rows == [
        list(COLUMNS),
        ["a panel", "step size", "norm", "nets", "1", "3"],
        ["a panel", "step size", "norm", "nets", "2", "4.5"],
        ["2", "", "", "marks", "5", "6"],
        ["2", "", "", "bar", "0.25", "1"],
        ["2", "", "", "bar", "0.75", "1"],
    ]


def test_what_frames_share_stands_once() -> None:
    """Before what is in one of them alone; nothing is lost, the same point twice in a frame neither."""
    frames = {}
    for name, y in (("one", 1 / 3), ("two", 2.0)):
        frames[name] = Figure()
        axes = frames[name].subplots()
        axes.plot([1, 2], [3, 4], label="bound")
        axes.plot([5, 5], [y, y], label="net")
    rows = list(csv.reader(io.StringIO(table_of_frames(frames))))
    assert rows == [
        ["frame", *COLUMNS],
        [EVERY, "1", "", "", "bound", "1", "3"],
        [EVERY, "1", "", "", "bound", "2", "4"],
        *[["one", "1", "", "", "net", "5", "0.333333"]] * 2,
        *[["two", "1", "", "", "net", "5", "2"]] * 2,
    ]
