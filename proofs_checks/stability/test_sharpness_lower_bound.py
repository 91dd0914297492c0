"""sharpness-lower-bound: lambda_max >= |E grad f|^2 >= 1 + 2 sum |a| gt >= 1 + 2 |f|_S."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from numerics.gram import gram_sharpness, mean_gradient_square
from numerics.norm import one_sided_norm, stability_norm
from numerics.weight import one_sided_weight, weight
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import RationalProblem, close, normal_form, value
from proofs_checks.instances.listed import in_roots, listed
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, nearly_tight_problems, problems
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings
from proofs_checks.instances.rational_hyperplanes import rational_hyperplanes
from proofs_checks.instances.variants import norm_with
from theory.falsifier.evaluate import evaluate
from theory.quantities import one_sided_weight as one_sided_weight_formula
from theory.quantities import weight as weight_formula
from theory.stability.by_hyperplane import network as listed_net
from theory.symbols import indexed

CLAIM = "sharpness-lower-bound"
CHAIN = ("rayleigh", "one-sided", "merged", "lower-bound")


def exact(problem: Problem) -> RationalProblem:
    """The same network on the same data in rational numbers."""
    net = problem.network
    return RationalProblem.of(net.W1, net.b1, net.w2, net.b2, problem.x)


def sharpness_against_gradient(problem: Problem) -> Comparison:
    """The first inequality of the chain."""
    large, small = gram_sharpness(problem.network, problem.x), mean_gradient_square(problem.network, problem.x)
    return Comparison(large, small, problem.rounding, "sharpness against |q|^2")


def gradient_against_one_sided(problem: Problem) -> Comparison:
    """The second inequality of the chain."""
    large, small = mean_gradient_square(problem.network, problem.x), 1 + 2 * one_sided_norm(problem.network, problem.x)
    return Comparison(large, small, problem.rounding, "|q|^2 against its bound")


def one_sided_against_norm(problem: Problem) -> Comparison:
    """The third inequality of the chain."""
    large, small = one_sided_norm(problem.network, problem.x), stability_norm(problem.network, problem.x)
    return Comparison(large, small, problem.rounding, "one-sided sum against |f|_S")


def sharpness_against_norm(problem: Problem, *, constant: float = 1, factor: float = 2) -> Comparison:
    """The whole chain: constant + factor |f|_S, where the claim has 1 and 2."""
    small = constant + factor * stability_norm(problem.network, problem.x)
    of = f"sharpness against {constant:g} + {factor:g} |f|_S"
    return Comparison(gram_sharpness(problem.network, problem.x), small, problem.rounding, of)


def sharpness_against_variant(problem: Problem, variant: Callable[[Problem], float]) -> Comparison:
    """One plus twice another norm, where the claim has the stability norm."""
    large, small = gram_sharpness(problem.network, problem.x), 1 + 2 * variant(problem)
    return Comparison(large, small, problem.rounding, "sharpness against 1 plus twice that norm")


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_pinned(evidence: Evidence, net: Pinned) -> None:
    """The quantities of the chain on nets worked out by hand: by numerics, and by theory's definitions, exactly."""
    with evidence.tested(CLAIM, ("mean-gradient", *CHAIN), "the quantities of the chain, pinned by hand") as tally:
        assert close(stability_norm(net.network, net.x), net.norm)
        assert close(one_sided_norm(net.network, net.x), net.one_sided)
        assert mean_gradient_square(net.network, net.x) == pytest.approx(float(net.mean_gradient_square), rel=1e-14)
        if net.sharpness is not None:
            assert close(gram_sharpness(net.network, net.x), net.sharpness)
        top = float(net.problem.sharpness().mid())
        assert gram_sharpness(net.network, net.x) == pytest.approx(top, rel=1e-12)
        values = listed(net.problem)
        assert in_roots(values["stability_norm"]) == net.norm
        assert in_roots(evaluate(listed_net.one_sided_norm, values)) == net.one_sided
        assert values["mean_gradient_square"] == sp.Rational(
            net.mean_gradient_square.numerator, net.mean_gradient_square.denominator
        )
        tally.count()


