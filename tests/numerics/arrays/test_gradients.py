"""Products with the gradients against the gradients themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given

from numerics.arrays import moments
from numerics.arrays.gradients import DeviceGradients, Direction, Gradients
from numerics.gram import sum_rounding
from tests.numerics.examples import Example, gaussian, grid_examples

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
"""Where PyTorch can compute here."""


def products(example: Example) -> Gradients:
    f = example.network
    return Gradients.of(f.W1, f.b1, f.w2, example.x)


def on(device: str, gradients: Gradients) -> DeviceGradients:
    """The same products by PyTorch."""
    return DeviceGradients(**vars(gradients), device=device)


@given(grid_examples())
def test_they_are_those_of_the_matrix(example: Example) -> None:
    f, n = example.network, len(example.x)
    phi = f.gradients(example.x).T
    rng = np.random.default_rng(0)
    # on the grid no product is rounded
    u, v = rng.integers(-3, 4, n).astype(float), rng.integers(-3, 4, len(phi)).astype(float)
    assert products(example).combination(u).flat().tolist() == (phi @ u).tolist()
    assert products(example).slopes(Direction.of(v, f.k, f.d)).tolist() == (phi.T @ v).tolist()


@pytest.mark.parametrize("device", DEVICES)
@given(example=grid_examples())
def test_they_are_the_same_on_a_device(device: str, example: Example) -> None:
    """Also where columns of the data are 0, and asked for in float32."""
    f, n = example.network, len(example.x)
    x = example.x * (np.arange(f.d) % 2)
    here = Gradients.of(f.W1, f.b1, f.w2, x)
    there = on(device, here).without_dark_columns().astype(np.float32)
    rng = np.random.default_rng(0)
    u, v = rng.integers(-3, 4, n).astype(float), rng.integers(-3, 4, f.k * f.d + 2 * f.k + 1).astype(float)
    assert there.combination(u).flat().tolist() == here.combination(u).flat().tolist()
    along = Direction.of(v, f.k, f.d)
    assert there.slopes(along).tolist() == here.slopes(along).tolist()


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


@pytest.mark.parametrize("device", [None, *DEVICES])
@pytest.mark.parametrize(("n", "k", "d"), [(300, 1, 2), (1000, 64, 17), (4096, 3, 2), (4096, 1, 17), (60_000, 3, 1)])
def test_sums_of_many_equal_numbers_keep_their_digits(n: int, k: int, d: int, device: str | None) -> None:
    """One after the other they round to one side: 60,000 of them by thousands of units in the last place."""
    gradients = Gradients.of(np.ones((k, d)), np.ones(k), np.ones(k), np.full((n, d), 1.1))
    moments, masses = (gradients if device is None else on(device, gradients)).moments(np.full(n, 1.2))
    assert abs(masses / (1.2 * n) - 1).max() <= sum_rounding(n)
    assert abs(moments / (1.32 * n) - 1).max() <= sum_rounding(n)


def test_a_device_without_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    gradients = on("cpu", products(gaussian(0, 5, 2, 3)))
    monkeypatch.setattr(torch, "tensor", full)
    with pytest.raises(MemoryError):
        gradients.moments(np.ones(5))


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
