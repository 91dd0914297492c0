"""What holds in a range, used outside it: by rewriting, by discharge; families inside their own indices."""

from __future__ import annotations

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    because,
    delta,
    eq,
    falsehood,
    family,
    given,
    i,
    identity,
    j,
    k,
    m,
    n,
    unproved,
    z,
)
from theory.kernel import ByDerivation, ByHypothesis, Derivation, Rewrite

N = family("N", integer=True, positive=True)
row = sp.Sum(delta(i, j), (j, 1, n))
in_range = given(eq(row, 1))
only_one = sp.Sum(delta(j, N[1]) * N[j], (j, 1, N[1]))


@falsehood
def index_rewritten_out_of_its_range() -> Derivation:
    """I = 1 for every i, from i = 1 for all i <= 1."""
    return because(i, 1, Rewrite("in the range", ["given"]), hypotheses=(given(eq(i, 1), (i, 1)),))


@falsehood
def index_rewritten_to_a_number() -> Derivation:
    """M + 1 = 2 for every m, from m = 1 for all m <= 1."""
    return because(m + 1, 2, Rewrite("in the range", ["given"]), hypotheses=(given(eq(m, 1), (m, 1)),))


def one_of_a_range() -> Derivation:
    """sum_j delta(i, j) = 1 where that is assumed."""
    return because(row, 1, ByHypothesis("given"), hypotheses=(in_range,))


@falsehood
def discharged_in_the_range_of_another() -> Derivation:
    """sum_{j <= n} delta(k, j) = 1 for every k, by a proof for i <= n."""
    cited = ByDerivation(one_of_a_range(), at={i: k}, discharged=(("given", identity(1, 1)),))
    return because(sp.Sum(delta(k, j), (j, 1, n)), 1, cited, for_all=((i, n),))


@falsehood
def discharged_in_the_range_of_a_summed_index() -> Derivation:
    """sum_{i <= k} sum_{j <= n} delta(i, j) = k, by a proof for i <= n."""
    cited = ByDerivation(one_of_a_range(), over=[(i, 1, k)], discharged=(("given", identity(1, 1)),))
    double = sp.Sum(sp.Sum(delta(i, j), (j, 1, n)), (i, 1, k))
    return because(double, k, cited, for_all=((i, n),))


@falsehood
def entry_of_an_entry_left_out() -> Derivation:
    """1 = N_1 for every family, from sum_{j <= N_1} delta(j, N_1) N_j = N_(N_1) at N = 1."""
    cited = ByDerivation(identity(only_one, N[N[1]]), at={N: sp.Lambda((i,), 1)})
    return because(1, N[1], cited)


@falsehood
def entry_of_an_entry_left_out_of_squares() -> Derivation:
    """The same at N_i = i^2."""
    cited = ByDerivation(identity(only_one, N[N[1]]), at={N: sp.Lambda((i,), i**2)})
    return because(1, N[1], cited)


@unproved
def inner_end_judged_by_another_variable() -> Derivation:
    """A positive variable runs up to z - 1, where z is bound in (0, 1), and outside it is more than 2."""
    positive = sp.Symbol("X", positive=True)
    double = sp.Integral(sp.sqrt(positive), (positive, 0, z - 1), (z, 0, 1))
    return identity(double + double, 2 * double, domain=((z, 2, sp.oo),))
