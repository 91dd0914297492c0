"""Index sets, their limits, and deltas."""

from __future__ import annotations

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    A,
    a,
    b,
    d,
    eq,
    falsehood,
    given,
    i,
    identity,
    j,
    k,
    le,
    m,
    n,
    unproved,
    x,
    y,
    z,
)
from theory.kernel import (
    ByDerivation,
    ByHypothesis,
    Chain,
    Derivation,
    Drop,
    Rewrite,
    Squares,
)


@unproved
def empty_index_set() -> Derivation:
    """A sum of squares plus one over an index set that may be empty is positive."""
    t = sp.Symbol("t", integer=True, nonnegative=True)
    total = sp.Sum(1 + a[i] ** 2, (i, 1, t))
    return Chain("empty", 1 / total).at_least(0, Drop("positive", 1 / total)).conclude()


@falsehood
def sum_to_a_negative_number() -> Derivation:
    """sum_{i <= n - 3} 1 = n - 3, at n = 1."""
    return identity(sp.Sum(1, (i, 1, n - 3)), n - 3)


@falsehood
def size_at_least_three() -> Derivation:
    """N >= 3, as a sum over 1..n-3 is not negative."""
    return Chain("size", n).at_least(3, Drop("a sum of ones", sp.Sum(1, (i, 1, n - 3)))).conclude()


@unproved
def sum_from_zero() -> Derivation:
    """sum_{i=0}^n 1 = n."""
    return identity(sp.Sum(1, (i, 0, n)), n)


@unproved
def sum_from_two() -> Derivation:
    """sum_{i=2}^n 1 = n."""
    return identity(sp.Sum(1, (i, 2, n)), n)


@unproved
def sum_over_all_integers() -> Derivation:
    """sum_{i<oo} a_i - a_i = 0."""
    return identity(sp.Sum(a[i], (i, 1, sp.oo)) * 2 - sp.Sum(a[i], (i, 1, sp.oo)), sp.Sum(a[i], (i, 1, sp.oo)))


@unproved
def sum_over_a_real_variable() -> Derivation:
    """sum_{x=1}^n 1 = n for a real x."""
    return identity(sp.Sum(1, (x, 1, n)), n)


@falsehood
def delta_outside_the_sum() -> Derivation:
    """sum_{i <= n} delta(i, n+1) = 1."""
    return identity(sp.Sum(sp.KroneckerDelta(i, n + 1), (i, 1, n)), 1)


@falsehood
def delta_at_a_free_index() -> Derivation:
    """sum_{i <= n} delta(i, m) = 1 for every m."""
    return identity(sp.Sum(sp.KroneckerDelta(i, m), (i, 1, n)), 1)


@falsehood
def delta_at_an_index_of_another_range() -> Derivation:
    """sum_{i <= n} delta(i, m) = 1 for m <= k."""
    return identity(sp.Sum(sp.KroneckerDelta(i, m), (i, 1, n)), 1, for_all=((m, k),))


@falsehood
def delta_over_two_ranges() -> Derivation:
    """sum_{i <= n} sum_{m <= k} delta(i, m) = n."""
    return identity(sp.Sum(sp.KroneckerDelta(i, m), (i, 1, n), (m, 1, k)), n)


@falsehood
def delta_at_another_number() -> Derivation:
    """sum_{i <= n} delta(i, 2) = 1, at n = 1."""
    return identity(sp.Sum(sp.KroneckerDelta(i, 2), (i, 1, n)), 1)


@falsehood
def limit_that_depends_on_an_index() -> Derivation:
    """sum_{j <= n} sum_{i <= j} 1 = j n."""
    return identity(sp.Sum(sp.Sum(1, (i, 1, j)), (j, 1, n)), j * n)


@unproved
def limit_that_depends_on_an_index_in_one_sum() -> Derivation:
    """sum_{i <= j, j <= n} 1 = j n, written as one sum."""
    return identity(sp.Sum(1, (i, 1, j), (j, 1, n)), j * n)


@falsehood
def repeated_index_in_an_equation() -> Derivation:
    """From A_ii = 1 for all i: A_12 = 1."""
    hypothesis = given(eq(A[i, i], 1), i)
    return Chain("diagonal", A[1, 2], hypotheses=(hypothesis,)).equals(1, Rewrite("diagonal", ["given"])).conclude()


@falsehood
def fixed_index_in_an_equation() -> Derivation:
    """From a_i = 1 for one i: a_m = 1."""
    hypothesis = given(eq(a[i], 1))
    return Chain("fixed", a[m], hypotheses=(hypothesis,)).equals(1, Rewrite("fixed", ["given"])).conclude()


@falsehood
def right_side_for_all() -> Derivation:
    """From a_i = b_m for all i and m <= n: a_1 = b_{n+1}."""
    hypothesis = given(eq(a[i], b[m]), i, (m, n))
    return Chain("family", a[1], hypotheses=(hypothesis,)).equals(b[n + 1], Rewrite("equal", ["given"])).conclude()


