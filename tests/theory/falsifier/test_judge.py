"""What is false is refuted with an instance, what is true is not, and what was tried is counted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.theory.falsifier.bare import Bare, Hypothesis, Step, Why, stated
from theory.falsifier import Refuted, Report, assumptions, counterexample, falsify, falsify_all
from theory.kernel.functions import relu, step
from theory.notation import named, written

i, j, m, n, k = sp.symbols("i j m n k", integer=True, positive=True)
a, b, x = sp.symbols("a b x", real=True)
u, v = sp.symbols("u v", nonnegative=True)
p = sp.Symbol("p", positive=True)
z = sp.Symbol("z")
t = sp.Symbol("t", real=True)
A, B = sp.IndexedBase(sp.Symbol("A", real=True)), sp.IndexedBase(sp.Symbol("B", real=True))
w = sp.IndexedBase(sp.Symbol("w", nonnegative=True))
f = sp.Function("f", real=True)


def total(body: sp.Expr, index: sp.Symbol = i, upper: sp.Expr = n) -> sp.Sum:
    """A sum from 1."""
    return sp.Sum(body, (index, 1, upper))


FALSE: dict[str, Bare] = {
    "a > b turned": stated(b, ">=", a, sp.Gt(a, b)),
    "not zero, so not positive": stated(0, ">=", a, sp.Ne(a, 0)),
    "a negative number": stated(-1, ">=", 0),
    "a negative size": stated(-n, ">=", 0),
    "0 at least 3": stated(0, ">=", 3),
    "0 at least 2": stated(0, ">=", 2),
    "a size at least 3": stated(n, ">=", 3),
    "a sum up to a negative number": stated(total(1, upper=n - 3), "=", n - 3),
    "a delta outside its sum": stated(total(sp.KroneckerDelta(i, n + 1)), "=", 1),
    "a delta over two ranges": stated(sp.Sum(sp.KroneckerDelta(i, m), (i, 1, n), (m, 1, k)), "=", n),
    "a delta at a free index": stated(total(sp.KroneckerDelta(i, m)), "=", 1, for_all=((m, k),)),
    "a limit that is an index": stated(sp.Sum(1, (i, 1, j), (j, 1, n)), "=", j * n),
    "a = |a|": stated(a, "=", sp.Abs(a)),
    "|z|^2 = z^2": stated(sp.Abs(z) ** 2, "=", z**2),
    "one diagonal entry for all": stated(A[1, 2], "=", 1, (sp.Eq(A[i, i], 1), (i,))),
    "an interval that is not stated": stated(x * (1 - x), ">=", 0),
    "an interval used outside": stated(-2, ">=", 0),
    "capture by an integral": stated(sp.Integral(t**2, (t, 0, 1)), "=", t / 2),
    "a primitive with a jump": stated(sp.Integral(t, (t, 0, 1)), "=", sp.Rational(1, 2) + sp.Rational(3, 10**10)),
    "a logarithm on the wrong branch": stated(
        sp.log((x + sp.Rational(7, 10)) ** 2), "=", 2 * sp.log(x + sp.Rational(7, 10)), domain=((x, -1, 1),)
    ),
    "the derivative by one entry": stated(sp.Derivative(total(A[i]), A[m]), "=", n, for_all=((m, n),)),
    "the rectifier's derivative at its kink": stated(sp.Derivative(relu(x), x), "=", step(x), sp.Eq(a, b)),
    "an indicator at 0": stated(step(x) + step(-x), "=", 1),
    "a mask does not ignore the factor 0": stated(step(u * x), "=", step(x)),
    "the triangle inequality turned": stated(sp.Abs(total(A[i])), ">=", total(sp.Abs(A[i]))),
    "root and square": stated(sp.sqrt(x**2), "=", x),
    "undefined at 0": stated(a / a * 1 / b, "=", 1 / b),
    "a bound of one entry for all": stated(total(A[i]), "<=", n, sp.Le(A[1], 1)),
    "a bound beyond its range": stated(A[n + 1], "<=", 1, (sp.Le(A[i], 1), ((i, n),))),
    "a false derivative of any function": stated(sp.Derivative(f(x) ** 2, x), "=", sp.Derivative(f(x), x)),
    "a false integral to infinity": stated(sp.Integral(sp.exp(-p * t), (t, 0, sp.oo)), "=", p),
    "no real number": stated(sp.sqrt(x), "=", sp.sqrt(x)),
    "a chain that turns": Bare("turn", a + u, (Step(">=", a), Step("<=", a + v))),
    "no relation of steps": stated(p, ">", 0),
}  # fmt: skip

TRUE: dict[str, Bare] = {
    "a square": stated((a - b) ** 2, ">=", 0),
    "means": stated(a**2 + b**2, ">=", 2 * a * b),
    "Cauchy and Schwarz": stated(total(A[i] ** 2) * total(B[i] ** 2), ">=", total(A[i] * B[i]) ** 2),
    "the triangle inequality": stated(total(sp.Abs(A[i])), ">=", sp.Abs(total(A[i]))),
    "a delta in its range": stated(total(sp.KroneckerDelta(i, m) * A[i]), "=", A[m], for_all=((m, n),)),
    "a double sum": stated(total(A[i]) ** 2, "=", sp.Sum(A[i] * A[j], (i, 1, n), (j, 1, n))),
    "homogeneous": stated(relu(p * x), "=", p * relu(x)),
    "the rectifier by its mask": stated(relu(x), "=", x * step(x)),
    "off the kink": stated(sp.Derivative(relu(a * x), x), "=", a * step(a * x), sp.Ne(a * x, 0)),
    "on its interval": stated(x * (1 - x), ">=", 0, domain=((x, 0, 1),)),
    "inside its domain": stated(sp.log(1 - x) + sp.log(1 + x), "=", sp.log(1 - x**2), domain=((x, -1, 1),)),
    "product rule": stated(
        sp.Derivative(x * f(x), x), "=", f(x) + x * sp.Derivative(f(x), x)
    ),
    "a moving end": stated(sp.Derivative(sp.Integral(f(t), (t, 0, x)), x), "=", f(x)),
    "an integral to infinity": stated(sp.Integral(sp.exp(-p * t), (t, 0, sp.oo)), "=", 1 / p),
    "a singular end": stated(sp.Integral(1 / sp.sqrt(1 - t**2), (t, 0, 1)), "=", sp.pi / 2),
    "a definition": stated(total(A[i] ** 2), "=", total(B[i] ** 2), (sp.Eq(A[i], -B[i]), (i,))),
    "probabilities": stated(total(w[i] * a), "=", a, sp.Eq(total(w[i]), 1)),
    "an eigenvector": stated(
        total(total(A[i, j] * B[j], j) * B[i]), "=", a * total(B[i] ** 2),
        (sp.Eq(total(A[i, j] * B[j], j), a * B[i], evaluate=False), ((i, n),)),
    ),
    "an orthonormal family": stated(
        total(total(A[i, j] * B[j], j) ** 2), "=", total(B[i] ** 2),
        (sp.Eq(total(A[i, j] * A[i, m]), sp.KroneckerDelta(j, m), evaluate=False), ((j, n), (m, n))),
    ),
    "a Rayleigh quotient": stated(
        p, ">=", sp.Sum(A[i, j], (i, 1, n), (j, 1, n)) / n,
        (sp.Ge(p * total(B[i] ** 2), sp.Sum(A[i, j] * B[i] * B[j], (i, 1, n), (j, 1, n)), evaluate=False), (B,)),
    ),
    "on a sphere": stated(total(A[i] ** 2) * a, "=", a, sp.Eq(total(A[i] ** 2), 1, evaluate=False)),
}  # fmt: skip


@pytest.mark.parametrize("derivation", FALSE.values(), ids=FALSE.keys())
def test_false(derivation: Bare) -> None:
    """Refuted, with the step and its reason."""
    with pytest.raises(Refuted, match=r"step \d of '\w+' \((because|first to last)\)"):
        falsify(derivation)


@pytest.mark.parametrize("derivation", TRUE.values(), ids=TRUE.keys())
def test_true(derivation: Bare) -> None:
    """Not refuted, and judged at some instance."""
    report = falsify(derivation)
    assert report.steps == 1
    assert report.instances > 0
    assert report.unjudged == 0


def test_the_instance_is_named() -> None:
    """The message is one line with both sides and the values that were used."""
    message = counterexample(stated(n, ">=", 3))
    assert message == "step 1 of 'bare' (because): 1 >= 3 is false at n = 1"
    message = counterexample(stated(total(A[i]), "=", A[1]))
    assert message is not None
    found = re.search(r"(\S+) = (\S+) is false at n = 2, A = \((\S+), (\S+)\)$", message)
    assert found is not None
    left, right, first, second = map(sp.Rational, found.groups())
    assert left == first + second != right == first
    assert counterexample(stated(a, "=", a)) is None


def test_several_steps() -> None:
    """The first false one is named."""
    steps = (Step("=", 2 * a), Step("=", 3 * a, Why("three")), Step("=", 4 * a))
    with pytest.raises(Refuted, match=r"step 2 of 'steps' \(three\)"):
        falsify(Bare("steps", a + a, steps))


def test_the_root_of_the_means_is_proved() -> None:
    """sqrt(u v) <= (u + v)/2 for all nonnegative numbers, at both sizes, by the solver."""
    report = falsify(stated(sp.sqrt(u * v), "<=", (u + v) / 2))
    assert report == Report(steps=1, instances=30, solver_proved=2)


def test_what_the_solver_cannot_be_asked_is_left_to_instances() -> None:
    """A power with a symbolic exponent is no polynomial."""
    report = falsify(stated((1 + p) ** u, ">=", 1))
    assert report == Report(steps=1, instances=30)


def test_an_expansion_is_counted() -> None:
    """Once for each size; the solver is not asked then."""
    assert falsify(TRUE["a double sum"]) == Report(steps=1, instances=30, expansions=2)


def test_analysis_is_counted() -> None:
    """By numbers alone."""
    report = falsify(TRUE["an integral to infinity"])
    assert (report.numeric, report.expansions, report.solver_proved) == (1, 0, 0)


def test_a_contradiction_is_never_reached() -> None:
    """From a + 1 = a nothing is refuted, and nothing counted."""
    report = falsify(stated(sp.cos(a), "=", 5, sp.Eq(a + 1, a, evaluate=False)))
    assert (report.instances, report.unjudged) == (0, 1)
    assert report.not_reached > 0


def test_a_rejected_instance_is_counted() -> None:
    """B = sqrt(a) is no definition where a is negative."""
    report = falsify(stated(b**2, "=", a, sp.Eq(b, sp.sqrt(a))))
    assert 0 < report.not_reached < 30
    assert report.instances + report.not_reached == 30


@pytest.mark.parametrize(
    "nonsense", [sp.true, sp.Eq(a, b), "a + b", None, sp.Tuple(a, b), sp.Function("g"), sp.Heaviside(a)]
)
def test_what_is_no_expression_is_left_unjudged(nonsense: Any) -> None:
    """A step to a relation, a string or a function that is not known is neither refuted nor accepted."""
    derivation = Bare("nonsense", a, (Step("=", nonsense),))
    assert falsify(derivation).unjudged == 1


def test_the_same_twice() -> None:
    """Outcomes depend on nothing but the derivation and the seed; another seed gives other instances."""
    derivation = stated(total(A[i]) ** 2, "=", total(A[i] ** 2))
    assert counterexample(derivation) == counterexample(derivation)
    assert len({counterexample(stated(a + b, "=", a * b), seed=seed) for seed in range(5)}) > 1


def test_cited_derivations_are_judged_once() -> None:
    """All that is cited, at any depth."""
    inner = stated(a, "=", a)
    middle = Bare("middle", b, (Step("=", b, Why("inner", inner)),))
    outer = Bare("outer", x, (Step("=", x, Why("middle", middle)), Step("=", x, Why("inner", inner))))
    assert falsify_all([outer, middle]).steps == 4
    false = replace(inner, name="false", steps=(Step("=", a + 1),))
    citing = replace(middle, steps=(Step("=", b, Why("cites", false)),))
    assert falsify(citing).steps == 1
    with pytest.raises(Refuted, match="'false'"):
        falsify_all([citing])


def test_without_ranges_and_domain() -> None:
    """A derivation that cannot declare ranges means indices in the range of every sum."""

    class Old:
        name, start, hypotheses = "old", sp.Derivative(total(A[i] ** 2), A[m]), ()
        steps = (Step("=", 2 * A[m]),)

    assert falsify(Old()).instances == 30


def test_a_hypothesis_in_words() -> None:
    """It is passed over."""
    derivation = replace(stated(a, "=", a), hypotheses=(Hypothesis("words", None),))
    assert falsify(derivation).instances == 30


coefficients = st.lists(st.integers(-3, 3), min_size=6, max_size=6)


@given(coefficients, st.integers(1, 3), st.sampled_from([a, a * b, a**2, A[1] * b, total(A[i] ** 2)]))
def test_polynomial_identities(numbers: list[int], factor: int, perturbation: sp.Expr) -> None:
    """A product expanded is accepted; with one term more it is refuted."""
    monomials = [sp.S.One, a, b, total(A[i]), A[1], a * b]
    first = sp.Add(*(number * monomial for number, monomial in zip(numbers, monomials, strict=True)))
    second = a - b + total(A[j], j)
    left, right = first * second, sp.expand(first * second)
    assert falsify(stated(left, "=", right)).instances == 30
    with pytest.raises(Refuted):
        falsify(stated(left, "=", right + factor * perturbation))


def test_an_instance_is_shown_in_the_notation_of_the_statement() -> None:
    """Names as they are written, families as rows, entries by themselves where some are missing."""
    weight = sp.IndexedBase(sp.Symbol(named("falsifier_weight", r"\omega"), real=True))
    message = counterexample(stated(sp.Sum(weight[i, j], (i, 1, n), (j, 1, n)), "=", weight[1, 1]), written=written)
    assert message is not None
    number = r"-?\d+(/\d+)?"
    assert re.search(rf"n = 2, \\omega = \(\({number}, {number}\), \({number}, {number}\)\)$", message)
    message = counterexample(stated(weight[1, 1] + weight[2, 2], "=", weight[1, 1]), written=written)
    assert message is not None
    assert re.search(rf"\\omega_1,1 = {number}, \\omega_2,2 = {number}$", message)


def test_a_large_instance_is_cut() -> None:
    """What does not fit is counted."""
    many = sp.symbols("quantity_of_a_long_name_0:30", real=True)
    message = counterexample(stated(sp.Add(*many), "=", 1000))
    assert message is not None
    assert len(message.partition("false at ")[2]) < 270
    assert re.search(r", and \d+ more$", message)


def test_derivations_with_the_same_hypotheses_share_their_instances() -> None:
    """In the same order of steps and in any other: the reports are those of each alone."""
    first = stated(total(A[i]) * a, "=", a, sp.Eq(total(A[i]), 1, evaluate=False))
    second = stated(total(A[i]) + b, "=", b + 1, sp.Eq(total(A[i]), 1, evaluate=False))
    reports = [falsify(each) for each in (first, second, first)]
    assumptions._PREPARED.clear()
    assert [falsify(second), falsify(first)] == [reports[1], reports[0]]
    assert reports[0] == reports[2]
