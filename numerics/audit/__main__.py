"""`python -m numerics.audit`: exit status 0 answered, 1 undecided, 2 bad input, 3 not written, 130 interrupted."""

from __future__ import annotations

import sys
from collections.abc import Sequence

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None, prog: str = "python -m numerics.audit") -> int:
    """Audit the networks of the command line, called ``prog`` in the help; returns the exit status."""
    try:
        # this alone takes a second or two, and can be interrupted too
        from numerics.audit.command import run

        return run(arguments, prog)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
