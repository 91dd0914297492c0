"""The table at the end of a run: how every statement stands, and why where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from proofs_checks.evidence.record import (
    CONTROLS_NEEDED,
    FAILED,
    NOT_CHECKED,
    UNSUPPORTED,
    Claim,
    Evidence,
    instances,
    smallest_margin,
)
from proofs_checks.evidence.standing import GROUNDS_APART, ClaimStanding, Standing, Verdict

HEAD = ("claim", "statement", "standing", "without Coq", "instances", "smallest margin", "controls refuted")

_LONGEST_NAME = 40
"""Characters of a lemma's name, or of ranges, that fit the table; the report has them all, with their sources."""

Row = tuple[str, ...]


def rows(evidence: Evidence, standings: Mapping[str, ClaimStanding]) -> list[Row]:
    """A row for each claim, and one for each of its statements; in a run of some claims only for theirs."""
    return [
        row
        for claim in evidence.claims
        for place, row in enumerate(_rows(claim, standings[claim.name]))
        if place == 0 or not evidence.selected or claim.name in evidence.selected
    ]


def _rows(claim: Claim, standing: ClaimStanding) -> Iterator[Row]:
    """The row of a claim, then those of its statements."""
    controls = f"{claim.controls_refuted} of {max(len(claim.controls), CONTROLS_NEEDED)}"
    yield claim.name, "", *_standing(standing), *_counts(claim.instances, claim.smallest_margin), controls
    for statement in claim.statements:
        checks, own = claim.checks_of(statement.name), claim.controls_of(statement.name)
        counts = _counts(instances(checks), smallest_margin(checks))
        refuted = f"{sum(control.refuted is True for control in own)} of {len(own)}" if own else ""
        standings = _standing(standing.statements[statement.name], statement.within)
        yield "", statement.name, *standings, *counts, refuted


def _standing(standing: Standing, within: Sequence[str] = ()) -> tuple[str, str]:
    both, without = _short(standing.verdict, within), _short(standing.without_coq, within)
    # a reason that stands beside it already is not said again
    return both, standing.without_coq.word if without == both and standing.without_coq.level is None else without


def _short(verdict: Verdict, within: Sequence[str] = ()) -> str:
    if verdict.outcome == UNSUPPORTED:
        first, *others = verdict.text.split(GROUNDS_APART)
        return f"{first} and {len(others)} more" if others else first
    level = f"{verdict.word}{_ranges(within)}" if verdict.level == "derived" else verdict.word
    match verdict.given:
        case ():
            return level
        case (lemma,) if len(lemma.name) <= _LONGEST_NAME:
            return f"{level}, given {lemma.name}"
        case lemmas:
            return f"{level}, given {len(lemmas)} cited lemma{'s' * (len(lemmas) > 1)}"


def _ranges(within: Sequence[str]) -> str:
    """What a statement is derived for, if that is not everything."""
    if not within:
        return ""
    named = ", ".join(within).replace(r"\le", "<=")
    return f" for {named}" if len(named) <= _LONGEST_NAME else f" for {len(within)} ranges"


def _counts(tried: int, margin: float | None) -> tuple[str, str]:
    return (str(tried) if tried else "", "" if margin is None else f"{margin:.2g}")


def aligned(table: list[Row]) -> list[str]:
    """Lines with the columns of the rows below each other, the head first."""
    widths = [max(len(row[column]) for row in (HEAD, *table)) for column in range(len(HEAD))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (HEAD, *table)
    ]


def failures(evidence: Evidence, standings: Mapping[str, ClaimStanding]) -> list[str]:
    """What failed, and why: the claim, its statements unless it is all of them, the reason with the instance."""
    lines = []
    for claim in evidence.claims:
        standing = standings[claim.name]
        if standing.verdict.outcome == FAILED and not claim.statements:
            lines.append(f"{claim.name}: {standing.verdict.reason}")
        concerned: dict[str, list[str]] = {}
        for name, part in standing.statements.items():
            if part.verdict.outcome == FAILED:
                concerned.setdefault(part.verdict.reason, []).append(name)
        for reason, names in concerned.items():
            named = "" if len(names) == len(claim.statements) else f" {', '.join(names)}"
            lines.append(f"{claim.name}{named}: {reason}")
    return lines


def controls(claim: Claim) -> list[str]:
    """The controls of a claim, each with its outcome."""
    words = {True: "refuted", False: "not refuted", None: NOT_CHECKED}
    return [f"{words[control.refuted]}: {control.variant} ({control.statement})" for control in claim.controls]
