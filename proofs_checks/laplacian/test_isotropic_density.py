"""isotropic-density: rho in closed form for the normal law and the uniform laws on ball and sphere, and back to g."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball
from numerics.network import ShallowNetwork
from numerics.population.density import (
    central_growth,
    enclosed_density,
    enclosed_mass,
    enclosed_radon,
    enclosed_total_weight,
    radon,
)
from numerics.population.gaussian_moments import balanced, mean_gradient_square, population_hessian, stability_norm
from numerics.population.isotropic import Gaussian, UniformBall, UniformSphere
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.isotropic import (
    LAWS,
    ONE,
    across_cut,
    as_laplace_transform,
    bend_for_two_circles,
    central_fall,
    deviations,
    gaussian_nets,
    precision,
    two_spheres_density,
)
from proofs_checks.instances.profiles import settings

CLAIM = "isotropic-density"
RADII = (Fraction(1, 8), Fraction(1, 2), Fraction(3, 4))


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("law", LAWS)
def test_transformed_back(evidence: Evidence, law: str) -> None:
    """R rho = g by enclosed quadrature of rho."""
    with (
        precision(64),
        evidence.certified(
            CLAIM, "transformed-back", f"R rho - g on the {law} law, d = 1 to 7, by quadrature"
        ) as proofs,
    ):
        for d, tolerance in ((1, 1e-8), (2, 1e-8), (3, 1e-10), (5, 1e-11), (7, 1e-11)):
            population = LAWS[law](d)
            for b in RADII[1:2] if d == 2 else RADII:
                back, g = enclosed_radon(population, ball(b), tolerance), population.enclosed_weight(ball(b))
                proofs.at_most(abs(back - g), Fraction(1, 10**6), f"R rho = g at d = {d}, b = {b}")
                proofs.encloses(f"R rho - g, d = {d}, b = {b}", back - g, 9)


@pytest.mark.parametrize("law", LAWS)
def test_values(evidence: Evidence, law: str) -> None:
    """Values of rho: positive, and falling in r."""
    with precision(96), evidence.certified(CLAIM, "values", f"rho > 0 and falls, {law} law, d = 1 to 9") as proofs:
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
    with (
        precision(64),
        evidence.certified(CLAIM, "mass", f"mass of rho against the integral of g, {law} law") as proofs,
    ):
        for d in (3, 5, 7):
            population = LAWS[law](d)
            mass, total = enclosed_mass(population, 1e-6), enclosed_total_weight(population, 1e-6)
            proofs.at_most(abs(mass - total), Fraction(1, 10**5), f"the mass at d = {d}")
            proofs.encloses(f"int g, d = {d}", total, 6)


@pytest.mark.parametrize("law", LAWS)
def test_centre(evidence: Evidence, law: str) -> None:
    """The growth at the centre, in balls; in the plane it is logarithmic, in floats."""
    small = Fraction(1, 1000)
    with precision(96), evidence.certified(CLAIM, "centre", f"growth of rho at the centre, {law} law") as proofs:
        for d in (3, 4, 5, 7):
            kappa = central_fall(law, d)
            assert float(kappa) == pytest.approx(central_growth(LAWS[law](d)), rel=1e-10)
            expected = kappa * (arb(d) / 2 - 1).gamma() / (2 * arb.pi() ** (arb(d) / 2)) / ball(small) ** (d - 2)
            rho = enclosed_density(LAWS[law](d), ball(small))
            proofs.at_most(abs(rho / expected - 1), Fraction(1, 200), f"d = {d}")
            proofs.encloses(f"kappa, d = {d}", kappa)
    with (
        precision(96),
        evidence.tested(CLAIM, "plane", f"growth of rho at the centre of the plane, {law} law") as tally,
    ):
        population = LAWS[law](2)
        low, high = (float(enclosed_density(population, ball(Fraction(1, n))).mid()) for n in (200, 100))
        assert low - high == pytest.approx(central_growth(population) * math.log(2) / math.pi, rel=2e-2)
        tally.count()


def test_weight_by_hand(evidence: Evidence) -> None:
    """G at the centre and at 1/2 of the sphere in space, where the marginal is uniform, by hand; and how it falls."""
    # P = (1-b)/2, q = (1-b^2)/4, h = (1-b)^2/4
    names = ("smaller-side", "weight-falls", "weight-convex")
    with evidence.tested(CLAIM, names, "g of the sphere in space, by hand; slopes and bends by differences") as tally:
        sphere = UniformSphere(3, ONE)
        by_hand = [5 / 256, 5 / 256, math.sqrt(5) / 16]
        assert sphere.weight(np.array([0.5, -0.5, 0.0])) == pytest.approx(by_hand, rel=1e-14)
        for law, d in itertools.product(LAWS.values(), (2, 3, 5, 8)):
            values = law(d).weight(np.linspace(0, 1, 200))
            assert (np.diff(values) < 0).all()
            assert (np.diff(values, 2) > -1e-16).all()
            tally.count()
        # rho = -g'/(2 pi r), g = (1-b)^3 (1/4 + (1+b)^2/16)^{1/2}/4 for the sphere in space, by differences
        near, far = ((1 - b) ** 3 * math.sqrt(4 + (1 + b) ** 2) / 16 for b in (0.5 - 1e-5, 0.5 + 1e-5))
        rho = float(enclosed_density(sphere, ball(Fraction(1, 2))).mid())
        assert rho == pytest.approx((near - far) / 2e-5 / math.pi, rel=1e-8)


def test_cut(evidence: Evidence) -> None:
    """The representations that the proof of positivity uses: of the square of the tail, over phi^2 and over w^{2a}."""
    with (
        precision(64),
        evidence.certified(CLAIM, "representations", "the representations of P^2 behind the sign of rho") as proofs,
    ):
        for b in RADII:
            at = ball(b)
            Q, phi = Gaussian(1).enclosed_moments(at)
            right = as_laplace_transform(at)
            proofs.at_most(abs((Q / phi) ** 2 - right), Fraction(1, 10**6), "Q^2/phi^2 as a Laplace transform")
            for shape, B in ((2, lambda t: t / 2), (4, lambda t: 3 * (t + t**3 / 3) / 4)):
                population = UniformSphere(shape + 1, ONE)
                P, _ = population.enclosed_moments(at)
                left = across_cut(at, shape, B)
                square = (P / (1 - at**2) ** (arb(shape) / 2)) ** 2
                proofs.at_most(abs(square - left / arb.pi()), Fraction(1, 10**5), f"A^2 on the sphere, a = {shape}/2")


def test_population_bound(evidence: Evidence) -> None:
    """1 + 2|f|_S <= |E grad f|^2 on the normal population, in closed form; with lambda_max for zero thresholds."""
    with evidence.tested(
        CLAIM, "exact-norm", "1 + 2|f|_S <= |E grad f|^2 <= lambda_max on the normal population, d = 1..5"
    ) as tally:

        @settings(max_examples=150)
        @given(gaussian_nets())
        def holds(net: ShallowNetwork) -> None:
            for one in (net, balanced(net)):
                square, norm = mean_gradient_square(one), 1 + 2 * stability_norm(one)
                margin = (square - norm) / square
                assert margin > -1e-12, f"{square} >= {norm} is false at {one!r}"
                tally.add(margin if margin > 1e-12 else None)

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


def test_empirical_weight(evidence: Evidence) -> None:
    """The empirical g converges to g at the rate n^{-1/2}."""
    sizes = (100, 400, 1600, 6400, 25600)
    with evidence.tested(
        CLAIM, "smaller-side", "the empirical g against g, n = 100 to 25600, at the rate n^{-1/2}"
    ) as tally:
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
        with evidence.certified(CLAIM, "general-laws-fail", "a law on two spheres") as proofs:
            proofs.at_most(nine, Fraction(0), "rho is negative for d = 9")
            for d in (3, 5, 7):
                proofs.at_most(Fraction(0), two_spheres_density(d, ball(r), inner, outer, share), f"rho at d = {d}")
        found = f"two spheres, d = 9: rho({r}) = {nine.str(6)}" if nine < 0 else None
        because, variant = "g need not be completely monotone in s", "$\\rho \\ge 0$ for every law in every dimension"
        evidence.control(CLAIM, variant, found, because=because, statement="nonnegative-to-dimension-5")


def refuted(value: arb, claimed: arb, what: str) -> str | None:
    """Words for two balls that do not meet."""
    return None if value.overlaps(claimed) else f"{what}: {value.str(7)} and not {claimed.str(7)}"


def test_controls(evidence: Evidence) -> None:
    """False neighbours of the formulas."""
    b = ball(Fraction(1, 2))
    with precision(64):
        normal, g = Gaussian(3), Gaussian(3).enclosed_weight(b)
        sphere = UniformSphere(3, ONE)
        P, q = normal.enclosed_moments(b)
        other_side = (q + b * (1 - P)) * ((1 - P) ** 2 + q**2).sqrt()
        back = enclosed_radon(normal, b)
        centre, rim = (enclosed_density(sphere, ball(r)) for r in (Fraction(1, 10), Fraction(9, 10)))
        bend = bend_for_two_circles()
        growth = abs(enclosed_density(normal, arb(1) / 1000) / enclosed_density(normal, arb(1) / 100))
        where = "the normal law at b = 1/2"
        for variant, found, because, statement in (
            (
                "the density for $d = 3$ used in the plane",
                refuted(enclosed_density(normal, b, 2), g, f"its marginal on a line of the plane, {where}"),
                "two dimensions up are a derivative, one is half of one",
                "plane",
            ),
            (
                r"$\rho(r) = -g'(r)/(\pi r)$ for $d = 3$, twice as large",
                refuted(2 * back, g, where),
                "a plane has the area 2 pi r dr, both orientations being one plane",
                "two-dimensions-up",
            ),
            (
                "the one-sided weight of the larger side in place of $g$",
                refuted(back, other_side, f"{where}, the hyperplane -v, -b"),
                "g is the smaller of both sides",
                "smaller-side",
            ),
            (
                "$g$ is convex for every law",
                f"two circles, radii 1/2 and 1: second difference at 0.499 {bend.str(4)}" if bend < 0 else None,
                "on a line the density of a circle rises towards its radius",
                "weight-convex",
            ),
            (
                r"$\rho$ is largest where the data are dense",
                f"on the sphere rho(1/10) = {centre.str(6)} and rho(9/10) = {rim.str(6)}" if centre > rim else None,
                "no data are near the centre of the sphere",
                "values",
            ),
            (
                r"$\rho$ bounded at the centre for $d = 3$",
                f"normal law: rho(1/1000)/rho(1/100) = {growth.str(5)}" if growth > 9 else None,
                "g has a kink at 0",
                "centre",
            ),
        ):
            evidence.control(CLAIM, variant, found, because=because, statement=statement)


def test_floats(evidence: Evidence) -> None:
    """The float densities and their transform, at random radii and thresholds."""
    with evidence.tested(
        CLAIM, ("two-dimensions-up", "plane"), "R rho = g in floats at random thresholds and radii of the population"
    ) as tally:

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
