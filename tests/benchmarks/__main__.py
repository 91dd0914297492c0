"""Measure the project side by side with what a user would take instead: ``python -m tests.benchmarks``.

Results are in OUT/benchmarks.json (`tests.benchmarks.results` describes them), .md, .svg and .png. An interrupted run
goes on where it stopped. The exit status is 0, 2 for bad input, 3 if a file could not be written, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from tests.benchmarks import picture, results, table
from tests.benchmarks.compare import Case, Settings
from tests.benchmarks.comparisons import enclosures, growth, norms, sharpness, sweep, training
from tests.benchmarks.machine import description

COMPARISONS = (sharpness, norms, training, sweep, enclosures, growth)


def main(arguments: list[str] | None = None) -> int:
    """Run the comparisons that the command line asks for, and write all that was measured."""
    options = _parser().parse_args(arguments)
    conditions = {"size": options.size, "mnist": options.mnist is not None, "machine": description()}
    path: Path = options.out / "benchmarks.json"
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        if options.again:
            path.unlink(missing_ok=True)
        found = results.opened(path, conditions)
        status = _measure(found, path, options)
        if found["cases"]:
            _tell(found, options.out)
    except results.ConditionsError as error:
        print(f"{error}; give another --out, or --again to measure all of it again", file=sys.stderr)
        return 2
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"the results could not be written: {error}", file=sys.stderr)
        return 3
    return status


def _measure(found: results.Results, path: Path, options: argparse.Namespace) -> int:
    # tqdm itself asks whether this is a terminal where `disable` is None
    folder = options.out / "networks"
    with tqdm(disable=None, unit="comparison", leave=False) as bar:
        settings = Settings(options.size == "full", options.mnist, folder, lambda text: bar.set_postfix_str(text))
        if options.mnist is None:
            found["left_out"] |= sharpness.left_out(settings)
        cases = [case for case in _cases(settings, options.only) if case.name not in found["cases"]]
        bar.reset(total=len(cases))
        for case in cases:
            bar.set_description_str(case.name)
            try:
                found["cases"][case.name] = case.run()
            except KeyboardInterrupt:
                print(f"interrupted in {case.name}; the same command goes on there", file=sys.stderr)
                return 130
            results.write(path, found)
            bar.update()
    return 0


def _cases(settings: Settings, only: str) -> list[Case]:
    cases = [case for comparison in COMPARISONS for case in comparison.cases(settings)]
    chosen = [case for case in cases if f"{case.name}/".startswith(only and f"{only.rstrip('/')}/")]
    if not chosen:
        names = "\n".join(case.name for case in cases)
        raise ValueError(f"no comparison is called {only}, nor a group of them; there are\n{names}")
    return chosen


def _tell(found: results.Results, folder: Path) -> None:
    text = table.markdown(found)
    (folder / "benchmarks.md").write_text(text, encoding="utf-8")
    files = picture.save(found, folder)
    print(text)
    print("written:", *(str(file) for file in (folder / "benchmarks.json", folder / "benchmarks.md", *files)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", metavar="NAME", default="", help="one comparison or group: sharpness, sharpness/gram")
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks"), help="the folder for the results")
    parser.add_argument("--size", choices=("small", "full"), default="small", help="full: all rivals at all sizes")
    parser.add_argument("--mnist", type=_folder, help="the folder of all of MNIST; (10,000, 1,024) needs it")
    parser.add_argument("--again", action="store_true", help="forget what the folder holds")
    return parser


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return path


if __name__ == "__main__":
    sys.exit(main())
