"""The judge: what it accepts, and with which words it refuses; the nearest falsehoods are in `test_falsehoods`."""

from __future__ import annotations

import dataclasses

import pytest
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
    FalseStep,
    Hypothesis,
    Identity,
    OnInterval,
    Rewrite,
    Squares,
    check,
)
from theory.kernel.functions import relu, step

i, j, m, n, k = sp.symbols("i j m n k", integer=True, positive=True)
a, b = (sp.IndexedBase(sp.Symbol(name, real=True)) for name in "ab")
x, y = sp.symbols("x y", real=True)
u = sp.Symbol("u", nonnegative=True)
p = sp.Symbol("p", positive=True)
at_most_one = Hypothesis("a is at most one", "a_i \\le 1", sp.Le(a[i], 1, evaluate=False), ((i, n),))


def refused(derivation: Derivation, words: str) -> None:
    """The check raises, with these words."""
    with pytest.raises(FalseStep, match=words):
        check(derivation)


def test_a_refusal_names_the_step_and_its_reason() -> None:
    """Which step, of which derivation, and why it was claimed."""
    chain = Chain("my proof", (x + y) ** 2).equals(x**2 + 2 * x * y + y**2, Identity("binomial"))
    refused(
        chain.equals(x**2 + y**2, Identity("drop it")).conclude(), r"step 2 of 'my proof' \(drop it\) does not hold"
    )


def test_building_proves_nothing_and_refuses_nothing() -> None:
    """A false chain can be written down; chains are not changed by going on."""
    chain = Chain("false", sp.S.Zero)
    assert chain.equals(1, Identity("no")).conclude().conclusion == sp.Eq(0, 1, evaluate=False)
    assert chain.steps == ()


def test_nothing_can_be_changed() -> None:
    """Neither a derivation nor what its justifications hold."""
    derivation = Chain("square", x**2).at_least(0, Squares("a square", [(1, x)])).conclude()
    with pytest.raises(dataclasses.FrozenInstanceError):
        derivation.start = y  # type: ignore[misc]
    justification = derivation.steps[0].justification
    assert isinstance(justification, Squares)
    assert isinstance(justification.squares, tuple)
    check(derivation)
    # even by force it is another derivation then, and judged anew
    object.__setattr__(derivation, "start", x)
    refused(derivation, r"left over is -x\*\*2 \+ x")


@pytest.mark.parametrize("other", [None, "x = x", x, Identity("x = x"), at_most_one, Chain("a chain", x)], ids=str)
def test_only_a_derivation_is_judged(other: object) -> None:
    """Not a text, an expression, a part of one, or a chain that is not concluded."""
    with pytest.raises(FalseStep, match="is not a Derivation"):
        check(other)  # type: ignore[arg-type]


def test_hypotheses_are_used_within_what_they_say() -> None:
    """Summed over their range, with a factor that keeps the sense."""
    total, bound = sp.Sum(b[i] ** 2 * a[i], (i, 1, n)), sp.Sum(b[i] ** 2, (i, 1, n))
    use = ByHypothesis("a is at most one", b[i] ** 2, over=[(i, 1, n)])
    check(Chain("bounded", total, hypotheses=(at_most_one,)).at_most(bound, use).conclude())
    refused(Chain("bounded", total).at_most(bound, use).conclude(), "is not stated")
    wider = Chain("bounded", sp.Sum(a[i], (i, 1, k)), hypotheses=(at_most_one,))
    refused(wider.at_most(k, ByHypothesis(at_most_one.name, over=[(i, 1, k)])).conclude(), "range")
    turned = Chain("turned", -a[i], hypotheses=(at_most_one,), for_all=((i, n),))
    refused(turned.at_most(-1, ByHypothesis(at_most_one.name, -1)).conclude(), "may turn the inequality")


def test_a_free_index_needs_its_range() -> None:
    """Declared by the chain, it is in the range; left open, it is any positive integer."""
    use = ByHypothesis(at_most_one.name)
    check(Chain("one", a[i], hypotheses=(at_most_one,), for_all=((i, n),)).at_most(1, use).conclude())
    refused(Chain("one", a[i], hypotheses=(at_most_one,)).at_most(1, use).conclude(), "not known to be in the range")
    check(
        Chain("first", a[1], hypotheses=(at_most_one,)).at_most(1, ByHypothesis(at_most_one.name, at={i: 1})).conclude()
    )
    check(
        Chain("last", a[n], hypotheses=(at_most_one,)).at_most(1, ByHypothesis(at_most_one.name, at={i: n})).conclude()
    )


