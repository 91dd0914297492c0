"""How a run ends: its ledger becomes a record, which is written out."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from proofs_checks.evidence import record
from proofs_checks.evidence.ledger import Ledger
from proofs_checks.evidence.record import FAILED
from proofs_checks.evidence.standing import standings
from proofs_checks.run.gathering import Gathering
from proofs_checks.run.selection import CHECKS, absolute, claims_of
from theory.registry import registry

UNFINISHED: dict[int, str] = {
    pytest.ExitCode.INTERRUPTED: "interrupted",
    pytest.ExitCode.INTERNAL_ERROR: "ended by an internal error",
    pytest.ExitCode.USAGE_ERROR: "called in a wrong way",
    pytest.ExitCode.NO_TESTS_COLLECTED: "nothing was checked",
}
"""How a run ended that says nothing of the claims, or not all; it replaces no evidence."""


@dataclass
class Outcome:
    """The record of a run, if there is one, and what went wrong apart from the checks."""

    found: record.Evidence | None = None
    trouble: str = ""


def finish(session: pytest.Session, exitstatus: int, ledger: Ledger, gathering: Gathering) -> Outcome:
    """Compose the record and write it where ``--evidence`` says; a failed claim fails the run.

    What a run has that came to no end is written where there is nothing yet.
    """
    from proofs_checks.evidence.compose import compose

    config = session.config
    gathering.close()
    keyword = config.getoption("keyword", "")
    if keyword and not gathering.files and not ledger.crashes:
        return Outcome(trouble=f"-k {keyword} selects no check; the claims are {', '.join(registry().names)}")
    _select(config, ledger, gathering)
    if ledger.selected == () and not _whole(config):
        return Outcome()
    target: Path | None = config.getoption("evidence", None)
    command = shlex.join(["pytest", *map(str, config.invocation_params.args)])
    found = compose(ledger, command=command, passed=exitstatus == 0, typeset=target is not None)
    asked = set(ledger.selected) or {claim.name for claim in found.claims}
    failed = {name for name, standing in standings(found.claims).items() if standing.verdict.outcome == FAILED}
    if failed & asked and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        found = record.failed(found)
    return Outcome(found, "" if target is None else _write(session, exitstatus, target, found))


def _whole(config: pytest.Config) -> bool:
    """Whether all checks were asked for."""
    return any(CHECKS.is_relative_to(absolute(argument, config)) for argument in config.args if "::" not in argument)


def _select(config: pytest.Config, ledger: Ledger, gathering: Gathering) -> None:
    """Note the claims that the run is about, if not all, and those of which something did not run."""
    ran = claims_of(gathering.files.values())
    unfinished = [file for test, file in gathering.files.items() if test not in gathering.finished]
    parts = [absolute(argument, config) for argument in config.args if "::" in argument]
    ledger.incomplete |= claims_of(unfinished) | claims_of(parts)
    if config.getoption("lf", False):
        # pytest leaves out what passed before without saying so
        ledger.incomplete |= ran
    recorded = {name for part in (ledger.checks, ledger.controls, ledger.crashes) for name in part}
    # several claims share a file; what is missing of one of which the own file was not run is no fault of the claim
    whole, files = _whole(config), set(CHECKS.rglob("test_*.py"))
    ledger.incomplete |= (recorded - ran) & (claims_of(files) if whole else recorded)
    if not whole:
        ledger.incomplete |= claims_of(files.difference(gathering.files.values()))
    if not whole and not ledger.selected:
        ledger.selected = tuple(sorted(ran | recorded))


def _write(session: pytest.Session, exitstatus: int, target: Path, found: record.Evidence) -> str:
    """Write the record, and return what went wrong, if anything."""
    from proofs_checks.evidence.file import write_evidence

    if (why := UNFINISHED.get(exitstatus)) and target.exists():
        return f"{why}; the evidence of an earlier run is left as it was: {target}"
    try:
        write_evidence(target, found)
    except OSError as error:
        session.exitstatus = pytest.ExitCode.USAGE_ERROR
        return f"--evidence: cannot write {target}: {error.strerror or error}"
    return ""
