"""Hypotheses discharged by what does not say the same."""

from __future__ import annotations

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    a,
    d,
    falsehood,
    ge,
    given,
    i,
    identity,
    le,
    m,
    n,
    u,
    unproved,
    x,
)
from theory.kernel import (
    ByDerivation,
    ByHypothesis,
    Chain,
    Derivation,
    Identity,
)


@falsehood
def discharged_by_something_weaker() -> Derivation:
    """2x <= 2 by a derivation that assumes x <= 1, discharged by x <= 1 + u."""
    cited = Chain("cited", 2 * x, hypotheses=(given(le(x, 1)),)).at_most(2, ByHypothesis("given", 2)).conclude()
    weaker = given(le(x, 1 + u), name="weaker")
    proof = Chain("weaker", x, hypotheses=(weaker,)).at_most(1 + u, ByHypothesis("weaker")).conclude()
    chain = Chain("discharged", 2 * x, hypotheses=(weaker,))
    return chain.at_most(2, ByDerivation(cited, discharged=(("given", proof),))).conclude()


@falsehood
def discharged_the_wrong_way() -> Derivation:
    """X <= 1 discharged by 1 <= x."""
    cited = Chain("cited", 2 * x, hypotheses=(given(le(x, 1)),)).at_most(2, ByHypothesis("given", 2)).conclude()
    other = given(ge(x, 1), name="other")
    proof = Chain("other", x, hypotheses=(other,)).at_least(1, ByHypothesis("other")).conclude()
    chain = Chain("discharged", 2 * x, hypotheses=(other,))
    return chain.at_most(2, ByDerivation(cited, discharged=(("given", proof),))).conclude()


@falsehood
def discharged_for_one_instead_of_all() -> Derivation:
    """Sum a_i <= n by a derivation for all i, discharged by a_i <= 1 for one i."""
    everywhere = given(le(a[i], 1), i)
    cited = (
        Chain("cited", sp.Sum(a[i], (i, 1, n)), hypotheses=(everywhere,))
        .at_most(n, ByHypothesis("given", over=[(i, 1, n)]))
        .conclude()
    )
    once = given(le(a[i], 1), name="once")
    proof = Chain("once", a[i], hypotheses=(once,)).at_most(1, ByHypothesis("once")).conclude()
    chain = Chain("discharged", sp.Sum(a[i], (i, 1, n)), hypotheses=(once,))
    return chain.at_most(n, ByDerivation(cited, discharged=(("given", proof),))).conclude()


@falsehood
def discharged_within_a_range_only() -> Derivation:
    """a_m <= 1 for every m, discharged by a proof for m <= d."""
    one_of = given(le(a[m], 1))
    cited = Chain("cited", a[m] + 1, hypotheses=(one_of,)).at_most(2, ByHypothesis("given")).conclude()
    ranged = given(le(a[i], 1), (i, d), name="ranged")
    proof = (
        Chain("proof", a[m], hypotheses=(ranged,), for_all=((m, d),))
        .at_most(1, ByHypothesis("ranged", at={i: m}))
        .conclude()
    )
    chain = Chain("discharged", a[m] + 1, hypotheses=(ranged,))
    return chain.at_most(2, ByDerivation(cited, discharged=(("given", proof),))).conclude()


@unproved
def discharged_without_a_relation() -> Derivation:
    """A hypothesis in words, discharged by x = x."""
    cited = Chain("cited", x, hypotheses=(given(None),)).equals(x, Identity("same")).conclude()
    return Chain("discharged", x).equals(x, ByDerivation(cited, discharged=(("given", identity(x, x)),))).conclude()


@unproved
def discharged_off_a_kink() -> Derivation:
    """That something is not 0, discharged by an equation."""
    cited = Chain("cited", x, hypotheses=(given(sp.Ne(x, 0, evaluate=False)),)).equals(x, Identity("same")).conclude()
    return Chain("discharged", x).equals(x, ByDerivation(cited, discharged=(("given", identity(x, x)),))).conclude()


@unproved
def range_of_a_real_symbol() -> Derivation:
    """A real symbol is no index."""
    return identity(x + x, 2 * x, for_all=((x, n),))


@unproved
def range_up_to_a_real_number() -> Derivation:
    """A range that ends at a real number."""
    return identity(a[i] + a[i], 2 * a[i], for_all=((i, x),))


@unproved
def range_up_to_nothing() -> Derivation:
    """A range that may be empty."""
    return identity(a[i] + a[i], 2 * a[i], for_all=((i, n - 1),))
