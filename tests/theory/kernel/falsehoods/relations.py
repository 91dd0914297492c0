"""Relations that a step may not go by."""

from __future__ import annotations

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    falsehood,
    ge,
    given,
    le,
    p,
    u,
    unproved,
    v,
    x,
    y,
    z,
)
from theory.kernel import (
    ByHypothesis,
    Chain,
    Derivation,
    Drop,
    Identity,
    Step,
)


@falsehood
def strict_turned() -> Derivation:
    """From x > y: y >= x."""
    return Chain("turned", y, hypotheses=(given(sp.Gt(x, y)),)).at_least(x, ByHypothesis("given")).conclude()


@unproved
def strict_kept() -> Derivation:
    """From x > y: x >= y, by a relation that is not in the list."""
    return Chain("strict", x, hypotheses=(given(sp.Gt(x, y)),)).at_least(y, ByHypothesis("given")).conclude()


@falsehood
def less_turned() -> Derivation:
    """From x < y: x >= y."""
    return Chain("turned", x, hypotheses=(given(sp.Lt(x, y)),)).at_least(y, ByHypothesis("given")).conclude()


@falsehood
def nonzero_is_nonpositive() -> Derivation:
    """From x != 0: 0 >= x."""
    hypothesis = given(sp.Ne(x, 0, evaluate=False))
    return Chain("sign", sp.S.Zero, hypotheses=(hypothesis,)).at_least(x, ByHypothesis("given")).conclude()


@falsehood
def nonzero_is_zero() -> Derivation:
    """From x != 0: x = 0."""
    hypothesis = given(sp.Ne(x, 0, evaluate=False))
    return Chain("sign", x, hypotheses=(hypothesis,)).equals(0, ByHypothesis("given")).conclude()


@falsehood
def bound_turned() -> Derivation:
    """From x <= y: x >= y."""
    return Chain("turned", x, hypotheses=(given(le(x, y)),)).at_least(y, ByHypothesis("given")).conclude()


@falsehood
def equation_from_bound() -> Derivation:
    """From x <= y: x = y."""
    return Chain("equal", x, hypotheses=(given(le(x, y)),)).equals(y, ByHypothesis("given")).conclude()


@falsehood
def negative_factor() -> Derivation:
    """From x <= y: -x <= -y."""
    return Chain("factor", -x, hypotheses=(given(le(x, y)),)).at_most(-y, ByHypothesis("given", -1)).conclude()


@falsehood
def factor_of_unknown_sign() -> Derivation:
    """From x <= y: z x <= z y."""
    return Chain("factor", z * x, hypotheses=(given(le(x, y)),)).at_most(z * y, ByHypothesis("given", z)).conclude()


@falsehood
def turning_chain() -> Derivation:
    """X + u >= x <= x + v, read as x + u >= x + v."""
    return Chain("turn", x + u).at_least(x, Drop("u", u)).at_most(x + v, Drop("v", v)).conclude()


@unproved
def unknown_relation() -> Derivation:
    """A step by a relation that is not in the list."""
    return Derivation("strict", x + p, (Step(">", x, Drop("p is positive", p)),))


@unproved
def not_a_relation() -> Derivation:
    """A hypothesis that states a truth value."""
    return Chain("true", x, hypotheses=(given(sp.true),)).equals(y, ByHypothesis("given")).conclude()


@unproved
def nothing_stated() -> Derivation:
    """A hypothesis without a relation proves a step."""
    return Chain("prose", x, hypotheses=(given(None),)).equals(y, ByHypothesis("given")).conclude()


@unproved
def not_stated() -> Derivation:
    """A step by a hypothesis that the derivation does not state."""
    return Chain("missing", x).equals(y, ByHypothesis("given")).conclude()


@falsehood
def same_name_twice() -> Derivation:
    """Two hypotheses of one name: x <= y, and the weaker x <= y + 1 that a reader is shown."""
    stated = (given(le(x, y + 1)), given(le(x, y)))
    return Chain("names", x, hypotheses=(stated[0],)).at_most(y, ByHypothesis("given")).conclude()


@unproved
def two_hypotheses_of_one_name() -> Derivation:
    """The name of a hypothesis is not unique."""
    return Chain("names", x, hypotheses=(given(le(x, y)), given(ge(x, y)))).equals(x, Identity("same")).conclude()


@unproved
def no_step() -> Derivation:
    """A derivation without a step."""
    return Chain("empty", x).conclude()
