"""Which neurons share a hyperplane: exactly those whose (w1, b1) are proportional."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from numerics.arrays.hyperplanes import hyperplane_groups, merged_output_weight
from proofs_checks.instances.pinned import PINNED
from tests.numerics.examples import Example, grid_examples, net
from tests.numerics.reference import hyperplanes


def groups(W1: list[list[float]], b1: list[float]) -> list[list[int]]:
    return [group.tolist() for group in hyperplane_groups(np.array(W1), np.array(b1))]


@given(grid_examples())
def test_groups_are_those_of_all_pairs(example: Example) -> None:
    found = hyperplane_groups(example.network.W1, example.network.b1)
    assert [group.tolist() for group in found] == hyperplanes(example.network)


@given(st.integers(0, 2**32), st.integers(1, 40), st.lists(st.integers(-1000, 1000), min_size=1, max_size=6))
def test_power_of_two_multiples_are_found_in_any_dimension(seed: int, d: int, exponents: list[int]) -> None:
    row = np.random.default_rng(seed).uniform(1.0, 2.0, d + 1)
    signs = np.where(np.arange(len(exponents)) % 2, -1.0, 1.0)
    rows = np.array([sign * np.ldexp(row, e) for sign, e in zip(signs, exponents, strict=True)])
    assert len(hyperplane_groups(rows[:, :-1], rows[:, -1])) == 1


@given(st.integers(0, 2**32), st.integers(1, 40), st.data())
def test_one_unit_in_the_last_place_makes_another_hyperplane(seed: int, d: int, data: st.DataObject) -> None:
    row = np.random.default_rng(seed).uniform(1.0, 2.0, d + 1)
    other = row.copy()
    place = data.draw(st.integers(0, d))
    other[place] = np.nextafter(other[place], 4.0)
    rows = np.array([row, other])
    assert len(hyperplane_groups(rows[:, :-1], rows[:, -1])) == 2


def test_neurons_beside_others_in_order() -> None:
    # clusters of directions end where a gap begins, not one later
    assert groups([[1.0, 0.0], [0.0, 1.0], [0.0, 2.0]], [0.0] * 3) == [[0], [1, 2]]
    for pinned in PINNED.values():
        found = hyperplane_groups(pinned.network.W1, pinned.network.b1)
        assert tuple(tuple(group.tolist()) for group in found) == pinned.hyperplanes


@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 4))
def test_pairs_among_many_directions(seed: int, m: int, d: int) -> None:
    """Every neuron has one partner, wherever the two come in the order of directions."""
    random = np.random.default_rng(seed)
    rows = random.standard_normal((m, d + 1))
    both = np.concatenate([rows, -2 * rows])
    found = hyperplane_groups(both[:, :-1], both[:, -1])
    assert [group.tolist() for group in found] == [[i, i + m] for i in range(m)]


def test_merged_weights_add_up_whatever_the_orientation() -> None:
    W1, w2 = np.array([[1.0], [-2.0], [4.0]]), np.array([3.0, 1.0, -0.5])
    (group,) = hyperplane_groups(W1, np.array([1.0, -2.0, 4.0]))
    # 3 + 2 - 2 in units of the largest, 4
    assert merged_output_weight(W1, w2, group) == 0.75


def test_biases_count_and_may_be_zero() -> None:
    assert groups([[1.0], [1.0]], [0.0, 0.0]) == [[0, 1]]
    assert groups([[1.0], [1.0]], [0.0, 5e-324]) == [[0], [1]]
    assert groups([[1.0], [-1.0]], [0.0, -0.0]) == [[0, 1]]
    assert groups([[1.0], [-1.0]], [1.0, 1.0]) == [[0], [1]]
    assert groups([[1.0], [-1.0]], [1.0, -1.0]) == [[0, 1]]


def test_neurons_without_weights_have_no_hyperplane() -> None:
    assert groups([[0.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [1.0, 2.0, 1.0]) == [[1]]


def test_rounding_does_not_pass_for_proportional() -> None:
    # 3 * 0.1 is not 0.3 in binary, and a third of 1 is no float
    assert groups([[0.1, 1.0], [0.3, 3.0]], [0.0, 0.0]) == [[0], [1]]
    assert groups([[1.0, 3.0], [1.0 / 3.0, 1.0]], [0.0, 0.0]) == [[0], [1]]


def test_extreme_scales_are_compared_exactly() -> None:
    assert groups([[1e200, 2e200], [0.5e200, 1e200], [2.0**-1000, 2.0**-999]], [0.0, 0.0, 0.0]) == [[0, 1, 2]]
    assert groups([[2.0**1000], [2.0**-1000]], [2.0**10, 2.0**-1990 * 0.0]) == [[0], [1]]


def test_merged_weights_do_not_overflow_where_the_amplitude_does_not() -> None:
    f = net([[2.0**-600], [-(2.0**600)]], [0.0, 0.0], [1.0, 0.5])
    (group,) = hyperplane_groups(f.W1, f.b1)
    assert merged_output_weight(f.W1, f.w2, group) == 0.5
    assert f.reduced().amplitudes.tolist() == [2.0**599]
