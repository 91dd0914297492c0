"""radon-identity: the stability norm is the weighted total variation of -gamma_d R (-Delta)^{(d+1)/2} f."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import hypothesis
import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import strategies as st

from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from numerics.population import UniformBall
from numerics.sobolev.ridgelet import GaussianBump, sphere_area, transformed_back
from numerics.support.balls import ball
from numerics.weight import weight
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.networks import CASES, Problem, problems
from proofs_checks.instances.radon import (
    by_fourier,
    drawn,
    hermite,
    neuron_against_normal,
    over_directions,
    paired_with_laplacian,
    paired_with_measure,
    population_norm,
    sine_derivative,
    smooth_norm,
    weighted_variation,
)

CLAIM = "radon-identity"
DIMENSIONS = (1, 2, 3, 4, 5)
DISTANCES = (Fraction(1, 3), Fraction(3, 2), Fraction(3))
RADIUS = Fraction(1, 10**30)
"""Every identity of the bump is enclosed to this radius."""


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    """Balls of 150 bits."""
    with ctx.workprec(150):
        yield


def bump_at(distance: Fraction) -> arb:
    """exp(-r^2/2)."""
    return arb((-(ball(distance) ** 2) / 2).exp())


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_transformed_back(evidence: Evidence) -> None:
    """The bump from its neurons, and its Laplacian from their density, by enclosed quadrature."""
    with evidence.certified(CLAIM, "the bump from its neurons by enclosed quadrature, to 30 digits") as proofs:
        for d in DIMENSIONS:
            bump = GaussianBump(d)
            for distance in DISTANCES:
                error = transformed_back(bump, distance) - bump_at(distance)
                proofs.at_most(abs(error), RADIUS, f"d = {d}, |x| = {distance}: the bump")
            proofs.at_most(abs(bump.constant(0) - 1), RADIUS, f"d = {d}: no constant, at the origin")
            proofs.encloses(f"|alpha|, d = {d}", bump.total_mass())
    with evidence.certified(CLAIM, "the Laplacian as the density's integral over the directions") as proofs:
        for d in DIMENSIONS[1:]:
            for distance in DISTANCES:
                square = ball(distance) ** 2
                error = over_directions(d, distance) - (square - d) * bump_at(distance)
                proofs.at_most(abs(error), RADIUS, f"d = {d}, |x| = {distance}: the Laplacian")


def test_closed_forms(evidence: Evidence) -> None:
    """The density in Hermite polynomials for odd d, through Dawson's function for even d, and as a Fourier integral."""
    points = [Fraction(k, 7) for k in (0, 3, 9, 20, 31)]
    with evidence.certified(
        CLAIM, "the density in Hermite polynomials (odd d) and Dawson's function (even d)"
    ) as proofs:
        for d in (*DIMENSIONS, 6, 7):
            kappa = 1 / (2 * (2 * arb.pi()) ** (arb(d - 1) / 2))
            for point in points:
                b = ball(point)
                if d % 2:
                    closed = (-1) ** ((d - 1) // 2) * kappa * hermite(d + 1, b) * (-b * b / 2).exp()
                else:
                    closed = -kappa * (2 / arb.pi()).sqrt() * (-1) ** (d // 2) * sine_derivative(d + 1, b)
                error = GaussianBump(d).enclosed_density(b) - closed
                proofs.at_most(abs(error), RADIUS, f"d = {d}, b = {point}")
        worked = -(ball(1) - 6 + 3) * (-ball(Fraction(1, 2))).exp() / (4 * arb.pi())
        proofs.at_most(
            abs(GaussianBump(3).enclosed_density(arb(1)) - worked), RADIUS, "d = 3: -(1/(4 pi)) He_4(1) e^{-1/2}"
        )
    with evidence.certified(CLAIM, "the density by Fourier: -gamma_d of |omega|^{d+1} times the transform") as proofs:
        for d in DIMENSIONS:
            for point in points:
                error = GaussianBump(d).enclosed_density(ball(point)) - by_fourier(d, point)
                proofs.at_most(abs(error), RADIUS, f"d = {d}, b = {point}")


def test_test_functions(evidence: Evidence) -> None:
    """A neuron against normal test densities: by Stein's identity <f, Delta psi> = E f(m + sZ)(|Z|^2 - d)/s^2."""
    with evidence.certified(
        CLAIM, "a neuron against the Laplacian of a normal density, by enclosed quadrature"
    ) as proofs:
        for offset in (Fraction(-3, 2), Fraction(0), Fraction(1, 5), Fraction(2)):
            for width in (Fraction(1, 3), Fraction(1), Fraction(5, 2)):
                t, s = ball(offset), ball(width)
                paired = neuron_against_normal(t, s)
                radon = (-((t / s) ** 2) / 2).exp() / (s * (2 * arb.pi()).sqrt())
                proofs.at_most(abs(paired - radon), RADIUS, f"t = {offset}, s = {width}")


def test_nets_against_test_functions(evidence: Evidence) -> None:
    """Nets in d = 1..5 against normal test densities of any centre and width."""
    with evidence.tested(CLAIM, "nets in d = 1..5: <f, Delta psi> against the measure's integral of R psi") as tally:

        @hypothesis.given(
            st.integers(1, 5).flatmap(lambda d: problems(d=d, max_n=1)),
            st.integers(0, 2**16),
            st.sampled_from((1.0, 2.0)),
        )
        def property_holds(problem: Problem, seed: int, width: float) -> None:
            network = problem.network
            hypothesis.assume(np.any(network.W1 != 0, axis=1).all())
            centre = np.random.default_rng(seed).normal(size=network.d)
            left = paired_with_laplacian(network, centre, width)
            right = paired_with_measure(network, centre, width)
            size = float(np.abs(network.canonical().amplitudes).sum())
            # the rounding of the differences grows with the thresholds
            reach = 1 + float(np.abs(network.canonical().thresholds).max())
            assert left == pytest.approx(right, abs=2e-6 * size * reach)
            tally.count()

        property_holds()


def test_weighted_variation_of_nets(evidence: Evidence) -> None:
    """The weighted total variation of a net's measure is its stability norm."""
    with evidence.tested(
        CLAIM, "nets: the weighted total variation of the even measure against the stability norm"
    ) as tally:

        def compare(problem: Problem) -> None:
            scale = float(np.abs(problem.network.canonical().amplitudes).sum()) * (1 + float((problem.x**2).sum()))
            expected = stability_norm(problem.network, problem.x)
            assert weighted_variation(problem.network, problem.x) == pytest.approx(expected, rel=1e-7, abs=1e-7 * scale)
            tally.count()

        for problem in CASES.values():
            compare(problem)
        hypothesis.given(problems(max_d=5))(compare)()


def test_weighted_variation_of_the_bump(evidence: Evidence) -> None:
    """The mean of |f_k|_S over drawn nets is int g d|alpha|; single nets come near as the width grows."""
    radius, seeds = 3.0, 40
    with evidence.tested(
        CLAIM, "|f_k|_S of nets drawn from |alpha| against int g d|alpha|, uniform on the ball"
    ) as tally:
        for d in DIMENSIONS:
            exact, population = smooth_norm(d, radius), UniformBall(d, Fraction(3))
            wide = population_norm(drawn(d, radius, 20_000, 7), population)
            norms = [population_norm(drawn(d, radius, 100, seed), population) for seed in range(seeds)]
            deviation = float(np.std(norms))
            # six standard errors; the deviation falls as the root of the width
            assert abs(float(np.mean(norms)) - exact) < 6 * deviation / math.sqrt(seeds)
            assert abs(wide - exact) < 6 * deviation / math.sqrt(200)
            tally.count()
            tally.figures[f"d = {d}"] = f"exact {exact:.6f}, k = 20,000: {wide:.6f}"
    evidence.seed("nets drawn from |alpha|", [*range(seeds), 7])
    with evidence.tested(CLAIM, "the same on 50 data in the plane, both orientations of each hyperplane") as tally:
        x = np.random.default_rng(3).uniform(-1.5, 1.5, (50, 2))
        network = drawn(2, radius, 500, 1)
        assert weighted_variation(network, x) == pytest.approx(stability_norm(network, x), rel=1e-6)
        tally.count()


def test_control_constant(evidence: Evidence) -> None:
    """Factors of two, the sign, and the power of the Laplacian."""
    bump, distance = GaussianBump(3), Fraction(1, 2)
    value, target = transformed_back(bump, distance), bump_at(distance)

    def refuted(other: arb, expected: arb, what: str) -> str | None:
        found = abs(other - expected) > ball(RADIUS)
        return f"{what} is {other.str(8, radius=False)}, not {expected.str(8, radius=False)}" if found else None

    where = "d = 3, |x| = 1/2: the neurons' integral"
    evidence.control(CLAIM, r"$\gamma_d$ twice as large, $(2\pi)^{1-d}$", refuted(2 * value, target, where))
    evidence.control(CLAIM, r"$\gamma_d$ half as large", refuted(value / 2, target, where))
    evidence.control(
        CLAIM, r"the other sign, $\alpha = \gamma_d R(-\Delta)^{(d+1)/2} f$", refuted(-value, target, where)
    )
    for power, name in ((2, "d/2"), (4, "(d+2)/2")):
        # for d = 2 the directions' integral at the origin is 2 pi times the density at 0
        laplacian = sphere_area(2) * by_fourier(2, Fraction(0), power)
        evidence.control(
            CLAIM,
            rf"the power ${name}$ of the Laplacian in place of $(d+1)/2$",
            refuted(laplacian, arb(-2), "d = 2: the Laplacian of the bump at 0, from the neurons,"),
        )


def test_control_hilbert(evidence: Evidence) -> None:
    """In the plane the third derivative in place of its Hilbert transform is odd: nothing is left of it."""
    bump, distance = GaussianBump(2), Fraction(1)

    def local(b: arb) -> arb:
        return -hermite(3, b) * (-b * b / 2).exp() / (2 * (2 * arb.pi()).sqrt())

    even_part = (local(ball(distance)) + local(-ball(distance))) / 2
    exact = bump.enclosed_density(ball(distance))
    found = abs(even_part - exact) > ball(RADIUS)
    evidence.control(
        CLAIM,
        r"$d = 2$ without the Hilbert transform, $\partial_b^3 R f$",
        f"at b = 1 its even part is 0, the density {exact.str(8, radius=False)}" if found else None,
    )


def test_control_orientations(evidence: Evidence) -> None:
    """One-sided measures counted at both orientations, and hyperplanes not merged."""
    relu = ShallowNetwork(np.array([[1.0]]), np.zeros(1), np.array([2.0]), 0.0)
    x = np.array([[3.0], [-1.0]])
    twice, norm = 2 * weighted_variation(relu, x), stability_norm(relu, x)
    evidence.control(
        CLAIM,
        r"the one-sided measure counted twice, $a\delta_{(v,b)} + a\delta_{(-v,-b)}$, for a net",
        f"f = 2 relu(x), data 3 and -1: int g d|alpha| = {twice:.6f}, |f|_S = {norm:.6f}"
        if twice > 1.5 * norm
        else None,
    )
    centre = np.array([0.3])
    doubled, laplacian = 2 * paired_with_measure(relu, centre, 1.0), paired_with_laplacian(relu, centre, 1.0)
    evidence.control(
        CLAIM,
        "the same against a test function",
        f"f = 2 relu(x), psi = N(0.3, 1): {doubled:.6f}, not {laplacian:.6f}" if doubled > 1.5 * laplacian else None,
    )
    half_sphere = transformed_back(GaussianBump(3), Fraction(1, 2)) / 2
    missed = abs(half_sphere - bump_at(Fraction(1, 2))) > ball(RADIUS)
    evidence.control(
        CLAIM,
        "the density over half of the sphere only, each hyperplane once",
        f"d = 3, |x| = 1/2: {half_sphere.str(8, radius=False)}, half of the bump" if missed else None,
    )
    line = ShallowNetwork(np.array([[1.0], [-1.0]]), np.zeros(2), np.array([1.0, -1.0]), 0.0)
    apart = float(np.abs(line.canonical().amplitudes) @ weight(line.W1, np.zeros(2), x))
    evidence.control(
        CLAIM,
        "opposite neurons on one hyperplane as two masses",
        f"relu(x) - relu(-x) = x has |f|_S = {stability_norm(line, x):g}, the masses apart give {apart:.6f}"
        if apart > stability_norm(line, x)
        else None,
    )
