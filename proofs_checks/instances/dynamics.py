"""Gradient descent near a minimum, simulated: the true iterations of a network, not their linearisation."""

from __future__ import annotations

from itertools import product

import numpy as np

from numerics.gram import top_eigenpair
from numerics.network import Array, ShallowNetwork
from proofs_checks.instances.networks import Problem

DEVIATION = 1e-8
"""Size of the first deviation: far below the distance to any kink, far above rounding."""


def parameters(network: ShallowNetwork) -> Array:
    """All parameters in one vector: W1 row by row, b1, w2, b2."""
    return np.concatenate([network.W1.ravel(), network.b1, network.w2, [network.b2]])


def with_parameters(network: ShallowNetwork, theta: Array) -> ShallowNetwork:
    """The network of the same shape with other parameters."""
    k, d = network.k, network.d
    return ShallowNetwork(
        theta[: k * d].reshape(k, d), theta[k * d : k * d + k], theta[k * d + k : k * d + 2 * k], float(theta[-1])
    )


def sharpest_direction(problem: Problem) -> tuple[float, Array]:
    """The largest eigenvalue of the Hessian and its unit eigenvector, Phi u / |Phi u|."""
    top, u = top_eigenpair(problem.network, problem.x)
    direction = problem.network.gradients(problem.x).T @ u
    return top, np.asarray(direction / np.linalg.norm(direction))


def descend(problem: Problem, start: Array, step_size: float, batches: list[list[int]]) -> list[Array]:
    """The deviations from the minimum, start first; each step uses the data of its batch."""
    y = problem.network(problem.x)
    minimum = parameters(problem.network)
    theta, path = minimum + start, [start]
    for batch in batches:
        net = with_parameters(problem.network, theta)
        x = problem.x[batch]
        theta = theta - step_size * net.gradients(x).T @ (net(x) - y[batch]) / len(batch)
        path.append(theta - minimum)
    return path


def growth(problem: Problem, multiple: float, steps: int = 24, start: Array | None = None) -> float:
    """How much a deviation grows under gradient descent with step size ``multiple`` / sharpness.

    It starts along the sharpest direction unless another start is given.
    """
    top, sharpest = sharpest_direction(problem)
    first = sharpest * DEVIATION if start is None else start
    whole = list(range(len(problem.x)))
    path = descend(problem, first, multiple / top, [whole] * steps)
    return float(np.linalg.norm(path[-1]) / np.linalg.norm(first))


def mean_growth(problem: Problem, multiple: float, steps: int) -> tuple[float, float]:
    """E|delta_t| and |E delta_t| of SGD with batches of one, over |delta_0|: the exact mean over all sequences."""
    top, sharpest = sharpest_direction(problem)
    first = sharpest * DEVIATION
    ends = [
        descend(problem, first, multiple / top, [[datum] for datum in sequence])[-1]
        for sequence in product(range(len(problem.x)), repeat=steps)
    ]
    mean_size = np.mean([np.linalg.norm(end) for end in ends]) / np.linalg.norm(first)
    size_of_mean = np.linalg.norm(np.mean(ends, axis=0)) / np.linalg.norm(first)
    return float(mean_size), float(size_of_mean)
