"""flattest-implementation: weak duality, the gap closed by both ends, and what it says of trained nets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.enclosure import enclose
from numerics.flattest.implementation import flattest_implementation_bound, implementation_lower_bound
from numerics.flattest.rescaling import certified_implementation_lower_bound, certify_flattest, flattest
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from numerics.training.mnist import Dataset, Preprocessing
from numerics.training.sweep import SweepRun
from proofs_checks.evidence.ledger import Evidence, Proofs
from proofs_checks.instances.dual import (
    against_certificate,
    certificate,
    dual_bound,
    exact_dual_bound,
    implementations,
    random_problem,
    symmetric_problem,
    without_cancelling,
)
from proofs_checks.instances.exact import RationalProblem, close, dot, value
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, nearly_tight_problems, problems
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings

CLAIM = "flattest-implementation"
Tasks = Mapping[Preprocessing, Dataset]
GAP = Fraction(1, 10**6)
"""The relative gap between the proved ends of the flattest sharpness that no instance may exceed."""


def test_derived(evidence: Evidence) -> None:
    """Weak duality for rescalings, hyperplanes and the amplitudes of a function."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_pinned(evidence: Evidence, net: Pinned) -> None:
    """The bound in rational numbers: at the constant vector 1 + 2|f|_S by hand, and at another unit vector."""
    n = len(net.x)
    other = tuple(2 / Fraction(n) - (j == 0) for j in range(n))
    assert dot(other, other) == 1
    with evidence.tested(
        CLAIM, ("hyperplanes", "constant-certificate"), "the dual bound in rational numbers, at two certificates"
    ) as tally:
        constant = np.full((n, n), 1 / n)
        expected = ((Fraction(1), 1), *((2 * q, r) for q, r in net.norm))
        assert close(dual_bound(Problem(net.network, net.x), constant), expected, 1e-13)
        assert close(implementation_lower_bound(net.network, net.x, vectors=np.ones((1, n))), expected, 1e-13)
        assert close(1 + 2 * stability_norm(net.network, net.x), expected, 1e-13)
        proved = certified_implementation_lower_bound(net.network, net.x, vectors=np.ones((1, n)))
        assert close(float(proved), expected, 1e-13)
        tally.count()
        at_other, vectors = exact_dual_bound(net.problem, other), np.array([other], dtype=float)
        assert close(dual_bound(Problem(net.network, net.x), vectors.T @ vectors), at_other, 1e-12)
        assert close(implementation_lower_bound(net.network, net.x, vectors=vectors), at_other, 1e-12)
        assert value(at_other).lower() <= net.problem.sharpness().upper()
        tally.count()


@pytest.mark.parametrize(
    ("name", "points", "amplitudes"),
    [
        ("one neuron", [[0]], [2]),
        ("both orientations of one hyperplane", [[-1]], [5]),
        ("merged amplitudes that cancel", [[0, 5], [5, 0]], [1, 0]),
        ("data on kinks", [[1], [0]], [1, -1]),
        ("a hat", [[-1], [0], [1]], [1, -2, 1]),
        ("duplicated neurons", [[1, 7]], [-4]),
    ],
)
def test_amplitudes(evidence: Evidence, name: str, points: list[list[int]], amplitudes: list[int]) -> None:
    """Second differences across the hyperplanes in rational numbers, and the merged amplitudes by hand."""
    net, reach = PINNED[name].problem, Fraction(1, 8)

    def f(point: Sequence[Fraction]) -> Fraction:
        return RationalProblem.of(net.W1, net.b1, net.w2, net.b2, [point]).values()[0]

    with evidence.tested(CLAIM, "amplitudes", "second differences of the function, in rational numbers") as tally:
        for group, place, amplitude in zip(net.hyperplanes(), points, amplitudes, strict=True):
            first = net.W1[group[0][0]]
            size = Fraction(math.isqrt(int(dot(first, first))))
            assert size**2 == dot(first, first)
            normal = [entry / size for entry in first]
            ahead, behind = ([Fraction(z) + s * reach * v for z, v in zip(place, normal, strict=True)] for s in (1, -1))
            assert f(ahead) + f(behind) - 2 * f([Fraction(z) for z in place]) == reach * amplitude
            tally.count()
    assert PINNED[name].network.reduced().amplitudes.tolist() == amplitudes


