"""The implementation found: the same function everywhere, between the bound on all of them and the best rescaling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from numerics.flattest.implementation import flattest_implementation_bound
from numerics.flattest.orientation import flat_implementation
from numerics.flattest.rescaling import flattest
from numerics.gram import gram_sharpness
from numerics.network import ShallowNetwork
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, examples, gaussian, net, tricky_list


def assert_sound(example: Example, rounds: int) -> None:
    f, x = example.network, example.x
    found = flat_implementation(f, x, rounds=rounds)
    assert found.bound.lower <= found.sharpness * (1 + 1e-9)
    assert found.sharpness <= found.rescaled
    assert found.rescaled == pytest.approx(flattest(f, x).upper, rel=1e-9)
    if not np.any(f.preactivations(x) == 0):
        assert gram_sharpness(found.network, x) == pytest.approx(found.sharpness, rel=1e-7)
    elsewhere = np.vstack([x, 10 * np.random.default_rng(0).standard_normal((20, f.d)) * (1 + np.abs(x).max())])
    sizes = np.abs(f.b2) + 1 + np.maximum(f.preactivations(elsewhere), 0.0) @ np.abs(f.w2)
    for g in (f, found.network):
        reach = np.maximum(g.preactivations(elsewhere), 0.0) @ np.abs(g.w2) + np.abs(g.b2)
        sizes = np.maximum(sizes, reach)
    assert np.all(np.abs(found.network(elsewhere) - f(elsewhere)) <= 1e-11 * sizes)


@settings(max_examples=8)
@given(examples())
def test_the_same_function_between_its_bounds(example: Example) -> None:
    assert_sound(example, 3)


@pytest.mark.parametrize("example", [example for _, example in tricky_list()], ids=[name for name, _ in tricky_list()])
def test_tricky_cases(example: Example) -> None:
    assert_sound(example, 2)


def test_a_ramp_that_is_flat_on_the_data_is_turned_round() -> None:
    """No datum is left of its kinks: both neurons turned round are dead, and cost nothing."""
    ramp = net([[1.0], [1.0]], [0.0, -1.0], [1.0, -1.0])
    found = flat_implementation(ramp, [[2.0], [5.0], [6.0]])
    assert found.sharpness == pytest.approx(1.0, rel=1e-9)
    assert found.bound.lower == pytest.approx(1.0, rel=1e-9)
    assert found.rescaled > 10
    assert found.network([[-1.0], [0.25], [2.0]]).tolist() == pytest.approx([0.0, 0.25, 1.0])


def test_an_affine_part_is_paid_for() -> None:
    """A neuron that is active on all data is affine there: the kink may go where it costs least, and no further."""
    f, x = net([[1.0]], [10.0], [1.0]), [[-1.0], [0.0], [1.0]]
    found = flat_implementation(f, x)
    assert found.bound.lower == pytest.approx(1.0, rel=1e-9)
    assert 1.1 < found.sharpness < found.rescaled / 4
    assert found.network([[-20.0], [-3.0], [4.0]]).tolist() == pytest.approx([0.0, 7.0, 14.0])


def test_where_the_best_rescaling_meets_the_bound_it_is_returned() -> None:
    f, x = net([[1.0]], [0.0], [2.0]), [[1.0], [-30.0]]
    found = flat_implementation(f, x)
    assert found.sharpness == found.rescaled
    assert found.sharpness == pytest.approx(found.bound.lower, rel=1e-7)
    np.testing.assert_array_equal(found.network.W1, flattest(f, x).network.W1)
    assert found.network.k == 1


def test_the_orientation_that_is_given_does_not_matter_to_the_bound() -> None:
    example = gaussian(4, n=20, d=2, k=4)
    f, x = example.network, example.x
    found = flat_implementation(f, x)
    assert found.bound.lower == pytest.approx(flattest_implementation_bound(f, x, rounds=40).lower, rel=1e-12)
    again = flat_implementation(found.network, x)
    assert again.sharpness <= found.sharpness * (1 + 1e-7)


def test_no_hyperplanes_and_no_rounds() -> None:
    constant = ShallowNetwork(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 3.0)
    found = flat_implementation(constant, [[1.0, 2.0]])
    assert found.network.k == 0
    assert found.sharpness == pytest.approx(1.0)
    with pytest.raises(ValueError, match="at least one round"):
        flat_implementation(constant, [[1.0, 2.0]], rounds=0)
