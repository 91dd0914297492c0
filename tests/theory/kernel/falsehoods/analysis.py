"""Intervals, elementary functions, integrals, kinks."""

from __future__ import annotations

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    a,
    eq,
    falsehood,
    given,
    i,
    identity,
    k,
    n,
    p,
    t,
    unproved,
    x,
    y,
)
from theory.kernel import (
    ByDerivation,
    Chain,
    Derivation,
    Differentiate,
    Elementary,
    Evaluate,
    OnInterval,
)
from theory.kernel.functions import relu, step


@falsehood
def interval_not_stated() -> Derivation:
    """X (1 - x) >= 0 for all x."""
    return Chain("interval", x * (1 - x)).at_least(0, OnInterval("Sturm", x)).conclude()


@falsehood
def cited_outside_of_its_interval() -> Derivation:
    """-2 >= 0, from x (1 - x) >= 0 on (0, 1) at x = 2."""
    cited = Chain("cited", x * (1 - x), domain=((x, 0, 1),)).at_least(0, OnInterval("Sturm", x)).conclude()
    return Chain("interval", sp.Integer(-2)).at_least(0, ByDerivation(cited, at={x: sp.Integer(2)})).conclude()


@falsehood
def cited_without_its_interval() -> Derivation:
    """X (1 - x) >= 0 for all x, by citing it on (0, 1)."""
    cited = Chain("cited", x * (1 - x), domain=((x, 0, 1),)).at_least(0, OnInterval("Sturm", x)).conclude()
    return Chain("interval", x * (1 - x)).at_least(0, ByDerivation(cited)).conclude()


@falsehood
def negative_inside_the_interval() -> Derivation:
    """(x - 1/3)(x - 2/3) >= 0 on (0, 1)."""
    gap = (x - sp.Rational(1, 3)) * (x - sp.Rational(2, 3))
    return Chain("interval", gap, domain=((x, 0, 1),)).at_least(0, OnInterval("Sturm", x)).conclude()


@falsehood
def negative_square() -> Derivation:
    """-(x - 1/7)^2 >= 0 on (0, 1)."""
    gap = -((x - sp.Rational(1, 7)) ** 2)
    return Chain("interval", gap, domain=((x, 0, 1),)).at_least(0, OnInterval("Sturm", x)).conclude()


@unproved
def empty_interval() -> Derivation:
    """1 <= 0 for x between 1 and 0."""
    return identity(x + x, 2 * x, domain=((x, 1, 0),))


@unproved
def intervals_in_a_circle() -> Derivation:
    """0 < x < y and 0 < y < x."""
    return identity(x + y, y + x, domain=((x, 0, y), (y, 0, x)))


@falsehood
def logarithm_of_a_square() -> Derivation:
    """log((x + 7/10)^2) = 2 log(x + 7/10) on (-1, 1)."""
    shift = x + sp.Rational(7, 10)
    return (
        Chain("logarithm", sp.log(shift**2 + p), domain=((x, -1, 1),))
        .equals(2 * sp.log(sp.Abs(shift) + 1), Elementary("logarithm"))
        .conclude()
    )


@unproved
def logarithm_undefined() -> Derivation:
    """log((x + 7/10)^2) = 2 log(x + 7/10) on (-1, 1), where the right side is not defined."""
    shift = x + sp.Rational(7, 10)
    return (
        Chain("logarithm", sp.log(shift**2), domain=((x, -1, 1),))
        .equals(2 * sp.log(shift), Elementary("logarithm"))
        .conclude()
    )


@falsehood
def wrong_by_little() -> Derivation:
    """int_0^1 t dt = 1/2 + 3e-10, by a primitive with a jump."""
    area = sp.Integral(t, (t, 0, 1))
    jump = sp.Rational(3, 10**10)
    primitive = t**2 / 2 + jump * (sp.atan(1 / (sp.Rational(1, 2) - t)) / sp.pi + sp.Rational(1, 2))
    return Chain("jump", area).equals(sp.Rational(1, 2) + jump, Evaluate("a primitive", area, primitive)).conclude()


