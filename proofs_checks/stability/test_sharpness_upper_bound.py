"""sharpness-upper-bound: a rescaling whose sharpness is at most 1 + 2 sum |a| gh."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given

from numerics.gram import gram_matrix, gram_sharpness
from numerics.network import Array, ShallowNetwork
from numerics.norm import one_sided_norm
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import close
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, problems
from proofs_checks.instances.pinned import PINNED
from proofs_checks.instances.profiles import settings

CLAIM = "sharpness-upper-bound"
TINY = 2.0**-30
"""Scale at which neurons with the output weight 0 are left: the infimum is approached, not reached."""

KNOWN = {
    # E relu^2 = 9/2 and E(1 + x^2) 1 = 5, w2 = 2: 1 + 4 sqrt(45/2)
    "one neuron": ((Fraction(1), 1), (Fraction(6), 10)),
    # 3 relu(x + 1) at 0: 1/2 and 1/2; relu(-2x - 2) at -3: 8 and 5
    "both orientations of one hyperplane": ((Fraction(4), 1), (Fraction(4), 10)),
    # two neurons with E relu^2 = 225/128, E(1 + x^2) 1 = 25/32 and w2 = 3/2
    "every inequality an equality": ((Fraction(257, 32), 1),),
}
"""The right side of the claim, by hand."""


def energies(problem: Problem) -> tuple[Array, Array]:
    """E relu_i^2 and w2_i^2 E[(1 + |X|^2) 1_i], the two shares of neuron i in the trace of K."""
    t = problem.network.preactivations(problem.x)
    lever = ((t > 0) * (1 + np.sum(problem.x**2, axis=1))[:, None]).mean(axis=0)
    return (np.maximum(t, 0) ** 2).mean(axis=0), problem.network.w2**2 * lever


def without_constants(problem: Problem) -> Problem:
    """The same net without its constant neurons, w1 = 0; discarded where none is left."""
    net = problem.network
    kept = np.any(net.W1 != 0, axis=1)
    assume(bool(kept.any()))
    return Problem(ShallowNetwork(net.W1[kept], net.b1[kept], net.w2[kept], net.b2), problem.x)


def best_rescaling(problem: Problem) -> Problem:
    """The rescaling at which both shares of every neuron are equal; those with the output weight 0 are scaled down."""
    outputs, weights = energies(problem)
    scales = np.where(problem.network.w2 == 0, TINY, 1.0)
    free = (outputs > 0) & (weights > 0)
    scales[free] = (weights[free] / outputs[free]) ** 0.25
    return Problem(problem.network.rescaled(scales), problem.x)


def value(problem: Problem, factor: float = 2.0, one: float = 1.0) -> float:
    """1 + 2 sum_i |a_i| gh_i; ``one`` is the weight of the 1 of the biases in gh."""
    t = problem.network.preactivations(problem.x)
    lever = ((t > 0) * (one + np.sum(problem.x**2, axis=1))[:, None]).mean(axis=0)
    return 1 + factor * float(np.abs(problem.network.w2) @ np.sqrt((np.maximum(t, 0) ** 2).mean(axis=0) * lever))


def bound(problem: Problem, factor: float = 2.0, one: float = 1.0) -> Comparison:
    """The bound (factor 2 and the 1 of the biases in the claim) against the sharpness at the best rescaling."""
    best = best_rescaling(problem)
    small = float(np.sum(energies(best)[0][best.network.w2 == 0]))
    large, top = value(problem, factor, one) + small, gram_sharpness(best.network, best.x)
    return Comparison(large, top, best.rounding, "bound against the sharpness")


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("name", KNOWN)
def test_pinned(evidence: Evidence, name: str) -> None:
    """The value by hand, and the trace of K at the best scales, which is equal to it."""
    problem = Problem(PINNED[name].network, PINNED[name].x)
    with evidence.tested(CLAIM, ("attained", "trace"), "the value worked out by hand, and the trace there") as tally:
        best = best_rescaling(problem)
        assert close(value(problem), KNOWN[name])
        assert close(float(np.trace(gram_matrix(best.network, best.x))), KNOWN[name])
        top = PINNED[name].problem.sharpness()
        assert float(top.lower()) <= np.trace(gram_matrix(problem.network, problem.x))
        assert gram_sharpness(problem.network, problem.x) == pytest.approx(float(top.mid()), rel=1e-12)
        tally.count()


def test_bound(evidence: Evidence) -> None:
    """The best rescaling of the tricky cases and of random networks, output weights 0 among them."""
    with evidence.tested(CLAIM, ("attained", "infimum"), "sharpness of the best rescaling against the bound") as tally:

        def holds(problem: Problem) -> None:
            comparison = bound(without_constants(problem))
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.relative_margin)

        for problem in CASES.values():
            if problem.network.W1.any(axis=1).all():
                holds(problem)
        settings(max_examples=100)(given(problems())(holds))()


def test_trace(evidence: Evidence) -> None:
    """No scales make the trace smaller than the value; those tried are around the best ones."""
    with evidence.tested(CLAIM, "trace", "traces at scales around the best, against the value") as tally:

        @settings(max_examples=60)
        @given(problems())
        def holds(drawn: Problem) -> None:
            problem = without_constants(drawn)
            best = best_rescaling(problem).network
            for spread in (0, 1, -2):
                moved = best.rescaled(2.0 ** (spread * (1 - 2 * (np.arange(best.k) % 2))))
                silent = np.maximum(moved.preactivations(problem.x), 0)[:, moved.w2 == 0]
                least = value(problem) + float(np.sum(np.mean(silent**2, axis=0)))
                scaled = Problem(moved, problem.x)
                comparison = Comparison(
                    float(np.trace(gram_matrix(moved, problem.x))), least, scaled.rounding + problem.rounding
                )
                assert not comparison.violated, f"{comparison} is false at {scaled!r}"
                tally.add(comparison.relative_margin)

        holds()


def lower_weights(problem: Problem) -> Comparison:
    """The lower bound's weights in the upper bound."""
    best = best_rescaling(problem)
    large, top = 1 + 2 * one_sided_norm(best.network, best.x), gram_sharpness(best.network, best.x)
    return Comparison(large, top, best.rounding, "bound against the sharpness")


@pytest.mark.parametrize(
    ("variant", "check", "because"),
    [
        (
            "the factor 1.9 in place of 2",
            lambda p: bound(without_constants(p), 1.9),
            "with one datum K is a number, its own trace, and the bound is attained",
        ),
        (
            r"$\hat g$ without the 1 of the biases, $\E[\norm{X}^2\mathbf 1_A]$",
            lambda p: bound(without_constants(p), one=0.0),
            "at the datum 0 a neuron moves by its bias alone",
        ),
        (
            "the one-sided weights of the lower bound in place of gh",
            lower_weights,
            "they are the lower bound, and K is not constant on the data",
        ),
    ],
    ids=["factor", "biases", "weights"],
)
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison], because: str) -> None:
    """False neighbours."""
    found = counterexample(check, problems(max_n=3, max_k=2))
    evidence.control(CLAIM, variant, found, because=because, statement="attained")
