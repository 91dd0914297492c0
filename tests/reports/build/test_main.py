"""The module form of the command: whenever it is interrupted, it says so in one line."""

from __future__ import annotations

import subprocess
import sys


def test_interrupted_while_it_is_imported() -> None:
    """What takes long to import is not imported before an interruption is answered."""
    program = """
import sys

class Interrupted:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in ("numpy", "numerics", "proofs_checks", "theory"):
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupted())
from reports.build.__main__ import main
sys.exit(main([]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    said = "interrupted; what was finished before is kept\n"
    assert (done.returncode, done.stdout, done.stderr) == (130, "", said)
