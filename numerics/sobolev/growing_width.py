"""Nets of growing width that sample a smooth function: error, sharpness, gradient descent at one step size for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

from numerics.arrays.checks import validate_data, validate_labels
from numerics.exact.balls import Exact
from numerics.gram import gram_sharpness, top_eigenpair
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.population.isotropic import UniformBall
from numerics.separation.pyramid import pyramid
from numerics.separation.smoothed import sample
from numerics.sobolev.sampling import (
    Draw,
    RadialFunction,
    best_scales,
    draw,
    error_bound,
    sharpness_bound_on,
)

POINTS = 3000
"""Points of the ball at which errors are measured."""
MULTIPLE = 1.1
"""The step size above the threshold, as a multiple of 2/lambda."""


@dataclass(frozen=True)
class Row:
    """The nets of one width k that sample a function, on data of the ball B_R.

    error, largest_error: mean and maximum over the draws of max |f_k - f| over points of the ball;
    error_bound bounds the mean.
    sharpness: that of the first draw at its best scales; one_scale_sharpness: at the scale that serves all data;
    sharpness_bound: 1 + 2A sup gh, for every width. norm: the stability norm on the data.
    staying, leaving: by what factor a small deviation has changed after gradient descent at the step size 2 over
    the bound, the same for every width, and at 1.1 times 2/lambda of the net itself; None where it was not asked for.
    """

    dimension: int
    width: int
    error: float
    largest_error: float
    error_bound: float
    sharpness: float
    one_scale_sharpness: float
    sharpness_bound: float
    norm: float
    staying: float | None
    leaving: float | None

    @property
    def step_size(self) -> float:
        """2 over the bound of the sharpness."""
        return 2 / self.sharpness_bound


def ball_points(
    dimension: int, radius: float, count: int, generator: np.random.Generator
) -> Float64[Array, "{count} {dimension}"]:
    """Points [count, d], uniform on the ball of the radius about 0."""
    normal = generator.normal(size=(count, dimension))
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    return np.asarray(radius * normal * generator.uniform(size=(count, 1)) ** (1 / dimension))


def sampled_rows(
    function: RadialFunction,
    radius: Exact,
    widths: Sequence[int],
    *,
    data: int = 96,
    draws: int = 12,
    seed: int = 0,
    descend: bool = True,
) -> tuple[Row, ...]:
    """Sample the function on B_R at each width, several times; the first net of each width goes on to gradient descent.

    The data [data, d] are uniform on the ball, the same for all widths; the labels are those of the net.

    Raises:
        ValueError: a width, the radius or a count is not positive.
    """
    if data < 1 or draws < 1:
        raise ValueError(f"there must be data and draws, not {data} and {draws}")
    generator = np.random.default_rng(seed)
    x = ball_points(function.dimension, float(radius), data, generator)
    points = ball_points(function.dimension, float(radius), POINTS, generator)
    values = function.value(points)
    rows = []
    for width in widths:
        sampled = [draw(function, radius, width, generator) for _ in range(draws)]
        errors = [float(np.abs(one.network()(points) - values).max()) for one in sampled]
        rows.append(_row(sampled[0], x, errors, generator if descend else None))
    return tuple(rows)


def _row(first: Draw, x: Float64[Array, "n d"], errors: Sequence[float], generator: np.random.Generator | None) -> Row:
    bound = sharpness_bound_on(first.mass, first.radius, x)
    net = best_scales(first.network(), x)
    top = gram_sharpness(net, x)
    return Row(
        dimension=net.d,
        width=first.width,
        error=float(np.mean(errors)),
        largest_error=max(errors),
        error_bound=float(error_bound(first.mass, first.radius, first.width)),
        sharpness=top,
        one_scale_sharpness=gram_sharpness(first.network(), x),
        sharpness_bound=bound,
        norm=stability_norm(net, x),
        staying=deviation_growth(net, x, 2 / bound, seed=int(generator.integers(2**31))) if generator else None,
        leaving=deviation_growth(net, x, MULTIPLE * 2 / top, steps=60) if generator else None,
    )


def deviation_growth(
    network: ShallowNetwork,
    x: npt.ArrayLike,
    step_size: float,
    *,
    steps: int = 200,
    size: float = 1e-6,
    seed: int | None = None,
) -> float:
    """|theta_T - theta_*| / |theta_0 - theta_*| for gradient descent from near the minimum theta_*.

    The labels are the net's own values. It starts at a random deviation of that size, or, without a seed, along the
    sharpest direction.
    At a stable minimum the factor stays near 1 or below: directions in which the loss is flat keep their deviation.
    """
    data = validate_data(x, network.d)
    y = network(data)
    if seed is None:
        _, u = top_eigenpair(network, data)
        start = _gradient(network, data, u)
    else:
        generator = np.random.default_rng(seed)
        start = (
            generator.normal(size=network.W1.shape),
            generator.normal(size=network.k),
            generator.normal(size=network.k),
            float(generator.normal()),
        )
    scale = size / _size(start)
    moved = _stepped(network, start, scale)
    for _ in range(steps):
        residual = (moved(data) - y) / len(data)
        moved = _stepped(moved, _gradient(moved, data, residual), -step_size)
    change = (moved.W1 - network.W1, moved.b1 - network.b1, moved.w2 - network.w2, moved.b2 - network.b2)
    return _size(change) / size


_Parameters = tuple[Array, Array, Array, float]


def _gradient(network: ShallowNetwork, data: Float64[Array, "n d"], u: Float64[Array, " n"]) -> _Parameters:
    """sum_j u_j grad f(x_j), in W1, b1, w2 and b2."""
    t = network.preactivations(data)
    active = (t > 0) * u[:, None]
    return (
        network.w2[:, None] * (active.T @ data),
        network.w2 * active.sum(axis=0),
        np.maximum(t, 0.0).T @ u,
        float(u.sum()),
    )


def _stepped(network: ShallowNetwork, by: _Parameters, factor: float) -> ShallowNetwork:
    W1, b1, w2, b2 = by
    return ShallowNetwork(
        network.W1 + factor * W1, network.b1 + factor * b1, network.w2 + factor * w2, network.b2 + factor * b2
    )


def _size(parameters: _Parameters) -> float:
    return math.sqrt(sum(float(np.sum(np.square(part))) for part in parameters))


def with_labels(network: ShallowNetwork, x: npt.ArrayLike, y: npt.ArrayLike) -> ShallowNetwork:
    """The net with the least change of output weights and bias that has the values y [n] at the data x [n, d].

    Raises:
        ArithmeticError: its features do not span the labels, so that none does.
    """
    data = validate_data(x, network.d)
    labels = validate_labels(y, len(data))
    features = np.concatenate([np.maximum(network.preactivations(data), 0.0), np.ones((len(data), 1))], axis=1)
    change = np.linalg.lstsq(features, labels - network(data), rcond=None)[0]
    fitted = ShallowNetwork(network.W1, network.b1, network.w2 + change[:-1], network.b2 + float(change[-1]))
    if not np.allclose(fitted(data), labels, atol=1e-8):
        raise ArithmeticError("the features do not span the labels: the net is too narrow for the data")
    return fitted


@dataclass(frozen=True)
class Contrast:
    """A net in the plane that comes near a function: its width, its error on B_R and its stability norm.

    The norm is that of X uniform on B_R.
    """

    width: int
    error: float
    norm: float


def sampled_contrast(
    function: RadialFunction, radius: float, widths: Sequence[int], *, draws: int = 8, seed: int = 0
) -> tuple[Contrast, ...]:
    """Nets that sample a smooth function of the plane: mean error and norm over the draws; the norm stays bounded."""
    generator = np.random.default_rng(seed)
    points = ball_points(2, radius, POINTS, generator)
    population = UniformBall(2, Fraction(radius))
    rows = []
    for width in widths:
        nets = [draw(function, Fraction(radius), width, generator) for _ in range(draws)]
        errors = [float(np.abs(net.network()(points) - function.value(points)).max()) for net in nets]
        norms = [net.mass / width * float(population.weight(net.thresholds).sum()) for net in nets]
        rows.append(Contrast(width, float(np.mean(errors)), float(np.mean(norms))))
    return tuple(rows)


def pyramid_contrast(radius: float, smoothings: Sequence[float]) -> tuple[Contrast, ...]:
    """Nets that sample the smoothed pyramid (1 - |x|_1)_+: their norm grows without bound as the error falls."""
    axis = np.linspace(-1.25, 1.25, 41)
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    rows = []
    for smoothing in smoothings:
        net = sample(smoothing, radius, math.ceil(6 / smoothing))
        error = float(np.abs(net.network()(points) - pyramid(points)).max())
        rows.append(Contrast(2 * len(net.angles), error, net.norm(radius)))
    return tuple(rows)
