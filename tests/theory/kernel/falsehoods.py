"""Derivations that must not be accepted: each rule of the kernel with the nearest thing that it must refuse.

A falsehood is a function that builds a derivation; its docstring is what the derivation claims. ``@falsehood`` marks
one whose conclusion is false somewhere, so that the falsifier has to refute it as well; ``@unproved`` one whose
conclusion may be true or meaningless, but is not proved by what is given for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy as sp

from theory.kernel import (
    ByDerivation,
    ByHypothesis,
    Chain,
    Derivation,
    Differentiate,
    Drop,
    Elementary,
    Evaluate,
    Hypothesis,
    Identity,
    OnInterval,
    Rewrite,
    Squares,
    Step,
)
from theory.kernel.functions import relu, step

Build = Callable[[], Derivation]
FALSEHOODS: dict[str, Build] = {}
UNPROVED: dict[str, Build] = {}


def falsehood(build: Build) -> Build:
    """Register a derivation of something false."""
    FALSEHOODS[build.__name__] = build
    return build


def unproved(build: Build) -> Build:
    """Register a derivation that proves nothing, whatever its conclusion is."""
    UNPROVED[build.__name__] = build
    return build


i, j, m = sp.symbols("i j m", integer=True, positive=True)
n, k, d = sp.symbols("n k d", integer=True, positive=True)
x, y, z = sp.symbols("x y z", real=True)
u, v = sp.symbols("u v", nonnegative=True)
p, q = sp.symbols("p q", positive=True)


def family(name: str, **assumptions: bool) -> sp.IndexedBase:
    """A family of numbers; real unless the assumptions say more."""
    return sp.IndexedBase(sp.Symbol(name, **(assumptions or {"real": True})))


a, b, A = family("a"), family("b"), family("A")
w = family("w", nonnegative=True)
one = sp.S.One


def eq(left: sp.Expr | int, right: sp.Expr | int) -> sp.Eq:
    """An equation that is not evaluated."""
    return sp.Eq(sp.sympify(left), sp.sympify(right), evaluate=False)


def ge(left: sp.Expr | int, right: sp.Expr | int) -> sp.Ge:
    """A lower bound that is not evaluated."""
    return sp.Ge(sp.sympify(left), sp.sympify(right), evaluate=False)


def le(left: sp.Expr | int, right: sp.Expr | int) -> sp.Le:
    """An upper bound that is not evaluated."""
    return sp.Le(sp.sympify(left), sp.sympify(right), evaluate=False)


def given(relation: object, *for_all: object, name: str = "given") -> Hypothesis:
    """A hypothesis of any content."""
    return Hypothesis(name, "", relation, tuple(for_all))  # type: ignore[arg-type]


def identity(left: sp.Expr | int, right: sp.Expr | int, **stated: object) -> Derivation:
    """Left equals right, as an identity."""
    return Chain("identity", sp.sympify(left), **stated).equals(right, Identity("identity")).conclude()  # type: ignore[arg-type]


# relations


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


# justifications


@dataclass(frozen=True)
class Whatever:
    """A justification of one's own."""

    reason: str = "because"

    def proves(self, *_: object) -> bool:
        """Everything."""
        return True


@dataclass(frozen=True)
class MoreThanIdentity(Identity):
    """A justification that calls itself an identity."""

    def proves(self, *_: object) -> bool:
        """Everything."""
        return True


class Trusting(Derivation):
    """A derivation that calls itself proved."""


@falsehood
def justification_of_ones_own() -> Derivation:
    """0 = 1, because."""
    return Chain("own", sp.S.Zero).equals(1, Whatever()).conclude()  # type: ignore[arg-type]


@falsehood
def subclass_of_a_justification() -> Derivation:
    """0 = 1, by a subclass."""
    return Chain("own", sp.S.Zero).equals(1, MoreThanIdentity("because")).conclude()


@falsehood
def no_justification() -> Derivation:
    """0 = 1."""
    return Chain("none", sp.S.Zero).equals(1, None).conclude()  # type: ignore[arg-type]


@falsehood
def subclass_of_a_derivation() -> Derivation:
    """0 = 1, by a derivation of one's own class."""
    return Trusting("own", sp.S.Zero, (Step("=", one, Identity("because")),))


