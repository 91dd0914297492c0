"""The cheap bounds against the threshold, their definitions on parameters, and the cases where they are exact."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.gram import gram_matrix, mean_gradient_square
from numerics.mean_square.bounds import cheap_bounds, gain
from numerics.mean_square.threshold import threshold
from proofs_checks.instances.networks import Problem, problems
from tests.numerics.mean_square.second_moments import in_range, steps

ROWS = np.random.default_rng(8).standard_normal((6, 4)) + 0.3
GRAM = ROWS @ ROWS.T / 6


@settings(max_examples=40)
@given(problems(), st.integers(1, 6))
def test_order(problem: Problem, batch: int) -> None:
    gram = gram_matrix(problem.network, problem.x)
    batch = min(batch, len(gram))
    found, exact, more = cheap_bounds(gram, batch), threshold(gram, batch), 1 + 1e-9
    assert found.largest_gradient <= found.one_step * more
    assert found.lower <= exact.upper * more
    assert exact.lower <= found.upper * more
    limit = 2 / (gain(gram, batch) * mean_gradient_square(problem.network, problem.x))
    assert found.mean_gradient <= limit * more


@pytest.mark.parametrize("batch", [1, 2, 5, 6])
def test_definitions(batch: int) -> None:
    """With H and the H_i themselves."""
    rows = in_range(ROWS)
    p, hessian = (6 - batch) / (5 * batch), rows.T @ rows / 6
    values, vectors = np.linalg.eigh(hessian)
    top, v, q = values[-1], vectors[:, -1], rows.mean(axis=0)
    found = cheap_bounds(GRAM, batch)
    lengths = np.sum(rows**2, axis=1)
    assert found.largest_gradient == pytest.approx(2 / ((1 - p) * top + p * lengths.max()), rel=1e-12)
    spread = np.mean(((rows @ v) ** 2 - top) ** 2)
    assert found.top_eigenvector == pytest.approx(2 * top / (top**2 + p * spread), rel=1e-12)
    trace = (1 - p) * np.sum(hessian**2) + p * np.mean(lengths**2)
    assert found.trace == pytest.approx(2 * np.trace(hessian) / trace, rel=1e-12)
    seen = np.mean((rows @ q) ** 2)
    kappa = np.mean((rows @ q) ** 4) / seen**2
    assert gain(GRAM, batch) == pytest.approx(1 + p * (kappa - 1), rel=1e-12)
    assert found.mean_gradient == pytest.approx(2 * (q @ q) / (gain(GRAM, batch) * seen), rel=1e-12)


@pytest.mark.parametrize("batch", [1, 2])
def test_no_step_grows_up_to_the_first_bound(batch: int) -> None:
    """E|delta_1|^2 <= |delta_0|^2 for all delta_0 exactly up to one_step, for independent gradients."""
    rows = ROWS[:3]
    limit = cheap_bounds(rows @ rows.T / 3, batch).one_step
    maps = steps(in_range(rows), batch, limit)
    assert np.linalg.eigvalsh(np.mean(maps @ maps, axis=0))[-1] == pytest.approx(1, abs=1e-12)


def test_gradient_descent() -> None:
    found = cheap_bounds(GRAM, 6)
    limit = 2 / np.linalg.eigvalsh(GRAM)[-1]
    assert [found.largest_gradient, found.one_step, found.top_eigenvector] == pytest.approx([limit] * 3, rel=1e-12)
    assert found.lower == pytest.approx(found.upper, rel=1e-12)


def test_one_dimension_is_exact_from_above() -> None:
    slopes = np.array([1.0, -2.0, 0.5])
    gram = np.outer(slopes, slopes) / 3
    assert cheap_bounds(gram, 1).upper == pytest.approx(threshold(gram, 1).value, rel=1e-12)


def test_vanishing_mean_gradient() -> None:
    """It bounds nothing, and there is no gain."""
    slopes = np.array([1.0, -1.0])
    found = cheap_bounds(np.outer(slopes, slopes) / 2, 1)
    assert found.mean_gradient == np.inf
    assert found.upper == pytest.approx(2)
    with pytest.raises(ValueError, match="the mean gradient vanishes"):
        gain(np.outer(slopes, slopes) / 2, 1)


def test_what_floats_cannot_hold_is_refused() -> None:
    with pytest.raises(OverflowError, match="exceeds the range"):
        cheap_bounds(np.diag([1e-310, 1e-311]), 1)
