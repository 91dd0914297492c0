"""nondifferentiable-minima: one exact step from a shifted output bias leaves, above the threshold, kinks or not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from numerics.audit.certificate import write_audit
from numerics.audit.examination import audit
from numerics.exact.balls import ball
from numerics.gram import gram_matrix, mean_gradient_square
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from numerics.problem import Problem as LabelledProblem
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.dynamics import DEVIATION, descend, parameters
from proofs_checks.instances.exact import RationalProblem, close, value
from proofs_checks.instances.exact_steps import batch_share, interpolating, shifted_step
from proofs_checks.instances.networks import Comparison, Problem, counterexample, problems
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings
from proofs_checks.instances.variants import norm_with
from proofs_checks.verify.__main__ import check

CLAIM = "nondifferentiable-minima"
SHIFT = Fraction(1, 1000)

ON_A_KINK = Problem(
    ShallowNetwork(np.array([[1.5], [-1.5]]), np.zeros(2), np.ones(2), 0.0), np.array([[-1.0], [0.0], [1.0]])
)
"""The even function 1.5 |x| with a datum on its kink: nearly balanced, so that its norm is nearly (|q|^2 - 1)/2."""


def one_step(problem: Problem, step_size: float) -> float:
    """|delta_1|^2 / |delta_0|^2 after one true step of gradient descent from a shifted output bias."""
    start = np.zeros(len(parameters(problem.network)))
    start[-1] = DEVIATION
    _, after = descend(problem, start, step_size, [list(range(len(problem.x)))])
    return float(np.sum(after**2) / DEVIATION**2)


def with_kink_data_active(problem: Problem) -> float:
    """The stability norm with masks t >= 0: data on a kink count for either side."""
    net, x = problem.network, problem.x
    reduced = net.reduced()
    total = 0.0
    for amplitude, members in zip(reduced.amplitudes, reduced.members, strict=True):
        first = members[0]
        offset = (x @ net.W1[first] + net.b1[first]) / np.linalg.norm(net.W1[first])
        sides = []
        for sign in (1, -1):
            active = sign * offset >= 0
            lever = active.mean() ** 2 + np.sum((active @ x / len(x)) ** 2)
            sides.append(np.maximum(sign * offset, 0).mean() * np.sqrt(lever))
        total += abs(amplitude) * min(sides)
    return float(total)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_pinned(evidence: Evidence, net: Pinned) -> None:
    """The step in rational numbers, on nets whose norm and mean gradient are known; two of them with data on kinks."""
    exact = interpolating(net.problem)
    with evidence.tested(CLAIM, ("step", "mean-gradient", "bound"), "one step in rational numbers") as tally:
        for step_size in (Fraction(1, 7), Fraction(1), Fraction(3)):
            q = net.mean_gradient_square
            assert shifted_step(exact, SHIFT, step_size) == SHIFT**2 * (1 - 2 * step_size + step_size**2 * q)
            tally.count()
        # at 2/|q|^2 the step goes as far as it started, and the bound is (|q|^2 - 1)/2 there
        assert shifted_step(exact, SHIFT, 2 / net.mean_gradient_square) == SHIFT**2
        assert value(net.norm).lower() <= ball((net.mean_gradient_square - 1) / 2)
        assert close(stability_norm(net.network, net.x), net.norm)
        assert mean_gradient_square(net.network, net.x) == pytest.approx(float(net.mean_gradient_square), rel=1e-13)


def test_pinned_verdict(evidence: Evidence, tmp_path: Path) -> None:
    """With data on kinks and |q|^2 = 37/9 by hand, steps above 18/37 are unstable, and below nothing is decided."""
    net, near = PINNED["data on kinks"], Fraction(1, 10**9)
    threshold, problem = 2 / net.mean_gradient_square, LabelledProblem(net.network, net.x, net.network(net.x))
    certificate = tmp_path / "audit.json"
    with evidence.tested(CLAIM, "step", "verdicts on kinks next to the step 2/|q|^2, by hand") as tally:
        for step_size, verdict in ((threshold * (1 - near), "undecided"), (threshold * (1 + near), "unstable")):
            found = audit(problem, step_size=step_size, rescaled=False)
            assert found.verdict == verdict
            write_audit(certificate, problem, found)
            assert f"{verdict} at step size" in check(certificate.read_bytes())
            tally.count()
        low, high = audit(problem, rescaled=False).largest_stable_step or (0, 0)
        assert low == 0
        assert threshold <= high < threshold * (1 + near)
        tally.count()


def test_exact_step(evidence: Evidence) -> None:
    """The step is 1 - 2 eta + eta^2 |q|^2, also with data on kinks, and expands above 1/(|f|_S + 1/2)."""
    with evidence.tested(
        CLAIM,
        ("step", "mean-gradient", "bound", "open-ball"),
        "one true step from a shifted output bias, with data on kinks: it expands above the threshold",
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


@pytest.mark.parametrize("name", ["data on kinks", "a hat", "merged amplitudes that cancel"])
def test_batches(evidence: Evidence, name: str) -> None:
    """E|delta_1|^2 over all batches, in rational numbers."""
    exact = interpolating(PINNED[name].problem)
    n = len(exact.x)
    trace = sum((exact.gram()[j][j] for j in range(n)), Fraction(0))
    with evidence.tested(CLAIM, "mean-square", "the mean over all batches of one step, in rational numbers") as tally:
        for batch in range(1, n + 1):
            p, step_size = batch_share(n, batch), Fraction(1, 3)
            batches = list(combinations(range(n), batch))
            found = sum((shifted_step(exact, SHIFT, step_size, chosen) for chosen in batches), Fraction(0))
            square = (1 - p) * exact.mean_gradient_square() + p * trace
            assert found / len(batches) == SHIFT**2 * (1 - 2 * step_size + step_size**2 * square)
            tally.count()
    net = PINNED[name]
    assert np.trace(gram_matrix(net.network, net.x)) == pytest.approx(float(trace), rel=1e-13)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_control(evidence: Evidence, share: float) -> None:
    """The step does not expand at every smaller step size."""

    def expands(problem: Problem) -> Comparison:
        below = share * 2 / mean_gradient_square(problem.network, problem.x)
        return Comparison(one_step(problem, below), 1.0, 1e-3, "length after one step, over that before, against 1")

    evidence.control(
        CLAIM,
        f"one step expands already at {share:g} of 2/|q|^2",
        counterexample(expands, problems(kinks=True)),
        because="the step contracts in the direction of the output bias while eta |q|^2 < 2",
        statement="step",
    )


@pytest.mark.parametrize(
    ("variant", "norm", "because"),
    [
        (
            "masks t >= 0, by which data on a kink count for either side",
            with_kink_data_active,
            "data on a kink weigh on the lever of either side, but the step that is taken does not see them",
        ),
        (
            "the larger of the two orientations",
            lambda problem: norm_with(problem, np.maximum),
            "the neuron may be written in the orientation that weighs less",
        ),
    ],
    ids=["masks", "orientation"],
)
def test_control_norm(evidence: Evidence, variant: str, norm: Callable[[Problem], float], because: str) -> None:
    """At 2/|q|^2 one step goes exactly as far as it started; other norms exceed the bound there."""

    def bounded(problem: Problem) -> Comparison:
        threshold = 2 / mean_gradient_square(problem.network, problem.x)
        of = f"1/eta - 1/2 at eta = {threshold:.6g} against that norm"
        return Comparison(1 / threshold - 0.5, norm(problem), problem.rounding, of)

    strict = bounded(ON_A_KINK) if variant.startswith("masks") else None
    if strict is not None:
        assert stability_norm(ON_A_KINK.network, ON_A_KINK.x) <= strict.large
        found = f"{strict} is false at {ON_A_KINK!r}" if strict.violated else None
    else:
        found = counterexample(bounded)
    evidence.control(CLAIM, variant, found, because=because, statement="bound")


def test_the_kink_instance() -> None:
    """1.5 |x| on -1, 0, 1 in rational numbers: a datum on the kink, |q|^2 = 1 + 2 (1/4 + 2/9)."""
    exact = RationalProblem.of([[Fraction(3, 2)], [-Fraction(3, 2)]], [0, 0], [1, 1], 0, [[-1], [0], [1]])
    assert exact.kinks() == 2
    assert exact.mean_gradient_square() == 1 + 2 * (Fraction(1, 4) + Fraction(2, 9))
