"""sharpness-lower-bound: lambda_max >= |E grad f|^2 >= 1 + 2 sum |a| gt >= 1 + 2 |f|_S."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.norm import one_sided_norm, stability_norm
from numerics.sharpness import mean_gradient_square, sharpness
from numerics.weight import one_sided_weight, weight
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, nearly_tight_problems, problems
from proofs_checks.instances.variants import norm_with
from theory.falsifier.evaluate import evaluate
from theory.stability.sharpness_lower_bound import MEAN_GRADIENT
from theory.symbols import indexed
from theory.symbols import one_sided_weight as one_sided_weight_formula
from theory.symbols import weight as weight_formula

CLAIM = "sharpness-lower-bound"


def sharpness_against_gradient(problem: Problem) -> Comparison:
    """The first inequality of the chain."""
    return Comparison(
        sharpness(problem.network, problem.x), mean_gradient_square(problem.network, problem.x), problem.rounding
    )


def gradient_against_one_sided(problem: Problem) -> Comparison:
    """The second inequality of the chain."""
    small = 1 + 2 * one_sided_norm(problem.network, problem.x)
    return Comparison(mean_gradient_square(problem.network, problem.x), small, problem.rounding)


def sharpness_against_norm(problem: Problem, *, constant: float = 1, factor: float = 2) -> Comparison:
    """The whole chain: constant + factor |f|_S, where the claim has 1 and 2."""
    small = constant + factor * stability_norm(problem.network, problem.x)
    return Comparison(sharpness(problem.network, problem.x), small, problem.rounding)


def sharpness_against_variant(problem: Problem, variant: Callable[[Problem], float]) -> Comparison:
    """One plus twice another norm, where the claim has the stability norm."""
    return Comparison(sharpness(problem.network, problem.x), 1 + 2 * variant(problem), problem.rounding)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivation."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize(
    "check", [sharpness_against_gradient, gradient_against_one_sided, sharpness_against_norm], ids=lambda f: f.__name__
)
def test_inequality(evidence: Evidence, check: Callable[[Problem], Comparison]) -> None:
    """Each inequality, on the tricky cases and on random problems; kinks do no harm to this one."""
    assert check.__doc__
    with evidence.tested(CLAIM, check.__doc__.splitlines()[0].rstrip(".")) as tally:

        def holds(problem: Problem) -> None:
            comparison = check(problem)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.slack)

        for problem in CASES.values():
            holds(problem)
        given(nearly_tight_problems() | problems(kinks=True))(holds)()


def test_equality_when_balanced(evidence: Evidence) -> None:
    """The arithmetic-geometric step is an equality at the balanced rescaling, and only there."""
    with evidence.tested(CLAIM, "equality in the second inequality for balanced neurons, and only for these") as tally:

        @given(problems())
        def equality(problem: Problem) -> None:
            balanced = Problem(problem.network.balanced(problem.x), problem.x)
            alive = (np.maximum(balanced.network.preactivations(problem.x), 0).mean(axis=0) > 0) & (
                balanced.network.w2 != 0
            )
            constant = ~np.any(balanced.network.W1 != 0, axis=1)
            # where all terms are tiny beside the constant 1, rounding hides the difference
            if np.all(alive & ~constant) and one_sided_norm(problem.network, problem.x) > 1e-6:
                comparison = gradient_against_one_sided(balanced)
                assert abs(comparison.large - comparison.small) <= balanced.rounding
                doubled = Problem(balanced.network.rescaled(np.full(balanced.network.k, 2.0)), problem.x)
                unbalanced = gradient_against_one_sided(doubled)
                assert unbalanced.large > unbalanced.small
                tally.count()

        equality()


@st.composite
def rational_hyperplanes(draw: st.DrawFn) -> tuple[list[Fraction], Fraction, list[list[Fraction]]]:
    """A unit normal with rational entries, a threshold, and data."""
    rational = st.builds(Fraction, st.integers(-6, 6), st.integers(1, 4))
    d = draw(st.integers(1, 3))
    pole = draw(st.lists(rational, min_size=d - 1, max_size=d - 1))
    square = sum((s * s for s in pole), Fraction(0))
    # stereographic projection: every rational point of the sphere but the pole comes from a rational point
    v = [2 * s / (1 + square) for s in pole] + [(1 - square) / (1 + square)]
    n = draw(st.integers(1, 5))
    x = draw(st.lists(st.lists(rational, min_size=d, max_size=d), min_size=n, max_size=n))
    return v, draw(rational), x


def test_weight_is_the_formula(evidence: Evidence) -> None:
    """Theory's formulas of the weights, evaluated exactly on rationals, against numerics."""
    v_, minus_v_, b_ = indexed("v_at", "v"), indexed("minus_v_at", "-v"), sp.Symbol("b_at", real=True)
    one_sided, two_sided = one_sided_weight_formula(v_, b_), weight_formula(v_, minus_v_, b_)

    with evidence.tested(
        CLAIM, "g and its one-sided form: numerics against theory's formula on exact rationals"
    ) as tally:

        @settings(max_examples=60)
        @given(rational_hyperplanes())
        def agree(instance: tuple[list[Fraction], Fraction, list[list[Fraction]]]) -> None:
            v, b, x = instance
            # a datum exactly on the hyperplane may fall to either side once v is rounded
            if any(sum(a * c for a, c in zip(v, row, strict=True)) == b for row in x) and len(v) > 1:
                return
            values = {"n": len(x), "d": len(v), "v_at": v, "minus_v_at": [-e for e in v], "b_at": b, "x": x}
            directions, thresholds = [[float(e) for e in v]], [float(b)]
            data = [[float(e) for e in row] for row in x]
            for formula, computed in (
                (one_sided, one_sided_weight(directions, thresholds, data)[0]),
                (two_sided, weight(directions, thresholds, data)[0]),
            ):
                exact = float(sp.N(evaluate(formula, values), 30))
                assert computed == pytest.approx(exact, rel=1e-12, abs=1e-13)
            tally.count()

        agree()


