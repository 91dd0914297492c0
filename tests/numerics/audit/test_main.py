"""The module form of the command: whenever it is interrupted, it says so in one line."""

from __future__ import annotations

import subprocess
import sys
from unittest import mock

import pytest

from numerics.audit import command
from numerics.audit.__main__ import main

Captured = pytest.CaptureFixture[str]


def test_interrupted_while_it_runs(capsys: Captured) -> None:
    with mock.patch.object(command, "parsed", side_effect=KeyboardInterrupt):
        assert main([]) == 130
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "interrupted\n")


def test_interrupted_while_it_is_imported() -> None:
    """What takes long to import is not imported before an interruption is answered."""
    program = """
import sys

class Interrupted:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in ("numpy", "torch", "flint", "matplotlib", "scipy"):
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupted())
from numerics.audit.__main__ import main
sys.exit(main([]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")
