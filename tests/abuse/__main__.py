"""``python -m tests.abuse WORK``: a work killed at random moments and done again, beside the same work undisturbed.

After the second time the folder holds what the undisturbed work has written, byte for byte but for the time of day, and
nothing that the killed one had begun has outlived it by more than a moment. The exit status is 0 if that is so each
time, and 1 if not.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
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
from tests.overlay import Claims, project

CLAIMS = ("first-step", "second-step")
"""The claims of the report, small ones in a project of their own, which nobody edits meanwhile."""
_MARK = "STABLE_MINIMA_ABUSE"
"""The environment variable by which what a work started is known, whoever its parent is by now."""
_MOMENT = 10.0
"""Seconds in which everything that a killed process started has to end; a busy machine needs some."""
_OF_THE_MOMENT = {"evidence.json": ("written", "seal"), "build.json": ("evidence", "seal")}
"""What tells when something was made, and the digests of that, by the names of files."""


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


def report(folder: Path) -> None:
    """The page of small claims: their checks, which run in a process of their own, and what they found as HTML."""
    os.chdir(folder.parent / "project")
    os.environ |= {"PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    chosen = [word for name in CLAIMS for word in ("--claim", name)]
    os.execv(sys.executable, [sys.executable, "-m", "reports.build", *chosen, "--only", "html", "--out", str(folder)])


WORKS: dict[str, Callable[[Path], None]] = {"audits": audits, "sweep": sweep, "report": report}


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


def prepare_project(folder: Path) -> None:
    """What the report is of."""
    (folder / "project").mkdir()
    claims = Claims(project(folder / "project"))
    for name in CLAIMS:
        claims(name)


def started(work: Callable[[Path], None], folder: Path, mark: str = "") -> int:
    """The process, a group of its own, that does the work and says nothing; what it starts bears the mark."""
    folder.mkdir(exist_ok=True)
    child = os.fork()
    if child == 0:
        os.setsid()
        os.environ[_MARK] = mark
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        try:
            work(folder)
        finally:
            os._exit(0)
    return child


def contents(folder: Path) -> dict[str, bytes]:
    """The visible files, which are those that count, without what tells the time of day."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    names = {path.relative_to(folder): path for path in files}
    return {str(name): _content(path) for name, path in names.items() if not any(map(_is_hidden, name.parts))}


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    try:
        record = json.loads(content) if path.name in _OF_THE_MOMENT else None
    except ValueError:  # half a file, which is to differ from a whole one
        record = None
    if record is None:
        return content
    kept = {key: value for key, value in record.items() if key not in _OF_THE_MOMENT[path.name]}
    return json.dumps(kept).encode()


def alive(mark: str) -> list[int]:
    """The processes that bear a mark, where the system tells; zombies have none."""
    sought, found = f"{_MARK}={mark}\0".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
        except OSError:  # another user's, or one that has just ended
            continue
        if sought in environment:
            found.append(int(process.name))
    return found


def orphans(mark: str) -> list[int]:
    """The processes that bear a mark and do not end in a moment; they are ended here."""
    until = time.monotonic() + _MOMENT
    while (found := alive(mark)) and time.monotonic() < until:
        time.sleep(0.1)
    for process in found:
        os.kill(process, signal.SIGKILL)
    return found


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
        prepare_project(Path(name))
        # always the same, for a report names its folder
        folder = Path(name) / "made"
        # the second time counts: the first one waits for the disk
        for _ in range(2):
            shutil.rmtree(folder, ignore_errors=True)
            begin = time.monotonic()
            os.waitpid(started(work, folder), 0)
            duration = time.monotonic() - begin
        whole = contents(folder)
        assert whole, "the work writes nothing"
        wrong = cut = left = 0
        for moment in range(options.moments):
            shutil.rmtree(folder)
            mark = f"{name}-{moment}"
            child = started(work, folder, mark)
            # the first one early, lest all come too late where the work is faster the second time
            time.sleep(random.random() * duration * (1.0 if moment else 0.1))
            # itself alone: what it started has to notice
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            cut += contents(folder) != whole
            again = started(work, folder)
            left += bool(orphans(mark))
            os.waitpid(again, 0)
            wrong += contents(folder) != whole
        print(
            f"{options.work}: {options.moments} kills, {cut} of them before the end, {wrong} with another result, "
            f"{left} with processes that went on"
        )
    return 1 if wrong or left or not cut else 0


if __name__ == "__main__":
    sys.exit(main())
