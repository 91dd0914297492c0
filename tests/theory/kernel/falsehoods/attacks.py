"""Found by attacks: powers, derivatives, special parameters, bound names that hide what is known."""

from __future__ import annotations

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    A,
    a,
    because,
    delta,
    eq,
    f,
    falsehood,
    family,
    given,
    i,
    identity,
    j,
    k,
    le,
    m,
    n,
    p,
    q,
    t,
    u,
    unproved,
    w,
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
    Drop,
    Elementary,
    Evaluate,
    Identity,
    Rewrite,
    Squares,
)

nat = sp.Symbol("t0", integer=True, nonnegative=True)
whole = family("N", integer=True, positive=True)
root = sp.sqrt(1 + x**2)


@falsehood
def half_powers_cleared() -> Derivation:
    """sqrt(1 + x^2) = x^2/(1 + x^2) + 1/(1 + x^2)."""
    return identity(root, x**2 / (1 + x**2) + 1 / (1 + x**2))


@falsehood
def third_powers_cleared() -> Derivation:
    """The cube root of 1 + x^2 is 1, by two quotients."""
    return identity(sp.cbrt(1 + x**2), x**2 / (1 + x**2) + 1 / (1 + x**2))


@falsehood
def half_powers_cleared_below() -> Derivation:
    """1/sqrt(1 + x^2) = 1/(1 + x^2)."""
    return identity(1 / root, 1 / (1 + x**2))


@falsehood
def power_of_two_with_a_bound_exponent() -> Derivation:
    """sum_i sum_m 2^i (a_i - a_m) = 0."""
    return identity(sp.Sum(2**i * (a[i] - a[m]), (i, 1, n), (m, 1, n)), 0)


@falsehood
def sign_with_a_bound_exponent() -> Derivation:
    """sum_i sum_m (-1)^i (a_i - a_m) = 0."""
    return identity(sp.Sum((-1) ** i * (a[i] - a[m]), (i, 1, n), (m, 1, n)), 0)


@falsehood
def delta_to_the_power_zero() -> Derivation:
    """sum_i delta(i, 1)^t = 1, at t = 0."""
    return identity(sp.Sum(delta(i, 1) ** nat, (i, 1, n)), 1)


@falsehood
def derivative_by_an_index() -> Derivation:
    """M = 2m, as the sum of the derivatives of i m at i = m."""
    start = sp.Sum(sp.Derivative(i * m, m) * delta(i, m), (i, 1, n))
    return because(start, sp.Derivative(m**2, m), Identity("contracted"), for_all=((m, n),))


@unproved
def derivative_by_a_whole_number() -> Derivation:
    """The derivative of n N_1 by N_1."""
    return because(sp.Derivative(n * whole[1], whole[1]), n, Differentiate("linear"))


@unproved
def derivative_by_a_value() -> Derivation:
    """The derivative of f(2) f(x) by f(2) is f(x), at x = 2 too."""
    return because(sp.Derivative(f(x) * f(2), f(2)), f(x), Elementary("linear"))


@unproved
def derivative_under_an_integral() -> Derivation:
    """The derivative of int_0^oo x^3 exp(-x^2 t) dt, which is x, taken under the integral."""
    inner = x**3 * sp.exp(-(x**2) * t)
    left = sp.Derivative(sp.Integral(inner, (t, 0, sp.oo)), x)
    return because(left, sp.Integral(sp.diff(inner, x), (t, 0, sp.oo)), Differentiate("under the integral"))


@falsehood
def derivative_in_a_definition() -> Derivation:
    """Y = q, where y = (z x)' and q = (x^2)', since z = x at one point."""
    stated = (
        given(eq(y, sp.Derivative(z * x, x)), name="y"),
        given(eq(q, sp.Derivative(x**2, x)), name="q"),
        given(eq(z, x), name="z"),
    )
    return because(y, q, Rewrite("put in", ["y", "q", "z"]), hypotheses=stated)


@falsehood
def special_parameter() -> Derivation:
    """int_0^oo u/(1 + u t)^2 dt = 1, at u = 0."""
    area = sp.Integral(u / (1 + u * t) ** 2, (t, 0, sp.oo))
    return because(area, 1, Evaluate("a primitive", area, -1 / (1 + u * t)))


@falsehood
def special_positive_parameter() -> Derivation:
    """int_0^oo (p - 1)^2/(1 + (p - 1)^2 t)^2 dt = 1, at p = 1."""
    area = sp.Integral((p - 1) ** 2 / (1 + (p - 1) ** 2 * t) ** 2, (t, 0, sp.oo))
    return because(area, 1, Evaluate("a primitive", area, -1 / (1 + (p - 1) ** 2 * t)))


