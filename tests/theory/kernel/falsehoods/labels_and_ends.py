"""Labels of families for numbers, names caught in ends, and functions of what SymPy wrongly holds to be whole."""

from __future__ import annotations

from typing import Any

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    a,
    b,
    because,
    delta,
    eq,
    falsehood,
    family,
    ge,
    given,
    i,
    identity,
    j,
    k,
    n,
    p,
    t,
    unproved,
    w,
    x,
    y,
    z,
)
from theory.kernel import ByDerivation, ByHypothesis, Chain, Derivation, Drop, Hypothesis, Identity, Rewrite
from theory.kernel.functions import step

entries = sp.IndexedBase(y)
minus_one = sp.Lambda(i, sp.Integer(-1))
positive = family("P", positive=True)
power = sp.Integer(2) ** n / 6


def unevaluated(function: Any, *arguments: Any) -> sp.Expr:
    """A function of which SymPy is not asked what it is."""
    value: sp.Expr = function(*arguments, evaluate=False)
    return value


@falsehood
def label_as_a_number_in_a_domain() -> Derivation:
    """-1 >= 0: the label of w >= 0 becomes y in (0, 1), and the entry of y becomes -1."""
    lemma = Chain("lemma", w[1]).at_least(0, Drop("not negative", w[1])).conclude()
    put = ByDerivation(lemma, at={w.label: y, entries: minus_one})
    return Chain("label", sp.Integer(-1), domain=((y, 0, 1),)).at_least(0, put).conclude()


@unproved
def label_as_a_number_by_hypothesis() -> Derivation:
    """The same of a hypothesis for all w and y."""
    hypothesis = Hypothesis("given", "", ge(w[1], 0), (w, y))
    put = ByHypothesis("given", at={w.label: y, entries: minus_one})
    return Chain("label", sp.Integer(-1), hypotheses=(hypothesis,), domain=((y, 0, 1),)).at_least(0, put).conclude()


@falsehood
def label_under_a_step() -> Derivation:
    """step(-x) = step(x)."""
    lemma = Chain("lemma", step(positive[1] * x)).equals(step(x), Identity("positive")).conclude()
    put = ByDerivation(lemma, at={positive.label: y, entries: minus_one})
    return Chain("label", step(-x), domain=((y, 0, 1),)).equals(step(x), put).conclude()


@falsehood
def label_in_a_domain_end() -> Derivation:
    """X >= 5 on (b_1, oo): the end is renamed, and the conclusion gets another family."""
    least = Chain("least", x, domain=((x, z, sp.oo),)).at_least(z, Drop("above", x - z)).conclude()
    entry = Chain("entry", x, domain=((x, a[1], sp.oo),)).at_least(a[1], ByDerivation(least, at={z: a[1]})).conclude()
    put = ByDerivation(entry, at={a.label: b.label, b: sp.Lambda(i, sp.Integer(5))})
    return Chain("label", x, domain=((x, b[1], sp.oo),)).at_least(5, put).conclude()


@falsehood
def label_in_a_range() -> Derivation:
    """sum_{j <= 1} delta_ij = 1 for i <= M_1."""
    sizes, others = (family(name, integer=True, positive=True) for name in "NM")
    lemma = identity(sp.Sum(delta(i, j), (j, 1, sizes[1])), 1, for_all=((i, sizes[1]),))
    put = ByDerivation(lemma, at={sizes.label: others.label, others: sp.Lambda(j, sp.S.One)})
    return because(sp.Sum(delta(i, j), (j, 1, 1)), 1, put, for_all=((i, others[1]),))


@falsehood
def index_caught_in_a_domain_end() -> Derivation:
    """Y >= a_i sum_j a_j on (sum_i a_i^2, oo): x becomes a_i where i is bound."""
    least = Chain("least", y, domain=((y, z, sp.oo),)).at_least(z, Drop("above", y - z)).conclude()
    total = sp.Sum(x * a[i], (i, 1, n))
    of_sum = Chain("sum", y, domain=((y, total, sp.oo),)).at_least(total, ByDerivation(least, at={z: total})).conclude()
    caught = sp.Sum(a[i] ** 2, (i, 1, n))
    put = ByDerivation(of_sum, at={x: a[i]})
    return Chain("caught", y, domain=((y, caught, sp.oo),)).at_least(a[i] * sp.Sum(a[j], (j, 1, n)), put).conclude()


@unproved
def variable_caught_in_a_domain_end() -> Derivation:
    """Y >= t/2 on (1/3, oo): x becomes t where t is the variable of an integral."""
    s = sp.Symbol("s", real=True)
    least = Chain("least", y, domain=((y, z, sp.oo),)).at_least(z, Drop("above", y - z)).conclude()
    inner = sp.Integral(x * t, (t, 0, 1))
    of_one = Chain("one", y, domain=((y, inner, sp.oo),)).at_least(inner, ByDerivation(least, at={z: inner})).conclude()
    caught, free = sp.Integral(t * t, (t, 0, 1)), sp.Integral(t * s, (s, 0, 1))
    return Chain("caught", y, domain=((y, caught, sp.oo),)).at_least(free, ByDerivation(of_one, at={x: t})).conclude()


@unproved
def end_of_another_variable_of_the_same_name() -> Derivation:
    """The outer variable ends at p/2 with the free p, of which nothing is known, and not with the bound one."""
    integral = sp.Integral(sp.sqrt(p / 2 - y), (p, 0, 1), (y, 0, p / 2))
    return identity(2 * integral, integral + integral)


@falsehood
def sine_under_a_sum() -> Derivation:
    """sum_n sin(10^n pi / 6) = 0."""
    sine = unevaluated(sp.sin, sp.pi * sp.Integer(10) ** n / 6)
    return identity(sp.Sum(sine, (n, 1, k)), 0)


@falsehood
def absolute_value_under_a_sum() -> Derivation:
    """sum_n |2^n / 6 - 1| = sum_n (2^n / 6 - 1)."""
    return identity(sp.Sum(unevaluated(sp.Abs, power - 1), (n, 1, k)), sp.Sum(power - 1, (n, 1, k)))


@falsehood
def larger_one_under_a_sum() -> Derivation:
    """sum_n max(2^n / 6, 1) = sum_n 2^n / 6."""
    return identity(sp.Sum(unevaluated(sp.Max, power, 1), (n, 1, k)), sp.Sum(power, (n, 1, k)))


@falsehood
def root_of_a_square_under_a_sum() -> Derivation:
    """sum_n sqrt((2^n / 6 - 1)^2) = sum_n (2^n / 6 - 1)."""
    root = unevaluated(sp.Pow, (power - 1) ** 2, sp.Rational(1, 2))
    return identity(sp.Sum(root, (n, 1, k)), sp.Sum(power - 1, (n, 1, k)))


@falsehood
def sine_by_hypothesis() -> Derivation:
    """b_k = sin(10^k pi / 6) for all k, hence b_n = 0."""
    sine = unevaluated(sp.sin, sp.pi * sp.Integer(10) ** k / 6)
    return because(b[n], 0, ByHypothesis("given", at={k: n}), hypotheses=(given(eq(b[k], sine), k),))


@falsehood
def absolute_value_by_rewriting() -> Derivation:
    """b_k = |2^k / 6 - 1| for all k, hence b_n = 2^n / 6 - 1."""
    size = unevaluated(sp.Abs, sp.Integer(2) ** k / 6 - 1)
    return because(b[n], power - 1, Rewrite("by its definition", ["given"]), hypotheses=(given(eq(b[k], size), k),))
