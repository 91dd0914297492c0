"""Gradient descent on many runs at once: the gradients, and that runs do not touch each other."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from numerics.separation.planar.descent import (
    Parameters,
    descend,
    perturbed,
    random_shallow,
    shallow_gradient,
    two_layer_gradient,
)

X = np.random.default_rng(1).standard_normal((6, 3))
Y = np.random.default_rng(2).standard_normal(6)


def by_torch(parameters: Parameters, deep: bool) -> list[np.ndarray]:
    tensors = [torch.tensor(part, dtype=torch.float64, requires_grad=True) for part in parameters]
    x, y = torch.tensor(X), torch.tensor(Y)
    total = torch.zeros((), dtype=torch.float64)
    for run in range(len(tensors[0])):
        W1, b1, w2, *rest = (part[run] for part in tensors)
        value = torch.relu(x @ W1.T + b1) @ w2 + rest[0]
        if deep:
            value = rest[1] * torch.relu(value) + rest[2]
        total = total + ((value - y) ** 2).mean() / 2
    return [gradient.numpy() for gradient in torch.autograd.grad(total, tensors)]


def start(deep: bool) -> Parameters:
    generator = np.random.default_rng(0)
    shallow = random_shallow(4, 5, 3, generator)
    return (*shallow, generator.standard_normal(4), generator.standard_normal(4)) if deep else shallow


@pytest.mark.parametrize("deep", [False, True])
def test_gradients_are_those_of_automatic_differentiation(deep: bool) -> None:
    parameters = start(deep)
    _, slopes = (two_layer_gradient if deep else shallow_gradient)(parameters, X, Y)
    for slope, expected in zip(slopes, by_torch(parameters, deep), strict=True):
        np.testing.assert_allclose(slope, expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("deep", [False, True])
def test_runs_are_independent_and_the_start_is_kept(deep: bool) -> None:
    gradient = two_layer_gradient if deep else shallow_gradient
    parameters = start(deep)
    before = [part.copy() for part in parameters]
    together = descend(gradient, parameters, X, Y, 0.05, 40)
    alone = descend(gradient, tuple(part[2:3] for part in parameters), X, Y, 0.05, 40)
    assert together.loss[2] == pytest.approx(alone.loss[0], rel=1e-9)
    for part, old in zip(parameters, before, strict=True):
        np.testing.assert_array_equal(part, old)


def test_a_run_that_leaves_every_bound_has_infinite_loss() -> None:
    result = descend(shallow_gradient, start(deep=False), X, 1e3 * Y, 1e3, 200)
    assert np.isinf(result.loss).all()
    assert result.interpolating == 0


def test_perturbed_copies_stay_within_the_size() -> None:
    net = (np.ones((2, 3)), np.zeros(2), np.ones(2), np.array(1.0))
    copies = perturbed(net, 7, 0.1, np.random.default_rng(0))
    assert [part.shape for part in copies] == [(7, 2, 3), (7, 2), (7, 2), (7,)]
    assert all(np.abs(copy - part).max() <= 0.1 for copy, part in zip(copies, net, strict=True))
    assert not np.array_equal(copies[0][0], copies[0][1])


def test_a_bad_step_is_refused() -> None:
    for step, steps in ((0.0, 5), (-1.0, 5), (0.1, 0)):
        with pytest.raises(ValueError, match="step size must be positive"):
            descend(shallow_gradient, start(deep=False), X, Y, step, steps)
