"""``python -m reports.build``: run the checks, then set what they found as HTML, PDF and LaTeX.

With ``--claim NAME`` only that claim is checked and set, in a folder of its own.

Exit code 0 for a clean report, 1 where a check failed or evidence is missing (the report then says so at its top),
2 where no report could be made, 3 where what is done cannot be printed, 130 after an interrupt.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None, prog: str = "python -m reports.build") -> int:
    """Build the report, with a command line called ``prog`` in the help; returns the exit code."""
    try:
        # this alone takes a second, and can be interrupted too
        from reports.build.command import run

        return run(arguments, prog)
    except KeyboardInterrupt:
        print("interrupted; what was finished before is kept", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
