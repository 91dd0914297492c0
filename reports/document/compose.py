"""The report as one Markdown source: evidence and figures poured into the templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import jinja2

from proofs_checks.evidence.problems import Problem, problems
from proofs_checks.evidence.record import LEVELS, Claim, Derivation, Evidence, Statement, Use
from proofs_checks.evidence.standing import ClaimStanding, Standing, standings
from reports import markup
from reports.figures import Drawing, Group
from reports.latex import Markdown, escape, latex_fragments, with_formulas
from reports.document.summary import summary

TEMPLATES = Path(str(files("reports") / "templates"))


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


@dataclass(frozen=True)
class ShownStatement:
    """One statement as the template sees it: the evidence, how it stands, and its LaTeX converted."""

    statement: Statement
    standing: Standing
    text: Markdown
    hypotheses: Sequence[Markdown]
    formal: Markdown | None
    derivation: ShownDerivation | None
    rests_on: Sequence[Markdown]


@dataclass(frozen=True)
class Section:
    """One claim as the template sees it: the evidence, its number, and its statements."""

    number: int
    claim: Claim
    standing: ClaimStanding
    statements: Sequence[ShownStatement]
    lemmas: Sequence[ShownDerivation]
    remarks: Markdown | None
    rests_on: Sequence[Markdown]
    used_in: Sequence[Markdown]
    cites: bool


@dataclass(frozen=True)
class Document:
    """The Markdown of the whole report, and what stands in red at its top."""

    markdown: str
    problems: tuple[Problem, ...]


def compose(
    evidence: Evidence,
    figures: Sequence[tuple[Group, Sequence[Drawing]]],
    *,
    profile: str,
    sources: str | None = None,
    further: Sequence[Problem] = (),
) -> Document:
    """Compose the report from evidence and the figures drawn.

    ``sources`` is the digest of what was checked, if the evidence does not name it; ``further`` problems join those
    of the evidence.
    """
    macros = "\n".join(evidence.macros) + "\n\n"
    found = standings(evidence.claims)
    sections, complaints = _sections(evidence, found, macros)
    wrong = (*problems(evidence, found), *further, *(Problem(text) for text in complaints))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
        autoescape=False,  # HTML escapes have no place in Markdown; _finalize escapes instead
    )
    environment.filters["formulas"] = with_formulas
    environment.filters["markdown"] = Markdown  # for what a macro of the templates returns
    environment.filters["indented"] = lambda text: Markdown(text.replace("\n", "\n  "))
    environment.globals.update({name: getattr(markup, name) for name in markup.__all__})
    selected = "".join(f" --claim {name}" for name in evidence.selected)
    markdown = environment.get_template("report.md.j2").render(
        evidence=evidence,
        sections=sections,
        problems=wrong,
        figures=figures,
        summary=summary(evidence, found),
        levels=LEVELS,
        profile=evidence.profile or profile,
        sources=evidence.sources_digest or sources,
        command=f"python -m reports.build --profile {profile}{selected}",
    )
    return Document(macros + markdown, wrong)


def _finalize(value: object) -> object:
    """Escape whatever a template prints, unless it was made as Markdown."""
    return value if isinstance(value, Markdown) else escape(str(value))


class _Fragments:
    """Fragments of LaTeX, collected and converted in one go, since each conversion starts a process."""

    def __init__(self) -> None:
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

    def take(self, *, display: bool) -> Markdown:
        """The next one converted."""
        return next(self._converted[display])


def _sections(evidence: Evidence, found: Mapping[str, ClaimStanding], macros: str) -> tuple[list[Section], list[str]]:
    """The sections of all claims, and complaints about LaTeX that cannot be converted."""
    fragments = _Fragments()
    for claim in evidence.claims:
        for fragment, display in _fragments_of(claim):
            fragments.collect(fragment, display=display)
    complaints = fragments.convert(macros)
    sections = [
        Section(
            number=place + 1,
            claim=claim,
            standing=found[claim.name],
            statements=[
                _statement(evidence, each, found[claim.name].statements[each.name], fragments)
                for each in claim.statements
            ],
            lemmas=[_derivation(lemma, fragments) for lemma in claim.lemmas],
            remarks=fragments.take(display=True) if claim.remarks else None,
            rests_on=[_link(evidence, name) for name in claim.rests_on],
            used_in=[markup.link_to(other) for other in evidence.claims if claim.name in _grounds(other)],
            cites=markup.cites(claim.source),
        )
        for place, claim in enumerate(evidence.claims)
    ]
    return sections, complaints


def _fragments_of(claim: Claim) -> Iterator[tuple[str, bool]]:
    """The LaTeX of a claim, and whether a bare formula in it is a display; in the order in which it is taken."""
    for statement in claim.statements:
        yield statement.text, True
        yield from ((hypothesis, False) for hypothesis in statement.hypotheses)
        if statement.formal:
            yield statement.formal, True
        if statement.derivation:
            yield from _fragments_of_derivation(statement.derivation)
    for lemma in claim.lemmas:
        yield from _fragments_of_derivation(lemma)
    if claim.remarks:
        yield claim.remarks, True


def _fragments_of_derivation(derivation: Derivation) -> Iterator[tuple[str, bool]]:
    yield derivation.latex, True
    for use in derivation.uses:
        yield use.latex, False
        if use.formal:
            yield use.formal, False


def _statement(evidence: Evidence, statement: Statement, standing: Standing, fragments: _Fragments) -> ShownStatement:
    return ShownStatement(
        statement=statement,
        standing=standing,
        text=fragments.take(display=True),
        hypotheses=[fragments.take(display=False) for _ in statement.hypotheses],
        formal=fragments.take(display=True) if statement.formal else None,
        derivation=_derivation(statement.derivation, fragments) if statement.derivation else None,
        rests_on=[_link(evidence, name) for name in statement.rests_on],
    )


def _derivation(derivation: Derivation, fragments: _Fragments) -> ShownDerivation:
    body = fragments.take(display=True)
    uses = [
        ShownUse(use, fragments.take(display=False), fragments.take(display=False) if use.formal else None)
        for use in derivation.uses
    ]
    return ShownDerivation(derivation.title, body, uses, derivation.inherits)


def _grounds(claim: Claim) -> set[str]:
    references = [*claim.rests_on, *(reference for each in claim.statements for reference in each.rests_on)]
    return {reference.partition(".")[0] for reference in references} - {claim.name}


def _link(evidence: Evidence, reference: str) -> Markdown:
    """A claim, or a statement of one, linked to the claim's section."""
    name, dot, statement = reference.partition(".")
    claim = evidence.claim(name)
    if claim is None:
        return escape(reference)
    return Markdown(f"{markup.link_to(claim)} ({escape(statement)})") if dot else markup.link_to(claim)
