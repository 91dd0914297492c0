"""``python -m reports.figures NAME ...``: draw figures alone, as SVG and PDF, with what they show as CSV.

Without names, lists those there are. Exit code 0, 2 for a name that there is not or a folder that cannot be written
or holds no MNIST, 3 where the answer cannot be printed, 130 after an interrupt.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from reports.figures import FIGURES, draw
from theory.terminal import Parser, complain, say


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the figures that are named; returns the exit code."""
    parser = Parser(prog="python -m reports.figures", description="Draw figures of the report alone.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="figures; without any, they are listed")
    parser.add_argument("--out", type=Path, default=Path(), help="folder for the files (default: here)")
    parser.add_argument("--profile", choices=("quick", "full"), default="quick", help="which MNIST sweep to draw")
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="train on MNIST's files in this folder, not on ours")
    options = parser.parse_args(arguments)
    if not options.names:
        for name, group in FIGURES.items():
            say(f"{name:24} {group.title}")
        return 0
    if unknown := [name for name in options.names if name not in FIGURES]:
        complain(f"error: no figure is called {', '.join(unknown)}; there are {', '.join(FIGURES)}")
        return 2
    try:
        if options.mnist is not None:
            from numerics.training import sweep

            sweep.sweep_digest(sweep.profile(options.profile), options.mnist)
    except (OSError, ValueError) as error:
        complain(f"error: {error}")
        return 2
    try:
        for group in dict.fromkeys(FIGURES[name] for name in options.names):
            for drawing in draw(group, options.profile, options.out, options.names, mnist=options.mnist):
                say("\n".join(f"made: {options.out / file}" for file in drawing.files))
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
    except OSError as error:
        complain(f"error: {options.out} cannot be written: {error.strerror or error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
