"""Standings: no statement is stronger than its evidence and its grounds, and every lack of a level has a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_checks.evidence.record import (
    FAILED,
    LEVELS,
    NOT_CHECKED,
    PASSED,
    UNSUPPORTED,
    Check,
    Claim,
    Control,
    Crash,
    Lemma,
    Statement,
    Theorem,
    rank,
)
from proofs_checks.evidence.standing import ClaimStanding, standings

CONTROLS = tuple(Control(f"variant {n}", "one", "false", f"c{n}", True, "x = 1") for n in range(3))
LEMMA = Lemma("spectral theorem", "...", "a textbook")


def check(level: str, *statements: str, outcome: str = PASSED, reason: str = "") -> Check:
    """A check of statements."""
    return Check(level, statements or ("one",), f"node of {level}", outcome, level, {}, reason)


def claim(name: str, *levels: str, rests_on: tuple[str, ...] = (), **more: Any) -> Claim:
    """A claim of one statement, about an instance, with a passed check for each level and three controls."""
    fields = {
        "statements": (Statement("one", "x", instances=("n = 3",)),),
        "checks": tuple(check(level) for level in levels),
        "controls": CONTROLS,
    }
    return Claim(name, name, "source", **fields | {"rests_on": rests_on} | more)


def of(*claims: Claim) -> list[ClaimStanding]:
    """The standing of each claim."""
    found = standings(claims)
    return [found[claim.name] for claim in claims]


def texts(*claims: Claim) -> list[str]:
    """The standings in words."""
    return [standing.verdict.text for standing in of(*claims)]


def test_the_strongest_check_counts() -> None:
    """A claim of one statement has the strongest level that a passed check of it reached."""
    assert texts(claim("a", "observed", "certified", "tested")) == ["certified"]


def test_every_statement_has_its_own_level_and_the_claim_the_weakest() -> None:
    """Evidence for one statement is none for another."""
    two = (Statement("one", "x"), Statement("two", "y"))
    both = claim(
        "a", statements=two, checks=(check("derived"), check("tested", "two"), check("observed", "one", "two"))
    )
    standing = of(both)[0]
    assert {name: part.word for name, part in standing.statements.items()} == {"one": "derived", "two": "tested"}
    assert standing.word == "tested"
    half = replace(both, checks=(check("derived"),))
    assert texts(half) == ["not checked here: two"]
    assert of(half)[0].statements["one"].word == "derived"


def test_instances_certify_nothing_universal() -> None:
    """Whatever the file says."""
    universal = claim("a", "certified", "tested", statements=(Statement("one", "x"),))
    assert texts(universal) == ["tested"]
    assert texts(replace(universal, checks=(check("certified"),))) == [NOT_CHECKED]


def test_cited_is_the_weakest_level_and_needs_no_check() -> None:
    """A cited statement has it from the start; what rests on it has no more."""
    cited = claim("a", statements=(Statement("one", "x", cited="key: what"),), controls=())
    assert texts(cited, claim("b", "machine-checked", rests_on=("a",))) == ["cited", "cited"]
    assert texts(claim("a", "tested", statements=cited.statements)) == ["tested"]


def test_given_lemmas_are_shown_and_handed_on() -> None:
    """With the level derived, and with all that rests on it; a proof in Coq takes nothing on trust."""
    derived = claim("a", "derived", statements=(Statement("one", "x", given=(LEMMA,)),))
    resting = claim("b", "derived", rests_on=("a.one",))
    assert texts(derived, resting) == ["derived, given spectral theorem (a textbook)"] * 2
    proved = replace(derived, checks=(*derived.checks, check("machine-checked")))
    standing = of(proved)[0]
    assert standing.verdict.text == "machine-checked"
    assert standing.without_coq.text == "derived, given spectral theorem (a textbook)"
    assert texts(replace(derived, checks=(check("tested"),))) == ["tested"]


def test_without_coq() -> None:
    """What Coq found is left out: also its failures and its refutations, but not that they were asked for."""
    refutation = replace(CONTROLS[0], theorem=Theorem("F.t", "~ X"))
    proved = claim("a", "machine-checked", "tested", controls=(refutation, *CONTROLS[1:]))
    assert (of(proved)[0].word, of(proved)[0].without_coq.word) == ("machine-checked", "tested")
    alone = claim("a", "machine-checked")
    assert (of(alone)[0].word, of(alone)[0].without_coq.word) == ("machine-checked", NOT_CHECKED)
    broken = claim("a", "tested", checks=(check("machine-checked", outcome=FAILED, reason="axiom"), check("tested")))
    assert (of(broken)[0].verdict.text, of(broken)[0].without_coq.text) == ("failed: axiom", "tested")
    unrefuted = replace(proved, controls=(replace(refutation, refuted=False), *CONTROLS[1:]))
    assert (of(unrefuted)[0].word, of(unrefuted)[0].without_coq.word) == (FAILED, "tested")


def test_a_failed_check_fails_its_statements_alone() -> None:
    """With the reason; one failed check outweighs any number that passed."""
    two = (Statement("one", "x"), Statement("two", "y"))
    checks = (check("derived"), check("tested", outcome=FAILED, reason="false at n = 2"), check("tested", "two"))
    standing = of(claim("a", statements=two, checks=checks))[0]
    assert standing.statements["one"].verdict.text == "failed: false at n = 2"
    assert standing.statements["two"].word == "tested"
    assert standing.verdict.text == "failed: one: false at n = 2"


def test_a_failed_lemma_or_a_crash_fails_all_statements() -> None:
    """What belongs to no statement may concern each."""
    two = (Statement("one", "x"), Statement("two", "y"))
    checks = (check("derived", "one", "two"), Check("derived", (), "n", FAILED, "lemma", {}, "step 1 of 'lemma'"))
    lemma = claim("a", statements=two, checks=checks)
    crashed = claim("a", statements=two, checks=checks[:1], crashes=(Crash("n", "ZeroDivisionError"),))
    for each, reason in ((lemma, "step 1 of 'lemma'"), (crashed, "ZeroDivisionError")):
        standing = of(each)[0]
        assert {part.verdict.text for part in standing.statements.values()} == {f"failed: {reason}"}
        assert standing.verdict.text == f"failed: {reason}"


def test_who_is_to_blame() -> None:
    """By another claim's fault it is unsupported; a failure of its own fails, and one blamed on what stands."""
    false = check("derived", outcome=FAILED, reason="step 1 of 'lemma'")
    broken, blaming = claim("a", checks=(false,)), replace(false, culprit="a")
    resting = claim("b", checks=(blaming,), rests_on=("a",))
    assert texts(broken, resting) == ["failed: step 1 of 'lemma'", "unsupported: a failed"]
    assert texts(resting) == ["unsupported: a failed"]
    assert texts(claim("a", "derived"), resting)[1] == "failed: step 1 of 'lemma'"
    own = check("tested", outcome=FAILED, reason="false at n = 2")
    assert texts(broken, replace(resting, checks=(blaming, own)))[1] == "failed: false at n = 2"
    lemma = replace(blaming, statements=())
    assert texts(broken, replace(resting, checks=(check("derived"), lemma)))[1] == "unsupported: a failed"


