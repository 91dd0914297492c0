"""The layout of audits: names in a column, reasons below their value, sentences around."""

from __future__ import annotations

from numerics.audit.shown.table import between, filled, laid_out


def test_remarks_lines_and_notes() -> None:
    rows = [("n", "3"), ("sharpness", "4 to 5", "in floats"), ("loss", "0", "")]
    shown = laid_out(rows, ["One.", "Two."], ["Read."])
    assert shown == "Read.\n\nn          3\nsharpness  4 to 5\n           (in floats)\nloss       0\n\nOne.\nTwo."


def test_sentences_are_not_broken_at_hyphens() -> None:
    assert filled("an all-but-output-bias", 20).splitlines() == ["an", "all-but-output-bias"]


def test_ends() -> None:
    assert between((1.0, 1.0 + 1e-12)) == "1"
    assert between((1.0, 1.001)) == "1 to 1.001"
    assert between(None) == "-"
