"""Names that are bound: nothing is captured."""

from __future__ import annotations

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    a,
    b,
    eq,
    falsehood,
    given,
    i,
    identity,
    j,
    n,
    t,
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
    Differentiate,
    Identity,
    Rewrite,
)


@falsehood
def captured_by_an_integral() -> Derivation:
    """int_0^1 t^2 dt = t/2, from int_0^1 c t dt = c/2 at c = t."""
    hypothesis = given(eq(sp.Integral(x * t, (t, 0, 1)), x / 2), x)
    chain = Chain("capture", sp.Integral(t**2, (t, 0, 1)), hypotheses=(hypothesis,))
    return chain.equals(t / 2, ByHypothesis("given", at={x: t})).conclude()


@falsehood
def captured_by_a_sum() -> Derivation:
    """sum_i a_i^2 = a_i sum_i a_i, from sum_i c a_i = c sum_i a_i at c = a_i."""
    hypothesis = given(eq(sp.Sum(x * a[i], (i, 1, n)), x * sp.Sum(a[i], (i, 1, n))), x)
    chain = Chain("capture", sp.Sum(a[i] ** 2, (i, 1, n)), hypotheses=(hypothesis,))
    return chain.equals(a[i] * sp.Sum(a[i], (i, 1, n)), ByHypothesis("given", at={x: a[i]})).conclude()


@falsehood
def captured_by_a_family() -> Derivation:
    """sum_i a_i = n a_i, by replacing a family by a constant that is one of its entries."""
    kept = Chain("kept", sp.Sum(b[i], (i, 1, n))).equals(sp.Sum(b[j], (j, 1, n)), Identity("renamed")).conclude()
    chain = Chain("capture", sp.Sum(a[i], (i, 1, n)))
    return chain.equals(n * a[i], ByDerivation(kept, at={b: sp.Lambda(j, a[i])})).conclude()


@falsehood
def captured_by_an_equation() -> Derivation:
    """sum_i y = sum_i a_i, from y = a_i for one i."""
    chain = Chain("capture", sp.Sum(y, (i, 1, n)), hypotheses=(given(eq(y, a[i])),))
    return chain.equals(sp.Sum(a[i], (i, 1, n)), Rewrite("y", ["given"])).conclude()


@falsehood
def captured_by_a_derivative() -> Derivation:
    """The derivative of sum_i a_i by a_i is n."""
    chain = Chain("capture", sp.Derivative(sp.Sum(a[i], (i, 1, n)), a[i]), for_all=((i, n),))
    return chain.equals(n, Differentiate("each is 1")).conclude()


@falsehood
def put_under_a_derivative() -> Derivation:
    """d(x x)/dx = x, from d(c x)/dx = c at c = x."""
    hypothesis = given(eq(sp.Derivative(y * x, x), y), y)
    chain = Chain("held", sp.Derivative(x * x, x), hypotheses=(hypothesis,))
    return chain.equals(x, ByHypothesis("given", at={y: x})).conclude()


@unproved
def variable_of_a_derivative_replaced() -> Derivation:
    """d(x^2)/dx = 2x at x = 3."""
    hypothesis = given(eq(sp.Derivative(x**2, x), 2 * x), x)
    chain = Chain("held", sp.Integer(0), hypotheses=(hypothesis,))
    return chain.equals(6, ByHypothesis("given", at={x: sp.Integer(3)})).conclude()


@falsehood
def rewritten_under_a_derivative() -> Derivation:
    """d(y)/dy = 0, since y = 1."""
    chain = Chain("held", sp.Derivative(y * z, y), hypotheses=(given(eq(y, 1)),))
    return chain.equals(0, Rewrite("y is constant", ["given"])).conclude()


@unproved
def name_of_the_kernel() -> Derivation:
    """A symbol with a name that the kernel uses for bound indices."""
    beta = sp.Symbol("β1_0_0", integer=True, positive=True)
    return identity(sp.Sum(a[i], (i, 1, n)) + a[beta], a[beta] + sp.Sum(a[j], (j, 1, n)))
