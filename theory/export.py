r"""LaTeX for papers: ``python -m theory.export [CLAIM ...] [--out DIR]``.

Writes one ``.tex`` file per claim (statement, hypotheses, derivation with a reason at each line), ``preamble.tex`` with the
macros and ``bibliography.bib``. Every claim file compiles with pdflatex as it is; after ``\input{preamble}`` in the
preamble of a paper it can also be ``\input`` there.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from theory.claim import Claim, registry
from theory.kernel import Derivation
from theory.latex import MACROS

BIBLIOGRAPHY = Path(__file__).with_name("bibliography.bib")

PREAMBLE = r"""% Macros of the stable-minima derivations. Load once, before \begin{document}.
\usepackage{amsmath,amssymb,amsthm}
\providecommand{\stableminimapreamble}{}
MACROS
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
  \allowdisplaybreaks
  \begin{document}
  \def\stableminimaend{\bibliographystyle{plain}\bibliography{bibliography}\end{document}}
\fi
"""


def claim_tex(claim: Claim) -> str:
    """The LaTeX of a claim: a theorem environment, its hypotheses, and its derivations."""
    parts = [DOCUMENT_BEGIN, rf"\subsection*{{{claim.title}}}", rf"\label{{claim:{claim.name}}}"]
    parts += [r"\noindent\textit{Hypotheses.}", r"\begin{itemize}"]
    parts += [rf"\item {hypothesis}" for hypothesis in claim.hypotheses]
    parts += [r"\end{itemize}"]
    citation = rf"\cite{{{claim.source.key}}}"
    parts += [
        rf"\begin{{stableminimaclaim}}[{{{citation}}}]",
        _display(claim.statement),
        r"\end{stableminimaclaim}",
    ]
    parts += [rf"\noindent Source: {citation}, {claim.source.note}."]
    if claim.machine_checked:
        names = ", ".join(rf"\texttt{{{name}}}".replace("_", r"\_") for name in claim.machine_checked)
        parts += [rf"{{\raggedright Proved in Coq, for all sizes and without axioms: {names}.\par}}"]
    if claim.derivations:
        parts += [r"\subsubsection*{Derivation}"]
        parts += [_derivation_tex(derivation) for derivation in claim.derivations]
    else:
        parts += [r"\noindent There is no symbolic derivation of this claim."]
    return "\n".join([*parts, r"\stableminimaend", ""])


def _derivation_tex(derivation: Derivation) -> str:
    lines = [rf"\paragraph{{{derivation.name}.}}"]
    assumed = [rf"\item {h.name}: ${h.latex}$;" for h in derivation.own_hypotheses]
    inherited = sorted({f"``{cited.name}''" for cited in derivation.cites})
    if inherited:
        assumed.append(rf"\item what is assumed in {', '.join(inherited)}.")
    if assumed:
        lines += ["We use", r"\begin{itemize}", *assumed, r"\end{itemize}"]
    lines.append(f"\\[\n{derivation.latex()}\n\\]")
    return "\n".join(lines)


def _display(text: str) -> str:
    pieces = text.split("$$")
    return "".join(piece if n % 2 == 0 else rf"\[{piece}\]" for n, piece in enumerate(pieces))


def export(names: list[str], folder: Path) -> list[Path]:
    """Write the files for the claims named (all if none is) into a folder, and return their paths.

    Raises ``KeyError`` for a name that no claim has, before anything is written, and ``OSError`` where the folder
    cannot be written.
    """
    claims = registry()
    chosen = [claims[name] for name in names] if names else list(claims)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "preamble.tex": PREAMBLE.replace("MACROS", "\n".join(MACROS.values())),
        "bibliography.bib": BIBLIOGRAPHY.read_text(encoding="utf-8"),
        **{f"{claim.name}.tex": claim_tex(claim) for claim in chosen},
    }
    return [_write(folder / name, text) for name, text in texts.items()]


def _write(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    return part.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0, or 2 for an unknown claim or a folder that cannot be written."""
    parser = argparse.ArgumentParser(prog="python -m theory.export", description="Write derivations as LaTeX.")
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help="names of claims; all of them if none is given")
    parser.add_argument("--out", type=Path, default=Path("latex"), metavar="DIR", help="folder to write to (latex)")
    options = parser.parse_args(arguments)
    try:
        written = export(options.claims, options.out)
    except KeyError as error:
        print(f"theory.export: {error.args[0]}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"theory.export: cannot write to {options.out}: {error.strerror or error}", file=sys.stderr)
        return 2
    for path in written:
        print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
