"""Escaping, and LaTeX fragments."""

from __future__ import annotations

import html
import re
import subprocess

import pypandoc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_checks.instances.profiles import settings
from reports.latex import escape, is_formula, latex_fragments, with_formulas
from reports.typeset import MARKDOWN
from theory.registry import registry

NASTY = (
    r"100% of <draws> at scale_1 & scale_2 cost $5 each; C:\tmp #1 {y} ~ ^ `z` *w* [u](v) | 3 \alpha $x$ &amp; \n"
    r" --- ... 'x' \"y\" !a @b +c =d ;e ?f ]"
)


def pandoc(markdown: str, target: str) -> str:
    command = [pypandoc.get_pandoc_path(), f"--from={MARKDOWN}", f"--to={target}", "--wrap=none"]
    return subprocess.run(command, input=markdown, capture_output=True, encoding="utf-8", check=True).stdout


def paragraphs(page: str) -> list[str]:
    return [html.unescape(re.sub("<[^>]*>", "", part)) for part in re.findall("<p>(.*?)</p>", page, flags=re.DOTALL)]


lines = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["C", "Z"]) | st.just(" "))


@settings(max_examples=20, deadline=None)
@given(st.lists(lines.map(lambda text: " ".join(text.split())).filter(bool), min_size=1, max_size=40))
def test_escaped_text_appears_letter_by_letter(texts: list[str]) -> None:
    assert paragraphs(pandoc("\n\n".join(map(escape, texts)), "html")) == texts


def test_escaped_text_survives_every_format_and_a_table() -> None:
    cell = f"| a | b |\n|---|---|\n| {escape(NASTY)} | {with_formulas('cost $5')} |\n"
    assert html.unescape(re.sub("<[^>]*>", "", pandoc(cell, "html").split("<td>")[1])).strip() == NASTY
    plain = " ".join(pandoc(cell, "plain").split())
    assert "scale_1 & scale_2" in plain
    assert r"\$5 each" in pandoc(cell, "latex")
    assert r"<draws>" not in pandoc(cell, "typst")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain_text", r"plain\_text"),
        ("the bound $1/\\eta$, 5% off", r"the bound $1/\eta$\, 5\% off"),
        ("it costs $5", r"it costs \$5"),
        ("$a$ and $b$", "$a$ and $b$"),
        (r"price \$5 for $x$", r"price \$5 for $x$"),
        ("$|x| + \\|y\\|$", r"$\vert x\vert  + \Vert y\Vert $"),
        ("$ spaced $", "$spaced$"),
        ("", ""),
    ],
)
def test_text_with_formulas(text: str, expected: str) -> None:
    assert with_formulas(text) == expected


@pytest.mark.parametrize(
    ("latex", "formula"),
    [
        (r"\lVert f\rVert_S \le 1/\eta", True),
        ("d = 1", True),
        (r"x_1,\dots,x_n \in \mathbb{R}^d \text{ for all } n", True),
        (r"\begin{aligned} a &= b && \text{since $a$ is the same as $b$} \end{aligned}", True),
        ("the data are distinct", False),
        ("Batches are drawn.", False),
        (r"Let \foo{x} be so", False),
        (r"\int f \, dx \le \lambda_{max} ab", True),
        (r"$\eta > 0$ holds", False),
        (r"\(\eta > 0\)", False),
        (r"\begin{align*} a &= b \end{align*}", False),
    ],
)
def test_bare_formulas_are_told_from_sentences(latex: str, formula: bool) -> None:
    assert is_formula(latex) is formula


def test_fragments_keep_their_order_and_their_macros() -> None:
    macros = "\\newcommand{\\norm}[1]{\\lVert #1\\rVert}\n\n"
    sources = [r"Let $x$ be \emph{small}: \[\norm{x} \le 1.\]", r"\norm{x} = 0", "plain", "50\\% of it"]
    shown, complaints = latex_fragments(sources, display=False, macros=macros)
    assert shown == [r"Let $x$ be *small*: $$\lVert x\rVert \le 1.$$", r"$\lVert x\rVert = 0$", "plain", "50% of it"]
    assert complaints == []


@pytest.mark.parametrize("bad", [r"Let \unheardof{x} be", r"unclosed { brace", r"\begin{itemize} \item a"])
def test_fragment_at_fault_is_shown_and_named(bad: str) -> None:
    shown, complaints = latex_fragments(["$a$ is fine", bad, "$b$ too"], display=True)
    assert (shown[0], shown[2]) == ("$a$ is fine", "$b$ too")
    assert shown[1] == escape(bad)
    assert len(complaints) == 1
    assert bad in complaints[0]


def test_no_fragments() -> None:
    assert latex_fragments([], display=True) == ([], [])


def test_hypotheses_are_formulas_or_mark_theirs() -> None:
    """Of every derivation of every claim; a command in what counts as prose could not be set."""
    claims = [registry()[name] for name in registry().names]
    waiting = [lemma for claim in claims for lemma in claim.lemmas]
    waiting += [each.derivation for claim in claims for each in claim.statements if each.derivation is not None]
    derivations = set()
    while waiting:
        derivation = waiting.pop()
        if derivation not in derivations:
            derivations.add(derivation)
            waiting += derivation.cites
    told = {hypothesis.latex for derivation in derivations for hypothesis in derivation.hypotheses}
    assert len(told) > 100
    assert not [latex for latex in told if "\\" in latex and "$" not in latex and not is_formula(latex)]
