"""The notation of the export: no macro is left undefined, no symbol of a claim unsaid."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import sympy as sp

from tests.latex import require_latex
from theory.claim import Claim, Source, Statement
from theory.export import claim_tex, main
from theory.glossary import SETTING, setting_tex, symbols
from theory.kernel import Chain, Identity
from theory.latex import MACROS
from theory.registry import registry
from theory.symbols import eta, indexed, j, n, scalar, x


def test_every_macro_is_explained() -> None:
    text = setting_tex()
    assert all(re.search(rf"{re.escape(macro)}(?![A-Za-z])", text) for macro in MACROS)
    assert all(meaning in text for _, meaning in SETTING)


def test_symbols_of_a_claim() -> None:
    """Symbols, families and functions by their words, all of a letter; neither the setting nor plain indices."""
    first, second = scalar("test_first_word", "z"), scalar("test_other_word", "z")
    family = indexed("test_family_word", r"\Xi")
    function = sp.Function("test_plain")(first)
    lemma = Chain("Lemma", second).equals(second, Identity("the same")).conclude()
    formal = sp.Eq(first * family[j] * eta * x[j, 1] / n, function, evaluate=False)
    claim = Claim("c", "C", (Statement("s", "$1$", formal=formal),), Source("nacson2023", "it"), lemmas=(lemma,))
    found = symbols(claim)
    assert found["z"] == "test first word or test other word"
    assert found[r"\Xi"] == "test family word"
    assert not {r"\eta", "x", "j", "n"} & set(found)
    text = claim_tex(claim)
    assert r"$z$: test first word or test other word" in text
    assert text.index("test first word") < text.index(r"\begin{stableminimaclaim}")


@pytest.mark.parametrize("name", ["stability-inequality", "linear-stability"])
def test_what_derivations_write_is_in_the_file(name: str) -> None:
    """Every family and every symbol that has a notation of its own."""
    claim = registry()[name]
    text = claim_tex(claim)
    derivations = [each.derivation for each in claim.statements if each.derivation]
    parts = {part for derivation in derivations for step in derivation.steps for part in step.expression.free_symbols}
    words = {str(part).rstrip("'").replace("_", " ") for part in parts if "_" in str(part) and "[" not in str(part)}
    assert words
    assert all(word in text for word in words)


def test_a_document_of_its_own_begins_with_the_notation(tmp_path: Path) -> None:
    """And one that is input into a paper does not."""
    require_latex("")
    assert main(["linear-stability", "--out", str(tmp_path)]) == 0
    paper = r"\documentclass{article}\input{preamble}\begin{document}\input{linear-stability}\end{document}"
    (tmp_path / "paper.tex").write_text(paper, encoding="utf-8")
    for name, begins in (("linear-stability", True), ("paper", False)):
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-recorder", name]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
        assert run.returncode == 0, run.stdout[-2000:]
        assert "Overfull" not in run.stdout
        assert ("notation.tex" in (tmp_path / f"{name}.fls").read_text("utf-8")) is begins
