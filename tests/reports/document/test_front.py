"""reports.document.front: each number of the front page is one of the evidence, and what is missing is said."""

from __future__ import annotations

import dataclasses

import pytest

from proofs_checks.evidence.file import parse_evidence
from proofs_checks.evidence.record import Claim
from reports import markup
from reports.document import compose
from reports.document.front import filled
from tests.reports.conftest import Record
from theory.exposition import Exposition, Finding

FINDING = Finding(1, r"margin {margin}, {instances} instances, {controls} controls, $\frac{1}{2}$", "one", {})
TOLD = Exposition(
    part="main",
    order=1,
    gist="It is so.",
    novelty="new",
    novel="Nothing is known.",
    headline=("main",),
    sketch=("First.",),
    limits=("Not that.",),
)


@pytest.fixture
def claim(record: Record) -> Claim:
    """A claim of the sample with a smallest relative margin."""
    return next(claim for claim in parse_evidence(record).claims if claim.name == "sharpness-lower-bound")


def test_numbers_are_those_of_the_evidence(claim: Claim) -> None:
    """Counts, and a figure by its label; braces of TeX stay."""
    label = next(name for check in claim.checks for name in check.figures if name != "instances")
    value = next(check.figures[label] for check in claim.checks if label in check.figures)
    finding = dataclasses.replace(FINDING, numbers={"margin": label})
    text = filled(finding, claim)
    assert f"{claim.instances:,} instances, {claim.controls_refuted} controls, $\\frac{{1}}{{2}}$" in text
    assert "{margin}" not in text
    checks = tuple(dataclasses.replace(check, figures={**check.figures, "instances": 7}) for check in claim.checks)
    assert filled(finding, dataclasses.replace(claim, checks=checks)) != text, value


@pytest.mark.parametrize(
    ("text", "label", "message"),
    [("{margin}", "no such figure", "figure of 0 of its checks"), ("nothing", "instances", "no place for margin")],
)
def test_a_number_that_is_not_there_is_refused(claim: Claim, text: str, label: str, message: str) -> None:
    checks = claim.checks[:1] if label == "instances" else claim.checks
    found = dataclasses.replace(claim, checks=checks)
    if label == "instances":
        found = dataclasses.replace(claim, checks=tuple(c for c in claim.checks if "instances" in c.figures)[:1])
    with pytest.raises(KeyError, match=message):
        filled(dataclasses.replace(FINDING, text=text, numbers={"margin": label}), found)


def test_a_finding_without_its_number_is_a_problem(record: Record) -> None:
    """It is left out, and the report is not clean; a claim whose check failed loses its number too."""
    finding = dataclasses.replace(FINDING, numbers={"margin": "no such figure"})
    told = {"sharpness-lower-bound": dataclasses.replace(TOLD, finding=finding)}
    document = compose(parse_evidence(record), {}, profile="quick", told=told)
    assert [problem.text for problem in document.problems if "not on the front page" in problem.text]
    assert "43,200 instances, 3 controls" not in document.screen


def test_ends_of_intervals_are_rounded_outward(claim: Claim) -> None:
    """To six digits, the lower one down and the upper one up, whatever their signs."""
    checks = tuple(
        dataclasses.replace(check, figures={"ends": "in [-1.23456789, 0.0123456781]"}) for check in claim.checks
    )
    finding = dataclasses.replace(FINDING, text="{ends}", numbers={"ends": "ends"})
    assert filled(finding, dataclasses.replace(claim, checks=checks[:1])) == "in [-1.23457, 0.0123457]"


def test_a_card_has_the_title_of_its_claim(record: Record) -> None:
    told = {"sharpness-lower-bound": dataclasses.replace(TOLD, finding=dataclasses.replace(FINDING, text="A card."))}
    evidence = parse_evidence(record)
    cards = compose(evidence, {}, profile="quick", told=told).screen.split("## Known and new")[0]
    claim = evidence.claim("sharpness-lower-bound")
    assert claim is not None
    assert f"**{markup.link_to(claim)}**" in cards
    assert "A card." in cards


def test_novelty_and_what_is_not_shown_are_computed(record: Record) -> None:
    """A claim told as new stands under new; lemmas that are given, and weaker statements, stand under not shown."""
    document = compose(parse_evidence(record), {}, profile="quick", told={"sharpness-lower-bound": TOLD})
    known_and_new = document.screen.split("## Known and new")[1].split("## Not shown")[0]
    assert "#claim-sharpness-lower-bound" in known_and_new
    assert "#claim-linear-stability" not in known_and_new
    not_shown = document.screen.split("## Not shown")[1].split("## In practice")[0]
    assert "1 lemma of textbooks" in not_shown
    assert "spectral theorem" in document.screen.split("# Used and not proved here")[1].split("# How to repeat")[0]
    assert "spectral theorem" in document.printed.split("# Used and not proved here")[1]
    assert "Measured on trained networks" in not_shown
