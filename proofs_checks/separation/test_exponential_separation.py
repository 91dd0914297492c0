"""exponential-separation: the error of stable shallow nets on the pyramid is at least c exp(-c'(1/eta - 1/2))."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb, ctx, fmpq, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from numerics.depth.closed_form import exponential
from numerics.depth.closed_form.exponential import (
    LARGEST_SCALE,
    MASS,
    PAIRING,
    PROFILE,
    ExponentialTheorem,
    enclosed_radon,
    exponential_theorem,
)
from numerics.depth.closed_form.exponential_function import radon_transform
from numerics.depth.pyramid import pyramid
from numerics.network import ShallowNetwork
from numerics.population import UniformBall
from numerics.support.balls import ball
from proofs_checks.evidence.ledger import Evidence, Proofs

CLAIM = "exponential-separation"

CASES = [(2, 4), (2, Fraction(5, 2)), (2, 3), (2, 6), (2, 12)] + [(d, R) for d in (3, 4, 5, 8) for R in (3, 4, 6)]
"""Dimensions and radii for which the theorem is proved here; the first is the one of the plane at R = 4."""
SMALL = Fraction(1, 10**6)
"""A scale at which the lines near the peak have nearly the largest ratio."""


def as_fraction(value: fmpq) -> Fraction:
    """The same number."""
    return Fraction(int(value.p), int(value.q))


def same(tally: Proofs, left: fmpq_poly, right: fmpq_poly, what: str) -> None:
    """Two polynomials agree in every coefficient."""
    for k in range(max(left.degree(), right.degree()) + 1):
        tally.equal(as_fraction(left[k]), as_fraction(right[k]), what)


def half_wallis(m: int) -> Fraction:
    """(1/pi) int_0^1 u^(2m) sqrt(1 - u^2) du = (2m-1)!!/(2 (2m+2)!!)."""
    return Fraction(math.prod(range(1, 2 * m, 2)), 2 * math.prod(range(2, 2 * m + 3, 2)))


def test_closed_forms(evidence: Evidence) -> None:
    """The polynomials behind the pairing, the Radon transform and the mass."""
    with evidence.certified(
        CLAIM, "the polynomial identities behind pairing, Radon transform and mass, exactly"
    ) as tally:
        x = fmpq_poly([0, 1])
        coefficients = [fmpq(c.numerator, c.denominator) for c in PROFILE]
        profile = sum((c * x ** (2 * k + 1) for k, c in enumerate(coefficients)), fmpq_poly([]))
        same(tally, profile.derivative(), fmpq(5, 128) * (1 - x**2) ** 3 * (11 * x**2 - 3), "D'")
        tally.equal(as_fraction(profile(fmpq(1))), Fraction(-2, 63), "D(1)/pi")
        # D(y*) = pi y* P(3/11) with y* = sqrt(33)/11
        at_peak = sum((c * Fraction(3, 11) ** k for k, c in enumerate(PROFILE)), Fraction(0)) / 11
        tally.equal(at_peak, Fraction(-622, 102487), "D at its extremum, over pi sqrt(33)")
        w = 1 - x
        # kappa(r) = sqrt(1 - x) A(x) with x = r^2; kappa' = 5 r^5 sqrt(1 - r^2) (11 r^2 - 8)
        A = 4 * w**3 * (fmpq(2, 7) - fmpq(2, 9) * w) + 2 * x**2 * w**2 - 5 * x**3 * w
        same(tally, 2 * w * A.derivative() - A, 5 * x**2 * w * (11 * x - 8), "kappa'")
        tally.equal(as_fraction(A(fmpq(0))), Fraction(16, 63), "kappa(0)")
        # u = sqrt(1 - w^2): int u^3 (1-u^2)^(5/2) du = int (w^6 - w^8) dw; three kinks at each of four vertices
        tally.equal(4 * 4 * (Fraction(1, 7) - Fraction(1, 9)), PAIRING, "pairing")
        inner = 5 * (8 * half_wallis(2) - 11 * half_wallis(3))
        tally.equal(4 * 4 * inner, MASS, "mass")
        tally.equal(PAIRING / MASS, Fraction(512, 2835), "c pi e")


def test_line_integrals(evidence: Evidence) -> None:
    """Rigorous quadrature of the Radon transform at one scale; signs and sizes of kappa."""
    with (
        evidence.certified(CLAIM, "the profile against rigorous line integrals; signs of kappa, in balls") as tally,
        ctx.workprec(100),
    ):
        for k in range(1, 20):
            u = ball(Fraction(k, 20))
            W = 1 - u**2

            def along(angle: acb, _: bool, u: arb = u, W: arb = W) -> acb:
                return (u**3 - 3 * u * W * angle.sin() ** 2) * W**3 * angle.cos() ** 6

            line = acb.integral(along, -arb.pi() / 2, arb.pi() / 2).real
            # one scale s contributes H(t/s)/s, and d/dt of D(t) - D(t/eps) adds these up: H(u) = u D'(u)
            expected = 5 * arb.pi() / 128 * u * W**3 * (11 * u**2 - 3)
            tally.at_most(abs(line - expected), Fraction(1, 10**20), "the line integral")
        least = exponential.mass_profile((ball(8) / 11).sqrt())
        tally.at_most(-least, Fraction(16, 63), "max |kappa|")
        tally.at_most(0, exponential.mass_profile(ball(LARGEST_SCALE)), "kappa > 0 up to the largest scale")
        tally.at_most((-arb(1)).exp(), LARGEST_SCALE, "1/e is admitted")


def near_peak(theorem: ExponentialTheorem, epsilon: Fraction) -> tuple[arb, arb]:
    """|R psi| and g on a line close to the peak, in balls."""
    a, b = (arb(0), arb(1)) if theorem.peak == "axis" else (arb.pi() / 4, 1 / arb(2).sqrt())
    b += ball(epsilon) * (arb(3) / 11).sqrt()
    weight = UniformBall(theorem.dimension, theorem.radius).enclosed_weight(b)
    return abs(enclosed_radon(a, b, epsilon)), weight


@pytest.mark.parametrize(("dimension", "radius"), CASES, ids=str)
def test_supremum(evidence: Evidence, dimension: int, radius: int | Fraction) -> None:
    """M by branch and bound, with a line that shows it cannot be much smaller; the theorem at several C."""
    theorem = exponential_theorem(dimension, radius)
    kind = "M = sup |R psi|/g exactly" if theorem.exact else "a bound M of |R psi|/g"
    with evidence.certified(CLAIM, f"d = {dimension}, R = {radius}: {kind}, by branch and bound") as tally:
        tally.figures["boxes"] = theorem.boxes
        tally.encloses("M", theorem.supremum, 10)
        tally.encloses("c'", theorem.rate, 9)
        tally.encloses("c", theorem.constant, 12)
        transform, weight = near_peak(theorem, SMALL)
        tally.at_most(transform, theorem.supremum * weight, "|R psi| <= M g")
        if theorem.exact:
            tally.at_most(ball(Fraction(99999, 100000)) * theorem.supremum * weight, transform, "M is approached")
        for C in (0, Fraction(1, 2), Fraction(3, 2), 10):
            best = theorem.best_scale(C)
            tally.at_most(best, LARGEST_SCALE, "the best scale")
            bound = theorem.lower_bound(C)
            difference = abs(theorem.bound_at(best, C) - bound)
            tally.at_most(difference, bound * ball(Fraction(1, 10**6)), "the bound at the best scale")
            for factor in (Fraction(1, 2), Fraction(21, 20)):
                tally.at_most(theorem.bound_at(best * ball(factor), C), bound, "the bound at another scale")


def test_hyperplanes(evidence: Evidence) -> None:
    """On random hyperplanes of R^d, restricted to the plane: |v'| |R psi(u, b/|v'|)| <= M g_d(b)."""
    with evidence.tested(CLAIM, "|v'| |R psi| <= M g_d on random hyperplanes, restricted to the plane") as tally:

        @given(st.sampled_from(CASES), st.floats(0, 7), st.floats(0.01, 1), st.floats(0, 1.99), st.floats(1e-4, 0.36))
        def holds(case: tuple[int, Fraction], angle: float, length: float, b: float, epsilon: float) -> None:
            length = 1.0 if case[0] == 2 else length
            theorem = exponential_theorem(*case)
            small = length * abs(float(radon_transform(angle, b / length, epsilon)))
            large = float(theorem.supremum.mid()) * float(UniformBall(case[0], Fraction(case[1])).weight(np.array(b)))
            assert small <= large + 1e-12
            tally.add((large - small) / large)

        holds()


def fitted_network(ridge: float) -> tuple[ShallowNetwork, float, float]:
    """A net fitted to the pyramid, its stability norm for X uniform on B_4, and its largest error on a grid."""
    angles = np.arange(16) * math.pi / 16
    v = np.repeat(np.column_stack([np.cos(angles), np.sin(angles)]), 33, axis=0)
    b = np.tile(np.linspace(-1.6, 1.6, 33), 16)
    side = np.linspace(-4, 4, 65)
    x = np.array([(s, t) for s in side for t in side if math.hypot(s, t) <= 4])
    features = np.maximum(x @ v.T - b, 0)
    design = np.column_stack([features, x, np.ones(len(x))])
    weight = UniformBall(2, Fraction(4)).weight(b)
    scale = np.concatenate([1 / weight, np.ones(3)])
    matrix = design * scale
    solution = scale * np.linalg.solve(matrix.T @ matrix + ridge * np.eye(len(scale)), matrix.T @ pyramid(x))
    slopes = np.concatenate([v, np.eye(2), -np.eye(2)])
    # a linear map is relu - relu of one neuron and its reflection, whose amplitudes cancel in the norm
    amplitudes = np.concatenate([solution[:-3], solution[-3:-1], -solution[-3:-1]])
    network = ShallowNetwork(slopes, np.concatenate([-b, np.zeros(4)]), amplitudes, float(solution[-1]))
    return network, float(abs(solution[:-3]) @ weight), float(abs(network(x) - pyramid(x)).max())


def test_fitted_networks(evidence: Evidence) -> None:
    """Nets fitted to the pyramid, with large norms, stay above the bound."""
    theorem = exponential_theorem(2, 4)
    with evidence.tested(CLAIM, "nets fitted to the pyramid at several norms, error against the bound") as tally:
        for ridge in (1e4, 1e2, 1.0, 1e-2, 1e-4):
            _, norm, error = fitted_network(ridge)
            bound = float(theorem.lower_bound(norm).mid())
            assert error >= bound
            tally.add((error - bound) / error)
        tally.figures |= {"norm of the best fit": norm, "its error": error, "bound there": bound}


def violated(transform: arb, weight: arb, supremum: arb, line: str) -> str | None:
    """In words, that |R psi| > M g on this line; None if that is not proved."""
    if not transform > supremum * weight:
        return None
    return f"{line}: |R psi| = {transform.str(8, radius=False)} > M g = {(supremum * weight).str(8, radius=False)}"


@pytest.mark.parametrize(("dimension", "radius"), CASES[:4], ids=str)
def test_control_supremum(evidence: Evidence, dimension: int, radius: int | Fraction) -> None:
    """M smaller by one percent."""
    theorem = exponential_theorem(dimension, radius)
    transform, weight = near_peak(theorem, Fraction(1, 1000))
    evidence.control(
        CLAIM,
        f"M smaller by one percent, d = {dimension}, R = {radius}",
        violated(transform, weight, ball(Fraction(99, 100)) * theorem.supremum, f"{theorem.peak} peak, eps = 1/1000"),
    )


@pytest.mark.parametrize(("dimension", "radius"), [(2, 2), (2, 3), (3, 4)], ids=str)
def test_control_other_population(evidence: Evidence, dimension: int, radius: int) -> None:
    """M of the plane at R = 4, used for another population."""
    b = 1 / arb(2).sqrt() + ball(SMALL) * (arb(3) / 11).sqrt()
    weight = UniformBall(dimension, Fraction(radius)).enclosed_weight(b)
    transform = abs(enclosed_radon(arb.pi() / 4, b, SMALL))
    evidence.control(
        CLAIM,
        f"M of d = 2, R = 4 used for d = {dimension}, R = {radius}",
        violated(transform, weight, exponential_theorem(2, 4).supremum, "x_1 + x_2 = sqrt 2 b, b = .7071, eps = 1e-6"),
    )


def test_control_mass(evidence: Evidence) -> None:
    """44 pi/16 in place of 45 pi/16: the mass in discs of radius 1/10 about the vertices is larger."""
    epsilon, radius = Fraction(1, 1000), Fraction(1, 10)
    # 0 <= kappa(0) - kappa(y) <= 20 y^6/3; each disc meets the support of one copy only
    inner = ball(Fraction(45, 256)) * arb.pi() - ball(Fraction(16, 63) + Fraction(4, 3) * epsilon**6)
    outer = ball((Fraction(16, 63) - Fraction(20, 3) * radius**6) * (1 - epsilon / radius))
    mass = 16 * (inner + outer)
    evidence.control(
        CLAIM,
        "44 pi/16 in place of 45 pi/16 in the bound of the mass",
        f"at eps = 1/1000, eps ||Laplacian psi||_1 >= {mass.str(7, radius=False)} > {float(44 * arb.pi() / 16):.7f}"
        if mass > 44 * arb.pi() / 16
        else None,
    )


def test_control_pairing(evidence: Evidence) -> None:
    """The opposite sign, and a larger constant, against a rigorous integral along the kinks."""
    integral = acb.integral(lambda a, _: a.sin() ** 3 * a.cos() ** 6, 0, arb.pi() / 2).real
    # along a kink of direction a, psi_1 = -sin(3a) r^3 G(r): down the axis with jump -2, two edges with jump sqrt 2
    down, edge = -(3 * -arb.pi() / 2).sin(), -(3 * -arb.pi() / 4).sin()
    pairing = 4 * (-2 * down + 2 * arb(2).sqrt() * edge) * integral
    shown = f"at eps = 1/e the pairing is {pairing.str(8, radius=False)}"
    evidence.control(CLAIM, "the pairing has the opposite sign", shown if pairing > 0 else None)
    evidence.control(CLAIM, "pairing (32/62) log(1/eps)", shown if pairing < ball(Fraction(32, 62)) else None)


def test_control_constant(evidence: Evidence) -> None:
    """A constant above 1/2 is refuted by the constant net."""
    network = ShallowNetwork(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 0.5)
    x = np.array([[0.0, 0.0], [0.5, 0.5], [4.0, 0.0]])
    error = abs(network(x) - pyramid(x)).max()
    evidence.control(
        CLAIM,
        "c = 0.51",
        f"the constant 1/2 has norm 0, and is never further than {error} from the pyramid" if error < 0.51 else None,
    )
