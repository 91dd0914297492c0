"""The notation of the export: no macro is left undefined, no symbol of a claim unsaid."""

from __future__ import annotations

import re

import pytest
import sympy as sp

from theory.claim import Claim, Source, Statement
from theory.export.claims import claim_tex
from theory.export.setting import own_macros
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
    text = claim_tex(claim, registry())
    assert r"$z$\smwords{test first word or test other word}" in text
    assert text.index("test first word") < text.index(r"\begin{smstatement}")


@pytest.mark.parametrize("name", ["stability-inequality", "linear-stability"])
def test_what_derivations_write_is_in_the_file(name: str) -> None:
    """Every symbol that has a notation of its own is defined, or told in words."""
    claim = registry()[name]
    text = claim_tex(claim, registry())
    notation = text[text.index(r"\begin{smlist}") : text.index(r"\end{smlist}")]
    assert symbols(claim)
    assert all(own_macros(written) in notation for written in symbols(claim))
