r"""Words and displays of claims for papers: characters that TeX would take amiss, references, long displays."""

from __future__ import annotations

import re

from theory.export.setting import PREFIX
from theory.line_breaks import broken, width_in_ems
from theory.registry import BrokenClaimError, Registry

_ESCAPED = re.compile(r"[_&%#$^~{}\\<>|]")
_REFERENCE = re.compile(r"(?<![\w:.-])([a-z]+(?:-[a-z]+)+)(\.[a-z]+(?:-[a-z]+)*)?(?![\w-])")


WIDTH = 29.0
"""The ems that are free beside the number of an equation, on a line of LaTeX's article."""


def label(claim: str, statement: str) -> str:
    """The label of a statement.

    >>> label("gram-form", "hessian")
    'sm:gram-form:hessian'
    """
    return f"{PREFIX}:{claim}:{statement}"


def plain(text: str) -> str:
    r"""Words for LaTeX: what is special to TeX is escaped, except in formulas between dollars.

    >>> print(plain("W_1 & 5% of $x_1^2$, y > 0"))
    W\_1 \& 5\% of $x_1^2$, y \textgreater{} 0
    """
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return _ESCAPED.sub(_escape, text)
    return "$".join(part if place % 2 else _ESCAPED.sub(_escape, part) for place, part in enumerate(parts))


def _escape(found: re.Match[str]) -> str:
    words = {"^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "\\": r"\textbackslash{}"}
    words |= {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"}
    return words.get(found[0], "\\" + found[0])


def prose(text: str, claims: Registry) -> str:
    """LaTeX of a claim for a paper: names of claims as references, displays that fit."""
    pieces = re.split(r"(\$\$.*?\$\$|\\\[.*?\\\]|\$.*?\$)", text.strip(), flags=re.DOTALL)
    done = [_formula(piece) if place % 2 else _with_references(piece, claims) for place, piece in enumerate(pieces)]
    return "".join(done)


def _formula(piece: str) -> str:
    display = re.fullmatch(r"(?:\$\$|\\\[)\s*(.*?)\s*(?:\$\$|\\\])", piece, re.DOTALL)
    return _display(display[1]) if display else piece


def _display(formula: str) -> str:
    """A display; where it is too wide for one line, formulas side by side come one below the other."""
    places = [found for found in re.finditer(r"\\qquad(?![A-Za-z])", formula) if _is_outside(formula, found.start())]
    if not places or width_in_ems(formula) <= WIDTH:
        return rf"\[\smfit{{{formula}}}\]"
    ends = [0, *(end for found in places for end in found.span()), len(formula)]
    lines = [formula[start:end].strip() for start, end in zip(ends[::2], ends[1::2], strict=True)]
    body = " \\\\\n".join(rf"\smfit{{{line}}}" for line in lines)
    return rf"\[\begin{{gathered}}{body}\end{{gathered}}\]"


def inline(formula: str) -> str:
    r"""A formula in a line of text: what is words in it is text, and formulas side by side are apart, so that TeX may break it.

    >>> print(inline(r"a = b \text{ for all } i,\ c = \sqrt{2,\ d}"))
    $a = b$ for all $i$, $c = \sqrt{2,\ d}$
    """
    written, start = "", 0
    for found in re.finditer(r"\\text\{([^{}$]*)\}|,\\ ", formula):
        if _is_outside(formula, found.start()):
            written += _between_dollars(formula[start : found.start()])
            written += ", " if found[1] is None else found[1]
            start = found.end()
    return written + _between_dollars(formula[start:])


def in_pieces(formula: str) -> str:
    """A formula in a line of text, in pieces that fit on a line, so that TeX may break between them."""
    return " ".join(f"${{}}{piece}$" for piece in broken(formula, WIDTH, width_in_ems))


def _between_dollars(formula: str) -> str:
    return f"${formula.strip()}$" if formula.strip() else ""


def _is_outside(formula: str, at: int) -> bool:
    """Whether a place in a formula is outside of all braces, environments and brackets that grow."""
    before = re.sub(r"\\[{}]", "", formula[:at])
    left, right = (len(re.findall(rf"\\{side}(?![A-Za-z])", before)) for side in ("left", "right"))
    return before.count("{") == before.count("}") and left == right and before.count(r"\begin") == before.count(r"\end")


def _with_references(text: str, claims: Registry) -> str:
    def referred(found: re.Match[str]) -> str:
        return reference(found[0], claims) if found[1] in claims.names else found[0]

    return _REFERENCE.sub(referred, text)


def reference(name: str, claims: Registry) -> str:
    """A reference to a claim or to a statement of one ("claim.statement"), with words for a paper that lacks it."""
    claim, _, statement = name.partition(".")
    try:
        there = claims[claim]
    except BrokenClaimError:
        return f"``{claim.replace('-', ' ')}''"
    words = f"``{there.title}''"
    if statement:
        return rf"\smref{{{label(claim, statement)}}}{{{words} ({statement.replace('-', ' ')})}}"
    first, last = there.statements[0].name, there.statements[-1].name
    if first == last:
        return rf"\smref{{{label(claim, first)}}}{{{words}}}"
    return rf"\smrefs{{{label(claim, first)}}}{{{label(claim, last)}}}{{{words}}}"
