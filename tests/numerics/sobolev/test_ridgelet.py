"""The neurons of the Gaussian bump: known values, the closed forms, masses, and bad input."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import acb, arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special

from numerics.exact.balls import ball, upper
from numerics.network import ShallowNetwork
from numerics.sobolev.ridgelet import GaussianBump, density, gamma, sphere_area, sphere_integral, transformed_back
from tests.unchecked import unchecked

dimensions = st.integers(1, 9)


def test_constants() -> None:
    """The constants of the first dimensions."""
    assert [float(gamma(d)) for d in (1, 2, 3)] == pytest.approx([1 / 2, 1 / (4 * math.pi), 1 / (8 * math.pi**2)])
    areas = [2, 2 * math.pi, 4 * math.pi, 2 * math.pi**2]
    assert [float(sphere_area(d)) for d in (1, 2, 3, 4)] == pytest.approx(areas)


def test_worked_dimensions() -> None:
    """The densities written out: half the second derivative, Dawson's function, He_4 and He_6."""
    b = np.linspace(-4, 4, 33)
    gauss, S = np.exp(-(b**2) / 2), math.sqrt(2) * special.dawsn(b / math.sqrt(2))
    known = {
        1: (b**2 - 1) * gauss / 2,
        2: -(2 - b**2 + (b**3 - 3 * b) * S) / (2 * math.pi),
        3: -(b**4 - 6 * b**2 + 3) * gauss / (4 * math.pi),
        5: (b**6 - 15 * b**4 + 45 * b**2 - 15) * gauss / (8 * math.pi**2),
    }
    for d, expected in known.items():
        np.testing.assert_allclose(GaussianBump(d).density(b), expected, atol=1e-13)
        np.testing.assert_allclose(density(d, b), expected, atol=1e-13)


@given(dimensions, st.floats(-30, 30))
def test_floats_against_balls(d: int, b: float) -> None:
    """The float density and primitive agree with the balls, and the density is even."""
    bump = GaussianBump(d)
    with ctx.workprec(200):
        exact, primitive = bump.enclosed_density(ball(b)), bump.enclosed_primitive(ball(b))
    assert float(bump.density(b)) == pytest.approx(float(exact), rel=1e-9, abs=1e-13)
    assert float(bump.primitive(b)) == pytest.approx(float(primitive), rel=1e-9, abs=1e-13)
    assert float(bump.density(-b)) == float(bump.density(b))


@given(dimensions)
def test_derivatives(d: int) -> None:
    """The density is the derivative of the primitive, and that the derivative of the profile."""
    bump = GaussianBump(d)
    with ctx.workprec(120):
        for start, end in ((0, 1), (1, 3)):
            rise = acb.integral(lambda t, _: bump.enclosed_density(t), start, end).real
            assert rise.overlaps(bump.enclosed_primitive(arb(end)) - bump.enclosed_primitive(arb(start)))
            rise = acb.integral(lambda t, _: bump.enclosed_primitive(t), start, end).real
            assert rise.overlaps(bump.enclosed_profile(arb(end)) - bump.enclosed_profile(arb(start)))
            assert rise.rad() < 1e-30


@given(dimensions, st.fractions(Fraction(1, 4), 4, max_denominator=20))
def test_back(d: int, distance: Fraction) -> None:
    """The neurons give the bump."""
    with ctx.workprec(120):
        back = transformed_back(GaussianBump(d), distance)
        assert back.overlaps((-(ball(distance) ** 2) / 2).exp())
        assert back.rad() < 1e-25


@pytest.mark.parametrize("d", [2, 3, 4, 5, 6, 7])
def test_sphere_integral(d: int) -> None:
    """The mean of |<v,x> - b|/2 against quadrature over the angle."""
    r, angle = 1.5, 0.4

    def integrand(t: float) -> float:
        return abs(r * math.cos(t) - r * math.sin(angle)) / 2 * math.sin(t) ** (d - 2)

    kink = math.pi / 2 - angle
    by_angle = sum(integrate.quad(integrand, *piece)[0] for piece in ((0, kink), (kink, math.pi)))
    expected = float(sphere_area(d - 1)) * by_angle
    assert float(sphere_integral(d, arb(r), arb(angle))) == pytest.approx(expected)


