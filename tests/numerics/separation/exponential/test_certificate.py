"""The exponential bound: pairing and mass against quadrature, the best scale."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from flint import arb
from scipy import integrate

from numerics.separation.exponential import certificate
from numerics.separation.exponential.certificate import exponential_theorem
from numerics.separation.exponential.function import (
    psi,
    vertex_laplacian,
)


def radial_integral(function: Callable[[float], float], epsilon: float) -> float:
    """The integral over [0, 1], split where the integrand is not smooth."""
    value, error = integrate.quad(function, 0, 1, points=[epsilon], limit=400, epsabs=1e-12)
    assert error < 1e-5 * abs(value)
    return float(value)


@pytest.mark.parametrize("epsilon", [0.05, 0.2, math.exp(-1)])
def test_pairing_is_the_integral_over_the_kinks(epsilon: float) -> None:
    """Along the kinks of the pyramid, weighted by the jumps of its slope: (32/63) log(1/eps)."""

    def along(t: float) -> float:
        edge, axis = psi([[t, 1 - t]], epsilon)[0], psi([[0, t]], epsilon)[0]
        return float(4 * math.sqrt(2) * math.sqrt(2) * edge - 4 * 2 * axis)

    corners = [epsilon, 1 - epsilon, epsilon / math.sqrt(2), 1 - epsilon / math.sqrt(2), 1 - 1 / math.sqrt(2), 0.5]
    value, _ = integrate.quad(along, 0, 1, points=corners, limit=400, epsabs=1e-11)
    assert value == pytest.approx(32 / 63 * math.log(1 / epsilon), rel=1e-9)
    assert float(certificate.pairing(Fraction(epsilon)).mid()) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("epsilon", [0.01, 0.1, math.exp(-1)])
def test_mass_of_one_vertex(epsilon: float) -> None:
    """Eps ||Laplacian psi_1||_1 by quadrature is at most 45 pi/64, and comes near as eps -> 0."""

    def density(r: float) -> float:
        # at the angle pi/6, sin(3a) = 1; the integral of |sin(3a)| over a circle is 4
        return float(4 * r * abs(vertex_laplacian([[r * math.sqrt(3) / 2, r / 2]], epsilon)[0]))

    mass = epsilon * radial_integral(density, epsilon)
    bound = 45 * math.pi / 64
    assert mass <= bound
    assert mass >= bound * (1 - 1.2 * epsilon)
    assert float(certificate.mass_bound(epsilon).mid()) == pytest.approx(4 * bound / epsilon)


def test_theorem_optimises_the_scale() -> None:
    """The bound is that of the best eps, at most 1/e, and no other eps gives more."""
    theorem = exponential_theorem(2, 4)
    for C in (0, Fraction(1, 2), 3, 20):
        bound = theorem.lower_bound(C)
        best = theorem.best_scale(C)
        assert best <= (-arb(1)).exp() or best.overlaps((-arb(1)).exp())
        assert theorem.bound_at(best, C).overlaps(bound)
        for factor in (Fraction(1, 2), Fraction(99, 100), Fraction(101, 100)):
            assert theorem.bound_at(best * arb(factor.numerator) / factor.denominator, C) < bound
    assert float(theorem.constant.mid()) == pytest.approx(512 / (2835 * math.pi * math.e), rel=1e-14)
    assert float(theorem.rate.mid()) == pytest.approx(0.635106741761, rel=1e-11)


def test_bad_input() -> None:
    """Errors name what is wrong."""
    theorem = exponential_theorem(2, 4)
    with pytest.raises(ValueError, match="at least 0"):
        theorem.lower_bound(-1)
    with pytest.raises(ValueError, match="epsilon <= 2/5"):
        theorem.bound_at(Fraction(1, 2), 1)
    for dimension, radius in ((1, 4), (2, 2)):
        with pytest.raises(ValueError, match="radius > 2"):
            exponential_theorem(dimension, radius)