def test_numerics_and_theory_agree(evidence: Evidence) -> None:
    """On random nets: numerics, theory's definitions and the slow exact formulas give the same norms."""
    with evidence.tested(
        CLAIM,
        ("mean-gradient", "one-sided", "merged"),
        "norms and |E grad f|^2: numerics and theory's definitions against exact rationals",
    ) as tally:

        def agree(problem: Problem, with_theory: bool) -> None:
            net = exact(problem)
            tolerance = problem.rounding
            for computed, terms in (
                (stability_norm(problem.network, problem.x), net.stability_norm()),
                (one_sided_norm(problem.network, problem.x), net.one_sided_norm()),
                (mean_gradient_square(problem.network, problem.x), ((net.mean_gradient_square(), 1),)),
            ):
                assert computed == pytest.approx(float(value(terms)), rel=1e-12, abs=tolerance)
            if with_theory:
                values = listed(net)
                assert in_roots(values["stability_norm"]) == normal_form(net.stability_norm())
                assert in_roots(evaluate(listed_net.one_sided_norm, values)) == normal_form(net.one_sided_norm())
                found = values["mean_gradient_square"]
                assert Fraction(int(found.p), int(found.q)) == net.mean_gradient_square()
            tally.count()

        for problem in CASES.values():
            agree(problem, True)
        settings(max_examples=80)(given(problems(kinks=True), st.just(False))(agree))()
        settings(max_examples=30)(given(problems(max_n=3, max_d=2, max_k=3, kinks=True), st.just(True))(agree))()


