"""The density rho: closed forms, marginals of one another, the transform, and bad input."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.population.density import (
    central_growth,
    curve,
    density,
    enclosed_density,
    enclosed_mass,
    enclosed_radon,
    enclosed_total_weight,
    radon,
)
from numerics.population.isotropic import Gaussian, Isotropic, UniformBall, UniformSphere
from proofs_checks.instances.profiles import settings

ONE = Fraction(1)


def laws(d: int) -> list[Isotropic]:
    """The three laws."""
    return [Gaussian(d), UniformBall(d, Fraction(2)), UniformSphere(d, Fraction(2))]


@settings(max_examples=60)
@given(st.integers(1, 6), st.integers(0, 2), st.floats(0.01, 1.9))
def test_floats_agree_with_balls(d: int, law: int, r: float) -> None:
    """Every dimension."""
    population = laws(d)[law]
    exact = float(enclosed_density(population, arb(r)).mid())
    assert float(density(population, np.array([r]))[0]) == pytest.approx(exact, rel=1e-5, abs=1e-9)


def test_two_points_in_space() -> None:
    """A case by hand: in R^3 the sphere of radius R has P = (1-t)/2, q = R(1-t^2)/4, h = R(1-t)^2/4."""
    R, r = 2.0, 0.5

    def g(b: float) -> float:
        t = b / R
        return R * (1 - t) ** 2 / 4 * math.hypot((1 - t) / 2, R * (1 - t**2) / 4)

    slope = (g(r + 1e-5) - g(r - 1e-5)) / 2e-5
    value = float(density(UniformSphere(3, Fraction(2)), np.array([r]))[0])
    assert value == pytest.approx(-slope / (2 * math.pi * r), rel=1e-8)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_float_transform(d: int) -> None:
    """Back to g."""
    for population in laws(d):
        for b in (0.2, 1.1):
            g = float(population.weight(np.array([b]))[0])
            assert radon(population, b) == pytest.approx(g, rel=1e-5)


def test_enclosed_transform() -> None:
    """Back to g with a proof; in other dimensions of the space as well, since g is the marginal of each."""
    for population in laws(3):
        g = population.enclosed_weight(arb(0.75))
        for dimension in (1, 3, 5):
            back = enclosed_radon(population, arb(0.75), 1e-8, dimension)
            assert back.overlaps(g)
            assert float(back.rad()) < 1e-5


def test_mass() -> None:
    """The same in every dimension, since each density is a marginal of the next."""
    total = enclosed_total_weight(Gaussian(1), 1e-6)
    assert float(total.rad()) < 1e-6
    for d in (1, 3, 5):
        assert enclosed_mass(Gaussian(1), 1e-6, d).overlaps(total)


def test_wrong_dimension_is_seen() -> None:
    """The density of space is no density of the plane: the transforms differ."""
    population = UniformBall(2, ONE)
    assert not enclosed_density(population, arb(0.5), 2).overlaps(population.enclosed_weight(arb(0.5)))


def test_growth_at_the_centre() -> None:
    """In space rho(r) ~ kappa/(2 pi r)."""
    for population in laws(3):
        r = np.array([1e-5])
        assert float(density(population, r)[0] * r[0]) == pytest.approx(
            central_growth(population) / (2 * math.pi), rel=1e-4
        )


@pytest.mark.parametrize("d", [1, 2, 3])
def test_curves(d: int) -> None:
    """For figures: positive, falling, 0 at the edge."""
    for population in laws(d):
        r, rho = curve(population, points=50)
        assert r.shape == rho.shape == (50,)
        assert np.all(np.diff(rho) < 0)
        assert rho[-1] < 1e-4 if population.extent is None else rho[-1] == 0


def test_bad_input() -> None:
    """Each error names what was wrong."""
    ball = UniformBall(3, ONE)
    with pytest.raises(ValueError, match="positive"):
        density(ball, np.array([0.5, 0.0]))
    with pytest.raises(ValueError, match="positive"):
        density(ball, np.array([math.nan]))
    with pytest.raises(ValueError, match="not within"):
        enclosed_density(ball, arb(1))
    with pytest.raises(ValueError, match="not within"):
        enclosed_radon(ball, arb(0))
    with pytest.raises(ValueError, match="dimension >= 1"):
        enclosed_density(ball, arb(0.5), 0)
    with pytest.raises(ValueError, match="odd dimensions"):
        enclosed_mass(ball, dimension=2)
    assert density(ball, np.array([1.0, 2.0])).tolist() == [0.0, 0.0]
