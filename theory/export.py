r"""LaTeX for papers: ``python -m theory.export [CLAIM ...] [--out DIR]``.

Writes one ``.tex`` file per claim (what its symbols stand for, its statements, each with its hypotheses, its formal relation
and the derivation with a reason at each line), ``preamble.tex`` with the macros, ``notation.tex`` with the notation of the
setting and ``bibliography.bib``. Of a claim that is named only the module and what it rests on are imported. Every claim
file compiles with pdflatex as it is, and then begins with the notation; after ``\input{preamble}`` in the preamble of a
paper it can also be ``\input`` there, and ``notation.tex`` before the first of them.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from theory.claim import Claim, Statement
from theory.glossary import setting_tex, symbols
from theory.kernel import Derivation, Hypothesis
from theory.latex import LINE, MACROS, latex, latex_interval, latex_relation, latex_steps
from theory.line_breaks import printed_width
from theory.registry import BrokenClaimError, registry

BIBLIOGRAPHY = files("theory") / "bibliography.bib"

PREAMBLE = r"""% Macros of the stable-minima derivations. Load once, before \begin{document}.
\usepackage{amsmath,amssymb,amsthm,graphicx}
\providecommand{\stableminimapreamble}{}
MACROS
% what is wider than the line is made smaller
\newsavebox{\stableminimabox}
\newcommand{\stableminimafit}[1]{\sbox{\stableminimabox}{#1}%
  \ifdim\wd\stableminimabox>\linewidth\resizebox{\linewidth}{!}{\usebox{\stableminimabox}}%
  \else\usebox{\stableminimabox}\fi}
\makeatletter
\@ifundefined{stableminimaclaim}{\newtheorem{stableminimaclaim}{Claim}}{}
\makeatother
"""

DOCUMENT_BEGIN = r"""\ifdefined\stableminimapreamble
  \let\stableminimaend\relax
\else
  \documentclass[11pt]{article}
  \usepackage[a4paper,margin=2cm]{geometry}
  \input{preamble}
  \begin{document}
  \input{notation}
  \def\stableminimaend{\bibliographystyle{plain}\bibliography{bibliography}\end{document}}
\fi
"""


def claim_tex(claim: Claim) -> str:
    """The LaTeX of a claim: its symbols, a theorem environment for each statement, its hypotheses, and its derivations."""
    parts = [DOCUMENT_BEGIN, r"\begingroup\sloppy"]
    parts += [rf"\subsection*{{{claim.title}}}", rf"\label{{claim:{claim.name}}}"]
    parts += [rf"\noindent Source: \cite{{{claim.source.key}}}, {claim.source.note}."]
    meanings = [rf"${written}$: {plain(words)}" for written, words in symbols(claim).items()]
    if meanings:
        parts += [rf"\par\smallskip{{\raggedright\noindent\textit{{Symbols.}} {'; '.join(meanings)}.\par}}"]
    for statement in claim.statements:
        parts += _statement_tex(statement)
    if claim.lemmas:
        parts += [r"\subsubsection*{Lemmas}"]
        parts += [_derivation_tex(derivation) for derivation in claim.lemmas]
    if claim.remarks:
        parts += [r"\subsubsection*{Remarks}", _display(claim.remarks)]
    return "\n".join([*parts, r"\par\endgroup", r"\stableminimaend", ""])


def _statement_tex(statement: Statement) -> list[str]:
    parts = []
    if statement.hypotheses:
        parts += [r"\par\medskip\noindent\textit{Hypotheses.}", r"\begin{itemize}"]
        parts += [rf"\item {hypothesis}" for hypothesis in statement.hypotheses]
        parts += [r"\end{itemize}"]
    # who first had a claim is said once, with what of it; a statement names a source only where it is taken from there
    cited = statement.cited.partition(":")
    citation = rf"\cite{{{cited[0]}}}"
    title = f"{statement.name}, {citation}" if statement.cited else statement.name
    parts += [rf"\begin{{stableminimaclaim}}[{{{title}}}]", _display(statement.text.strip())]
    parts += [r"\end{stableminimaclaim}"]
    if statement.cited:
        parts += [rf"\noindent This is not proved here, but taken from {citation},{cited[2]}."]
    if statement.instances:
        parts += [rf"\noindent It speaks of {'; '.join(statement.instances)}."]
    if statement.theorems:
        names = ", ".join(rf"\texttt{{{name}}}".replace("_", r"\_") for name in statement.theorems)
        parts += [rf"{{\raggedright\noindent Stated and proved in Coq, without axioms: {names}.\par}}"]
    if statement.given:
        lemmas = "; ".join(f"{plain(lemma.name)} ({plain(lemma.source)})" for lemma in statement.given)
        parts += [rf"\noindent Given {lemmas}."]
    if statement.formal is not None:
        parts += [r"\noindent Formally,", _rows(latex_relation(statement.formal))]
    if statement.derivation is not None:
        parts += [_derivation_tex(statement.derivation)]
    elif not statement.cited:
        parts += [r"\noindent There is no symbolic derivation of this statement."]
    return parts


def _derivation_tex(derivation: Derivation) -> str:
    lines = [rf"\paragraph{{{plain(derivation.name)}.}}\leavevmode"]
    assumed = [_use_tex(hypothesis) for hypothesis in derivation.hypotheses]
    assumed += [rf"\item $1 \le {latex(index)} \le {latex(upper)}$;" for index, upper in derivation.for_all]
    assumed += [rf"\item ${latex_interval(*interval)}$;" for interval in derivation.domain]
    if assumed:
        lines += ["We use", r"\begin{itemize}", *assumed, r"\end{itemize}"]
    steps = [(step.relation, step.expression, plain(step.justification.reason)) for step in derivation.steps]
    lines.append(_rows(latex_steps(derivation.start, steps)))
    return "\n".join(lines)


def _use_tex(hypothesis: Hypothesis) -> str:
    name = plain(hypothesis.name)
    if printed_width(hypothesis.latex) + len(name) <= 3 * LINE // 4:
        return rf"\item {name}: ${hypothesis.latex}$;"
    return rf"\item {name}:\newline\stableminimafit{{${hypothesis.latex}$;}}"


def _rows(aligned: str) -> str:
    """The rows of an ``aligned`` block one by one, so that they may go on over pages, none wider than the line."""
    rows = [row.strip() for row in aligned.split("\n")[1:-1]]
    formulas = [row.removesuffix(r"\\").strip().removeprefix("&").replace("&&", r"\qquad").strip() for row in rows]
    lines = [rf"\noindent\stableminimafit{{$\displaystyle {formula}$}}\par\smallskip" for formula in formulas]
    return "\n".join([r"\par\medskip", *lines, r"\medskip"])


def plain(text: str) -> str:
    r"""Words for LaTeX: what is special to TeX is escaped, except in formulas between dollars.

    >>> print(plain("W_1 & 5% of $x_1^2$"))
    W\_1 \& 5\% of $x_1^2$
    """
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return _ESCAPED.sub(_escape, text)
    return "$".join(part if place % 2 else _ESCAPED.sub(_escape, part) for place, part in enumerate(parts))


_ESCAPED = re.compile(r"[_&%#$^~{}\\]")


def _escape(found: re.Match[str]) -> str:
    words = {"^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "\\": r"\textbackslash{}"}
    return words.get(found[0], "\\" + found[0])


def _display(text: str) -> str:
    """Text with its displays no wider than the line."""
    pieces = text.split("$$")
    text = "".join(piece if n % 2 == 0 else rf"\[{piece}\]" for n, piece in enumerate(pieces))
    return re.sub(r"\\\[(.*?)\\\]", r"\\[\\stableminimafit{$\\displaystyle \1$}\\]", text, flags=re.DOTALL)


def export(names: list[str], folder: Path) -> list[Path]:
    """Write the files for the claims named (all that are not broken if none is) into a folder, and return their paths.

    Names may be written with hyphens or underscores. Raises ``KeyError`` for a name that no claim has and ``BrokenClaimError`` for one whose module cannot be imported,
    before anything is written, and ``OSError`` where the folder cannot be written.
    """
    claims = registry()
    chosen = [claims[name.replace("_", "-")] for name in names] if names else list(claims)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "preamble.tex": PREAMBLE.replace("MACROS", "\n".join(MACROS.values())),
        "notation.tex": setting_tex(),
        "bibliography.bib": BIBLIOGRAPHY.read_text(encoding="utf-8"),
        **{f"{claim.name}.tex": claim_tex(claim) for claim in chosen},
    }
    return [_write(folder / name, text) for name, text in texts.items()]


def _write(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    return part.replace(path)


def main(arguments: Sequence[str] | None = None, prog: str = "python -m theory.export") -> int:
    """Run the command line, called ``prog`` in the help; returns the exit status.

    That is 0, or 1 where claims are left out since their modules cannot be imported, or 2 for an unknown or broken
    claim and for a folder that cannot be written.
    """
    parser = argparse.ArgumentParser(prog=prog, description="Write derivations as LaTeX.")
    parser.add_argument(
        "claims",
        nargs="*",
        metavar="CLAIM",
        help="names of claims, with hyphens or underscores; all of them if none is given",
    )
    parser.add_argument("--out", type=Path, default=Path("latex"), metavar="DIR", help="folder to write to (latex)")
    options = parser.parse_args(arguments)
    try:
        written = export(options.claims, options.out)
    except (KeyError, BrokenClaimError) as error:
        print(f"theory.export: {error.args[0]}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"theory.export: cannot write to {options.out}: {error.strerror or error}", file=sys.stderr)
        return 2
    for path in written:
        print(path)
    left_out = {} if options.claims else registry().broken
    for broken in left_out.values():
        print(f"theory.export: left out {broken}", file=sys.stderr)
    return 1 if left_out else 0


if __name__ == "__main__":
    raise SystemExit(main())
