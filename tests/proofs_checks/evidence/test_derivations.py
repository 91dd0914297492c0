"""What a derivation assumes: definitions take nothing for granted, what only looks like one is an assumption."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from proofs_checks.evidence.derivations import assumptions, given, shown
from proofs_checks.evidence.record import Use
from theory.claim import Statement
from theory.kernel import ByDerivation, Chain, Derivation, Hypothesis, Identity
from theory.symbols import i, indexed, j, n, scalar, x

a, b, t = scalar("a", "a"), scalar("b", "b"), scalar("t", "t", nonnegative=True)
A, B = indexed("A", "A"), indexed("B", "B", nonnegative=True)


def hypothesis(left: Any, right: Any, for_all: tuple[Any, ...] = (), **more: Any) -> Hypothesis:
    """An equation as a hypothesis, called like what it seems to define."""
    relation = more.pop("relation", sp.Eq)
    return Hypothesis(str(left), "...", relation(left, right, evaluate=False), for_all, **more)


def derivation(*hypotheses: Hypothesis, **more: Any) -> Derivation:
    """A derivation with hypotheses."""
    return Chain("trivial", a, hypotheses=hypotheses, **more).equals(a, Identity("the same")).conclude()


def names(derived: Derivation) -> list[str]:
    """The names of its assumptions."""
    return [each.name for each in assumptions(derived)]


@pytest.mark.parametrize(
    "definition",
    [
        hypothesis(a, b**2 + 1),
        hypothesis(A[i], sp.Sum(x[j, i], (j, 1, n)), (i,)),
        hypothesis(A[i, j], x[i, j] ** 2, (i, (j, n))),
        hypothesis(t, b**2),
        hypothesis(B[i], sp.Abs(A[i]), (i,)),
        hypothesis(a, A[j]),
    ],
    ids=str,
)
def test_definitions(definition: Hypothesis) -> None:
    """A name by itself or with different indices, for a value of its kind."""
    assert names(derivation(definition)) == []


@pytest.mark.parametrize(
    "assumption",
    [
        hypothesis(a, b, relation=sp.Ge),
        hypothesis(a, 0, relation=sp.Ne),
        hypothesis(a + b, 1),
        hypothesis(a**2, b),
        hypothesis(a, 1 + a),
        hypothesis(a, b, (b,)),
        hypothesis(A[i], x[i, j], (i, j)),
        hypothesis(A[i, i], x[i, 1], (i,)),
        hypothesis(A[i], x[i, 1]),
        hypothesis(A[1], x[1, 1]),
        hypothesis(A[i], 2 * A[i], (i,)),
        hypothesis(A[i], 1 + sp.Sum(A[j], (j, 1, n)), (i,)),
        hypothesis(t, b),
        hypothesis(t, -1),
        hypothesis(t, 1),
        hypothesis(n, 5),
        hypothesis(A[i], 0, (i,)),
        hypothesis(B[i], A[i], (i,)),
        hypothesis(n, b),
        hypothesis(a, b, source="a textbook"),
    ],
    ids=str,
)
def test_what_only_looks_like_a_definition(assumption: Hypothesis) -> None:
    """Other relations, no single name, no different indices of its own, another kind, itself, numbers; cited lemmas."""
    assert names(derivation(assumption)) == [assumption.name]


def test_definitions_that_contradict_each_other() -> None:
    """A name that is defined twice, or by way of itself, is not defined."""
    twice = (hypothesis(a, b), Hypothesis("again", "...", sp.Eq(a, b + 1, evaluate=False)))
    assert names(derivation(*twice)) == ["a", "again"]
    around = (hypothesis(a, b), hypothesis(b, a + 1), hypothesis(t, a**2))
    assert names(derivation(*around)) == ["a", "b"]
    assert names(derivation(hypothesis(a, b), hypothesis(b, x[1, 1]))) == []


def test_ranges_and_domains_constrain() -> None:
    """A name with a range or a domain is not free to be defined."""
    assert names(derivation(hypothesis(t, b**2), domain=((t, 0, 1),))) == ["t"]
    assert names(derivation(hypothesis(n, 2 * i), for_all=((n, 3),))) == ["n"]
    assert names(derivation(hypothesis(n, 2 * i))) == []


def test_words_alone_assume_nothing() -> None:
    """No step can use a hypothesis without a relation."""
    assert names(derivation(Hypothesis("words", "x"))) == []


def test_given_and_shown() -> None:
    """Cited lemmas with their sources; own hypotheses, ranges and domain among what is used."""
    lemma = hypothesis(a + b, 1, source="a textbook")
    below = derivation(lemma)
    chain = Chain("above", a, hypotheses=(lemma, hypothesis(t, b**2)), for_all=((i, n),), domain=((b, 0, sp.oo),))
    above = chain.equals(a, ByDerivation(below, 0)).conclude()
    stated = Statement("one", "x", formal=sp.Eq(a, a, evaluate=False), derivation=above, assumes=(lemma,))
    assert [(each.name, each.source) for each in given(stated)] == [("a + b", "a textbook")]
    assert given(Statement("two", "x")) == ()
    found = shown(above)
    assert found.uses == (
        Use("t", "...", "definition", "t = b^{2}"),
        Use("", r"1 \le i \le n", "range"),
        Use("", "0 < b", "range"),
        Use("", r"t \ge 0", "range"),
    )
    assert shown(below).uses == (Use("a + b", "...", "cited lemma", "a + b = 1"),)
    family = shown(derivation(hypothesis(A[i], B[i], (B, (i, n)), relation=sp.Le)))
    assert family.uses[0].formal == r"A_{i} \le B_{i} \quad \text{for all } B, i \le n"
    assert family.uses[0].kind == "assumption"
    assert found.inherits == ("trivial",)
    assert "(by trivial)" in found.latex
