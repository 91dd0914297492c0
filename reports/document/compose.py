"""The report and its supplement as Markdown: evidence, expositions and figures poured into the templates."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import jinja2

from proofs_checks.evidence.problems import Problem, problems
from proofs_checks.evidence.record import LEVELS, Evidence
from proofs_checks.evidence.standing import standings
from reports import markup
from reports.document.costs import costs
from reports.document.front import front
from reports.document.graph import graph
from reports.document.phrases import counted, example, others_word, strip, valued, weakest
from reports.document.readable import readable
from reports.document.shown import shown
from reports.document.summary import summary
from reports.figures import Drawing
from reports.latex import Markdown, escape, latex_fragments, with_formulas
from theory.claim import OURS
from theory.exposition import NOVELTY, Exposition, expositions
from theory.glossary import SETTING

TEMPLATES = Path(str(files("reports") / "templates"))


@dataclass(frozen=True)
class Document:
    """The Markdown of the report, for the screen and for print, and of its supplement.

    ``graph`` is the SVG of the claims for print, which the Markdown refers to as a figure; ``problems`` are what stands
    in red at the top.
    """

    screen: str
    printed: str
    supplement: str
    graph: str
    problems: tuple[Problem, ...]


def compose(
    evidence: Evidence,
    figures: Mapping[str, Drawing],
    *,
    profile: str,
    mnist: Path | None = None,
    sources: str | None = None,
    further: Sequence[Problem] = (),
    told: Mapping[str, Exposition] | None = None,
) -> Document:
    """Compose the report from evidence and the figures drawn, by their names.

    ``mnist`` is the folder of the images that networks were trained on, if not the project's; ``sources`` is the digest
    of what was checked, if the evidence does not name it; ``further`` problems join those of the evidence; ``told`` are
    the expositions, those of the suite by default.
    """
    macros = "\n".join(evidence.macros) + "\n\n"
    found = standings(evidence.claims)
    parts, complaints = shown(evidence, found, expositions() if told is None else told, macros)
    first, missing = front(parts, figures, macros)
    rows = [part for formula, meaning in SETTING for part in (f"${formula}$", meaning)]
    setting, unset = latex_fragments(rows, display=False, macros=macros)
    complaints += unset
    if evidence.selected:
        missing = []  # the findings need the checks of the whole suite
    wrong = (*problems(evidence, found), *further, *missing, *(Problem(text) for text in complaints))
    selected = "".join(f" --claim {name}" for name in evidence.selected)
    images = "" if mnist is None else f" --mnist {shlex.quote(str(mnist))}"
    environment = _environment()
    values = {
        "evidence": evidence,
        "parts": parts,
        "front": first,
        "setting": list(zip(setting[::2], setting[1::2], strict=True)),
        "problems": wrong,
        "figures": figures,
        "summary": summary(evidence, found),
        "levels": LEVELS,
        "costs": costs(),
        "novelties": NOVELTY,
        "ours": OURS,
        "profile": evidence.profile or profile,
        "sources": evidence.sources_digest or sources,
        "command": f"python -m reports.build --profile {profile}{images}{selected}",
        "graph": graph(parts, themed=True),
        "cites": any(markup.cites(source) for source in _sources(evidence)),
    }

    def render(template: str, *, screen: bool, full: bool) -> str:
        return macros + environment.get_template(template).render(values, screen=screen, full=full)

    return Document(
        screen=render("report.md.j2", screen=True, full=False),
        printed=render("report.md.j2", screen=False, full=False),
        supplement=render("supplement.md.j2", screen=False, full=True),
        graph=graph(parts, themed=False),
        problems=wrong,
    )


def _sources(evidence: Evidence) -> Iterator[str]:
    """Where claims, cited statements and lemmas are taken from."""
    for claim in evidence.claims:
        yield claim.source
        for statement in claim.statements:
            yield statement.cited
            yield from (lemma.source for lemma in statement.given)


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
        autoescape=False,  # HTML escapes have no place in Markdown; _finalize escapes instead
    )
    environment.filters["formulas"] = with_formulas
    environment.filters["readable"] = readable
    environment.filters["markdown"] = Markdown  # for what a macro of the templates returns
    environment.filters["raw"] = Markdown  # for what is neither Markdown nor a reader's
    environment.filters["cell"] = lambda text: Markdown(" ".join(text.replace("|", r"\vert ").split()))
    environment.filters["indented"] = lambda text: Markdown(text.replace("\n", "\n  "))
    environment.globals.update({name: getattr(markup, name) for name in markup.__all__})
    phrases = (strip, weakest, counted, valued, example, others_word)
    environment.globals.update({each.__name__: each for each in phrases})
    return environment


def _finalize(value: object) -> object:
    """Escape whatever a template prints, unless it was made as Markdown."""
    return value if isinstance(value, Markdown) else escape(str(value))
