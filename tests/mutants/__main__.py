"""Change the trusted parts one small thing at a time and see whether their tests notice: ``python -m tests.mutants``.

It works on a copy of what git knows, under OUT/tree. Results are lines of OUT/results.jsonl, so that an interrupted run
goes on where it stopped; the last line on a mutant counts. Of each mutant only those tests run that reach its lines.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import math
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.mutants import table, trial
from tests.mutants.operators import Mutant, mutants

TARGETS: dict[str, tuple[str, ...]] = {
    "theory/kernel/": ("tests/theory/kernel",),
    "proofs_checks/verify/": ("tests/proofs_checks/verify",),
    "proofs_checks/evidence/": ("tests/proofs_checks/evidence",),
    "theory/falsifier/": ("tests/theory/falsifier", "tests/theory/kernel/test_falsehoods.py"),
    "numerics/weight.py": ("tests/numerics/test_weight.py", "tests/numerics/test_three_arithmetics.py"),
    "numerics/norm.py": ("tests/numerics/test_norm.py", "tests/numerics/test_three_arithmetics.py"),
    "numerics/gram.py": ("tests/numerics/test_gram.py", "tests/numerics/test_three_arithmetics.py"),
    "numerics/arrays/gram.py": ("tests/numerics/arrays/test_gram.py", "tests/numerics/test_three_arithmetics.py"),
    "numerics/arrays/spectrum.py": ("tests/numerics/arrays/test_spectrum.py", "tests/numerics/test_sharpness.py"),
    "numerics/arrays/hyperplanes.py": (
        "tests/numerics/arrays/test_hyperplanes.py",
        "tests/numerics/arrays/test_shared_hyperplanes.py",
    ),
    "numerics/enclosure.py": ("tests/numerics/test_enclosure.py", "tests/numerics/test_three_arithmetics.py"),
    "numerics/exact/": ("tests/numerics/exact", "tests/numerics/test_enclosure.py"),
    "numerics/certificate/": ("tests/numerics/certificate", "tests/proofs_checks/verify/test_verify.py"),
    "numerics/loading/": ("tests/numerics/loading",),
}
"""What is changed, by the beginning of its path, and the tests that are to notice."""
_LIMIT = 60.0
"""Seconds after which a run counts as one that a test has noticed, or four times what the tests take otherwise."""
_SURVEY = 1800.0


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for, and print the table."""
    options = _parser().parse_args(arguments)
    out: Path = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    results = out / "results.jsonl"
    if not options.table:
        tree = out / "tree"
        _copy(Path.cwd(), tree)
        chosen = _sample(tree, options.path, options.sample, options.seed)
        before = table.read(results)
        trial.prepare(tree)
        try:
            for prefix, tests in TARGETS.items():
                due = [m for m in chosen if m.file.startswith(prefix) and _due(m, before.get(m.name), tree, options)]
                if due:
                    _run(due, prefix, options.tests or tests, tree, results, options.budget)
        except KeyboardInterrupt:
            return 130
    print(table.written(table.read(results), options.path))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--path", action="append", help="only files whose path begins so; may be given again")
    parser.add_argument(
        "--sample", type=int, help="so many of them, drawn by the seed; a larger sample has the smaller"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="only those that survived, once more")
    parser.add_argument("--tests", action="append", help="of these test files only; may be given again")
    parser.add_argument(
        "--budget",
        type=float,
        default=math.inf,
        help="seconds, looked at line by line, of the fastest tests that a mutant is given",
    )
    parser.add_argument("--table", action="store_true", help="only print what is known")
    parser.add_argument("--out", type=Path, default=Path("build/mutants"))
    return parser


