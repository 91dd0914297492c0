r"""The Laplacian of a net against test functions: <f, Delta psi> by integration, and sum_H a_H (R psi)(H).

The two are computed apart: the first neuron by neuron from (w1, b1, w2) with the Laplacian of psi, the second from the
distinct hyperplanes with the Radon transform of psi.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from numerics.network import Array, ShallowNetwork

_NODES, _NODE_WEIGHTS = special.roots_legendre(40)


@dataclass(frozen=True, eq=False)
class Gaussian:
    """psi(x) = exp(-|x - c|^2 / (2 s^2)), its pairings from the moments of a truncated normal variable."""

    centre: Array
    width: float

    def rectified(self, offset: Array, slope: Array) -> tuple[Array, Array]:
        """From moments of Z up to the third, over Z > -offset/(slope s); across, E(|Z|^2 - d) leaves Z^2 - 1."""
        scale = slope * self.width
        cut = -offset / scale
        bell = np.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
        tail = special.ndtr(-cut)
        moments = tail, bell, cut * bell + tail, (cut**2 + 2) * bell
        terms = np.array([moments[3], -cut * moments[2], -moments[1], cut * moments[0]])
        d = len(self.centre)
        factor = scale * (2 * math.pi) ** (d / 2) * self.width ** (d - 2)
        return factor * terms.sum(axis=0), factor * np.abs(terms).sum(axis=0)

    def radon(self, distances: Array) -> Array:
        """(2 pi s^2)^{(d-1)/2} exp(-u^2 / (2 s^2))."""
        d = len(self.centre)
        return np.asarray((2 * math.pi * self.width**2) ** ((d - 1) / 2) * np.exp(-((distances / self.width) ** 2) / 2))


@dataclass(frozen=True, eq=False)
class Bump:
    """psi(x) = (1 - |x - c|^2/r^2)_+^4, three times differentiable; its pairings by quadrature."""

    centre: Array
    radius: float

    def laplacian(self, squares: Array) -> Array:
        """Delta psi where |x - c|^2 is so much: (4 q p'' + 2 d p')/r^2 for psi = p(q), q = |x - c|^2/r^2."""
        q = squares / self.radius**2
        rest = np.maximum(1 - q, 0)
        return np.asarray((48 * q * rest**2 - 8 * len(self.centre) * rest**3) / self.radius**2)

    def rectified(self, offset: Array, slope: Array) -> tuple[Array, Array]:
        """Along the normal from the kink on, and across it over spheres of d - 2 dimensions."""
        d, r = len(self.centre), self.radius
        start = np.clip(-offset / slope, -r, r)
        half = (r - start)[:, None] / 2
        t = start[:, None] + half * (_NODES + 1)
        ramp = np.maximum(offset[:, None] + slope[:, None] * t, 0)
        reach = np.sqrt(np.maximum(r**2 - t**2, 0))
        if d == 1:
            across = self.laplacian(t**2)
            sizes = np.abs(across)
        else:
            distance = reach[..., None] * (_NODES + 1) / 2
            sphere = 2 * math.pi ** ((d - 1) / 2) / math.gamma((d - 1) / 2)
            values = self.laplacian(t[..., None] ** 2 + distance**2) * sphere * distance ** (d - 2)
            across = reach / 2 * (values @ _NODE_WEIGHTS)
            sizes = reach / 2 * (np.abs(values) @ _NODE_WEIGHTS)
        return (half * ramp * across) @ _NODE_WEIGHTS, (half * ramp * sizes) @ _NODE_WEIGHTS

    def radon(self, distances: Array) -> Array:
        """r^{d-1} (1 - u^2/r^2)_+^{4 + (d-1)/2} pi^{(d-1)/2} Gamma(5)/Gamma(5 + (d-1)/2)."""
        m = len(self.centre) - 1
        constant = math.pi ** (m / 2) * math.gamma(5) / math.gamma(5 + m / 2) * self.radius**m
        return np.asarray(constant * np.maximum(1 - (distances / self.radius) ** 2, 0) ** (4 + m / 2))


RadialFunction = Gaussian | Bump
"""Each integrates relu(offset + slope t) Delta psi, t the coordinate along a unit vector, and psi over hyperplanes."""


def against_laplacian(network: ShallowNetwork, psi: RadialFunction) -> tuple[float, float]:
    """<f, Delta psi>, and the sum of the sizes of all that was added up; constants add nothing."""
    used = np.any(network.W1 != 0, axis=1)
    slope = np.linalg.norm(network.W1[used], axis=1)
    offset = network.W1[used] @ psi.centre + network.b1[used]
    values, sizes = psi.rectified(offset, slope)
    return float(network.w2[used] @ values), float(np.abs(network.w2[used]) @ sizes)


def over_hyperplanes(network: ShallowNetwork, psi: RadialFunction) -> float:
    """sum_H a_H (R psi)(H) over the distinct hyperplanes."""
    reduced = network.reduced()
    return float(reduced.amplitudes @ psi.radon(reduced.directions @ psi.centre - reduced.thresholds))


def without_input_norms(network: ShallowNetwork, psi: RadialFunction) -> float:
    """sum_i w2_i (R psi)(H_i): the amplitudes taken to be w2 in place of w2 |w1|."""
    canonical = network.canonical()
    distances = canonical.directions @ psi.centre - canonical.thresholds
    return float(network.w2[canonical.neurons] @ psi.radon(distances))


def unmerged(network: ShallowNetwork, psi: RadialFunction) -> float:
    """The sum over hyperplanes of one member's amplitude: the neurons of a hyperplane not added up."""
    reduced, canonical = network.reduced(), network.canonical()
    amplitude = dict(zip(canonical.neurons.tolist(), canonical.amplitudes.tolist(), strict=True))
    first = np.array([amplitude[int(members[0])] for members in reduced.members])
    return float(first @ psi.radon(reduced.directions @ psi.centre - reduced.thresholds))