@given(dimensions)
def test_mass(d: int) -> None:
    """The total mass against quadrature between the changes of sign, and its growth with the radius."""
    bump = GaussianBump(d)
    zeros = [float(zero) for zero in bump.sign_changes()]
    assert len(zeros) == d // 2 + 1
    assert zeros == sorted(zeros)
    pieces = [
        integrate.quad(lambda b: abs(float(bump.density(b))), *ends)[0] for ends in pairwise([0.0, *zeros, math.inf])
    ]
    assert float(bump.total_mass()) == pytest.approx(2 * float(sphere_area(d)) * sum(pieces), rel=1e-6)
    inner = 2 * float(sphere_area(d)) * pieces[0]
    assert float(bump.total_mass(Fraction(zeros[0] * (1 - 1e-9)))) == pytest.approx(inner, rel=1e-6)
    assert float(bump.total_mass(0)) == 0
    assert 0 < bump.total_mass(1) < bump.total_mass(2) < bump.total_mass()


def test_mass_on_the_line() -> None:
    """For d = 1 the total mass is 4 exp(-1/2), known to the last bit of the working precision."""
    with ctx.workprec(200):
        mass = GaussianBump(1).total_mass()
        assert mass.overlaps(4 * arb(-0.5).exp())
        assert upper(mass.rad()) < Fraction(1, 10**50)
        # up to the change of sign itself, half of it
        assert GaussianBump(1).total_mass(1).overlaps(mass / 2)


@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_on_a_ball(d: int) -> None:
    """The bump on a ball, from the neurons that cut it and a constant."""
    bump, radius, n = GaussianBump(d), 2.0, 200
    # Gauss-Legendre in b; along x by the exact mean over the sphere
    nodes, weights = np.polynomial.legendre.leggauss(n)
    x = 0.7
    inside = 0.0
    for low, high in ((-radius, -x), (-x, x), (x, radius)):
        b = (low + high) / 2 + (high - low) / 2 * nodes
        means = [
            float(sphere_integral(d, arb(x), arb(math.asin(t / x))))
            if abs(t) < x
            else float(sphere_area(d)) * abs(t) / 2
            for t in b
        ]
        inside += (high - low) / 2 * float(weights @ (bump.density(b) * means))
    assert float(bump.constant(Fraction(2))) + inside == pytest.approx(math.exp(-(x**2) / 2), abs=1e-9)
    assert bump.affine == 0


def test_net_on_the_line() -> None:
    """A net with neurons at both ends of the line, half of the density each, is the bump."""
    bump, n = GaussianBump(1), 4000
    b = -10 + 20 * (np.arange(n) + 0.5) / n
    mass = bump.density(b) * 20 / n
    both = ShallowNetwork(np.repeat([[1.0], [-1.0]], n, axis=0), -np.tile(b, 2), np.tile(mass, 2), 0.0)
    x = np.array([[0.0], [0.5], [-2.0]])
    np.testing.assert_allclose(both(x), bump.value(x), atol=1e-5)


def test_values() -> None:
    """The bump itself."""
    np.testing.assert_allclose(GaussianBump(2).value([[0.0, 0.0], [1.0, 1.0]]), [1, math.exp(-1)])


def test_bad_input() -> None:
    """What is not a dimension, a radius or data is named."""
    for dimension in (0, -1, 2.0, True):
        with pytest.raises(ValueError, match="dimension is a whole number"):
            unchecked(GaussianBump.__init__)(object.__new__(GaussianBump), dimension)
    with pytest.raises(ValueError, match="dimension"):
        gamma(0)
    with pytest.raises(ValueError, match="radius is a number >= 0"):
        GaussianBump(2).constant(-1)
    with pytest.raises(ValueError, match="radius is a number >= 0"):
        GaussianBump(2).total_mass(Fraction(-1, 2))
    with pytest.raises(ValueError, match="distance is a number > 0"):
        transformed_back(GaussianBump(2), 0)
    with pytest.raises(ValueError, match="must have 2 columns"):
        GaussianBump(2).value([[1.0]])
