"""mean-square-stability: the bound with its gain, at the largest step size at which SGD is bounded in mean square."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.gram import gram_matrix, gram_sharpness
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import close, dot
from proofs_checks.instances.exact_steps import batch_share, gain, mean_over_batches, row_sums
from proofs_checks.instances.networks import Comparison, Problem, counterexample, problems
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings

CLAIM = "mean-square-stability"

ONE_ACTIVE = Problem(ShallowNetwork(np.array([[1.0]]), np.zeros(1), np.ones(1), 0.0), np.array([[1.0], [-1.0]]))
"""A neuron that is active on one of two data: the gain is above 1, and all data are in a batch of two."""


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
    low, high = 0.0, 2 / gram_sharpness(problem.network, problem.x)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if second_moment_radius(problem, batch, middle) <= 1 else (low, middle)
    return high


def kurtosis(problem: Problem) -> float:
    """The gain kappa."""
    s = gram_matrix(problem.network, problem.x).sum(axis=1)
    return float(len(s) * np.sum(s**4) / np.sum(s**2) ** 2)


def bound(problem: Problem, batch: int, numerator: float = 2.0, share: float | None = None) -> Comparison:
    """2/eta at the largest step size, against (1 + p (kappa - 1)) (1 + 2|f|_S); p of the claim unless given."""
    n = len(problem.x)
    batch = min(batch, n)
    p = float(batch_share(n, batch)) if share is None else share
    small = (1 + p * (kurtosis(problem) - 1)) * (1 + 2 * stability_norm(problem.network, problem.x))
    large = numerator / largest_step(problem, batch)
    return Comparison(large, small, 1e-8 * large, f"{numerator:g}/eta against the left side")


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_pinned(evidence: Evidence, net: Pinned) -> None:
    """One step from the mean gradient over all batches, the gain and the row sums, in rational numbers."""
    exact, problem = net.problem, Problem(net.network, net.x)
    s, n = row_sums(exact), len(exact.x)
    square, second = net.mean_gradient_square, dot(s, s) / n
    fourth = sum((entry**4 for entry in s), Fraction(0)) / n
    with evidence.tested(
        CLAIM,
        ("gain-bound", "gain", "gain-at-least-one", "batch-law"),
        "one step over all batches, in rational numbers",
    ) as tally:
        assert sum(s, Fraction(0)) / n == square
        assert gain(exact) * second**2 == fourth
        assert gain(exact) >= 1
        for batch in range(1, n + 1):
            p = batch_share(n, batch)
            for step_size in (Fraction(1, 5), Fraction(2)):
                expected = square**2 - 2 * step_size * square * second
                expected += step_size**2 * ((1 - p) * second**2 + p * fourth)
                assert mean_over_batches(exact, batch, step_size) == expected
                tally.count()
            # where one step does not grow, the bound holds: exactly at the step size 2 |q|^2 / ((1 + p (kappa - 1)) F)
            threshold = 2 * square / ((1 + p * (gain(exact) - 1)) * second)
            assert mean_over_batches(exact, batch, threshold) == square**2
            assert (1 + p * (gain(exact) - 1)) * square <= 2 / threshold
    assert close(stability_norm(net.network, net.x), net.norm)
    assert kurtosis(problem) == pytest.approx(float(gain(exact)), rel=1e-12)
    assert gram_sharpness(net.network, net.x) == pytest.approx(float(exact.sharpness().mid()), rel=1e-12)


def test_bound(evidence: Evidence) -> None:
    """Random minima and batch sizes; with all data in the batch it is the threshold of gradient descent."""
    with evidence.tested(
        CLAIM, ("bound", "gain-bound"), "the bound at the largest step size bounded in mean square, all batch sizes"
    ) as tally:

        @settings(max_examples=60)
        @given(problems(max_n=4, max_d=2, max_k=2), st.integers(1, 4))
        def holds(problem: Problem, batch: int) -> None:
            comparison = bound(problem, batch)
            assert not comparison.violated, f"{comparison} is false at {problem!r}, batches of {batch}"
            if batch >= len(problem.x):
                limit = 2 / gram_sharpness(problem.network, problem.x)
                assert largest_step(problem, len(problem.x)) == pytest.approx(limit, rel=1e-6)
            tally.add(comparison.relative_margin)

        holds()


def test_one_step(evidence: Evidence) -> None:
    """Up to the largest step size bounded in mean square no first step grows, in directions at random."""
    with evidence.tested(CLAIM, "one-step", "E<v, delta_1>^2 <= |v|^4 for directions v at random") as tally:

        @settings(max_examples=40)
        @given(problems(max_n=4, max_d=2, max_k=2), st.integers(1, 4), st.integers(0, 1000))
        def holds(problem: Problem, batch: int, seed: int) -> None:
            batch = min(batch, len(problem.x))
            step_size = largest_step(problem, batch)
            features = problem.network.gradients(problem.x)
            generator = np.random.default_rng(seed)
            for v in (features.mean(axis=0), features.T @ generator.standard_normal(len(features))):
                v = v / np.linalg.norm(v)
                seen = [np.mean((features[list(b)] @ v) ** 2) for b in combinations(range(len(features)), batch)]
                growth = float(np.mean((1 - step_size * np.array(seen)) ** 2))
                comparison = Comparison(1.0, growth, 1e-6, "no growth against growth")
                assert not comparison.violated, f"{comparison} is false at {problem!r}, batches of {batch}"
                tally.add(comparison.relative_margin)

        holds()


@pytest.mark.parametrize(
    ("variant", "check", "because"),
    [
        (
            "kappa in place of 1 + p(kappa - 1), batches of two",
            lambda p: bound(p, 2, share=1.0),
            "with all data in the batch p = 0: the threshold of gradient descent does not see kappa",
        ),
        (
            "1.9/eta in place of 2/eta, batches of two",
            lambda p: bound(p, 2, numerator=1.9),
            r"for constant nets $K = \mathbf 1\mathbf 1^{\mathsf T}/n$, the norm is 0 and the threshold is 2",
        ),
        (
            "p = 1/B, as for batches drawn with replacement, batches of two",
            lambda p: bound(p, 2, share=0.5),
            "without replacement a batch of all data has p = 0",
        ),
    ],
    ids=["share", "numerator", "replacement"],
)
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison], because: str) -> None:
    """False neighbours."""
    found = counterexample(check, problems(max_n=3, max_d=1, max_k=2), tries=1000, known=ONE_ACTIVE)
    evidence.control(CLAIM, variant, found, because=because, statement="bound")