@pytest.mark.parametrize(
    ("controls", "complete", "text"),
    [
        ((), True, "failed: 0 controls, at least 3 needed"),
        (CONTROLS[:1], True, "failed: 1 control, at least 3 needed"),
        (CONTROLS[:2], True, "failed: 2 controls, at least 3 needed"),
        ((CONTROLS[0],) * 3, True, "failed: 1 control, at least 3 needed"),
        (CONTROLS[:2], False, "derived"),
        (CONTROLS, True, "derived"),
        ((*CONTROLS[:2], replace(CONTROLS[2], refuted=None)), True, "derived"),
        ((*CONTROLS[:2], replace(CONTROLS[2], refuted=False)), True, "failed: the false variant 'variant 2' was not"),
    ],
)
def test_controls(controls: tuple[Control, ...], complete: bool, text: str) -> None:
    """At least three, none of them unrefuted; one that could not run counts, for Coq may not be there."""
    assert texts(claim("a", "derived", controls=controls, complete=complete))[0].startswith(text)


def test_what_did_not_run_is_not_checked_here() -> None:
    """With the reason if there is one; too few controls are then no failure."""
    idle = check("machine-checked", outcome=NOT_CHECKED, reason="Coq is not installed")
    assert texts(claim("a", checks=(idle,), controls=())) == ["not checked here: Coq is not installed"]
    assert texts(claim("a", controls=())) == [NOT_CHECKED]


