"""Shallow nets with several outputs, tricky cases among them, and their curvature by automatic differentiation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from numerics.network import Array
from numerics.wider.outputs import VectorNetwork


class Nets(NamedTuple):
    """c nets of one shape on data of their own: W1 [c, k, d], b1 [c, k], W2 [c, m, k], b2 [c, m], x [c, n, d]."""

    W1: Array
    b1: Array
    W2: Array
    b2: Array
    x: Array

    def net(self, place: int) -> VectorNetwork:
        """One of them, as ``numerics`` has it."""
        return VectorNetwork(self.W1[place], self.b1[place], self.W2[place], self.b2[place])


class Curvatures(NamedTuple):
    """Hessians of the loss [c, D, D], and gradients of the outputs at the data [c, n, m, D], order W1, b1, W2, b2."""

    hessians: Array
    gradients: Array

    @property
    def mean_gradients(self) -> Array:
        """Q^T [c, m, D]."""
        means: Array = self.gradients.mean(axis=1)
        return means


def drawn(rng: np.random.Generator, count: int, shape: tuple[int, int, int, int]) -> Nets:
    """Random nets of the shape (n, d, k, m); in some the last neuron is dead, a duplicate or a reflection of the first,
    constant or without output weights, the output weights are of rank one, or two data are equal.
    """
    n, d, k, m = shape
    W1, b1 = rng.standard_normal((count, k, d)), rng.standard_normal((count, k)) / 2
    W2 = rng.standard_normal((count, m, k)) * rng.choice([0.3, 1.0, 3.0], size=(count, 1, k))
    b2, x = rng.standard_normal((count, m)), rng.standard_normal((count, n, d)) * rng.choice([0.5, 2.0], (count, 1, 1))
    kinds = np.arange(count) % 9
    b1[kinds == 1, -1] = -1e3
    for kind, sign in ((2, 1.0), (3, -2.0)):
        # a power of two, so that the hyperplane is the same to the bit
        chosen = kinds == kind
        W1[chosen, -1], b1[chosen, -1] = sign * W1[chosen, 0], sign * b1[chosen, 0]
    W1[kinds == 4, -1] = 0.0
    W2[kinds == 5, :, -1] = 0.0
    W2[kinds == 6] = W2[kinds == 6][:, :, :1] * W2[kinds == 6][:, :1, :]
    x[kinds == 7, -1] = x[kinds == 7, 0]
    return Nets(W1, b1, W2, b2, x)


def outputs(theta: Tensor, x: Tensor, shape: tuple[int, int, int, int]) -> Tensor:
    """f(x_j) [n, m] from the vector of parameters."""
    _, d, k, m = shape
    W1, b1, W2, b2 = torch.split(theta, [k * d, k, m * k, m])
    return torch.relu(x @ W1.reshape(k, d).T + b1) @ W2.reshape(m, k).T + b2


def curvatures(nets: Nets, residuals: Array, factors: Array | None = None) -> Curvatures:
    """For the losses (1/2) <r_j, S_j r_j>, averaged, with labels that leave the residuals [c, n, m] at the nets.

    ``factors`` [c, n, m, m] are B_j with S_j = B_j^T B_j; by default all S_j = I, the square loss.
    """
    count, n, d = nets.x.shape
    m, k = nets.W2.shape[1:]
    shape = (n, d, k, m)
    parts = (nets.W1, nets.b1, nets.W2, nets.b2)
    theta = torch.from_numpy(np.concatenate([part.reshape(count, -1) for part in parts], axis=1))
    x = torch.from_numpy(nets.x)
    roots = torch.eye(m, dtype=torch.float64).expand(count, n, m, m) if factors is None else torch.from_numpy(factors)

    def values(point: Tensor, data: Tensor) -> Tensor:
        return outputs(point, data, shape)

    def loss(point: Tensor, data: Tensor, labels: Tensor, root: Tensor) -> Tensor:
        seen = torch.einsum("nab,nb->na", root, values(point, data) - labels)
        total: Tensor = (seen**2).sum() / (2 * n)
        return total

    with torch.no_grad():
        labels = torch.func.vmap(values)(theta, x) - torch.from_numpy(residuals)
    hessians = torch.func.vmap(torch.func.hessian(loss))(theta, x, labels, roots)
    gradients = torch.func.vmap(torch.func.jacrev(values))(theta, x)
    return Curvatures(hessians.numpy(), gradients.numpy())


def cross_entropy_hessians(nets: Nets, classes: Array) -> Array:
    """Hessians [c, D, D] of the mean cross-entropy of the softmax of the outputs for the labels ``classes`` [c, n]."""
    count, n, d = nets.x.shape
    m, k = nets.W2.shape[1:]
    parts = (nets.W1, nets.b1, nets.W2, nets.b2)
    theta = torch.from_numpy(np.concatenate([part.reshape(count, -1) for part in parts], axis=1))
    labels = torch.nn.functional.one_hot(torch.from_numpy(classes.astype(np.int64)), m).to(torch.float64)

    def loss(point: Tensor, data: Tensor, one_hot: Tensor) -> Tensor:
        total: Tensor = -(torch.log_softmax(outputs(point, data, (n, d, k, m)), dim=-1) * one_hot).sum() / n
        return total

    hessians: Array = torch.func.vmap(torch.func.hessian(loss))(theta, torch.from_numpy(nets.x), labels).numpy()
    return hessians
