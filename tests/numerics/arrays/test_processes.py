"""Children end with their parent, though it is killed; what killed processes left is removed by the next alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from numerics.arrays.processes import PARENT, alone, alone_in, end_with, guarded, in_use

WATCHED = """
import os, sys, time
from numerics.arrays.processes import PARENT, end_with_parent
end_with_parent()
assert PARENT not in os.environ
print(os.getpid(), flush=True)
time.sleep(60)
"""
# a parent that starts one child in either way, and says which processes there are
PARENTS = {
    "watched": f"""
import os, subprocess, sys, time
from numerics.arrays.processes import PARENT
subprocess.Popen([sys.executable, "-c", {WATCHED!r}], env=os.environ | {{PARENT: str(os.getpid())}})
time.sleep(60)
""",
    "guarded": """
import subprocess, sys, time
from numerics.arrays.processes import guarded
subprocess.Popen(guarded(["sh", "-c", "sh -c 'echo $$; exec sleep 60' & wait"]))
time.sleep(60)
""",
}


def ends(process: int, within: float = 20) -> bool:
    """Whether a process ends soon."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{process}/stat").exists() and " Z " in Path(f"/proc/{process}/stat").read_text():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("way", PARENTS)
def test_children_end_with_a_parent_that_is_killed(way: str) -> None:
    """A child of Python's that watches, and a program that knows nothing of it, with what it started itself."""
    parent = subprocess.Popen([sys.executable, "-c", PARENTS[way]], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert not ends(child, within=1.2)
    parent.kill()
    parent.wait()
    assert ends(child)
    parent.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_guard_that_is_interrupted_ends_the_program(number: signal.Signals) -> None:
    command = guarded(["sh", "-c", "echo $$; exec sleep 60"])
    guard = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert guard.stdout is not None
    child = int(guard.stdout.readline())
    time.sleep(0.3)
    guard.send_signal(number)
    _, said = guard.communicate(timeout=20)
    assert (guard.returncode, said) == (128 + number, "")
    assert ends(child)


def test_a_guard_is_the_program_for_its_parent() -> None:
    """With its input, its output and its exit status."""
    run = subprocess.run(guarded(["sh", "-c", "cat; exit 7"]), input="in", capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (7, "in")
    run = subprocess.run(guarded(["no-such-program"]), capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (127, "no-such-program: No such file or directory\n")


def test_a_process_is_no_child_of_its_own() -> None:
    """Work that a pool would have done may be done by the parent itself."""
    end_with(os.getpid())
    assert PARENT not in os.environ


def test_leftovers_go_when_nobody_uses_the_folder(tmp_path: Path) -> None:
    left, folder, kept = tmp_path / ".x.1.tmp", tmp_path / ".building.1", tmp_path / "x"
    for _ in range(2):
        left.touch()
        kept.touch()
        folder.mkdir()
        (folder / "part").touch()
        with in_use(tmp_path, ".*.tmp", ".building.*"):
            assert list(tmp_path.iterdir()) == [kept]
            left.touch()
            with in_use(tmp_path, ".*.tmp"):
                assert left.exists()
            # one that came later is gone, and this one still there
            with in_use(tmp_path, ".*.tmp"):
                assert left.exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing"), in_use(tmp_path / "missing"):
        pass


def test_who_would_be_alone_waits(tmp_path: Path) -> None:
    """Until the other one is through."""
    lock, entered = tmp_path / "lock", threading.Event()

    def enter() -> None:
        with alone(lock):
            entered.set()

    other = threading.Thread(target=enter)
    with alone(lock):
        other.start()
        assert not entered.wait(0.2)
    other.join(20)
    assert entered.is_set()
    assert lock.exists()


def test_who_would_be_alone_in_a_folder_waits(tmp_path: Path) -> None:
    """And says so; then it removes what was left there, and not before."""
    left, waited, entered = tmp_path / ".x.1.tmp", threading.Event(), threading.Event()

    def enter() -> None:
        with alone_in(tmp_path, ".*.tmp", waiting=waited.set):
            assert not left.exists()
            entered.set()

    other = threading.Thread(target=enter)
    with alone_in(tmp_path):
        left.touch()
        other.start()
        assert waited.wait(20)
        assert not entered.wait(0.2)
        assert left.exists()
    other.join(20)
    assert entered.is_set()
    waited.clear()
    enter()
    assert not waited.is_set()
    with pytest.raises(FileNotFoundError, match="missing"), alone_in(tmp_path / "missing"):
        pass
