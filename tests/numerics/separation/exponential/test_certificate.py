"""The exponential bound: closed forms against quadrature, the supremum against random lines."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from numerics.population.isotropic import UniformBall
from numerics.separation.exponential import certificate, function, radon_supremum
from numerics.separation.exponential.certificate import exponential_theorem
from numerics.separation.exponential.function import (
    laplacian,
    psi,
    radon_transform,
    vertex_function,
    vertex_laplacian,
)
from proofs_checks.instances.profiles import settings

SCALES = st.floats(0.02, 0.36)


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


@given(st.floats(-1.5, 1.5), st.floats(-1.2, 2.2), SCALES)
def test_laplacian_is_that_of_psi(x: float, y: float, epsilon: float) -> None:
    """Against second differences, where these are accurate."""
    h = 1e-3 * epsilon
    point = np.array([[x, y]])
    steps = np.array([[h, 0], [-h, 0], [0, h], [0, -h]])
    differences = (psi(point + steps, epsilon).sum() - 4 * psi(point, epsilon)[0]) / h**2
    assert laplacian(point, epsilon)[0] == pytest.approx(differences, abs=3e-3 / epsilon**3)


@settings(max_examples=30)
@given(st.floats(0.1, 0.95), st.floats(0.1, 0.3))
def test_radial_part_against_the_definition(r: float, epsilon: float) -> None:
    """G(r) = int_eps^1 s^-5 (1 - r^2/s^2)_+^(5/2) ds by high precision quadrature."""
    start = max(r, epsilon)
    G = mpmath.quad(lambda s: s**-5 * abs(1 - r**2 / s**2) ** 2.5, [start, (1 + start) / 2, 1])
    # straight down from the vertex, -Im(z^3) = -r^3
    assert vertex_function([[0, -r]], epsilon)[0] == pytest.approx(float(-(r**3) * G), rel=1e-8, abs=1e-12)


def test_no_jump_where_the_series_takes_over() -> None:
    """The power series near the vertex continues the closed forms."""
    for closed_form in (vertex_function, vertex_laplacian):
        z = np.array([0.03 * (1 - 1e-9), 0.03 * (1 + 1e-9)]) * 0.2
        inner, outer = closed_form(np.column_stack([z, 0.2 * z]), 0.2)
        assert inner == pytest.approx(outer, rel=1e-5)


@settings(max_examples=40)
@given(st.floats(0, math.pi), st.floats(-1.9, 1.9), SCALES)
def test_radon_transform_against_line_integrals(angle: float, threshold: float, epsilon: float) -> None:
    """The profile D against the trapezoidal rule along the line."""
    t = np.linspace(-2, 2, 40001)
    v, u = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    values = psi(threshold * v + t[:, None] * u, epsilon)
    expected = np.trapezoid(values, t)
    assert radon_transform(angle, threshold, epsilon) == pytest.approx(expected, abs=1e-6)
    ball = certificate.enclosed_radon(arb(angle), arb(threshold), epsilon)
    assert float(ball.mid()) == pytest.approx(expected, abs=1e-6)


def test_support_and_symmetry() -> None:
    """Psi vanishes outside the ball of radius 2 and is the same after a quarter turn."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(500, 2))
    far = x / np.linalg.norm(x, axis=1, keepdims=True) * generator.uniform(2, 4, 500)[:, None]
    assert not psi(far, 0.1).any()
    assert psi(x, 0.1) == pytest.approx(psi(np.column_stack([-x[:, 1], x[:, 0]]), 0.1), abs=1e-13)


@given(st.floats(0, 7), st.floats(-2.5, 2.5), st.floats(1e-6, 0.99))
def test_majorant(angle: float, threshold: float, epsilon: float) -> None:
    """F is at least |R psi|, on the symmetric image of the line, for every eps."""
    assert radon_supremum.majorant(angle, threshold) >= abs(radon_transform(angle, threshold, epsilon)) - 1e-12


@given(st.integers(4, 9), st.integers(0, 400), st.integers(0, 1023), st.floats(0, 1), st.floats(0, 1))
def test_bounds_of_boxes(level: int, i: int, j: int, s: float, t: float) -> None:
    """The bound of a box is at least F in it; the bound of g is at most g."""
    side = 2**level
    i, j = i % (side * 101 // 128 + 1), j % (2 * side)
    angle, threshold = (i + s) / side, (j + t) / side
    rows, columns = np.array([i]), np.array([j])
    assert radon_supremum._majorant(rows, columns, level)[0] >= radon_supremum.majorant(angle, threshold) - 1e-12
    population = UniformBall(2, Fraction(4))
    least = radon_supremum._least_weight(population, columns, level)[0]
    assert least <= population.weight(np.array([threshold]))[0] + 1e-12


KNOWN = {
    (2, 4): (0.3225939005771, True, "diagonal"),
    (2, 3): (0.745115172041, True, "axis"),
    (3, 4): (0.439948645325, True, "diagonal"),
    (4, 4): (0.595687076194, True, "axis"),
    (5, 6): (0.253738353108, True, "diagonal"),
    (8, 3): (7.0082, False, "none"),
}


@pytest.mark.parametrize(("case", "known"), KNOWN.items(), ids=str)
def test_supremum(case: tuple[int, int], known: tuple[float, bool, str]) -> None:
    """Known values; where the supremum is exact, lines near the peak come close to it, and none exceeds it."""
    theorem = exponential_theorem(*case)
    value = float(theorem.supremum.mid())
    assert (theorem.exact, theorem.peak) == known[1:]
    assert value == pytest.approx(known[0], rel=1e-11 if theorem.exact else 1e-4)
    population = UniformBall(case[0], Fraction(case[1]))
    generator = np.random.default_rng(0)
    angles, thresholds = generator.uniform(0, 7, 20000), generator.uniform(0, 2, 20000)
    worst = 0.0
    for epsilon in (0.3, 0.1, 1e-2, 1e-4):
        near = {"diagonal": (math.pi / 4, math.sqrt(0.5)), "axis": (0.0, 1.0), "none": (0.0, 1.6)}[theorem.peak]
        a, b = np.append(angles, near[0]), np.append(thresholds, near[1] + epsilon * math.sqrt(3 / 11))
        worst = max(worst, float((abs(radon_transform(a, b, epsilon)) / population.weight(b)).max()))
    assert worst <= value
    assert worst >= value * (0.999 if theorem.exact else 0.5)


def test_too_small_a_supremum_is_not_proved() -> None:
    """The branch and bound fails for 99 percent of M, wherever the peak is."""
    for case in ((2, 4), (2, 3)):
        value = float(exponential_theorem(*case).supremum.mid())
        population = UniformBall(case[0], Fraction(case[1]))
        assert radon_supremum.branch_and_bound(population, 0.99 * value, None) is None


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
    for dimension, radius in ((1, 4), (2, 2), (2, 4.5)):
        with pytest.raises(ValueError, match="radius > 2"):
            exponential_theorem(dimension, radius)
    for epsilon in (0.0, 1.0, math.nan):
        with pytest.raises(ValueError, match="epsilon"):
            psi([[0, 0]], epsilon)
    with pytest.raises(ValueError, match="2 columns"):
        function.laplacian([[0.0]], 0.5)
