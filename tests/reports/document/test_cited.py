"""reports.document.cited: lemmas that are used and not proved stand under the work that they are taken from."""

from __future__ import annotations

import pytest

from proofs_checks.evidence.file import parse_evidence
from proofs_checks.evidence.standing import standings
from reports.document.cited import cited, split
from reports.document.shown import shown
from tests.reports.conftest import Record


@pytest.mark.parametrize(
    ("source", "work", "place"),
    [
        ("Rudin, Analysis, theorems 7.26 and 8.8", "Rudin, Analysis", "theorems 7.26 and 8.8"),
        ("Helgason, Transform, chapter I, section 2", "Helgason, Transform", "chapter I, section 2"),
        ("DLMF 4.18.1", "DLMF", "4.18.1"),
        ("Brouwer 1912: a continuous map", "Brouwer 1912", "a continuous map"),
        ("divergence theorem", "divergence theorem", ""),
    ],
)  # fmt: skip
def test_a_source_is_a_work_and_a_place_in_it(source: str, work: str, place: str) -> None:
    assert split(source) == (work, place)


def test_each_lemma_stands_once_under_its_work(record: Record) -> None:
    """With the claims that use it; works are in the order of the alphabet."""
    evidence = parse_evidence(record)
    parts, _ = shown(evidence, standings(evidence.claims), {}, "")
    found = cited([claim for part in parts for claim in part.claims])
    given = {
        (lemma.name, lemma.source)
        for standing in standings(evidence.claims).values()
        for each in standing.statements.values()
        for lemma in each.verdict.given
    }
    assert given
    assert sum(each.lemmas for each in found) == len(given)
    assert all("#claim-" in links for each in found for _, _, links in each.places)
    works = [each.work.lower() for each in found]
    assert works == sorted(works)
