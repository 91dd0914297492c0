"""univariate-case: in one dimension the integral of |f''| g is at most 1/eta - 1/2."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.gram import gram_sharpness
from numerics.norm import stability_norm
from numerics.weight import one_sided_weight, weight
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import close, value
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, nearly_tight_problems, problems
from proofs_checks.instances.pinned import PINNED

CLAIM = "univariate-case"

Lever = Callable[[float, float], float]
LINES = {
    "one neuron": {0: 2},
    "both orientations of one hyperplane": {-1: 5},
    "every inequality an equality": {0: Fraction(15, 2)},
    "a hat": {-1: 1, 0: -2, 1: 1},
}
"""Nets on the line: the changes of slope at their kinks, by hand."""


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
    eta = 2 / gram_sharpness(problem.network, problem.x)
    of = f"1/eta - {offset:g} against the integral"
    return Comparison(1 / eta - offset, weighted_curvature(problem, **variant), problem.rounding, of)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivation."""
    evidence.derived(CLAIM)


def test_integral_is_the_norm_and_below_the_bound(evidence: Evidence) -> None:
    """Curvature from second differences and g from conditional means, against numerics and against the bound."""
    with evidence.tested(
        CLAIM, "inequality", "integral of |f''| g: equal to the stability norm, and below 1/eta - 1/2"
    ) as tally:

        def holds(problem: Problem) -> None:
            curvature = weighted_curvature(problem)
            assert curvature == pytest.approx(
                stability_norm(problem.network, problem.x), rel=1e-11, abs=problem.rounding
            )
            comparison = bound_against_curvature(problem)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.relative_margin)

        for problem in CASES.values():
            if problem.network.d == 1:
                holds(problem)
        given(nearly_tight_problems(d=1) | problems(d=1, max_n=8, max_k=6))(holds)()


def test_weight(evidence: Evidence) -> None:
    """The weight by conditional means against numerics; it vanishes exactly outside the extreme data points."""
    rational = st.builds(Fraction, st.integers(-20, 20), st.sampled_from((1, 2, 4)))
    with evidence.tested(
        CLAIM,
        ("right-tail", "left-tail", "right-of-the-data", "left-of-the-data"),
        "g by conditional means, and its support",
    ) as tally:

        @given(st.lists(rational, min_size=1, max_size=8), rational)
        def agree(x: list[Fraction], point: Fraction) -> None:
            computed = weight([[1.0], [-1.0]], [float(point), -float(point)], [[float(datum)] for datum in x])
            assert computed == pytest.approx([g(x, point)] * 2, rel=1e-12, abs=1e-14)
            assert (computed[0] > 0) == (min(x) < point < max(x))
            tally.count()

        agree()


@pytest.mark.parametrize("name", LINES)
def test_pinned(evidence: Evidence, name: str) -> None:
    """The changes of slope and the integral by hand, and the bound at the largest stable step size."""
    net, slopes = PINNED[name], LINES[name]
    problem = Problem(net.network, net.x)
    with evidence.tested(CLAIM, ("inequality", "point-masses"), "the integral worked out by hand") as tally:
        assert jumps(problem) == slopes
        assert close(weighted_curvature(problem), net.norm, 1e-13)
        assert close(stability_norm(net.network, net.x), net.norm)
        top = float(net.problem.sharpness().mid())
        assert gram_sharpness(net.network, net.x) == pytest.approx(top, rel=1e-12)
        assert float(value(net.norm).mid()) <= top / 2 - 0.5 + 1e-12
        tally.count()


@pytest.mark.parametrize(
    ("point", "right", "left"),
    [
        # to the right of 1: 4 with P = 1/4, distance 3, mean 4; to the left: -2, 0, 0 with 3/4, 5/3, -2/3
        ("1", (Fraction(3, 16), 17), (Fraction(5, 16), 13)),
        # to the right of -1: 0, 0, 4 with 3/4, 7/3, 4/3; to the left: -2 with 1/4, 1, -2
        ("-1", (Fraction(7, 16), 25), (Fraction(1, 16), 5)),
        ("4", None, (Fraction(7, 8), 13)),
        ("-5/2", (Fraction(3, 2), 5), None),
    ],
)
def test_weight_by_hand(
    evidence: Evidence, point: str, right: tuple[Fraction, int] | None, left: tuple[Fraction, int] | None
) -> None:
    """Either tail of the weight on the data -2, 0, 0, 4, as q sqrt(r); outside one of them is 0."""
    x, at = [Fraction(datum) for datum in (-2, 0, 0, 4)], Fraction(point)
    expected = [((side,) if side else ()) for side in (right, left)]
    tails = one_sided(x, at), one_sided([-datum for datum in x], -at)
    computed = one_sided_weight([[1.0], [-1.0]], [float(at), -float(at)], [[float(datum)] for datum in x])
    statements = ("right-tail", "left-tail", "right-of-the-data", "left-of-the-data")
    with evidence.tested(CLAIM, statements, "either tail of the weight, by hand") as tally:
        for tail, found, exact in zip(tails, computed, expected, strict=True):
            if exact:
                assert close(tail, exact, 1e-14)
                assert close(float(found), exact, 1e-14)
            else:
                assert tail == found == 0
            tally.count()
        assert g(x, at) == min(tails)


@pytest.mark.parametrize(
    ("variant", "check", "because"),
    [
        (
            "g with P in place of P^2",
            lambda p: bound_against_curvature(p, power=1),
            "the lever and the mean excess each carry the probability once",
        ),
        (
            "g with max in place of min",
            lambda p: bound_against_curvature(p, choose=max),
            "a kink may be written in the orientation that weighs less",
        ),
        (
            "g with 1 + |E[X | A]| in place of the root",
            lambda p: bound_against_curvature(p, lever=lambda _, mean: 1 + abs(mean)),
            "the derivatives by input weight and input bias add up in squares",
        ),
        (
            "1/eta - 0.55 in place of 1/eta - 1/2",
            lambda p: bound_against_curvature(p, offset=0.55),
            "balanced even functions on symmetric data attain the bound",
        ),
    ],
    ids=["probability", "max", "root", "offset"],
)
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison], because: str) -> None:
    """False neighbours."""
    instances = nearly_tight_problems(d=1) | problems(d=1)
    found = counterexample(check, instances)
    evidence.control(CLAIM, variant, found, because=because, statement="inequality")
