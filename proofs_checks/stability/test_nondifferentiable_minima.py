"""nondifferentiable-minima: one exact step from a shifted output bias leaves, above the threshold, kinks or not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from numerics.norm import stability_norm
from numerics.sharpness import mean_gradient_square
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.dynamics import DEVIATION, descend, parameters
from proofs_checks.instances.networks import Comparison, Problem, counterexample, problems

CLAIM = "nondifferentiable-minima"


def one_step(problem: Problem, step_size: float) -> float:
    """|delta_1|^2 / |delta_0|^2 after one true step of gradient descent from a shifted output bias."""
    start = np.zeros(len(parameters(problem.network)))
    start[-1] = DEVIATION
    _, after = descend(problem, start, step_size, [list(range(len(problem.x)))])
    return float(np.sum(after**2) / DEVIATION**2)


def test_exact_step(evidence: Evidence) -> None:
    """The step is 1 - 2 eta + eta^2 |q|^2, also with data on kinks, and expands above 1/(|f|_S + 1/2)."""
    with evidence.tested(
        CLAIM, "one true step from a shifted output bias, with data on kinks: it expands above the threshold"
    ) as tally:

        @settings(max_examples=100)
        @given(problems(kinks=True))
        def expands(problem: Problem) -> None:
            square = mean_gradient_square(problem.network, problem.x)
            above = 1.01 / (stability_norm(problem.network, problem.x) + 0.5)
            expected = 1 - 2 * above + above**2 * square
            growth = one_step(problem, above)
            # the deviation 1e-8 is subtracted from parameters of size up to about 64
            assert growth == pytest.approx(expected, rel=1e-4, abs=1e-4)
            assert growth > 1
            tally.add(1 - 1 / growth)

        expands()


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_control(evidence: Evidence, share: float) -> None:
    """The step does not expand at every smaller step size."""

    def expands(problem: Problem) -> Comparison:
        below = share * 2 / mean_gradient_square(problem.network, problem.x)
        return Comparison(one_step(problem, below), 1.0, 1e-3, "growth of one step")

    found = counterexample(expands, problems(kinks=True))
    evidence.control(CLAIM, f"one step expands already at {share:g} of 2/|q|^2", found)