@falsehood
def made_by_hand() -> Derivation:
    """0 = 1, by a derivation that no chain made."""
    return Derivation("by hand", sp.S.Zero, (Step("=", one, Identity("because")),))


@falsehood
def step_added_later() -> Derivation:
    """0 = 0 = 1, the second step added to a derivation that was proved."""
    proved = identity(0, 0)
    return replace(proved, steps=(*proved.steps, Step("=", one, Identity("because"))))


@falsehood
def false_citation() -> Derivation:
    """1 = 2, by citing 0 = 1."""
    false = identity(0, 1)
    return Chain("cites", one).equals(2, ByDerivation(false)).conclude()


@falsehood
def false_citation_two_levels_down() -> Derivation:
    """2 = 3, by citing a derivation that cites 0 = 1."""
    return Chain("cites", sp.Integer(2)).equals(3, ByDerivation(false_citation())).conclude()


@falsehood
def circular_hypothesis() -> Derivation:
    """X = y, by a derivation that assumes it, where it is not assumed."""
    assumed = Chain("assumed", x, hypotheses=(given(eq(x, y)),)).equals(y, ByHypothesis("given")).conclude()
    return Chain("cites", x).equals(y, ByDerivation(assumed)).conclude()


# kinds of symbols


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


# index sets


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


# bound names


@falsehood
def captured_by_an_integral() -> Derivation:
    """int_0^1 t^2 dt = t/2, from int_0^1 c t dt = c/2 at c = t."""
    t = sp.Symbol("t", real=True)
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


# powers, roots, indicators, absolute values


@unproved
def half_power_of_a_square() -> Derivation:
    """A = |a|, from a^(2t) = (a^2)^t at t = 1/2."""
    t = sp.Symbol("t", positive=True)
    return identity(x ** (2 * t), (x**2) ** t)


@falsehood
def root_of_a_square() -> Derivation:
    """sqrt(x^2) = x."""
    return identity(sp.sqrt(x**2, evaluate=False), x)


@unproved
def root_of_a_product() -> Derivation:
    """sqrt(x y) = sqrt(x) sqrt(y) for real numbers."""
    return identity(sp.sqrt(x * y), sp.sqrt(x) * sp.sqrt(y))


@unproved
def quotient_that_is_undefined() -> Derivation:
    """(x^2 - 1)/(x - 1) = x + 1, at x = 1 too."""
    return identity((x**2 - 1) / (x - 1), x + 1)


@unproved
def root_in_a_denominator_that_may_be_zero() -> Derivation:
    """1/sqrt(u) >= 0, at u = 0 too."""
    return Chain("root", 1 / sp.sqrt(u)).at_least(0, Drop("positive", 1 / sp.sqrt(u))).conclude()


@unproved
def division_by_a_number_that_may_be_zero() -> Derivation:
    """X y = 1 from y = 1/x."""
    chain = Chain("inverse", x * y, hypotheses=(given(eq(y, 1 / x)),))
    return chain.equals(1, Rewrite("inverse", ["given"])).conclude()


@falsehood
def indicator_times_zero() -> Derivation:
    """step(u x) = step(x) for u >= 0, at u = 0."""
    return identity(step(u * x), step(x))


@falsehood
def indicator_of_a_root_times_zero() -> Derivation:
    """step(sqrt(u) x) = step(x), at u = 0."""
    return identity(step(sp.sqrt(u) * x), step(x))


@falsehood
def both_indicators() -> Derivation:
    """step(x) + step(-x) = 1, at 0."""
    return identity(step(x) + step(-x), 1)


@falsehood
def indicator_mirrored() -> Derivation:
    """step(-x) = step(x)."""
    return identity(step(-x), step(x))


@falsehood
def rectifier_is_odd() -> Derivation:
    """relu(-x) = -relu(x)."""
    return identity(relu(-x), -relu(x))


@falsehood
def rectifier_is_additive() -> Derivation:
    """relu(x + y) = relu(x) + relu(y)."""
    return identity(relu(x + y), relu(x) + relu(y))


@falsehood
def absolute_value_is_additive() -> Derivation:
    """|x + y| = |x| + |y|."""
    return identity(sp.Abs(x + y), sp.Abs(x) + sp.Abs(y))


@falsehood
def minimum_is_maximum() -> Derivation:
    """min(x, y) = max(x, y)."""
    return identity(sp.Min(x, y), sp.Max(x, y))


