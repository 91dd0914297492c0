"""flattest-implementation: duality, the gap closed by both ends, and what it says of trained nets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.enclosure import enclose
from numerics.flattest.family import Rescalings
from numerics.flattest.implementation import flattest_implementation_bound, implementation_lower_bound
from numerics.flattest.orientation import flat_implementation
from numerics.flattest.rescaling import certified_implementation_lower_bound, certify_flattest, flattest
from numerics.gram import gram_matrix, gram_sharpness
from numerics.lower_bounds.row_sums import row_sum_bound
from numerics.minimum.stored import stored_networks
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from numerics.problem import Problem as NetworkOnData
from numerics.training.mnist import Dataset, Preprocessing
from numerics.training.sweep import SweepRun
from proofs_checks.evidence.ledger import Evidence, Proofs
from proofs_checks.evidence.record import Table
from proofs_checks.instances.dual import (
    against_certificate,
    certificate,
    dual_bound,
    exact_dual_bound,
    implementations,
    symmetric_problem,
    without_cancelling,
)
from proofs_checks.instances.exact import RationalProblem, close, dot, value
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, nearly_tight_problems, problems
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import factor, settings
from proofs_checks.instances.rescalable import KINDS, rescalable
from theory.stability.flattest_implementation import LARGE_STEPS, SMALL_STEPS

CLAIM = "flattest-implementation"
Tasks = Mapping[Preprocessing, Dataset]
GAP = Fraction(1, 10**9)
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


def test_balanced_certificates(evidence: Evidence) -> None:
    """At the scales that are best against a random certificate <K, U> is its dual value; convexity between two such."""
    with (
        evidence.tested(
            CLAIM, "central-path", "the Gram matrix against a certificate, at the scales that are best for it"
        ) as met,
        evidence.tested(CLAIM, "convexity", "sharpnesses between two rescalings") as between,
    ):

        @settings(max_examples=60)
        @given(problems(max_n=5), st.integers(0, 1000), st.floats(0, 1))
        def holds(problem: Problem, seed: int, h: float) -> None:
            family = Rescalings(NetworkOnData(problem.network, problem.x))
            random = np.random.default_rng(seed)
            first, second = random.standard_normal((2, 2, family.n))
            ends = [family.best_scales(vectors) for vectors in (first, second)]
            tops = [family.top_eigenpairs(end)[0][0] for end in ends]
            K = gram_matrix(problem.network.rescaled_about(family.scales(ends[0])), problem.x)
            against = np.einsum("rj,jl,rl->", first, K, first) / np.sum(first**2)
            if np.abs(ends[0]).max(initial=0.0) < 10:
                assert against == pytest.approx(family.dual_value(first), rel=1e-6)
                met.count()
            mixed = np.log((1 - h) * np.exp(ends[0]) + h * np.exp(ends[1]))
            for middle, weights in ((mixed, (1 - h, h)), ((ends[0] + ends[1]) / 2, (0.5, 0.5))):
                high = weights[0] * tops[0] + weights[1] * tops[1]
                low = family.top_eigenpairs(middle)[0][0]
                assert low <= high * (1 + 1e-9), f"not convex at {problem!r}"
                margin = (high - low) / high
                between.add(margin if margin > 1e-9 else None)

        holds()


@pytest.mark.parametrize("kind", KINDS)
def test_strong_duality(evidence: Evidence, kind: str) -> None:
    """Scales and a certificate with nearly the same value, proved from both sides, in every draw of each kind."""
    seeds = 4 * factor()
    with (
        evidence.certified(CLAIM, "gap", f"scales and a certificate in exact numbers and balls: {kind}") as proofs,
        evidence.tested(CLAIM, ("strong-duality", "complementary"), f"both ends meet: {kind}") as tally,
    ):
        evidence.seed(f"hard to rescale, {kind}", f"0..{seeds - 1}")
        widest = Fraction(0)
        for seed in range(seeds):
            problem = rescalable(kind, seed)
            found = flattest(problem.network, problem.x)
            proved = certify_flattest(problem.network, problem.x, found=found)
            proofs.at_most(proved.gap, GAP, f"the gap between the bounds at {problem!r}")
            proofs.at_most(proved.lower, proved.upper, "weak duality")
            widest = max(widest, proved.gap)
            tally.count()
        proofs.figures[f"widest relative gap, {kind}"] = float(widest)


def test_the_named_nets(evidence: Evidence) -> None:
    """The same for the small nets that all checks know by name."""
    with evidence.certified(CLAIM, "gap", "the named small nets: both bounds in exact numbers and balls") as proofs:
        for problem in CASES.values():
            proved = certify_flattest(problem.network, problem.x, found=flattest(problem.network, problem.x))
            proofs.at_most(proved.gap, GAP, f"the gap between the bounds at {problem!r}")


def complementary_at_ones(net: RationalProblem) -> Fraction:
    """The top eigenvalue of a net for which the constant vector is an eigenvector of K and every neuron is balanced."""
    rows = {sum(row, Fraction(0)) for row in net.gram()}
    assert len(rows) == 1
    (top,) = rows
    assert net.sharpness().contains(arb(top.numerator) / top.denominator)
    for i in net.neurons:
        side = net.side(i, 1)
        assert net.w2[i] ** 2 * side.lever_square == side.excess**2
    return top


ONE_DATUM = RationalProblem.of([[1], [2]], [0, 0], [Fraction(3, 5), Fraction(-6, 5)], 0, [[Fraction(3, 4)]])


@pytest.mark.parametrize(
    ("net", "top"),
    [
        (ONE_DATUM, Fraction(53, 8)),
        (PINNED["every inequality an equality"].problem, Fraction(289, 64)),
    ],
    ids=["one datum", "every inequality an equality"],
)
def test_complementary_pairs(evidence: Evidence, net: RationalProblem, top: Fraction) -> None:
    """In rational numbers, at U = 1 1^T / n: the sharpness is the dual value, and no rescaling is flatter."""
    with evidence.tested(CLAIM, "complementary", "complementary pairs in rational numbers") as tally:
        assert complementary_at_ones(net) == top
        # |w2| sqrt(P Q) = Q for balanced neurons
        assert top == 1 + 2 * sum(net.side(i, 1).excess ** 2 for i in net.neurons)
        for factor_of in (Fraction(1, 2), Fraction(9, 8), Fraction(3)):
            W1 = [[factor_of * entry for entry in net.W1[0]], *net.W1[1:]]
            b1 = [factor_of * net.b1[0], *net.b1[1:]]
            other = RationalProblem.of(W1, b1, [net.w2[0] / factor_of, *net.w2[1:]], net.b2, net.x)
            assert other.sharpness() > arb(top.numerator) / top.denominator
            tally.count()


def test_cheaper_sides_are_enough(evidence: Evidence) -> None:
    """Neurons apart from each other, each active on the few data beyond it: the best rescaling is below all else."""
    with evidence.tested(
        CLAIM, "of-any-width", "the best rescaling of nets with every neuron on its cheaper side, against other nets"
    ) as tally:
        for seed in range(40 * factor()):
            random = np.random.default_rng(seed)
            n, d, k = (int(random.integers(low, high)) for low, high in ((5, 25), (1, 4), (1, 4)))
            W1, w2 = random.standard_normal((k, d)), random.standard_normal(k)
            net = ShallowNetwork(W1, -np.abs(random.standard_normal(k)), w2, 0.0)
            x = random.standard_normal((n, d))
            found = flattest(net, x)
            bound = implementation_lower_bound(net, x, vectors=found.vectors)
            # a neuron on its costlier side would be seen here
            if bound < found.lower * (1 - 1e-9):
                continue
            assert bound == pytest.approx(found.upper, rel=1e-8)
            turned = flat_implementation(net, x, rounds=2)
            for sharpness in (turned.sharpness, *(gram_sharpness(other, x) for other in implementations(net))):
                assert sharpness >= found.lower * (1 - 1e-9)
                tally.count()


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


BOUNDS = (
    "MNIST net",
    "known before: 1 + 2 |f|_S",
    "ours, all nets that compute f",
    "exact, flattest rescaling",
    "ours, the net as trained",
    "exact, as trained",
)
"""The columns of the table: bounds of the largest eigenvalue of K from below, and what they bound.

