"""reports.document.shown: claims in the order in which they are told, each with its own texts."""

from __future__ import annotations

import dataclasses

from proofs_checks.evidence.file import parse_evidence
from proofs_checks.evidence.standing import ClaimStanding, Standing, Verdict, standings
from reports.document.phrases import NAMED, weakest
from reports.document.shown import Part, shown
from tests.reports.conftest import Record
from tests.reports.document.test_front import TOLD
from theory.exposition import Exposition


def parts(record: Record, told: dict[str, Exposition]) -> list[Part]:
    """The parts of the sample evidence."""
    evidence = parse_evidence(record)
    found, complaints = shown(evidence, standings(evidence.claims), told, "\n".join(evidence.macros))
    assert complaints == []
    return found


def test_claims_come_by_part_and_place(record: Record) -> None:
    """A claim that nothing is told of comes last; numbers follow the order."""
    told = {
        "linear-stability": dataclasses.replace(TOLD, part="wider", order=2),
        "stability-inequality": dataclasses.replace(TOLD, part="wider", order=1),
        "sharpness-lower-bound": TOLD,
    }
    found = parts(record, told)
    assert [(part.name, part.number) for part in found] == [("main", "I"), ("wider", "II"), ("further", "III")]
    assert [claim.claim.name for claim in found[1].claims] == ["stability-inequality", "linear-stability"]
    assert found[1].claims[1].number == "II.2"
    assert found[1].claims[1].statements[0].number == "II.2.1"


def test_texts_go_with_their_claims(record: Record) -> None:
    """Texts are converted together, and none is taken for another."""
    marked = {
        name: dataclasses.replace(TOLD, gist=f"The gist of {len(name)}.", sketch=(f"First {len(name)}.", "Then $a_b$."))
        for name in ("linear-stability", "sharpness-lower-bound")
    }
    for part in parts(record, marked):
        for claim in part.claims:
            if claim.told is None:
                assert claim.claim.name not in marked
                continue
            length = len(claim.claim.name)
            assert claim.told.gist == f"The gist of {length}."
            assert claim.told.sketch == [f"First {length}.", "Then $a_b$."]
            assert claim.told.limits == ["Not that."]


def test_headline(record: Record) -> None:
    """Without an exposition it is the first statements; with one, what that names, and its hypotheses once."""
    found = {claim.claim.name: claim for part in parts(record, {}) for claim in part.claims}
    claim = found["sharpness-lower-bound"]
    assert claim.headline == claim.statements[:2]
    texts = [text for _, hypotheses in claim.assumed for text in hypotheses]
    assert len(texts) == len(set(texts))


def test_a_claim_is_as_strong_as_a_statement_outside_the_box(record: Record) -> None:
    """That statement is named, unless one in the box is as weak."""
    told = {"sharpness-lower-bound": TOLD}
    (claim,) = (each for part in parts(record, told) for each in part.claims if each.claim.name in told)
    strong, weak = (Standing(Verdict(level), Verdict(level)) for level in ("derived", "observed"))
    as_weak = ClaimStanding(weak.verdict, weak.without_coq, {})
    for outside, named in ((claim.others[-1:], 1), (claim.others, len(claim.others)), (claim.statements, 0)):
        standings_of = [dataclasses.replace(e, standing=weak if e in outside else strong) for e in claim.statements]
        shown = dataclasses.replace(claim, statements=standings_of, standing=as_weak)
        assert len(shown.weakest) == named
        words = [each.statement.name.replace("-", " ") for each in shown.weakest]
        assert all(word in weakest(shown) for word in words[:NAMED])
        assert (" more" in weakest(shown)) == (named > NAMED)
        assert bool(weakest(shown)) == bool(named)


def test_the_headline_is_numbered_first(record: Record) -> None:
    """So the report's numbers have no gaps; hypotheses say of which statements they are, unless of all."""
    evidence = parse_evidence(record)
    claim = next(claim for claim in evidence.claims if len(claim.statements) > 1)
    last = claim.statements[-1].name
    found = [
        each
        for part in parts(record, {claim.name: dataclasses.replace(TOLD, headline=(last,))})
        for each in part.claims
    ]
    shown = next(each for each in found if each.claim.name == claim.name)
    assert [each.statement.name for each in shown.headline] == [last]
    assert [each.number for each in shown.statements] == [
        f"{shown.number}.{at + 1}" for at in range(len(claim.statements))
    ]
    assert shown.statements[0].statement.name == last
    assert {numbers for numbers, _ in shown.assumed} <= {""}
