"""Notation in LaTeX."""

from __future__ import annotations

import sympy as sp

from theory.latex import latex, named
from theory.symbols import i, indexed


def test_notation() -> None:
    """One name has one notation, for another it gets a prime; powers of names with superscripts are bracketed."""
    base = sp.IndexedBase(sp.Symbol(named("test_primed", "w'"), real=True))
    assert latex(base[1] ** 2) == r"\left(w'_{1}\right)^{2}"
    assert named("test_primed", "v") == "test_primed'"


def test_indexed_families() -> None:
    """A family is written with its notation and its indices."""
    assert latex(indexed("test_family", "A")[i]) == "A_{i}"
