"""Notation in LaTeX, and that what is printed of a claim is what was checked."""

from __future__ import annotations

import re

import pytest
import sympy as sp

from theory.glossary import letters_of
from theory.latex import in_short, latex, latex_definition, named
from theory.line_breaks import two_storeys
from theory.registry import registry
from theory.shorthand.abbreviations import letters, spelled_out
from theory.shorthand.orientations import over_orientations, written_out
from theory.symbols import i, indexed, scalar


@pytest.mark.parametrize("name", registry().names)
def test_what_is_printed_is_what_was_checked(name: str) -> None:
    """With names and signs put back, each line and each formal relation is the kernel's; no name is taken."""
    claim = registry()[name]
    taken = letters_of(claim)
    for derivation in [*claim.lemmas, *(each.derivation for each in claim.statements if each.derivation)]:
        lines = [derivation.start, *(step.expression for step in derivation.steps)]
        short = in_short(lines, [index for index, _ in derivation.for_all], taken)
        for line, printed in zip(lines, short.lines, strict=True):
            assert spelled_out(written_out(over_orientations(printed)), short.names) == line
        assert not taken & set().union(*(letters(each.name.label) for each in short.names)) - {"x", r"\pm"}
        for written in [*map(latex, short.lines), *map(latex_definition, short.names)]:
            assert two_storeys(written) == written
    for relation in (each.formal for each in claim.statements if each.formal is not None):
        for side in relation.args:
            assert written_out(over_orientations(side)) == side


def test_notation() -> None:
    """One name has one notation, for another it gets a prime; powers of names with superscripts are bracketed."""
    base = sp.IndexedBase(sp.Symbol(named("test_primed", "w'"), real=True))
    assert latex(base[1] ** 2) == r"\left(w'_{1}\right)^{2}"
    assert named("test_primed", "v") == "test_primed'"


def test_indexed_families() -> None:
    """A family is written with its notation and its indices."""
    assert latex(indexed("test_family", "A")[i]) == "A_{i}"


def test_primes_are_derivatives_of_functions_of_one_variable() -> None:
    r, s = scalar("test_radius", "r"), scalar("test_angle", "s")
    u = sp.Function(named("test_profile", "u({0})"), real=True)
    assert latex(sp.Derivative(u(r), r) + sp.Derivative(u(r), r, r)) == "u'(r) + u''(r)"
    assert "'" not in latex(sp.Derivative(u(r + s), r))


def test_fractions_have_two_storeys() -> None:
    """In numerators, in denominators and in exponents."""
    r, s = scalar("test_radius", "r"), scalar("test_angle", "s")
    for nested in (
        sp.Derivative(r**2 / s, r) / (1 + r),
        1 / (1 + 1 / (1 + 1 / r)),
        sp.sqrt(1 / (1 + 1 / r)),
        r ** (s / 2),
    ):
        inside = re.search(r"\\frac\{[^{}]*\\frac|\}\{[^{}]*\\frac", latex(nested))
        assert inside is None, latex(nested)


def test_a_sum_in_front_of_a_power_of_a_mean_has_brackets() -> None:
    p, n = sp.symbols("p n", positive=True)
    j = sp.Symbol("j", integer=True)
    a = sp.IndexedBase("a")
    printed = latex((1 - p) * sp.Sum(a[j], (j, 1, n)) ** 2 / n**2)
    assert printed.startswith(r"\left(1 - p\right) \left(")
