"""The record of a run: which claims it has, in which order, and what is shown of each."""

from __future__ import annotations

import pytest
import sympy as sp

from proofs_checks.evidence.compose import compose
from proofs_checks.evidence.derivations import shown
from proofs_checks.evidence.ledger import Evidence, Ledger
from proofs_checks.evidence.record import FAILED, PASSED, Theorem
from proofs_checks.evidence.standing import standings
from theory.claim import Claim, Source, Statement
from theory.kernel import Chain, Hypothesis, Rewrite, Squares
from theory.registry import Registry
from theory.symbols import scalar

SOURCE = Source("stableminima", "the note")
x, y = scalar("x", "x"), scalar("y", "y")
LEMMA = Hypothesis("the lemma", "y = 1", sp.Eq(y, 1, evaluate=False), source="a textbook")
ASSUMED = Hypothesis("y is large", "y \\ge 1", sp.Ge(y, 1, evaluate=False))
PROOF = Chain("a square", x**2, hypotheses=(LEMMA, ASSUMED)).at_least(0, Squares("a square", [(1, x)])).conclude()


def claim(name: str, *rests_on: str) -> Claim:
    """A claim of one derived statement, with a lemma."""
    statement = Statement(
        "one",
        " $x^2 \\ge 0$\n",
        formal=sp.Ge(x**2, 0, evaluate=False),
        derivation=PROOF,
        assumes=(LEMMA, ASSUMED),
        theorems=("Nowhere.t",),
    )
    return Claim(name, name.title(), (statement,), SOURCE, rests_on, lemmas=(PROOF,), remarks="words")


@pytest.fixture
def ledger() -> Ledger:
    """Three claims in a row, one apart, one broken."""
    claims = [claim("c", "b"), claim("b", "a"), claim("a"), claim("d", "broken"), claim("broken", "nowhere")]
    return Ledger(Registry.of(claims), "quick")


def test_all_claims_in_order(ledger: Ledger) -> None:
    """Each after what it rests on, the broken ones last, with the reason."""
    found = compose(ledger, command="pytest", passed=False)
    assert [each.name for each in found.claims] == ["a", "b", "c", "d", "broken"]
    assert (found.command, found.outcome, found.selected, found.profile) == ("pytest", FAILED, (), "quick")
    broken = found.claims[-1]
    assert (broken.title, broken.statements) == ("Broken", ())
    assert broken.fault == "rests on nowhere, which no module of theory claims"
    assert found.environment["sympy"] == sp.__version__


def test_some_claims(ledger: Ledger) -> None:
    """With what they rest on, broken or not; nothing else."""
    ledger.selected = ("b",)
    assert [each.name for each in compose(ledger).claims] == ["a", "b"]
    ledger.selected = ("d",)
    assert [each.name for each in compose(ledger).claims] == ["d", "broken"]
    ledger.selected = ("d", "gone")
    assert [each.name for each in compose(ledger).claims] == ["d", "broken"]


def test_what_is_shown(ledger: Ledger) -> None:
    """Relation, derivation and lemmas in LaTeX; what is assumed and what is given; theorems though Coq did not run."""
    statement = compose(ledger).claims[0].statements[0]
    assert statement.text == "$x^2 \\ge 0$"
    assert r"x^{2} \ge 0" in statement.formal
    assert statement.assumes == ("y is large",)
    assert [(lemma.name, lemma.source) for lemma in statement.given] == [("the lemma", "a textbook")]
    assert statement.theorems == (Theorem("Nowhere.t", ""),)
    assert statement.derivation is not None
    assert [use.kind for use in statement.derivation.uses] == ["cited lemma", "assumption"]
    assert [lemma.title for lemma in compose(ledger).claims[0].lemmas] == ["a square"]
    assert compose(ledger).claims[0].source == "stableminima: the note"
    assert compose(ledger).claims[0].remarks == "words"


def test_a_relation_is_shown_with_its_ranges_and_definitions() -> None:
    """Ranges always, since the table has them; definitions where anything is set."""
    definition = Hypothesis("y", "y := x", sp.Eq(y, x**2, evaluate=False))
    proof = Chain("y", y, hypotheses=(definition,), domain=((x, 2, 3),)).equals(x**2, Rewrite("y", ("y",))).conclude()
    one = Statement("one", "$y = x^2$", formal=sp.Eq(y, x**2, evaluate=False), derivation=proof)
    ledger = Ledger(Registry.of([Claim("a", "A", (one,), SOURCE)]), "quick")
    for typeset, where in ((True, ("y = x^{2}",)), (False, ())):
        statement = compose(ledger, typeset=typeset).claims[0].statements[0]
        assert (statement.within, statement.where) == (("2 < x < 3",), where)


def test_without_typesetting_everything_stands_as_it_does_with_it(ledger: Ledger) -> None:
    """LaTeX decides nothing."""
    ledger.incomplete |= {"a"}
    Evidence(ledger, "node").derived("a")
    plain, full = compose(ledger, typeset=False), compose(ledger)
    assert plain.claims[0].statements[0].formal == ""
    assert plain.claims[0].statements[0].derivation is None
    assert standings(plain.claims) == standings(full.claims)
    assert standings(full.claims)["a"].verdict.text == "derived, given the lemma (a textbook)"


def test_what_cannot_be_set_fails_its_claim_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason; the record is composed all the same."""
    with_trouble = "proofs_checks.evidence.compose.shown"
    monkeypatch.setattr(with_trouble, lambda each, _: shown(each) if each.name != "odd" else 1 / 0)
    odd = Chain("odd", x**2).at_least(0, Squares("a square", [(1, x)])).conclude()
    statement = Statement("one", "words", formal=sp.Ge(x**2, 0, evaluate=False), derivation=odd)
    broken = Ledger(Registry.of([Claim("odd", "Odd", (statement,), SOURCE, lemmas=(odd,)), claim("a")]), "quick")
    found = compose(broken)
    assert [len(each.crashes) for each in found.claims] == [0, 2]
    assert "one cannot be set as LaTeX: ZeroDivisionError" in found.claims[1].crashes[0].reason
    assert standings(found.claims)["odd"].word == FAILED
    assert compose(broken, typeset=False).outcome == PASSED