def test_a_range_may_be_any_size() -> None:
    """A product or a sum of sizes, for a hypothesis and for a derivation."""
    bound = Hypothesis("a is at most one", "a_i \\le 1", sp.Le(a[i], 1, evaluate=False), ((i, 2 * n + 1),))
    chain = Chain("one", a[i], hypotheses=(bound,), for_all=((i, 2 * n + 1),))
    check(chain.at_most(1, ByHypothesis(bound.name)).conclude())
    shorter = Chain("one", a[i], hypotheses=(bound,), for_all=((i, 2 * n),))
    refused(shorter.at_most(1, ByHypothesis(bound.name)).conclude(), "range")
    minus = Hypothesis("minus", "", sp.Le(a[i], 1, evaluate=False), ((i, 2 * n - 2),))
    refused(Chain("one", x, hypotheses=(minus,)).equals(x, Identity("same")).conclude(), "is not a size")
    named = Hypothesis("named", "", sp.Le(x, 1, evaluate=False), ((sp.Symbol("x", integer=True, positive=True), n),))
    refused(Chain("one", y, hypotheses=(named,)).equals(y, Identity("same")).conclude(), "are called x")


def test_citing_carries_hypotheses() -> None:
    """What another derivation assumes must be assumed here, and its claim is named."""
    other = (
        Chain("one", a[i], hypotheses=(at_most_one,), for_all=((i, n),), claim="other")
        .at_most(1, ByHypothesis(at_most_one.name))
        .conclude()
    )
    total = Chain("two", sp.Sum(a[i], (i, 1, n)), hypotheses=(at_most_one,), claim="mine")
    cites = total.at_most(n, ByDerivation(other, over=[(i, 1, n)])).conclude()
    check(cites)
    assert cites.rests_on == {"other"}
    assert cites.own_hypotheses == ()
    refused(Chain("two", a[i], for_all=((i, n),)).at_most(1, ByDerivation(other)).conclude(), "also assumes")


def test_discharging_a_hypothesis() -> None:
    """By a derivation that concludes it, also where it is turned round or an equation."""
    assumed = Hypothesis("small", "x \\le 1", sp.Le(x, 1, evaluate=False))
    doubled = Chain("doubled", 2 * x, hypotheses=(assumed,)).at_most(2, ByHypothesis("small", 2)).conclude()
    smaller = Hypothesis("smaller", "1 \\ge x + u", sp.Ge(1, x + u, evaluate=False))
    proof = (
        Chain("proof", sp.S.One, hypotheses=(smaller,))
        .at_least(x + u, ByHypothesis("smaller"))
        .at_least(x, Drop("u", u))
        .conclude()
    )
    chain = Chain("discharged", 2 * x, hypotheses=(smaller,))
    check(chain.at_most(2, ByDerivation(doubled, discharged=(("small", proof),))).conclude())
    refused(chain.at_most(2, ByDerivation(doubled)).conclude(), "also assumes 'small'")


def test_equations_as_definitions() -> None:
    """A pattern is used at every index, an entry at that entry alone."""
    family = Hypothesis("doubled", "a_i = 2 b_i", sp.Eq(a[i], 2 * b[i]), (i,))
    chain = Chain("doubled", sp.Sum(a[j], (j, 1, n)), hypotheses=(family,))
    check(chain.equals(2 * sp.Sum(b[i], (i, 1, n)), Rewrite("doubled", ["doubled"])).conclude())
    entry = Hypothesis("first", "a_1 = 0", sp.Eq(a[1], 0))
    first = Chain("first", a[1] + a[2], hypotheses=(entry,))
    check(first.equals(a[2], Rewrite("first", ["first"])).conclude())
    bound = Hypothesis("bound", "x \\le y", sp.Le(x, y, evaluate=False))
    refused(Chain("bound", x, hypotheses=(bound,)).equals(y, Rewrite("bound", ["bound"])).conclude(), "not an equation")


def test_rectifiers_off_their_kinks() -> None:
    """A hypothesis that the argument is not 0, at the indices in question; also for a rectifier of rectifiers."""
    inner = a[i] * x + b[i]
    off = Hypothesis("off", "a_i x + b_i \\ne 0", sp.Ne(inner, 0, evaluate=False), ((i, n),))
    total = sp.Sum(relu(inner), (i, 1, n))
    chain = Chain("slope", sp.Derivative(total, x), hypotheses=(off,))
    check(chain.equals(sp.Sum(a[i] * step(inner), (i, 1, n)), Differentiate("slope", "off")).conclude())
    deep = Hypothesis("deep", "1 - \\sum \\ne 0", sp.Ne(1 - total, 0, evaluate=False))
    two = Chain("two layers", sp.Derivative(relu(1 - total), x), hypotheses=(off, deep))
    slope = -step(1 - total) * sp.Sum(a[i] * step(inner), (i, 1, n))
    check(two.equals(slope, Differentiate("chain rule", ("off", "deep"))).conclude())
    refused(two.equals(slope, Differentiate("chain rule", "off")).conclude(), "no hypothesis named says")


