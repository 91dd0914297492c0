"""exponential-certificate: the closed forms of the test function, and quadrature of their definitions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb, ctx, fmpq, fmpq_poly
from scipy import integrate

from numerics.exact.balls import ball
from numerics.separation.exponential import certificate, function
from numerics.separation.exponential.certificate import LARGEST_SCALE, MASS, PAIRING, PROFILE
from proofs_checks.evidence.ledger import Evidence

CLAIM = "exponential-certificate"
EPSILON = 0.2


def pairing(epsilon: float = EPSILON) -> float:
    """The pairing with the Laplacian of the pyramid: the sides carry sqrt 2, the ridges -2."""

    def along(start: tuple[float, float], end: tuple[float, float]) -> float:
        a, b = np.array(start), np.array(end)

        def value(t: float) -> float:
            return float(function.vertex_function((a + t * (b - a) - [0, 1])[None, :], epsilon)[0])

        places = [t for t in (epsilon / np.linalg.norm(b - a), 1 / np.linalg.norm(b - a)) if t < 1]
        return float(integrate.quad(value, 0, 1, points=places, epsabs=1e-11)[0] * np.linalg.norm(b - a))

    vertex, east, west, centre = (0.0, 1.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 0.0)
    return math.sqrt(2) * (along(vertex, east) + along(vertex, west)) - 2 * along(vertex, centre)


def on_line(angle: float, offset: float, epsilon: float = EPSILON) -> float:
    """The integral of psi over one line, by quadrature."""
    normal, along = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])

    def value(s: float) -> float:
        return float(function.psi((offset * normal + s * along)[None, :], epsilon)[0])

    return float(integrate.quad(value, -2.5, 2.5, limit=400, epsabs=1e-10)[0])


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_pairing(evidence: Evidence) -> None:
    """The pairing against (8/63) log(1/eps), by quadrature along the edges; at all vertices, in balls."""
    with evidence.tested(
        CLAIM, ("pairing", "four-vertices"), "the pairing along the pyramid's edges, by quadrature"
    ) as tally:
        for epsilon in (0.5, EPSILON, 0.05):
            assert pairing(epsilon) == pytest.approx(8 / 63 * math.log(1 / epsilon), rel=1e-8)
            assert 4 * pairing(epsilon) == pytest.approx(float(certificate.pairing(Fraction(epsilon)).mid()), rel=1e-8)
            tally.count()


def test_scale_integral(evidence: Evidence) -> None:
    """G from its definition, by quadrature over scales; the function at a point where sin(3 theta) = -1."""
    with evidence.tested(CLAIM, ("scale-integral-near", "scale-integral-far"), "G by quadrature over scales") as tally:
        for r in (0.05, 0.15, 0.25, 0.6, 0.95):

            def bump(s: float, r: float = r) -> float:
                return float((1 - (r / s) ** 2) ** 2.5 / s**5)

            direct = integrate.quad(bump, max(EPSILON, r), 1, epsabs=1e-12)[0]
            # the polar angle pi/2
            value = float(function.vertex_function(np.array([[0.0, r]]), EPSILON)[0])
            assert value / r**3 == pytest.approx(direct, rel=1e-8)
            tally.count()


def test_radon_transform(evidence: Evidence) -> None:
    """The closed form of the Radon transform against quadrature along lines."""
    with evidence.tested(
        CLAIM, ("radon-transform-near", "radon-transform-far"), "the Radon transform along random lines, by quadrature"
    ) as tally:
        numbers = np.random.default_rng(0)
        for _ in range(12):
            angle, offset = numbers.uniform(0, math.pi), numbers.uniform(-2, 2)
            closed = float(function.radon_transform(angle, offset, EPSILON))
            assert on_line(angle, offset) == pytest.approx(closed, abs=1e-7)
            tally.count()


def test_line_integrals(evidence: Evidence) -> None:
    """Rigorous quadrature of the Radon transform at one scale."""
    with evidence.tested(CLAIM, "one-bump", "line integrals of one bump, in balls") as tally, ctx.workprec(100):
        for k in range(1, 20):
            u = ball(Fraction(k, 20))
            W = 1 - u**2

            def along(angle: acb, _: bool, u: arb = u, W: arb = W) -> acb:
                return (u**3 - 3 * u * W * angle.sin() ** 2) * W**3 * angle.cos() ** 6

            line = acb.integral(along, -arb.pi() / 2, arb.pi() / 2).real
            expected = 5 * arb.pi() / 128 * u * W**3 * (11 * u**2 - 3)
            assert abs(line - expected) < ball(Fraction(1, 10**20))
            tally.count()


def test_laplacian(evidence: Evidence) -> None:
    """The closed form of the Laplacian against second differences."""
    with evidence.tested(
        CLAIM, ("laplacian-near", "laplacian-far"), "the Laplacian against second differences"
    ) as tally:
        step = 1e-4
        points = np.random.default_rng(1).uniform(-1, 1, size=(40, 2))
        radii = np.hypot(*points.T)
        points = points[(np.abs(radii - EPSILON) > 0.02) & (np.abs(radii - 1) > 0.02)]
        shifts = step * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
        around = sum(function.vertex_function(points + shift, EPSILON) for shift in shifts)
        direct = (around - 4 * function.vertex_function(points, EPSILON)) / step**2
        closed = function.vertex_laplacian(points, EPSILON)
        assert direct == pytest.approx(closed, abs=2e-4 * float(np.abs(closed).max()))
        for _ in points:
            tally.count()


def as_fraction(value: fmpq) -> Fraction:
    """The same number."""
    return Fraction(int(value.p), int(value.q))


def half_wallis(m: int) -> Fraction:
    """(1/pi) int_0^1 u^(2m) sqrt(1 - u^2) du = (2m-1)!!/(2 (2m+2)!!)."""
    return Fraction(math.prod(range(1, 2 * m, 2)), 2 * math.prod(range(2, 2 * m + 3, 2)))


def test_constants(evidence: Evidence) -> None:
    """The constants that the computations use, in fractions: Beta and Wallis integrals, the polynomial behind kappa."""
    with evidence.tested(CLAIM, ("pairing", "turning", "near-mass"), "polynomials and constants in fractions") as tally:
        x = fmpq_poly([0, 1])
        w = 1 - x
        # kappa(r) = sqrt(1 - x) A(x) with x = r^2; kappa' = 5 r^5 sqrt(1 - r^2) (11 r^2 - 8)
        A = 4 * w**3 * (fmpq(2, 7) - fmpq(2, 9) * w) + 2 * x**2 * w**2 - 5 * x**3 * w
        assert 2 * w * A.derivative() - A == 5 * x**2 * w * (11 * x - 8)
        assert as_fraction(A(fmpq(0))) == Fraction(16, 63)
        # u = sqrt(1 - w^2): int u^3 (1-u^2)^(5/2) du = int (w^6 - w^8) dw; three kinks at each of four vertices
        assert 4 * 4 * (Fraction(1, 7) - Fraction(1, 9)) == PAIRING
        assert 4 * 4 * 5 * (8 * half_wallis(2) - 11 * half_wallis(3)) == MASS
        coefficients = [fmpq(c.numerator, c.denominator) for c in PROFILE]
        profile = sum((c * x ** (2 * k + 1) for k, c in enumerate(coefficients)), fmpq_poly([]))
        assert profile.derivative() == fmpq(5, 128) * (1 - x**2) ** 3 * (11 * x**2 - 3)
        assert as_fraction(profile(fmpq(1))) == Fraction(-2, 63)
        for _ in range(6):
            tally.count()


def test_size_of_the_profile(evidence: Evidence) -> None:
    """Kappa at its turning point and at the largest scale."""
    with (
        evidence.certified(CLAIM, "size-of-the-profile", "kappa in balls") as proofs,
        ctx.workprec(100),
    ):
        least = certificate.mass_profile((ball(8) / 11).sqrt())
        proofs.encloses("kappa at its turning point", least)
        proofs.at_most(-least, Fraction(16, 63), "max |kappa|")
        proofs.at_most(Fraction(1, 100), certificate.mass_profile(ball(LARGEST_SCALE)), "kappa > 0 at 2/5")
        proofs.at_most((-arb(1)).exp(), LARGEST_SCALE, "1/e is admitted")


def mass(epsilon: float) -> float:
    """The scale times the mass of the Laplacian of psi_1, by quadrature; the integral of |sin(3 theta)| is 4."""

    def size(r: float) -> float:
        # at the polar angle pi/2, where |sin 3 theta| = 1
        return r * abs(float(function.vertex_laplacian(np.array([[0.0, r]]), epsilon)[0]))

    places = [epsilon * u for u in (0.5, 1, 2, 5, 20) if epsilon * u < 1]
    return epsilon * 4 * float(integrate.quad(size, 0, 1, points=places, limit=400, epsabs=1e-9)[0])


def test_mass(evidence: Evidence) -> None:
    """The mass is below its bound, and comes near it for small scales."""
    bound = 45 * math.pi / 64
    with evidence.tested(CLAIM, "mass", "the mass of the Laplacian by quadrature, eps = 2/5 to 1/1000") as tally:
        for epsilon in (0.4, 0.1, 0.01, 0.001):
            tally.add((bound - mass(epsilon)) / bound)
        assert mass(0.001) == pytest.approx(bound, rel=2e-3)


def test_controls(evidence: Evidence) -> None:
    """False neighbours, refuted by quadrature."""
    value, log = pairing(), math.log(1 / EPSILON)
    evidence.control(
        CLAIM,
        "a pairing of (1/8) log(1/eps)",
        f"at eps = .2 it is {value:.6f}, not {log / 8:.6f}" if abs(value - log / 8) > 1e-4 else None,
        because="two edges and a ridge contribute 4 times 2/63 log(1/eps)",
        statement="pairing",
    )
    evidence.control(
        CLAIM,
        "a pairing of the opposite sign",
        f"at eps = .2 it is {value:.6f} > 0" if value > 0.1 else None,
        because="psi_1 is positive on the edges, where the slope rises, and negative on the ridge, where it falls",
        statement="pairing",
    )
    direct, closed = on_line(0.3, 0.4), float(function.radon_transform(0.3, 0.4, EPSILON))
    evidence.control(
        CLAIM,
        "a Radon transform of twice the size",
        f"on the line at angle .3 and offset .4 the integral is {direct:.6f}, not {2 * closed:.6f}"
        if abs(direct - 2 * closed) > 1e-3
        else None,
        because="a line is met on both sides of its foot, once each",
        statement="radon-transform-near",
    )
    near = mass(0.001)
    evidence.control(
        CLAIM,
        r"$\norm{\Delta\psi_1}_1 \le \frac{44\pi}{64\,\epsilon}$",
        f"at eps = 1/1000 the mass of one copy times eps is {near:.6f} > {44 * math.pi / 64:.6f}"
        if near > 44 * math.pi / 64 + 1e-3
        else None,
        because="45 pi/64 is approached as the smallest scale goes to 0",
        statement="mass",
    )
    late = certificate.mass_profile(ball(Fraction(9, 10)))
    evidence.control(
        CLAIM,
        r"$\kappa$ falls on all of $[0, 1]$",
        f"kappa(9/10) = {late.str(6)} < 0 = kappa(1)" if late < 0 else None,
        because="its derivative changes its sign where 11 r^2 = 8",
        statement="turning",
    )
