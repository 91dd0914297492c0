"""A page in Markdown, followed to the letter: its blocks run in order, and print what it shows.

A block of ``python`` under a line ``Save this as `NAME`:`` is written to that file; one with prompts is a doctest; any
other is executed; the page is one session. A block of ``sh`` is run by bash, stops at what fails, and hands the folder
that it ends in to the next; ``sh exits 1`` has to end with this status. A block of ``text`` is what the block before it
prints, with ``...`` for what may differ. A block that ends its first line with ``not run`` is none of these, and the
page says in words that it is not run.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.overlay import ROOT

_BLOCK = re.compile(r"^```(\w*)[ ]?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SAVED = re.compile(r"Save this as `([\w./]+)`:\s*\Z")
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_SECONDS = 300
_COMMANDS = ("numerics.audit", "proofs_checks.verify", "theory.export")
"""What is run in this process, since each start of Python costs seconds."""
NOT_RUN = "not run"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the rest of its first line, its text, all of the page before it, its line."""

    language: str
    mark: str
    text: str
    before: str
    line: int

    @property
    def file(self) -> str | None:
        """The file that it is saved as, if the page says so."""
        found = _SAVED.search(self.before)
        return found and found.group(1)


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page."""
    return [
        Block(found[1], found[2], found[3], page[: found.start()], page.count("\n", 0, found.start()) + 1)
        for found in _BLOCK.finditer(page)
    ]


def prose(page: str) -> str:
    """A page without its blocks."""
    return _BLOCK.sub("", page)


def copy_of_the_project(folder: Path) -> None:
    """What a page may name, in a folder of its own; the checks are copied, since they write beside themselves."""
    for name in ("theory", "proofs_checks"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("numerics", "reports", "pyproject.toml", "CITATION.cff"):
        (folder / name).symlink_to(ROOT / name)


class Session:
    """What a reader has in front of them: a folder, the names defined, what was printed last."""

    def __init__(self, folder: Path) -> None:
        self.home = self.folder = folder
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.printed: str | None = None

    def follow(self, block: Block) -> None:
        """Do what the block says; AssertionError, with its line, if it does something else."""
        match block.language, block.mark:
            case _, mark if mark.endswith(NOT_RUN):
                self.printed = None
            case "python", "":
                self.printed = self._python(block)
            case "sh", mark if not mark or re.fullmatch(r"exits \d+", mark):
                self.printed = self._shell(block)
            case "text", "":
                self._compare(block)
            case _:
                raise AssertionError(f"line {block.line}: a block of {block.language!r} {block.mark!r} is not run")

    def _python(self, block: Block) -> str | None:
        with contextlib.chdir(self.folder):
            if block.file:
                Path(block.file).write_text(block.text, encoding="utf-8")
                return None
            if block.text.startswith(">>>"):
                self._examples(block)
                return None
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                exec(compile(block.text, f"<line {block.line}>", "exec"), self.names)
            return printed.getvalue()

    def _examples(self, block: Block) -> None:
        test = doctest.DocTestParser().get_doctest(block.text, self.names, "page", None, block.line)
        told = io.StringIO()
        runner = doctest.DocTestRunner(optionflags=_FLAGS)
        failed = runner.run(test, out=told.write, clear_globs=False).failed
        self.names.update(test.globs)
        assert not failed, told.getvalue()

    def _shell(self, block: Block) -> str:
        lines = [shlex.split(line) for line in block.text.splitlines()]
        if all(line[:2] == ["python", "-m"] and line[2] in _COMMANDS for line in lines):
            status, printed = self._commands(lines)
        else:
            status, printed = self._bash(block.text)
        expected = int(block.mark.split()[1]) if block.mark else 0
        assert status == expected, f"line {block.line}: exit status {status}\n{printed}"
        return printed

    def _commands(self, lines: list[list[str]]) -> tuple[int, str]:
        status, told = 0, io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            for _, _, module, *arguments in lines:
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(sys, "argv", [module, *arguments])
                    # another test may have imported it, which runpy warns of
                    patch.delitem(sys.modules, f"{module}.__main__", raising=False)
                    try:
                        runpy.run_module(module, run_name="__main__", alter_sys=True)
                    except SystemExit as end:
                        status = int(end.code or 0)
                if status:
                    break
        return status, told.getvalue()

    def _bash(self, text: str) -> tuple[int, str]:
        end = self.home / ".end"
        place = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {"PATH": place, "PYTHONPATH": str(self.home), "PYTHONDONTWRITEBYTECODE": "1", "CI": ""}
        found = subprocess.run(
            ["bash", "-e", "-c", f"trap 'pwd > {end}' EXIT\n{text}"],
            cwd=self.folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        self.folder = Path(end.read_text("utf-8").strip())
        return found.returncode, found.stdout

    def _compare(self, block: Block) -> None:
        assert self.printed is not None, f"line {block.line}: nothing was printed that this could be"
        agree = doctest.OutputChecker().check_output(block.text, self.printed, _FLAGS)
        assert agree, f"line {block.line}: the page shows\n{block.text}\nbut this was printed:\n{self.printed}"


def follow(page: str, folder: Path) -> None:
    """Follow all of a page, in an empty folder."""
    copy_of_the_project(folder)
    session = Session(folder)
    for block in blocks(page):
        session.follow(block)
