"""The export in papers: with macros and theorems of their own, at each level of headings, with all references right."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.latex import require_latex
from theory.export.__main__ import main
from theory.export.setting import setting
from theory.registry import registry

OWN = r"""\documentclass{article}
\newcommand{\E}{\mathbf{E}}
\newcommand{\norm}[2]{\|#1\|_{#2}}
"""
BODY = r"\begin{document}\smsetting INPUTS TEXT \bibliographystyle{plain}\bibliography{bibliography}\end{document}"
PACKAGES = r"\usepackage{amsmath,amssymb,amsthm,graphicx}"


def typeset(folder: Path, source: str, engine: str = "pdflatex", name: str = "paper") -> str:
    """What LaTeX says of a paper, when references and citations have settled, and its text where that can be read."""
    (folder / f"{name}.tex").write_text(source, encoding="utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", name]
    log = ""
    for number in range(3):
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
        log = (folder / f"{name}.log").read_text("utf-8", errors="replace")
        assert run.returncode == 0, log[-2000:]
        if number == 0 and shutil.which("bibtex"):
            subprocess.run(["bibtex", name], cwd=folder, capture_output=True, check=True)
    return log


def labels(folder: Path, name: str = "paper") -> dict[str, str]:
    """The number of each label."""
    return dict(re.findall(r"\\newlabel\{([^}]*)\}\{\{([^}]*)\}", (folder / f"{name}.aux").read_text("utf-8")))


def test_all_claims_in_a_paper_with_macros_of_its_own(tmp_path: Path) -> None:
    """No line is too wide, no reference is undefined, and different statements have different numbers."""
    require_latex(PACKAGES)
    assert main(["--out", str(tmp_path)]) == 0
    inputs = "\n".join(rf"\input{{{name}}}" for name in registry().names)
    theorem = r"\newtheorem{theorem}{Theorem}\input{setting}"
    text = r"\begin{theorem}$\E \norm{x}{2}$\label{own}\end{theorem}"
    log = typeset(tmp_path, OWN + theorem + BODY.replace("INPUTS", inputs).replace("TEXT", text))
    assert "Overfull" not in log
    assert "undefined" not in log
    found = labels(tmp_path)
    statements = {f"sm:{claim.name}:{each.name}" for claim in registry() for each in claim.statements}
    assert statements <= set(found)
    numbers = [found[label] for label in statements]
    assert len(set(numbers)) == len(numbers)
    # the counter is that of the paper's theorems
    assert int(found["own"]) > max(map(int, numbers))


@pytest.mark.parametrize("engine", ["lualatex", "xelatex"])
def test_other_engines(tmp_path: Path, engine: str) -> None:
    require_latex(PACKAGES)
    if shutil.which(engine) is None:
        pytest.skip(f"{engine} is not installed")
    assert main(["stability-inequality", "--out", str(tmp_path)]) == 0
    log = typeset(tmp_path, (tmp_path / "article.tex").read_text("utf-8"), engine, "article")
    assert "Overfull" not in log
    assert "undefined" not in log


@pytest.mark.parametrize("level", ["section", "subsection", "paragraph"])
def test_the_article_beside_them(tmp_path: Path, level: str) -> None:
    """It compiles as it is, at each level; what is not exported is named in words."""
    require_latex(PACKAGES)
    assert main(["stability-inequality", "--level", level, "--out", str(tmp_path)]) == 0
    assert rf"\{level}{{The main theorem" in (tmp_path / "stability-inequality.tex").read_text("utf-8")
    log = typeset(tmp_path, (tmp_path / "article.tex").read_text("utf-8"), name="article")
    assert "Overfull" not in log
    assert "undefined" not in log


def test_a_claim_is_referred_to_by_number_where_it_is_input(tmp_path: Path) -> None:
    """And by its title where it is not."""
    require_latex(PACKAGES)
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    assert main(["laplacian-bound", "stability-inequality", "--out", str(tmp_path)]) == 0
    for inputs, expected in (
        (
            r"\input{laplacian-bound}",
            "It rests on “The main theorem: large steps mean a small stability norm” (bound).",
        ),
        (r"\input{stability-inequality}\input{laplacian-bound}", "It rests on Proposition 1."),
    ):
        typeset(tmp_path, OWN + r"\input{setting}" + BODY.replace("INPUTS", inputs).replace("TEXT", ""))
        text = subprocess.run(["pdftotext", "paper.pdf", "-"], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert expected in " ".join(text.stdout.split())


def test_what_the_paper_has_stands(tmp_path: Path) -> None:
    """Its own environments for statements and proofs are used, under its own name."""
    require_latex(PACKAGES)
    assert main(["univariate-case", "--out", str(tmp_path)]) == 0
    own = r"""\documentclass{article}
\newenvironment{proof}{\par Beweis.}{\par}
\newtheorem{satz}{Satz}
\newtheorem{smstatement}[satz]{Satz}
\newcommand{\smstatementname}{Satz}
\input{setting}"""
    log = typeset(
        tmp_path,
        own
        + BODY.replace("INPUTS", r"\input{univariate-case}").replace(
            "TEXT", r"\typeout{\smref{sm:univariate-case:inequality}{}}"
        ),
    )
    assert "amsthm.sty" not in log


def test_every_name_has_the_prefix() -> None:
    """Of commands, lengths and environments that the setting defines."""
    defined = re.findall(r"\\(?:providecommand|newcommand|newsavebox|newlength)\{\\(\w+)\}", setting())
    defined += re.findall(r"\\(?:newenvironment|newtheorem)\{(\w+)\}", setting())
    assert len(defined) > 15
    assert all(name.startswith("sm") for name in defined)
