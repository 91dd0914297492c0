"""univariate-case: in one dimension the integral of |f''| g is at most 1/eta - 1/2."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.norm import stability_norm
from numerics.sharpness import sharpness
from numerics.weight import weight
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, nearly_tight_problems, problems

CLAIM = "univariate-case"

Lever = Callable[[float, float], float]


def one_sided(x: list[Fraction], point: Fraction, *, power: int = 2, lever: Lever | None = None) -> float:
    """g+ of the claim, by conditional means: P^2 E[X - x | X > x] sqrt(1 + E[X | X > x]^2)."""
    beyond = [datum for datum in x if datum > point]
    if not beyond:
        return 0.0
    probability = Fraction(len(beyond), len(x))
    mean = sum(beyond, Fraction(0)) / len(beyond)
    root = math.hypot(1, mean) if lever is None else lever(float(probability), float(mean))
    return float(probability**power * (mean - point)) * root


def g(x: list[Fraction], point: Fraction, choose: Callable[..., float] = min, **variant: object) -> float:
    """The weight of the claim; its left part is the right part of the mirrored data."""
    right = one_sided(x, point, **variant)  # type: ignore[arg-type]
    left = one_sided([-datum for datum in x], -point, **variant)  # type: ignore[arg-type]
    return choose(left, right)


def jumps(problem: Problem) -> dict[Fraction, Fraction]:
    """The point masses of f'', from second differences of f at the kinks, in exact arithmetic."""
    net = problem.network
    neurons = [
        (Fraction(float(w)), Fraction(float(b)), Fraction(float(a)))
        for w, b, a in zip(net.W1[:, 0], net.b1, net.w2, strict=True)
    ]

    def f(t: Fraction) -> Fraction:
        return sum((a * max(w * t + b, Fraction(0)) for w, b, a in neurons), Fraction(0))

    kinks = sorted({-b / w for w, b, _ in neurons if w})
    step = min([b - a for a, b in itertools.pairwise(kinks)], default=Fraction(1)) / 2
    return {kink: (f(kink + step) - 2 * f(kink) + f(kink - step)) / step for kink in kinks}


def weighted_curvature(problem: Problem, **variant: object) -> float:
    """The integral of |f''| g."""
    x = [Fraction(float(datum)) for datum in problem.x[:, 0]]
    return math.fsum(float(abs(jump)) * g(x, kink, **variant) for kink, jump in jumps(problem).items())  # type: ignore[arg-type]


def bound_against_curvature(problem: Problem, offset: float = 0.5, **variant: object) -> Comparison:
    """1/eta - 1/2 at the largest stable step size, against the integral."""
    eta = 2 / sharpness(problem.network, problem.x)
    return Comparison(1 / eta - offset, weighted_curvature(problem, **variant), problem.rounding)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivation."""
    evidence.derived(CLAIM)


def test_integral_is_the_norm_and_below_the_bound(evidence: Evidence) -> None:
    """Curvature from second differences and g from conditional means, against numerics and against the bound."""
    with evidence.tested(CLAIM, "integral of |f''| g: equal to the stability norm, and below 1/eta - 1/2") as tally:

        def holds(problem: Problem) -> None:
            curvature = weighted_curvature(problem)
            assert curvature == pytest.approx(
                stability_norm(problem.network, problem.x), rel=1e-11, abs=problem.rounding
            )
            comparison = bound_against_curvature(problem)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.slack)

        for problem in CASES.values():
            if problem.network.d == 1:
                holds(problem)
        given(nearly_tight_problems(d=1) | problems(d=1, max_n=8, max_k=6))(holds)()


def test_weight(evidence: Evidence) -> None:
    """The weight by conditional means against numerics; it vanishes exactly outside the extreme data points."""
    rational = st.builds(Fraction, st.integers(-20, 20), st.sampled_from((1, 2, 4)))
    with evidence.tested(CLAIM, "g by conditional means, and its support") as tally:

        @given(st.lists(rational, min_size=1, max_size=8), rational)
        def agree(x: list[Fraction], point: Fraction) -> None:
            computed = weight([[1.0], [-1.0]], [float(point), -float(point)], [[float(datum)] for datum in x])
            assert computed == pytest.approx([g(x, point)] * 2, rel=1e-12, abs=1e-14)
            assert (computed[0] > 0) == (min(x) < point < max(x))
            tally.count()

        agree()


@pytest.mark.parametrize(
    ("variant", "check"),
    [
        ("g with P in place of P^2", lambda p: bound_against_curvature(p, power=1)),
        ("g with max in place of min", lambda p: bound_against_curvature(p, choose=max)),
        (
            "g with 1 + |E[X | A]| in place of the root",
            lambda p: bound_against_curvature(p, lever=lambda _, mean: 1 + abs(mean)),
        ),
        ("1/eta - 0.55 in place of 1/eta - 1/2", lambda p: bound_against_curvature(p, offset=0.55)),
    ],
    ids=["probability", "max", "root", "offset"],
)
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison]) -> None:
    """False neighbours."""
    instances = nearly_tight_problems(d=1) | problems(d=1)
    evidence.control(CLAIM, variant, counterexample(check, instances))
