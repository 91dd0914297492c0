"""Neurons within rounding of one hyperplane, and scales that keep them where they are."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.arrays.hyperplanes import hyperplane_groups
from numerics.arrays.shared_hyperplanes import kept_scales, near_groups, parted
from tests.numerics.examples import Example, examples


def near(W1: list[list[float]], b1: list[float], tolerance: float = 1e-12, reach: float = 0.0) -> list[list[int]]:
    return [group.tolist() for group in near_groups(np.array(W1), np.array(b1), tolerance, reach)]


@given(examples())
def test_shared_hyperplanes_are_near(example: Example) -> None:
    W1, b1 = example.network.W1, example.network.b1
    groups = near_groups(W1, b1, 1e-13)
    assert sorted(i for group in groups for i in group.tolist()) == np.flatnonzero(W1.any(axis=1)).tolist()
    for exact in hyperplane_groups(W1, b1):
        assert any(set(exact.tolist()) <= set(group.tolist()) for group in groups)


@given(st.integers(0, 2**32), st.integers(1, 40), st.sampled_from([3.0, -3.0, 0.1, -1e200, 1e-200]))
def test_rounded_multiples_are_near(seed: int, d: int, factor: float) -> None:
    random = np.random.default_rng(seed)
    row, other = random.standard_normal((2, d + 1))
    rows = np.array([row, other, factor * row])
    assert near(rows[:, :-1].tolist(), rows[:, -1].tolist()) == [[0, 2], [1]]


def test_the_tolerance_is_one_of_directions_and_of_thresholds() -> None:
    assert near([[1.0, 0.0], [1.0, 2e-3]], [0.0, 0.0], 1e-3) == [[0], [1]]
    assert near([[1.0, 0.0], [1.0, 5e-4]], [0.0, 0.0], 1e-3) == [[0, 1]]
    assert near([[1.0], [1.0]], [2.0, 2.003], 1e-3) == [[0], [1]]
    assert near([[1.0], [-1.0]], [2.0, -2.001], 1e-3) == [[0, 1]]
    # thresholds near 0 are near one another in units of the data only
    assert near([[1.0], [1.0]], [0.0, 1e-9], 1e-3) == [[0], [1]]
    assert near([[1.0], [1.0]], [0.0, 1e-9], 1e-3, reach=1.0) == [[0, 1]]
    # not for the wrong sign
    assert near([[1.0], [-1.0]], [1.0, 1.0], 1e-3) == [[0], [1]]


def test_chains_are_one_group() -> None:
    assert near([[1.0]] * 4, [1.0, 1.0016, 1.0008, 3.0], 1e-3) == [[0, 1, 2], [3]]
    assert near([[1.0]] * 2, [1.0, 1.0016], 1e-3) == [[0], [1]]


def test_no_hyperplane_no_group() -> None:
    assert near([[0.0], [0.0]], [1.0, 1.0]) == []
    assert near([[0.0], [2.0]], [1.0, 1.0]) == [[1]]
    # thresholds beyond the floats
    assert near([[1e-300], [1e-300], [-2e-300]], [1e200, -1e200, -2e200]) == [[0, 2], [1]]


@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 50))
def test_kept_scales_make_exact_products(seed: int, d: int, bits: int) -> None:
    random = np.random.default_rng(seed)
    row = np.ldexp(random.integers(-(2 ** (bits - 1)), 2 ** (bits - 1), d + 1).astype(float), -7)
    row[0] = row[0] or 2.0**-7
    rows = np.array([row, -row, 2 * row])
    scales = np.exp(random.standard_normal(3))
    kept = kept_scales(rows[:, :-1], rows[:, -1], scales)
    for c, entries in zip(kept, rows, strict=True):
        for entry in entries:
            assert Fraction(float(c)) * Fraction(float(entry)) == Fraction(float(c * entry))
    assert np.all(np.abs(kept - scales) <= scales * 2.0 ** (bits - 53))


def test_powers_of_two_are_kept_and_weights_of_all_bits_leave_nothing_else() -> None:
    row = np.array([0.1, 0.2])
    rows = np.array([row, -row, row, 7 * row])
    kept = kept_scales(rows[:, :1], rows[:, 1], np.array([4.0, 1.4, 1.5, 0.3]))
    assert kept.tolist() == [4.0, 1.0, 2.0, 0.25]
    assert parted(np.array([4.0, 1.4, 1.5, 0.3]), kept).tolist() == [1, 2, 3]


def test_a_neuron_alone_keeps_any_scale() -> None:
    scales = np.array([0.1, 0.3])
    assert kept_scales(np.array([[0.1], [0.2]]), np.array([0.3, 0.4]), scales).tolist() == scales.tolist()
    assert parted(scales, scales).tolist() == []


def test_a_row_of_one_bit_leaves_all_bits() -> None:
    assert kept_scales(np.array([[1.0], [-2.0]]), np.zeros(2), np.array([0.1, 0.3])).tolist() == [0.1, 0.3]


@pytest.mark.parametrize("exponent", [-1000, 1000])
def test_extreme_rows(exponent: int) -> None:
    rows = np.ldexp(np.array([[0.75, 0.5], [0.75, 0.5]]), exponent)
    kept = kept_scales(rows[:, :1], rows[:, 1], np.array([0.1, 3.0]))
    assert np.all(np.abs(kept - [0.1, 3.0]) < 1e-14)
