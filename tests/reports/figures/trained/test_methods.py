"""The figure of other methods: what each network takes of what is allowed, in the order of the theory."""

from __future__ import annotations

import numpy as np
import pytest

from reports.figures.style import applied
from reports.figures.trained import methods


def test_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """On smaller networks and shorter runs than those of the report; what was not computed leaves no mark."""
    monkeypatch.setattr(methods, "SIZES", {"quick": (20, 6, 150)})
    with applied():
        (plot,) = methods.draw("quick", None)
    (axes,) = plot.figure.axes
    rows = [text.get_text() for text in axes.get_yticklabels()]
    assert len(rows) == 12
    curves = {str(line.get_label()): np.asarray(line.get_xdata(), dtype=float) for line in axes.lines}
    gradient, norm = curves["squared mean gradient"], curves["one and twice the stability norm"]
    assert np.isfinite(gradient).all()
    with_norm = np.isfinite(norm)
    assert [row.split(",")[0] for row, there in zip(rows, with_norm, strict=True) if not there] == [
        "Adam",
        "Adam",
        "three hidden layers",
        "three hidden layers",
    ]
    assert (norm[with_norm] <= gradient[with_norm] * (1 + 1e-9)).all()
    assert np.isnan(curves["sharpness"]).tolist() == [row.startswith("logistic") for row in rows]
