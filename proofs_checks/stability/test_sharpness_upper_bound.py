"""sharpness-upper-bound: a rescaling whose sharpness is at most 1 + 2 sum |a| gh."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings

from numerics.network import Array
from numerics.norm import one_sided_norm
from numerics.sharpness import sharpness
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.networks import Comparison, Problem, counterexample, problems

CLAIM = "sharpness-upper-bound"


def energies(problem: Problem) -> tuple[Array, Array]:
    """E relu_i^2 and w2_i^2 E[(1 + |X|^2) 1_i], the two shares of neuron i in the trace of K."""
    t = problem.network.preactivations(problem.x)
    lever = ((t > 0) * (1 + np.sum(problem.x**2, axis=1))[:, None]).mean(axis=0)
    return (np.maximum(t, 0) ** 2).mean(axis=0), problem.network.w2**2 * lever


def best_rescaling(problem: Problem) -> Problem:
    """The rescaling at which both shares of every neuron are equal."""
    outputs, weights = energies(problem)
    scales = np.ones(problem.network.k)
    free = (outputs > 0) & (weights > 0)
    scales[free] = (weights[free] / outputs[free]) ** 0.25
    return Problem(problem.network.rescaled(scales), problem.x)


def bound(problem: Problem, factor: float = 2.0) -> Comparison:
    """The bound (factor 2 in the claim) against the sharpness at the best rescaling."""
    best = best_rescaling(problem)
    outputs, weights = energies(problem)
    # where one share is 0 the other is approached by 0 only in the limit; such neurons are left out
    alive = (outputs > 0) & (weights > 0) & np.any(problem.network.W1 != 0, axis=1)
    rest = float(np.sum(np.where(alive, 0.0, outputs + weights)))
    claimed = 1 + factor * float(np.sum(np.sqrt(outputs * weights)[alive])) + rest
    return Comparison(claimed, sharpness(best.network, best.x), best.rounding)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivation."""
    evidence.derived(CLAIM)


def test_bound(evidence: Evidence) -> None:
    """The best rescaling of random networks."""
    with evidence.tested(CLAIM, "sharpness of the best rescaling against the bound") as tally:

        @settings(max_examples=100)
        @given(problems())
        def holds(problem: Problem) -> None:
            comparison = bound(problem)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            tally.add(comparison.slack)

        holds()


def lower_weights(problem: Problem) -> Comparison:
    """The lower bound's weights in the upper bound."""
    best = best_rescaling(problem)
    return Comparison(1 + 2 * one_sided_norm(best.network, best.x), sharpness(best.network, best.x), best.rounding)


@pytest.mark.parametrize(
    ("variant", "check"),
    [
        ("the factor 1.9 in place of 2", lambda p: bound(p, 1.9)),
        ("the one-sided weights of the lower bound in place of gh", lower_weights),
    ],
    ids=["factor", "weights"],
)
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison]) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(check, problems(max_n=3, max_k=2)))
