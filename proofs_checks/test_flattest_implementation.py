"""flattest-implementation: weak duality, for a net and for other ways to write the same function."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.sharpness import sharpness
from proofs_checks.instances import Comparison, Problem, counterexample, problems
from proofs_checks.ledger import Evidence

CLAIM = "flattest-implementation"

Choice = Callable[[Array, Array], Array]


def certificate(n: int, seed: int) -> Array:
    """A positive semidefinite U of trace one, [n, n], of random rank."""
    generator = np.random.default_rng(seed)
    factor = generator.standard_normal((n, int(generator.integers(1, n + 1))))
    # near the constant vector the bound is closest
    factor[:, 0] = 1 + 0.3 * factor[:, 0]
    U = factor @ factor.T
    return np.asarray(U / np.trace(U))


def dual_bound(problem: Problem, U: Array, choose: Choice = np.minimum) -> float:
    """The bound of the claim; the smaller of the two orientations unless another choice is given."""
    x, n = problem.x, len(problem.x)
    reduced = problem.network.reduced()
    sides = []
    for sign in (1, -1):
        z = np.maximum(sign * (x @ reduced.directions.T - reduced.thresholds), 0)
        features = (z > 0).astype(float)
        outputs = np.einsum("jh,jl,lh->h", z, U, z)
        levers = np.einsum("jh,jl,lh->h", features, U * (1 + x @ x.T), features)
        sides.append(np.sqrt(np.maximum(outputs * levers, 0)))
    return float(U.sum() + 2 * np.abs(reduced.amplitudes) @ choose(*sides)) / n


def check(problem: Problem, seed: int = 0, trace: float = 1.0, choose: Choice = np.minimum) -> Comparison:
    """The sharpness of the net against the bound."""
    U = trace * certificate(len(problem.x), seed)
    # a root in the bound of a cancelled sum keeps only half of the digits
    rounding = problem.rounding + 1e-7 * dual_bound(problem, U, choose)
    return Comparison(sharpness(problem.network, problem.x), dual_bound(problem, U, choose), rounding)


def test_weak_duality(evidence: Evidence) -> None:
    """For the net as it is, rescaled, and split in two."""
    with evidence.tested(
        CLAIM, "dual bounds at random certificates, for a net, its rescalings and its splittings"
    ) as tally:

        @settings(max_examples=80)
        @given(problems(max_n=5), st.integers(0, 1000))
        def holds(problem: Problem, seed: int) -> None:
            net = problem.network
            halves = ShallowNetwork(
                np.concatenate([net.W1, net.W1]),
                np.concatenate([net.b1, net.b1]),
                np.concatenate([net.w2, net.w2]) / 2,
                0.0,
            )
            U = certificate(len(problem.x), seed)
            for implementation in (net, net.rescaled(np.full(net.k, 4.0)), halves.balanced(problem.x)):
                written = Problem(implementation, problem.x)
                comparison = check(written, seed)
                assert not comparison.violated, f"{comparison} is false at {written!r}"
                assert dual_bound(written, U) == pytest.approx(dual_bound(problem, U), rel=1e-6, abs=1e-9)
                tally.add(comparison.slack)

        holds()


def test_uniform_certificate(evidence: Evidence) -> None:
    """At the uniform certificate the bound is one plus twice the stability norm."""
    with evidence.tested(CLAIM, "the uniform certificate gives 1 + 2|f|_S") as tally:

        @settings(max_examples=60)
        @given(problems())
        def equal(problem: Problem) -> None:
            n = len(problem.x)
            bound = dual_bound(problem, np.full((n, n), 1 / n))
            assert bound == pytest.approx(1 + 2 * stability_norm(problem.network, problem.x), rel=1e-9)
            tally.count()

        equal()


@pytest.mark.parametrize(
    ("variant", "variation"),
    [("certificates of trace 3/2", {"trace": 1.5}), ("the larger of the two orientations", {"choose": np.maximum})],
    ids=["trace", "orientation"],
)
def test_control(evidence: Evidence, variant: str, variation: dict[str, object]) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(lambda p: check(p, 0, **variation)))  # type: ignore[arg-type]
