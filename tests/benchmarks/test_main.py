"""The command: what is done is not done again, an interruption loses one comparison, bad input is said."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks import picture, results
from tests.benchmarks.compare import Case, Settings
from tests.benchmarks.test_table import COMPARISON, MACHINE


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the cases that were run: made-up ones, of which the second is interrupted the first time."""
    runs: list[str] = []

    def case(name: str) -> Case:
        def run() -> dict[str, Any]:
            runs.append(name)
            if runs == ["group/one", "group/two"]:
                raise KeyboardInterrupt
            return COMPARISON

        return Case(name, run)

    def cases(_: Settings) -> list[Case]:
        return [case("group/one"), case("group/two"), case("other/three")]

    monkeypatch.setattr(command, "COMPARISONS", (SimpleNamespace(cases=cases),))
    monkeypatch.setattr(command, "description", lambda: MACHINE)
    monkeypatch.setattr(picture, "save", lambda *_: [])
    return runs


def test_an_interrupted_run_goes_on_where_it_stopped(made: list[str], tmp_path: Path) -> None:
    assert command.main(["--out", str(tmp_path)]) == 130
    assert list(results.read(tmp_path / "benchmarks.json")["cases"]) == ["group/one"]
    assert command.main(["--out", str(tmp_path)]) == 0
    assert made == ["group/one", "group/two", "group/two", "other/three"]
    assert (tmp_path / "benchmarks.md").is_file()


def test_one_comparison_or_a_group(made: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--out", str(tmp_path), "--only", "other"]) == 0
    assert command.main(["--out", str(tmp_path), "--only", "group/one"]) == 0
    assert made == ["other/three", "group/one"]
    assert command.main(["--out", str(tmp_path), "--only", "grou"]) == 2
    assert "no comparison is called grou" in capsys.readouterr().err


def test_results_of_another_size_are_refused(
    made: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--out", str(tmp_path), "--only", "other"]) == 0
    assert command.main(["--out", str(tmp_path), "--only", "other", "--size", "full"]) == 2
    assert "other conditions (size)" in capsys.readouterr().err
    assert command.main(["--out", str(tmp_path), "--only", "other", "--size", "full", "--again"]) == 0
    assert made == ["other/three"] * 2


def test_a_folder_that_cannot_be_made_is_said(made: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert command.main(["--out", str(tmp_path / "file" / "folder")]) == 3
    assert made == []
