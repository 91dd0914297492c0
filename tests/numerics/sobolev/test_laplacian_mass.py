"""L1 norms of the Laplacian's powers: against quadrature and known values, and what is refused."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from flint import arb, fmpq_poly
from scipy import integrate

from numerics.sobolev.laplacian_mass import (
    ball_laplacian_mass,
    even_mass_bound,
    gaussian_laplacian_mass,
    laplacian,
    odd_mass_bound,
    real_roots,
)
from numerics.sobolev.ridgelet import sphere_area


@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_first_laplacian_of_the_gaussian(d: int) -> None:
    """Delta exp(-r^2/2) = (r^2 - d) exp(-r^2/2), by quadrature."""

    def integrand(r: float) -> float:
        return r ** (d - 1) * abs(r**2 - d) * math.exp(-(r**2) / 2)

    value = integrate.quad(integrand, 0, 12, points=[math.sqrt(d)], epsabs=1e-12)[0] * float(sphere_area(d))
    assert float(gaussian_laplacian_mass(d, 1)) == pytest.approx(value, rel=1e-9)


def test_no_laplacian_is_the_integral() -> None:
    """Power 0: the integral of the Gaussian, and the volume of the ball."""
    assert gaussian_laplacian_mass(3, 0).overlaps((2 * arb.pi()) ** (arb(3) / 2))
    assert ball_laplacian_mass(fmpq_poly([1]), 3, 0).overlaps(4 * arb.pi() / 3)


def test_second_laplacian_in_one_dimension() -> None:
    """The fourth derivative (x^4 - 6x^2 + 3) exp(-x^2/2), by quadrature between its zeros."""
    zeros = [0, math.sqrt(3 - math.sqrt(6)), math.sqrt(3 + math.sqrt(6)), 12]

    def integrand(x: float) -> float:
        return abs(x**4 - 6 * x**2 + 3) * math.exp(-(x**2) / 2)

    pieces = (integrate.quad(integrand, low, high, epsabs=1e-12)[0] for low, high in itertools.pairwise(zeros))
    assert float(gaussian_laplacian_mass(1, 2)) == pytest.approx(2 * sum(pieces), rel=1e-9)


def test_laplacian_of_a_polynomial() -> None:
    """Delta (1 - |x|^2)^2 by differences."""
    d, h = 3, 1e-4
    p = fmpq_poly([1, -1]) ** 2
    at = np.array([0.3, -0.2, 0.4])

    def value(x: np.ndarray) -> float:
        return float((1 - x @ x) ** 2)

    steps = np.eye(d) * h
    differences = sum(value(at + step) + value(at - step) - 2 * value(at) for step in steps) / h**2
    symbolic = laplacian(p, d)
    assert differences == pytest.approx(sum(int(c) * float(at @ at) ** j for j, c in enumerate(symbolic)), abs=1e-6)


def test_roots() -> None:
    """Roots at the ends and of even order are left out."""
    s = fmpq_poly([0, 1])
    p = s**2 * (2 * s - 1) * (3 * s - 1) ** 2 * (s - 1) * (s - 2) * (s**2 + 1)
    (root,) = real_roots(p, 1)
    assert root.overlaps(arb(1) / 2)
    assert len(real_roots(p, None)) == 3
    assert real_roots(fmpq_poly([5]), 1) == ()


def test_bounds_are_for_their_parity() -> None:
    """The odd bound refuses even dimensions, and the other way round."""
    assert odd_mass_bound(1, arb(3)).overlaps(arb(3))
    assert even_mass_bound(2, arb(4), arb(9)).overlaps(12 / arb.pi())
    with pytest.raises(ValueError, match="odd dimensions, not in dimension 2"):
        odd_mass_bound(2, arb(1))
    with pytest.raises(ValueError, match="not for dimension 3"):
        even_mass_bound(3, arb(1), arb(1))
    with pytest.raises(ValueError, match="at least 0, not 1 and -1"):
        gaussian_laplacian_mass(1, -1)
    with pytest.raises(ValueError, match="at least 1"):
        ball_laplacian_mass(fmpq_poly([1]), 0, 1)
