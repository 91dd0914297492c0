"""Statements and claims: what goes together, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from theory.claim import Claim, Source, Statement
from theory.kernel import ByDerivation, Chain, Derivation, Hypothesis, Identity

SOURCE = Source("nacson2023", "somewhere")
x = sp.Symbol("x", real=True)
FORMAL = sp.Eq((x + 1) ** 2, x**2 + 2 * x + 1, evaluate=False)
PROOF = Chain("binomial", (x + 1) ** 2, claim="square").equals(x**2 + 2 * x + 1, Identity("expand")).conclude()
LEMMA = Hypothesis("lemma", r"x \ge 0", sp.Ge(x, 0, evaluate=False))


def statement(**fields: Any) -> Statement:
    """A statement with nothing but what is given."""
    return Statement(**{"name": "one", "text": "$1 = 1$"} | fields)


def claim(**fields: Any) -> Claim:
    """A claim of one statement."""
    return Claim(
        **{"name": "square", "title": "Square", "statements": (statement(),), "source": SOURCE} | fields  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("fields", "error", "complaint"),
    [
        ({"name": "Lower bound"}, ValueError, "lower-case words"),
        ({"name": "lower_bound"}, ValueError, "lower-case words"),
        ({"name": ""}, ValueError, "lower-case words"),
        ({"name": "a.b"}, ValueError, "lower-case words"),
        ({"text": " \n"}, ValueError, "says nothing"),
        ({"hypotheses": "one"}, TypeError, "not a tuple"),
        ({"instances": ["n = 3"]}, TypeError, "not a tuple"),
        ({"hypotheses": (7,)}, TypeError, "no str"),
        ({"formal": sp.true}, TypeError, "evaluate=False"),
        ({"formal": x + 1}, TypeError, "not a relation"),
        ({"derivation": "by authority", "formal": FORMAL}, TypeError, "not a Derivation"),
        ({"derivation": PROOF}, ValueError, "not the formal relation"),
        ({"derivation": PROOF, "formal": FORMAL, "instances": ("n = 3",)}, ValueError, "universal"),
        ({"assumes": ("the lemma",)}, TypeError, "no Hypothesis"),
        ({"assumes": (LEMMA,)}, ValueError, "no derivation that could use them"),
        ({"assumes": (LEMMA, LEMMA), "derivation": PROOF, "formal": FORMAL}, ValueError, "'lemma' twice"),
        ({"cited": "key: what", "formal": FORMAL}, ValueError, "is cited"),
        ({"cited": "key: what", "formal": FORMAL, "derivation": PROOF}, ValueError, "is cited"),
        ({"cited": "key: what", "theorems": ("File.theorem",)}, ValueError, "is cited"),
        ({"theorems": ("theorem",)}, ValueError, "expected the form File.theorem"),
        ({"theorems": ("F.t", "F.t")}, ValueError, "'F.t' twice"),
        ({"rests_on": ("Other claim",)}, ValueError, "expected the form claim or claim.statement"),
        ({"rests_on": ("a.b.c",)}, ValueError, "expected the form claim or claim.statement"),
    ],
)
def test_statements_that_are_refused(fields: dict[str, Any], error: type[Exception], complaint: str) -> None:
    """Each with its name and the reason."""
    with pytest.raises(error, match=complaint):
        statement(**fields)


def test_statements_that_are_not() -> None:
    """A formal relation may stand alone; without instances a statement is universal."""
    assert statement(formal=FORMAL).universal
    assert statement(formal=FORMAL, derivation=PROOF).given == ()
    assert not statement(instances=("n = 3",), cited="key: what").universal


@pytest.mark.parametrize(
    ("fields", "error", "complaint"),
    [
        ({"name": "Square"}, ValueError, "lower-case words"),
        ({"statements": ()}, ValueError, "states nothing"),
        ({"statements": (statement(), statement())}, ValueError, "'one' twice"),
        ({"statements": ("one",)}, TypeError, "no Statement"),
        ({"statements": [statement()]}, TypeError, "not a tuple"),
        ({"rests_on": "other"}, TypeError, "not a tuple"),
        ({"rests_on": ("Other",)}, ValueError, "expected the form"),
        ({"lemmas": ("by authority",)}, TypeError, "not a Derivation"),
        ({"machine_refuted": (("variant", "F.t", "two"),)}, ValueError, "no statement of the claim"),
        ({"machine_refuted": (("variant", "F.t"),)}, ValueError, "not .variant in words"),
        ({"machine_refuted": ((" ", "F.t", "one"),)}, ValueError, "not .variant in words"),
        ({"machine_refuted": (("variant", "t", "one"),)}, ValueError, "expected the form File.theorem"),
    ],
)
def test_claims_that_are_refused(fields: dict[str, Any], error: type[Exception], complaint: str) -> None:
    """Each with its name and the reason."""
    with pytest.raises(error, match=complaint):
        claim(**fields)


def citing(name: str) -> Derivation:
    """A derivation of the claim ``name`` that cites PROOF."""
    return Chain("again", (x + 1) ** 2, claim=name).equals(x**2 + 2 * x + 1, ByDerivation(PROOF)).conclude()


def test_claims_name_what_their_derivations_use() -> None:
    """As a whole, or in the statement concerned."""
    derived = statement(formal=FORMAL, derivation=citing("cube"))
    for refused in ({"statements": (derived,)}, {"lemmas": (citing("cube"),)}):
        with pytest.raises(ValueError, match=r"'again' uses .'square'., which rests_on does not name"):
            claim(name="cube", **refused)
    assert claim(name="cube", statements=(derived,), rests_on=("square",)).grounds == ("square",)
    named = replace(derived, rests_on=("square.one",))
    assert claim(name="cube", statements=(named,)).grounds == ("square",)
    assert claim(statements=(statement(formal=FORMAL, derivation=PROOF),), lemmas=(citing("square"),)).grounds == ()


def test_statements_by_name() -> None:
    """An unknown name is an error that says which there are."""
    assert claim().statement("one").text == "$1 = 1$"
    with pytest.raises(KeyError, match="square has no statement 'two'; it has one"):
        claim().statement("two")
