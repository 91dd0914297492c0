"""What a derivation assumes: definitions take nothing for granted, what only looks like one is an assumption."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from proofs_checks.evidence.derivations import assumptions, given, require_says, shown, where, within
from proofs_checks.evidence.record import Use
from theory.claim import Statement
from theory.kernel import (
    ByDerivation,
    Chain,
    Derivation,
    FalseStep,
    Hypothesis,
    Identity,
    OnInterval,
    Rewrite,
    Squares,
    check,
)
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
        hypothesis(a, sp.Add(b, -b, evaluate=False)),
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


def stated(derived: Derivation, left: Any = a) -> Statement:
    """A statement whose formal relation is about ``left``."""
    return Statement("one", "x", formal=sp.Ge(left, 0, evaluate=False), derivation=derived)


def test_a_defined_name_is_shown_with_what_it_is() -> None:
    """Not "b >= a for all real numbers" by b := a + t^2: it says so of that b alone."""
    definition = hypothesis(b, a + t**2)
    order = Chain("order", b, hypotheses=(definition,)).equals(a + t**2, Rewrite("by definition", ("b",)))
    concluded = order.at_least(a, Squares("a square", [(1, t)])).conclude()
    check(concluded)
    found = Statement("order", "$b \\ge a$", formal=sp.Ge(b, a, evaluate=False), derivation=concluded)
    require_says(found)
    assert assumptions(concluded) == ()
    assert where(found) == ("b = a + t^{2}", r"t \ge 0")
    assert within(concluded) == ()


def test_definitions_that_a_relation_reaches() -> None:
    """By way of others, of assumptions and of ranges; a name that no part of what is stated reaches is a step's own."""
    s = scalar("s", "s")
    chained = (hypothesis(a, b + 1), hypothesis(b, x[1, 1]), hypothesis(s, x[1, 1] + 2))
    assert where(stated(derivation(*chained))) == ("a = 1 + b", "b = x_{1,1}")
    assert where(stated(derivation(*chained), x[1, 1])) == ()
    assumed = hypothesis(x[1, 1], s, relation=sp.Ge)
    assert where(stated(derivation(chained[-1], assumed), x[1, 1])) == ("s = 2 + x_{1,1}",)
    ranged = derivation(*chained, domain=((scalar("u", "u"), b, sp.oo),))
    assert where(stated(ranged, x[1, 1])) == ("b = x_{1,1}",)
    family = hypothesis(A[i], x[i, 1], (i,))
    assert where(stated(derivation(family), A[1])) == (r"A_{i} = x_{i,1} \quad \text{for all } i",)
    assert where(Statement("two", "x")) == where(Statement("two", "x", formal=sp.Ge(a, 0, evaluate=False))) == ()


def test_ranges_and_signs_are_shown_with_the_relation() -> None:
    """Not "x^2 >= 2x for all real x" on 2 < x < 3; nor what holds of numbers that are declared nonnegative."""
    concluded = Chain("dom", a**2, domain=((a, 2, 3),)).at_least(2 * a, OnInterval("on it", a)).conclude()
    check(concluded)
    assert within(concluded) == ("2 < a < 3",)
    whole = Chain("all", a**2, domain=((a, -sp.oo, sp.oo),)).at_least(2 * a, OnInterval("on it", a)).conclude()
    with pytest.raises(FalseStep):
        check(whole)
    assert within(derivation(for_all=((j, 3),), domain=((b, 0, sp.oo),))) == (r"1 \le j \le 3", "0 < b")
    assert within(derivation()) == ()
    assert where(stated(derivation(), t)) == (r"t \ge 0",)
    assert where(stated(derivation(hypothesis(t, b**2)), t)) == ("t = b^{2}",)
    assert where(stated(derivation())) == ()