def test_unsupported_names_the_root() -> None:
    """The claim that failed or was not checked, however far down."""
    failing = claim("c", "tested", checks=(check("tested", outcome=FAILED, reason="false"),))
    chain = (claim("a", "tested", rests_on=("b",)), claim("b", "derived", rests_on=("c",)))
    assert texts(*chain, failing) == ["unsupported: c failed", "unsupported: c failed", "failed: false"]
    assert texts(*chain, claim("c")) == ["unsupported: c not checked here"] * 2 + [NOT_CHECKED]
    assert texts(*chain) == ["unsupported: c not checked here"] * 2


def test_resting_on_a_statement_is_not_resting_on_the_claim() -> None:
    """Only that statement counts."""
    two = (Statement("one", "x"), Statement("two", "y"))
    below = claim("b", statements=two, checks=(check("derived"), check("tested", "two", outcome=FAILED)))
    assert texts(claim("a", "derived", rests_on=("b.one",)), below)[0] == "derived"
    assert texts(claim("a", "derived", rests_on=("b.two",)), below)[0] == "unsupported: b.two failed"
    assert texts(claim("a", "derived", rests_on=("b",)), below)[0] == "unsupported: b failed"
    inner = Statement("two", "y", rests_on=("a.one",))
    own = claim("a", statements=(two[0], inner), checks=(check("tested"), check("derived", "two")))
    assert of(own)[0].statements["two"].word == "tested"


def test_a_module_that_cannot_be_imported() -> None:
    """It fails its claim; one that imports it is unsupported by it, as is one that rests on it."""
    broken = Claim("a", "A", "", (), fault="no such name", culprit="a")
    importing = Claim("b", "B", "", (), fault="no such name", culprit="a")
    found = texts(broken, importing, claim("c", "tested", rests_on=("b",)), claim("d", "tested"))
    assert found == ["failed: no such name", "unsupported: a failed", "unsupported: a failed", "tested"]
    checks_import = claim("e", "tested", crashes=(Crash("n", "no such name", "a"),))
    assert texts(broken, checks_import)[1] == "unsupported: a failed"


@pytest.mark.parametrize("circle", [("a",), ("b",), ("a.one",), ("b.one",)])
def test_circles_support_nothing(circle: tuple[str, ...]) -> None:
    """A claim that rests on itself, directly or not, has no level."""
    around = (claim("a", "derived", rests_on=circle), claim("b", "derived", rests_on=("a",)))
    assert {standing.word for standing in of(*around)} == {UNSUPPORTED}


levels = st.sampled_from(list(LEVELS))


@given(st.lists(st.tuples(levels, st.sets(st.integers(0, 5))), min_size=1, max_size=6))
def test_no_claim_is_stronger_than_what_it_rests_on(drawn: list[tuple[str, set[int]]]) -> None:
    """Whatever rests on whatever, with Coq and without."""
    claims = [
        claim(f"c{place}", level, rests_on=tuple(f"c{other}" for other in below if other < place))
        for place, (level, below) in enumerate(drawn)
    ]
    found = standings(claims)
    for each in claims:
        for way in ("verdict", "without_coq"):
            own = rank(getattr(found[each.name], way).level)
            assert own <= rank(each.checks[0].level)
            assert all(own <= rank(getattr(found[name], way).level) for name in each.rests_on)
        assert rank(found[each.name].without_coq.level) <= rank(found[each.name].verdict.level)
