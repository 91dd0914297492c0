r"""The smoothed pyramid's lines: their weighted mass by graded quadrature, and the error of finite nets on a disc.

Lines x_1 + tau x_2 = beta with 0 < tau < 1, beta >= 0 stand for eight times as many; per dtau dbeta their density is

    -(2 (1+tau^2)^{1/2}/pi^2) Re 1/((z^2-tau^2)(z^2-1)),   z = beta + i eps (1+tau^2)^{1/2}.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from flint import arb

from numerics.network import Array
from numerics.population.isotropic import UniformBall
from numerics.separation.pyramid import pyramid
from numerics.separation.smoothed import Sample

_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(12)


def chart_density(tau: Array, beta: Array, smoothing: float) -> Array:
    """The density of the lines per dtau dbeta; the arguments broadcast."""
    scale = np.sqrt(1 + tau**2)
    z = beta + 1j * smoothing * scale
    return np.asarray((-2 * scale / math.pi**2 / ((z**2 - tau**2) * (z**2 - 1))).real)


def weighted_mass(smoothing: float, radius: float, weight: Callable[[Array], Array]) -> float:
    """The integral of |alpha| weight(b) over the lines with |b| <= radius, by Gauss' rule on graded pieces.

    >>> round(weighted_mass(0.5, 4.0, np.ones_like), 4)
    1.7268
    """
    total = 0.0
    slopes, slope_weights = _graded(0.0, 1.0, (0.0, 1.0), smoothing)
    for tau, share in zip(slopes, slope_weights, strict=True):
        scale = math.sqrt(1 + tau**2)
        beta, parts = _graded(0.0, radius * scale, (tau, 1.0), smoothing)
        values = np.abs(chart_density(np.array(tau), beta, smoothing)) * weight(beta / scale)
        total += share * float(values @ parts)
    return float(8 * total)


def uniform_weight(radius: float) -> Callable[[Array], Array]:
    """The weight g_R of lines for X uniform on the disc."""
    return UniformBall(2, Fraction(radius)).weight


def _graded(low: float, high: float, centres: tuple[float, ...], finest: float) -> tuple[Array, Array]:
    """Nodes and weights on (low, high), fine about the centres."""
    count = math.ceil(math.log2(2 * (high - low) / finest)) + 1
    steps = finest * np.concatenate([[0.0, 0.25, 0.5], 2.0 ** np.arange(count)])
    ends = np.concatenate([[low, high], *(centre + sign * steps for centre in centres for sign in (1, -1))])
    ends = np.unique(ends[(ends >= low) & (ends <= high)])
    half = np.diff(ends)[:, None] / 2
    nodes = ends[:-1, None] + half * (1 + _NODES)
    return nodes.ravel(), (half * _NODE_WEIGHTS).ravel()


def error_at(net: Sample, points: Array, factor: float = 1.0) -> Array:
    """F(x) - phi(x) at points [n, 2] for f = c + factor sum (a/2) |<v,x> - b|."""
    directions = np.stack([np.cos(net.angles), np.sin(net.angles)])
    values = np.abs(points @ directions - net.thresholds) @ net.amplitudes * (factor / 2)
    return np.asarray(values + net.constant - pyramid(points))


def certified_error(net: Sample, radius: float, level: float, finest: float = 2.0**-8) -> Fraction | None:
    r"""A number at most ``level`` that |f - phi| does not exceed on the disc, or None if none is found.

    On a square of half side h about p, f differs from its tangent at p by at most
    :math:`\sum \lvert a\rvert(\sqrt2h - \lvert\langle v,p\rangle-b\rvert)_+`, and phi from its own by what its
    three kinks allow; squares on which this is not enough are quartered. Rounding: each value is a sum of m terms, so
    the error is below (m + 20) 2^-52 times the sum of the sizes of all terms, which is added.
    """
    directions = np.stack([np.cos(net.angles), np.sin(net.angles)])
    sizes = np.abs(net.amplitudes)
    rounding = (
        (len(sizes) + 20) * 2.0**-52 * float(sizes @ (2 * radius + np.abs(net.thresholds)) + abs(net.constant) + 8)
    )
    half = radius / 16
    ticks = half * (2 * np.arange(-8, 8) + 1)
    centres = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    worst = 0.0
    while len(centres):
        reach = math.sqrt(2) * half
        centres = centres[np.hypot(*centres.T) - reach <= radius]
        bounds = np.concatenate(
            [_on_squares(net, directions, part, half) for part in np.array_split(centres, len(centres) // 256 + 1)]
        )
        done = bounds + 2 * rounding <= level
        worst = max(worst, float(np.max(bounds[done], initial=0.0)))
        if done.all():
            return Fraction(worst) + Fraction(2 * rounding)
        half /= 2
        if half < finest:
            return None
        corners = half * np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
        centres = (centres[~done][:, None, :] + corners).reshape(-1, 2)
    return Fraction(worst) + Fraction(2 * rounding)


def _on_squares(net: Sample, directions: Array, centres: Array, half: float) -> Array:
    """Bounds of |f - phi| on squares of the same size."""
    offsets = centres @ directions - net.thresholds
    values = np.abs(offsets) @ net.amplitudes / 2 + net.constant
    slopes = (np.sign(offsets) * net.amplitudes) @ directions.T / 2
    bend = np.maximum(math.sqrt(2) * half - np.abs(offsets), 0) @ np.abs(net.amplitudes)
    inside = 1 - np.abs(centres).sum(axis=1)
    bend += np.maximum(2 * half - np.abs(inside), 0) + 2 * np.maximum(half - np.abs(centres), 0).sum(axis=1)
    tangent = -np.sign(centres) * (inside > 0)[:, None]
    difference = slopes - tangent
    return np.asarray(np.abs(values - np.maximum(inside, 0)) + half * np.abs(difference).sum(axis=1) + bend)


def enclosed_norm(net: Sample, radius: Fraction) -> arb:
    """Sum |a| g_R(b), an upper bound of the stability norm for X uniform on the disc."""
    population = UniformBall(2, radius)
    cache: dict[float, arb] = {}
    total = arb(0)
    for amplitude, b in zip(np.abs(net.amplitudes).tolist(), np.abs(net.thresholds).tolist(), strict=True):
        if b not in cache:
            cache[b] = population.enclosed_weight(arb(b))
        total += arb(amplitude) * cache[b]
    # input weights are unit vectors up to rounding, and g_R has slope at most 1 on the disc
    return total * (1 + arb(2) ** -48) + arb(2) ** -40
