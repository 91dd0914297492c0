"""The front page: five findings, known against new, and what is not shown; all of it looked up, none of it typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context

from proofs_checks.evidence.problems import Problem
from proofs_checks.evidence.record import FAILED, NOT_CHECKED, PASSED, UNSUPPORTED, Claim, Figure
from reports import markup
from reports.document.cited import Cited, cited
from reports.document.phrases import total
from reports.document.shown import Part, ShownClaim
from reports.figures import Drawing
from reports.latex import Markdown, latex_fragments
from theory.exposition import NOVELTY, Finding

_INTERVAL = re.compile(r"\[(-?\d+\.\d+), (-?\d+\.\d+)\]")
WEAKER: dict[str, str] = {
    "tested": "Tested on random instances, and proved in parts at most",
    "observed": "Measured on trained networks, in floats",
    "cited": "Taken from the literature",
    NOT_CHECKED: "Not checked in this run",
    UNSUPPORTED: "Resting on something that failed or was not checked",
    FAILED: "Failed",
}
"""What is said of statements that are weaker than certified."""


@dataclass(frozen=True)
class ShownFinding:
    """A finding: the claim, the text with the numbers in it, and the figure beside it, if that was drawn."""

    claim: ShownClaim
    text: Markdown
    drawing: Drawing | None


@dataclass(frozen=True)
class Front:
    """What the front page is filled with."""

    findings: Sequence[ShownFinding]
    novelty: Sequence[tuple[str, str, Sequence[ShownClaim]]]
    """Each kind of novelty, what it means, and its claims."""
    cited: Sequence[Cited]
    """The lemmas that are used and not proved, by their sources."""
    weaker: Sequence[tuple[str, Sequence[Markdown]]]

    @property
    def lemmas(self) -> int:
        """How many lemmas are used and not proved."""
        return sum(each.lemmas for each in self.cited)


def front(parts: Iterable[Part], drawn: Mapping[str, Drawing], macros: str) -> tuple[Front, list[Problem]]:
    """The front page of some claims; a finding whose numbers are not in the evidence is a problem, and left out."""
    claims = [claim for part in parts for claim in part.claims]
    findings, wrong = _findings(claims, drawn, macros)
    novelty = [
        (name, meaning, [claim for claim in claims if claim.exposition and claim.exposition.novelty == name])
        for name, meaning in NOVELTY.items()
    ]
    return Front(findings, novelty, cited(claims), _weaker(claims)), wrong


def filled(finding: Finding, claim: Claim) -> str:
    """The text of a finding with its numbers, as LaTeX. Raises KeyError naming what the evidence does not have."""
    fields: dict[str, Figure] = {
        "theorems": total(claim, "theorems"),
        "steps": total(claim, "steps"),
        "instances": claim.instances,
        "controls": claim.controls_refuted,
    }
    for name, label in finding.numbers.items():
        values = [check.figures[label] for check in claim.checks if label in check.figures and check.outcome == PASSED]
        if len(values) != 1:
            raise KeyError(f"{label!r} is a figure of {len(values)} of its checks that passed, expected one")
        fields[name] = values[0]
    wanted = re.findall(r"\{(\w+)\}", finding.text)
    if missing := [name for name in fields if name in finding.numbers and name not in wanted]:
        raise KeyError(f"its text has no place for {', '.join(missing)}")
    return re.sub(r"\{(\w+)\}", lambda found: _written(fields, found), finding.text)


def _written(fields: Mapping[str, Figure], found: re.Match[str]) -> str:
    if found[1] not in fields:
        return found[0]
    value = fields[found[1]]
    # a text is LaTeX as it stands, such as the ends of an interval; as Markdown it would be escaped
    return _outward(value) if isinstance(value, str) else str(markup.number(value))


def _outward(text: str) -> str:
    """The intervals of a text with ends of six digits at most, rounded outward."""
    down, up = (Context(prec=6, rounding=rounding).create_decimal for rounding in (ROUND_FLOOR, ROUND_CEILING))
    return _INTERVAL.sub(lambda ends: f"[{down(ends[1])}, {up(ends[2])}]", text)


def _findings(
    claims: Sequence[ShownClaim], drawn: Mapping[str, Drawing], macros: str
) -> tuple[list[ShownFinding], list[Problem]]:
    texts: list[tuple[ShownClaim, Finding, str]] = []
    wrong = []
    for claim in claims:
        finding = claim.exposition.finding if claim.exposition else None
        if finding is None:
            continue
        try:
            texts.append((claim, finding, filled(finding, claim.claim)))
        except KeyError as error:
            wrong.append(Problem(f"its finding is not on the front page: {error.args[0]}", claim.claim))
    texts.sort(key=lambda each: each[1].rank)
    converted, complaints = latex_fragments([text for *_, text in texts], display=False, macros=macros)
    found = [
        ShownFinding(claim, text, drawn.get(finding.figure))
        for (claim, finding, _), text in zip(texts, converted, strict=True)
    ]
    return found, wrong + [Problem(text) for text in complaints]


def _weaker(claims: Sequence[ShownClaim]) -> list[tuple[str, Sequence[Markdown]]]:
    found: list[tuple[str, Sequence[Markdown]]] = []
    for word, meaning in WEAKER.items():
        counts = [(claim, sum(each.standing.word == word for each in claim.statements)) for claim in claims]
        links = [Markdown(f"{markup.link_to(claim.claim)} ({count})") for claim, count in counts if count]
        if links:
            found.append((meaning, links))
    return found
