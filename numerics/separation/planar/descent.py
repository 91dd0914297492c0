"""Gradient descent on many nets at once: full batch, constant step, loss (1/2) E (f - y)^2, in floats.

All arrays begin with an axis of independent runs. This shows what descent does; it proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from numerics.network import Array
from numerics.separation.planar.two_layers import RationalTwoLayers

Parameters = tuple[Array, ...]
Gradient = Callable[[Parameters, Array, Array], tuple[Array, Parameters]]
"""Residuals f - y [runs, n] and the gradients of the loss, of parameters, data [n, d] and labels [n]."""

INTERPOLATES = 1e-10
"""Loss below which a run counts as interpolating."""


@dataclass(frozen=True, eq=False)
class Descent:
    """Where the runs ended: parameters, loss [runs] (infinite where a run left every bound), steps taken."""

    parameters: Parameters
    loss: Float64[Array, " runs"]
    steps: int

    @property
    def interpolating(self) -> int:
        """How many runs ended at a loss below `INTERPOLATES`."""
        return int(np.sum(self.loss < INTERPOLATES))


def descend(
    gradient: Gradient,
    start: Parameters,
    x: Float64[Array, "n d"],
    y: Float64[Array, " n"],
    step_size: float,
    steps: int,
) -> Descent:
    """Gradient descent with a constant step on independent runs.

    Args:
        gradient: `shallow_gradient` or `two_layer_gradient`.
        start: parameters, each with the runs as first axis.
        x: data [n, d].
        y: labels [n].
        step_size: eta > 0.
        steps: how many steps are taken.

    Raises:
        ValueError: the step size is not positive, or there are no steps.
    """
    if not step_size > 0 or steps < 1:
        raise ValueError(f"the step size must be positive and the steps at least 1, not {step_size} and {steps}")
    parameters = tuple(np.array(part, dtype=float) for part in start)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            _, slopes = gradient(parameters, x, y)
            for part, slope in zip(parameters, slopes, strict=True):
                part -= step_size * slope
        residual, _ = gradient(parameters, x, y)
        loss = (residual**2).mean(axis=1) / 2
    return Descent(parameters, np.where(np.isfinite(loss), loss, np.inf), steps)


def shallow_gradient(
    parameters: Parameters, x: Float64[Array, "n d"], y: Float64[Array, " n"]
) -> tuple[Float64[Array, "runs n"], Parameters]:
    """Of f(x) = <w2, relu(W1 x + b1)> + b2: W1 [runs, k, d], b1 [runs, k], w2 [runs, k], b2 [runs]."""
    W1, b1, w2, b2 = parameters
    before = x @ W1.transpose(0, 2, 1) + b1[:, None, :]
    hidden = np.maximum(before, 0)
    residual = (hidden @ w2[:, :, None])[:, :, 0] + b2[:, None] - y
    scaled = residual / len(x)
    into = scaled[:, :, None] * (before > 0) * w2[:, None, :]
    slopes = (into.transpose(0, 2, 1) @ x, into.sum(axis=1), (scaled[:, None, :] @ hidden)[:, 0], scaled.sum(axis=1))
    return residual, slopes


def two_layer_gradient(
    parameters: Parameters, x: Float64[Array, "n d"], y: Float64[Array, " n"]
) -> tuple[Float64[Array, "runs n"], Parameters]:
    """Of f(x) = w3 relu(<w2, relu(W1 x + b1)> + b2) + b3: as for a shallow net, and b2, w3, b3 [runs]."""
    W1, b1, w2, b2, w3, b3 = parameters
    before = x @ W1.transpose(0, 2, 1) + b1[:, None, :]
    hidden = np.maximum(before, 0)
    inner = (hidden @ w2[:, :, None])[:, :, 0] + b2[:, None]
    outer = np.maximum(inner, 0)
    residual = w3[:, None] * outer + b3[:, None] - y
    scaled = residual / len(x)
    back = scaled * (inner > 0) * w3[:, None]
    into = back[:, :, None] * (before > 0) * w2[:, None, :]
    slopes = (
        into.transpose(0, 2, 1) @ x,
        into.sum(axis=1),
        (back[:, None, :] @ hidden)[:, 0],
        back.sum(axis=1),
        (scaled * outer).sum(axis=1),
        scaled.sum(axis=1),
    )
    return residual, slopes


def random_shallow(runs: int, width: int, dimension: int, generator: np.random.Generator) -> Parameters:
    """Shallow nets with all weights and biases uniform on +-1/sqrt(fan in)."""
    inner, outer = dimension**-0.5, width**-0.5
    return (
        generator.uniform(-inner, inner, (runs, width, dimension)),
        generator.uniform(-inner, inner, (runs, width)),
        generator.uniform(-outer, outer, (runs, width)),
        generator.uniform(-outer, outer, runs),
    )


def perturbed(parameters: tuple[Array, ...], runs: int, size: float, generator: np.random.Generator) -> Parameters:
    """Copies of one net's parameters (without the axis of runs), each entry moved uniformly by up to size."""
    return tuple(
        np.asarray(part, dtype=float) + generator.uniform(-size, size, (runs, *np.shape(part))) for part in parameters
    )


def float_parameters(network: RationalTwoLayers) -> tuple[Array, ...]:
    """W1 [k, d], b1 [k], w2 [k], b2, w3, b3 of an exact net, as `two_layer_gradient` takes them."""
    parts = (network.W1, network.b1, network.w2, network.b2, network.w3, network.b3)
    return tuple(np.array(part, dtype=float) for part in parts)
