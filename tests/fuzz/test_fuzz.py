"""Every reader on nearly valid files, always the same few; and that what goes wrong is seen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import trial
from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import Seed, seeds
from tests.fuzz.trial import fault
from tests.overlay import ROOT


def test_readers(tmp_path: Path) -> None:
    """No traceback, no hang, no memory without bound, no end by a signal."""
    words = [sys.executable, "-m", "tests.fuzz", "--rounds", "3", "--out", str(tmp_path)]
    run = subprocess.run(words, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count(" 3 files    0 faults") == len(seeds(tmp_path / "seeds"))


def test_seeds_are_valid(tmp_path: Path) -> None:
    """Each is answered; what is drawn is near it, and the same for the same draw."""
    for seed in seeds(tmp_path):
        path = tmp_path / seed.name
        path.write_bytes(seed.content)
        assert seed.command([word.replace("{}", str(path)) for word in seed.words]) < 2, seed.format
        drawn = [mutated(seed, Random(number)) for number in (*range(6), 5)]
        assert drawn[-1] == drawn[-2]
        assert len(set(drawn)) > 3


def _raises(_: Sequence[str]) -> int:
    raise KeyError("name")


def _hangs(_: Sequence[str]) -> int:
    while True:
        time.monotonic()


def _takes_memory(_: Sequence[str]) -> int:
    return len(bytearray(2**31)) % 2


def _is_killed(_: Sequence[str]) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (_raises, "KeyError"),
        (_hangs, "no answer within 1 s"),
        (_takes_memory, "MemoryError"),
        (_is_killed, "status -9"),
        (lambda _: 2, "refused in 0 lines"),
        (lambda _: 5, "status 5"),
        (lambda _: 0, ""),
    ],
)
def test_what_goes_wrong_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command, said: str) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(trial, "_SECONDS", 1)
    found = fault(Seed("format", "file", b"content", command, ("{}",)), b"other", tmp_path)
    assert said in found
    assert bool(said) == bool(found)
