"""One file read by the command that reads such files, in a process of its own with bounded memory and time."""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.fuzz.seeds import Seed

_MEMORY = 2**30
"""Bytes that reading a small file may take."""
_SECONDS = 20
"""Of the processor; a wait of so many minutes in all is a hang, too."""
_ANSWERS = (0, 1, 2)
"""Answered, undecided or refused, not understood."""


def fault(seed: Seed, content: bytes, folder: Path) -> str:
    """What went wrong when such a file was read in the seed's place; "" if it was answered, or refused in words."""
    path = folder / seed.name
    path.write_bytes(content)
    words = [word.replace("{}", str(path)) for word in seed.words]
    with tempfile.TemporaryFile("w+b") as said:
        child = os.fork()
        if child == 0:
            _read(seed, words, said.fileno())
        status = _waited(child)
        said.seek(0)
        text = said.read(2**20).decode("utf-8", "replace")
    if status in (None, -signal.SIGXCPU):
        return f"no answer within {_SECONDS} s"
    if "Traceback" in text or status not in _ANSWERS:
        return f"status {status}: {text[-1500:]}"
    if status == 2 and not 1 <= len(text.strip().splitlines()) <= 3:
        return f"refused in {len(text.splitlines())} lines: {text[:1500]}"
    if len(text) > 50_000 and seed.format != "evidence":
        return f"an answer of {len(text)} characters: {text[:300]}"
    return ""


def _read(seed: Seed, words: list[str], said: int) -> None:
    status = 70
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(said, 1)
        os.dup2(said, 2)
        taken = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (taken + _MEMORY, taken + _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS + 1))
        status = seed.command(words)
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 70
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _waited(child: int) -> int | None:
    until = time.monotonic() + 60 * _SECONDS
    pause = 0.001
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
