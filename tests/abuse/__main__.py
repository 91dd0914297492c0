"""``python -m tests.abuse WORK``: a work killed at random moments and done again, beside the same work undisturbed.

After the second time the folder holds, byte for byte, what the undisturbed work has written. The exit status
is 0 if that is so each time, and 1 if not.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Literal

import numpy as np

from numerics.audit.command import run as audit
from numerics.training.sweep import SweepPlan, run_sweep
from numerics.training.train import TrainingPlan


def audits(folder: Path) -> None:
    """Six networks audited into a table."""
    networks = folder.parent / "networks"
    words = ["--many", str(networks), "--data", str(networks.parent / "data.npz"), "--step-size", "1/8"]
    audit([*words, "--csv", str(folder / "table.csv")], "audit")


def sweep(folder: Path) -> None:
    """Six short runs of gradient descent on twenty digits."""
    steps = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
    plans: tuple[tuple[Literal["raw"], TrainingPlan], ...] = tuple(
        ("raw", TrainingPlan(width=8, step_size=step, steps=400, warmup_start=0.05)) for step in steps
    )
    run_sweep(SweepPlan("abuse", 20, plans), cache=folder, workers=1, progress=False)


WORKS: dict[str, Callable[[Path], None]] = {"audits": audits, "sweep": sweep}


def prepare(folder: Path) -> None:
    """What the works read."""
    random = np.random.default_rng(1)
    (folder / "networks").mkdir()
    np.savez(folder / "data.npz", x=random.standard_normal((12, 3)), y=random.standard_normal(12))
    for number in range(6):
        arrays = {
            "W1": random.standard_normal((8, 3)),
            "b1": random.standard_normal(8),
            "w2": random.standard_normal(8),
        }
        np.savez(folder / "networks" / f"{number}.npz", allow_pickle=False, b2=np.array(0.5), **arrays)


def started(work: Callable[[Path], None], folder: Path) -> int:
    """The process, a group of its own, that does the work and says nothing."""
    folder.mkdir(exist_ok=True)
    child = os.fork()
    if child == 0:
        os.setsid()
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        try:
            work(folder)
        finally:
            os._exit(0)
    return child


def contents(folder: Path) -> dict[str, bytes]:
    """The visible files, which are those that count."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.abuse", description=(__doc__ or "").strip())
    parser.add_argument("work", choices=WORKS)
    parser.add_argument("--moments", type=int, default=20, help="how many kills")
    parser.add_argument("--seed", type=int, default=0, help="where drawing begins")
    options = parser.parse_args()
    work, random = WORKS[options.work], Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        begin = time.monotonic()
        os.waitpid(started(work, Path(name) / "whole"), 0)
        duration = time.monotonic() - begin
        whole = contents(Path(name) / "whole")
        assert whole, "the work writes nothing"
        wrong = cut = 0
        for moment in range(options.moments):
            folder = Path(name) / f"killed-{moment}"
            child = started(work, folder)
            time.sleep(random.random() * duration)
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            cut += contents(folder) != whole
            os.waitpid(started(work, folder), 0)
            wrong += contents(folder) != whole
        print(f"{options.work}: {options.moments} kills, {cut} of them before the end, {wrong} with another result")
    return 1 if wrong or not cut else 0


if __name__ == "__main__":
    sys.exit(main())
