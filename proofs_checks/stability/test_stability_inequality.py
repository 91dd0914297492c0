"""stability-inequality, the main theorem: |f|_S <= 1/eta - 1/2 at every differentiable stable interpolating minimum."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.measurement import measure
from numerics.network import Array, ShallowNetwork
from numerics.norm import one_sided_norm, stability_norm
from numerics.sharpness import sharpness
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.dynamics import growth
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, nearly_tight_problems, problems

CLAIM = "stability-inequality"


def bound_against_norm(
    problem: Problem,
    share: float = 1.0,
    *,
    offset: float = 0.5,
    excess: float = 1.0,
    norm: Callable[..., float] = stability_norm,
) -> Comparison:
    """1/eta - offset against the norm, at ``share`` of the largest step size at which the minimum is stable.

    The claim has the offset 1/2 and the excess 1; an excess above 1 goes beyond the largest stable step size.
    """
    eta = excess * share * 2 / sharpness(problem.network, problem.x)
    return Comparison(1 / eta - offset, norm(problem.network, problem.x), problem.rounding / share)


def reflected_norm(network: ShallowNetwork, x: Array) -> float:
    """The one-sided norm with every neuron replaced by its mirror image: the other orientation."""
    return one_sided_norm(ShallowNetwork(-network.W1, -network.b1, network.w2, network.b2), x)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivation."""
    evidence.derived(CLAIM)


def test_bound(evidence: Evidence) -> None:
    """The bound, at and below the largest stable step size."""
    with evidence.tested(CLAIM, "the bound at step sizes up to the largest stable one") as tally:

        def holds(problem: Problem, share: float) -> None:
            comparison = bound_against_norm(problem, share)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.slack)

        for problem in CASES.values():
            holds(problem, 1.0)
        given(nearly_tight_problems() | problems(), st.sampled_from((1.0, 1.0, 0.5, 0.01)))(holds)()


def test_no_stable_minimum_above_two(evidence: Evidence) -> None:
    """The largest stable step size never exceeds 2, and above 2 gradient descent leaves."""
    with evidence.tested(CLAIM, "no stable minimum for a step size above 2") as tally:

        def none(problem: Problem) -> None:
            comparison = Comparison(sharpness(problem.network, problem.x), 1.0, problem.rounding)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.slack)

        for problem in CASES.values():
            none(problem)
        given(problems())(none)()
        dead = CASES["a dead layer"]
        assert sharpness(dead.network, dead.x) == pytest.approx(1.0, rel=1e-14)  # so the 2 is attained
        assert growth(dead, 1.99) < 1 < growth(dead, 2.01)


def test_invariant_under_rescaling(evidence: Evidence) -> None:
    """The norm belongs to the function: rescaled, split and reflected implementations have the same."""
    with evidence.tested(CLAIM, "the stability norm is the same for rescaled and for split neurons") as tally:

        @given(problems(), st.integers(-4, 4))
        def invariant(problem: Problem, power: int) -> None:
            net, x = problem.network, problem.x
            norm = stability_norm(net, x)
            scaled = net.rescaled(np.full(net.k, 2.0**power))
            assert stability_norm(scaled, x) == pytest.approx(norm, rel=1e-12, abs=1e-14)
            halves = type(net)(
                np.concatenate([net.W1, 2 * net.W1]), np.concatenate([net.b1, 2 * net.b1]),
                np.concatenate([net.w2 / 2, net.w2 / 4]), net.b2,
            )  # fmt: skip
            assert stability_norm(halves, x) == pytest.approx(norm, rel=1e-12, abs=1e-14)
            tally.count()

        invariant()


def test_waterfall_multiplies_up(evidence: Evidence) -> None:
    """The factors of the waterfall are at most one, and their product is (1 + 2|f|_S) eta / 2."""
    with evidence.tested(CLAIM, "the factors that make up the gap multiply up to it") as tally:

        @given(problems())
        def multiply(problem: Problem) -> None:
            eta = 2 / sharpness(problem.network, problem.x)
            measured = measure(problem.network, problem.x, problem.network(problem.x), eta)
            product = np.prod(list(measured.waterfall.values()))
            assert product == pytest.approx((1 + 2 * measured.stability_norm) * eta / 2, rel=1e-12)
            assert max(measured.waterfall.values()) <= 1 + problem.rounding
            tally.count()

        multiply()


@pytest.mark.parametrize(
    ("variant", "check"),
    [
        ("1/eta - 0.55 in place of 1/eta - 1/2", lambda p: bound_against_norm(p, offset=0.55)),
        ("1/eta - 1/2 also at 1.05 times the largest stable step size", lambda p: bound_against_norm(p, excess=1.05)),
        (
            "no stable minimum for a step size above 1.9",
            lambda p: Comparison(sharpness(p.network, p.x), 2 / 1.9, p.rounding, "sharpness"),
        ),
        (
            "the one-sided norm of the reflected neurons in place of the stability norm",
            lambda p: bound_against_norm(p, norm=reflected_norm),
        ),
    ],
    ids=["offset", "beyond-the-threshold", "above-1.9", "reflected"],
)  # fmt: skip
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison]) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(check))
