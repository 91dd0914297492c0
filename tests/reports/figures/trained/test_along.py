"""The figure of the edge of stability: its curves in the order of the theory, and its end as the caption says."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.training.train import TrainingPlan
from reports.figures.style import applied
from reports.figures.trained import along


def test_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    """On shorter runs than those of the report."""
    plans = {
        title: TrainingPlan(width=6, step_size=plan.step_size, steps=200, warmup_start=plan.warmup_start)
        for title, plan in along.PLANS.items()
    }
    monkeypatch.setattr(along, "PLANS", plans)
    monkeypatch.setattr(along, "SHOWN", (0, 10, 50, 200))
    monkeypatch.setattr(along, "DATA", 20)
    with applied():
        (plot,) = along.draw("quick", None)
    for axes, share in zip(plot.figure.axes, ("At the end it is {}", " and {} of"), strict=True):
        curves = {str(line.get_label()): np.asarray(line.get_ydata(), dtype=float) for line in axes.lines}
        assert np.all(curves["one and twice the stability norm"] <= curves["squared mean gradient"] * (1 + 1e-12))
        end = curves["sharpness"][-1] / curves["two over the step size"][-1]
        assert share.format(f"{end:.3f}") in plot.drawing.caption
