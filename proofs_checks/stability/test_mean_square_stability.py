"""mean-square-stability: the bound with its gain, at the largest step size at which SGD is bounded in mean square."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.norm import stability_norm
from numerics.sharpness import gram_matrix, sharpness
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.networks import Comparison, Problem, counterexample, problems

CLAIM = "mean-square-stability"


def second_moment_radius(problem: Problem, batch: int, step_size: float) -> float:
    """Spectral radius of the map of E[delta delta^T] in one step of SGD, on the span of the features."""
    features = problem.network.gradients(problem.x)
    _, values, rows = np.linalg.svd(features, full_matrices=False)
    kept = rows[values > 1e-9 * values[0]]
    coordinates = features @ kept.T
    identity = np.eye(len(kept))
    batches = [list(chosen) for chosen in combinations(range(len(problem.x)), batch)]
    steps = [identity - step_size * coordinates[b].T @ coordinates[b] / batch for b in batches]
    return float(np.abs(np.linalg.eigvals(np.mean([np.kron(step, step) for step in steps], axis=0))).max())


def largest_step(problem: Problem, batch: int) -> float:
    """The largest step size at which SGD is bounded in mean square, by bisection from above."""
    low, high = 0.0, 2 / sharpness(problem.network, problem.x)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if second_moment_radius(problem, batch, middle) <= 1 else (low, middle)
    return high


def gain(problem: Problem, batch: int, share: float | None = None) -> float:
    """1 + p (kappa - 1), with p of the claim unless another share is given."""
    n = len(problem.x)
    p = (n - batch) / (batch * (n - 1)) if n > 1 else 0.0
    s = gram_matrix(problem.network, problem.x).sum(axis=1)
    kappa = n * np.sum(s**4) / np.sum(s**2) ** 2
    return float(1 + (p if share is None else share) * (kappa - 1))


def bound(problem: Problem, batch: int, numerator: float = 2.0, share: float | None = None) -> Comparison:
    """2/eta at the largest step size, against the gain times 1 + 2|f|_S."""
    batch = min(batch, len(problem.x))
    small = gain(problem, batch, share) * (1 + 2 * stability_norm(problem.network, problem.x))
    large = numerator / largest_step(problem, batch)
    return Comparison(large, small, 1e-8 * large)


def test_bound(evidence: Evidence) -> None:
    """Random minima and batch sizes; with all data in the batch it is the threshold of gradient descent."""
    with evidence.tested(CLAIM, "the bound at the largest step size bounded in mean square, all batch sizes") as tally:

        @settings(max_examples=60)
        @given(problems(max_n=4, max_d=2, max_k=2), st.integers(1, 4))
        def holds(problem: Problem, batch: int) -> None:
            comparison = bound(problem, batch)
            assert not comparison.violated, f"{comparison} is false at {problem!r}, batches of {batch}"
            if batch >= len(problem.x):
                limit = 2 / sharpness(problem.network, problem.x)
                assert largest_step(problem, len(problem.x)) == pytest.approx(limit, rel=1e-6)
            tally.add(comparison.slack)

        holds()


@pytest.mark.parametrize(
    ("variant", "check"),
    [
        ("kappa in place of 1 + p(kappa - 1), batches of two", lambda p: bound(p, 2, share=1.0)),
        ("1.9/eta in place of 2/eta, batches of two", lambda p: bound(p, 2, numerator=1.9)),
    ],
    ids=["share", "numerator"],
)
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison]) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(check, problems(max_n=3, max_d=1, max_k=2), tries=1000))
