"""The table and the figure of made-up results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.benchmarks import picture, table
from tests.benchmarks.comparisons.growth import sizes


def method(name: str, seconds: float, ratio: float, **others: Any) -> dict[str, Any]:
    """A method with a spread of a tenth."""
    spread = {"median": seconds, "low": 0.9 * seconds, "high": 1.1 * seconds}
    ratios = {"median": ratio, "low": 0.9 * ratio, "high": 1.1 * ratio}
    empty = {"error": None, "width": None, "products": None, "share": None, "remark": ""}
    return {"name": name, "seconds": [seconds], **spread, "ratio": ratios, **empty, **others}


COMPARISON = {
    "quantity": "sharpness",
    "sizes": {"n": 1024, "k": 256, "d": 784},
    "facts": {"tolerance": 1e-10, "eigengap": 0.8123, "reference": "eigsh"},
    "gemm": {"numpy": 5e10},
    "load": 0.25,
    "methods": [
        method("own", 0.05, 1.0, share=0.625, error=2e-15),
        method("rival", 2.0, 40.0, error=3e-12, remark="guesses"),
        method("faster", 0.02, 0.4, error=2e-6),
    ],
    "left_out": {"slow": "takes minutes"},
}
POINTS = [{"n": n, "k": k, "d": d, "median": n * k / 1e6, "low": 0.1, "high": 0.2} for n, k, d in sizes((64, 32, 16))]
GROWTH = {
    "quantity": "norm",
    "load": 0.5,
    "points": POINTS,
    "exponents": {
        "n": {"value": 1.0, "error": 0.02},
        "k": {"value": 1.0, "error": 0.1},
        "d": {"value": 0.0, "error": 0.0},
    },
    "left_out": {},
}
MACHINE = {
    "processor": "P",
    "cores": 2,
    "system": "S",
    "python": "3.11",
    "libraries": {"numpy": "2.4", "torch": "2.13"},
    "blas": [{"internal_api": "openblas", "version": "0.3", "architecture": "Haswell", "num_threads": 2}],
    "torch": {"blas": "MKL", "kernel": "AVX2", "threads": 2},
}
RESULTS = {
    "conditions": {"machine": MACHINE},
    "left_out": {"large": "needs MNIST"},
    "cases": {"sharpness/a/b/c": COMPARISON, "growth/norm": GROWTH},
}


def test_a_row_for_each_rival() -> None:
    first, second = table.table_rows(RESULTS)
    assert first == (
        *("sharpness", "1,024, 256, 784", "1e-10", "0.81", "50 ms", "62%", "2e-15"),
        *("rival", "2 s", "3e-12", "40 (36 to 44)"),
    )
    assert (second.rival, second.their_error, second.ratio) == ("faster", "2e-06 (missed)", "0.4 (0.36 to 0.44)")


def test_all_that_was_measured_or_left_out_is_told() -> None:
    text = table.markdown(RESULTS)
    for part in (
        "| norm | 1.00 ± 0.02 | 1.00 ± 0.10 | 0.00 ± 0.00 |",
        "- rival: guesses",
        "- large: needs MNIST",
        "- sharpness/a/b: slow: takes minutes",
        "P, 2 cores, S, Python 3.11; NumPy 2.4 with openblas 0.3 (Haswell, 2 threads); PyTorch 2.13 with MKL",
        "Load before the comparisons: 0.5 at most.",
    ):
        assert part in text
    widths = {line.count("|") for line in text.split("\n\n")[0].splitlines()}
    assert widths == {len(table.HEADINGS) + 1}


def test_the_figure_shows_every_ratio_and_every_curve(tmp_path: Path) -> None:
    figure = picture.draw(RESULTS)
    *growths, ratios = figure.axes
    assert [np.size(axes.lines[0].get_xdata()) for axes in growths] == [5, 5, 5]
    assert [bar.get_x() + bar.get_width() for bar in ratios.patches] == pytest.approx([40.0, 0.4])  # type: ignore[attr-defined]
    assert [file.stat().st_size > 0 for file in picture.save(RESULTS, tmp_path)] == [True, True]
    with pytest.raises(ValueError, match="no results"):
        picture.draw({"cases": {}})
