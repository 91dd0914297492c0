"""The figures that are published are those of the run that is kept."""

from __future__ import annotations

import re
from pathlib import Path

from tests.benchmarks.results import read
from tests.benchmarks.table import markdown, table_rows

ROOT = Path(__file__).parents[2]
RESULTS = read(ROOT / "reports" / "data" / "benchmarks.json")


def test_the_page_has_its_tables() -> None:
    assert (ROOT / "docs" / "benchmarks.md").read_text("utf-8").endswith(f"## The tables\n\n{markdown(RESULTS)}")


def test_the_readme_has_rows_of_it() -> None:
    """Quantity, sizes, what it is held against, and the ratio."""
    section = (ROOT / "README.md").read_text("utf-8").split("## How fast\n")[1].split("\n## ")[0]
    rows = [tuple(line.strip("| ").split(" | ")) for line in re.findall(r"^\| .+ \|$", section, re.MULTILINE)[1:]]
    assert len(rows) >= 8
    measured = {(row.quantity, row.sizes, row.tolerance, row.rival, row.ratio) for row in table_rows(RESULTS)}
    assert set(rows) <= measured
