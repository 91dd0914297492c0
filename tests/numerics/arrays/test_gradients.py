"""Products with the gradients against the gradients themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from numerics.arrays import moments
from numerics.arrays.gradients import Direction, Gradients
from tests.numerics.examples import Example, gaussian, grid_examples


def products(example: Example) -> Gradients:
    f = example.network
    return Gradients.of(f.W1, f.b1, f.w2, example.x)


@given(grid_examples())
def test_they_are_those_of_the_matrix(example: Example) -> None:
    f, n = example.network, len(example.x)
    phi = f.gradients(example.x).T
    rng = np.random.default_rng(0)
    # on the grid no product is rounded
    u, v = rng.integers(-3, 4, n).astype(float), rng.integers(-3, 4, len(phi)).astype(float)
    assert products(example).combination(u).flat().tolist() == (phi @ u).tolist()
    assert products(example).slopes(Direction.of(v, f.k, f.d)).tolist() == (phi.T @ v).tolist()


@given(grid_examples())
def test_outputs_stand_in_the_place_of_products_with_the_weights(example: Example) -> None:
    """Whatever those are; in float32 too."""
    f, n = example.network, len(example.x)
    phi = f.gradients(example.x).T
    outputs = np.maximum(f.preactivations(example.x), 0.0)
    other = replace(products(example), W1=np.full_like(f.W1, np.nan), outputs=outputs)
    rng = np.random.default_rng(0)
    u, v = rng.integers(-3, 4, n).astype(float), rng.integers(-3, 4, len(phi)).astype(float)
    for dtype in (np.float64, np.float32):
        there = other.astype(dtype)
        assert there.combination(u.astype(dtype)).flat().tolist() == (phi @ u).tolist()
        assert there.slopes(Direction.of(v.astype(dtype), f.k, f.d)).tolist() == (phi.T @ v).tolist()


@pytest.mark.parametrize("k", [1, 3])
def test_sums_of_many_equal_numbers_keep_their_digits(k: int) -> None:
    """One after the other 60,000 of them round to one side, by thousands of units in the last place."""
    n = 60_000
    gradients = Gradients.of(np.ones((k, 1)), np.ones(k), np.ones(k), np.full((n, 1), 1.1))
    moments, masses = gradients.moments(np.full(n, 1.2))
    assert abs(masses / (1.2 * n) - 1).max() <= 300 * 2.0**-53
    assert abs(moments / (1.32 * n) - 1).max() <= 300 * 2.0**-53


def test_a_direction_has_the_order_of_the_parameters() -> None:
    entries = np.arange(11.0)
    direction = Direction.of(entries, 2, 3)
    assert direction.W1.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert (direction.b1.tolist(), direction.w2.tolist(), direction.b2) == ([6.0, 7.0], [8.0, 9.0], 10.0)
    assert direction.flat().tolist() == entries.tolist()


def test_more_data_than_a_block_has(monkeypatch: pytest.MonkeyPatch) -> None:
    example = gaussian(0, 37, 5, 4)
    f = example.network
    phi = f.gradients(example.x).T
    u, v = np.random.default_rng(1).standard_normal(37), np.random.default_rng(2).standard_normal(len(phi))
    monkeypatch.setattr(moments, "_BLOCK_ENTRIES", 30)
    np.testing.assert_allclose(products(example).combination(u).flat(), phi @ u, rtol=1e-12)
    np.testing.assert_allclose(products(example).slopes(Direction.of(v, f.k, f.d)), phi.T @ v, rtol=1e-12)


def test_without_neurons_the_output_bias_is_left() -> None:
    gradients = Gradients.of(np.zeros((0, 2)), np.zeros(0), np.zeros(0), np.ones((3, 2)))
    assert gradients.combination(np.array([1.0, 2.0, 4.0])).flat().tolist() == [7.0]
    assert gradients.slopes(Direction.of(np.array([5.0]), 0, 2)).tolist() == [5.0, 5.0, 5.0]
