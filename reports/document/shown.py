"""Claims as the templates see them: evidence and exposition side by side, with their LaTeX converted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from proofs_checks.evidence.record import Claim, Derivation, Evidence, Statement, Use
from proofs_checks.evidence.standing import ClaimStanding, Standing
from reports.document.links import Links
from reports.latex import Markdown, latex_fragments
from theory.exposition import PARTS, Exposition

FURTHER = "further"
"""The part of claims of which nothing is told: last, and there only if there are any."""
TITLES = {**PARTS, FURTHER: "Further claims"}
_STEP = re.compile(r"^& \\quad (?!\\quad)", re.MULTILINE)
"""Where a step begins in ``theory.latex.latex_steps``."""
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")


@dataclass(frozen=True)
class ShownUse:
    """What a derivation uses, with its LaTeX converted."""

    use: Use
    latex: Markdown
    formal: Markdown | None


@dataclass(frozen=True)
class ShownDerivation:
    """A derivation with its LaTeX converted."""

    title: str
    body: Markdown
    uses: Sequence[ShownUse]
    inherits: Sequence[str]
    in_one_step: bool
    """Whether the relation with its reason is the whole derivation."""


@dataclass(frozen=True)
class ShownStatement:
    """One statement: its number and name, the evidence, how it stands, and its LaTeX converted."""

    number: str
    identifier: str
    """What the supplement calls it in links."""
    statement: Statement
    standing: Standing
    text: Markdown
    hypotheses: Sequence[Markdown]
    formal: Markdown | None
    within: Sequence[Markdown]
    where: Sequence[Markdown]
    derivation: ShownDerivation | None
    rests_on: Sequence[Markdown]


@dataclass(frozen=True)
class Told:
    """An exposition with its LaTeX converted."""

    gist: Markdown
    novel: Markdown
    sketch: Sequence[Markdown]
    limits: Sequence[Markdown]


@dataclass(frozen=True)
class ShownClaim:
    """One claim: its number, which also links to it, the evidence, how it stands, and what is told of it."""

    number: str
    link: Markdown
    claim: Claim
    standing: ClaimStanding
    statements: Sequence[ShownStatement]
    lemmas: Sequence[ShownDerivation]
    remarks: Markdown | None
    rests_on: Sequence[Markdown]
    used_in: Sequence[Markdown]
    """The claims that use it, by their numbers."""
    exposition: Exposition | None
    told: Told | None

    @property
    def headline(self) -> Sequence[ShownStatement]:
        """The statements that its page shows first."""
        if self.exposition is None:
            return self.statements[:2]
        return [each for each in self.statements if each.statement.name in self.exposition.headline]

    @property
    def others(self) -> Sequence[ShownStatement]:
        """The statements besides the headline."""
        return [each for each in self.statements if each not in self.headline]

    @property
    def weakest(self) -> Sequence[ShownStatement]:
        """The statements that are no stronger than the claim, where all of the headline are."""
        weak = [each for each in self.statements if each.standing.word == self.standing.word]
        return [] if any(each in self.headline for each in weak) else weak

    @property
    def assumed(self) -> Sequence[tuple[str, Sequence[Markdown]]]:
        """The hypotheses of the headline, each once, with the numbers of the statements that have it; none for all."""
        statements: dict[Markdown, list[str]] = {}
        for each in self.headline:
            for text in each.hypotheses:
                statements.setdefault(text, []).append(each.number)
        found: dict[str, list[Markdown]] = {}
        for text, numbers in statements.items():
            found.setdefault("" if len(numbers) == len(self.headline) else ", ".join(numbers), []).append(text)
        return sorted(found.items())


@dataclass(frozen=True)
class Part:
    """A part of the report with its claims."""

    name: str
    number: str
    title: str
    claims: Sequence[ShownClaim]


def shown(
    evidence: Evidence, found: Mapping[str, ClaimStanding], told: Mapping[str, Exposition], macros: str
) -> tuple[list[Part], list[str]]:
    """All claims in the order in which they are told, and complaints about LaTeX that cannot be converted."""
    order = _order(evidence, told)
    links = Links(
        (f"{NUMERALS[place]}.{number}", claim, [each.name for each in _statements(claim, told.get(claim.name))])
        for place, (_, claims) in enumerate(order)
        for number, claim in enumerate(claims, start=1)
    )
    fragments = _Fragments(links)
    for _, claims in order:
        for claim in claims:
            for fragment, display in _fragments_of(claim, told.get(claim.name)):
                fragments.collect(fragment, display=display)
    complaints = fragments.convert(macros)
    parts = []
    for place, (name, claims) in enumerate(order):
        converted = [_claim(claim, found[claim.name], told.get(claim.name), fragments) for claim in claims]
        parts.append(Part(name, NUMERALS[place], TITLES[name], converted))
    return parts, complaints


def _order(evidence: Evidence, told: Mapping[str, Exposition]) -> list[tuple[str, list[Claim]]]:
    """The parts that have claims, each with these, by their place in it and then by their names."""
    parts: dict[str, list[Claim]] = {name: [] for name in TITLES}
    for claim in evidence.claims:
        parts[told[claim.name].part if claim.name in told else FURTHER].append(claim)

    def place(claim: Claim) -> tuple[int, str]:
        return (told[claim.name].order if claim.name in told else 0, claim.name)

    return [(name, sorted(claims, key=place)) for name, claims in parts.items() if claims]


def _statements(claim: Claim, exposition: Exposition | None) -> Sequence[Statement]:
    """The statements in the order of their numbers: those of the headline first."""
    headline = exposition.headline if exposition else ()
    return sorted(claim.statements, key=lambda each: each.name not in headline)


class _Fragments:
    """Fragments of LaTeX, collected and converted in one go, since each conversion starts a process."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self._sources: tuple[list[str], list[str]] = ([], [])
        self._converted: tuple[Iterator[Markdown], Iterator[Markdown]] = (iter(()), iter(()))

    def collect(self, latex: str, *, display: bool) -> None:
        """Take a fragment; they come back in the same order."""
        self._sources[display].append(latex)

    def convert(self, macros: str) -> list[str]:
        """Convert what was collected; returns complaints."""
        inline, wrong = latex_fragments(self._sources[False], display=False, macros=macros)
        display, further = latex_fragments(self._sources[True], display=True, macros=macros)
        self._converted = (iter(inline), iter(display))
        return wrong + further

    def take(self, *, display: bool = False) -> Markdown:
        """The next one converted, with links to the claims that it names."""
        return self.links.within(next(self._converted[display]))