1 + 2|f|_S is the bound by Nacson et al. (2023), for all nets that compute f; the next is that by the best certificate
found; of the net as trained the bound is that by the row sums of K (weights-from-data).
"""


def test_trained_networks(evidence: Evidence, trained: list[SweepRun], tasks: Tasks) -> None:
    """How much sharper gradient descent leaves the net than its flattest rescaling, and than any implementation."""
    with evidence.observed(
        CLAIM,
        ("rescalings", "implementations"),
        "MNIST nets: bounds of the largest eigenvalue of K from below, and its values",
    ) as tally:
        excess, distance, gaps, rows = [], [], [], []
        for run in trained:
            assert run.result.network is not None
            assert run.measurement is not None
            x = tasks[run.preprocessing].x
            found = flattest(run.result.network, x)
            best = flattest_implementation_bound(run.result.network, x)
            excess.append(run.measurement.gram_sharpness / found.upper)
            distance.append(run.measurement.gram_sharpness / best.lower)
            gaps.append(found.gap)
            published, top = 1 + 2 * run.measurement.stability_norm, run.measurement.gram_sharpness
            by_rows = row_sum_bound(run.result.network, x)
            for ascending in ((published, best.lower, found.upper, top), (published, by_rows, top)):
                assert all(one <= other * (1 + 1e-9) for one, other in pairwise(ascending)), f"{ascending}: {run.plan}"
            tally.add((top - found.lower) / top)
            name = f"{run.preprocessing} pixels, eta = {run.plan.step_size:g}"
            rows.append((name, published, best.lower, found.upper, by_rows, top))
        tally.table = Table(BOUNDS, tuple(rows))
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


STORED = {stored.name: stored for stored in stored_networks()}


@pytest.mark.parametrize("name", LARGE_STEPS)
def test_large_steps(evidence: Evidence, name: str) -> None:
    """The bound on every implementation, proved, against the best rescaling, proved."""
    stored = STORED[name]
    problem = NetworkOnData(stored.network, stored.task.x)
    with evidence.certified(
        CLAIM, "large-steps", f"no implementation is flatter than the best rescaling: {name}"
    ) as proofs:
        evidence.data(stored.task.name, stored.task.digest)
        proved = certify_flattest(problem, found=flattest(problem))
        best = flattest_implementation_bound(problem)
        bound = certified_implementation_lower_bound(problem, vectors=best.vectors)
        proofs.at_most(proved.upper * (1 - GAP), bound, "the bound on every implementation")
        proofs.at_most(bound, proved.upper, "weak duality")
        proofs.encloses(f"sharpness of the flattest implementation, {name}", (bound, proved.upper))
        proofs.figures[f"sharper as trained, {name}"] = gram_sharpness(problem) / float(proved.upper) - 1


@pytest.mark.parametrize("name", SMALL_STEPS)
def test_small_steps(evidence: Evidence, name: str) -> None:
    """The bound on every implementation, the best implementation found, the best rescaling, and the net as trained."""
    stored = STORED[name]
    with evidence.observed(
        CLAIM, "small-steps", f"implementations that are flatter than all rescalings: {name}"
    ) as tally:
        evidence.data(stored.task.name, stored.task.digest)
        found = flat_implementation(stored.network, stored.task.x)
        trained = gram_sharpness(stored.network, stored.task.x)
        assert found.bound.lower < found.sharpness < found.rescaled < trained
        assert gram_sharpness(found.network, stored.task.x) == pytest.approx(found.sharpness, rel=1e-9)
        far = 3 * np.random.default_rng(0).standard_normal((100, stored.network.d))
        np.testing.assert_allclose(found.network(far), stored.network(far), atol=1e-12)
        tally.add((found.rescaled - found.sharpness) / found.rescaled)
        tally.figures |= {
            f"bound on every implementation, {name}": found.bound.lower,
            f"best implementation found, {name}": found.sharpness,
            f"best rescaling, {name}": found.rescaled,
            f"as trained, {name}": trained,
        }


@pytest.mark.parametrize(
    ("variant", "check_variant", "known", "because", "statement"),
    [
        (
            "certificates of trace 3/2",
            lambda p: against_certificate(p, 0, trace=1.5),
            "a dead layer",
            "the bound is attained for constant nets, and scales with the trace",
            "hyperplanes",
        ),
        (
            "the larger of the two orientations",
            lambda p: against_certificate(p, 0, choose=np.maximum),
            "n = 1",
            "a neuron written in the orientation that weighs less has no more to pay",
            "hyperplanes",
        ),
        (
            "amplitudes of one hyperplane added up by their sizes",
            without_cancelling,
            "amplitudes that cancel",
            "two neurons that cancel are the zero function, which an empty net computes",
            "implementations",
        ),
    ],
    ids=["trace", "orientation", "cancelling"],
)
def test_control(
    evidence: Evidence,
    variant: str,
    check_variant: Callable[[Problem], Comparison],
    known: str,
    because: str,
    statement: str,
) -> None:
    """False neighbours."""
    evidence.control(
        CLAIM, variant, counterexample(check_variant, known=CASES[known]), because=because, statement=statement
    )


def test_control_unbalanced(evidence: Evidence) -> None:
    """The top eigenspace alone is no certificate, nor is balance alone."""
    net = ShallowNetwork([[2.0]], [0.0], [1.0], 0.0)
    top, least = gram_sharpness(net, [[0.75]]), flattest(net, [[0.75]]).lower
    evidence.control(
        CLAIM,
        "a certificate on the top eigenspace is enough",
        f"w1 = 2, w2 = 1 at x = 3/4: lambda_max = {top:.6g}, a rescaling has {least:.6g}" if least < top else None,
        because="the neuron is not balanced, and another scale makes it cheaper",
        statement="complementary",
    )
    problem = symmetric_problem(2)
    balanced = problem.network.balanced(problem.x)
    top, least = gram_sharpness(balanced, problem.x), flattest(balanced, problem.x).upper
    evidence.control(
        CLAIM,
        "balanced neurons are enough",
        f"an even function on symmetric data: lambda_max = {top:.6g} where all neurons are balanced for the constant "
        f"vector, a rescaling has {least:.6g}"
        if least < top * (1 - 1e-3)
        else None,
        because="the constant vector is no eigenvector of K",
        statement="complementary",
    )


def test_control_orientation_is_free(evidence: Evidence) -> None:
    """The best rescaling is not the flattest implementation where neurons are on their costlier side."""
    found = flat_implementation(ShallowNetwork([[1.0], [1.0]], [0.0, -1.0], [1.0, -1.0], 0.0), [[2.0], [5.0], [6.0]])
    evidence.control(
        CLAIM,
        "a complementary pair is the flattest of all implementations, whatever the orientations",
        f"a ramp left of all data: {found.rescaled:.6g} at its best rescaling, {found.sharpness:.6g} turned round"
        if found.sharpness < found.rescaled / 2
        else None,
        because="turned round, its neurons are dead",
        statement="of-any-width",
    )


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
