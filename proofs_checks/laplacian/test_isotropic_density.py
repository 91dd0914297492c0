"""isotropic-density: rho in closed form for the normal law and the uniform laws on ball and sphere, and back to g."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.laplacian.density import (
    central_growth,
    enclosed_density,
    enclosed_mass,
    enclosed_radon,
    enclosed_total_weight,
    radon,
)
from numerics.laplacian.gaussian_moments import balanced, mean_gradient_square, population_hessian, stability_norm
from numerics.network import ShallowNetwork
from numerics.population import Gaussian, Isotropic, UniformBall, UniformSphere
from numerics.support.balls import ball
from numerics.weight import weight
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.isotropic import LAWS, ONE, gaussian_nets, precision, samples, two_spheres_density

CLAIM = "isotropic-density"
RADII = (Fraction(1, 8), Fraction(1, 2), Fraction(3, 4))


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("law", LAWS)
def test_transformed_back(evidence: Evidence, law: str) -> None:
    """R rho = g by enclosed quadrature of rho."""
    with precision(64), evidence.certified(CLAIM, f"R rho - g on the {law} law, d = 1 to 7, by quadrature") as proofs:
        for d, tolerance in ((1, 1e-8), (2, 1e-8), (3, 1e-10), (5, 1e-11), (7, 1e-11)):
            population = LAWS[law](d)
            for b in RADII[1:2] if d == 2 else RADII:
                back, g = enclosed_radon(population, ball(b), tolerance), population.enclosed_weight(ball(b))
                proofs.at_most(abs(back - g), Fraction(1, 10**6), f"R rho = g at d = {d}, b = {b}")
                proofs.encloses(f"R rho - g, d = {d}, b = {b}", back - g, 9)


@pytest.mark.parametrize("law", LAWS)
def test_values(evidence: Evidence, law: str) -> None:
    """Values of rho: positive, and falling in r."""
    with precision(96), evidence.certified(CLAIM, f"rho > 0 and falls, {law} law, d = 1 to 9") as proofs:
        steps = [Fraction(1, 1000), *(Fraction(k, 10) for k in range(1, 10)), 1 - Fraction(1, 10**6)]
        for d in (1, 3, 5, 7, 9):
            values = [enclosed_density(LAWS[law](d), ball(r)) for r in steps]
            for near, far in itertools.pairwise(values):
                proofs.at_most(far, near, f"rho falls at d = {d}")
            proofs.at_most(Fraction(0), values[-1], "rho is not negative")
            proofs.encloses(f"rho(1/2), d = {d}", values[5])
        for r in RADII[1:]:
            plane = enclosed_density(LAWS[law](2), ball(r))
            proofs.at_most(Fraction(0), plane, "rho is not negative in the plane")
            proofs.encloses(f"rho({r}), d = 2", plane)


@pytest.mark.parametrize("law", LAWS)
def test_mass(evidence: Evidence, law: str) -> None:
    """The mass of rho is the integral of g, in every dimension."""
    with precision(64), evidence.certified(CLAIM, f"mass of rho against the integral of g, {law} law") as proofs:
        for d in (3, 5, 7):
            population = LAWS[law](d)
            mass, total = enclosed_mass(population, 1e-6), enclosed_total_weight(population, 1e-6)
            proofs.at_most(abs(mass - total), Fraction(1, 10**5), f"the mass at d = {d}")
            proofs.encloses(f"int g, d = {d}", total, 6)


@pytest.mark.parametrize("law", LAWS)
def test_centre(evidence: Evidence, law: str) -> None:
    """The growth at the centre, against kappa in floats."""
    with precision(96), evidence.tested(CLAIM, f"growth of rho at the centre, {law} law") as tally:
        small = Fraction(1, 1000)
        for d in (3, 4, 5, 7):
            population = LAWS[law](d)
            rho = float(enclosed_density(population, ball(small)).mid())
            expected = (
                central_growth(population) * math.gamma(d / 2 - 1) / (2 * math.pi ** (d / 2)) * float(small) ** (2 - d)
            )
            assert rho == pytest.approx(expected, rel=5e-3)
            tally.count()
        population = LAWS[law](2)
        low, high = (float(enclosed_density(population, ball(Fraction(1, n))).mid()) for n in (200, 100))
        assert low - high == pytest.approx(central_growth(population) * math.log(2) / math.pi, rel=2e-2)
        tally.count()


def test_cut(evidence: Evidence) -> None:
    """The representations that the proof of positivity uses: of the square of the tail, over phi^2 and over w^{2a}."""
    with precision(64), evidence.certified(CLAIM, "the representations of P^2 behind the sign of rho") as proofs:
        for b in RADII:
            at = ball(b)
            Q, phi = Gaussian(1).enclosed_moments(at)

            def laplace(u: acb, analytic: bool, at: arb = at) -> acb:
                # w = u/(1-u)
                w = u / (1 - u)
                return (-(at**2) * w).exp() / ((1 + w) * (1 + 2 * w).sqrt(analytic=analytic) * (1 - u) ** 2)

            # beyond w = 4095 the integral is below the exponential times the integral of w^{-3/2}
            beyond = arb(0).union((-(at**2) * 4095).exp())
            right = acb.integral(laplace, 0, 1 - arb(2) ** -12, abs_tol=1e-8).real + beyond
            proofs.at_most(abs((Q / phi) ** 2 - right), Fraction(1, 10**6), "Q^2/phi^2 as a Laplace transform")
            for shape, B in ((2, lambda t: t / 2), (4, lambda t: 3 * (t + t**3 / 3) / 4)):
                population = UniformSphere(shape + 1, ONE)
                P, _ = population.enclosed_moments(at)

                # tau = u/(1-u) on the cut x = 1 + tau^2
                def cut(u: acb, _: bool, at: arb = at, B: Callable[[acb], acb] = B, a: int = shape) -> acb:
                    t = u / (1 - u)
                    return 2 * t * B(t) / ((1 + t**2) ** a * (t**2 + at**2) * (1 - u) ** 2)

                edge = 1 - arb(2) ** -20
                # what is left: tau > 2^20 - 1, where the integrand is below tau^-2
                left = acb.integral(cut, 0, edge, abs_tol=1e-8).real + arb(0).union(arb(2) ** -19)
                square = (P / (1 - at**2) ** (arb(shape) / 2)) ** 2
                proofs.at_most(abs(square - left / arb.pi()), Fraction(1, 10**5), f"A^2 on the sphere, a = {shape}/2")


def test_population_bound(evidence: Evidence) -> None:
    """1 + 2|f|_S <= |E grad f|^2 on the normal population, in closed form; with lambda_max for zero thresholds."""
    with evidence.tested(CLAIM, "1 + 2|f|_S <= |E grad f|^2 <= lambda_max on the normal population, d = 1..5") as tally:

        @settings(max_examples=150)
        @given(gaussian_nets())
        def holds(net: ShallowNetwork) -> None:
            for one in (net, balanced(net)):
                square, norm = mean_gradient_square(one), 1 + 2 * stability_norm(one)
                slack = (square - norm) / square
                assert slack > -1e-12, f"{square} >= {norm} is false at {one!r}"
                tally.add(slack if slack > 1e-12 else None)

        @settings(max_examples=60)
        @given(gaussian_nets(biases=False))
        def holds_for_the_sharpness(net: ShallowNetwork) -> None:
            H = population_hessian(net)
            top, square = float(np.linalg.eigvalsh(H)[-1]), mean_gradient_square(net)
            assert float(H[-1] @ H[-1]) == pytest.approx(square, rel=1e-12)
            assert top >= square * (1 - 1e-12)
            tally.add((top - square) / top)

        holds()
        holds_for_the_sharpness()


def deviations(population: Isotropic, sizes: tuple[int, ...], draws: int) -> list[float]:
    """The root mean square, over draws and hyperplanes, of the empirical g minus g."""
    numbers = np.random.default_rng(0)
    v = numbers.normal(size=(6, population.dimension))
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    b = np.array([0.1, 0.2, 0.3, 0.4, 0.5, -0.3])
    exact = population.weight(b)
    return [
        float(np.sqrt(np.mean([(weight(v, b, samples(population, n, seed)) - exact) ** 2 for seed in range(draws)])))
        for n in sizes
    ]


def test_empirical_weight(evidence: Evidence) -> None:
    """The empirical g converges to g at the rate n^{-1/2}."""
    sizes = (100, 400, 1600, 6400, 25600)
    with evidence.tested(CLAIM, "the empirical g against g, n = 100 to 25600, at the rate n^{-1/2}") as tally:
        for name, law in LAWS.items():
            for d in (1, 2, 3, 5):
                errors = deviations(law(d), sizes, 12)
                slope = float(np.polyfit(np.log(sizes), np.log(errors), 1)[0])
                assert -0.6 < slope < -0.4
                tally.figures[f"{name}, d = {d}"] = f"error {errors[-1]:.2g} at n = 25600, slope {slope:.3f}"
                tally.count()


def test_control_every_law(evidence: Evidence) -> None:
    """Positivity for every rotation-invariant law fails in high dimensions; the sum over spheres is right for one."""
    with precision(128):
        r, inner, outer, share = Fraction(9, 1000), Fraction(1, 100), Fraction(18), Fraction(1, 10**4)
        one = two_spheres_density(5, arb(1) / 2, ONE, Fraction(2), Fraction(0))
        assert one.overlaps(enclosed_density(UniformSphere(5, ONE), arb(1) / 2))
        nine = two_spheres_density(9, ball(r), inner, outer, share)
        evidence.control(
            CLAIM,
            "positivity for every rotation-invariant law in every dimension",
            f"spheres of radii {inner} and {outer}, the outer of mass {share}, d = 9: rho({r}) = {nine.str(6)} < 0"
            if nine < 0
            else None,
        )
        with evidence.certified(
            CLAIM, "a law on two spheres up to dimension 7, where it fails in dimension 9"
        ) as proofs:
            for d in (3, 5, 7):
                proofs.at_most(Fraction(0), two_spheres_density(d, ball(r), inner, outer, share), f"rho at d = {d}")


def refuted(value: arb, claimed: arb, what: str) -> str | None:
    """Words for two balls that do not meet."""
    return None if value.overlaps(claimed) else f"{what}: {value.str(7)} and not {claimed.str(7)}"


def test_controls(evidence: Evidence) -> None:
    """False neighbours of the formulas."""
    half = Fraction(1, 2)
    b = ball(half)
    with precision(64):
        normal, g = Gaussian(3), Gaussian(3).enclosed_weight(b)
        evidence.control(
            CLAIM,
            "the density for $d = 3$ used in the plane",
            refuted(enclosed_density(normal, b, 2), g, "normal law, its marginal on a line of the plane at b = 1/2"),
        )
        evidence.control(
            CLAIM,
            "$\\rho(r) = -g'(r)/(\\pi r)$ for $d = 3$, twice as large",
            refuted(2 * enclosed_radon(normal, b), g, "normal law at b = 1/2"),
        )
        P, q = normal.enclosed_moments(b)
        other_side = (q + b * (1 - P)) * ((1 - P) ** 2 + q**2).sqrt()
        evidence.control(
            CLAIM,
            "the one-sided weight of the larger side in place of $g$",
            refuted(enclosed_radon(normal, b), other_side, "normal law, d = 3, the hyperplane -v, -b at b = 1/2"),
        )
        sphere, disc = UniformSphere(3, ONE), UniformBall(3, ONE)
        evidence.control(
            CLAIM,
            "the weight of the sphere used for the ball",
            refuted(enclosed_radon(sphere, b), disc.enclosed_weight(b), "R rho of the sphere, d = 3, at b = 1/2"),
        )
        centre, rim = (enclosed_density(sphere, ball(r)) for r in (Fraction(1, 10), Fraction(9, 10)))
        evidence.control(
            CLAIM,
            "$\\rho$ is largest where the data are dense",
            f"on the sphere no data are near the centre, but rho(1/10) = {centre.str(6)} and rho(9/10) = {rim.str(6)}"
            if centre > rim
            else None,
        )
        kink = abs(enclosed_density(normal, arb(1) / 1000) / enclosed_density(normal, arb(1) / 100))
        evidence.control(
            CLAIM,
            "$\\rho$ bounded at the centre for $d = 3$",
            f"rho(1/1000)/rho(1/100) = {kink.str(5)}" if kink > 9 else None,
        )


def test_floats(evidence: Evidence) -> None:
    """The float densities and their transform, at random radii and thresholds."""
    with evidence.tested(CLAIM, "R rho = g in floats at random thresholds and radii of the population") as tally:

        @settings(max_examples=40)
        @given(
            st.sampled_from(("ball", "sphere", "normal")), st.integers(1, 3), st.integers(1, 8), st.floats(0.05, 0.9)
        )
        def back(law: str, d: int, radius: int, b: float) -> None:
            R = Fraction(radius, 2)
            population = {"ball": UniformBall(d, R), "sphere": UniformSphere(d, R), "normal": Gaussian(d)}[law]
            at = b * (float(R) if law != "normal" else 2.0)
            exact = float(population.weight(np.array([at]))[0])
            assert radon(population, at) == pytest.approx(exact, rel=1e-5, abs=1e-8)
            tally.count()

        back()
