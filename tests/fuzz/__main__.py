"""``python -m tests.fuzz``: nearly valid files, read until the time is over; what goes wrong is kept with what it said.

The exit status is 0 if every file was answered or refused in words, 1 if not, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import Seed, seeds
from tests.fuzz.trial import fault


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").strip())
    parser.add_argument("--seconds", type=float, default=60.0, help="how long, for all formats together")
    parser.add_argument("--rounds", type=int, help="how many files of each format, whatever the time")
    parser.add_argument("--seed", type=int, default=0, help="where drawing begins")
    parser.add_argument("--format", action="append", help="this format alone; may be given several times")
    parser.add_argument(
        "--out", type=Path, default=Path("build/fuzz"), help="the folder for files that are not read well"
    )
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        known = seeds(Path(folder))
        chosen = [seed for seed in known if not options.format or seed.format in options.format]
        if not chosen:
            parser.error(f"formats are {', '.join(seed.format for seed in known)}")
        tried, wrong = Counter[str](), Counter[str]()
        try:
            _try(chosen, options, Path(folder), tried, wrong)
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            return 130
        finally:
            for seed in chosen:
                print(f"{seed.format:12} {tried[seed.format]:8,} files {wrong[seed.format]:4} faults")
    return 1 if wrong.total() else 0


def _try(
    chosen: list[Seed], options: argparse.Namespace, folder: Path, tried: Counter[str], wrong: Counter[str]
) -> None:
    end, rounds = time.monotonic() + options.seconds, options.rounds
    for number in itertools.count(options.seed):
        if number - options.seed == rounds or (rounds is None and time.monotonic() > end):
            return
        for seed in chosen:
            content = mutated(seed, Random(f"{seed.format} {number}"))
            tried[seed.format] += 1
            if said := fault(seed, content, folder):
                wrong[seed.format] += 1
                kept = options.out / f"{seed.format.replace(' ', '-')}-{number}-{Path(seed.name).name}"
                kept.write_bytes(content)
                Path(f"{kept}.said").write_text(said, "utf-8")
                print(f"{kept}: {said.strip().splitlines()[-1][:150]}", flush=True)
        if sys.stderr.isatty():
            print(f"\r{tried.total():,} files, {wrong.total()} faults", end="", file=sys.stderr)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    raise SystemExit(main())
