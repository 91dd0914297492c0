"""Networks of many kinds below a trained output bias, and the curvature of their loss by automatic differentiation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, tanh

from numerics.network import Array

INPUTS, WIDTH = 2, 3


class Architecture(NamedTuple):
    """h(theta, x) for a vector of ``size`` parameters and a datum [INPUTS]; smooth in theta."""

    name: str
    size: int
    output: Callable[[Tensor, Tensor], Tensor]


class Pieces:
    """Consecutive pieces of a vector of parameters."""

    def __init__(self, theta: Tensor) -> None:
        self._theta, self._at = theta, 0

    def __call__(self, *shape: int) -> Tensor:
        """The next piece, in this shape."""
        count = int(torch.tensor(shape).prod())
        self._at += count
        return self._theta[self._at - count : self._at].reshape(shape)


def _two_layers(theta: Tensor, x: Tensor) -> Tensor:
    take = Pieces(theta)
    first = tanh(take(WIDTH, INPUTS) @ x + take(WIDTH))
    return take(WIDTH) @ tanh(take(WIDTH, WIDTH) @ first + take(WIDTH))


def _residual(theta: Tensor, x: Tensor) -> Tensor:
    take = Pieces(theta)
    stream = take(WIDTH, INPUTS) @ x
    for _ in range(2):
        stream = stream + torch.nn.functional.gelu(take(WIDTH, WIDTH) @ stream)
    return take(WIDTH) @ stream


def _gated(theta: Tensor, x: Tensor) -> Tensor:
    take = Pieces(theta)
    return take(WIDTH) @ (torch.sigmoid(take(WIDTH, INPUTS) @ x) * (take(WIDTH, INPUTS) @ x))


def _normalised(theta: Tensor, x: Tensor) -> Tensor:
    take = Pieces(theta)
    hidden = tanh(take(WIDTH, INPUTS) @ x + take(WIDTH))
    centred = hidden - hidden.mean()
    return take(WIDTH) @ (take(WIDTH) * centred / torch.sqrt((centred**2).mean() + 0.1))


def _tied(theta: Tensor, x: Tensor) -> Tensor:
    take = Pieces(theta)
    weights = take(WIDTH, INPUTS)
    return (weights.T @ tanh(weights @ x + take(WIDTH))).sum()


def _attending(theta: Tensor, x: Tensor) -> Tensor:
    take = Pieces(theta)
    tokens = torch.stack([x, x.flip(0), x**2])
    queries, keys, values = (tokens @ take(INPUTS, INPUTS) for _ in range(3))
    return take(INPUTS) @ (torch.softmax(queries @ keys.T, dim=-1) @ values).mean(0)


def _quadratic(theta: Tensor, x: Tensor) -> Tensor:
    take = Pieces(theta)
    return ((take(WIDTH, INPUTS) @ x) ** 2).sum() + (take(WIDTH) ** 3).sum()


ARCHITECTURES = (
    Architecture("two hidden layers", WIDTH * INPUTS + WIDTH + WIDTH * WIDTH + 2 * WIDTH, _two_layers),
    Architecture("residual blocks", WIDTH * INPUTS + 2 * WIDTH * WIDTH + WIDTH, _residual),
    Architecture("gates", 2 * WIDTH * INPUTS + WIDTH, _gated),
    Architecture("layer normalisation", WIDTH * INPUTS + 3 * WIDTH, _normalised),
    Architecture("tied weights", WIDTH * INPUTS + WIDTH, _tied),
    Architecture("attention", 3 * INPUTS * INPUTS + INPUTS, _attending),
    Architecture("squares and cubes", WIDTH * INPUTS + WIDTH, _quadratic),
)


class Spectra(NamedTuple):
    """Of many points at once: Hessian of the loss [m, size + 1, size + 1], mean gradient [m, size + 1]; bias last."""

    hessians: Array
    mean_gradients: Array


def spectra(architecture: Architecture, theta: Array, x: Array, residuals: Array) -> Spectra:
    """Hessians of 1/(2n) sum (h(x_j; theta) + b - y_j)^2 and mean gradients, at many points at once.

    theta [m, size + 1], x [n, INPUTS]; the labels are such that the residuals [m, n] are left.
    """
    data, points = torch.from_numpy(x), torch.from_numpy(theta)

    def outputs(point: Tensor) -> Tensor:
        return torch.stack([architecture.output(point[:-1], datum) for datum in data]) + point[-1]

    def loss(point: Tensor, labels: Tensor) -> Tensor:
        return ((outputs(point) - labels) ** 2).mean() / 2

    with torch.no_grad():
        labels = torch.func.vmap(outputs)(points) - torch.from_numpy(residuals)
    hessians = torch.func.vmap(torch.func.hessian(loss))(points, labels)
    gradients = torch.func.vmap(torch.func.grad(lambda point: outputs(point).mean()))(points)
    return Spectra(hessians.numpy(), gradients.numpy())
