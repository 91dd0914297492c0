"""How many workers a run gets."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import joblib
import pytest

from proofs_checks.run.distribution import MOST, pytest_cmdline_main, workers

OPTIONS: dict[str, Any] = {
    "keyword": "",
    "collectonly": False,
    "maxfail": 0,
    "usepdb": False,
    "trace": False,
    "capture": "fd",
    "numprocesses": None,
    "dist": "no",
    "tx": [],
}


@pytest.fixture(autouse=True)
def cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of four."""
    monkeypatch.setattr(joblib, "cpu_count", lambda: 4)


def config(folder: Path, *arguments: str, **options: Any) -> pytest.Config:
    """The configuration of a run of pytest in a folder, of its folder ``rooms`` with a file ``test_a.py`` in it."""
    (folder / "rooms").mkdir()
    (folder / "rooms" / "test_a.py").touch()
    named = SimpleNamespace(**OPTIONS | options)
    return cast(
        pytest.Config,
        SimpleNamespace(
            args=list(arguments or ("rooms",)),
            option=named,
            getoption=lambda name, default=None: getattr(named, name, default),
            invocation_params=SimpleNamespace(dir=folder),
        ),
    )


def test_folders_take_all_cores(tmp_path: Path) -> None:
    assert workers(config(tmp_path, "rooms", ".")) == 4


@pytest.mark.parametrize(
    "options",
    [
        {"keyword": "first-step"},
        {"claim": ["first-step"]},
        {"collectonly": True},
        {"maxfail": 1},
        {"usepdb": True},
        {"trace": True},
        {"capture": "no"},
    ],
    ids=lambda options: next(iter(options)),
)
def test_few_or_watched_tests_take_one_process(tmp_path: Path, options: dict[str, Any]) -> None:
    assert workers(config(tmp_path, **options)) == 0


@pytest.mark.parametrize("argument", ["rooms/test_a.py", "rooms/test_a.py::test_b"])
def test_a_file_takes_one_process(tmp_path: Path, argument: str) -> None:
    assert workers(config(tmp_path, "rooms", argument)) == 0


@pytest.mark.parametrize(("cores", "expected"), [(1, 0), (2, 2), (100, MOST)])
def test_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int, expected: int) -> None:
    monkeypatch.setattr(joblib, "cpu_count", lambda: cores)
    assert workers(config(tmp_path)) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, (4, "loadfile")),
        ({"keyword": "first"}, (0, "no")),
        ({"numprocesses": 0}, (0, "no")),
        ({"numprocesses": 3, "keyword": "first"}, (3, "loadfile")),
        ({"numprocesses": 3, "dist": "load"}, (3, "load")),
    ],
)
def test_the_command_line_decides(tmp_path: Path, options: dict[str, Any], expected: tuple[int, str]) -> None:
    asked = config(tmp_path, **options)
    pytest_cmdline_main(asked)
    assert (asked.option.numprocesses, asked.option.dist) == expected


def test_without_the_plugin_there_is_one_process(tmp_path: Path) -> None:
    asked = config(tmp_path)
    del asked.option.numprocesses
    pytest_cmdline_main(asked)
    assert asked.option.dist == "no"
