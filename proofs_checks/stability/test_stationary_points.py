"""stationary-points: the bound without interpolation, and with negative curvature."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.hessian import autograd_hessian
from proofs_checks.instances.networks import Comparison, Problem, problems

CLAIM = "stationary-points"


def alternating(problem: Problem, size: float) -> Array:
    """Residuals that alternate in sign, of the size given."""
    return size * np.where(np.arange(len(problem.x)) % 2, -1.0, 1.0)


def bound(problem: Problem, residuals: Array, *, curvature: float = 1.0) -> Comparison:
    """Sharpness plus the curvature term, against 1 + 2|f|_S; the claim has the factor 1 before the curvature term."""
    spectrum = np.linalg.eigvalsh(autograd_hessian(problem, residuals))
    top, nu = float(spectrum[-1]), max(0.0, -float(spectrum[0]))
    small = 1 + 2 * stability_norm(problem.network, problem.x)
    slack_of_rounding = 10 * problem.rounding * (1 + float(np.abs(residuals).max())) * (1 + nu)
    return Comparison(top + curvature * nu * (top - 1), small, slack_of_rounding)


def test_derived(evidence: Evidence) -> None:
    """The output-bias proof."""
    evidence.derived(CLAIM)


def test_output_bias_column(evidence: Evidence) -> None:
    """H e is the mean gradient, whatever the residuals."""
    with evidence.tested(CLAIM, "H e = E grad f and <e, H e> = 1 with random residuals, against autograd") as tally:

        @settings(max_examples=60)
        @given(problems(max_n=4), st.integers(-8, 8))
        def column(problem: Problem, size: int) -> None:
            last = autograd_hessian(problem, alternating(problem, size / 2))[:, -1]
            mean = problem.network.gradients(problem.x).mean(axis=0)
            np.testing.assert_allclose(last, mean, rtol=1e-10, atol=problem.rounding)
            assert last[-1] == pytest.approx(1.0, rel=1e-14)
            tally.count()

        column()


def test_bound(evidence: Evidence) -> None:
    """The bound with its curvature term, away from interpolation."""
    with evidence.tested(CLAIM, "the bound with negative curvature, residuals of every size") as tally:

        @settings(max_examples=100)
        @given(problems(max_n=4), st.sampled_from((0.0, 0.125, 1.0, 8.0)))
        def holds(problem: Problem, size: float) -> None:
            comparison = bound(problem, alternating(problem, size))
            assert not comparison.violated, f"{comparison} is false at {problem!r}, residuals {size}"
            tally.add(comparison.slack)

        holds()


@pytest.mark.parametrize("curvature", [0.0, 0.01])
def test_control(evidence: Evidence, curvature: float) -> None:
    """The curvature term dropped, or nearly so: f(x) = (6/5) relu(2x) on two points, one residual -12/5."""
    problem = Problem(
        ShallowNetwork(np.array([[2.0]]), np.array([0.0]), np.array([1.2]), 0.0), np.array([[0.75], [-2.4]])
    )
    comparison = bound(problem, np.array([-2.4, 0.0]), curvature=curvature)
    found = f"{comparison} is false at {problem!r}, residuals -12/5, 0" if comparison.violated else None
    evidence.control(CLAIM, f"the curvature term times {curvature:g}", found)
