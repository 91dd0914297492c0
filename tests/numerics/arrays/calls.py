"""Functions to be called elsewhere, which note in a file who called them with what."""

from __future__ import annotations

import os
import time
from pathlib import Path


def squared(log: Path, number: int) -> tuple[int, bytes]:
    """The square, and bytes that depend on the number; a line in the file before that."""
    with log.open("a") as file:
        file.write(f"{os.getpid()} {number}\n")
    return number**2, bytes([number]) * 1000


def squared_when_open(shared: tuple[Path, Path], number: int) -> tuple[int, bytes]:
    """`squared`, which does not return before the gate exists."""
    log, gate = shared
    result = squared(log, number)
    until = time.monotonic() + 120
    while not gate.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return result


def failing(_: None, number: int) -> int:
    """The number itself, unless it is 3."""
    if number == 3:
        raise ValueError(f"{number} is refused")
    return number


def fatal(_: None, number: int) -> int:
    """Ends the process that it runs in."""
    os._exit(number)
