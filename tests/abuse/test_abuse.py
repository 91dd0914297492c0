"""Work that is killed, files that cannot be written whole, clocks that went back, two at once."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.abuse.__main__ import WORKS, prepare
from tests.overlay import ROOT

# what is killed, or may not write, is not measured: coverage could not keep what it found either
_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")} | {
    "OMP_NUM_THREADS": "1",
    "LOKY_MAX_CPU_COUNT": "1",
    "PYTHONPATH": str(ROOT),
}


def command(*words: str, folder: Path, largest: int = 2**30) -> subprocess.CompletedProcess[str]:
    """A command that may write no file longer than `largest`, which is what a full disk looks like."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    words = (sys.executable, "-m", *words)
    return subprocess.run(
        words, cwd=folder, env=_ENVIRONMENT, capture_output=True, text=True, check=False, preexec_fn=limited
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six networks and their data."""
    place = tmp_path_factory.mktemp("abuse")
    prepare(place)
    return place


@pytest.mark.parametrize("work", WORKS)
def test_killed_at_random_moments(work: str, tmp_path: Path) -> None:
    """And done again: nothing is lost, and nothing counts that is not whole."""
    done = command("tests.abuse", work, "--moments", "3", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


AUDIT = ("numerics.audit", "networks/0.npz", "--data", "data.npz", "--step-size", "1/8")
WRITERS = {
    "certificate": (*AUDIT, "--certificate", "written"),
    "page": (*AUDIT, "--html", "written"),
    "picture": (*AUDIT, "--plot", "written.png"),
    "table": ("numerics.audit", "--many", "networks", *AUDIT[2:], "--csv", "written.csv"),
    "verdicts": ("reports.verdicts", str(ROOT / "tests" / "reports" / "evidence.json"), "--out", "written"),
    "derivation": ("theory.export", "linear-stability", "--out", "written-folder"),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk(writer: str, folder: Path) -> None:
    """Said in one line, with a status that is no verdict; what was there before is left, and no part of a file."""
    kept = [folder / name for name in ("written", "written.png")]
    for path in kept:
        path.write_text("before", encoding="utf-8")
    done = command(*WRITERS[writer], folder=folder, largest=200)
    assert done.returncode in {2, 3}, done.stdout + done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert all(path.read_text(encoding="utf-8") == "before" for path in kept)
    left = {path.name for path in folder.iterdir()} - {
        "networks",
        "data.npz",
        "written-folder",
        *(path.name for path in kept),
    }
    assert not left


def many(folder: Path) -> tuple[str, ...]:
    """The audit of all networks."""
    data = str(folder / "data.npz")
    return ("numerics.audit", "--many", str(folder / "networks"), "--data", data, "--step-size", "1/8")


def test_a_clock_that_went_back(folder: Path, tmp_path: Path) -> None:
    """A table goes on by what it holds, not by when files were written."""
    words = (*many(folder), "--csv", "table.csv")
    assert command(*words, folder=tmp_path).returncode in {0, 1}
    table = tmp_path / "table.csv"
    content = table.read_bytes()
    later = time.time() + 10**7
    os.utime(table, (later, later))
    assert command(*words, folder=tmp_path).returncode in {0, 1}
    assert table.read_bytes() == content


def test_two_at_once(folder: Path, tmp_path: Path) -> None:
    """Into the same table, which is whole and that of one alone."""
    assert command(*many(folder), "--csv", "alone.csv", folder=tmp_path).returncode in {0, 1}
    both = [
        subprocess.Popen(
            [sys.executable, "-m", *many(folder), "--csv", "table.csv"],
            cwd=tmp_path,
            env=_ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    assert all(process.wait() in {0, 1} for process in both)
    assert (tmp_path / "table.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()


def test_a_terminal_that_speaks_ascii(folder: Path, tmp_path: Path) -> None:
    """Names with accents and spaces are read and written, and what cannot be printed is escaped."""
    place = tmp_path / "données à lire"
    place.mkdir()
    for name in ("networks/0.npz", "data.npz"):
        (place / f"é {Path(name).name}").write_bytes((folder / name).read_bytes())
    words = ("numerics.audit", "é 0.npz", "--data", "é data.npz", "--step-size", "1/8", "--certificate", "é.json")
    environment = _ENVIRONMENT | {"PYTHONIOENCODING": "ascii"}
    for line in (words, ("proofs_checks.verify", "é.json"), ("theory.export", "linear-stability", "--out", "é")):
        done = subprocess.run(
            [sys.executable, "-m", *line], cwd=place, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.isascii()
        assert not done.stderr
    assert {"é.json", "é"} <= {path.name for path in place.iterdir()}
