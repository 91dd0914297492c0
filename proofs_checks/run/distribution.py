"""Several cores: how many workers of pytest-xdist a run gets, what they begin with, and what one that dies costs.

The functions ``pytest_...`` are hooks, for the ``conftest.py`` of a folder to import.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from threadpoolctl import threadpool_limits

from proofs_checks.run.selection import absolute

if TYPE_CHECKING:
    from xdist.scheduler import Scheduling

MOST = 8
"""Workers beyond which a run gets no faster: each imports everything, and the longest file takes its time."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs some tests of a run, and another one gathers what they find."""
    return hasattr(config, "workerinput")


def one_thread() -> None:
    """Linear algebra in one thread, in this process and in those that it starts, unless the environment has a number.

    Sums split over threads round differently: so a run finds the same numbers whatever the number of cores and workers.
    """
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    # the environment is read by a library when it is loaded; a plugin may have loaded NumPy's before
    threads = os.environ["OPENBLAS_NUM_THREADS"]
    if threads.isdecimal():
        threadpool_limits(int(threads), user_api="blas")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Start a worker for each core where the command line says nothing of workers; the tests of a file stay together.

    Without pytest-xdist there is the one process.
    """
    option = config.option
    if is_worker(config) or not hasattr(option, "numprocesses") or option.dist != "no" or option.tx:
        return
    if option.numprocesses is None:
        option.numprocesses = workers(config)
    if option.numprocesses:
        option.dist = "loadfile"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The number that ``-n auto`` stands for."""
    return workers(config)


def workers(config: pytest.Config) -> int:
    """A worker for each core, or 0, this process alone, where few tests are asked for or somebody looks on.

    Few are those of a keyword, of claims by name, and of anything but folders; workers would take longer to start.
    """
    option = config.option
    few = (
        option.keyword
        or config.getoption("claim", [])
        or not all(absolute(arg, config).is_dir() for arg in config.args)
    )
    watched = option.collectonly or option.maxfail or option.usepdb or option.trace or option.capture == "no"
    if few or watched:
        return 0
    from joblib import cpu_count  # it knows how much of a machine a container may use

    return min(cpu_count(), MOST) if cpu_count() > 1 else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    """File by file, those that take long first."""
    if config.getoption("dist") != "loadfile":
        return None
    from proofs_checks.run.schedule import LongestFirst

    return LongestFirst(config, log)
