"""Methods with momentum, linearised: recursions of second order along an eigenvector, and their second moments.

By definition, and in exact numbers where they are given some; the methods are called as in `numerics.wider.optimisers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

import numpy as np

from numerics.network import Array
from numerics.wider.optimisers import stability_factor
from proofs_checks.instances.profiles import factor, generator

Number = TypeVar("Number", Fraction, Array)
Pair = tuple[Fraction, Fraction]
_INSTANCES = 700


def coefficients(method: str, level: Number, beta: Number) -> tuple[Number, Number]:
    """The a and b of delta'' = a delta' - b delta at eta lambda = level, for a number or for each of an array."""
    if method == "nesterov":
        return (1 + beta) * (1 - level), beta * (1 - level)
    return 1 + beta - (level if method == "heavy-ball" else (1 - beta) * level), beta


def path(method: str, level: Fraction, beta: Fraction, start: Pair, steps: int) -> list[Fraction]:
    """Deviations along an eigenvector, exactly."""
    first, second = coefficients(method, level, beta)
    found = list(start)
    for _ in range(steps):
        found.append(first * found[-1] - second * found[-2])
    return found


def forms(method: str, spectrum: Sequence[Fraction], beta: Fraction, first: Pair, then: Pair) -> Fraction:
    """The form of the claim of two successive deviations, in the eigenbasis, at the eta lambda of a spectrum."""
    total = Fraction(0)
    for level, x, y in zip(spectrum, first, then, strict=True):
        a, b = coefficients(method, level, beta)
        total += (1 + b * b) * x * x + 2 * y * y - 2 * a * x * y
    return total


def moments(curvatures: Sequence[Fraction], eta: Fraction, beta: Fraction, steps: int) -> list[Fraction]:
    """E delta_t^2 from rest at 1, in one dimension, the curvature drawn from these at every step: exactly."""
    square, mixed, earlier = Fraction(1), Fraction(1), Fraction(1)
    found = [square]
    factors = [1 + beta - eta * h for h in curvatures]
    mean = sum(factors, Fraction(0)) / len(factors)
    second = sum((each**2 for each in factors), Fraction(0)) / len(factors)
    for _ in range(steps):
        square, mixed, earlier = (
            second * square - 2 * beta * mean * mixed + beta**2 * earlier,
            mean * square - beta * mixed,
            square,
        )
        found.append(square)
    return found


def second_moment_radius(gradients: Array, size: int, eta: float, beta: float) -> float:
    """The spectral radius of a step on the second moments of (delta', delta), batches without replacement."""
    n, d = gradients.shape
    hessian, share = gradients.T @ gradients / n, (n - size) / (size * (n - 1))
    mean = np.block([[(1 + beta) * np.eye(d) - eta * hessian, -beta * np.eye(d)], [np.eye(d), np.zeros((d, d))]])
    step = np.kron(mean, mean)
    for gradient in gradients:
        noise = np.zeros((2 * d, 2 * d))
        noise[:d, :d] = eta * (np.outer(gradient, gradient) - hessian)
        step = step + share / n * np.kron(noise, noise)
    return float(np.abs(np.linalg.eigvals(step)).max())


def drawn(method: str, low: float, high: float) -> tuple[Array, Array, Array, Array]:
    """Momenta [m], spectra [m, 3] with eta lambda within these shares of the threshold, and starts [m, 3], [m, 3]."""
    rng = np.random.default_rng(generator().randrange(2**32))
    count = _INSTANCES * factor()
    beta = rng.choice([0.0, 0.5, 0.9, 0.99], count) * rng.random(count)
    tops = np.array([float(stability_factor(method, each)) for each in beta])
    spectrum = rng.uniform(low, high, (count, 3)) * tops[:, None]
    return beta[:, None], spectrum, rng.standard_normal((count, 3)), rng.standard_normal((count, 3))


def grows(method: str, level: Fraction, beta: Fraction) -> str | None:
    """A path that leaves, in words, or nothing."""
    found = path(method, level, beta, (Fraction(1), Fraction(1)), 80)
    if abs(found[-1]) < 10:
        return None
    return f"at eta lambda = {level} and beta = {beta} the deviation 1 becomes {float(found[-1]):.3g} in 80 steps"