@pytest.mark.parametrize(
    ("check", "statement"),
    [
        (sharpness_against_gradient, "rayleigh"),
        (gradient_against_one_sided, "one-sided"),
        (one_sided_against_norm, "merged"),
        (sharpness_against_norm, "lower-bound"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_inequality(evidence: Evidence, check: Callable[[Problem], Comparison], statement: str) -> None:
    """Each inequality, on the tricky cases and on random problems; kinks do no harm to this one."""
    assert check.__doc__
    with evidence.tested(CLAIM, statement, check.__doc__.splitlines()[0].rstrip(".")) as tally:

        def holds(problem: Problem) -> None:
            comparison = check(problem)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.relative_margin)

        for problem in CASES.values():
            holds(problem)
        given(nearly_tight_problems() | problems(kinks=True))(holds)()


def test_weight_is_the_formula(evidence: Evidence) -> None:
    """Theory's formulas of the weights, evaluated exactly on rationals, against numerics; also by conditional means."""
    v_, minus_v_, b_ = indexed("v_at", "v"), indexed("minus_v_at", "-v"), sp.Symbol("b_at", real=True)
    one_sided, two_sided = one_sided_weight_formula(v_, b_), weight_formula(v_, minus_v_, b_)

    with evidence.tested(
        CLAIM,
        ("one-sided", "merged", "conditional-means"),
        "g and its one-sided form: numerics against theory on exact rationals",
    ) as tally:

        @settings(max_examples=60)
        @given(rational_hyperplanes())
        def agree(instance: tuple[list[Fraction], Fraction, list[list[Fraction]]]) -> None:
            v, b, x = instance
            offsets = [sum((a * c for a, c in zip(v, row, strict=True)), -b) for row in x]
            # a datum exactly on the hyperplane may fall to either side once v is rounded
            if 0 in offsets and len(v) > 1:
                return
            values = {"n": len(x), "d": len(v), "v_at": v, "minus_v_at": [-e for e in v], "b_at": b, "x": x}
            directions, thresholds = [[float(e) for e in v]], [float(b)]
            data = [[float(e) for e in row] for row in x]
            above = [row for row, offset in zip(data, offsets, strict=True) if offset > 0]
            probability = len(above) / len(x)
            excess = float(np.mean([float(offset) for offset in offsets if offset > 0])) if above else 0.0
            centre = np.mean(above, axis=0) if above else np.zeros(len(v))
            conditional = probability**2 * excess * float(np.sqrt(1 + centre @ centre))
            for formula, computed in (
                (one_sided, one_sided_weight(directions, thresholds, data)[0]),
                (one_sided, conditional),
                (two_sided, weight(directions, thresholds, data)[0]),
            ):
                exactly = float(sp.N(evaluate(formula, values), 30))
                assert computed == pytest.approx(exactly, rel=1e-12, abs=1e-13)
            tally.count()

        agree()


def test_one_function_one_norm(evidence: Evidence) -> None:
    """Rescaled, split and reflected implementations of one function have one norm, exactly."""
    with evidence.tested(
        CLAIM, "norm-of-the-function", "other implementations of the same function, in exact rationals"
    ) as tally:

        @settings(max_examples=60)
        @given(problems(max_n=3, max_d=2, max_k=3, kinks=True))
        def invariant(problem: Problem) -> None:
            net = exact(problem)
            norm = normal_form(net.stability_norm())
            doubled = RationalProblem.of(
                [[3 * e for e in row] for row in net.W1], [3 * b for b in net.b1], [w / 3 for w in net.w2], 0, net.x
            )
            # relu(t) = relu(-t) + t, and t = (relu(t + s) - relu(s - t))/2 near the data, with kinks far off them
            reflected = RationalProblem.of(
                [[-e for e in row] for row in net.W1]
                + [list(row) for row in net.W1]
                + [[-e for e in row] for row in net.W1],
                [-b for b in net.b1] + [b + 10**6 for b in net.b1] + [10**6 - b for b in net.b1],
                [*net.w2, *(w / 2 for w in net.w2), *(-w / 2 for w in net.w2)],
                0,
                net.x,
            )
            halves = RationalProblem.of(
                (*net.W1, *net.W1),
                (*net.b1, *net.b1),
                (*(w / 4 for w in net.w2), *(3 * w / 4 for w in net.w2)),
                0,
                net.x,
            )
            for other in (doubled, halves, reflected):
                assert normal_form(other.stability_norm()) == norm
            tally.count()

        invariant()


def test_the_variants_start_from_the_claim() -> None:
    """Without a change, the formula that the controls vary is the stability norm."""
    for problem in CASES.values():
        assert norm_with(problem, np.minimum) == pytest.approx(
            stability_norm(problem.network, problem.x), rel=1e-9, abs=1e-12
        )


def unmerged(problem: Problem) -> Comparison:
    """The smaller sum of merged amplitudes, with the sign of each orientation, where the claim adds them."""
    net = exact(problem)
    terms = []
    for group in net.hyperplanes():
        signed = abs(sum((net.w2[i] * factor for i, factor in group), Fraction(0)))
        sides = [net.side(group[0][0], sign) for sign in (1, -1)]
        least = min(sides, key=lambda side: side.excess**2 * side.lever_square)
        terms.append((signed * least.excess, least.lever_square))
    large = one_sided_norm(problem.network, problem.x)
    difference = abs(float(value(terms)) - float(value(net.stability_norm())))
    return Comparison(0.0, difference, 1e-9 * (1 + large), "change allowed against that of the norm")


@pytest.mark.parametrize(
    ("variant", "because", "statement", "check"),
    [
        (
            "the constant 2 raised to 2.1",
            "for even functions on symmetric data, balanced, the chain is an equality",
            "lower-bound",
            lambda p: sharpness_against_norm(p, factor=2.1),
        ),
        (
            "the constant 1 raised to 1.1",
            "nets that are constant on the data come as near to the sharpness 1 as one likes",
            "lower-bound",
            lambda p: sharpness_against_norm(p, constant=1.1),
        ),
        (
            "g with max in place of min",
            "the net has one neuron on the hyperplane, whose own orientation may weigh less than the other",
            "merged",
            lambda p: sharpness_against_variant(p, lambda q: norm_with(q, np.maximum)),
        ),
        (
            "P in place of P^2 under the root",
            "P exceeds P^2 where not all data are active",
            "lower-bound",
            lambda p: sharpness_against_variant(p, lambda q: norm_with(q, np.minimum, power=1)),
        ),
        (
            "the mean of the two orientations in place of the smaller",
            "where the net's own orientation is the smaller one, its weight is all there is",
            "merged",
            lambda p: sharpness_against_variant(p, lambda q: norm_with(q, lambda a, b: (a + b) / 2)),
        ),
        (
            "amplitudes of opposite orientations subtracted in the merging",
            "relu(t) and relu(-t) differ by an affine function, so their amplitudes add up",
            "norm-of-the-function",
            unmerged,
        ),
    ],
    ids=["factor", "constant", "max", "no-square", "mean", "subtracted"],
)
def test_control(
    evidence: Evidence, variant: str, because: str, statement: str, check: Callable[[Problem], Comparison]
) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(check), because=because, statement=statement)
