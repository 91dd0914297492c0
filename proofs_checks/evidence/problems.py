"""What keeps a run from being clean: everything that has to stand in red above its report."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from proofs_checks.evidence.record import FAILED, NOT_CHECKED, PASSED, UNSUPPORTED, Claim, Evidence
from proofs_checks.evidence.standing import ClaimStanding, Standing


@dataclass(frozen=True)
class Problem:
    """One problem, with the claim and the statements it belongs to, the check, and the reason with its instance."""

    text: str
    claim: Claim | None = None
    node: str | None = None
    statements: tuple[str, ...] = ()
    detail: str = ""


def problems(evidence: Evidence, standings: Mapping[str, ClaimStanding]) -> tuple[Problem, ...]:
    """All that goes to the top of the report in red; empty for a clean run.

    A claim that is unsupported is no problem of its own where the cause is named. In a run of some claims only those
    are looked at; what they rest on was not asked for.
    """
    asked = [claim for claim in evidence.claims if not evidence.selected or claim.name in evidence.selected]
    failed = {claim.name for claim in asked if standings[claim.name].verdict.outcome == FAILED}
    found = [problem for claim in asked for problem in _problems_of(claim, standings[claim.name], failed)]
    missing = [name for name in evidence.selected if evidence.claim(name) is None]
    found += [Problem(f"there is no claim {name}") for name in missing]
    if not asked:
        found.append(Problem("no claim was checked"))
    blamed = any(check.culprit for claim in asked for check in claim.checks)
    if evidence.outcome != PASSED and not failed and not blamed:
        found.append(Problem("the run of the checks failed outside of any claim; its output says where"))
    if not evidence.selected:
        found += _dangling(evidence)
    if not found and not evidence.selected:  # whatever is unsupported has a cause, unless it rests on itself
        found += [
            Problem("rests on itself, by way of what it rests on", claim)
            for claim in asked
            if standings[claim.name].verdict.outcome == UNSUPPORTED
        ]
    return tuple(found)


def _dangling(evidence: Evidence) -> Iterator[Problem]:
    for claim in evidence.claims:
        references = [*claim.rests_on, *(reference for each in claim.statements for reference in each.rests_on)]
        for name in dict.fromkeys(reference.partition(".")[0] for reference in references):
            if evidence.claim(name) is None:
                yield Problem(f"rests on {name}, of which there is no evidence", claim)


def _problems_of(claim: Claim, standing: ClaimStanding, failed: Collection[str]) -> Iterator[Problem]:
    """What went wrong in a claim, but for what is the fault of another one that failed."""
    if claim.fault:
        if claim.culprit in ("", claim.name):
            yield Problem("its module cannot be imported, or its references lead nowhere", claim, detail=claim.fault)
        return
    found = False
    for crash in claim.crashes:
        if crash.culprit not in failed:
            found = True
            yield Problem("a test failed", claim, crash.node or None, detail=crash.reason)
    for check in claim.checks:
        if check.outcome == FAILED and check.culprit not in failed:
            found = True
            yield Problem(f"check failed: {check.description}", claim, check.node, check.statements, check.reason)
    for control in claim.controls:
        if control.refuted is False:
            found = True
            text = f"a false variant was not refuted: {control.variant}"
            yield Problem(text, claim, control.node, (control.statement,), control.counterexample)
    if standing.verdict.outcome == FAILED and not found:
        yield Problem(standing.verdict.reason, claim)
    yield from _unchecked(claim, standing)


def _unchecked(claim: Claim, standing: ClaimStanding) -> Iterator[Problem]:
    idle = {name: part for name, part in standing.statements.items() if part.verdict.outcome == NOT_CHECKED}
    if idle:
        yield Problem("no evidence: nothing that checks this has run", claim, None, tuple(idle), _first_reason(idle))


def _first_reason(standings: Mapping[str, Standing]) -> str:
    return next((part.verdict.reason for part in standings.values() if part.verdict.reason), "")
