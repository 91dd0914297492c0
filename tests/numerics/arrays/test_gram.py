"""The Gram matrix of gradients in floats, on numbers where nothing is rounded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from numerics.arrays.checks import Array
from numerics.arrays.gram import DataFeatures, data_features, gram_sum
from proofs_checks.instances.exact import RationalProblem
from proofs_checks.instances.pinned import PINNED, Pinned
from tests.numerics.examples import Example, grid_examples


def gram_of(example: Example) -> Array:
    """The matrix n K of a network on data, from what its neurons show of them."""
    t = example.network.preactivations(example.x)
    levers = np.where(t > 0, np.abs(example.network.w2), 0.0)
    return gram_sum(np.maximum(t, 0.0), levers, data_features(example.x))


@given(grid_examples())
def test_n_K_is_that_of_the_gradients_in_rationals(example: Example) -> None:
    f, n = example.network, len(example.x)
    exact = RationalProblem.of(f.W1, f.b1, f.w2, f.b2, example.x).gram()
    assert gram_of(example).tolist() == [[n * entry for entry in row] for row in exact]


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_n_K_worked_out_by_hand(pinned: Pinned) -> None:
    found = gram_of(Example(pinned.network, pinned.x, pinned.y))
    np.testing.assert_array_equal(found, np.array(pinned.gram, dtype=float))


def test_features_are_products_of_the_points_with_a_one_behind() -> None:
    # 1 + <x_j, x_l> may be 0 and below
    x = np.array([[1.0, 2.0], [-1.0, 0.0], [1.0, -2.0]])
    expected = [[6.0, 0.0, -2.0], [0.0, 2.0, 0.0], [-2.0, 0.0, 6.0]]
    assert data_features(x).tolist() == expected
    assert data_features(np.array([[3.0]])).tolist() == [[10.0]]


def test_one_datum_and_one_neuron() -> None:
    # 1 + z^2 + w2^2 (1 + x^2) at z = 2, w2 = 3, x = 5
    found = gram_sum(np.array([[2.0]]), np.array([[3.0]]), data_features(np.array([[5.0]])))
    assert found.tolist() == [[1.0 + 4.0 + 9.0 * 26.0]]


def test_without_active_neurons_the_output_bias_is_left() -> None:
    features = data_features(np.array([[1.0], [2.0]]))
    for k in (0, 3):
        dead = np.zeros((2, k))
        assert gram_sum(dead, dead, features).tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_the_arguments_are_left_as_they_are() -> None:
    outputs, levers, x = np.array([[3.0], [0.0]]), np.array([[2.0], [0.0]]), np.array([[3.0], [-1.0]])
    features = data_features(x)
    assert x.tolist() == [[3.0], [-1.0]]
    gram_sum(outputs, levers, features)
    assert (outputs.tolist(), levers.tolist()) == ([[3.0], [0.0]], [[2.0], [0.0]])
    assert features.tolist() == [[10.0, -2.0], [-2.0, 2.0]]


@pytest.mark.parametrize("n", [127, 128, 129, 300])
def test_more_data_than_a_panel_has(n: int) -> None:
    # small integers: no product is rounded
    rng = np.random.default_rng(n)
    outputs, levers = rng.integers(0, 4, (n, 3)).astype(float), rng.integers(0, 4, (n, 3)).astype(float)
    x = rng.integers(-3, 4, (n, 2)).astype(float)
    entries = [
        [1 + outputs[i] @ outputs[j] + (levers[i] @ levers[j]) * (1 + x[i] @ x[j]) for j in range(n)] for i in range(n)
    ]
    assert gram_sum(outputs, levers, data_features(x)).tolist() == entries
    assert gram_sum(outputs, levers, DataFeatures(x)).tolist() == entries


@pytest.mark.parametrize("n", [5, 300])
def test_n_K_is_exactly_symmetric_where_products_are_rounded(n: int) -> None:
    rng = np.random.default_rng(n)
    outputs, levers, x = rng.random((n, 17)), rng.random((n, 17)), rng.standard_normal((n, 31))
    found = gram_sum(outputs, levers, DataFeatures(x))
    np.testing.assert_array_equal(found, found.T)
    expected = 1 + outputs @ outputs.T + (levers @ levers.T) * (1 + x @ x.T)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
