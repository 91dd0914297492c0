"""mean-square-threshold: the threshold by matrices of squared size, by one of the size of the data, and its bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import lower, upper
from numerics.gram import gram_matrix, gram_sharpness
from numerics.mean_square.bounds import cheap_bounds
from numerics.mean_square.lyapunov import Lyapunov
from numerics.mean_square.minima import batch_curve
from numerics.mean_square.threshold import threshold, thresholds
from numerics.minimum.stored import stored_networks
from numerics.network import ShallowNetwork
from numerics.training.mnist import Dataset, Preprocessing
from numerics.training.sweep import SweepRun
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.evidence.record import Table
from proofs_checks.instances.exact import dot
from proofs_checks.instances.exact_steps import batch_share
from proofs_checks.instances.networks import Comparison, Problem, counterexample, problems
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings
from proofs_checks.instances.second_moments import defined, in_range, radius, share, stepped
from proofs_checks.instances.threshold_bounds import (
    ROUNDING,
    at_most,
    collatz_wielandt,
    order,
    with_replacement,
    without_n,
    without_one,
)
from theory.stability.mean_square_threshold import BATCHES, MINIMA

CLAIM = "mean-square-threshold"

APART = Problem(ShallowNetwork(np.array([[1.0]]), np.zeros(1), np.array([4.0]), 0.0), np.array([[3.0], [-1.0], [-2.0]]))
"""A neuron that is active on one of three data, whose gradient is much longer than the others."""
EQUAL = Problem(ShallowNetwork(np.array([[1.0]]), np.array([0.5]), np.ones(1), 0.0), np.array([[1.0], [1.0]]))


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_threshold(evidence: Evidence) -> None:
    """SGD over all batches on both sides of the threshold, which grows with the batch to that of gradient descent."""
    with evidence.tested(CLAIM, "threshold", "the spectral radius of SGD on both sides, all batch sizes") as tally:

        @settings(max_examples=200)
        @given(problems(max_n=4, max_d=2, max_k=2))
        def holds(problem: Problem) -> None:
            n = len(problem.x)
            found = [one.value for one in thresholds(gram_matrix(problem.network, problem.x), range(1, n + 1))]
            for batch, value in enumerate(found, 1):
                assert value == pytest.approx(2 / defined(problem, share(problem, batch)), rel=1e-8)
                assert radius(problem, batch, value * (1 - 1e-6)) <= 1 + 1e-12, f"{problem!r}, batches of {batch}"
                assert radius(problem, batch, value * (1 + 1e-5)) > 1, f"{problem!r}, batches of {batch}"
                tally.count()
            assert all(one <= other * (1 + 1e-8) for one, other in pairwise(found)), repr(problem)
            assert found[-1] == pytest.approx(2 / gram_sharpness(problem.network, problem.x), rel=1e-9)

        holds()


def test_gram_coordinates(evidence: Evidence) -> None:
    """The matrix has no negative entries, and bounds hold at any weights and level."""
    with evidence.tested(
        CLAIM, "gram-coordinates", "both bounds at weights and levels at random; entries of N"
    ) as tally:

        @settings(max_examples=500)
        @given(problems(max_n=5, max_d=2, max_k=2), st.integers(1, 4), st.integers(0, 1000))
        def holds(problem: Problem, batch: int, seed: int) -> None:
            n = len(problem.x)
            if n == 1:  # p = 0
                return
            batch = min(batch, n - 1)
            for comparison in collatz_wielandt(problem, batch, seed):
                assert not comparison.violated, f"{comparison} is false at {problem!r}, batches of {batch}"
                tally.add(comparison.relative_margin)
            equation, p = Lyapunov(gram_matrix(problem.network, problem.x)), share(problem, batch)
            level = threshold(gram_matrix(problem.network, problem.x), batch).level
            factor = p * n * equation.products / equation.divisors(p, level)
            columns = [equation.diagonal(equation.coordinates(unit) * factor) for unit in np.eye(n)]
            assert np.min(columns) >= -1e-12 * np.max(columns)
            assert np.abs(np.linalg.eigvals(columns)).max() == pytest.approx(1, rel=1e-7)

        holds()


def test_cheap_bounds(evidence: Evidence) -> None:
    """The chain on random minima and batch sizes."""
    with evidence.tested(CLAIM, "cheap-bounds", "bounds on both sides of the threshold") as tally:

        @settings(max_examples=500)
        @given(problems(max_n=5, max_d=3, max_k=3), st.integers(1, 5))
        def holds(problem: Problem, batch: int) -> None:
            for comparison in order(problem, min(batch, len(problem.x))):
                assert not comparison.violated, f"{comparison} is false at {problem!r}, batches of {batch}"
                tally.add(comparison.relative_margin)

        holds()


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_pinned(evidence: Evidence, net: Pinned) -> None:
    """One step over all batches in rational numbers: lengths, directions, and forms of certificates."""
    exact = net.problem
    n = len(exact.x)
    gram = tuple(tuple(n * entry for entry in row) for row in exact.gram())
    u = tuple(Fraction(3 * j % 5 + 1, j + 2) for j in range(n))
    a = tuple(dot(row, u) for row in gram)
    A = [[Fraction((j + 1) * (l + 1) % 7 - 2, 3) for l in range(n)] for j in range(n)]  # noqa: E741
    with evidence.tested(
        CLAIM,
        ("one-step-length", "no-growth", "direction", "certificate"),
        "one step over all batches, in rational numbers",
    ) as tally:
        for batch in range(1, n + 1):
            p, eta = batch_share(n, batch), Fraction(1, 7)
            batches = list(combinations(range(n), batch))
            after = [stepped(gram, u, chosen, eta) for chosen in batches]
            slopes = [tuple(dot(row, v) for row in gram) for v in after]
            lengths = sum((dot(v, s) for v, s in zip(after, slopes, strict=True)), Fraction(0)) / len(batches)
            weighted = (1 - p) * sum((a[j] * dot(gram[j], a) for j in range(n)), Fraction(0)) / n
            weighted += p * sum((gram[j][j] * a[j] ** 2 for j in range(n)), Fraction(0))
            assert lengths == dot(u, a) - eta / n * (2 * dot(a, a) - eta * weighted)
            mean = dot(a, a) / n
            fourth = sum((entry**4 for entry in a), Fraction(0)) / n
            seen = sum((dot(a, v) ** 2 for v in after), Fraction(0)) / len(batches)
            grown = (1 - p) * mean**2 + p * fourth
            assert seen == dot(u, a) ** 2 - 2 * eta * dot(u, a) * mean + eta**2 * grown
            forms = sum((dot(s, tuple(dot(row, s) for row in A)) for s in slopes), Fraction(0)) / len(batches)
            moved = tuple(dot(row, a) / n for row in gram)
            image = tuple(dot(row, moved) for row in A)
            diagonal = (dot(gram[j], tuple(dot(row, gram[j]) for row in A)) / n for j in range(n))
            certified = 2 / eta * dot(a, tuple(dot(row, moved) for row in A)) - (1 - p) * dot(moved, image)
            certified -= p * sum((entry * a[j] ** 2 for j, entry in enumerate(diagonal)), Fraction(0))
            assert forms == dot(a, tuple(dot(row, a) for row in A)) - eta**2 * certified
            tally.count()


def test_eigenvector_and_trace(evidence: Evidence) -> None:
    """Where one step neither grows nor falls, along each eigenvector or added up, the bounds hold with equality."""
    with evidence.tested(
        CLAIM, ("eigenvector", "trace", "largest-gradient"), "the step sizes at which one step neither grows nor falls"
    ) as tally:

        @settings(max_examples=100)
        @given(problems(max_n=4, max_d=2, max_k=2), st.integers(1, 4))
        def holds(problem: Problem, batch: int) -> None:
            rows, gram = in_range(problem), gram_matrix(problem.network, problem.x)
            n, batch = len(rows), min(batch, len(rows))
            p = share(problem, batch)
            seen = [rows[list(chosen)].T @ rows[list(chosen)] / batch for chosen in combinations(range(n), batch)]
            values, vectors = np.linalg.eigh(gram)
            for value, u in zip(values, vectors.T, strict=True):
                if value < 1e-6 * values[-1]:
                    continue
                v = rows.T @ u / np.sqrt(n * value)
                step = 2 / (value * (1 + p * (n * np.sum(u**4) - 1)))
                growth = np.mean([(1 - step * (v @ one @ v)) ** 2 for one in seen])
                assert growth == pytest.approx(1, abs=1e-6), repr(problem)
                tally.count()
            step = cheap_bounds(gram, batch).trace
            identity = np.eye(rows.shape[1])
            traces = [float(np.sum((identity - step * one) ** 2)) for one in seen]
            assert np.mean(traces) == pytest.approx(rows.shape[1], rel=1e-8)
            a = rows @ rows[0]
            form = (1 - p) * (a @ gram @ a) + p * n * float(np.diagonal(gram) @ a**2)
            comparison = at_most(2 / cheap_bounds(gram, batch).largest_gradient * float(a @ a), form)
            assert not comparison.violated
            tally.add(comparison.relative_margin)

        holds()


def test_minima(evidence: Evidence) -> None:
    """Thresholds at exact minima, in balls, against that of gradient descent."""
    stored = {each.name: each for each in stored_networks()}
    with evidence.certified(CLAIM, "minima", "thresholds of SGD at exact minima, in balls") as proofs:
        for name in MINIMA:
            curve = batch_curve(stored[name], BATCHES, (*BATCHES, stored[name].task.y.size))
            *_, (_, descent) = curve.enclosed
            for (batch, ball), factor in zip(curve.enclosed, (Fraction(17, 100), Fraction(98, 100)), strict=False):
                assert upper(ball) < factor * lower(descent), f"{name}, batches of {batch}: {ball}"
                assert upper(ball) - lower(ball) < Fraction(1, 10**8) * lower(ball)
                assert ball.overlaps(arb(float(curve.threshold[BATCHES.index(batch)]), 1e-8))
                proofs.count()


BATCH = 16
STEPS = (
    "MNIST net, batches of 16",
    "main theorem: 2/(1 + 2 |f|_S)",
    "known before, from above",
    "exact threshold",
    "ours, from below",
    "exact, all data",
)
"""The columns of the table, step sizes: known before are the bounds by top eigenvector and trace (Mulayoff and
Michaeli 2024); ours is the step up to which no length grows."""


def test_trained_networks(
    evidence: Evidence, runs: tuple[SweepRun, ...], tasks: Mapping[Preprocessing, Dataset]
) -> None:
    """The bounds of the threshold on both sides of it, for the nets of the sweep."""
    with evidence.observed(
        CLAIM, ("threshold", "cheap-bounds"), "MNIST nets: step sizes of SGD in mean square, and bounds of them"
    ) as tally:
        rows = []
        for run in runs:
            if not run.counted:
                continue
            assert run.result.network is not None
            assert run.measurement is not None
            gram = gram_matrix(run.result.network, tasks[run.preprocessing].x)
            exact, found = threshold(gram, BATCH).value, cheap_bounds(gram, BATCH)
            known = min(found.top_eigenvector, found.trace)
            theorem = 2 / (1 + 2 * run.measurement.stability_norm)
            descent = run.measurement.largest_stable_step
            assert found.one_step <= exact * (1 + ROUNDING)
            assert exact <= min(known, theorem, descent) * (1 + ROUNDING)
            tally.add((known - exact) / known)
            name = f"{run.preprocessing} pixels, eta = {run.plan.step_size:g}"
            rows.append((name, theorem, known, exact, found.one_step, descent))
        tally.table = Table(STEPS, tuple(rows))


@pytest.mark.parametrize(
    ("variant", "check", "statement", "known", "because"),
    [
        (
            "p = 1/B, as for batches drawn with replacement, batches of two",
            with_replacement,
            "threshold",
            APART,
            "without replacement no datum is twice in a batch, and a batch of all has p = 0",
        ),
        (
            "lambda_max((1 - p) K + p diag K) in place of W, batches of one",
            without_n,
            "cheap-bounds",
            APART,
            "the Hessian of a datum alone is n times its part of H",
        ),
        (
            "n sum u^4 in place of n sum u^4 - 1, batches of one",
            without_one,
            "cheap-bounds",
            EQUAL,
            "for equal data n sum u^4 = 1, and SGD is gradient descent",
        ),
        (
            "the smallest ratio in place of the largest, batches of one",
            lambda p: collatz_wielandt(p, 1, 0, largest=False)[1],
            "gram-coordinates",
            APART,
            "the smallest ratio bounds the spectral radius from below",
        ),
    ],
    ids=["replacement", "diagonal", "fourth", "ratio"],
)
def test_control(
    evidence: Evidence,
    variant: str,
    check: Callable[[Problem], Comparison],
    statement: str,
    known: Problem,
    because: str,
) -> None:
    """False neighbours."""
    found = counterexample(check, problems(max_n=3, max_d=1, max_k=2), tries=500, known=known)
    evidence.control(CLAIM, variant, found, because=because, statement=statement)
