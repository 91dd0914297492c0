"""What the LaTeX of a claim says, and how formulas come on lines."""

from __future__ import annotations

import sympy as sp

from theory.claim import Claim, Source, Statement
from theory.export.claims import claim_tex
from theory.export.words import inline, prose, reference
from theory.kernel import ByDerivation, Chain, Hypothesis, Identity, Rewrite
from theory.registry import Registry, registry
from theory.symbols import i, n, scalar

a, b = scalar("a", "a"), scalar("b", "b")
LEMMA = Hypothesis("the trace theorem", "a = b", sp.Eq(a, b, evaluate=False), source="a textbook, theorem 3")
BELOW = Chain("Below", a, hypotheses=(LEMMA,)).equals(a, Identity("the same")).conclude()
ABOVE = (
    Chain("Above", a, hypotheses=(LEMMA,), for_all=((i, n),), domain=((b, 0, sp.oo),))
    .equals(a, ByDerivation(BELOW, 0, reason="as below"))
    .conclude()
)
CLAIM = Claim(
    "small",
    "A small claim",
    (
        Statement(
            "derived",
            "$a = a$",
            ("$a$ is real",),
            formal=sp.Eq(a, a, evaluate=False),
            derivation=ABOVE,
            assumes=(LEMMA,),
            theorems=("File.a_theorem",),
        ),
        Statement("cited", "$b = b$", cited="nacson2023: the abstract"),
        Statement("certified", "$1 = 1$", instances=("$n = 3$", "$n = 4$")),
    ),
    Source("nacson2023", "the abstract"),
    lemmas=(BELOW,),
    remarks="A proof in prose.",
)


def small() -> Registry:
    """A registry of that claim and a broken one."""
    return Registry.of([CLAIM, Claim("not-there", "Broken", CLAIM.statements[1:2], CLAIM.source, ("nowhere",))])


def test_what_is_said_of_a_statement() -> None:
    """Its hypotheses, its relation, what it is given, its theorems in Coq, its instances, where it is taken from."""
    text = claim_tex(CLAIM, small(), "paragraph")
    for part in (
        r"\paragraph{A small claim}",
        r"Hypotheses.} $a$ is real.",
        r"\begin{smstatement}[{derived}]\label{sm:small:derived}",
        r"\begin{smstatement}[{cited, \cite{nacson2023}}]\label{sm:small:cited}",
        r"\begin{smlemma}\label{sm:small:lemma-1} Below:",
        r"\smfit{a = a}\quad\text{(as below\smby[\smlemmaname]{sm:small:lemma-1})}\label{sm:small:derived:1}",
        r"\item $a = b$\smwords{the trace theorem, a textbook, theorem 3}",
        r"\texttt{File.\allowbreak a\_theorem}",
        r"Let $1 \le i \le n$, $0 < b$.",
        r"This is not proved here, but taken from \cite{nacson2023}, the abstract.",
        "It speaks of $n = 3$; $n = 4$.",
        "A proof in prose.",
    ):
        assert part in text, part
    assert text.count("There is no derivation of it in symbols.") == 1


def test_what_is_derived_is_told_with_its_ranges_and_definitions() -> None:
    """In the statement itself, from the relations that the kernel has; nothing of a name that it does not have."""
    words = Hypothesis("b", "b \\text{ is any number}", sp.Eq(b, a + 1, evaluate=False))
    chain = Chain("order", b, hypotheses=(words,), domain=((a, 2, 3),)).equals(a + 1, Rewrite("b", ("b",)))
    formal = sp.Eq(b, a + 1, evaluate=False)
    order = Statement("order", "$b > a$", formal=formal, derivation=chain.conclude())
    square = Chain("square", a, hypotheses=(words,)).equals(a, Identity("the same")).conclude()
    other = Statement("same", "$a = a$", formal=sp.Eq(a, a, evaluate=False), derivation=square)
    claim = Claim("order", "Order", (order, other), Source("nacson2023", "the abstract"))
    text = claim_tex(claim, Registry.of([claim]))
    inside = [part.split(r"\end{smstatement}")[0] for part in text.split(r"\begin{smstatement}")[1:]]
    assert r"\textup{Derived for $2 < a < 3$, where}" in inside[0]
    assert r"&\smfit{b = 1 + a}" in inside[0]
    assert "Derived" not in inside[1]


def test_every_statement_and_reason_is_in_the_file() -> None:
    claim = registry()["gram-form"]
    text = claim_tex(claim, registry())
    assert all(rf"\label{{sm:gram-form:{statement.name}}}" in text for statement in claim.statements)
    derivations = [*claim.lemmas, *(each.derivation for each in claim.statements if each.derivation)]
    steps = [step for derivation in derivations for step in derivation.steps]
    assert text.count(r"\label") == len(claim.statements) + len(claim.lemmas) + len(steps)


def test_references() -> None:
    """To a claim, to a statement, and to a claim that is broken; names in formulas are none."""
    claims = small()
    assert reference("small", claims) == r"\smrefs{sm:small:derived}{sm:small:certified}{``A small claim''}"
    assert reference("small.cited", claims) == r"\smref{sm:small:cited}{``A small claim'' (cited)}"
    assert prose("as in not-there, $not-there$", claims) == "as in ``not there'', $not-there$"


def test_displays_side_by_side_come_below_each_other_where_they_are_too_wide() -> None:
    short, wide = "a = b", " + ".join(["abcdef"] * 6)
    assert prose(rf"\[{short} \qquad {short}\]", small()).count(r"\smfit") == 1
    assert prose(rf"$${wide} \qquad {wide}$$", small()).count(r"\smfit") == 2
    assert prose(rf"\[\left({wide} \qquad {wide}\right)\]", small()).count(r"\smfit") == 1


def test_words_in_a_formula() -> None:
    assert inline(r"\text{for all } x") == "for all $x$"
    assert inline(r"\left(a,\ b\right)") == r"$\left(a,\ b\right)$"
