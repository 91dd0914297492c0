"""The LaTeX export: files, errors, and that every one of them compiles as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sympy as sp

import theory.export
from theory.claim import Claim, Source, Statement
from theory.export import claim_tex, main
from theory.kernel import ByDerivation, Chain, Hypothesis, Identity
from theory.latex import latex, named
from theory.registry import Registry, registry
from theory.symbols import i, indexed, n, scalar

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
    """One file per claim, the preamble, the bibliography; every statement and every reason is in its file."""
    assert {path.name for path in exported.iterdir()} == {f"{name}.tex" for name in registry().names} | {
        "preamble.tex",
        "notation.tex",
        "bibliography.bib",
    }
    for claim in registry():
        text = (exported / f"{claim.name}.tex").read_text(encoding="utf-8")
        derivations = [*claim.lemmas, *(each.derivation for each in claim.statements if each.derivation)]
        assert all(f"[{{{statement.name}" in text for statement in claim.statements)
        assert all(step.justification.reason in text for derivation in derivations for step in derivation.steps)


@pytest.mark.skipif(not HAVE_LATEX, reason="pdflatex is not installed")
@pytest.mark.parametrize("name", registry().names)
def test_compiles_alone(exported: Path, name: str) -> None:
    """Every claim compiles as it is, and fits its page."""
    log = compiles(exported, name)
    too_wide = [line for line in log.splitlines() if line.startswith("Overfull")]
    assert not too_wide


@pytest.mark.skipif(not HAVE_LATEX, reason="pdflatex is not installed")
def test_compiles_inside_a_paper(exported: Path) -> None:
    """All claims can be input into one document that has its own theorem environments."""
    inputs = "\n".join(rf"\input{{{name}}}" for name in registry().names)
    own = r"\documentclass{article}\input{preamble}\newtheorem{theorem}{Theorem}"
    paper = rf"{own}\begin{{document}}{inputs}\end{{document}}"
    (exported / "paper.tex").write_text(paper, encoding="utf-8")
    compiles(exported, "paper")
    (exported / "paper.tex").unlink()


a, b = scalar("a", "a"), scalar("b", "b")
LEMMA = Hypothesis("the trace theorem", "a = b", sp.Eq(a, b, evaluate=False), source="a textbook, theorem 3")
BELOW = Chain("Below", a, hypotheses=(LEMMA,)).equals(a, Identity("the same")).conclude()
ABOVE = (
    Chain("Above", a, hypotheses=(LEMMA,), for_all=((i, n),), domain=((b, 0, sp.oo),))
    .equals(a, ByDerivation(BELOW, 0, reason="as below"))
    .conclude()
)
CLAIM = Claim(
    "small",
    "A small claim",
    (
        Statement(
            "derived",
            "$a = a$",
            ("$a$ is real",),
            formal=sp.Eq(a, a, evaluate=False),
            derivation=ABOVE,
            assumes=(LEMMA,),
            theorems=("File.a_theorem",),
        ),
        Statement("cited", "$b = b$", cited="nacson2023: the abstract"),
        Statement("certified", "$1 = 1$", instances=("$n = 3$", "$n = 4$")),
    ),
    Source("nacson2023", "the abstract"),
    lemmas=(BELOW,),
    remarks="A proof in prose.",
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """A registry of a small claim and a broken one."""
    broken = Claim("broken", "Broken", CLAIM.statements[1:2], CLAIM.source, ("nowhere",))
    found = Registry.of([CLAIM, broken])
    monkeypatch.setattr(theory.export, "registry", lambda: found)
    return iter([found])


def test_what_is_said_of_a_statement() -> None:
    """Its hypotheses, its relation, what it is given, its theorems in Coq, its instances, where it is taken from."""
    text = claim_tex(CLAIM)
    for part in (
        r"\item $a$ is real",
        r"\begin{stableminimaclaim}[{derived}]",
        r"\begin{stableminimaclaim}[{cited, \cite{nacson2023}}]",
        r"$\displaystyle a = a$",
        "Given the trace theorem (a textbook, theorem 3).",
        r"\texttt{File.a\_theorem}",
        r"\item $1 \le i \le n$;",
        r"\item $0 < b$;",
        r"This is not proved here, but taken from \cite{nacson2023}, the abstract.",
        "It speaks of $n = 3$; $n = 4$.",
        r"\subsubsection*{Lemmas}",
        "A proof in prose.",
    ):
        assert part in text, part
    assert text.count("There is no symbolic derivation") == 1


@pytest.mark.skipif(not HAVE_LATEX, reason="pdflatex is not installed")
def test_everything_that_is_said_compiles(tmp_path: Path, small: Iterator[Registry]) -> None:
    """In a claim that has all there is."""
    assert "small" in next(small)
    assert main(["small", "--out", str(tmp_path)]) == 0
    compiles(tmp_path, "small")


@pytest.mark.usefixtures("small")
def test_selection_and_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Named claims only; an unknown or broken one or a folder that cannot be written is one clear line, status 2."""
    assert main(["small", "--out", str(tmp_path / "some")]) == 0
    assert {path.name for path in (tmp_path / "some").iterdir()} == {
        "small.tex",
        "preamble.tex",
        "notation.tex",
        "bibliography.bib",
    }
    capsys.readouterr()
    for name, complaint in (("smal", "no claim is called 'smal'"), ("broken", "broken: rests on nowhere")):
        assert main([name, "--out", str(tmp_path / "none")]) == 2
        assert complaint in capsys.readouterr().err
        assert not (tmp_path / "none").exists()
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["small", "--out", str(tmp_path / "file")]) == 2
    assert "cannot write" in capsys.readouterr().err


@pytest.mark.usefixtures("small")
def test_broken_claims_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are written; status 1, and a line that says which and why."""
    assert main(["--out", str(tmp_path)]) == 1
    assert (tmp_path / "small.tex").exists()
    assert "left out broken: rests on nowhere" in capsys.readouterr().err


def test_names_with_underscores(tmp_path: Path) -> None:
    """As modules have them."""
    assert main(["linear_stability", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "linear-stability.tex").exists()


def test_notation() -> None:
    """One name has one notation, for another it gets a prime; powers of names with superscripts are bracketed."""
    base = sp.IndexedBase(sp.Symbol(named("test_primed", "w'"), real=True))
    assert latex(base[1] ** 2) == r"\left(w'_{1}\right)^{2}"
    assert named("test_primed", "v") == "test_primed'"


def test_indexed_families() -> None:
    """A family is written with its notation and its indices."""
    assert latex(indexed("test_family", "A")[i]) == "A_{i}"