def _fragments_of(claim: Claim, exposition: Exposition | None) -> Iterator[tuple[str, bool]]:
    """The LaTeX of a claim, and whether a bare formula in it is a display; in the order in which it is taken."""
    for statement in _statements(claim, exposition):
        yield statement.text, True
        yield from ((hypothesis, False) for hypothesis in statement.hypotheses)
        if statement.formal:
            yield statement.formal, True
        yield from ((formula, False) for formula in (*statement.within, *statement.where))
        if statement.derivation:
            yield from _fragments_of_derivation(statement.derivation)
    for lemma in claim.lemmas:
        yield from _fragments_of_derivation(lemma)
    if claim.remarks:
        yield claim.remarks, True
    if exposition:
        texts = (exposition.gist, exposition.novel, *exposition.sketch, *exposition.limits)
        yield from ((text, False) for text in texts)


def _fragments_of_derivation(derivation: Derivation) -> Iterator[tuple[str, bool]]:
    yield derivation.latex, True
    for use in derivation.uses:
        yield use.latex, False
        if use.formal:
            yield use.formal, False


def _claim(claim: Claim, standing: ClaimStanding, exposition: Exposition | None, fragments: _Fragments) -> ShownClaim:
    links = fragments.links
    return ShownClaim(
        number=links.numbers[claim.name],
        link=links.numbered(claim),
        claim=claim,
        standing=standing,
        statements=[
            _statement(claim, each, standing.statements[each.name], fragments)
            for each in _statements(claim, exposition)
        ],
        lemmas=[_derivation(lemma, fragments) for lemma in claim.lemmas],
        remarks=fragments.take(display=True) if claim.remarks else None,
        rests_on=[links.titled(name) for name in claim.rests_on],
        used_in=[links.numbered(other) for other in links.claims if claim.name in grounds(other)],
        exposition=exposition,
        told=_told(exposition, fragments) if exposition else None,
    )


def _told(exposition: Exposition, fragments: _Fragments) -> Told:
    return Told(
        gist=fragments.take(),
        novel=fragments.take(),
        sketch=[fragments.take() for _ in exposition.sketch],
        limits=[fragments.take() for _ in exposition.limits],
    )


def _statement(claim: Claim, statement: Statement, standing: Standing, fragments: _Fragments) -> ShownStatement:
    return ShownStatement(
        number=fragments.links.numbers[f"{claim.name}.{statement.name}"],
        identifier=f"statement-{claim.name}-{statement.name}",
        statement=statement,
        standing=standing,
        text=fragments.take(display=True),
        hypotheses=[fragments.take() for _ in statement.hypotheses],
        formal=fragments.take(display=True) if statement.formal else None,
        within=[fragments.take() for _ in statement.within],
        where=[fragments.take() for _ in statement.where],
        derivation=_derivation(statement.derivation, fragments) if statement.derivation else None,
        rests_on=[fragments.links.titled(name) for name in statement.rests_on],
    )


def _derivation(derivation: Derivation, fragments: _Fragments) -> ShownDerivation:
    body = fragments.take(display=True)
    uses = [ShownUse(use, fragments.take(), fragments.take() if use.formal else None) for use in derivation.uses]
    return ShownDerivation(derivation.title, body, uses, derivation.inherits, len(_STEP.findall(derivation.latex)) == 1)


def grounds(claim: Claim) -> set[str]:
    """The other claims that a claim or one of its statements rests on."""
    references = [*claim.rests_on, *(reference for each in claim.statements for reference in each.rests_on)]
    return {reference.partition(".")[0] for reference in references} - {claim.name}
