"""Text for the report's Markdown: LaTeX fragments, plain text, and text with formulas in dollars."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence

import pypandoc


class Markdown(str):
    """Markdown that may stand in the report as it is; every other text is escaped first."""

    __slots__ = ()


_SEPARATOR = "fragmentseparator"
_JOINT = f"\n\n{_SEPARATOR}\n\n"
# Nothing raw: a command that cannot be converted must not slip through to the one format that understands it.
_MARKDOWN = "markdown-raw_tex-raw_html-raw_attribute-smart"
_MATHEMATICS_MARKS = re.compile(r"(?<!\\)\$|\\\(|\\\[")
_ENVIRONMENT = re.compile(r"\\begin\{(equation|align|gather|multline|displaymath|itemize|enumerate)\*?\}")
# a word: no command, no index in braces, and more letters than a product of two or a differential
_WORD = re.compile(r"(?<![\\a-zA-Z{])[a-zA-Z]{3,}|(?<![\\a-zA-Z{])[a-zA-Z]{2}\s+[a-zA-Z]{2}\b")
_ARGUMENT = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_TEXT_COMMAND = re.compile(rf"\\(?:text|textrm|mbox|operatorname|mathrm|begin|end)\*?{_ARGUMENT}")
_DOLLARS = re.compile(r"(?<!\\)\$([^$]+?)(?<!\\)\$")


def escape(text: str) -> Markdown:
    r"""``text`` so that it appears letter by letter, on one line.

    >>> print(escape("a_b < 5%, $x$"))
    a\_b \< 5\%\, \$x\$
    """
    return Markdown(re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split())))


def with_formulas(text: str) -> Markdown:
    r"""``text`` with ``$...$`` read as TeX, and everything else escaped.

    A lone dollar, or an odd number of them, is money or a mistake, but no formula.

    >>> print(with_formulas("the bound $1/\\eta$ of a_b"))
    the bound $1/\eta$ of a\_b
    """
    if len(re.findall(r"(?<!\\)\$", text)) % 2:
        return escape(text)
    parts = _DOLLARS.split(" ".join(text.split()))
    # a bar inside a formula would end the cell of a table
    barless = [part.strip().replace(r"\|", r"\Vert ").replace("|", r"\vert ") for part in parts[1::2]]
    formulas = [f"${part}$" for part in barless]
    plain = [_escape_inner(part.replace(r"\$", "$")) for part in parts[::2]]
    return Markdown("".join(a + b for a, b in zip(plain, [*formulas, ""], strict=True)))


def _escape_inner(text: str) -> str:
    """Escape, keeping the blanks at both ends, which matter beside a formula."""
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}{escape(text)}{trail}" if text.strip() else text


def is_formula(latex: str) -> bool:
    r"""Whether a LaTeX fragment is one bare formula rather than a sentence.

    Claims write sentences with their formulas marked, as LaTeX wants it, but a lone formula may come bare.

    >>> is_formula(r"\lVert f\rVert_S \le 1/\eta - 1/2"), is_formula("the data are distinct")
    (True, False)
    """
    bare = _TEXT_COMMAND.sub(" ", latex)
    if _MATHEMATICS_MARKS.search(bare) or _ENVIRONMENT.search(latex):
        return False
    return not _WORD.search(bare) and bool(re.search(r"[\\^_=<>+]", latex))


def latex_fragments(fragments: Sequence[str], *, display: bool, macros: str = "") -> tuple[list[Markdown], list[str]]:
    """Convert LaTeX fragments to Markdown; a bare formula becomes a display, or inline if not ``display``.

    ``macros`` are definitions that the fragments may use. All go through pandoc together, since starting it costs
    more than the conversion.

    Returns the converted fragments and a list of complaints. A fragment that pandoc cannot read, or from which it
    would drop a command, is shown as it stands, and complained of.
    """
    sources = [_marked(fragment, display) for fragment in fragments]
    if not sources:
        return [], []
    try:
        converted = [Markdown(part.strip()) for part in _convert(macros + _JOINT.join(sources)).split(_SEPARATOR)]
    except ValueError:
        converted = []
    if len(converted) == len(sources):
        return converted, []
    # one of them is at fault; one by one is slow, but finds it
    shown, complaints = [], []
    for source in sources:
        try:
            shown.append(Markdown(_convert(macros + source).strip()))
        except ValueError as error:
            shown.append(escape(source))
            complaints.append(f"{error} in: {source}")
    return shown, complaints


def _marked(fragment: str, display: bool) -> str:
    if not is_formula(fragment):
        return fragment
    return f"\\[{fragment.strip()}\\]" if display else f"${fragment.strip()}$"


def _convert(source: str) -> str:
    command = [pypandoc.get_pandoc_path(), "--from=latex", f"--to={_MARKDOWN}", "--wrap=none", "--verbose"]
    result = subprocess.run(command, input=source, capture_output=True, encoding="utf-8", check=False)
    if result.returncode:
        raise ValueError(f"pandoc: {' '.join(result.stderr.split())}")
    skipped = re.search(r"Skipped '(.*?)' at", result.stderr)
    if skipped:
        raise ValueError(f"{skipped[1]} is no command that the report can set, it stands")
    return result.stdout