@falsehood
def minimum_above() -> Derivation:
    """min(x, y) >= x."""
    return Chain("minimum", sp.Min(x, y)).at_least(x, Drop("minimum", sp.Min(x, y) - x)).conclude()


@falsehood
def triangle_inequality_turned() -> Derivation:
    """|sum a_i| >= sum |a_i|."""
    total, sizes = sp.Abs(sp.Sum(a[i], (i, 1, n))), sp.Sum(sp.Abs(a[i]), (i, 1, n))
    return Chain("triangle", total).at_least(sizes, Drop("triangle", total - sizes)).conclude()


@falsehood
def sum_of_sizes_above_a_square() -> Derivation:
    """Sum |a_i| >= (sum a_i)^2."""
    square, sizes = sp.Sum(a[i], (i, 1, n)) ** 2, sp.Sum(sp.Abs(a[i]), (i, 1, n))
    return Chain("triangle", sizes).at_least(square, Drop("triangle", sizes - square)).conclude()


@falsehood
def triangle_inequality_over_two_ranges() -> Derivation:
    """sum_{i <= n} |a_i| >= |sum_{i <= k} a_i|."""
    sizes, total = sp.Sum(sp.Abs(a[i]), (i, 1, n)), sp.Abs(sp.Sum(a[i], (i, 1, k)))
    return Chain("triangle", sizes).at_least(total, Drop("triangle", sizes - total)).conclude()


@falsehood
def one_weight_negative() -> Derivation:
    """x^2 >= y^2, from the weights 1 and -1."""
    return Chain("squares", x**2).at_least(y**2, Squares("squares", [(1, x), (-1, y)])).conclude()


@falsehood
def weight_of_unknown_sign() -> Derivation:
    """Z x^2 >= 0."""
    return Chain("squares", z * x**2).at_least(0, Squares("squares", [(z, x)])).conclude()


@falsehood
def squares_that_are_not_the_gap() -> Derivation:
    """x^2 + y^2 >= 3 x y."""
    return Chain("means", x**2 + y**2).at_least(3 * x * y, Squares("squares", [(1, x - y)])).conclude()


@falsehood
def squares_for_an_equation() -> Derivation:
    """x^2 = 0."""
    return Chain("squares", x**2).equals(0, Squares("squares", [(1, x)])).conclude()


@falsehood
def dropped_with_an_unknown_sign() -> Derivation:
    """X + y >= x."""
    return Chain("drop", x + y).at_least(x, Drop("y", y)).conclude()


@falsehood
def dropped_from_an_equation() -> Derivation:
    """X + u = x."""
    return Chain("drop", x + u).equals(x, Drop("u", u)).conclude()


@falsehood
def dropped_the_wrong_way() -> Derivation:
    """X + u <= x."""
    return Chain("drop", x + u).at_most(x, Drop("u", u)).conclude()


@falsehood
def odd_power_is_not_negative() -> Derivation:
    """x^3 >= 0."""
    return Chain("odd", x**3).at_least(0, Drop("a power", x**3)).conclude()


# discharged hypotheses


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


# analysis

t = sp.Symbol("t", real=True)


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


# found by attacks: bound names that hide what is known, quantities that take whole numbers only, special parameters

nat = sp.Symbol("t0", integer=True, nonnegative=True)
f = sp.Function("f", real=True)
whole = family("N", integer=True, positive=True)
delta = sp.KroneckerDelta
root = sp.sqrt(1 + x**2)


def because(left: sp.Expr | int, right: sp.Expr | int, why: object, **stated: object) -> Derivation:
    """Left equals right, for a reason."""
    return Chain("attack", sp.sympify(left), **stated).equals(right, why).conclude()  # type: ignore[arg-type]


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

    def __getitem__(self, place: object) -> object:
        """The item asked for, but for the last."""
        return Step("=", one, Identity("same")) if place == -1 else super().__getitem__(place)  # type: ignore[index]


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
    return Derivation("text", x, (Step("=", x, Identity("same")),), (), (("i", n),))  # type: ignore[arg-type]


@unproved
def cited_very_deep() -> Derivation:
    """Citations deeper than Python goes: refused, not crashed."""
    cited = identity(x, x)
    for _ in range(1500):
        cited = because(x, x, ByDerivation(cited, factor=0))
    return cited