@falsehood
def special_parameter_at_the_low_end() -> Derivation:
    """int_0^1 2 t u^2/(t^2 + u^2)^2 dt = 1 - u^2/(1 + u^2), at u = 0."""
    area = sp.Integral(2 * t * u**2 / (t**2 + u**2) ** 2, (t, 0, 1))
    return because(area, 1 - u**2 / (1 + u**2), Evaluate("a primitive", area, -(u**2) / (t**2 + u**2)))


@falsehood
def sum_hides_an_interval() -> Derivation:
    """sum_{n <= k} n >= 2 k, since n > 2 outside of the sum."""
    start = sp.Sum(n, (n, 1, k))
    why = Squares("n is above 2", [(n - 2, sp.S.One)], over=[(n, 1, k)])
    return Chain("hidden", start, domain=((n, 2, sp.oo),)).at_least(2 * k, why).conclude()


@falsehood
def family_hides_an_interval() -> Derivation:
    """-1 >= 0, since n - 2 >= 0 for n > 2."""
    kept = Chain("kept", w[1]).at_least(0, Drop("w", w[1])).conclude()
    hidden = Chain("hidden", sp.Integer(-1), domain=((n, 2, sp.oo),))
    return hidden.at_least(0, ByDerivation(kept, at={w: sp.Lambda(n, n - 2)})).conclude()


@falsehood
def sum_hides_an_end() -> Derivation:
    """K x >= sum_{n <= k} n, since x > n outside of the sum."""
    cited = Chain("cited", x, domain=((x, n, sp.oo),)).at_least(n, Drop("x", x - n)).conclude()
    hidden = Chain("hidden", k * x, domain=((x, n, sp.oo),))
    return hidden.at_least(sp.Sum(n, (n, 1, k)), ByDerivation(cited, over=[(n, 1, k)])).conclude()


@unproved
def sum_hides_what_is_not_zero() -> Derivation:
    """sum_{n <= k} (n - 2)/(n - 2) = k, since n is not 2 outside of the sum."""
    quotient = sp.Mul(n - 2, 1 / (n - 2), evaluate=False)
    return identity(sp.Sum(quotient, (n, 1, k)), k, hypotheses=(given(sp.Ne(n - 2, 0, evaluate=False)),))


@falsehood
def one_index_twice() -> Derivation:
    """K sum_{i <= n} a_i <= n k, from a_i <= 1 for i <= k."""
    use = ByHypothesis("given", over=[(i, 1, n), (i, 1, k)])
    stated = Chain("twice", k * sp.Sum(a[i], (i, 1, n)), hypotheses=(given(le(a[i], 1), (i, k)),))
    return stated.at_most(n * k, use).conclude()


@falsehood
def discharged_at_another_size() -> Derivation:
    """sum_{j <= 1} delta(i, j) = 1 for i <= n, discharged at n."""
    total = sp.Sum(delta(i, j), (j, 1, n))
    cited = because(total, 1, ByHypothesis("given"), hypotheses=(given(eq(total, 1)),))
    proof = identity(total, 1, for_all=((i, n),))
    use = ByDerivation(cited, at={n: sp.S.One}, discharged=(("given", proof),))
    return because(sp.Sum(delta(i, j), (j, 1, 1)), 1, use, for_all=((i, n),))


@unproved
def empty_range_of_a_hypothesis() -> Derivation:
    """1 <= 0, from a hypothesis for all i <= 0."""
    stated = Chain("empty", sp.S.One, hypotheses=(given(le(1, 0), (i, 0)),))
    return stated.at_most(0, ByHypothesis("given")).conclude()


@falsehood
def range_that_may_be_empty() -> Derivation:
    """a_1 <= 1, from a_i <= 1 for i <= m - 1, at m = 1."""
    stated = Chain("empty", a[1], hypotheses=(given(le(a[i], 1), (i, m - 1)),))
    return stated.at_most(1, ByHypothesis("given", at={i: sp.S.One})).conclude()


@unproved
def two_ranges_of_one_index() -> Derivation:
    """a_k <= 1, from a_i <= 1 for i <= n, with k named as a second range."""
    stated = Chain("ranges", a[k], hypotheses=(given(le(a[i], 1), (i, n), (i, k)),))
    return stated.at_most(1, ByHypothesis("given", at={i: k})).conclude()


@unproved
def triangular_pattern() -> Derivation:
    """A_{1,i} = 0 for all i, from A_{i,j} = 0 for j <= i."""
    return because(A[1, i], 0, Rewrite("zero", ["given"]), hypotheses=(given(eq(A[i, j], 0), i, (j, i)),))


@unproved
def special_parameter_of_a_logarithm() -> Derivation:
    """The integral over (0, 1) of the derivative of t/log(1 + x^2 + t) is 1/log(2 + x^2), at x = 0 too."""
    primitive = t / sp.log(1 + x**2 + t)
    area = sp.Integral(sp.diff(primitive, t), (t, 0, 1))
    return because(area, 1 / sp.log(2 + x**2), Evaluate("a primitive", area, primitive))
