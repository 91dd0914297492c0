"""Gradient descent on networks with two hidden layers, in float64: trained from a random start, or started nearby."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.arrays.checks import validate_data, validate_labels
from numerics.network import Array
from numerics.separation.two_layers.network import TwoLayerNetwork

Outcome = Literal["interpolating", "not converged", "diverged"]

INTERPOLATION_LOSS = 1e-12
"""At most this loss counts as interpolating."""


@dataclass(frozen=True, eq=False)
class DescentRun:
    """What full-batch gradient descent did.

    network: the network at the end; None if a parameter left the range of float64.
    losses: 1/(2n) sum_j (f(x_j) - y_j)^2 before every step and at the end, [steps + 1].
    farthest: the largest distance of the parameters from those of the start, over all steps.
    outcome: "interpolating" (loss at most 1e-12 at the end), "not converged" or "diverged".
    """

    network: TwoLayerNetwork | None
    losses: Float64[Array, " steps"]
    farthest: float
    outcome: Outcome

    @property
    def steps(self) -> int:
        """The number of gradient steps taken."""
        return len(self.losses) - 1


def descend(
    start: TwoLayerNetwork,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    step_size: float,
    steps: int,
    loss_target: float = 0.0,
    centre: Float64[Array, " p"] | None = None,
) -> DescentRun:
    """Full-batch gradient descent on 1/(2n) sum_j (f(x_j) - y_j)^2 with a constant step size.

    Args:
        start: the network at the start.
        x: the data [n, d].
        y: the labels [n].
        step_size: eta > 0.
        steps: the largest number of steps, at least 1.
        loss_target: stop once the loss is at most this.
        centre: parameters from which ``farthest`` is measured instead of the start's.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of the right shape; senseless options.
    """
    data = validate_data(x, start.d)
    labels = validate_labels(y, len(data))
    if not 0 < step_size < math.inf:
        raise ValueError(f"the step size must be positive and finite, not {step_size}")
    if steps < 1:
        raise ValueError(f"there must be at least 1 step, not {steps}")
    theta = [np.array(part) for part in (start.W1, start.b1, start.W2, start.b2, start.w3, start.b3)]
    origin = start.parameters() if centre is None else centre
    losses: list[float] = []
    farthest = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        while True:
            loss, gradient = _loss_and_gradient(theta, data, labels)
            losses.append(loss)
            farthest = max(farthest, float(np.linalg.norm(np.concatenate([part.ravel() for part in theta]) - origin)))
            if not math.isfinite(loss):
                return DescentRun(None, np.array(losses), farthest, "diverged")
            if loss <= loss_target or len(losses) > steps:
                break
            for part, slope in zip(theta, gradient, strict=True):
                part -= step_size * slope
    network = start.with_parameters(np.concatenate([part.ravel() for part in theta]))
    return DescentRun(
        network, np.array(losses), farthest, "interpolating" if losses[-1] <= INTERPOLATION_LOSS else "not converged"
    )


def _loss_and_gradient(
    theta: list[Array], data: Float64[Array, "n d"], labels: Float64[Array, " n"]
) -> tuple[float, list[Array]]:
    W1, b1, W2, b2, w3, b3 = theta
    first = data @ W1.T + b1
    hidden = np.maximum(first, 0.0)
    second = hidden @ W2.T + b2
    top = np.maximum(second, 0.0)
    residual = (top @ w3 + b3 - labels) / len(data)
    loss = float(residual @ residual) * len(data) / 2
    in_b2 = (second > 0) * np.outer(residual, w3)
    in_b1 = (first > 0) * (in_b2 @ W2)
    return loss, [
        in_b1.T @ data,
        in_b1.sum(axis=0),
        in_b2.T @ hidden,
        in_b2.sum(axis=0),
        top.T @ residual,
        np.asarray(residual.sum()),
    ]


def perturbed(network: TwoLayerNetwork, size: float, seed: int) -> TwoLayerNetwork:
    """The network with its parameters moved by the distance ``size`` in a random direction."""
    theta = network.parameters()
    direction = np.random.default_rng(seed).standard_normal(len(theta))
    return network.with_parameters(theta + size * direction / np.linalg.norm(direction))


def random_network(d: int, widths: tuple[int, int], seed: int) -> TwoLayerNetwork:
    """Weights and biases uniform on +-1/sqrt(fan-in), the common default.

    Raises:
        ValueError: d or a width is less than 1.
    """
    k, m = widths
    if min(d, k, m) < 1:
        raise ValueError(f"inputs and widths must be at least 1, not {d}, {k} and {m}")
    random = np.random.default_rng(seed)

    def uniform(fan_in: int, *shape: int) -> Array:
        return random.uniform(-1, 1, shape) / math.sqrt(fan_in)

    return TwoLayerNetwork(
        uniform(d, k, d), uniform(d, k), uniform(k, m, k), uniform(k, m), uniform(m, m), float(uniform(m, 1)[0])
    )


def growth(network: TwoLayerNetwork, x: npt.ArrayLike, *, step_size: float, steps: int, size: float = 1e-8) -> float:
    """|delta_steps| / |delta_0| of descent towards the network's own values, from delta_0 in the sharpest direction.

    ``size`` = |delta_0| is to be far below the distance of the data to the kinks and far above rounding. Beside second
    orders it is |1 - eta lambda_max|^steps: above 1 exactly for step sizes above 2/sharpness.

    Raises:
        ArithmeticError: a parameter left the range of float64.
    """
    data = validate_data(x, network.d)
    vector = np.linalg.eigh(network.gram_matrix(data))[1][:, -1]
    sharpest = network.gradients(data).T @ vector
    theta = network.parameters()
    start = network.with_parameters(theta + size * sharpest / np.linalg.norm(sharpest))
    run = descend(start, data, network(data), step_size=step_size, steps=steps)
    if run.network is None:
        raise ArithmeticError("descent diverged; take fewer steps or a smaller start")
    return float(np.linalg.norm(run.network.parameters() - theta) / size)
