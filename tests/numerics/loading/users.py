"""Networks trained as a user would, with nothing of this project."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from sklearn.neural_network import MLPRegressor

from numerics.network import Array, ShallowNetwork


@dataclass(frozen=True, eq=False)
class Shapes:
    """Data and the models fitted to it."""

    x: Array
    y: Array


def circle_and_line(n: int = 30) -> Shapes:
    """Points of the plane, float32, labelled |x| - x_1/2."""
    x = np.random.default_rng(7).standard_normal((n, 2)).astype(np.float32)
    return Shapes(x.astype(np.float64), (np.linalg.norm(x, axis=1) - x[:, 0] / 2).astype(np.float64))


@cache
def trained_by_torch() -> torch.nn.Sequential:
    """A plain loop of gradient descent on MSELoss, learning rate 0.05, that is eta = 0.1."""
    shapes = circle_and_line()
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 12), torch.nn.ReLU(), torch.nn.Linear(12, 1))
    x, y = torch.tensor(shapes.x, dtype=torch.float32), torch.tensor(shapes.y, dtype=torch.float32)
    # by hand, since importing torch.optim takes seconds, and by one thread, since two wait for each other
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    for _ in range(1000):
        loss = torch.nn.functional.mse_loss(model(x).squeeze(-1), y)
        gradients = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                parameter.sub_(gradient, alpha=0.05)
    torch.set_num_threads(threads)
    return model


@cache
def trained_by_sklearn() -> MLPRegressor:
    """MLPRegressor with one hidden layer, as its documentation shows."""
    shapes = circle_and_line()
    return MLPRegressor(hidden_layer_sizes=(10,), solver="lbfgs", max_iter=2000, random_state=1).fit(shapes.x, shapes.y)


class Named(torch.nn.Module):
    """A module written out, with a squeeze at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = torch.nn.Linear(2, 12)
        self.output = torch.nn.Linear(12, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The values [n]."""
        values: torch.Tensor = self.output(torch.relu(self.hidden(x))).squeeze(-1)
        return values


def named() -> Named:
    """The trained network as a module of another shape."""
    model, source = Named(), trained_by_torch()
    model.hidden.load_state_dict(source[0].state_dict())
    model.output.load_state_dict(source[2].state_dict())
    return model


def parameters(model: torch.nn.Sequential) -> list[Array]:
    """W1, b1, w2 and b2 of a Sequential, in float64."""
    arrays = [part.detach().double().numpy() for part in model.parameters()]
    return [arrays[0], arrays[1], arrays[2][0], arrays[3][0]]


def assert_is_torch(network: ShallowNetwork) -> None:
    """The network has the parameters of `trained_by_torch`, bit for bit."""
    W1, b1, w2, b2 = parameters(trained_by_torch())
    assert np.array_equal(network.W1, W1)
    assert np.array_equal(network.b1, b1)
    assert np.array_equal(network.w2, w2)
    assert network.b2 == b2
