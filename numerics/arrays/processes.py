"""Children that end with their parent, also with one that was killed, and what killed processes left behind.

Who is killed by SIGKILL can end nobody. So a child looks twice a second whether it still is a child of its parent:
POSIX gives an orphan another one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows, where nothing is removed
    fcntl = None  # type: ignore[assignment]

PARENT = "STABLE_MINIMA_PARENT"
"""The environment variable that tells a child whose child it is."""
TEMPORARY = ".*.tmp"
"""The names of the files of `numerics.arrays.files.atomic_writer` that are still being written."""
_INTERVAL = 0.5

_watched: set[int] = set()


def end_with(parent: int) -> None:
    """End this process, from now on, within a second of the process `parent` whose child it is; none of its own."""
    if parent in _watched or parent == os.getpid():
        return
    _watched.add(parent)
    threading.Thread(target=_wait_for_orphanhood, args=(parent,), daemon=True).start()


def end_with_parent() -> None:
    """As `end_with` the parent that the environment names; its own children are told nothing of it."""
    named = os.environ.pop(PARENT, "")
    if named.isdecimal():
        end_with(int(named))


def _wait_for_orphanhood(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_INTERVAL)
    os._exit(1)


def guarded(command: Sequence[str]) -> list[str]:
    """The command line that runs a program, in a group of its own, and ends it and all it started with this process.

    An interrupt ends them, too. The exit status is that of the program, 127 where it cannot be run.
    """
    return [sys.executable, "-I", __file__, str(os.getpid()), *command]


def _guard(parent: int, command: Sequence[str]) -> int:
    try:
        process = subprocess.Popen(command, start_new_session=True)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs begin with it ignored
    try:
        while os.getppid() == parent:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(_INTERVAL)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def in_use(folder: Path, *leftovers: str) -> Iterator[None]:
    """Use a folder, together with other processes that do so by this function.

    If there is no other, all that killed processes left there is removed first: what matches the patterns `leftovers`.
    A folder without locks is left as it is. Raises OSError if the folder cannot be read.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        if fcntl is not None:
            with contextlib.suppress(OSError):
                # the lock goes with the process that holds it, however that ends
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _clear(folder, leftovers)
            with contextlib.suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def alone_in(folder: Path, *leftovers: str, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Wait until no other process uses a folder by this function, then use it.

    What matches the patterns `leftovers` was left there by killed processes, and is removed first. `waiting` is called
    where there is somebody to wait for. In a folder without locks nobody waits, and nothing is removed. Raises OSError
    if the folder cannot be read.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        if fcntl is not None:
            with contextlib.suppress(OSError):
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    waiting()
                    fcntl.flock(handle, fcntl.LOCK_EX)
                _clear(folder, leftovers)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until no other process uses the file `lock` by this function; it is made where there is none, and stays.

    In a folder without locks nobody waits. Raises OSError if the file cannot be made.
    """
    with lock.open("ab") as file:
        if fcntl is not None:
            with contextlib.suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _clear(folder: Path, patterns: Sequence[str]) -> None:
    for path in {path for pattern in patterns for path in folder.glob(pattern)}:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(_guard(int(sys.argv[1]), sys.argv[2:]))