def test_mean_gradient_is_the_formula(evidence: Evidence) -> None:
    """The middle term of the chain, from theory's derivation, against numerics."""
    with evidence.tested(CLAIM, "|E grad f|^2: numerics against theory's derivation on exact rationals") as tally:

        @settings(max_examples=60)
        @given(problems(max_n=3, max_d=2, max_k=2))
        def agree(problem: Problem) -> None:
            net, x = problem.network, problem.x
            t = net.preactivations(x)
            values = {"n": len(x), "d": net.d, "k": net.k, "x": x.tolist(), "w2": net.w2.tolist()}
            values |= {"M": (t > 0).astype(int).tolist(), "Z": np.maximum(t, 0).tolist()}
            exact = float(sp.N(evaluate(MEAN_GRADIENT.start, values), 30))
            assert mean_gradient_square(net, x) == pytest.approx(exact, rel=1e-12)
            tally.count()

        agree()


def test_the_variants_start_from_the_claim() -> None:
    """Without a change, the formula that the controls vary is the stability norm."""
    for problem in CASES.values():
        assert norm_with(problem, np.minimum) == pytest.approx(
            stability_norm(problem.network, problem.x), rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize(
    ("variant", "check"),
    [
        ("the constant 2 raised to 2.1", lambda p: sharpness_against_norm(p, factor=2.1)),
        ("the constant 1 raised to 1.1", lambda p: sharpness_against_norm(p, constant=1.1)),
        ("g with max in place of min", lambda p: sharpness_against_variant(p, lambda q: norm_with(q, np.maximum))),
        (
            "P in place of P^2 under the root",
            lambda p: sharpness_against_variant(p, lambda q: norm_with(q, np.minimum, power=1)),
        ),
        (
            "the mean of the two orientations in place of the smaller",
            lambda p: sharpness_against_variant(p, lambda q: norm_with(q, lambda a, b: (a + b) / 2)),
        ),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)  # fmt: skip
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison]) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(check))
