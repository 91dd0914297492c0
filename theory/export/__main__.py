r"""LaTeX for papers: ``python -m theory.export [CLAIM ...] [--level LEVEL] [--out DIR]``.

Writes a file for each claim, to be ``\input`` where the paper wants it, ``setting.tex``, to be ``\input`` in its preamble,
``bibliography.bib``, and ``article.tex``, a paper of just these claims that compiles as it is. Of a claim that is named
only the module and what it rests on are imported.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from theory.claim import Claim
from theory.export.claims import LEVELS, claim_tex
from theory.export.setting import setting
from theory.registry import BrokenClaimError, registry
from theory.terminal import Parser, complain, say

BIBLIOGRAPHY = files("theory") / "bibliography.bib"

_ARTICLE = r"""\documentclass{article}
\usepackage{amsthm}
\input{setting}
\begin{document}
SECTION\smsetting
INPUTS
\bibliographystyle{plain}
\bibliography{bibliography}
\end{document}
"""


def export(names: Sequence[str], folder: Path, level: str = "subsection") -> list[Path]:
    """Write the files for the claims named (all that are not broken if none is) into a folder, and return their paths.

    Names may be written with hyphens or underscores, ``level`` is one of ``LEVELS``. Raises ``KeyError`` for a name that no
    claim has and ``BrokenClaimError`` for one whose module cannot be imported, before anything is written, and ``OSError``
    where the folder cannot be written.
    """
    claims = registry()
    texts = {f"{claim.name}.tex": claim_tex(claim, claims, level) for claim in _chosen(names)}
    inputs = "\n".join(rf"\input{{{name.removesuffix('.tex')}}}" for name in texts)
    texts |= {
        "setting.tex": setting(),
        "bibliography.bib": BIBLIOGRAPHY.read_text(encoding="utf-8"),
        "article.tex": _ARTICLE.replace(
            "SECTION", "" if level == "section" else "\\section{Statements and proofs}\n"
        ).replace("INPUTS", inputs),
    }
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder / name, text) for name, text in texts.items()]


def _chosen(names: Sequence[str]) -> list[Claim]:
    claims = registry()
    return [claims[name] for name in dict.fromkeys(name.replace("_", "-") for name in names)] if names else list(claims)


def _write(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        return part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def main(arguments: Sequence[str] | None = None, prog: str = "python -m theory.export") -> int:
    """Run the command line, called ``prog`` in the help; returns the exit status.

    That is 0, or 1 where claims are left out since their modules cannot be imported, or 2 for an unknown or broken
    claim and for a folder that cannot be written. Raises SystemExit with status 3 where the answer cannot be printed.
    """
    options = _parser(prog).parse_args(arguments)
    try:
        if options.list:
            for claim in _chosen(options.claims):
                say(f"{claim.name:28}{claim.title}")
        else:
            for path in export(options.claims, options.out, options.level):
                say(str(path))
    except (KeyError, BrokenClaimError) as error:
        complain(f"theory.export: {error.args[0]}")
        return 2
    except OSError as error:
        complain(f"theory.export: cannot write to {options.out}: {error.strerror or error}")
        return 2
    left_out = {} if options.claims else registry().broken
    for broken in left_out.values():
        complain(f"theory.export: left out {broken}")
    return 1 if left_out else 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = Parser(prog=prog, description="Write claims with their proofs as LaTeX, for papers.")
    parser.add_argument(
        "claims",
        nargs="*",
        metavar="CLAIM",
        help="names of claims, with hyphens or underscores; all of them if none is given",
    )
    parser.add_argument("--out", type=Path, default=Path("latex"), metavar="DIR", help="folder to write to (latex)")
    parser.add_argument("--level", choices=LEVELS, default="subsection", help="heading of each claim (subsection)")
    parser.add_argument("--list", action="store_true", help="list the claims with their titles and write nothing")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
