"""Sealed records: read as written, and not at all where a byte is another."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.sealed import read_sealed, write_sealed

RECORD = {"name": "α", "number": 1, "list": [1.5, None, True], "more": {}}


def test_read_as_written(tmp_path: Path) -> None:
    write_sealed(tmp_path / "record.json", RECORD)
    assert read_sealed(tmp_path / "record.json") == RECORD


def test_no_file_no_record(tmp_path: Path) -> None:
    assert read_sealed(tmp_path / "missing.json") is None
    assert read_sealed(tmp_path) is None


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"seal": 1}', "[" * 100_000, '{"seal": "\\ud800"', "nan"])
def test_anything_else_is_no_record(tmp_path: Path, text: str) -> None:
    (tmp_path / "record.json").write_text(text, encoding="utf-8")
    assert read_sealed(tmp_path / "record.json") is None


def test_every_byte_counts(tmp_path: Path) -> None:
    """But for white space, every change is seen."""
    file = tmp_path / "record.json"
    write_sealed(file, RECORD)
    whole = file.read_bytes()
    for place, byte in enumerate(whole):
        if byte not in b" \n":
            file.write_bytes(whole[:place] + bytes([byte ^ 1]) + whole[place + 1 :])
            assert read_sealed(file) is None, place
