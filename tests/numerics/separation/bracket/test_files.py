"""Brackets in files: what is written is read back, and every wrong entry is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics.separation.bracket.files import read_bracket, write_bracket
from numerics.separation.bracket.measures import DualMeasure
from numerics.separation.bracket.table import (
    bracket_path,
)
from tests.numerics.separation.bracket.brackets import small


def test_round_trip(tmp_path: Path) -> None:
    """What is written is read back exactly, and only the file remains."""
    bracket = small()
    path = bracket_path(Fraction(1), tmp_path)
    write_bracket(path, bracket)
    found = read_bracket(path)
    assert (found.lower, found.upper, found.norm) == (bracket.lower, bracket.upper, bracket.norm)
    assert found.measure.points.tolist() == bracket.measure.points.tolist()
    assert found.net.amplitudes.tolist() == bracket.net.amplitudes.tolist()
    assert list(tmp_path.iterdir()) == [path]


def test_only_symmetric_measures_are_written(tmp_path: Path) -> None:
    """The format keeps one point of each orbit, so others cannot be written."""
    measure = DualMeasure(np.array([[-1, 0], [0, 0], [1, 0]]), np.array([1, -2, 1]), 0, 2)
    with pytest.raises(ValueError, match="symmetries"):
        write_bracket(tmp_path / "file.json", replace(small(), measure=measure))
    assert not list(tmp_path.iterdir())


def changed(*keys: str, to: object) -> Callable[[dict[str, Any]], object]:
    """A change of one entry of the document."""

    def change(document: dict[str, Any]) -> object:
        place = document
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = to
        return document

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (changed("format", to="other"), "format"),
        (changed("step_size", to="3"), "between 0 and 2"),
        (changed("step_size", to="1/0"), "denominator 0"),
        (changed("step_size", to=1.0), "fraction in text"),
        (changed("lower", to=[]), "is not an object"),
        (changed("lower", "supremum", to="-1/2"), "fraction in text"),
        (changed("lower", "supremum", to="0"), "positive"),
        (changed("lower", "points", to=[[0, 0]]), "one point of the plane"),
        (changed("lower", "points", to=[[0, 0], [0, 0]]), "occurs twice"),
        (changed("lower", "points", to=[[0, 0], [1]]), "pairs"),
        (changed("lower", "masses", to=[1.5, 1]), "whole number"),
        (changed("lower", "masses", to=[True, 1]), "whole number"),
        (changed("lower", "masses", to=[2**70, 1]), "whole number"),
        (changed("lower", "more", to=1), "unknown: more"),
        (changed("upper", "lines", to="none"), "must be a list"),
        (changed("upper", "lines", to=[[99, 0]]), "is not in"),
        (changed("upper", "constant", to=None), "whole number"),
        (changed("upper", "error", to="nan"), "fraction in text"),
        (lambda document: {"format": document["format"]}, "missing or unknown"),
        (lambda _: [], "is not an object"),
    ],
)
def test_bad_files(tmp_path: Path, change: Callable[[dict[str, Any]], object], message: str) -> None:
    """Every entry of the wrong kind is named, together with the file."""
    path = tmp_path / "bracket.json"
    write_bracket(path, small())
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(ValueError, match=message) as caught:
        read_bracket(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", '{"format": NaN}', '{"format": 1, "format": 2}', "\x00", "[" * 100_000])
def test_no_document(tmp_path: Path, text: str) -> None:
    """Truncated, empty, repeated names, deep nesting."""
    path = tmp_path / "bracket.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="does not hold a bracket"):
        read_bracket(path)


def test_not_text(tmp_path: Path) -> None:
    """Bytes that are no text."""
    path = tmp_path / "bracket.json"
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ValueError, match="does not hold a bracket"):
        read_bracket(path)
