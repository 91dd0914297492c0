"""Gradient descent, not linearised, from just beside a network."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.arrays.checks import Array
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from numerics.training.descent import Descent


def residuals_of_descent(
    network: ShallowNetwork,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    step_size: float,
    *,
    shift: float = 1e-9,
    steps: int = 1200,
) -> Float64[Array, " {steps}+1"]:
    """sqrt(E r^2), r the residuals, before each of `steps` steps of gradient descent and after the last.

    Full-batch steps on all parameters of the loss 1/(2n) sum_j r_j^2, from the network with its output bias moved by
    `shift`; the activation patterns are whatever they become.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of the right shape; fewer than 0 steps.

    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)  # sharpness 10 at x = 1, y = 2: factor 1 - 10 eta
    >>> residuals_of_descent(network, [[1.0]], [2.0], 0.05, steps=2).round(12)
    array([1.0e-09, 5.0e-10, 2.5e-10])
    """
    if steps < 0:
        raise ValueError(f"the number of steps must not be negative, but it is {steps}")
    problem = Problem(network, x, y)
    moved = ShallowNetwork(network.W1, network.b1, network.w2, network.b2 + shift)
    descent = Descent(problem.x, problem.labels, moved)
    losses = np.empty(steps + 1)
    for step in range(steps):
        losses[step] = descent.forward()
        descent.update(step_size)
    losses[steps] = descent.forward()
    return np.sqrt(2 * losses)
