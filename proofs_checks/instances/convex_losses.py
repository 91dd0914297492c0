"""Networks under losses other than the square: curvature by automatic differentiation, and minima with noisy labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from numerics.network import Array, ShallowNetwork
from numerics.wider.losses import second_derivatives
from proofs_checks.instances.architectures import Architecture, Pieces
from proofs_checks.instances.profiles import generator

ROUNDING = 1e-11
"""Of eigenvalues and of products of some 30 parameters, relative to the size of the Hessian."""


def _half_square(u: Tensor, y: Tensor) -> Tensor:
    return (u - y) ** 2 / 2


def _logistic(u: Tensor, y: Tensor) -> Tensor:
    # functional.softplus is linear from 20 on
    return torch.logaddexp(u, torch.zeros_like(u)) - y * u


def _poisson(u: Tensor, y: Tensor) -> Tensor:
    return torch.exp(u) - y * u


def _exponential(u: Tensor, y: Tensor) -> Tensor:
    return torch.exp(-y * u)


def _huber(u: Tensor, y: Tensor) -> Tensor:
    return functional.huber_loss(u, y, reduction="none")


LOSS_AT: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "half-mse": _half_square,
    "logistic": _logistic,
    "poisson": _poisson,
    "exponential": _exponential,
    "huber": _huber,
}
"""The losses at a datum, written down apart from `numerics.wider.losses`, by the names that they have there."""


def labels(loss: str, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Labels of the kind that a loss has; every third set of logistic labels is of one class."""
    if loss == "poisson":
        return rng.integers(0, 4, shape).astype(float)
    if loss in ("logistic", "exponential"):
        ones = rng.integers(0, 2, shape)
        ones[::3] = 1
        return (ones if loss == "logistic" else 2 * ones - 1).astype(float)
    return np.asarray(2 * rng.standard_normal(shape))


def shallow(d: int, k: int) -> Architecture:
    """A shallow ReLU net but for its output bias, its parameters in the order W1 (row by row), b1, w2."""

    def output(theta: Tensor, x: Tensor) -> Tensor:
        take = Pieces(theta)
        hidden = torch.relu(take(k, d) @ x + take(k))
        return take(k) @ hidden

    return Architecture(f"shallow net, d = {d}, k = {k}", k * d + 2 * k, output)


def network(theta: Array, d: int, k: int) -> ShallowNetwork:
    """The net of `shallow` and an output bias, which stands last."""
    W1, b1, w2, b2 = np.split(theta, [k * d, k * d + k, k * d + 2 * k])
    return ShallowNetwork(W1.reshape(k, d), b1, w2, float(b2[0]))


class Curvature(NamedTuple):
    """Of m points at once: Hessians [m, D, D] and gradients [m, D] of the loss, and of the net at n data its gradients
    [m, n, D] and outputs [m, n].
    """

    hessians: Array
    slopes: Array
    gradients: Array
    outputs: Array


class Family:
    """An architecture below an output bias, which stands last, with a loss, on data x [n, d]."""

    def __init__(self, architecture: Architecture, loss: str, x: Array) -> None:
        data, at = torch.from_numpy(x), LOSS_AT[loss]

        def outputs(theta: Tensor) -> Tensor:
            return torch.func.vmap(architecture.output, in_dims=(None, 0))(theta[:-1], data) + theta[-1]

        def total(theta: Tensor, y: Tensor) -> Tensor:
            return at(outputs(theta), y).mean()

        self._outputs, self._total = outputs, total

    def curvature(self, theta: Array, y: Array) -> Curvature:
        """At the points theta [m, D] with the labels y [m, n]."""
        points, given = torch.from_numpy(theta), torch.from_numpy(y)
        vmap = torch.func.vmap
        with torch.no_grad():
            return Curvature(
                vmap(torch.func.hessian(self._total))(points, given).numpy(),
                vmap(torch.func.grad(self._total))(points, given).numpy(),
                vmap(torch.func.jacrev(self._outputs))(points).numpy(),
                vmap(self._outputs)(points).numpy(),
            )

    def losses(self, theta: Array, y: Array) -> Array:
        """The losses [r, m] at the points theta [r, m, D] with the labels y [m, n]."""
        inner = torch.func.vmap(self._total)
        with torch.no_grad():
            values: Array = torch.func.vmap(inner, in_dims=(0, None))(
                torch.from_numpy(theta), torch.from_numpy(y)
            ).numpy()
        return values

    def descended(self, theta: Array, y: Array, steps: int) -> Array:
        """So many steps of Newton's method, eigenvalues made positive, each shortened until the loss does not rise."""
        theta = theta.copy()
        shares = np.append(0.25 ** np.arange(12), 0.0)
        for _ in range(steps):
            found = self.curvature(theta, y)
            values, vectors = np.linalg.eigh(found.hessians)
            along = np.einsum("mij,mi->mj", vectors, found.slopes) / np.maximum(np.abs(values), 1e-6)
            step = np.einsum("mij,mj->mi", vectors, along)
            step /= np.maximum(1, np.linalg.norm(step, axis=1, keepdims=True))
            # the last share is 0: where no other step lowers the loss the point stays
            tried = self.losses(theta - shares[:, None, None] * step, y)
            theta -= shares[tried.argmin(axis=0)][:, None] * step
        return theta


def seeded() -> np.random.Generator:
    """A generator of this run."""
    return np.random.default_rng(generator().randrange(2**32))


def points(architecture: Architecture, rng: np.random.Generator, count: int) -> Array:
    """Small and ordinary parameters, output bias last."""
    drawn: Array = rng.standard_normal((count, architecture.size + 1)) * rng.choice([0.3, 1.0], size=(count, 1))
    return drawn


def margin(small: float, large: float, scale: float) -> float | None:
    """Of ``small <= large``, relative to the larger side; None where rounding relative to the scale decides."""
    gap = large - small
    return None if abs(gap) <= ROUNDING * scale else gap / max(abs(small), abs(large))


def seconds(loss: str, found: Curvature, y: Array) -> Array:
    """The second derivatives s [m, n] by the outputs, as numerics has them."""
    return np.array([second_derivatives(loss, *each) for each in zip(found.outputs, y, strict=True)])


def bound(hessian: Array, mean: float) -> tuple[float, float]:
    """lambda/sbar + nu (lambda - sbar)/sbar^2 from the two ends of the spectrum, and the scale of its rounding."""
    spectrum = np.linalg.eigvalsh(hessian)
    largest, below = float(spectrum[-1]), max(0.0, -float(spectrum[0]))
    return largest / mean + below * (largest - mean) / mean**2, (1 + (largest + below) / mean) ** 2
