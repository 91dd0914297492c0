"""linear-stability: gradient descent stays at a minimum if and only if its sharpness is at most 2/eta."""

from __future__ import annotations

from collections.abc import Callable

import hypothesis
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.network import ShallowNetwork
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.dynamics import DEVIATION, growth, mean_growth, parameters
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample

CLAIM = "linear-stability"
LINEAR = 1e-3
"""Relative deviation from the linearisation that is allowed for, at deviations of 1e-8 and moderate parameters."""


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


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivation."""
    evidence.derived(CLAIM)


def test_gradient_descent_stays_below(evidence: Evidence) -> None:
    """Below the threshold no deviation grows, whatever its direction."""
    with evidence.tested(
        CLAIM, "simulated gradient descent at 0.95 of the threshold: random deviations never grow"
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
        CLAIM, "simulated gradient descent at 1.1 of the threshold: it leaves, at the rate of the claim"
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
        CLAIM, "simulated SGD, exact mean over all batch sequences: E delta follows gradient descent"
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
    ("variant", "max_n", "check"),
    [
        (
            "bounded only if the sharpness is at most 1/eta (tried at 1.5/eta)",
            3,
            lambda p: Comparison(growth(p, 1.5, 12), 2.0, 0.0, "growth after 12 steps"),
        ),
        (
            "bounded if the sharpness is at most 2.5/eta (tried at 2.4/eta)",
            3,
            lambda p: Comparison(1 + LINEAR, growth(p, 2.4, 12), 0.0, "no growth after 12 steps"),
        ),
        (
            "sharpness at most 2/eta suffices for SGD (tried at 1.9/eta, batches of one)",
            2,
            lambda p: Comparison(1 + LINEAR, mean_growth(p, 1.9, 3)[0], 0.0, "no growth of E|delta| after 3 steps"),
        ),
    ],
    ids=["threshold-1", "threshold-2.5", "sufficient-for-SGD"],
)
def test_control(evidence: Evidence, variant: str, max_n: int, check: Callable[[Problem], Comparison]) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(check, minima(max_n=max_n)))
