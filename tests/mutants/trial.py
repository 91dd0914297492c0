"""One run of pytest in a process of its own, forked from one that has read the large libraries and nothing of ours.

>>> status, lines = forked(lambda report: report("seen") or 3, limit=10)
>>> status, lines
(3, ['seen'])
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import IO, Any, NoReturn

import pytest

Report = Callable[[str], None]
_LIBRARIES = ("sympy", "hypothesis", "beartype", "jaxtyping", "flint", "scipy.linalg", "scipy.optimize", "mpmath")
_MEMORY = 8 * 2**30
_EVENTS = 2000
"""Lines of a function that are looked at in one test; after so many all its other lines count as reached."""
_QUIET = ("-q", "-n0", "-p", "no:cacheprovider", "-W", "ignore")


def prepare(tree: Path) -> None:
    """Read the libraries and go to the copy whose modules are to be imported, here and in what is started from here."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    os.chdir(tree)
    sys.path[:] = [str(tree), *(path for path in sys.path if path not in ("", str(tree)))]
    os.environ["PYTHONPATH"] = str(tree)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"


def forked(work: Callable[[Report], int], limit: float) -> tuple[int | None, list[str]]:
    """The exit status of the work, done in a child that is ended with all its own after a limit in seconds, then None.

    With it the lines that the work has reported.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as lines:
        child = os.fork()
        if child == 0:
            _work_alone(work, lines)
        late = threading.Event()
        timer = threading.Timer(limit, _stop, (child, late))
        timer.start()
        _, ended = os.waitpid(child, 0)
        timer.cancel()
        timer.join()
        _end_group(child)
        lines.seek(0)
        return (None if late.is_set() else os.waitstatus_to_exitcode(ended)), lines.read().splitlines()


def _work_alone(work: Callable[[Report], int], lines: IO[str]) -> NoReturn:
    status = 70
    try:
        os.setsid()
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        status = work(lambda line: print(line, file=lines))
    finally:
        lines.flush()
        os._exit(status)


def _stop(child: int, late: threading.Event) -> None:
    late.set()
    _end_group(child)


def _end_group(leader: int) -> None:
    """What a run has started and may have left behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def run_tests(files: Iterable[str], plugin: object, *options: str, keep_bytecode: bool = False) -> int:
    """Run test files here, with a plugin that looks on."""
    sys.dont_write_bytecode = not keep_bytecode
    return int(pytest.main([*_QUIET, *options, *files], plugins=[plugin]))


class Chosen:
    """Runs the chosen tests alone, the fastest first, and reports the first that fails."""

    def __init__(self, chosen: dict[str, float], report: Report) -> None:
        """The names of the tests, with the seconds that each takes."""
        self._chosen, self._report = chosen, report

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen, in order."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self._chosen), key=lambda item: self._chosen[item.nodeid]
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell which test fails."""
        if report.failed:
            self._report(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell which file cannot be read."""
        if report.failed:
            self._report(f"{report.nodeid} as it is read")


class Survey:
    """Notes which lines of some files each test runs, and for how long; what runs as a file is read belongs to all.

    To be seen on a line is what counts, so a line that was seen is not looked at again in the same test.
    """

    def __init__(self, tree: Path, prefix: str, report: Report) -> None:
        """Files below the tree whose names begin with the prefix."""
        self._tree, self._prefix, self._report, self._test = f"{tree}{os.sep}", prefix, report, ""
        # by their identity, since to compare code takes long
        self._foreign: dict[int, CodeType] = {}
        self._left: dict[int, set[int]] = {}
        self._budget: dict[int, int] = {}
        self._began = 0.0
        self._caches: list[Any] = []

    @pytest.hookimpl(hookwrapper=True)
    def pytest_collection(self) -> Generator[None, None, None]:
        """Watch the files as they are read."""
        self._watch()
        yield
        self._caches = [value for value in gc.get_objects() if isinstance(value, functools._lru_cache_wrapper)]

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, None, None]:
        """Watch a test; what earlier ones left in caches is forgotten, so that it runs each line that it needs."""
        for cache in self._caches:
            cache.cache_clear()
        self._test, self._began = item.nodeid, time.process_time()
        self._watch()
        yield
        sys.settrace(None)
        self._report(f"{item.nodeid}\t{time.process_time() - self._began:.3f}")

    def _watch(self) -> None:
        self._left = {}
        self._budget = {}
        sys.settrace(self._enter)
        threading.settrace(self._enter)

    def _enter(self, frame: FrameType, _event: str, _argument: object) -> Any:
        code = frame.f_code
        if id(code) in self._foreign:
            return None
        if id(code) not in self._left:
            file = code.co_filename
            if not file.startswith(self._tree) or not file.startswith(self._prefix, len(self._tree)):
                self._foreign[id(code)] = code
                return None
            self._left[id(code)] = {line for *_, line in code.co_lines() if line}
            self._budget[id(code)] = _EVENTS
        return self._step(frame, "", None) if self._left[id(code)] else None

    def _step(self, frame: FrameType, _event: str, _argument: object) -> Any:
        code = frame.f_code
        left = self._left[id(code)]
        self._budget[id(code)] -= 1
        reached = left if self._budget[id(code)] <= 0 else left & {frame.f_lineno}
        for line in sorted(reached):
            self._report(f"{self._test}\t{code.co_filename[len(self._tree) :]}\t{line}")
        left -= reached
        frame.f_trace_lines = bool(left)
        return self._step
