"""beyond-interpolation: |f|_S <= sharpness/2 - 1/2 + (1/2) sqrt(1 + R^2) sqrt(2 loss)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.hessian import autograd_hessian
from proofs_checks.instances.networks import Comparison, Problem, problems

CLAIM = "beyond-interpolation"

DEMANDING = Problem(
    ShallowNetwork(np.array([[100.0], [-353.566]]), np.array([0.0, -282.853]), np.array([70.711, 50.002]), 0.0),
    np.array([[1.0], [-1.0], [-1.0]]),
)
"""An instance that needs a constant above 0.288; random search finds none above 0.17."""
DEMANDING_RESIDUALS = (-1 / 3, -2 / 3, -2 / 3)


def bound(problem: Problem, residuals: npt.ArrayLike, constant: float = 0.5) -> Comparison:
    """The right side with the constant given, against |f|_S; the claim has the constant 1/2."""
    r = np.broadcast_to(np.asarray(residuals, dtype=float), len(problem.x))
    top = float(np.linalg.eigvalsh(autograd_hessian(problem, r))[-1])
    radius_square = float(np.max(np.sum(problem.x**2, axis=1)))
    term = constant * np.sqrt(1 + radius_square) * np.sqrt(np.mean(r**2))
    rounding = 10 * problem.rounding * (1 + float(np.max(np.abs(r))))
    return Comparison(top / 2 - 0.5 + float(term), stability_norm(problem.network, problem.x), rounding)


def test_bound(evidence: Evidence) -> None:
    """The bound, for residuals of every size and sign, and for the most demanding instance known."""
    with evidence.tested(CLAIM, "the bound in terms of the loss, residuals of every size") as tally:

        def holds(problem: Problem, residuals: npt.ArrayLike) -> None:
            comparison = bound(problem, residuals)
            assert not comparison.violated, f"{comparison} is false at {problem!r}, residuals {residuals!r}"
            tally.add(comparison.slack)

        holds(DEMANDING, DEMANDING_RESIDUALS)
        settings(max_examples=100)(given(problems(max_n=4), st.sampled_from((0.0, 0.125, -1.0, 8.0)))(holds))()


@pytest.mark.parametrize("constant", [0.0, 0.25, 0.288])
def test_control(evidence: Evidence, constant: float) -> None:
    """Smaller constants before the residual term."""
    comparison = bound(DEMANDING, DEMANDING_RESIDUALS, constant)
    found = f"{comparison} is false at {DEMANDING!r}, residuals -1/3, -2/3, -2/3" if comparison.violated else None
    evidence.control(CLAIM, f"the constant {constant:g} in place of 1/2", found)
