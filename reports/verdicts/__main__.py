"""``python -m reports.verdicts EVIDENCE.json [--out FILE]``: the verdicts of a run as JSON.

What it holds is said by ``verdicts.schema.json``, which is shipped beside this module. Exit status 0, or 2 for a file
that cannot be read or written or is no evidence, 3 where the answer cannot be printed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from numerics.arrays.files import atomic_writer
from proofs_checks.evidence.file import read_evidence
from proofs_checks.evidence.record import Evidence
from proofs_checks.evidence.standing import Verdict, standings
from reports.sources import DISTRIBUTION
from theory.terminal import Parser, complain, say

SCHEMA = Path(__file__).with_name("verdicts.schema.json")
IDENTIFIER = "stable-minima/verdicts"
VERSION = 1
"""The version of the schema: raised whenever a reader of the former one could misread what is written."""


def verdicts(evidence: Evidence) -> dict[str, Any]:
    """The verdicts on all claims and statements of a run, as ``verdicts.schema.json`` describes them."""
    found = standings(evidence.claims)
    return {
        "schema": IDENTIFIER,
        "schema_version": VERSION,
        "suite": {"name": DISTRIBUTION, "version": version(DISTRIBUTION), "sources_digest": evidence.sources_digest},
        "run": {"outcome": evidence.outcome, "profile": evidence.profile, "selected": list(evidence.selected)},
        "environment": {name: None if value is None else str(value) for name, value in evidence.environment.items()},
        "claims": [
            {
                "name": claim.name,
                "title": claim.title,
                "source": claim.source,
                "verdict": _verdict(found[claim.name].verdict),
                "without_coq": _verdict(found[claim.name].without_coq),
                "statements": [
                    {
                        "name": statement.name,
                        "universal": statement.universal,
                        "verdict": _verdict(found[claim.name].statements[statement.name].verdict),
                        "without_coq": _verdict(found[claim.name].statements[statement.name].without_coq),
                    }
                    for statement in claim.statements
                ],
            }
            for claim in evidence.claims
        ],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "level": verdict.level,
        "given": [{"name": lemma.name, "source": lemma.source} for lemma in verdict.given],
        "outcome": verdict.outcome or None,
        "reason": verdict.reason or None,
    }


def main(arguments: Sequence[str] | None = None, prog: str = "python -m reports.verdicts") -> int:
    """Run the command line, called ``prog`` in the help; returns the exit status."""
    parser = Parser(prog=prog, description="Write the verdicts of a run of the checks as JSON.")
    parser.add_argument("evidence", type=Path, metavar="EVIDENCE.json", help="what a run of the checks recorded")
    parser.add_argument("--out", type=Path, metavar="FILE", help="file to write to, instead of the terminal")
    options = parser.parse_args(arguments)
    try:
        evidence = read_evidence(options.evidence)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        complain(f"reports.verdicts: cannot read {options.evidence}: {reason}")
        return 2
    text = json.dumps(verdicts(evidence), indent=1, ensure_ascii=False, allow_nan=False)
    if options.out is None:
        say(text)
        return 0
    try:
        with atomic_writer(options.out) as stream:
            stream.write(f"{text}\n".encode())
    except OSError as error:
        complain(f"reports.verdicts: cannot write {options.out}: {error.strerror}")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
