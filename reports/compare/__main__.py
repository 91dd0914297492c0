"""``python -m reports.compare OLD.json NEW.json [--json]``: what changed from one run of the checks to another.

Exit status 0 where nothing got weaker, 1 where a claim, a statement, a check or a control fails in NEW, or a claim or
a statement is weaker there or missing, 2 for a file that cannot be read or is no evidence, 3 where the answer cannot
be printed. Fewer instances, other figures and missing checks are said and do not change the status. Evidence does not
record how long a check took, so no times are compared.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from proofs_checks.evidence.file import read_evidence
from proofs_checks.evidence.record import Evidence
from reports.compare.changes import KINDS, Change, changes
from theory.terminal import Parser, complain, say

FORMAT = "stable-minima comparison 1"


def main(arguments: Sequence[str] | None = None, prog: str = "python -m reports.compare") -> int:
    """Run the command line, called ``prog`` in the help; returns the exit status."""
    parser = Parser(prog=prog, description="Say what changed between two runs of the checks.")
    parser.add_argument("old", type=Path, metavar="OLD.json", help="evidence of the earlier run")
    parser.add_argument("new", type=Path, metavar="NEW.json", help="evidence of the later run")
    parser.add_argument("--json", action="store_true", help="write JSON for machines")
    options = parser.parse_args(arguments)
    read = []
    for path in (options.old, options.new):
        try:
            read.append(read_evidence(path))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            complain(f"reports.compare: cannot read {path}: {reason}")
            return 2
    old, new = read
    found = changes(old, new)
    worse = any(change.worse for change in found)
    if options.json:
        record = {"format": FORMAT, "worse": worse, "old": _run(old), "new": _run(new)}
        say(json.dumps(record | {"changes": [_record(change) for change in found]}, indent=1, ensure_ascii=False))
    else:
        say("\n".join(_lines(options.old, old, options.new, new, found)))
    return 1 if worse else 0


def _record(change: Change) -> dict[str, object]:
    """A change as JSON has it, which knows no infinite numbers."""
    return {
        name: str(value) if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in asdict(change).items()
    }


def _run(evidence: Evidence) -> dict[str, object]:
    return {
        "outcome": evidence.outcome,
        "profile": evidence.profile,
        "selected": list(evidence.selected),
        "claims": len(evidence.claims),
        "environment": dict(evidence.environment),
    }


def _lines(old_path: Path, old: Evidence, new_path: Path, new: Evidence, found: Sequence[Change]) -> list[str]:
    lines = []
    for path, run in ((old_path, old), (new_path, new)):
        chosen = f", of {', '.join(run.selected)} alone" if run.selected else ""
        profile = f", profile {run.profile}" if run.profile else ""
        lines.append(
            f"{path}: {run.outcome}, {len(run.claims)} {'claim' if len(run.claims) == 1 else 'claims'}{profile}{chosen}"
        )
    for name in dict.fromkeys([*old.environment, *new.environment]):
        before, after = old.environment.get(name), new.environment.get(name)
        if before != after:
            lines.append(f"  {name}: {_shown(before)} -> {_shown(after)}")
    for kind, group in groupby(found, key=lambda change: change.kind):
        of_kind = list(group)
        lines += ["", f"{KINDS[kind]} ({len(of_kind)})"]
        lines += [f"  {_place(change)}: {_shown(change.old)} -> {_shown(change.new)}" for change in of_kind]
    return [*lines, "", "nothing changed" if not found else _verdict(found)]


def _place(change: Change) -> str:
    """What changed and where; a figure stands behind the check that has it."""
    is_figure = change.kind in ("figure", "fewer instances", "more instances")
    return f"{change.where}: {change.what}" if is_figure else f"{change.what} {change.where}"


def _verdict(found: Sequence[Change]) -> str:
    count = sum(change.worse for change in found)
    return f"{count} failed or got weaker" if count else "nothing got weaker"


def _shown(value: object) -> str:
    return "none" if value is None else str(value)


if __name__ == "__main__":
    raise SystemExit(main())
