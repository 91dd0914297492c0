"""Symbols of no kind, and values of another kind."""

from __future__ import annotations

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    a,
    eq,
    falsehood,
    ge,
    given,
    i,
    identity,
    n,
    p,
    u,
    unproved,
    w,
    x,
)
from theory.kernel import (
    ByDerivation,
    ByHypothesis,
    Chain,
    Derivation,
    Drop,
    Identity,
    Squares,
    Step,
)


@falsehood
def nonnegative_family_made_negative() -> Derivation:
    """-1 >= 0, from w_i >= 0 by replacing w."""
    kept = Chain("kept", w[i]).at_least(0, Drop("w", w[i])).conclude()
    return Chain("kinds", sp.Integer(-1)).at_least(0, ByDerivation(kept, at={w: sp.Lambda(i, -1)})).conclude()


@falsehood
def size_made_negative() -> Derivation:
    """-n >= 0, from a nonnegative u."""
    kept = Chain("kept", u).at_least(0, Drop("u", u)).conclude()
    return Chain("kinds", -n).at_least(0, ByDerivation(kept, at={u: -n})).conclude()


@falsehood
def positive_made_zero() -> Derivation:
    """0 >= 1, from p > 0 with 1/p >= 0 times p, at p = 0."""
    kept = Chain("kept", p / p + u).at_least(1, Drop("u", u)).conclude()
    return Chain("kinds", x / 1).at_least(1, ByDerivation(kept, at={u: x - 1})).conclude()


@falsehood
def index_made_zero() -> Derivation:
    """0 >= 1, from i >= 1."""
    kept = Chain("kept", i, hypotheses=(given(ge(i, 1), i),)).at_least(1, ByHypothesis("given")).conclude()
    at_zero = ByHypothesis("given", at={i: sp.S.Zero})
    return Chain("zero", sp.S.Zero, hypotheses=kept.hypotheses).at_least(1, at_zero).conclude()


@unproved
def index_made_half() -> Derivation:
    """A_{1/2} = 0, from A_i = 0."""
    hypothesis = given(eq(a[i], 0), i)
    return (
        Chain("half", a[sp.Rational(1, 2)], hypotheses=(hypothesis,))
        .equals(0, ByHypothesis("given", at={i: sp.Rational(1, 2)}))
        .conclude()
    )


@falsehood
def index_below_one() -> Derivation:
    """N - 1 >= 1, from i >= 1."""
    hypothesis = given(ge(i, 1), i)
    return Chain("below", n - 1, hypotheses=(hypothesis,)).at_least(1, ByHypothesis("given", at={i: n - 1})).conclude()


@unproved
def complex_modulus() -> Derivation:
    """|z|^2 = z^2 for a complex z."""
    c = sp.Symbol("c")
    return identity(sp.Abs(c) ** 2, c**2)


@unproved
def imaginary_root() -> Derivation:
    """0 >= 1, as the gap -1 is the square of the imaginary unit."""
    return Chain("imaginary", sp.S.Zero).at_least(1, Squares("a square", [(1, sp.I)])).conclude()


@unproved
def imaginary_value() -> Derivation:
    """x^2 >= 0 at the imaginary unit."""
    kept = Chain("kept", x**2).at_least(0, Squares("a square", [(1, x)])).conclude()
    return Chain("imaginary", sp.Integer(-1)).at_least(0, ByDerivation(kept, at={x: sp.I})).conclude()


@unproved
def symbol_of_no_kind() -> Derivation:
    """A negative symbol is not in the list of kinds."""
    c = sp.Symbol("c", negative=True)
    return Chain("kind", -c).at_least(0, Drop("-c", -c)).conclude()


@unproved
def infinite_symbol() -> Derivation:
    """C - c = 0 for a symbol that may be infinite."""
    c = sp.Symbol("c", extended_real=True)
    return identity(c * 2 - c, c)


@unproved
def floats() -> Derivation:
    """A float is no number of the kernel."""
    return identity(sp.Float("0.1") * x, sp.Rational(1, 10) * x)


@unproved
def one_name_for_two_symbols() -> Derivation:
    """X >= 0 for a nonnegative x, shown beside a real x."""
    other = sp.Symbol("x", nonnegative=True)
    return Chain("names", x + other).at_least(x, Drop("x", other)).conclude()


@unproved
def not_a_number() -> Derivation:
    """Nan = nan."""
    return Derivation("nan", sp.nan, (Step("=", sp.nan, Identity("same")),))


@unproved
def infinity() -> Derivation:
    """Oo = oo + 1."""
    return Derivation("oo", sp.oo, (Step("=", sp.oo, Identity("same")),))
