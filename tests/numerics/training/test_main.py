"""The sweep's command: its table, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from numerics.training import __main__ as command
from numerics.training.__main__ import main
from numerics.training.mnist import Preprocessing
from numerics.training.sweep import SweepPlan
from numerics.training.train import TrainingPlan
from tests.numerics.training.test_sweep import DEAD, DIVERGING, SHORT

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: tuple[tuple[Preprocessing, TrainingPlan], ...] = (("raw", SHORT), ("standardised", DEAD), ("raw", DIVERGING))
    monkeypatch.setattr(command, "profile", lambda name, *, seed: SweepPlan(f"{name} {seed}", 20, runs))


def test_a_row_for_each_run(tmp_path: Path, capsys: Captured) -> None:
    """Made once, and read the second time."""
    arguments = ["--cache", str(tmp_path), "--workers", "1"]
    assert main(arguments) == 0
    table = capsys.readouterr().out
    head, *rows = table.splitlines()
    assert head.split("  ")[0] == "data"
    assert [row.split()[:3] for row in rows[:2]] == [["raw", "0.2", "20"], ["standardised", "1", "300"]]
    assert "  no: not converged: loss" in rows[0]
    assert rows[2].split()[3:7] == ["-"] * 4
    assert len(list(tmp_path.glob("*.npz"))) == 3
    assert main(arguments) == 0
    assert capsys.readouterr().out == table


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--workers", "0"], "error: workers must be at least 1, not 0\n"),
        (["--mnist", "/nowhere/at/all"], "error: the MNIST folder /nowhere/at/all does not exist"),
        (["--scheduler", "localhost"], "error: a scheduler has an address such as tcp://host:8786, not 'localhost'\n"),
    ],
)
def test_bad_input(tmp_path: Path, capsys: Captured, arguments: list[str], words: str) -> None:
    assert main(["--cache", str(tmp_path), *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(words)
    assert len(captured.err.splitlines()) == 1


def test_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run_sweep", interrupted)
    assert main(["--cache", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "interrupted; finished runs are kept\n"
