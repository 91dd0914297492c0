"""The pyramid in the plane, smoothed by a Poisson kernel: its neurons in closed form, and finite nets of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from jaxtyping import Float64
from scipy import integrate

from numerics.network import Array, ShallowNetwork
from numerics.population.isotropic import UniformBall


def density(
    angles: Float64[Array, " *#s"], thresholds: Float64[Array, " *#s"], smoothing: float
) -> Float64[Array, ...]:
    r"""Neurons per angle and threshold of phi * P_eps, P_eps(x) = eps/(2 pi (|x|^2 + eps^2)^{3/2}).

    alpha(theta, b) = -(8/pi^2) Re 1/[(2 (b + i eps)^2 - 1)^2 - cos^2(2 theta)], 0 <= theta < pi: each hyperplane once.
    ``angles`` and ``thresholds`` broadcast against each other. Source: universal-approximation.
    """
    shifted = 2 * (thresholds + 1j * smoothing) ** 2 - 1
    return np.asarray((-8 / math.pi**2 / (shifted**2 - np.cos(2 * angles) ** 2)).real)


def smoothing_error(smoothing: float) -> float:
    """E(eps) = sqrt(2) eps arsinh(1/(sqrt(2) eps)), at least sup |phi * P_eps - phi|."""
    return math.sqrt(2) * smoothing * math.asinh(1 / (math.sqrt(2) * smoothing))


def norm_bound(smoothing: float, radius: float) -> float:
    """At least the norm of phi * P_eps for X uniform on the disc of radius R >= 1, of the order log(1/eps)^2:

    (64 sqrt(2)/pi^2) g_R(0) arsinh(sqrt(2) R/eps) (arsinh(1/eps) + arsinh(1/(2 eps))). Source: universal-approximation.
    """
    peak = float(UniformBall(2, Fraction(radius)).weight(np.zeros(1))[0])
    logarithms = math.asinh(math.sqrt(2) * radius / smoothing)
    logarithms *= math.asinh(1 / smoothing) + math.asinh(0.5 / smoothing)
    return 64 * math.sqrt(2) / math.pi**2 * peak * logarithms


@dataclass(frozen=True, eq=False)
class Sample:
    """Neurons that sample the density: angles, thresholds and amplitudes, all [m], and the constant of the net."""

    angles: Float64[Array, " m"]
    thresholds: Float64[Array, " m"]
    amplitudes: Float64[Array, " m"]
    constant: float

    def norm(self, radius: float) -> float:
        """The stability norm sum |a| g_R(b) for X uniform on the disc of that radius."""
        return float(np.abs(self.amplitudes) @ UniformBall(2, Fraction(radius)).weight(self.thresholds))

    def network(self) -> ShallowNetwork:
        """The net c + sum a |<v,x> - b|/2: each hyperplane carries half of its amplitude in either orientation."""
        directions = np.stack([np.cos(self.angles), np.sin(self.angles)], axis=1)
        return ShallowNetwork(
            np.concatenate([directions, -directions]),
            np.concatenate([-self.thresholds, self.thresholds]),
            np.tile(self.amplitudes / 2, 2),
            self.constant,
        )


def sample(smoothing: float, radius: float, angles: int, per_piece: int = 8) -> Sample:
    """Sample the density on the disc of a radius: equally spaced angles, thresholds by Gauss' rule on graded pieces.

    The pieces shrink towards the projections of the pyramid's vertices down to the smoothing, which lies in (0, 1/2].
    """
    if not 0 < smoothing <= 0.5 or radius < 1 or angles < 1 or per_piece < 1:
        raise ValueError(
            "smoothing lies in (0, 1/2], radius is at least 1, angles and per_piece are positive, "
            f"not {smoothing}, {radius}, {angles}, {per_piece}"
        )
    nodes, weights = np.polynomial.legendre.leggauss(per_piece)
    steps = smoothing * np.concatenate([[0.0], 2.0 ** np.arange(0, math.ceil(math.log2(2 * radius / smoothing)) + 1)])
    rows = []
    for angle in (np.arange(angles) + 0.5) * math.pi / angles:
        vertices = np.array([math.sin(angle), math.cos(angle)])
        centres = np.concatenate([vertices, -vertices])
        grid = np.concatenate([(centres[:, None] + sign * steps).ravel() for sign in (1, -1)])
        # 0 is an end of a piece too, so that the net is exact at the centre; rounding merges ends that coincide
        ends = np.unique(np.concatenate([grid[np.abs(grid) < radius], [-radius, 0, radius]]).round(12))
        half = np.diff(ends)[:, None] / 2
        thresholds = (ends[:-1, None] + half + half * nodes).ravel()
        masses = density(np.array(angle), thresholds, smoothing) * (half * weights).ravel() * math.pi / angles
        rows.append((np.full(len(thresholds), angle), thresholds, masses))
    theta, b, a = (np.concatenate(column) for column in zip(*rows, strict=True))
    return Sample(theta, b, a, _value_at_centre(smoothing) - float(a @ np.abs(b)) / 2)


def _value_at_centre(smoothing: float) -> float:
    """(phi * P_eps)(0): along a ray on which phi falls to 0 at r the mean is 1 - (eps/r) arsinh(r/eps)."""

    def along(angle: float) -> float:
        reach = 1 / (math.cos(angle) + math.sin(angle))
        return 1 - smoothing / reach * math.asinh(reach / smoothing)

    return float(integrate.quad(along, 0, math.pi / 2, epsabs=1e-13)[0] * 2 / math.pi)
