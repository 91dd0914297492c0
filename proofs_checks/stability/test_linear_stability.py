"""linear-stability: linearised gradient descent stays bounded if and only if the sharpness is at most 2/eta."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.audit.examination import audit
from numerics.enclosure import enclose
from numerics.measurement import measure
from numerics.network import ShallowNetwork
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.dynamics import DEVIATION, growth, mean_growth, parameters
from proofs_checks.instances.exact import Matrix, RationalProblem, Vector, dot, top_at_most
from proofs_checks.instances.networks import CASES, Comparison, Problem
from proofs_checks.instances.pinned import PINNED
from proofs_checks.instances.profiles import settings

CLAIM = "linear-stability"
LINEAR = 1e-3
"""Relative deviation from the linearisation that is allowed for, at deviations of 1e-8 and moderate parameters."""
ONE_DATUM = PINNED["n = 1"].problem
"""H = g g^T with |g|^2 = 61."""


@st.composite
def minima(draw: st.DrawFn, max_n: int = 4) -> Problem:
    """Interpolating minima with parameters of moderate size, no datum within 1/32 of a kink."""
    d, n, k = draw(st.integers(1, 2)), draw(st.integers(1, max_n)), draw(st.integers(1, 3))

    def matrix(rows: int, columns: int) -> np.ndarray:
        entries = st.lists(st.integers(-4, 4).map(lambda q: q / 2), min_size=rows * columns, max_size=rows * columns)
        return np.array(draw(entries)).reshape(rows, columns)

    network = ShallowNetwork(matrix(k, d), matrix(1, k)[0] + 1 / 16, matrix(1, k)[0], 0.0)
    problem = Problem(network, matrix(n, d))
    hypothesis.assume(np.abs(network.preactivations(problem.x)).min() >= 1 / 32)
    return problem


def interpolating(net: RationalProblem) -> Matrix:
    """The Hessian where the labels are the net's own values."""
    return RationalProblem.of(net.W1, net.b1, net.w2, net.b2, net.x).hessian()


def stepped(hessian: Matrix, step_size: Fraction, deviation: Vector) -> Vector:
    """One step of the linearised iteration, exactly."""
    return tuple(entry - step_size * dot(row, deviation) for entry, row in zip(deviation, hessian, strict=True))


def path(hessian: Matrix, step_size: Fraction, start: Vector, steps: int) -> list[Fraction]:
    """The squared lengths along the linearised iteration, exactly."""
    deviation, sizes = start, [dot(start, start)]
    for _ in range(steps):
        deviation = stepped(hessian, step_size, deviation)
        sizes.append(dot(deviation, deviation))
    return sizes


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_pinned(evidence: Evidence) -> None:
    """One datum: H = g g^T has the eigenvalue 61, so the threshold is 2/61, and the rates are known exactly."""
    hessian, gradient = interpolating(ONE_DATUM), ONE_DATUM.gradients()[0]
    with evidence.tested(
        CLAIM,
        ("sufficient", "along-an-eigenvector", "necessary", "negative-curvature", "threshold"),
        "exact rates along g at eta lambda = 1, 2, 2 + 1/2 and at a negative eigenvalue",
    ) as tally:
        for multiple, rate in ((1, 0), (2, 1), (Fraction(5, 2), Fraction(9, 4)), (Fraction(1, 2), Fraction(1, 4))):
            sizes = path(hessian, Fraction(multiple) / 61, gradient, 4)
            assert sizes == [61 * Fraction(rate) ** t for t in range(5)]
            tally.count()
        negative = tuple(tuple(-entry for entry in row) for row in hessian)
        assert path(negative, Fraction(1, 122), gradient, 3) == [61 * Fraction(9, 4) ** t for t in range(4)]
        tally.count()


