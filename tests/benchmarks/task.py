"""The networks that are measured: even against odd digits of MNIST, standardised, after a few steps of descent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import torch

from numerics.arrays.checks import Array
from numerics.network import ShallowNetwork
from numerics.training.mnist import parity_task
from numerics.training.train import TrainingPlan, initial_network
from tests.benchmarks.rivals.torch_loop import descend

# enough that the network is no longer random, too few to interpolate: the Hessian is not the Gram matrix
_STEPS, _STEP_SIZE = 30, 0.02
CARRIED = 1000
"""The number of images that come with the project."""


Matrix = Literal["gram", "hessian"]
"""Whose largest eigenvalue: that of Phi Phi^T / n, also called generalised Gauss-Newton, or of the Hessian."""


class Found(NamedTuple):
    """What a method found, the products with the matrix that it took, and the relative width of an enclosure."""

    value: object
    products: int | None = None
    width: float | None = None


@dataclass(frozen=True, eq=False)
class Task:
    """A network on data, as arrays and as PyTorch's module and tensors, the targets [n, 1]."""

    network: ShallowNetwork
    x: Array
    y: Array
    model: torch.nn.Sequential
    inputs: torch.Tensor
    targets: torch.Tensor

    @classmethod
    def of(cls, network: ShallowNetwork, x: Array, y: Array) -> Task:
        """Both forms of the same numbers."""
        return cls(network, x, y, as_module(network), torch.tensor(x), torch.tensor(y)[:, None])

    @property
    def sizes(self) -> tuple[int, int, int]:
        """(n, k, d)."""
        return len(self.x), self.network.k, self.network.d


def as_module(network: ShallowNetwork) -> torch.nn.Sequential:
    """Linear, ReLU, Linear in float64 with the network's parameters."""
    hidden = torch.nn.Linear(network.d, network.k, dtype=torch.float64)
    output = torch.nn.Linear(network.k, 1, dtype=torch.float64)
    with torch.no_grad():
        hidden.weight.copy_(torch.tensor(network.W1))
        hidden.bias.copy_(torch.tensor(network.b1))
        output.weight.copy_(torch.tensor(network.w2)[None])
        output.bias.fill_(network.b2)
    return torch.nn.Sequential(hidden, torch.nn.ReLU(), output)


@cache
def partly_trained(n: int, k: int, mnist: Path | None, folder: Path) -> Task:
    """The network of k neurons after 30 steps of size 0.02 on n digits; kept in the folder, as training takes time.

    Args:
        n: images; at most 1,000 of those carried.
        k: neurons.
        mnist: the folder with all of MNIST; None for the images carried.
        folder: where networks are kept.

    Raises:
        ValueError: there are fewer than n images, or the descent diverged.
    """
    data = parity_task(n, directory=mnist)
    path = folder / f"{n}-{k}-{data.digest[:16]}.npz"
    if path.exists():
        return Task.of(ShallowNetwork.load(path), data.x, data.y)
    start = initial_network(data.x.shape[1], TrainingPlan(k, _STEP_SIZE, _STEPS))
    model = as_module(start)
    losses = descend(model, torch.tensor(data.x), torch.tensor(data.y)[:, None], [_STEP_SIZE] * _STEPS)
    if not losses[-1] < losses[0]:
        raise ValueError(f"the loss did not fall in {_STEPS} steps, from {losses[0]} to {losses[-1]}")
    network = as_network(model)
    folder.mkdir(parents=True, exist_ok=True)
    network.save(path)
    return Task.of(network, data.x, data.y)


def as_network(model: torch.nn.Sequential) -> ShallowNetwork:
    """The parameters of Linear, ReLU, Linear."""
    W1, b1, w2, b2 = (parameter.detach().numpy() for parameter in model.parameters())
    return ShallowNetwork(W1, b1, w2[0], float(b2[0]))


def synthetic(n: int, k: int, d: int) -> Task:
    """Normal data about a common mean, as images have one, and PyTorch's initial network, for sizes MNIST has not."""
    random = np.random.default_rng(0)
    x = 0.5 + random.standard_normal((n, d))
    y = np.where(random.random(n) < 0.5, -1.0, 1.0)
    return Task.of(initial_network(d, TrainingPlan(k, 1.0, 1)), x, y)
