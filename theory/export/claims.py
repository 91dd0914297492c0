r"""The LaTeX of a claim for a paper: a heading, its notation, lemmas, and statements with labels, each with its proof."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import sympy as sp

from theory.claim import Claim, Statement
from theory.export.displays import chain, relation
from theory.export.setting import PREFIX, own_macros
from theory.export.words import in_pieces, inline, label, plain, prose, reference
from theory.glossary import letters_of, symbols
from theory.kernel import ByDerivation, Derivation, Hypothesis, Justification
from theory.kernel.data import free_names
from theory.latex import in_short, latex, latex_definition, latex_interval
from theory.registry import Registry
from theory.shorthand.orientations import MINUS, PLUS

LEVELS = ("section", "subsection", "paragraph")
"""The headings that a claim may have."""


def claim_tex(claim: Claim, claims: Registry, level: str = "subsection") -> str:
    """The LaTeX of a claim, to be input into a paper that has input ``setting.tex``; ``claims`` are what it may refer to."""
    return own_macros("\n".join([*_Paper(claim, claims).lines(level), ""]))


class _Paper:
    """What is written of one claim."""

    def __init__(self, claim: Claim, claims: Registry) -> None:
        self._claim, self._claims = claim, claims
        derivations = [*claim.lemmas, *(each.derivation for each in claim.statements if each.derivation is not None)]
        used = dict.fromkeys(hypothesis for derivation in derivations for hypothesis in derivation.hypotheses)
        self._definitions = {hypothesis for hypothesis in used if _is_definition(hypothesis)}
        self._letters = letters_of(claim)
        self._shown = [hypothesis for hypothesis in used if hypothesis in self._definitions]

    def lines(self, level: str) -> Iterator[str]:
        claim = self._claim
        yield r"\begingroup\sloppy\allowdisplaybreaks"
        yield rf"\{level}{{{self._prose(claim.title)}}}"
        yield rf"\noindent Source: {self._cite(claim.source.key, claim.source.note)}"
        if claim.rests_on:
            yield f"What follows rests on {self._references(claim.rests_on)}."
        yield from self._notation()
        for number, lemma in enumerate(claim.lemmas, 1):
            yield from self._lemma(lemma, f"{PREFIX}:{claim.name}:lemma-{number}")
        for statement in claim.statements:
            yield from self._statement(statement)
        if claim.remarks:
            yield rf"\par\medskip\noindent\textit{{Remark.}} {self._prose(claim.remarks)}"
        yield r"\par\endgroup"

    def _notation(self) -> Iterator[str]:
        """The definitions of all its derivations, once, and words for what none of them defines."""
        defined = {_written_name(hypothesis) for hypothesis in self._shown}
        entries = _both_signs([(hypothesis.latex, hypothesis.name) for hypothesis in self._shown])
        entries += [(written, words) for written, words in symbols(self._claim).items() if written not in defined]
        if entries:
            yield r"\par\smallskip\noindent\textit{Notation.}\nopagebreak"
            yield r"\begin{smlist}"
            for written, words in entries:
                yield rf"\item {inline(written)}\smwords{{{plain(words)}}}"
            yield r"\end{smlist}"

    def _lemma(self, lemma: Derivation, place: str) -> Iterator[str]:
        yield rf"\begin{{smlemma}}\label{{{place}}} {plain(lemma.name)}:"
        yield from relation(lemma.conclusion)
        yield r"\end{smlemma}"
        yield from self._proof(lemma, place)

    def _statement(self, statement: Statement) -> Iterator[str]:
        place = label(self._claim.name, statement.name)
        key, _ = _cited(statement)
        title = statement.name.replace("-", " ") + (rf", \cite{{{key}}}" if key else "")
        yield rf"\begin{{smstatement}}[{{{title}}}]\label{{{place}}}"
        if statement.hypotheses:
            yield rf"\textup{{Hypotheses.}} {' '.join(self._sentence(each) for each in statement.hypotheses)}\par"
        yield self._prose(statement.text)
        if statement.derivation is not None:
            yield from self._meant(statement, statement.derivation)
        if statement.formal is not None and statement.derivation is None:
            yield r"\par\noindent\textup{In symbols,}"
            yield from relation(statement.formal)
        yield r"\end{smstatement}"
        yield from self._remarks(statement)
        if statement.derivation is not None:
            yield from self._proof(statement.derivation, place)
            if not _says(statement.derivation, statement.formal) and statement.formal is not None:
                yield r"\noindent That is,"
                yield from relation(statement.formal)

    def _meant(self, statement: Statement, derivation: Derivation) -> Iterator[str]:
        """The ranges of what is derived, and what the names in its relation are by definition: it says so of these alone."""
        names = free_names(statement.formal) if statement.formal is not None else set()
        defined = [
            each.relation
            for each in derivation.hypotheses
            if _is_definition(each) and each.relation is not None and free_names(each.relation.lhs) & names
        ]
        ranges = ", ".join(f"${each}$" for each in _ranges(derivation))
        words = ", ".join([f"for {ranges}"] * bool(ranges) + ["where"] * bool(defined))
        if words:
            yield rf"\par\noindent\textup{{Derived {words}{'' if defined else '.'}}}"
        for each in defined:
            yield from relation(each)

    def _remarks(self, statement: Statement) -> Iterator[str]:
        """Where a statement is proved, what it speaks of and what it rests on."""
        said = []
        if statement.cited:
            said.append(f"This is not proved here, but taken from {self._cite(*_cited(statement))}")
        if statement.instances:
            said.append(f"It speaks of {self._prose('; '.join(statement.instances))}.")
        if statement.rests_on:
            said.append(f"It rests on {self._references(statement.rests_on)}.")
        if statement.theorems:
            names = ", ".join(
                rf"\texttt{{{plain(name)}}}".replace(".", r".\allowbreak ") for name in statement.theorems
            )
            said.append(f"It is stated and proved in Coq, without axioms, as {names}.")
        if not statement.cited and statement.derivation is None:
            said.append("There is no derivation of it in symbols.")
        if said:
            yield r"\noindent " + "\n".join(said)

    def _proof(self, derivation: Derivation, place: str) -> Iterator[str]:
        yield r"\begin{smproof}"
        lines = (derivation.start, *(step.expression for step in derivation.steps))
        short = in_short(lines, [index for index, _ in derivation.for_all], self._letters)
        assumed = [self._assumption(each) for each in derivation.hypotheses if each not in self._definitions]
        assumed += [rf"\item {in_pieces(latex_definition(each))}\smwords{{for short}}" for each in short.names]
        if assumed:
            yield "We use:"
            yield "\n".join([r"\begin{smlist}", *assumed, r"\end{smlist}"])
        if ranges := [f"${each}$" for each in _ranges(derivation)]:
            yield rf"\noindent Let {', '.join(ranges)}."
        start, *ends = short.lines
        reasons = [(step.relation, self._reason(step.justification)) for step in derivation.steps]
        steps = [(sign, end, reason) for (sign, reason), end in zip(reasons, ends, strict=True)]
        yield from chain(start, steps, place)
        yield r"\end{smproof}"

    def _assumption(self, hypothesis: Hypothesis) -> str:
        words = self._words(hypothesis.name)
        source = f", {plain(hypothesis.source)}" if hypothesis.source else ""
        return rf"\item {inline(hypothesis.latex)}\smwords{{{words}{source}}}"

    def _reason(self, justification: Justification) -> str:
        """Why a step holds; a derivation that it uses is referred to where that is a lemma or proves a statement."""
        if not isinstance(justification, ByDerivation):
            return self._words(justification.reason)
        used = justification.derivation
        place = self._place_of(used)
        if justification.reason == f"by {used.claim or used.name}" and place:
            return rf"by {place.replace('smby', 'smref', 1)}{{{plain(used.name)}}}"
        return self._words(justification.reason) + place

    def _place_of(self, derivation: Derivation) -> str:
        claim = self._claims[derivation.claim] if derivation.claim in self._claims.names else self._claim
        for number, lemma in enumerate(claim.lemmas, 1):
            if lemma is derivation:
                return rf"\smby[\smlemmaname]{{{PREFIX}:{claim.name}:lemma-{number}}}"
        for statement in claim.statements:
            if statement.derivation is derivation:
                return rf"\smby{{{label(claim.name, statement.name)}}}"
        return ""

    def _references(self, names: tuple[str, ...]) -> str:
        return ", ".join(reference(name, self._claims) for name in names)

    def _prose(self, text: str) -> str:
        return prose(text, self._claims)

    def _words(self, text: str) -> str:
        return self._prose(plain(text))

    def _sentence(self, text: str) -> str:
        written = self._prose(text)
        return written if written.endswith((".", r"\]")) else f"{written}."

    def _cite(self, key: str, note: str) -> str:
        return ", ".join(part for part in (rf"\cite{{{key}}}" if key else "", self._prose(note)) if part) + "."


def _cited(statement: Statement) -> tuple[str, str]:
    """The key of the bibliography that a statement is taken from, if its source has one, and the rest of that in words."""
    key, _, where = statement.cited.partition(":")
    return (key, where.strip()) if re.fullmatch(r"[a-z0-9]+", key) else ("", statement.cited)


def _ranges(derivation: Derivation) -> list[str]:
    ranges = [rf"1 \le {latex(index)} \le {latex(upper)}" for index, upper in derivation.for_all]
    return [*ranges, *(latex_interval(*interval) for interval in derivation.domain)]


def _is_definition(hypothesis: Hypothesis) -> bool:
    """Whether it is written as one: a name, with an index for each of its ranges, equal to an expression."""
    relation = hypothesis.relation
    if hypothesis.source or not isinstance(relation, sp.Eq) or not isinstance(relation.lhs, sp.Symbol | sp.Indexed):
        return False
    indices = relation.lhs.indices if isinstance(relation.lhs, sp.Indexed) else ()
    return (
        len(set(indices)) == len(indices) and set(indices) == hypothesis.quantified and bool(relation.rhs.free_symbols)
    )


def _both_signs(entries: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    r"""Formulas with their words; two in a row that differ in their upper indices + and - alone are one, with both signs.

    >>> _both_signs([("a^{+} = 1", "amplitude, along v"), ("a^{-} = 1", "amplitude, against v"), ("b = 2", "bias")])
    [('a^{\\pm} = 1', 'amplitude, along v and against v'), ('b = 2', 'bias')]
    """
    found: list[tuple[str, str]] = []
    for formula, words in entries:
        before, said = found[-1] if found else ("", "")
        what, _, side = words.rpartition(", ")
        twin = PLUS in before and MINUS not in before and before.replace(PLUS, MINUS) == formula
        if twin and what and said.startswith(f"{what}, "):
            found[-1] = (before.replace(PLUS, r"^{\pm}"), f"{said} and {side}")
            continue
        found.append((formula, words))
    return found


def _written_name(definition: Hypothesis) -> str:
    assert definition.relation is not None
    name = definition.relation.lhs
    return latex(name.base.label if isinstance(name, sp.Indexed) else name)


def _says(derivation: Derivation, formal: sp.Basic | None) -> bool:
    """Whether the last line of a derivation is the relation itself."""
    return isinstance(formal, sp.core.relational.Relational) and {formal.lhs, formal.rhs} == {
        derivation.conclusion.lhs,
        derivation.conclusion.rhs,
    }
