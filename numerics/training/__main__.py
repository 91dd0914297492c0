"""Train the networks of the report's sweep, into the cache that the report and the checks read.

    python -m numerics.training [--profile quick|full] [--seed N] [--mnist DIR] [--cache DIR]
                                [--workers N | --scheduler tcp://host:port] [--device cpu|cuda]

Exit status 0, 2 for bad input or a cluster that cannot be used, 3 if the table cannot be written, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from numerics.arrays.checks import DEVICES
from numerics.training.sweep import SweepRun, profile, run_sweep
from theory.terminal import Parser, complain, say

BAD_INPUT, INTERRUPTED = 2, 130
_COLUMNS = ("data", "step size", "steps", "sharpness", "stability norm", "bound", "tightness", "counted")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the runs that the cache lacks and print a row for each run of the sweep; returns the exit status."""
    parser = Parser(prog="python -m numerics.training", description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--profile", choices=("quick", "full"), default="quick", help="which sweep (default: quick)")
    parser.add_argument("--seed", type=int, default=0, help="of the initialisations (default: 0, which the report has)")
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="train on MNIST's files in this folder")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where finished runs are kept, if not in the cache")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--workers", type=int, metavar="N", help="local processes (default: one for each core)")
    place.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="make the runs on this dask.distributed cluster")
    parser.add_argument("--device", choices=DEVICES, default="cpu", help="where steps are computed (default: cpu)")
    options = parser.parse_args(arguments)
    try:
        runs = run_sweep(
            profile(options.profile, seed=options.seed),
            cache=options.cache,
            workers=options.workers,
            scheduler=options.scheduler,
            device=options.device,
            directory=options.mnist,
        )
    except (OSError, ValueError) as error:
        complain(f"error: {error}")
        return BAD_INPUT
    except KeyboardInterrupt:
        complain("interrupted; finished runs are kept")
        return INTERRUPTED
    say(table(runs))
    return 0


def table(runs: Sequence[SweepRun]) -> str:
    """A row for each run: its preprocessing and step size, and what was measured where gradient descent ended."""
    rows = [_COLUMNS, *map(_cells, runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _cells(run: SweepRun) -> tuple[str, ...]:
    numbers = ["-"] * 4
    if run.measurement is not None:
        found = run.measurement
        measured = (found.gram_sharpness, found.stability_norm, found.bound, found.tightness)
        numbers = ["-" if number is None else f"{number:.5g}" for number in measured]
    return (
        run.preprocessing,
        f"{run.plan.step_size:g}",
        str(run.result.steps),
        *numbers,
        "yes" if run.counted else f"no: {run.reason}",
    )


if __name__ == "__main__":
    sys.exit(main())
