"""The file of results: whole or not there, and never mixed with those of other conditions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import results

CONDITIONS = {"size": "small", "machine": {"processor": "a", "libraries": {"numpy": "2"}}}


def test_what_was_written_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.json"
    found = results.opened(path, CONDITIONS)
    assert found["cases"] == {}
    found["cases"]["one"] = {"quantity": "q"}
    results.write(path, found)
    assert results.opened(path, CONDITIONS)["cases"] == {"one": {"quantity": "q"}}
    assert [file.name for file in tmp_path.iterdir()] == ["benchmarks.json"]


def test_other_conditions_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.json"
    results.write(path, results.opened(path, CONDITIONS))
    other = {"size": "full", "machine": {"processor": "a", "libraries": {"numpy": "3"}}}
    with pytest.raises(results.ConditionsError, match=r"\(machine.libraries.numpy, size\)"):
        results.opened(path, other)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 2, "conditions": {}, "left_out": {}, "cases": {}}'])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "benchmarks.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"benchmarks.json (is no JSON|holds no results)"):
        results.read(path)
