"""Mean gradients, Gram matrix and Hessian of several outputs against automatic differentiation and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from numerics.arrays.checks import Array
from numerics.wider.outputs import (
    VectorNetwork,
    gram_matrix,
    gram_operator,
    gram_sharpness,
    hessian_operator,
    loss,
    mean_gradients_gram,
    residual_part,
    sharpness,
)

SHAPES = [(1, 1, 1, 1), (3, 2, 4, 3), (6, 3, 2, 2), (4, 1, 5, 4)]
"""(n, d, k, m)"""


def drawn(shape: tuple[int, int, int, int], seed: int = 0) -> tuple[VectorNetwork, Array, Array]:
    n, d, k, m = shape
    rng = np.random.default_rng(seed)
    network = VectorNetwork(*(rng.standard_normal(part) for part in ((k, d), k, (m, k), m)))
    return network, rng.standard_normal((n, d)), rng.standard_normal((n, m))


def by_autograd(network: VectorNetwork, x: Array, y: Array) -> tuple[Array, Array]:
    """The Hessian of the loss [D, D], and the gradients of the outputs [n m, D]."""
    k, d, m = network.k, network.d, network.m

    def values(theta: torch.Tensor) -> torch.Tensor:
        W1, b1, W2, b2 = torch.split(theta, [k * d, k, m * k, m])
        hidden = torch.relu(torch.tensor(x) @ W1.reshape(k, d).T + b1)
        return hidden @ W2.reshape(m, k).T + b2

    theta = torch.tensor(np.concatenate([part.ravel() for part in (network.W1, network.b1, network.W2, network.b2)]))
    hessian = torch.autograd.functional.hessian(  # type: ignore[no-untyped-call]
        lambda at: ((values(at) - torch.tensor(y)) ** 2).sum() / (2 * len(x)), theta
    )
    jacobian = torch.autograd.functional.jacobian(values, theta)  # type: ignore[no-untyped-call]
    return hessian.numpy(), jacobian.reshape(-1, len(theta)).numpy()


@pytest.mark.parametrize("shape", SHAPES)
def test_against_automatic_differentiation(shape: tuple[int, int, int, int]) -> None:
    network, x, y = drawn(shape)
    hessian, gradients = by_autograd(network, x, y)
    n, _, _, m = shape
    operator = hessian_operator(network, x, y)
    np.testing.assert_allclose(operator @ np.eye(len(hessian)), hessian, rtol=1e-10, atol=1e-12)
    assert sharpness(network, x, y) == pytest.approx(np.linalg.eigvalsh(hessian)[-1], rel=1e-9)
    residual = hessian - gradients.T @ gradients / n
    assert residual_part(network, x, y) == pytest.approx(np.linalg.norm(residual, 2), rel=1e-9)
    top = np.linalg.eigvalsh(gradients @ gradients.T / n)[-1]
    assert gram_sharpness(network, x) == pytest.approx(top, rel=1e-9)
    gram = gram_matrix(network, x)
    assert sorted(np.linalg.eigvalsh(gram)) == pytest.approx(
        sorted(np.linalg.eigvalsh(gradients @ gradients.T / n)), rel=1e-9, abs=1e-10 * top
    )
    np.testing.assert_allclose(gram_operator(network, x) @ np.eye(n * m), gram, rtol=1e-10, atol=1e-12 * top)
    means = gradients.reshape(n, m, -1).mean(axis=0)
    np.testing.assert_allclose(mean_gradients_gram(network, x), means @ means.T, rtol=1e-10, atol=1e-12)


def test_by_hand() -> None:
    """2 relu(x) and 3 relu(x) at x = 1: Q^T Q = w w^T (1 + 1) + I (1 + 1), w = (2, 3)."""
    network = VectorNetwork([[1.0]], [0.0], [[2.0], [3.0]], [0.0, 0.0])
    assert mean_gradients_gram(network, [[1.0]]).tolist() == [[10.0, 12.0], [12.0, 20.0]]
    assert gram_sharpness(network, [[1.0]]) == pytest.approx(28.0)
    assert loss(network, [[1.0]], [[1.0, 1.0]]) == 2.5


def test_no_neuron_no_residual_part() -> None:
    network = VectorNetwork(np.zeros((0, 2)), [], np.zeros((3, 0)), [1.0, 2.0, 3.0])
    assert residual_part(network, [[1.0, 2.0]], [[0.0, 0.0, 0.0]]) == 0.0


def test_refusals() -> None:
    network, x, y = drawn(SHAPES[1])
    with pytest.raises(ValueError, match="tolerance"):
        gram_sharpness(network, x, tolerance=2.0)
    with pytest.raises(ValueError, match="labels"):
        sharpness(network, x, y[:, :1])
