"""The report as one Markdown source: evidence and figures poured into the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from proofs_checks.evidence.record import FAILED, LEVELS, NOT_CHECKED, UNSUPPORTED, Claim, Derivation, Evidence, Problem
from reports import markup
from reports.figures import Drawing, Group
from reports.latex import Markdown, escape, latex_fragments, with_formulas

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class ShownDerivation:
    """A derivation with its LaTeX converted."""

    title: str
    body: Markdown
    uses: Sequence[tuple[str, Markdown]]
    inherits: Sequence[str]


@dataclass(frozen=True)
class Section:
    """One claim as the template sees it: the evidence, its number, and its LaTeX converted."""

    number: int
    claim: Claim
    standing: str
    statement: Markdown
    hypotheses: Sequence[Markdown]
    derivations: Sequence[ShownDerivation]
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
    sections, complaints = _sections(evidence, macros)
    problems = (*evidence.problems, *further, *(Problem(text) for text in complaints))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
        autoescape=False,  # HTML escapes have no place in Markdown; _finalize escapes instead
    )
    environment.filters["formulas"] = with_formulas
    environment.filters["indented"] = lambda text: Markdown(text.replace("\n", "\n  "))
    environment.globals.update({name: getattr(markup, name) for name in markup.__all__})
    markdown = environment.get_template("report.md.j2").render(
        evidence=evidence,
        sections=sections,
        problems=problems,
        figures=figures,
        summary=summary(evidence),
        levels=LEVELS,
        profile=evidence.profile or profile,
        sources=evidence.sources_digest or sources,
        command=f"python -m reports.build --profile {profile}",
    )
    return Document(macros + markdown, problems)


def _finalize(value: object) -> object:
    """Escape whatever a template prints, unless it was made as Markdown."""
    return value if isinstance(value, Markdown) else escape(str(value))


def _sections(evidence: Evidence, macros: str) -> tuple[list[Section], list[str]]:
    claims = evidence.claims
    statements, wrong = latex_fragments([claim.statement for claim in claims], display=True, macros=macros)
    hypotheses = [claim.hypotheses for claim in claims]
    shown_hypotheses, wrong_hypotheses = _nested(hypotheses, macros, display=False)
    derivations = [[derivation.latex for derivation in claim.derivations] for claim in claims]
    bodies, wrong_derivations = _nested(derivations, macros, display=True)
    every = [derivation for claim in claims for derivation in claim.derivations]
    formulas, wrong_formulas = _nested([[latex for _, latex in each.uses] for each in every], macros, display=False)
    uses = {id(each): shown for each, shown in zip(every, formulas, strict=True)}
    sections = [
        Section(
            number=place + 1,
            claim=claim,
            standing=evidence.standing(claim),
            statement=statements[place],
            hypotheses=shown_hypotheses[place],
            derivations=[
                _derivation(each, body, uses[id(each)])
                for each, body in zip(claim.derivations, bodies[place], strict=True)
            ],
            rests_on=[_link(evidence, name) for name in claim.rests_on],
            cites=markup.cites(claim.source),
            used_in=[markup.link_to(other) for other in claims if claim.name in other.rests_on],
        )
        for place, claim in enumerate(claims)
    ]
    return sections, wrong + wrong_hypotheses + wrong_derivations + wrong_formulas


def _derivation(derivation: Derivation, body: Markdown, formulas: Sequence[Markdown]) -> ShownDerivation:
    names = [name for name, _ in derivation.uses]
    return ShownDerivation(derivation.title, body, list(zip(names, formulas, strict=True)), derivation.inherits)


def _nested(
    fragments: Sequence[Sequence[str]], macros: str, *, display: bool
) -> tuple[list[list[Markdown]], list[str]]:
    """Lists of LaTeX fragments, converted in one go and handed back list by list."""
    flat = [fragment for part in fragments for fragment in part]
    converted, complaints = latex_fragments(flat, display=display, macros=macros)
    remaining = iter(converted)
    return [[next(remaining) for _ in part] for part in fragments], complaints


def _link(evidence: Evidence, name: str) -> Markdown:
    claim = evidence.claim(name)
    return markup.link_to(claim) if claim else escape(name)


def summary(evidence: Evidence) -> Markdown:
    """The report in a few sentences, all of them counted from the evidence."""
    claims = evidence.claims
    standings = [evidence.standing(claim) for claim in claims]
    words = {
        **{level: level for level in LEVELS},
        FAILED: f"**{FAILED}**",
        UNSUPPORTED: UNSUPPORTED,
        NOT_CHECKED: NOT_CHECKED,
    }
    parts = [f"{standings.count(name)} {shown}" for name, shown in words.items() if name in standings]
    sentences = [f"This report covers {_count(len(claims), 'claim')}: {_listed(parts) or 'none'}."]

    instances = sum(claim.instances for claim in claims)
    if instances:
        tightest = min((claim for claim in claims if claim.smallest_slack is not None), key=_slack, default=None)
        slack = f"; the smallest slack met is {markup.number(_slack(tightest), 2)}" if tightest else ""
        where = f", in {markup.link_to(tightest)}" if tightest else ""
        sentences.append(f"The checks tried {_count(instances, 'instance')}{slack}{where}.")

    controls = sum(len(claim.controls) for claim in claims)
    refuted = sum(claim.controls_refuted for claim in claims)
    if controls:
        sentences.append(
            f"Of {_count(controls, 'false variant')} set beside the claims, to show that the checks can fail, "
            f"{'all' if refuted == controls > 1 else refuted} {'was' if refuted == 1 else 'were'} refuted."
        )
    checks = [check for claim in claims for check in claim.checks]
    idle = sum(check.outcome == NOT_CHECKED for check in checks)
    if idle:
        sentences.append(f"Of {_count(len(checks), 'check')}, {idle} did not run here.")
    return Markdown(" ".join(sentences))


def _slack(claim: Claim | None) -> float:
    return float("inf") if claim is None or claim.smallest_slack is None else claim.smallest_slack


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _listed(parts: Sequence[Any]) -> str:
    return " and ".join(", ".join(map(str, group)) for group in (parts[:-1], parts[-1:]) if group)
