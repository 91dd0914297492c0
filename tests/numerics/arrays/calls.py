"""Functions to be called elsewhere, which note in a file who called them with what."""

from __future__ import annotations

import os
import time
from pathlib import Path


def squared(shared: tuple[Path, float], number: int) -> tuple[int, bytes]:
    """The square, and bytes that depend on the number; a line in the file, and some seconds, before that."""
    log, seconds = shared
    with log.open("a") as file:
        file.write(f"{os.getpid()} {number}\n")
    time.sleep(seconds)
    return number**2, bytes([number]) * 1000


def failing(_: None, number: int) -> int:
    """The number itself, unless it is 3."""
    if number == 3:
        raise ValueError(f"{number} is refused")
    return number


def fatal(_: None, number: int) -> int:
    """Ends the process that it runs in."""
    os._exit(number)
