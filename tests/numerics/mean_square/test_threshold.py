"""The threshold against its definition on matrices of parameters, exact cases, and SGD itself on both sides of it."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.gram import gram_matrix, gram_sharpness
from numerics.mean_square.threshold import threshold, thresholds
from proofs_checks.instances.networks import Problem, problems
from tests.numerics.mean_square.second_moments import defined_threshold, in_range, recursion, steps

NORMAL = np.random.default_rng(3).standard_normal((5, 4)) + 0.5


@settings(max_examples=40)
@given(problems(max_n=5, max_d=2, max_k=3), st.integers(1, 5))
def test_is_what_it_is_defined_to_be(problem: Problem, batch: int) -> None:
    gram = gram_matrix(problem.network, problem.x)
    batch = min(batch, len(gram))
    found = threshold(gram, batch)
    assert found.lower <= found.upper <= found.lower * (1 + 2e-9)
    assert found.value == pytest.approx(defined_threshold(problem.network.gradients(problem.x), batch), rel=1e-8)


@settings(max_examples=20)
@given(problems(max_n=6))
def test_grows_with_the_batch_up_to_gradient_descent(problem: Problem) -> None:
    gram = gram_matrix(problem.network, problem.x)
    found = [one.value for one in thresholds(gram, range(1, len(gram) + 1))]
    assert all(one <= other * (1 + 2e-9) for one, other in pairwise(found))
    assert found[-1] == pytest.approx(2 / gram_sharpness(problem.network, problem.x), rel=1e-9)


@pytest.mark.parametrize("batch", [1, 2, 6])
def test_one_dimension(batch: int) -> None:
    """One parameter with curvatures h_i: 2 m/(m^2 + p Var h), m their mean."""
    slopes = np.array([0.0, 1.0, -2.0, 0.5, 3.0, 1.0])
    curvatures, p = slopes**2, (6 - batch) / (5 * batch)
    mean = curvatures.mean()
    assert threshold(np.outer(slopes, slopes) / 6, batch).value == pytest.approx(
        2 * mean / (mean**2 + p * curvatures.var()), rel=1e-12
    )


def test_orthogonal_gradients() -> None:
    """Each datum alone: |g_j|^2 = n K_jj, and 2/lambda* = (1 - p + p n) K_jj at the largest."""
    gram = np.diag([3.0, 0.0, 1e-9, 2.0])
    for batch, p in ((1, 1.0), (2, 1 / 3), (4, 0.0)):
        assert threshold(gram, batch).value == pytest.approx(2 / ((1 - p + 4 * p) * 3), rel=1e-12)


def test_one_datum() -> None:
    assert threshold([[5.0]], 1).value == 0.4


def test_repeated_data() -> None:
    """Every datum twice: batches of one are those of the data once."""
    once = NORMAL @ NORMAL.T / 5
    assert threshold(np.kron(once, np.ones((2, 2))) / 2, 1).value == pytest.approx(threshold(once, 1).value, rel=1e-8)


def test_equal_data_are_one() -> None:
    assert threshold(np.full((3, 3), 2.0), 1).value == pytest.approx(2 / 6, rel=1e-12)


@pytest.mark.parametrize("power", [-900, 900])
def test_scales(power: int) -> None:
    gram = NORMAL @ NORMAL.T / 5
    assert threshold(np.ldexp(gram, power), 2).value == pytest.approx(
        float(np.ldexp(threshold(gram, 2).value, -power)), rel=1e-14
    )


def test_crowded_eigenvalues() -> None:
    found = threshold(np.diag(1 - 1e-6 * np.arange(40)), 3)
    p = 37 / (3 * 39)
    assert found.lower * (1 - 1e-12) <= 2 / (1 - p + 40 * p) <= found.upper * (1 + 1e-12)


def test_bounds_that_do_not_meet_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numerics.mean_square.threshold._CYCLES", 1)
    with pytest.raises(ArithmeticError, match=r"only known to lie between .* raise the tolerance above") as found:
        threshold(NORMAL @ NORMAL.T / 5, 1)
    low, high = map(float, re.findall(r"between (\S+) and ([^:]+):", str(found.value))[0])
    monkeypatch.undo()
    assert low <= threshold(NORMAL @ NORMAL.T / 5, 1).value <= high


@pytest.mark.parametrize("tolerance", [0.0, 1.0, np.nan])
def test_senseless_tolerances(tolerance: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        threshold(np.eye(2), 1, tolerance=tolerance)


def test_what_floats_cannot_hold_is_refused() -> None:
    with pytest.raises(OverflowError, match="exceeds the range"):
        threshold(np.diag([1e-310, 1e-311]), 1)


@pytest.mark.parametrize("batch", [1, 2, 4, 5])
def test_second_moment_on_both_sides(batch: int) -> None:
    """The exact recursion over all batches falls just below the threshold, and grows just above."""
    rows = in_range(NORMAL)
    limit = threshold(NORMAL @ NORMAL.T / 5, batch).value
    below, above = (
        np.trace(recursion(rows, batch, factor * limit, np.eye(4), times))
        for factor, times in ((0.99, 4000), (1.01, 400))
    )
    assert below < 1e-3
    assert above > 10


@pytest.mark.parametrize("factor", [0.7, 1.4])
def test_simulated(factor: float) -> None:
    """The mean of |delta_t|^2 over 40,000 runs of SGD is that of the recursion, which falls or grows."""
    rows, times = in_range(NORMAL), 6
    step_size = factor * threshold(NORMAL @ NORMAL.T / 5, 2).value
    generator = np.random.default_rng(0)
    maps = steps(rows, 2, step_size)
    delta = np.tile(rows[0] / np.linalg.norm(rows[0]), (40_000, 1))
    for _ in range(times):
        delta = np.einsum("tab,tb->ta", maps[generator.integers(len(maps), size=len(delta))], delta)
    expected = np.trace(recursion(rows, 2, step_size, np.outer(rows[0], rows[0]) / (rows[0] @ rows[0]), times))
    assert np.mean(np.sum(delta**2, axis=1)) == pytest.approx(expected, rel=0.03)
    assert (expected < 1) == (factor < 1)
