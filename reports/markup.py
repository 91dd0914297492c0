"""The pieces of the report that Markdown has no word for: chips, boxes, node ids, numbers.

Each is written once, as a classed span or division for HTML, wrapped in a raw call of the function of the same name
for typst and of the same macro or environment for LaTeX. The templates of the three formats define what it looks like.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from proofs_checks.evidence.record import (
    FAILED,
    INSTANCES,
    MARGIN,
    NOT_CHECKED,
    PASSED,
    UNSUPPORTED,
    Check,
    Claim,
    Control,
    Figure,
    Theorem,
)
from reports.figures import Drawing
from reports.latex import Markdown, escape, with_formulas

__all__ = [
    "anchor",
    "begin",
    "begin_beside",
    "begin_fold",
    "between",
    "chip",
    "cites",
    "control_chip",
    "end",
    "end_beside",
    "end_fold",
    "figure",
    "level_chip",
    "link_to",
    "listed",
    "listing",
    "newline",
    "node",
    "novelty",
    "number",
    "separated",
    "source",
    "theorem",
    "thumbnail",
]

FEW = 3
"""So many figures of its own fit into a check's cell of the table."""
LONG = 120
"""Characters of a figure that is a text of its own."""

BIBLIOGRAPHY = Path(str(files("theory") / "bibliography.bib"))

COLOURS: dict[str, str] = {
    "machine-checked": "0b3c5d",
    "derived": "1f6f9c",
    "certified": "00695c",
    "tested": "7a5200",
    "observed": "6b4c7d",
    "cited": "4a4a55",
    PASSED: "2e5e2e",
    "refuted": "2e5e2e",
    FAILED: "b3001b",
    "not refuted": "b3001b",
    NOT_CHECKED: "5f6368",
    UNSUPPORTED: "5f6368",
}
"""Colours of the chips; white on each has a contrast of at least 5.5, and the word is always there too."""


def chip(word: str | None, title: str = "") -> Markdown:
    """A coloured chip for a level or an outcome, None is "not checked here"; ``title`` is what its card says."""
    word = word or NOT_CHECKED
    return _inline("chip", escape(word), argument=word, classes=f"chip {word.replace(' ', '-')}", title=title)


def level_chip(check: Check) -> Markdown:
    """The level of a check: a filled chip only if it passed, since a level not reached must not look like one."""
    if check.outcome == PASSED:
        return chip(check.level)
    return _inline("missed", escape(check.level), classes="missed")


def control_chip(control: Control) -> Markdown:
    """The chip of a control: refuted, not refuted, or not checked here."""
    return chip(None if control.refuted is None else "refuted" if control.refuted else "not refuted")


def novelty(word: str) -> Markdown:
    """How a claim stands to the literature: an outlined chip, so that it is not taken for a level."""
    return _inline("novelty", escape(word), argument=word, classes=f"novelty {word}")


def node(identifier: str) -> Markdown:
    """A pytest node id in the typewriter face; it may break after its separators, and within long words."""
    parts = re.findall(r"[^/:_\[-]{,16}[/:_\[-]*", identifier)
    breakable = "`<wbr>`{=html}`\\allowbreak{}`{=latex}".join(escape(part) for part in parts if part)
    return _inline("nodeid", Markdown(breakable), classes="nodeid")


def _inline(function: str, body: Markdown, *, classes: str, argument: str = "", title: str = "") -> Markdown:
    dotted = " ".join(f".{name}" for name in classes.split()) + (f' title="{_quoted(title)}"' if title else "")
    typst = f'#{function}("{argument}")[' if argument else f"#{function}["
    latex = f"\\{function}{{{argument}}}{{" if argument else f"\\{function}{{"
    return Markdown(f"`{typst}`{{=typst}}`{latex}`{{=latex}}[{body}]{{{dotted}}}`}}`{{=latex}}`]`{{=typst}}")