@pytest.mark.parametrize("name", ["n = 1", "every inequality an equality"])
def test_pinned_verdicts(evidence: Evidence, name: str) -> None:
    """The sharpness is rational by hand: a billionth below 2/lambda all verdicts are stable, a billionth above none."""
    net = PINNED[name]
    assert net.sharpness is not None
    ((top, _),) = net.sharpness
    threshold, near = 2 / top, Fraction(1, 10**9)
    labels = net.network(net.x)
    with evidence.tested(CLAIM, "threshold", "verdicts next to the largest stable step size, by hand") as tally:
        for step_size, verdict in ((threshold * (1 - near), "stable"), (threshold * (1 + near), "unstable")):
            assert enclose(net.network, net.x, step_size=step_size).verdict == verdict
            assert audit(net.network, net.x, labels, step_size, rescaled=False).verdict == verdict
            tally.count()
        # at the threshold itself balls decide nothing, and whole numbers do
        assert audit(net.network, net.x, labels, threshold, rescaled=False).verdict == "stable"
        low, high = audit(net.network, net.x, labels, rescaled=False).largest_stable_step or (0, 0)
        assert threshold * (1 - near) < low <= threshold <= high < threshold * (1 + near)
        found = measure(net.network, net.x, labels).largest_stable_step
        assert found == pytest.approx(float(threshold), rel=1e-12)
        tally.count()


def test_exact_iterations(evidence: Evidence) -> None:
    """In exact rationals: no step lengthens any deviation at or below the threshold."""
    with evidence.tested(
        CLAIM, ("sufficient", "threshold"), "linearised steps of every pinned net in exact rationals, random starts"
    ) as tally:
        generator = np.random.default_rng(0)
        for pinned in PINNED.values():
            hessian = interpolating(pinned.problem)
            mantissa, exponent = pinned.problem.sharpness(bits=20).upper().man_exp()
            top = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
            assert top_at_most(hessian, top)
            for _ in range(5):
                start = tuple(Fraction(int(entry), 8) for entry in generator.integers(-8, 9, len(hessian)))
                for multiple in (Fraction(2), Fraction(1)):
                    sizes = path(hessian, multiple / top, start, 3)
                    assert sizes == sorted(sizes, reverse=True)
                tally.count()


def test_gradient_descent_stays_below(evidence: Evidence) -> None:
    """Below the threshold no deviation grows, whatever its direction."""
    with evidence.tested(
        CLAIM, "sufficient", "simulated gradient descent at 0.95 of the threshold: random deviations never grow"
    ) as tally:

        def stays(problem: Problem, seed: int) -> None:
            generator = np.random.default_rng(seed)
            start = generator.standard_normal(len(parameters(problem.network)))
            factor = growth(problem, 1.9, start=start / np.linalg.norm(start) * DEVIATION)
            assert factor <= 1 + LINEAR, f"grew by {factor} at {problem!r}"
            tally.add((1 + LINEAR - factor) / (1 + LINEAR))

        for name in ("n = 1", "d = 1", "k = 1", "a dead layer", "duplicated points", "zero output weights"):
            stays(CASES[name], 0)
        settings(max_examples=80)(given(minima(), st.integers(0, 2**16))(stays))()


def test_gradient_descent_leaves_above(evidence: Evidence) -> None:
    """Above the threshold the deviation along the sharpest direction grows at the rate |1 - eta lambda|."""
    with evidence.tested(
        CLAIM,
        ("along-an-eigenvector", "necessary", "threshold"),
        "simulated gradient descent at 1.1 of the threshold leaves at the rate of the claim",
    ) as tally:

        def leaves(problem: Problem) -> None:
            factor, expected = growth(problem, 2.2), 1.2**24
            assert factor == pytest.approx(expected, rel=10 * LINEAR), problem
            tally.add((factor - 1) / factor)

        for name in ("n = 1", "d = 1", "k = 1", "a dead layer", "duplicated points", "zero output weights"):
            leaves(CASES[name])
        settings(max_examples=80)(given(minima())(leaves))()


