"""Populations: moments against draws and quadrature, enclosures against floats, and the tricky ends."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from numerics.exact.balls import ball
from numerics.population.isotropic import Gaussian, Isotropic, UniformBall, UniformSphere
from numerics.weight import one_sided_weight, weight
from proofs_checks.instances.profiles import settings

POPULATIONS: list[Isotropic] = [Gaussian(1), Gaussian(4)]
for shape in (UniformBall, UniformSphere):
    POPULATIONS += [shape(d, R) for d in (1, 2, 3, 4, 6) for R in (Fraction(1, 3), Fraction(4))]


def scale(population: Isotropic) -> float:
    """The extent, or about where a normal law ends."""
    return float(population.extent or 4)


@pytest.mark.parametrize("population", POPULATIONS, ids=repr)
def test_moments_are_integrals_of_the_marginal(population: Isotropic) -> None:
    """P and q by quadrature of p; two points are exact instead."""
    b = 0.37 * scale(population)
    P, q = (float(moment(np.array([b]))[0]) for moment in (population.probability, population.partial_mean))
    if population == UniformSphere(1, population.extent or Fraction(1)):
        assert [P, q] == pytest.approx([0.5, float(population.extent or 0) / 2])
        return
    # b = R sin(angle) takes the ends of an arc's shadow, where p is infinite
    R, top = (scale(population), np.pi / 2) if population.extent else (1.0, None)

    def law(angle: float) -> tuple[float, float]:
        t = R * np.sin(angle) if top else angle
        return t, float(population.marginal(np.array([t]))[0]) * (R * np.cos(angle) if top else 1.0)

    start, stop = (np.arcsin(b / R), np.pi / 2 - 1e-9) if top else (b, np.inf)
    assert pytest.approx(integrate.quad(lambda a: law(a)[1], start, stop)[0], rel=1e-6) == P
    assert pytest.approx(integrate.quad(lambda a: law(a)[0] * law(a)[1], start, stop)[0], rel=1e-6) == q


@pytest.mark.parametrize("population", POPULATIONS, ids=repr)
def test_balls_contain_what_floats_say(population: Isotropic) -> None:
    """Both ways to enclose g meet, near the centre, on both sides of the switch of formulas, and near the edge."""
    for part in (Fraction(1, 10**6), Fraction(1, 3), Fraction(7, 10), Fraction(71, 100), Fraction(99, 100)):
        b = ball(part * Fraction(scale(population)))
        profile = population.enclosed_profile(acb(b**2), 2)
        assert profile[0].real.overlaps(population.enclosed_weight(b))
        at = np.array([float(b.mid())])
        assert float(profile[0].real.mid()) == pytest.approx(float(population.weight(at)[0]), rel=1e-7, abs=1e-14)
        fall = -2 * float(at[0]) * float(profile[1].real.mid())
        assert fall == pytest.approx(float(population.weight_fall(at)[0]), rel=1e-7, abs=1e-14)
        # the second coefficient against a difference of the first
        step = b**2 / 1000
        low, high = (population.enclosed_profile(acb(b**2 + sign * step), 1)[1].real for sign in (-1, 1))
        assert float((high - low) / (4 * step)) == pytest.approx(float(profile[2].real.mid()), rel=2e-2)


@settings(max_examples=60)
@given(st.sampled_from(POPULATIONS), st.floats(0.05, 0.9), st.floats(0.0, 0.05), st.floats(-1, 1), st.floats(-1, 1))
def test_wide_balls_contain_their_points(
    population: Isotropic, part: float, width: float, along: float, up: float
) -> None:
    """What is computed on a wide complex ball contains what is computed at its points."""
    square = scale(population) ** 2
    wide = acb(arb(part * square, width * square), arb(0, width * square))
    point = acb(part * square + 0.99 * along * width * square, 0.99 * up * width * square)
    for outer, inner in zip(population.enclosed_profile(wide, 2), population.enclosed_profile(point, 2), strict=True):
        assert not outer.is_finite() or outer.overlaps(inner)


def test_the_branch_cut_is_reported() -> None:
    """Where the continuation is not analytic, an analytic result is refused."""
    across = acb(arb(0, 1))
    for population in (Gaussian(2), UniformSphere(2, Fraction(4))):
        assert not population.enclosed_profile(across, 1, analytic=True)[0].is_finite()


@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_sphere_casts_the_shadow_of_the_ball(d: int) -> None:
    """Two dimensions up the sphere has the projections of the ball (Archimedes), so the same weight."""
    b = np.linspace(-1, 1, 41)
    np.testing.assert_allclose(
        UniformSphere(d + 2, Fraction(3)).weight(3 * b), UniformBall(d, Fraction(3)).weight(3 * b), rtol=1e-12
    )


@pytest.mark.parametrize("population", POPULATIONS, ids=repr)
def test_even_with_a_kink_and_zero_outside(population: Isotropic) -> None:
    """G is even and falls from the centre, where its slope jumps; beyond the extent it is 0."""
    b = np.linspace(0, scale(population), 50)
    g = population.weight(b)
    np.testing.assert_array_equal(g, population.weight(-b))
    assert np.all(np.diff(g) < 0)
    assert population.weight_fall(np.zeros(1))[0] > 0
    if population.extent is not None:
        assert population.weight(np.array([1.0, 2.0]) * scale(population)).tolist() == [0.0, 0.0]


def test_two_points_are_data() -> None:
    """The sphere of dimension 1 is the data set {-R, R}."""
    b = np.array([-1.5, -0.5, 0.25, 1.0])
    exact = weight(np.ones((4, 1)), b, [[2.0], [-2.0]])
    np.testing.assert_allclose(UniformSphere(1, Fraction(2)).weight(b), exact, rtol=1e-12)


def test_the_smaller_orientation() -> None:
    """On many draws of a disc the formula is the smaller of the two one-sided weights, for either sign of b."""
    numbers = np.random.default_rng(0)
    x = numbers.normal(size=(200_000, 2))
    x *= np.sqrt(numbers.uniform(size=(len(x), 1))) / np.linalg.norm(x, axis=1, keepdims=True)
    v, b = np.array([[0.6, 0.8], [0.6, 0.8]]), np.array([0.3, -0.3])
    both = np.stack([one_sided_weight(v, b, x), one_sided_weight(-v, -b, x)])
    np.testing.assert_allclose(UniformBall(2, Fraction(1)).weight(b), both.min(axis=0), rtol=0.02)
    assert np.all(both.max(axis=0) > 2 * both.min(axis=0))


def test_bad_populations() -> None:
    """No population of dimension 0, or on a ball of radius 0."""
    with pytest.raises(ValueError, match="dimension >= 1"):
        Gaussian(0)
    for kind in (UniformBall, UniformSphere):
        with pytest.raises(ValueError, match="radius > 0"):
            kind(2, Fraction(0))
