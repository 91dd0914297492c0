"""stability-inequality, the main theorem: |f|_S <= 1/eta - 1/2 at every differentiable stable interpolating minimum."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.enclosure import enclose
from numerics.gram import gram_sharpness
from numerics.measurement import measure
from numerics.network import Array, ShallowNetwork
from numerics.norm import one_sided_norm, stability_norm
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.dynamics import growth
from proofs_checks.instances.exact import RationalProblem, close, normal_form, top_at_most, value
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, nearly_tight_problems, problems
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings

CLAIM = "stability-inequality"
BOUND = ("bound", "gradient-descent", "stochastic-gradient-descent", "by-the-output-bias")


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
    eta = excess * share * 2 / gram_sharpness(problem.network, problem.x)
    of = f"1/eta - {offset:g} against the norm"
    return Comparison(1 / eta - offset, norm(problem.network, problem.x), problem.rounding / share, of)


def reflected_norm(network: ShallowNetwork, x: Array) -> float:
    """The one-sided norm with every neuron replaced by its mirror image: the other orientation."""
    return one_sided_norm(ShallowNetwork(-network.W1, -network.b1, network.w2, network.b2), x)


def curved(problem: Problem, comparison: Comparison) -> Comparison:
    """A comparison that counts where the norm is not small: nets that are affine on the data refute too much."""
    return comparison if stability_norm(problem.network, problem.x) > 0.1 else Comparison(0.0, 0.0)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_pinned(evidence: Evidence, net: Pinned) -> None:
    """Norm, sharpness and largest stable step size by hand; K <= 2/eta exactly at the step size of the net."""
    with evidence.tested(CLAIM, BOUND, "norm, largest stable step size and bound, pinned by hand") as tally:
        assert close(stability_norm(net.network, net.x), net.norm)
        if net.largest_stable_step is not None:
            assert close(2 / gram_sharpness(net.network, net.x), net.largest_stable_step, 2.0**-40)
            assert close(measure(net.network, net.x, net.y).largest_stable_step, net.largest_stable_step, 2.0**-40)
        assert net.bound == 1 / net.step_size - Fraction(1, 2)
        assert top_at_most(net.problem.gram(), 2 / net.step_size)
        # balls cannot decide equality
        equal = not top_at_most(net.problem.gram(), 2 / net.step_size - Fraction(1, 10**20))
        verdict = enclose(net.network, net.x, step_size=net.step_size).verdict
        assert verdict == ("undecided" if equal else "stable")
        assert value(net.norm) <= value([(net.bound, 1)])
        tally.add(float(net.bound - Fraction(str(float(value(net.norm))))) / float(net.bound) if net.bound else None)


def test_attained(evidence: Evidence) -> None:
    """An even net, balanced, on symmetric data: the bound is an equality at the largest stable step size, exactly."""
    with evidence.tested(
        CLAIM, ("bound", "by-the-output-bias"), "a net that attains the bound, in exact rationals"
    ) as tally:
        net = PINNED["every inequality an equality"]
        top = Fraction(289, 64)
        assert top_at_most(net.problem.gram(), top)
        assert not top_at_most(net.problem.gram(), top - Fraction(1, 10**9))
        assert normal_form(net.problem.stability_norm()) == ((top / 2 - Fraction(1, 2), 1),)
        assert net.problem.mean_gradient_square() == top
        tally.count()


def test_bound(evidence: Evidence) -> None:
    """The bound, at and below the largest stable step size."""
    with evidence.tested(CLAIM, BOUND, "the bound at step sizes up to the largest stable one") as tally:

        def holds(problem: Problem, share: float) -> None:
            comparison = bound_against_norm(problem, share)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.relative_margin)

        for problem in CASES.values():
            holds(problem, 1.0)
        given(nearly_tight_problems() | problems(), st.sampled_from((1.0, 1.0, 0.5, 0.01)))(holds)()


def test_no_stable_minimum_above_two(evidence: Evidence) -> None:
    """The largest stable step size never exceeds 2, and above 2 gradient descent leaves."""
    with evidence.tested(CLAIM, "none-above-two", "no stable minimum for a step size above 2") as tally:

        def none(problem: Problem) -> None:
            comparison = Comparison(
                gram_sharpness(problem.network, problem.x), 1.0, problem.rounding, "sharpness against 1"
            )
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.relative_margin)

        for problem in CASES.values():
            none(problem)
        given(problems())(none)()
        dead = CASES["a dead layer"]
        assert gram_sharpness(dead.network, dead.x) == pytest.approx(1.0, rel=1e-14)  # so the 2 is attained
        assert growth(dead, 1.99) < 1 < growth(dead, 2.01)


def test_falls(evidence: Evidence) -> None:
    """The bound at growing step sizes, exactly."""
    with evidence.tested(CLAIM, "falls", "1/eta - 1/2 at growing rational step sizes") as tally:
        steps = [Fraction(k, 8) for k in range(1, 40)]
        bounds = [1 / eta - Fraction(1, 2) for eta in steps]
        assert bounds == sorted(bounds, reverse=True)
        assert (bounds[0], bounds[15]) == (Fraction(15, 2), Fraction(0))
        tally.count()


def test_invariant_under_rescaling(evidence: Evidence) -> None:
    """The norm belongs to the function: rescaled, split and reflected implementations have the same."""
    with evidence.tested(
        CLAIM, "every-implementation", "the stability norm of rescaled, split and reflected neurons"
    ) as tally:

        @settings(max_examples=80)
        @given(problems(), st.integers(-4, 4))
        def invariant(problem: Problem, power: int) -> None:
            net, x = problem.network, problem.x
            norm = float(value(RationalProblem.of(net.W1, net.b1, net.w2, net.b2, x).stability_norm()))
            scaled = net.rescaled(np.full(net.k, 2.0**power))
            reflected = type(net)(-net.W1, -net.b1, net.w2, net.b2)
            halves = type(net)(
                np.concatenate([net.W1, 2 * net.W1]), np.concatenate([net.b1, 2 * net.b1]),
                np.concatenate([net.w2 / 2, net.w2 / 4]), net.b2,
            )  # fmt: skip
            for other in (net, scaled, reflected, halves):
                assert stability_norm(other, x) == pytest.approx(norm, rel=1e-11, abs=problem.rounding)
            tally.count()

        invariant()


def test_waterfall_multiplies_up(evidence: Evidence) -> None:
    """The factors of the waterfall are at most one, and their product is (1 + 2|f|_S) eta / 2."""
    with evidence.tested(CLAIM, "bound", "the factors that make up the gap multiply up to it") as tally:

        @settings(max_examples=80)
        @given(problems())
        def multiply(problem: Problem) -> None:
            eta = 2 / gram_sharpness(problem.network, problem.x)
            measured = measure(problem.network, problem.x, problem.network(problem.x), eta)
            product = np.prod(list(measured.waterfall.values()))
            assert product == pytest.approx((1 + 2 * measured.stability_norm) * eta / 2, rel=1e-12)
            assert max(measured.waterfall.values()) <= 1 + problem.rounding
            tally.count()

        multiply()


@pytest.mark.parametrize(
    ("variant", "because", "statement", "check"),
    [
        (
            "1/eta - 0.55 in place of 1/eta - 1/2",
            "even nets on symmetric data, balanced, attain the bound",
            "bound",
            lambda p: curved(p, bound_against_norm(p, offset=0.55)),
        ),
        (
            "1/eta - 1/2 also at 1.05 times the largest stable step size",
            "where the bound is attained, the next larger step size is too large",
            "bound",
            lambda p: curved(p, bound_against_norm(p, excess=1.05)),
        ),
        (
            "no stable minimum for a step size above 1.9",
            "nets that are constant on the data have a sharpness as near to 1 as one likes: steps up to nearly 2",
            "none-above-two",
            lambda p: Comparison(gram_sharpness(p.network, p.x), 2 / 1.9, p.rounding, "sharpness against 2/1.9"),
        ),
        (
            "the one-sided norm of the reflected neurons in place of the stability norm",
            "the other orientation may weigh more than the net's own",
            "bound",
            lambda p: bound_against_norm(p, norm=reflected_norm),
        ),
    ],
    ids=["offset", "beyond-the-threshold", "above-1.9", "reflected"],
)
def test_control(
    evidence: Evidence, variant: str, because: str, statement: str, check: Callable[[Problem], Comparison]
) -> None:
    """False neighbours; the first two by nets that are not affine on the data."""
    evidence.control(CLAIM, variant, counterexample(check), because=because, statement=statement)