def test_analysis() -> None:
    """Identities, integrals and polynomials on the domain that the derivation states."""
    circle = Chain("circle", sp.Derivative(sp.sqrt(1 - x**2), x), domain=((x, 0, 1),))
    check(circle.equals(-x / sp.sqrt(1 - x**2), Elementary("differentiate")).conclude())
    refused(circle.equals(x / sp.sqrt(1 - x**2), Elementary("differentiate")).conclude(), "does not prove it")
    area = sp.Integral(y**2, (y, 0, 1))
    check(Chain("area", 3 * area).equals(1, Evaluate("a primitive", area, y**3 / 3)).conclude())
    parabola = Chain("parabola", x * (1 - x), domain=((x, 0, 1),)).at_least(0, OnInterval("Sturm", x)).conclude()
    check(parabola)
    inside = Chain("inside", u / (1 + u) * (1 - u / (1 + u)), domain=((u, 0, sp.oo),))
    check(inside.at_least(0, ByDerivation(parabola, at={x: u / (1 + u)})).conclude())
    refused(
        Chain("outside", p * (1 - p)).at_least(0, ByDerivation(parabola, at={x: p})).conclude(), "not seen to lie there"
    )


@pytest.mark.parametrize(
    ("hypothesis", "words"),
    [
        (Hypothesis("odd", "", sp.Le(x, 1, evaluate=False), ((x, n),)), "gives a range to x, which is no index"),
        (Hypothesis("odd", "", sp.Lt(x, 1, evaluate=False)), "closed list"),
        (Hypothesis("odd", "", sp.Ne(x, 1, evaluate=False)), "states neither"),
    ],
    ids=["a range of a number", "strictly", "not one"],
)
def test_what_no_hypothesis_says(hypothesis: Hypothesis, words: str) -> None:
    """Ranges are of indices, and relations of the closed list."""
    refused(Chain("odd", x, hypotheses=(hypothesis,)).equals(x, Identity("so")).conclude(), words)


def test_what_is_no_step_of_analysis() -> None:
    """A rectifier is not elementary, an inner integral has no value by itself, and Sturm's ends are rational."""
    refused(
        Chain("rectifier", relu(x)).equals(relu(x), Elementary("so")).conclude(), "not seen to be defined on the domain"
    )
    inner = sp.Integral(x * y, (y, 0, 1))
    double = sp.Integral(1 + inner, (x, 0, 1))
    refused(Chain("inner", double).equals(1, Evaluate("so", inner, x * y**2 / 2)).conclude(), "under another integral")
    unit = Chain("irrational", x * (sp.pi - x), domain=((x, 0, sp.pi),))
    refused(unit.at_least(0, OnInterval("Sturm", x)).conclude(), "not an interval with rational ends")


def test_kinks_are_named_by_their_indices() -> None:
    """A hypothesis that speaks of other symbols universally is not used for one argument."""
    off = Hypothesis("off", "", sp.Ne(x - y, 0, evaluate=False), (y,))
    slope = Chain("slope", sp.Derivative(relu(x - y), x), hypotheses=(off,))
    refused(slope.equals(step(x - y), Differentiate("slope", "off")).conclude(), "all values of its indices")


def test_a_discharge_assumes_nothing_more() -> None:
    """What its proof assumes is to be stated; a hypothesis in words, that fixes nothing, may stay."""
    assumed = Hypothesis("small", "x \\le 1", sp.Le(x, 1, evaluate=False))
    doubled = Chain("doubled", 2 * x, hypotheses=(assumed,)).at_most(2, ByHypothesis("small", 2)).conclude()
    proof = Chain("proof", x, hypotheses=(assumed,)).at_most(1, ByHypothesis("small")).conclude()
    discharged = ByDerivation(doubled, discharged=(("small", proof),))
    refused(Chain("bare", 2 * x).at_most(2, discharged).conclude(), "'proof' also assumes 'small'")
    words = Hypothesis("in words", "x is small")
    said = Chain("said", x, hypotheses=(words,)).equals(x, Identity("so")).conclude()
    check(Chain("cites", y, hypotheses=(words,)).equals(y, ByDerivation(said, at={x: y})).conclude())
