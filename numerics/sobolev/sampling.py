r"""Nets that sample the neurons of a smooth radial function, and the bounds of their error and their sharpness.

On the ball B_R a radial function whose neurons have the even density alpha(b) on S^{d-1} x R is, by Taylor's formula,

    f(x) = f(0) + 2 int_{0 <= b <= R} relu(<v,x> - b) alpha(b) dsigma(v) db.

Let A be the mass of |alpha| on |b| <= R. Draw k neurons (v_i, b_i) with b_i >= 0 independently from |alpha|, with the
signs s_i = sign alpha(b_i):

    f_k(x) = f(0) + (A/k) sum_i s_i relu(<v_i,x> - b_i),    E sup_{B_R} |f_k - f| <= (5/2) A R / sqrt(k).

With the output weights w2_i^2 = (A/k) R/sqrt(1+R^2) the sharpness is at most 1 + 2 A R sqrt(1+R^2) for all data in
B_R, whatever k is. Source: sobolev-approximation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from flint import arb
from jaxtyping import Float64

from numerics.arrays.checks import validate_data
from numerics.arrays.moments import preactivation_blocks
from numerics.exact.balls import Exact, ball
from numerics.network import Array, ShallowNetwork

_TABLE = 20001
"""Nodes of the table from which thresholds are drawn; its error is far below that of the sampling."""


@runtime_checkable
class RadialFunction(Protocol):
    """A radial function with an even density of neurons, as `GaussianBump` and `CompactBump` are."""

    @property
    def dimension(self) -> int:
        """The number d of inputs."""
        ...

    def value(self, x: npt.ArrayLike) -> Float64[Array, " n"]:
        """F at the points x [n, d]."""
        ...

    def density(self, b: npt.ArrayLike) -> Float64[Array, ...]:
        """The density alpha(b)."""
        ...

    def total_mass(self, radius: Exact | arb) -> arb:
        """The mass A of the neurons with |b| <= radius."""
        ...


def error_bound(mass: Exact | arb, radius: Exact | arb, width: int) -> arb:
    """(5/2) A R / sqrt(k), at least the mean of sup_{B_R} |f_k - f| over the draws.

    >>> print(error_bound(2, 1, 25))
    1.00000000000000
    """
    if width < 1:
        raise ValueError(f"the width is at least 1, not {width}")
    return 5 * ball(mass) * ball(radius) / (2 * arb(width).sqrt())


def sharpness_bound(mass: Exact | arb, radius: Exact | arb, slope: Exact | arb = 0) -> arb:
    """1 + 2 (A + |u|) R sqrt(1+R^2), for all data in B_R and every width.

    ``mass`` is A, ``radius`` R, ``slope`` |u|, that of the affine part <u,x> + c.

    >>> print(sharpness_bound(1, 1).str(8, radius=False))
    3.8284271
    """
    R = ball(radius)
    return 1 + 2 * (ball(mass) + ball(slope)) * R * (1 + R**2).sqrt()


def sharpness_bound_on(mass: float, radius: float, x: npt.ArrayLike) -> float:
    """1 + 2 A sup gh over all hyperplanes with 0 <= b <= R, bounded from the moments of the data x [n, d] in B_R.

    gh falls with b, and gh(v,0)^2 <= <v, E[XX^T] v> (1 + E|X|^2), at most lambda_max(E[XX^T]) (1 + E|X|^2).

    Raises:
        ValueError: a datum lies outside the ball.
    """
    data = validate_data(x)
    squares = np.sum(data**2, axis=1)
    if not np.all(squares <= radius**2 * (1 + 1e-12)):
        raise ValueError(
            f"the data must lie in the ball of radius {radius}, but one has norm {math.sqrt(squares.max())}"
        )
    spread = float(np.linalg.eigvalsh(data.T @ data / len(data))[-1])
    return 1 + 2 * mass * math.sqrt(spread * (1 + float(np.mean(squares))))


@dataclass(frozen=True, eq=False)
class Draw:
    """Neurons drawn from |alpha|: directions v [k, d], thresholds b [k] and signs s [k]; with A, R and f(0)."""

    directions: Float64[Array, "k d"]
    thresholds: Float64[Array, " k"]
    signs: Float64[Array, " k"]
    mass: float
    radius: float
    value_at_centre: float

    @property
    def width(self) -> int:
        """The number k of neurons."""
        return len(self.signs)

    def network(self) -> ShallowNetwork:
        """f_k at the scale w2_i^2 = (A/k) R/sqrt(1+R^2), the same for all data in B_R."""
        share = self.mass / self.width
        output = math.sqrt(share * self.radius / math.sqrt(1 + self.radius**2))
        inputs = share / output
        return ShallowNetwork(
            inputs * self.directions, -inputs * self.thresholds, output * self.signs, self.value_at_centre
        )

    def with_affine(self, slope: npt.ArrayLike, offset: float) -> ShallowNetwork:
        """The net f_k(x) + <u,x> + offset: two more neurons, relu(<u,x>) - relu(-<u,x>), at the best scale for B_R.

        Raises:
            ValueError: the slope u [d] is zero, or of the wrong length.
        """
        u = np.asarray(slope, dtype=np.float64)
        net = self.network()
        if u.shape != (net.d,) or not np.any(u):
            raise ValueError(f"the slope must be a vector of {net.d} numbers, not all 0, not {slope!r}")
        size = float(np.linalg.norm(u))
        output = math.sqrt(size * self.radius / math.sqrt(1 + self.radius**2))
        return ShallowNetwork(
            np.concatenate([net.W1, [u / output, -u / output]]),
            np.concatenate([net.b1, [0.0, 0.0]]),
            np.concatenate([net.w2, [output, -output]]),
            net.b2 + offset,
        )


def draw(function: RadialFunction, radius: Exact, width: int, generator: np.random.Generator) -> Draw:
    """Draw ``width`` neurons of the function from |alpha| on 0 <= b <= radius.

    Raises:
        ValueError: the radius is not positive, or the width not at least 1.
    """
    if radius <= 0 or width < 1:
        raise ValueError(f"the radius is positive and the width at least 1, not {radius} and {width}")
    normal = generator.normal(size=(width, function.dimension))
    directions = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    grid = np.linspace(0.0, float(radius), _TABLE)
    middles = (grid[1:] + grid[:-1]) / 2
    below = np.concatenate([[0.0], np.cumsum(np.abs(function.density(middles)))])
    thresholds = np.interp(generator.uniform(0, below[-1], size=width), below, grid)
    return Draw(
        directions,
        thresholds,
        np.where(function.density(thresholds) < 0, -1.0, 1.0),
        float(function.total_mass(radius).mid()),
        float(radius),
        float(function.value(np.zeros((1, function.dimension)))[0]),
    )


def best_scales(network: ShallowNetwork, x: npt.ArrayLike) -> ShallowNetwork:
    """The rescaling that minimises the trace of K for the data x [n, d]: E relu_i^2 = w2_i^2 E[(1 + |X|^2) 1_i].

    Neurons without output weight, or inactive on all data, stay as they are. Source: sharpness-upper-bound.
    """
    data = validate_data(x, network.d)
    energy, lever = np.zeros(network.k), np.zeros(network.k)
    sizes = 1 + np.sum(data**2, axis=1)
    for rows, t in preactivation_blocks(network.W1, network.b1, data):
        energy += np.sum(np.maximum(t, 0.0) ** 2, axis=0) / len(data)
        lever += sizes[rows] @ (t > 0) / len(data)
    scales = np.ones(network.k)
    free = (network.w2 != 0) & (energy > 0)
    scales[free] = (network.w2[free] ** 2 * lever[free] / energy[free]) ** 0.25
    return network.rescaled_about(scales)