@falsehood
def primitive_that_jumps() -> Derivation:
    """int_0^pi dt/(1 + 3 sin^2 t) = 0, by a primitive with a jump at pi/2."""
    area = sp.Integral(1 / (1 + 3 * sp.sin(t) ** 2), (t, 0, sp.pi))
    return Chain("jump", area).equals(0, Evaluate("a primitive", area, sp.atan(2 * sp.tan(t)) / 2)).conclude()


@falsehood
def wrong_primitive() -> Derivation:
    """int_0^1 t^2 dt = 1/2."""
    area = sp.Integral(t**2, (t, 0, 1))
    return Chain("area", area).equals(sp.Rational(1, 2), Evaluate("a primitive", area, t**2 / 2)).conclude()


@falsehood
def elementary_falsehood() -> Derivation:
    """sin(x)^2 - cos(x)^2 = 1."""
    return Chain("circle", sp.sin(x) ** 2 - sp.cos(x) ** 2).equals(1, Elementary("circle")).conclude()


@falsehood
def elementary_branch() -> Derivation:
    """sqrt(1 - sin(x)^2) = cos(x) on (0, pi)."""
    start = sp.sqrt(sp.cos(x) ** 2, evaluate=False)
    return Chain("branch", start, domain=((x, 0, sp.pi),)).equals(sp.cos(x), Elementary("circle")).conclude()


@falsehood
def elementary_inequality() -> Derivation:
    """sin(x) >= 2, by a reason for equations."""
    return Chain("bound", sp.sin(x)).at_least(2, Elementary("bound")).conclude()


@unproved
def kink_without_a_hypothesis() -> Derivation:
    """Relu' = step, at 0 as well."""
    return Chain("kink", sp.Derivative(relu(x), x)).equals(step(x), Differentiate("constant pattern")).conclude()


@unproved
def kink_with_a_hypothesis_of_any_content() -> Derivation:
    """Relu' = step, under a hypothesis that says something else."""
    chain = Chain("kink", sp.Derivative(relu(x), x), hypotheses=(given(eq(y, y)),))
    return chain.equals(step(x), Differentiate("constant pattern", "given")).conclude()


@unproved
def kink_of_another_neuron() -> Derivation:
    """Relu' = step, under the hypothesis that another argument is not 0."""
    chain = Chain("kink", sp.Derivative(relu(x), x), hypotheses=(given(sp.Ne(y, 0, evaluate=False)),))
    return chain.equals(step(x), Differentiate("constant pattern", "given")).conclude()


@unproved
def kink_beyond_the_range() -> Derivation:
    """The sum over i <= n of relu(a_i x), where only i <= k are off their kinks."""
    hypothesis = given(sp.Ne(a[i] * x, 0, evaluate=False), (i, k))
    chain = Chain("kink", sp.Derivative(sp.Sum(relu(a[i] * x), (i, 1, n)), x), hypotheses=(hypothesis,))
    return chain.equals(sp.Sum(a[i] * step(a[i] * x), (i, 1, n)), Differentiate("constant", "given")).conclude()


@unproved
def jump_of_an_indicator() -> Derivation:
    """Step' = 0 without a hypothesis."""
    return Chain("jump", sp.Derivative(step(x), x)).equals(0, Differentiate("constant pattern")).conclude()


@unproved
def kink_of_an_absolute_value() -> Derivation:
    """|x|' = sign(x)."""
    return Chain("kink", sp.Derivative(sp.Abs(x), x)).equals(sp.sign(x), Differentiate("differentiate")).conclude()


@falsehood
def bound_differentiated() -> Derivation:
    """(x)' >= 2."""
    return Chain("bound", sp.Derivative(x * y, x)).at_least(y + 1, Differentiate("differentiate")).conclude()


@falsehood
def wrong_derivative() -> Derivation:
    """(x^2)' = x."""
    return Chain("power", sp.Derivative(x**2, x)).equals(x, Differentiate("differentiate")).conclude()