def test_weak_duality(evidence: Evidence) -> None:
    """For the net as it is, rescaled, and split in two."""
    with evidence.tested(
        CLAIM,
        ("rescalings", "hyperplanes", "implementations"),
        "dual bounds at random certificates, for a net, its rescalings and its splittings",
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
                comparison = against_certificate(written, seed)
                assert not comparison.violated, f"{comparison} is false at {written!r}"
                assert dual_bound(written, U) == pytest.approx(dual_bound(problem, U), rel=1e-6, abs=1e-9)
                tally.add(comparison.relative_margin)

        holds()


def test_uniform_certificate(evidence: Evidence) -> None:
    """At the uniform certificate the bound is one plus twice the stability norm."""
    with evidence.tested(CLAIM, "constant-certificate", "the constant certificate gives 1 + 2|f|_S") as tally:

        @settings(max_examples=60)
        @given(problems())
        def equal(problem: Problem) -> None:
            n = len(problem.x)
            bound = dual_bound(problem, np.full((n, n), 1 / n))
            assert bound == pytest.approx(1 + 2 * stability_norm(problem.network, problem.x), rel=1e-9)
            tally.count()

        equal()


def test_strong_duality_random(evidence: Evidence) -> None:
    """Scales and a certificate with nearly the same value: proved from both sides."""
    with evidence.certified(
        CLAIM, "gap", f"scales and a certificate within {float(GAP)} of each other, both in exact numbers and balls"
    ) as proofs:
        evidence.seed("flattest rescalings", "0..39")
        widest = Fraction(0)
        several = 0
        for problem in (*CASES.values(), *map(random_problem, range(40)), *map(symmetric_problem, range(40))):
            found = flattest(problem.network, problem.x)
            proved = certify_flattest(problem.network, problem.x, found=found)
            proofs.at_most(proved.gap, GAP, f"the gap between the bounds at {problem!r}")
            proofs.at_most(proved.lower, proved.upper, "weak duality")
            widest = max(widest, proved.gap)
            several += len(found.vectors) > 1
        proofs.figures["widest relative gap"] = float(widest)
        proofs.figures["certificates of rank above 1"] = several
        assert several > 0, "no instance with a multiple top eigenvalue was tried"


def test_every_implementation_certified(evidence: Evidence) -> None:
    """The best certificate found, against enclosed sharpnesses of several implementations, and against the norm."""
    with evidence.tested(
        CLAIM,
        ("implementations", "constant-certificate"),
        "the best certificate found, below the enclosed sharpness of implementations and above 1 + 2|f|_S",
    ) as tally:
        proofs = Proofs()

        @settings(max_examples=25)
        @given(problems(max_n=5) | nearly_tight_problems())
        def holds(problem: Problem) -> None:
            net, x = problem.network, problem.x
            best = flattest_implementation_bound(net, x)
            bound = certified_implementation_lower_bound(net, x, vectors=best.vectors)
            rescaled = flattest(net, x).network.rescaled(np.full(net.k, 2.0))
            for implementation in (net, rescaled, *implementations(net)):
                if np.array_equal(implementation(x), net(x)):
                    proofs.at_most(
                        bound, arb(enclose(implementation, x).gram_sharpness.upper()), f"the bound at {problem!r}"
                    )
            norm = 1 + 2 * enclose(net, x).stability_norm
            # the float certificate may lose its last digits against the constant one
            proofs.at_most(norm * (1 - arb(10) ** -9), bound, f"the constant certificate at {problem!r}")
            tally.count()

        holds()


@pytest.fixture(scope="module")
def trained(runs: tuple[SweepRun, ...]) -> list[SweepRun]:
    """The counted runs of the sweep."""
    return [run for run in runs if run.counted]


def test_trained_networks(evidence: Evidence, trained: list[SweepRun], tasks: Tasks) -> None:
    """How much sharper gradient descent leaves the net than its flattest rescaling, and than any implementation."""
    with evidence.observed(
        CLAIM, "rescalings", "MNIST nets: their sharpness over that of the flattest rescaling"
    ) as tally:
        excess, distance, gaps = [], [], []
        for run in trained:
            assert run.result.network is not None
            assert run.measurement is not None
            x = tasks[run.preprocessing].x
            found = flattest(run.result.network, x)
            best = flattest_implementation_bound(run.result.network, x)
            excess.append(run.measurement.gram_sharpness / found.upper)
            distance.append(run.measurement.gram_sharpness / best.lower)
            gaps.append(found.gap)
            tally.add((run.measurement.gram_sharpness - found.lower) / run.measurement.gram_sharpness)
        tally.figures |= {
            "sharper than the flattest rescaling, least factor": min(excess),
            "sharper than the flattest rescaling, largest factor": max(excess),
            "sharper than the bound on every implementation, least factor": min(distance),
            "widest relative gap": max(gaps),
        }
        assert min(excess) >= 1 - 1e-9
        assert max(gaps) < GAP


def test_trained_network_certified(evidence: Evidence, trained: list[SweepRun], tasks: Tasks) -> None:
    """At the largest step size no implementation is flatter than the flattest rescaling, up to what is proved."""
    with evidence.certified(
        CLAIM, "gap", "the MNIST net of the largest step size: the flattest rescaling, and every implementation"
    ) as proofs:
        run = max(trained, key=lambda run: (run.preprocessing == "raw", run.plan.step_size))
        assert run.result.network is not None
        x = tasks[run.preprocessing].x
        network = run.result.network
        proved = certify_flattest(network, x, found=flattest(network, x))
        proofs.at_most(proved.gap, GAP, "the gap")
        proofs.encloses("sharpness of the flattest rescaling", (proved.lower, proved.upper))
        best = flattest_implementation_bound(network, x)
        bound = certified_implementation_lower_bound(network, x, vectors=best.vectors)
        proofs.at_most(bound, proved.upper, "no implementation bound exceeds the flattest rescaling")
        proofs.encloses("bound on every implementation, from below", (bound, bound))


@pytest.mark.parametrize(
    ("variant", "check_variant", "because", "statement"),
    [
        (
            "certificates of trace 3/2",
            lambda p: against_certificate(p, 0, trace=1.5),
            "the bound is attained for constant nets, and scales with the trace",
            "hyperplanes",
        ),
        (
            "the larger of the two orientations",
            lambda p: against_certificate(p, 0, choose=np.maximum),
            "a neuron written in the orientation that weighs less has no more to pay",
            "hyperplanes",
        ),
        (
            "amplitudes of one hyperplane added up by their sizes",
            without_cancelling,
            "two neurons that cancel are the zero function, which an empty net computes",
            "implementations",
        ),
    ],
    ids=["trace", "orientation", "cancelling"],
)
def test_control(
    evidence: Evidence, variant: str, check_variant: Callable[[Problem], Comparison], because: str, statement: str
) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(check_variant), because=because, statement=statement)


def test_control_fixed_point(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    """The top eigenvector alone, iterated, does not settle where the top eigenvalue is double."""
    monkeypatch.setattr("numerics.flattest.search._PATIENCE", 1000)
    monkeypatch.setattr("numerics.flattest.search._interior_point", lambda *_: None)
    for seed in range(20):
        problem = symmetric_problem(seed)
        proved = certify_flattest(problem.network, problem.x, found=flattest(problem.network, problem.x, rounds=100))
        if proved.gap > GAP:
            found = f"seed {seed}: the gap is {float(proved.gap):.3g} after 100 rounds"
            break
    else:
        found = None
    evidence.control(
        CLAIM,
        "the fixed-point iteration alone always closes the gap",
        found,
        because="on symmetric data the top eigenvalue is double there, and one eigenvector is no certificate",
        statement="gap",
    )