def test_stochastic_gradient_descent(evidence: Evidence) -> None:
    """The mean deviation of SGD follows gradient descent, so its mean size grows above the threshold."""
    with evidence.tested(
        CLAIM,
        ("mean-of-a-step", "mean-trajectory", "necessary-for-sgd", "necessary-near-the-minimum"),
        "simulated SGD, exact mean over all batch sequences: E delta follows gradient descent",
    ) as tally:

        @settings(max_examples=40)
        @given(minima(max_n=3), st.sampled_from((1.5, 2.2)))
        def follows(problem: Problem, multiple: float) -> None:
            mean_size, size_of_mean = mean_growth(problem, multiple, steps=4)
            assert size_of_mean == pytest.approx(abs(1 - multiple) ** 4, rel=10 * LINEAR)
            assert mean_size >= size_of_mean * (1 - 1e-9)
            spread = (mean_size - size_of_mean) / mean_size
            tally.add(spread if spread > 1e-9 else None)

        follows()


@pytest.mark.parametrize(
    ("variant", "because", "statement", "check"),
    [
        (
            "bounded only if the sharpness is at most 1/eta (tried at 1.5/eta)",
            "at eta lambda = 3/2 the factor is -1/2: the deviation changes sides and shrinks",
            "threshold",
            lambda p: Comparison(growth(p, 1.5, 12), 2.0, 0.0, "growth in 12 steps against a doubling"),
        ),
        (
            "bounded if the sharpness is at most 2.5/eta (tried at 2.4/eta)",
            "at eta lambda = 2.4 the factor is -1.4",
            "sufficient",
            lambda p: Comparison(1 + LINEAR, growth(p, 2.4, 12), 0.0, "the growth allowed against that in 12 steps"),
        ),
        (
            "sharpness at most 2/eta suffices for SGD (tried at 1.9/eta, batches of one)",
            "single data have larger gradients than the mean Hessian shows",
            "necessary-for-sgd",
            lambda p: Comparison(
                1 + LINEAR,
                mean_growth(p, 1.9, 3)[0],
                0.0,
                "the growth allowed against that of the mean length in 3 steps",
            ),
        ),
    ],
    ids=["threshold-1", "threshold-2.5", "sufficient-for-SGD"],
)
def test_control(
    evidence: Evidence, variant: str, because: str, statement: str, check: Callable[[Problem], Comparison]
) -> None:
    """False neighbours, refuted by one of the named cases."""
    problems = [CASES[name] for name in ("d = 1", "k = 1", "zero output weights")]
    found = next((f"{check(problem)} is false at {problem!r}" for problem in problems if check(problem).violated), None)
    evidence.control(CLAIM, variant, found, because=because, statement=statement)


def test_control_without_positivity(evidence: Evidence) -> None:
    """At n = 1 with residual 3 the Hessian is indefinite, and gradient descent leaves however small the step."""
    hessian = ONE_DATUM.hessian()
    # along (w1, b1) and w2 against each other: the curvature of the product w2 t falls below 0
    start = tuple(map(Fraction, (-2, -4, -2, 3, 0)))
    curvature = dot(start, [dot(row, start) for row in hessian])
    step_size = Fraction(1, 200)
    bounded = top_at_most(hessian, 2 / step_size)
    sizes = path(hessian, step_size, start, 40)
    grows = curvature < 0 and bounded and sizes[-1] > 4 * sizes[0]
    found = (
        f"<t, Ht> = {curvature} at t = (-2, -4, -2, 3, 0), H <= 400 and eta = 1/200: "
        f"|delta|^2 grows from {sizes[0]} to {float(sizes[-1]):.6g} in 40 steps"
    )
    evidence.control(
        CLAIM,
        "sharpness at most 2/eta is enough without H >= 0",
        found if grows else None,
        because="along a negative eigenvalue the factor 1 - eta lambda exceeds 1 at every step size",
        statement="sufficient",
    )