def listing(text: str) -> Markdown:
    """A counterexample or a theorem of the proof assistant, letter by letter and line by line."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    indented = ["\u00a0" * (len(line) - len(line.lstrip())) + escape(line) for line in lines]
    return _inline("listing", Markdown(newline.join(indented)), classes="listing")


def theorem(found: Theorem) -> Markdown:
    """A theorem of the proof assistant: its name, what is declared around it, and its statement as written."""
    return listing("\n".join(part for part in (f"{found.name}", found.context, found.statement) if part))


def figure(drawing: Drawing) -> Markdown:
    """A figure with its caption, and below it what is needed to draw it again."""
    data = [f"{name} (sha256 {digest[:16]}…)" for name, digest in drawing.data]
    origin = "; ".join([f"python -m reports.figures {drawing.name}", f"seed {drawing.seed}", *data])
    provenance = _inline("provenance", escape(origin), classes="provenance")
    caption, alternative = f"{drawing.caption} {provenance}", _quoted(drawing.alternative)
    steps = f" steps={drawing.steps}" if drawing.steps else ""
    attributes = f'{{#figure-{drawing.name} alt="{alternative}"{steps} width=100%}}'
    return Markdown(f"![{caption}](figures/{drawing.name}){attributes}")


def thumbnail(drawing: Drawing) -> Markdown:
    """A figure that stands elsewhere with its caption, small and for the eye alone."""
    name = f"{drawing.name}-small" if drawing.small else drawing.name
    # a character follows, since an image that is alone in its paragraph would be a figure with a caption
    return Markdown(f'![](figures/{name}){{.thumbnail alt="{_quoted(drawing.alternative)}" width=100%}}\u200b')


def _quoted(alternative: str) -> str:
    return alternative.replace('"', "”")


def anchor(identifier: str) -> Markdown:
    """The attribute that gives a heading its identifier."""
    return Markdown(f"{{#{identifier}}}")


def begin(box: str) -> Markdown:
    """Open a box (``statement``, ``banner``, ...); ends with ``end(box)``."""
    return Markdown(f"```{{=typst}}\n#{box}[\n```\n```{{=latex}}\n\\begin{{{box}}}\n```\n\n::: {{.{box}}}\n")


def end(box: str) -> Markdown:
    """Close the box opened by ``begin(box)``."""
    return Markdown(f"\n:::\n\n```{{=latex}}\n\\end{{{box}}}\n```\n```{{=typst}}\n]\n```\n")


def begin_beside() -> Markdown:
    """Open two columns; `between` ends the left one, `end_beside` the right one. LaTeX sets one below the other."""
    # the division around both, for HTML, is a block in typst, which must not end between the columns
    head = "```{=latex}\n\\begin{beside}\n```\n\n:::: {.beside}\n"
    return Markdown(f"{head}\n```{{=typst}}\n#beside[\n```\n\n::: {{.half}}\n")


def between() -> Markdown:
    """From the left column to the right one."""
    return Markdown("\n:::\n\n```{=typst}\n][\n```\n\n::: {.half}\n")


def end_beside() -> Markdown:
    """Close the columns."""
    return Markdown("\n:::\n\n```{=typst}\n]\n```\n\n::::\n\n```{=latex}\n\\end{beside}\n```\n")


def begin_fold(title: str) -> Markdown:
    """Open what a reader of the HTML unfolds; ends with ``end_fold()``. Only for the screen: print has no folds."""
    return Markdown(f"```{{=html}}\n<details><summary>{html.escape(title)}</summary>\n```\n")


def end_fold() -> Markdown:
    """Close what was opened by ``begin_fold``."""
    return Markdown("\n```{=html}\n</details>\n```\n")


newline = Markdown("`<br>`{=html}`#linebreak()`{=typst}`\\newline{}`{=latex}")
"""A line break that may stand in the cell of a table."""


def source(text: str) -> Markdown:
    """The source of a claim: "key: note" with a key of the bibliography becomes a citation, other text stays."""
    if not cites(text):
        return with_formulas(text)
    key, _, note = text.partition(":")
    return Markdown(f"@{key}: {with_formulas(note)}")


def cites(text: str) -> bool:
    """Whether the source of a claim is "key: note" with a key of the bibliography."""
    key, colon, _ = text.partition(":")
    return bool(colon) and key in _bibliography_keys()


@cache
def _bibliography_keys() -> frozenset[str]:
    entries = BIBLIOGRAPHY.read_text("utf-8") if BIBLIOGRAPHY.is_file() else ""
    return frozenset(re.findall(r"^@\w+\{([\w:-]+),", entries, flags=re.MULTILINE))


def link_to(claim: Claim) -> Markdown:
    """The title of a claim, linked to its section."""
    return Markdown(f"[{with_formulas(claim.title)}](#claim-{claim.name})")


def number(value: Figure, digits: int = 4) -> Markdown:
    r"""A number as a reader wants it, to so many significant digits; text is taken as text with formulas.

    >>> print(number(41200), number(1.25e-7), number(-0.5), number(None))
    41,200 $1.25\times 10^{-7}$ $-0.5$ –
    """
    if value is None:
        return Markdown("–")
    if isinstance(value, bool):
        return Markdown("yes" if value else "no")
    if isinstance(value, str):
        return with_formulas(value)
    if isinstance(value, int):
        return Markdown(f"{value:,}" if value >= 0 else f"$-${-value:,}")
    if not math.isfinite(value):
        return Markdown("$\\infty$" if value > 0 else "$-\\infty$")
    significand, _, exponent = f"{value:.{digits}g}".partition("e")
    if exponent:
        return Markdown(f"${significand}\\times 10^{{{int(exponent)}}}$")
    return Markdown(f"${significand}$" if value < 0 else significand)


def listed(check: Check) -> Sequence[tuple[str, Figure]]:
    """The figures that get a table of their own: all but the tally, if they are too many or too long for a cell."""
    own = [(name, value) for name, value in check.figures.items() if name not in (INSTANCES, MARGIN)]
    return own if len(own) > FEW or any(len(str(value)) > LONG for _, value in own) else ()


def separated(parts: Iterable[str], separator: str) -> Markdown:
    """Pieces of Markdown with a separator between them."""
    return Markdown(separator.join(parts))
