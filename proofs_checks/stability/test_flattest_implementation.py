"""flattest-implementation: weak duality, the gap closed by both ends, and what it says of trained nets."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.ball import enclose
from numerics.flattest import certified_implementation_lower_bound, certify, flattest
from numerics.implementations import flattest_implementation_bound
from numerics.mnist import parity_task
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.sharpness import sharpness
from numerics.sweep import SweepRun, profile, run_sweep
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, nearly_tight_problems, problems

CLAIM = "flattest-implementation"
GAP = Fraction(1, 10**6)
"""The relative gap between the proved ends of the flattest sharpness that no instance may exceed."""

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


def test_derived(evidence: Evidence) -> None:
    """Weak duality for rescalings, and the scale at which nothing is lost."""
    evidence.derived(CLAIM)


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


def random_problem(seed: int) -> Problem:
    """Normal weights and data, up to 60 points."""
    generator = np.random.default_rng(seed)
    n, d, k = int(generator.integers(1, 61)), int(generator.integers(1, 9)), int(generator.integers(1, 13))
    W1, b1, w2 = generator.standard_normal((k, d)), generator.standard_normal(k), generator.standard_normal(k)
    return Problem(ShallowNetwork(W1, b1, w2, 0.0), 3 * generator.standard_normal((n, d)))


def symmetric_problem(seed: int) -> Problem:
    """An even function on data x and -x, where the top eigenvalue is often double at the flattest rescaling."""
    half = random_problem(seed)
    W1, w2 = half.network.W1, half.network.w2
    even = ShallowNetwork(np.concatenate([W1, -W1]), 0 * np.concatenate([w2, w2]), np.concatenate([w2, w2]), 0.0)
    return Problem(even, np.concatenate([half.x, -half.x])[:60])


def test_strong_duality_random(evidence: Evidence) -> None:
    """Scales and a certificate with nearly the same value: proved from both sides."""
    with evidence.certified(
        CLAIM, f"scales and a certificate within {float(GAP)} of each other, both in exact numbers and balls"
    ) as proofs:
        evidence.seed("flattest rescalings", "0..39")
        widest = Fraction(0)
        several = 0
        for problem in (*CASES.values(), *map(random_problem, range(40)), *map(symmetric_problem, range(40))):
            found = flattest(problem.network, problem.x)
            proved = certify(problem.network, problem.x, found)
            proofs.at_most(proved.gap, GAP, f"the gap between the bounds at {problem!r}")
            proofs.at_most(proved.lower, proved.upper, "weak duality")
            widest = max(widest, proved.gap)
            several += len(found.vectors) > 1
        proofs.figures["widest relative gap"] = float(widest)
        proofs.figures["certificates of rank above 1"] = several
        assert several > 0, "no instance with a multiple top eigenvalue was tried"


def test_every_implementation_certified(evidence: Evidence) -> None:
    """The best certificate found, against enclosed sharpnesses of several implementations, and against the norm."""
    with evidence.certified(
        CLAIM, "the best certificate found, below the enclosed sharpness of implementations and above 1 + 2|f|_S"
    ) as proofs:

        @settings(max_examples=25)
        @given(problems(max_n=5) | nearly_tight_problems())
        def holds(problem: Problem) -> None:
            net, x = problem.network, problem.x
            best = flattest_implementation_bound(net, x)
            bound = certified_implementation_lower_bound(net, x, best.vectors)
            doubled = ShallowNetwork(
                np.concatenate([net.W1, net.W1]),
                np.concatenate([net.b1, net.b1]),
                np.concatenate([0.75 * net.w2, 0.25 * net.w2]),
                0.0,
            )
            # t = relu(t) - relu(-t): an affine function is added and taken away again
            mirrored = ShallowNetwork(
                np.concatenate([net.W1, net.W1, -net.W1, -net.W1]),
                np.concatenate([net.b1, net.b1, -net.b1, -net.b1]),
                np.concatenate([net.w2, net.w2, net.w2, -net.w2]) / 2,
                0.0,
            )
            for implementation in (net, doubled, flattest(net, x).network.rescaled(np.full(net.k, 2.0)), mirrored):
                if np.array_equal(implementation(x), net(x)):
                    proofs.at_most(
                        bound, arb(enclose(implementation, x).sharpness.upper()), f"the bound at {problem!r}"
                    )
            norm = 1 + 2 * enclose(net, x).stability_norm
            # the float certificate may lose its last digits against the constant one
            proofs.at_most(norm * (1 - arb(10) ** -9), bound, f"the constant certificate at {problem!r}")

        holds()


@pytest.fixture(scope="module")
def trained(request: pytest.FixtureRequest) -> list[SweepRun]:
    """The counted runs of the sweep; finished runs come from the cache."""
    return [run for run in run_sweep(profile(request.config.getoption("profile"))) if run.counted]


def test_trained_networks(evidence: Evidence, trained: list[SweepRun]) -> None:
    """How much sharper gradient descent leaves the net than its flattest rescaling, and than any implementation."""
    with evidence.observed(CLAIM, "MNIST nets: their sharpness over that of the flattest rescaling") as tally:
        data = {
            run.preprocessing: parity_task(run.measurement.n, run.preprocessing).x for run in trained if run.measurement
        }
        excess, distance, gaps = [], [], []
        for run in trained:
            assert run.result.network is not None
            assert run.measurement is not None
            x = data[run.preprocessing]
            found = flattest(run.result.network, x)
            best = flattest_implementation_bound(run.result.network, x)
            excess.append(run.measurement.sharpness / found.upper)
            distance.append(run.measurement.sharpness / best.lower)
            gaps.append(found.gap)
            tally.add((run.measurement.sharpness - found.lower) / run.measurement.sharpness)
        tally.figures |= {
            "sharper than the flattest rescaling, least factor": min(excess),
            "sharper than the flattest rescaling, largest factor": max(excess),
            "sharper than the bound on every implementation, least factor": min(distance),
            "widest relative gap": max(gaps),
        }
        assert min(excess) >= 1 - 1e-9
        assert max(gaps) < GAP


def test_trained_network_certified(evidence: Evidence, trained: list[SweepRun]) -> None:
    """At the largest step size no implementation is flatter than the flattest rescaling, up to what is proved."""
    with evidence.certified(
        CLAIM, "the MNIST net of the largest step size: the flattest rescaling, and every implementation"
    ) as proofs:
        run = max(trained, key=lambda run: (run.preprocessing == "raw", run.plan.step_size))
        assert run.result.network is not None
        assert run.measurement is not None
        x = parity_task(run.measurement.n, run.preprocessing).x
        network = run.result.network
        proved = certify(network, x, flattest(network, x))
        proofs.at_most(proved.gap, GAP, "the gap")
        proofs.encloses("sharpness of the flattest rescaling", (proved.lower, proved.upper))
        best = flattest_implementation_bound(network, x)
        bound = certified_implementation_lower_bound(network, x, best.vectors)
        proofs.at_most(bound, proved.upper, "no implementation bound exceeds the flattest rescaling")
        proofs.encloses("bound on every implementation, from below", (bound, bound))


@pytest.mark.parametrize(
    ("variant", "variation"),
    [("certificates of trace 3/2", {"trace": 1.5}), ("the larger of the two orientations", {"choose": np.maximum})],
    ids=["trace", "orientation"],
)
def test_control(evidence: Evidence, variant: str, variation: dict[str, object]) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(lambda p: check(p, 0, **variation)))  # type: ignore[arg-type]


def test_control_fixed_point(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    """The top eigenvector alone, iterated, does not settle where the top eigenvalue is double."""
    monkeypatch.setattr("numerics.support.flattest_search._PATIENCE", 1000)
    monkeypatch.setattr("numerics.support.flattest_search._interior_point", lambda *_: None)
    for seed in range(20):
        problem = symmetric_problem(seed)
        proved = certify(problem.network, problem.x, flattest(problem.network, problem.x, rounds=100))
        if proved.gap > GAP:
            found = f"seed {seed}: the gap is {float(proved.gap):.3g} after 100 rounds"
            break
    else:
        found = None
    evidence.control(CLAIM, "the fixed-point iteration alone always closes the gap", found)
