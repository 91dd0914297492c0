"""The smoothed pyramid: density, finite nets, bounds, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate

from numerics.norm import stability_norm
from numerics.separation.pyramid import pyramid
from numerics.separation.smoothed import density, norm_bound, sample, smoothing_error


def smoothed(point: np.ndarray, smoothing: float) -> float:
    """The convolution phi * P_eps at a point, by quadrature of the definition."""

    def integrand(v: float, u: float) -> float:
        kernel = smoothing / (2 * math.pi * ((u - point[0]) ** 2 + (v - point[1]) ** 2 + smoothing**2) ** 1.5)
        return float(pyramid(np.array([[u, v]]))[0] * kernel)

    value = integrate.dblquad(integrand, -1, 1, lambda u: abs(u) - 1, lambda u: 1 - abs(u), epsabs=1e-7)[0]
    return float(value)


def test_the_net_is_the_convolution() -> None:
    """A finely sampled net against the definition of the smoothed pyramid."""
    net = sample(0.4, 4.0, angles=60).network()
    points = np.array([[0.0, 0.0], [0.5, 0.1], [1.3, -0.4], [2.0, 2.0]])
    direct = [smoothed(point, 0.4) for point in points]
    assert net(points) == pytest.approx(direct, abs=1e-5)


def test_the_density_does_not_see_the_symmetries_of_the_square() -> None:
    """Quarter turns, reflections and opposite thresholds leave it alone."""
    angles, thresholds = np.linspace(0.1, 0.7, 5), np.linspace(0.2, 1.4, 5)
    base = density(angles, thresholds, 0.1)
    for other in (density(math.pi - angles, thresholds, 0.1), density(math.pi / 2 - angles, -thresholds, 0.1)):
        assert other == pytest.approx(base, rel=1e-10)


def test_half_of_each_amplitude_in_either_orientation_adds_up() -> None:
    """The reduced net has one hyperplane for each sample, with the sample's amplitude."""
    net = sample(0.5, 4.0, angles=2, per_piece=2)
    reduced = net.network().reduced()
    assert len(reduced.amplitudes) == len(net.amplitudes)
    assert np.sort(np.abs(reduced.amplitudes)) == pytest.approx(np.sort(np.abs(net.amplitudes)), rel=1e-12)
    assert stability_norm(net.network(), np.random.default_rng(0).normal(size=(50, 2))) > 0


def test_bounds_grow_and_shrink_as_they_should() -> None:
    """The error's bound falls to 0 with the smoothing, the norm's bound rises."""
    assert smoothing_error(1e-9) < 1e-7 < smoothing_error(0.1) < smoothing_error(0.5) < 1
    assert norm_bound(0.1, 4.0) > norm_bound(0.5, 4.0) > 0


@pytest.mark.parametrize(
    ("smoothing", "radius", "angles"), [(0.0, 4.0, 3), (0.6, 4.0, 3), (0.1, 0.5, 3), (0.1, 4.0, 0)]
)
def test_refused(smoothing: float, radius: float, angles: int) -> None:
    """Values outside of the theorem's range are named."""
    with pytest.raises(ValueError, match=r"smoothing lies in \(0, 1/2\]"):
        sample(smoothing, radius, angles)
