"""What counts as a refutation in Coq: a denial of something as a whole, and not a denial somewhere inside."""

from __future__ import annotations

import re

import pytest

from proofs_checks.evidence.coq import SOURCES
from proofs_checks.evidence.refutation import require_refutation


@pytest.mark.parametrize(
    "statement",
    [
        "Theorem t : ~ X.",
        "Theorem t : ~ (A -> B).",
        "Theorem t c : 1 < c -> ~ (forall x, c < x).",
        "Theorem t : archimedean R -> ~ (forall a, b).",
        "Theorem t (c : R) : forall x y, a <= b -> (~ (x < y)).",
        "Theorem t {R : T} : ~ (A \\/ B).",
        "Theorem t : (forall x, f x) -> False.",
        "Theorem t : forall C, exists p, C < norm p.",
        "Theorem t C : exists p, C < norm p.",
        "Lemma t : ~ x = y.",
    ],
)
def test_accepted(statement: str) -> None:
    """For all values of the variables and under the premises, something is denied."""
    require_refutation(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "Theorem t : forall x, (~ (x < 0)) -> 0 <= x.",
        "Theorem t : ~ A -> B.",
        "Theorem t : True \\/ ~ (False).",
        "Theorem t : (~ (A)) \\/ True.",
        "Theorem t : ~ (A) /\\ B.",
        "Theorem t : ~ A <-> B.",
        "Theorem t : (~ A -> B) -> C.",
        "Theorem t : f (~ (A)) = 1.",
        "Theorem t x : x = ~ (y).",
        "Theorem t : ~~ (a <= b).",
        "Theorem t : exists x, x < 1.",
        "Theorem t : exists x, ~ (x < 1) -> True.",
        "Theorem t : 0 = 0.",
        "Theorem t : ~ False.",
        "Theorem t : False -> False.",
        "Theorem t : forall x : False, ~ (1 = 1).",
        "Theorem t (x : False) : exists y, y = x.",
        "Theorem t : ~.",
        "Theorem t : .",
        "Theorem t.",
    ],
)
def test_refused(statement: str) -> None:
    """A negation inside denies nothing as a whole."""
    with pytest.raises(ValueError, match=r"the theorem (denies nothing as a whole|has no statement)"):
        require_refutation(statement)


def test_the_controls_of_the_suite() -> None:
    """Every theorem that is called a control is one."""
    theorem = re.compile(r"^(?:Theorem|Lemma) (\w+).*?\.\s*(?=^Proof|Proof\.)", re.MULTILINE | re.DOTALL)
    texts = {file.stem: file.read_text("utf-8") for file in SOURCES.glob("*.v")}
    controls = [
        found[0] for text in texts.values() for found in theorem.finditer(text) if found[1].startswith("control")
    ]
    assert len(controls) >= 20
    for control in controls:
        require_refutation(control.strip())