@falsehood
def beyond_the_range() -> Derivation:
    """From a_m <= 1 for m <= d: a_{d+1} <= 1."""
    hypothesis = given(le(a[m], 1), (m, d))
    return (
        Chain("range", a[d + 1], hypotheses=(hypothesis,)).at_most(1, ByHypothesis("given", at={m: d + 1})).conclude()
    )


@falsehood
def at_an_index_without_a_range() -> Derivation:
    """From a_m <= 1 for m <= d: a_i <= 1 for every i."""
    hypothesis = given(le(a[m], 1), (m, d))
    return Chain("range", a[i], hypotheses=(hypothesis,)).at_most(1, ByHypothesis("given", at={m: i})).conclude()


@falsehood
def summed_beyond_the_range() -> Derivation:
    """From a_m <= 1 for m <= d: sum_{m <= n} a_m <= n."""
    hypothesis = given(le(a[m], 1), (m, d))
    chain = Chain("range", sp.Sum(a[m], (m, 1, n)), hypotheses=(hypothesis,))
    return chain.at_most(n, ByHypothesis("given", over=[(m, 1, n)])).conclude()


@falsehood
def equation_beyond_its_range() -> Derivation:
    """From a_m = 1 for m <= d: sum_{i <= n} a_i = n, by rewriting."""
    hypothesis = given(eq(a[m], 1), (m, d))
    chain = Chain("range", sp.Sum(a[i], (i, 1, n)), hypotheses=(hypothesis,))
    return chain.equals(n, Rewrite("ones", ["given"])).conclude()


@falsehood
def cited_beyond_its_range() -> Derivation:
    """From a derivation for m <= d, at d + 1."""
    hypothesis = given(le(a[i], 1), (i, d))
    cited = (
        Chain("cited", a[m], hypotheses=(hypothesis,), for_all=((m, d),))
        .at_most(1, ByHypothesis("given", at={i: m}))
        .conclude()
    )
    chain = Chain("range", a[d + 1], hypotheses=(hypothesis,))
    return chain.at_most(1, ByDerivation(cited, at={m: d + 1})).conclude()


@falsehood
def cited_at_a_free_index() -> Derivation:
    """From a derivation for m <= d, at every m."""
    hypothesis = given(le(a[i], 1), (i, d))
    cited = (
        Chain("cited", a[m], hypotheses=(hypothesis,), for_all=((m, d),))
        .at_most(1, ByHypothesis("given", at={i: m}))
        .conclude()
    )
    return Chain("range", a[m], hypotheses=(hypothesis,)).at_most(1, ByDerivation(cited)).conclude()


@falsehood
def fixed_index_summed() -> Derivation:
    """From a_i <= 1 for one i: sum_i a_i <= n."""
    chain = Chain("fixed", sp.Sum(a[i], (i, 1, n)), hypotheses=(given(le(a[i], 1)),))
    return chain.at_most(n, ByHypothesis("given", over=[(i, 1, n)])).conclude()


@falsehood
def fixed_symbol_specialised() -> Derivation:
    """From x <= 1: y <= 1."""
    hypotheses = (given(le(x, 1)),)
    cited = Chain("cited", x, hypotheses=hypotheses).at_most(1, ByHypothesis("given")).conclude()
    return Chain("fixed", y, hypotheses=hypotheses).at_most(1, ByDerivation(cited, at={x: y})).conclude()


@unproved
def fixed_symbol_of_a_hypothesis() -> Derivation:
    """From x <= y for all x: x <= z."""
    hypothesis = given(le(x, y), x)
    return Chain("fixed", x, hypotheses=(hypothesis,)).at_most(z, ByHypothesis("given", at={y: z})).conclude()


@falsehood
def fixed_size_specialised() -> Derivation:
    """From sum_{i <= n} a_i <= 1: a_1 <= 1."""
    hypotheses = (given(le(sp.Sum(a[i], (i, 1, n)), 1)),)
    cited = Chain("cited", sp.Sum(a[i], (i, 1, n)), hypotheses=hypotheses).at_most(1, ByHypothesis("given")).conclude()
    return (
        Chain("fixed", sp.Sum(a[i], (i, 1, 1)), hypotheses=hypotheses)
        .at_most(1, ByDerivation(cited, at={n: 1}))
        .conclude()
    )


@unproved
def family_of_another_number_of_indices() -> Derivation:
    """A_i replaced by a function of two indices."""
    kept = Chain("kept", a[i] ** 2).at_least(0, Squares("a square", [(1, a[i])])).conclude()
    return Chain("arity", A[i, i] ** 2).at_least(0, ByDerivation(kept, at={a: sp.Lambda((i, j), A[i, j])})).conclude()


@unproved
def index_of_an_index_set_of_its_own() -> Derivation:
    """A free index with two ranges."""
    return identity(a[i] * 2, a[i] + a[i], for_all=((i, n), (i, k)))
