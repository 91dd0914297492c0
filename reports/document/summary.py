"""The report in a few sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from proofs_checks.evidence.record import FAILED, LEVELS, NOT_CHECKED, UNSUPPORTED, Evidence
from proofs_checks.evidence.standing import ClaimStanding
from reports import markup
from reports.latex import Markdown


def summary(evidence: Evidence, found: Mapping[str, ClaimStanding]) -> Markdown:
    """The report in a few sentences, all of them counted from the evidence."""
    claims = evidence.claims
    words = {
        **{level: level for level in LEVELS},
        FAILED: f"**{FAILED}**",
        UNSUPPORTED: UNSUPPORTED,
        NOT_CHECKED: NOT_CHECKED,
    }
    whole = [found[claim.name].word for claim in claims]
    parts = [part.word for claim in claims for part in found[claim.name].statements.values()]
    sentences = []
    if evidence.selected:
        names = _listed([f"“{markup.link_to(claim)}”" for claim in claims if claim.name in evidence.selected])
        sentences.append(f"**This is a part of the report**: only {names or 'nothing'} was to be checked.")
    sentences.append(
        f"This report covers {_count(len(claims), 'claim')}: {_tallied(whole, words)}. "
        f"They consist of {_count(len(parts), 'statement')}: {_tallied(parts, words)}."
    )
    instances = sum(claim.instances for claim in claims)
    if instances:
        sentences.append(f"The checks tried {_count(instances, 'instance')}.")

    controls = sum(len(claim.controls) for claim in claims)
    refuted = sum(claim.controls_refuted for claim in claims)
    if controls:
        sentences.append(
            f"Of {_count(controls, 'false variant')} set beside the claims, to show that the checks can fail, "
            f"{'all' if refuted == controls > 1 else refuted} {'was' if refuted == 1 else 'were'} refuted."
        )
    checks = [check for claim in claims for check in claim.checks]
    idle = sum(check.outcome == NOT_CHECKED for check in checks)
    if idle:
        sentences.append(f"Of {_count(len(checks), 'check')}, {idle} did not run here.")
    return Markdown(" ".join(sentences))


def _tallied(found: Sequence[str], words: Mapping[str, str]) -> str:
    return _listed([f"{found.count(word)} {shown}" for word, shown in words.items() if word in found]) or "none"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _listed(parts: Sequence[Any]) -> str:
    return " and ".join(", ".join(map(str, group)) for group in (parts[:-1], parts[-1:]) if group)
