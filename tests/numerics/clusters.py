"""A scheduler of dask.distributed and its workers, as processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from numerics.arrays.processes import guarded
from tests.overlay import ROOT

_SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    # on a busy machine a process may not be heard of for minutes, and is not dead
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "10 minutes",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10 minutes",
}


@dataclass
class Cluster:
    """The scheduler's address, and the guards of its processes, which end them: it, and the workers."""

    address: str
    folder: Path
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def require(self, count: int) -> None:
        """Start workers of one thread each until so many live."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        words = ["distributed.cli.dask_worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
        words += ["--local-directory", str(self.folder)]
        self.workers += [_started(words, self.folder) for _ in range(count - len(self.workers))]


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A scheduler on this machine with so many workers; all are killed at the end."""
    place = folder / "scheduler.json"
    words = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    scheduler = _started([*words, "--scheduler-file", str(place)], folder)
    found = Cluster("", folder, scheduler)
    try:
        until = time.monotonic() + 30
        while not place.exists() or not place.read_text("utf-8").endswith("}"):
            assert time.monotonic() < until, (folder / "log").read_text("utf-8")
            time.sleep(0.05)
        found.address = json.loads(place.read_text("utf-8"))["address"]
        found.require(workers)
        yield found
    finally:
        for process in (*found.workers, scheduler):
            process.terminate()
            process.wait()


def _started(words: list[str], folder: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | _SETTINGS
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            guarded([sys.executable, "-m", *words]), cwd=folder, env=environment, stdout=log, stderr=log
        )