def _copy(source: Path, tree: Path) -> None:
    """What git knows of, as it stands; files that are the same keep their time, so that compiled ones stay good."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=source, check=True, capture_output=True, text=True).stdout
    wanted = {name for name in listed.split("\0") if name and (source / name).is_file()}
    for name in wanted:
        copy, original = tree / name, source / name
        if not copy.is_file() or copy.read_bytes() != original.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(original, copy)
    for copy in tree.rglob("*.py"):
        if str(copy.relative_to(tree)) not in wanted:
            copy.unlink()


def _sample(tree: Path, paths: list[str] | None, number: int | None, seed: int) -> list[Mutant]:
    files = sorted({f for prefix in TARGETS for f in [*tree.glob(f"{prefix}*.py"), tree / prefix] if f.suffix == ".py"})
    names = [str(file.relative_to(tree)) for file in files]
    found = [
        mutant
        for name in names
        if paths is None or name.startswith(tuple(paths))
        for mutant in mutants((tree / name).read_bytes(), name)
    ]
    drawn = sorted(found, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.name}".encode()).digest())[:number]
    return sorted(drawn, key=lambda mutant: (mutant.file, mutant.span))


def _due(mutant: Mutant, known: dict[str, Any] | None, tree: Path, options: argparse.Namespace) -> bool:
    if options.again:
        return known is not None and known["verdict"] == "survived" and not table.is_equivalent(known)
    return known is None or known["source"] != _digest(tree / mutant.file)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def _run(due: list[Mutant], prefix: str, tests: tuple[str, ...], tree: Path, results: Path, budget: float) -> None:
    files = (
        [prefix]
        if (tree / prefix).is_file()
        else sorted(str(f.relative_to(tree)) for f in (tree / prefix).glob("*.py"))
    )
    lines, seconds = _survey([*tests, *files], prefix, tree)
    for mutant in due:
        reaching = sorted(_reaching(mutant, lines, set(seconds)), key=lambda name: seconds[name])
        spent = list(itertools.accumulate(seconds[name] for name in reaching))
        names = [name for name, sofar in zip(reaching, spent, strict=True) if sofar <= budget or name == reaching[0]]
        began = time.perf_counter()
        status, failed = _tried(mutant, {name: seconds[name] for name in names}, [*tests, *files], tree)
        known = {
            "name": mutant.name,
            "file": mutant.file,
            "line": mutant.line,
            "text": mutant.text,
            "before": mutant.before,
            "after": mutant.after,
            "verdict": "late" if status is None else "survived" if status in (0, 5) else "killed",
            "by": failed[0] if failed else "",
            "tests": len(names),
            "seconds": round(time.perf_counter() - began, 1),
            "source": _digest(tree / mutant.file),
        }
        with results.open("a", encoding="utf-8") as out:
            out.write(json.dumps(known) + "\n")
        print(f"{known['verdict']:8} {known['seconds']:5} s  {mutant.name}", flush=True)


def _survey(files: list[str], prefix: str, tree: Path) -> tuple[dict[tuple[str, int], set[str]], dict[str, float]]:
    """Which tests reach a line ("" for what runs as files are read), and the seconds of each test; all have to pass.

    It is kept beside the copy for as long as neither the tests nor what is changed are others.
    """
    places = [
        path
        for name in [*files, prefix]
        for path in ([tree / name] if (tree / name).is_file() else sorted((tree / name).rglob("*.py")))
    ]
    digest = hashlib.sha256("".join(map(_digest, places)).encode()).hexdigest()[:16]
    kept = tree.with_name(f"survey-{digest}.txt")
    if not kept.is_file():
        status, found = trial.forked(
            lambda report: trial.run_tests(files, trial.Survey(tree, prefix, report), keep_bytecode=True), _SURVEY
        )
        if status != 0:
            raise SystemExit(f"the tests of {prefix} do not pass as they stand")
        kept.write_text("\n".join(found), encoding="utf-8")
    lines: dict[tuple[str, int], set[str]] = {}
    seconds: dict[str, float] = {}
    for entry in kept.read_text(encoding="utf-8").splitlines():
        match entry.split("\t"):
            case [test, file, line]:
                lines.setdefault((file, int(line)), set()).add(test)
            case [test, taken]:
                seconds[test] = float(taken)
    return lines, seconds


def _reaching(mutant: Mutant, lines: dict[tuple[str, int], set[str]], tests: set[str]) -> set[str]:
    """The tests that reach the lines of a mutant; where none is seen, its own file's and those of whole commands."""
    reached = {test for line in mutant.lines for test in lines.get((mutant.file, line), ())}
    if not reached:
        return {test for test in tests if f"test_{Path(mutant.file).stem}.py" in test or "command" in test}
    return tests if "" in reached else reached


def _tried(mutant: Mutant, chosen: dict[str, float], files: list[str], tree: Path) -> tuple[int | None, list[str]]:
    file = tree / mutant.file
    source = file.read_bytes()
    wanted = sorted({name.split("::")[0] for name in chosen}) or files
    try:
        _forget(file)
        file.write_bytes(mutant.applied(source))
        return trial.forked(
            lambda report: trial.run_tests(wanted, trial.Chosen(chosen, report), "-x"),
            max(_LIMIT, 4 * sum(chosen.values())),
        )
    finally:
        file.write_bytes(source)
        _forget(file)


def _forget(file: Path) -> None:
    """What is compiled of a file is kept by its length and the second of its time, which a mutant may share."""
    for compiled in file.parent.glob(f"__pycache__/{file.stem}.*"):
        compiled.unlink()


if __name__ == "__main__":
    sys.exit(main())
