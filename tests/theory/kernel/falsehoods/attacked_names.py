"""Found by attacks: names with two meanings, and objects of one's own making."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from tests.theory.kernel.falsehoods.common import (
    a,
    b,
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
    n,
    one,
    p,
    t,
    unproved,
    w,
    x,
    y,
)
from theory.kernel import (
    ByDerivation,
    ByHypothesis,
    Chain,
    Derivation,
    Differentiate,
    Drop,
    Evaluate,
    Identity,
    OnInterval,
    Rewrite,
    Step,
)
from theory.kernel.functions import step


@unproved
def kernel_name_in_a_limit() -> Derivation:
    """A size with a name that the kernel uses for bound indices."""
    inner = sp.Symbol("ι2", integer=True, positive=True)
    return identity(sp.Sum(a[i] * sp.Sum(1, (j, 1, inner)), (i, 1, n)), sp.Sum(i * a[i], (i, 1, n)))


@falsehood
def family_with_assumptions_of_its_own() -> Derivation:
    """a_1 >= 0 where a_i = -1, by a family of that name that is positive."""
    positive = sp.IndexedBase(a.label, positive=True)
    rewritten = because(a[1], positive[1], Rewrite("minus one", ["given"]), hypotheses=(given(eq(a[i], -1), i),))
    steps = (*rewritten.steps, Step(">=", sp.S.Zero, Drop("positive", positive[1])))
    return replace(rewritten, steps=steps)


@unproved
def family_with_a_shape() -> Derivation:
    """The derivative of a_1 a_1 by a_1 is a_1."""
    shaped = sp.IndexedBase(a.label, shape=(n,))
    return because(sp.Derivative(a[1] * shaped[1], shaped[1]), a[1], Differentiate("linear"))


@unproved
def number_and_family_of_one_name() -> Derivation:
    """a_i = b_i, from a = 1 and b = 1."""
    stated = (given(eq(a.label, 1), name="a"), given(eq(b.label, 1), name="b"))
    return because(a[i], b[i], Rewrite("ones", ["a", "b"]), hypotheses=stated)


@falsehood
def interval_of_an_entry() -> Derivation:
    """-20 >= 0, from a_1 (1 - a_1) >= 0 for 0 < a_1 < 1 at a = 5."""
    cited = Chain("cited", a[1] * (1 - a[1]), domain=((a[1], 0, 1),)).at_least(0, OnInterval("Sturm", a[1])).conclude()
    outside = Chain("outside", sp.Integer(-20), domain=((a[1], 0, 1),))
    return outside.at_least(0, ByDerivation(cited, at={a: sp.Lambda(i, sp.Integer(5))})).conclude()


@unproved
def interval_of_a_number() -> Derivation:
    """x^3 >= 0 where 2 < 3 < 4."""
    return Chain("number", x**3, domain=((sp.Integer(3), 2, 4),)).at_least(0, Drop("power", x**3)).conclude()


@unproved
def two_functions_of_one_name() -> Derivation:
    """f(x) + f(x) >= f(x), where the second is positive."""
    positive = sp.Function("f", positive=True)(x)
    return Chain("functions", f(x) + positive).at_least(f(x), Drop("f", positive)).conclude()


@unproved
def function_with_a_derivative_of_its_own() -> Derivation:
    """H' = 0 for a function that says so."""
    constant = sp.Function("h", real=True, fdiff=lambda _self, _index=1: sp.S.Zero)
    return because(sp.Derivative(constant(x), x), 0, Differentiate("constant"))


class Lying(tuple):  # type: ignore[type-arg]
    """A tuple whose last item is what one likes."""

    def __getitem__(self, place: Any) -> Any:
        """The item asked for, but for the last."""
        return Step("=", one, Identity("same")) if place == -1 else super().__getitem__(place)


class Positive(sp.Symbol):  # type: ignore[misc]
    """A symbol that says it is positive."""

    is_nonnegative = True


@unproved
def steps_that_lie() -> Derivation:
    """0 = 1, by steps that end elsewhere when they are read again."""
    return Derivation("lying", sp.S.Zero, Lying((Step("=", sp.S.Zero, Identity("same")),)))


@unproved
def symbol_of_a_class_of_its_own() -> Derivation:
    """S >= 0 for a symbol that says so."""
    own = Positive("s", real=True)
    return Chain("own", own).at_least(0, Drop("own", own)).conclude()


@unproved
def python_number() -> Derivation:
    """A start that is no expression."""
    return Derivation("number", 1, (Step("=", sp.S.One, Identity("same")),))


@unproved
def range_of_a_text() -> Derivation:
    """A range of something that is no symbol."""
    return Derivation("text", x, (Step("=", x, Identity("same")),), (), (("i", n),))


@unproved
def cited_very_deep() -> Derivation:
    """Citations deeper than Python goes: refused, not crashed."""
    cited = identity(x, x)
    for _ in range(1500):
        cited = because(x, x, ByDerivation(cited, factor=0))
    return cited


@unproved
def integral_that_runs_downwards() -> Derivation:
    """int_1^x |p| dp = int_1^x p dp, where x may be below 0, where p is not positive."""
    return identity(sp.Integral(sp.Abs(p - y), (p, 1, x)), sp.Integral(sp.Abs(t - y), (t, 1, x)))


@unproved
def value_of_a_family_that_is_replaced() -> Derivation:
    """X w_1 = x w_1 at x = 1/w_1 and w = 0 at the same time."""
    stated = (given(eq(x * w[1] * step(w[1]), x * w[1]), x, w), given(sp.Ne(w[1], 0, evaluate=False), name="not zero"))
    use = ByHypothesis("given", at={x: 1 / w[1], w: sp.Lambda(i, sp.S.Zero)})
    return because(0, 1, use, hypotheses=stated)


@unproved
def size_of_a_family_that_is_replaced() -> Derivation:
    """sum_{j <= 1} delta(i, j) = 1 for i <= N_1, from the sum up to N_1."""
    sizes = family("N", integer=True, positive=True)
    cited = identity(sp.Sum(delta(i, j), (j, 1, sizes[1])), 1, for_all=((i, sizes[1]),))
    use = ByDerivation(cited, at={sizes: sp.Lambda(k, sp.S.One)})
    return because(sp.Sum(delta(i, j), (j, 1, 1)), 1, use, for_all=((i, sizes[1]),))


@unproved
def end_under_a_derivative() -> Derivation:
    """int_x^y d^2 g(y, t)/dt^2 dt ends at the derivative of g(y, y) by y."""
    g = sp.Function("g", real=True)
    slope = sp.Derivative(g(y, t), t)
    area = sp.Integral(sp.Derivative(g(y, t), (t, 2)), (t, x, y))
    ends = slope.xreplace({t: y}) - slope.xreplace({t: x})
    return because(area, ends, Evaluate("a primitive", area, slope), domain=((y, x, sp.oo),))
