"""The LaTeX export: files, errors, and that every one of them compiles as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import sympy as sp

from theory.claim import registry
from theory.export import main
from theory.latex import latex, named

NAMES = [claim.name for claim in registry()]
HAVE_LATEX = shutil.which("pdflatex") is not None


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All claims, exported."""
    folder = tmp_path_factory.mktemp("latex")
    assert main(["--out", str(folder)]) == 0
    return folder


def compiles(folder: Path, name: str) -> str:
    """Run pdflatex, and return its log."""
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", name]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    assert run.returncode == 0, run.stdout[-2000:]
    return run.stdout


def test_latex_is_there_where_nothing_may_be_skipped() -> None:
    """On continuous integration the tests below must run."""
    assert HAVE_LATEX or not os.environ.get("CI"), "pdflatex is missing"


def test_files(exported: Path) -> None:
    """One file per claim, the preamble, the bibliography; every reason is in its file."""
    assert {path.name for path in exported.iterdir()} == {f"{name}.tex" for name in NAMES} | {
        "preamble.tex",
        "bibliography.bib",
    }
    for claim in registry():
        text = (exported / f"{claim.name}.tex").read_text(encoding="utf-8")
        for derivation in claim.derivations:
            for step in derivation.steps:
                assert step.justification.reason in text


@pytest.mark.skipif(not HAVE_LATEX, reason="pdflatex is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_compiles_alone(exported: Path, name: str) -> None:
    """Every claim compiles as it is, and fits its page."""
    log = compiles(exported, name)
    too_wide = [line for line in log.splitlines() if line.startswith("Overfull")]
    assert not too_wide


@pytest.mark.skipif(not HAVE_LATEX, reason="pdflatex is not installed")
def test_compiles_inside_a_paper(exported: Path) -> None:
    """All claims can be input into one document that has its own theorem environments."""
    inputs = "\n".join(rf"\input{{{name}}}" for name in NAMES)
    own = r"\documentclass{article}\input{preamble}\newtheorem{theorem}{Theorem}"
    paper = rf"{own}\begin{{document}}{inputs}\end{{document}}"
    (exported / "paper.tex").write_text(paper, encoding="utf-8")
    compiles(exported, "paper")
    (exported / "paper.tex").unlink()


def test_selection_and_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Named claims only; an unknown name or a folder that cannot be written is one clear line, status 2."""
    assert main(["gram-form", "--out", str(tmp_path / "some")]) == 0
    assert (tmp_path / "some" / "gram-form.tex").exists()
    assert not (tmp_path / "some" / "linear-stability.tex").exists()
    capsys.readouterr()
    assert main(["gram", "--out", str(tmp_path / "none")]) == 2
    assert "no claim is called 'gram'" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["--out", str(tmp_path / "file")]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_notation() -> None:
    """One name has one notation, and powers of names with superscripts are bracketed."""
    base = sp.IndexedBase(sp.Symbol(named("test_primed", "w'"), real=True))
    assert latex(base[1] ** 2) == r"\left(w'_{1}\right)^{2}"
    # whoever writes the name otherwise gets another symbol
    other = sp.IndexedBase(sp.Symbol(named("test_primed", "v"), real=True))
    assert other.label != base.label
    assert latex(other[1] + base[1]) == "v_{1} + w'_{1}"
