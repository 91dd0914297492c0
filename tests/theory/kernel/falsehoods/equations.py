"""Equations from what gives a bound only, either way round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from tests.theory.kernel.falsehoods.common import eq, falsehood, ge, given, i, le, n, p, u, x, y
from theory.kernel import ByDerivation, ByHypothesis, Chain, Derivation, Drop, OnInterval, Squares


@falsehood
def equation_from_bound_backwards() -> Derivation:
    """From x <= y: y = x."""
    return Chain("equal", y, hypotheses=(given(le(x, y)),)).equals(x, ByHypothesis("given")).conclude()


@falsehood
def equation_from_lower_bound() -> Derivation:
    """From x >= y: x = y."""
    return Chain("equal", x, hypotheses=(given(ge(x, y)),)).equals(y, ByHypothesis("given")).conclude()


@falsehood
def equation_from_lower_bound_backwards() -> Derivation:
    """From x >= y: y = x."""
    return Chain("equal", y, hypotheses=(given(ge(x, y)),)).equals(x, ByHypothesis("given")).conclude()


def _larger() -> Derivation:
    return Chain("larger", x + u).at_least(x, Drop("u is not negative", u)).conclude()


@falsehood
def equation_from_cited_bound() -> Derivation:
    """From x + u >= x: x + u = x."""
    return Chain("equal", x + u).equals(x, ByDerivation(_larger())).conclude()


@falsehood
def equation_from_cited_bound_backwards() -> Derivation:
    """From x + u >= x: x = x + u."""
    return Chain("equal", x).equals(x + u, ByDerivation(_larger())).conclude()


@falsehood
def summed_equation_from_cited_bound() -> Derivation:
    """From x + u >= x: the sum of p (x + u) is that of p x."""
    total = Chain("equal", sp.Sum(p * (x + u), (i, 1, n)))
    return total.equals(n * p * x, ByDerivation(_larger(), factor=p, over=[(i, 1, n)])).conclude()


def _discharged(prove: Callable[[], Derivation], other: Any) -> Derivation:
    """2x = 2 by a derivation that assumes x = 1, discharged by what is proved from another hypothesis."""
    cited = Chain("cited", 2 * x, hypotheses=(given(eq(x, 1)),)).equals(2, ByHypothesis("given", 2)).conclude()
    chain = Chain("discharged", 2 * x, hypotheses=(other,))
    return chain.equals(2, ByDerivation(cited, discharged=(("given", prove()),))).conclude()


@falsehood
def equation_discharged_by_upper_bound() -> Derivation:
    """X = 1 discharged by x <= 1."""
    other = given(le(x, 1), name="other")
    return _discharged(lambda: Chain("p", x, hypotheses=(other,)).at_most(1, ByHypothesis("other")).conclude(), other)


@falsehood
def equation_discharged_by_lower_bound() -> Derivation:
    """X = 1 discharged by x >= 1."""
    other = given(ge(x, 1), name="other")
    return _discharged(lambda: Chain("p", x, hypotheses=(other,)).at_least(1, ByHypothesis("other")).conclude(), other)


@falsehood
def equation_discharged_by_upper_bound_turned() -> Derivation:
    """X = 1 discharged by 1 >= x."""
    other = given(le(x, 1), name="other")
    one = Chain("p", sp.S.One, hypotheses=(other,))
    return _discharged(lambda: one.at_least(x, ByHypothesis("other")).conclude(), other)


@falsehood
def equation_discharged_by_lower_bound_turned() -> Derivation:
    """X = 1 discharged by 1 <= x."""
    other = given(ge(x, 1), name="other")
    one = Chain("p", sp.S.One, hypotheses=(other,))
    return _discharged(lambda: one.at_most(x, ByHypothesis("other")).conclude(), other)


@falsehood
def lower_bound_discharged_by_upper_bound() -> Derivation:
    """X >= 1 discharged by x <= 1."""
    cited = Chain("cited", 2 * x, hypotheses=(given(ge(x, 1)),)).at_least(2, ByHypothesis("given", 2)).conclude()
    other = given(le(x, 1), name="other")
    proof = Chain("proof", x, hypotheses=(other,)).at_most(1, ByHypothesis("other")).conclude()
    chain = Chain("discharged", 2 * x, hypotheses=(other,))
    return chain.at_least(2, ByDerivation(cited, discharged=(("given", proof),))).conclude()


@falsehood
def square_as_equation() -> Derivation:
    """x^2 + y = y, by the square."""
    return Chain("square", x**2 + y).equals(y, Squares("a square", [(1, x)])).conclude()


@falsehood
def square_as_equation_backwards() -> Derivation:
    """Y = y + x^2, by the square."""
    return Chain("square", y).equals(y + x**2, Squares("a square", [(1, x)])).conclude()


@falsehood
def term_dropped_in_an_equation() -> Derivation:
    """X + u = x."""
    return Chain("drop", x + u).equals(x, Drop("u", u)).conclude()


@falsehood
def term_added_in_an_equation() -> Derivation:
    """X = x + u."""
    return Chain("drop", x).equals(x + u, Drop("u", u)).conclude()


@falsehood
def polynomial_dropped_in_an_equation() -> Derivation:
    """X (1 - x) = 0 on (0, 1)."""
    return Chain("Sturm", x * (1 - x), domain=((x, 0, 1),)).equals(0, OnInterval("Sturm", x)).conclude()


@falsehood
def negative_weight_of_a_square() -> Derivation:
    """Y - x^2 >= y, by weight -1."""
    return Chain("square", y - x**2).at_least(y, Squares("a square", [(-1, x)])).conclude()


@falsehood
def negative_weight_of_the_second_square() -> Derivation:
    """x^2 - y^2 >= 0, by weights 1 and -1."""
    return Chain("squares", x**2 - y**2).at_least(0, Squares("two squares", [(1, x), (-1, y)])).conclude()
