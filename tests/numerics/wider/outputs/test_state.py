"""The convex program behind the norm of several outputs: pinned values, its two ends, and what is degenerate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.wider.outputs import largest_state


def test_orthogonal_vectors() -> None:
    """Of e_1 and e_2 with weights 3 and 4: the root of the sum of the squares, at the state of the squares."""
    found = largest_state(np.eye(2), [3.0, 4.0])
    assert [found.lower, found.upper] == pytest.approx([5.0, 5.0], rel=1e-9)
    assert np.diag(found.state) == pytest.approx([9 / 25, 16 / 25], abs=1e-4)


def test_parallel_vectors_add_up() -> None:
    found = largest_state([[1.0, 2.0], [-2.0, -4.0]], [1.0, 0.5])
    assert found.lower == pytest.approx(2 * 5**0.5, rel=1e-9)


def test_one_output_is_a_sum() -> None:
    found = largest_state([[2.0], [-3.0]], [0.5, 1.0])
    assert [found.lower, found.upper] == pytest.approx([4.0, 4.0])


@pytest.mark.parametrize("vectors", [np.zeros((0, 3)), np.zeros((2, 3))])
def test_nothing_is_zero(vectors: np.ndarray) -> None:
    found = largest_state(vectors, np.ones(len(vectors)))
    assert (found.lower, found.upper, found.gap) == (0.0, 0.0, 0.0)
    assert np.trace(found.state) == pytest.approx(1.0)


@given(st.integers(0, 10**6), st.integers(1, 8), st.integers(1, 5))
def test_the_ends_meet_and_are_ends(seed: int, count: int, m: int) -> None:
    """The state is one, its sum is the lower end, and no other state has more than the upper one."""
    rng = np.random.default_rng(seed)
    vectors, weights = rng.standard_normal((count, m)), rng.random(count) + 0.01
    found = largest_state(vectors, weights)
    assert -1e-14 <= found.gap <= 1e-9
    assert np.trace(found.state) == pytest.approx(1.0)
    assert np.linalg.eigvalsh(found.state)[0] >= -1e-12
    sums = [
        float(weights @ np.sqrt(np.maximum(np.einsum("hi,ij,hj->h", vectors, state, vectors), 0.0)))
        for state in (found.state, np.eye(m) / m)
    ]
    assert sums[0] == pytest.approx(found.lower, rel=1e-9)
    assert sums[1] <= found.upper * (1 + 1e-12)


def test_scales_far_apart() -> None:
    found = largest_state([[1.0, 0.0], [0.0, 1e-9], [1e-9, 1.0]], [1.0, 1e9, 1e-9])
    assert found.gap <= 1e-9
    assert found.lower == pytest.approx(2**0.5, rel=1e-6)
