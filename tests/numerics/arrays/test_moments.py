"""Pre-activations by blocks, and means over the data on either side against exact rationals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.arrays.checks import Array
from numerics.arrays.moments import (
    SideMoments,
    output_values,
    positive_moments,
    preactivation_blocks,
    row_blocks,
    side_moments,
    stacked,
)
from proofs_checks.instances.exact import RationalProblem, Side
from proofs_checks.instances.pinned import PINNED, Pinned
from tests.numerics.examples import Example, gaussian, grid_examples

LARGEST = float(np.finfo(np.float64).max)


def rational(example: Example) -> RationalProblem:
    f = example.network
    return RationalProblem.of(f.W1, f.b1, f.w2, f.b2, example.x)


def assert_is(found: SideMoments, i: int, side: Side) -> None:
    """One neuron's means are those of the rationals, rounded."""
    assert found.probability[i] == pytest.approx(float(side.probability), rel=1e-15)
    assert found.excess[i] == pytest.approx(float(side.excess), rel=1e-15)
    first = math.sqrt(side.lever_square - side.probability**2)
    assert found.first_moment[i] == pytest.approx(first, rel=1e-15)
    assert found.feature_norm[i] == pytest.approx(math.sqrt(side.lever_square), rel=1e-15)


@given(st.integers(0, 1000), st.integers(2**16, 2**24))
def test_blocks_are_the_rows_in_order(n: int, width: int) -> None:
    blocks = list(row_blocks(n, width))
    ends = [0, *(rows.stop for rows in blocks)]
    assert [rows.start for rows in blocks] == ends[:-1]
    assert ends[-1] == n
    assert all(0 < rows.stop - rows.start <= max(1, 2**22 // width) for rows in blocks)


def test_a_row_longer_than_a_block_is_one_block() -> None:
    assert list(row_blocks(2, 2**23)) == [slice(0, 1), slice(1, 2)]
    assert list(row_blocks(3, 2**21)) == [slice(0, 2), slice(2, 3)]
    assert list(row_blocks(3, 0)) == [slice(0, 3)]


@given(grid_examples())
def test_preactivations_and_values_are_those_of_rationals(example: Example) -> None:
    f, x, exact = example.network, example.x, rational(example)
    assert stacked(f.W1, f.b1, x).tolist() == [list(row) for row in exact.preactivations()]
    assert output_values(f.W1, f.b1, f.w2, f.b2, x).tolist() == list(exact.values())


@given(grid_examples())
def test_sides_are_those_of_rationals(example: Example) -> None:
    f, exact = example.network, rational(example)
    for found, sign in zip(side_moments(f.W1, f.b1, example.x), (1, -1), strict=True):
        for i in range(f.k):
            assert_is(found, i, exact.side(i, sign))


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_sides_worked_out_by_hand(pinned: Pinned) -> None:
    """Data on kinks are on neither side."""
    sides = side_moments(pinned.network.W1, pinned.network.b1, pinned.x)
    for found, sign in zip(sides, (1, -1), strict=True):
        for i in range(pinned.network.k):
            assert_is(found, i, pinned.problem.side(i, sign))


def test_data_on_a_kink_are_on_neither_side() -> None:
    above, below = side_moments(np.array([[1.0]]), np.array([-1.0]), np.array([[1.0], [3.0], [0.0], [1.0]]))
    assert (above.probability[0], above.excess[0], above.first_moment[0]) == (0.25, 0.5, 0.75)
    assert (below.probability[0], below.excess[0], below.first_moment[0]) == (0.25, 0.25, 0.0)


def test_dead_and_constant_neurons() -> None:
    # relu(x - 9) is dead; 2, -2 and 0 do not depend on the datum
    W1, b1 = np.array([[1.0], [0.0], [0.0], [0.0]]), np.array([-9.0, 2.0, -2.0, 0.0])
    above, below = side_moments(W1, b1, np.array([[1.0], [5.0]]))
    assert above.probability.tolist() == [0.0, 1.0, 0.0, 0.0]
    assert below.probability.tolist() == [1.0, 0.0, 1.0, 0.0]
    assert above.excess.tolist() == [0.0, 2.0, 0.0, 0.0]
    assert below.excess.tolist() == [6.0, 0.0, 2.0, 0.0]
    assert above.first_moment.tolist() == [0.0, 3.0, 0.0, 0.0]


@given(st.integers(0, 2**32), st.integers(1, 20), st.integers(1, 4))
def test_the_other_orientation_has_the_sides_exchanged(seed: int, n: int, d: int) -> None:
    example = gaussian(seed, n, d, k=3)
    f, x = example.network, example.x
    for here, there in zip(side_moments(f.W1, f.b1, x), reversed(side_moments(-f.W1, -f.b1, x)), strict=True):
        assert_same(here, there, 0.0)


@given(st.integers(0, 2**32), st.integers(1, 20), st.integers(1, 4))
def test_duplicated_points_and_half_of_the_work(seed: int, n: int, d: int) -> None:
    example = gaussian(seed, n, d, k=3)
    f, x = example.network, example.x
    above, _ = side_moments(f.W1, f.b1, x)
    assert_same(positive_moments(f.W1, f.b1, x), above, 0.0)
    assert_same(positive_moments(f.W1, f.b1, np.tile(x, (3, 1))), above, 1e-12)


def assert_same(found: SideMoments, expected: SideMoments, relative: float) -> None:
    for name in ("probability", "excess", "first_moment"):
        one, other = getattr(found, name), getattr(expected, name)
        # a first moment may be a difference of large ones
        np.testing.assert_allclose(one, other, rtol=relative, atol=relative)


def test_many_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    example = gaussian(5, n=101, d=4, k=9)
    f, x = example.network, example.x
    whole, values = side_moments(f.W1, f.b1, x), output_values(f.W1, f.b1, f.w2, f.b2, x)
    preactivations = stacked(f.W1, f.b1, x)
    monkeypatch.setattr("numerics.arrays.moments._BLOCK_ENTRIES", 64)
    assert len(list(preactivation_blocks(f.W1, f.b1, x))) == 15
    for here, there in zip(side_moments(f.W1, f.b1, x), whole, strict=True):
        assert_same(here, there, 1e-12)
    np.testing.assert_allclose(output_values(f.W1, f.b1, f.w2, f.b2, x), values, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(stacked(f.W1, f.b1, x), preactivations, rtol=1e-12, atol=1e-13)


def test_without_neurons() -> None:
    W1, none, x = np.zeros((0, 2)), np.zeros(0), np.ones((3, 2))
    assert stacked(W1, none, x).shape == (3, 0)
    assert output_values(W1, none, none, 0.5, x).tolist() == [0.5] * 3
    above, below = side_moments(W1, none, x)
    assert above.feature_norm.shape == below.excess.shape == (0,)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_means_near_the_largest_float_are_in_range(n: int) -> None:
    above = positive_moments(np.array([[1.0]]), np.array([0.0]), np.full((n, 1), LARGEST / 1.5))
    assert above.excess[0] == pytest.approx(LARGEST / 1.5, rel=1e-14)
    assert above.first_moment[0] == pytest.approx(LARGEST / 1.5, rel=1e-14)


def one(*entries: float) -> Array:
    return np.array([entries])


def test_what_leaves_the_range_is_an_error() -> None:
    zero = np.zeros(1)
    with pytest.raises(OverflowError, match="pre-activations"):
        stacked(one(1.0, 1.0), zero, one(LARGEST, LARGEST))
    with pytest.raises(OverflowError, match="pre-activations"):
        side_moments(one(LARGEST, -LARGEST), zero, one(2.0, 2.0))
    with pytest.raises(OverflowError, match="first moments"):
        positive_moments(one(1.0, 0.0), zero, one(LARGEST, LARGEST))
    with pytest.raises(OverflowError, match="values"):
        output_values(one(1.0), zero, np.array([2.0]), 0.0, one(LARGEST))
    with pytest.raises(OverflowError, match="values"):
        # the difference of two infinities is no number
        output_values(np.ones((2, 1)), np.zeros(2), np.array([2.0, -2.0]), 0.0, one(LARGEST))
