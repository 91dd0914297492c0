"""What commands print, with an exit status of its own where a device is full or a pipe is closed."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from pathlib import Path
from typing import Literal

NOT_WRITTEN = 3
"""The exit status of a command of which the answer could not be written."""


def put(text: str, name: Literal["stdout", "stderr"]) -> str:
    """Print a text and the end of a line on the stream of that name; returns why that could not be done, or "".

    >>> put("a line", "stdout")
    a line
    ''
    """
    stream = getattr(sys, name)
    if stream is None:
        return f"{name} is closed"
    # a name of a file need not be text in the encoding of the terminal
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()
    except OSError as error:
        # what is still buffered goes nowhere: Python would try again when it ends, and fail with its own status
        with contextlib.suppress(OSError), Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
        return error.strerror or str(error)
    return ""


def say(text: str) -> None:
    """Print an answer. Raises SystemExit with status 3, after a line on standard error, if it cannot be written."""
    if why := put(text, "stdout"):
        complain(f"error: the answer could not be written: {why}")
        raise SystemExit(NOT_WRITTEN)


def complain(text: str) -> None:
    """Print what is wrong on standard error; where that cannot be written either, the exit status says it alone."""
    put(text, "stderr")


class Parser(argparse.ArgumentParser):
    """A parser of which the help is an answer like any other."""

    def print_help(self, file: object = None) -> None:  # noqa: ARG002
        """Print the help on standard output; raises as `say`."""
        say(self.format_help().rstrip())
