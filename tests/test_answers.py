"""Every command: an answer that cannot be printed has an exit status of its own, which is no verdict, and one line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from numerics.audit.certificate import write_audit
from numerics.audit.examination import audit
from numerics.problem import Problem
from tests.numerics.examples import net
from theory.terminal import NOT_WRITTEN

ROOT = Path(__file__).parents[1]
EVIDENCE = str(ROOT / "tests" / "reports" / "evidence.json")
AUDIT = ["network.npz", "--data", "data.csv", "--quiet"]
COMMANDS = {
    "audit": ["numerics.audit", *AUDIT],
    "verify": ["proofs_checks.verify", "audit.json"],
    "verify caf\udce9": ["proofs_checks.verify", "caf\udce9.json"],
    "export": ["theory.export", "linear-stability", "--out", "latex"],
    "list of claims": ["theory.export", "--list", "linear-stability"],
    "report": ["reports.build", "--out", "out"],
    "figures": ["reports.figures"],
    "compare": ["reports.compare", EVIDENCE, EVIDENCE],
    "verdicts": ["reports.verdicts", EVIDENCE],
    "help": ["proofs_checks.verify", "--help"],
    "help of the report": ["reports.build", "--help"],
    "version": ["reports.command", "--version"],
    "stable-minima help": ["reports.command", "--help"],
    "stable-minima verify": ["reports.command", "verify", "audit.json"],
    "stable-minima export": ["reports.command", "export", "--list", "linear-stability"],
}
"""The module of each command, with arguments; what it is asked is answered at once."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network on data, and a certificate of it that is accepted."""
    place = tmp_path_factory.mktemp("answers")
    network = net([[1.0]], [0.0], [2.0])
    network.save(place / "network.npz")
    (place / "data.csv").write_text("x,y\n0.75,1.5\n-0.75,0\n")
    problem = Problem(network, [[0.75], [-0.75]], [1.5, 0.0])
    write_audit(place / "audit.json", problem, audit(problem, step_size="0.4"))
    return place


@contextmanager
def full_device() -> Iterator[int]:
    """A file to which nothing can be written."""
    with Path("/dev/full").open("wb") as stream:
        yield stream.fileno()


@contextmanager
def closed_pipe() -> Iterator[int]:
    """A pipe from which nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        yield writing
    finally:
        os.close(writing)


def run(command: str, folder: Path, output: int, errors: int = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    """Run a command with its answer held back as long as Python does that."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    words = [sys.executable, "-m", *COMMANDS[command]]
    return subprocess.run(
        words, cwd=folder, stdout=output, stderr=errors, check=False, env=environment | {"PYTHONPATH": str(ROOT)}
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_device(command: str, folder: Path) -> None:
    with full_device() as output:
        done = run(command, folder, output)
    line = b"error: the answer could not be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (NOT_WRITTEN, line)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_closed_pipe(command: str, folder: Path) -> None:
    with closed_pipe() as output:
        done = run(command, folder, output)
    assert (done.returncode, done.stderr) == (NOT_WRITTEN, b"error: the answer could not be written: Broken pipe\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("command", ["verify", "help", "version"])
def test_a_full_device_for_what_is_wrong_too(command: str, folder: Path) -> None:
    """The status alone says it."""
    with full_device() as output:
        assert run(command, folder, output, output).returncode == NOT_WRITTEN


def test_a_name_that_is_no_text(folder: Path) -> None:
    """What is said of a file whose name is not in the encoding of the terminal is said of it all the same."""
    done = run("verify caf\udce9", folder, subprocess.PIPE)
    assert (done.returncode, done.stdout) == (2, b"caf\\udce9.json: unreadable: there is no such file\n")
