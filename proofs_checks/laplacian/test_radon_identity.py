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

from numerics.exact.balls import ball
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from numerics.population.isotropic import UniformBall
from numerics.sobolev.ridgelet import GaussianBump, sphere_area, transformed_back
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
    with evidence.certified(CLAIM, "bump-from-its-neurons", "by enclosed quadrature, to 30 digits") as proofs:
        for d in DIMENSIONS:
            bump = GaussianBump(d)
            for distance in DISTANCES:
                error = transformed_back(bump, distance) - bump_at(distance)
                proofs.at_most(abs(error), RADIUS, f"d = {d}, |x| = {distance}: the bump")
            proofs.at_most(abs(bump.constant(0) - 1), RADIUS, f"d = {d}: no constant, at the origin")
            proofs.encloses(f"|alpha|, d = {d}", bump.total_mass())
    with evidence.certified(CLAIM, "bump-from-its-neurons", "the Laplacian, over the directions") as proofs:
        for d in DIMENSIONS[1:]:
            for distance in DISTANCES:
                square = ball(distance) ** 2
                error = over_directions(d, distance) - (square - d) * bump_at(distance)
                proofs.at_most(abs(error), RADIUS, f"d = {d}, |x| = {distance}: the Laplacian")


def test_closed_forms(evidence: Evidence) -> None:
    """The density in Hermite polynomials for odd d, through Dawson's function for even d, and as a Fourier integral."""
    points = [Fraction(k, 7) for k in (0, 3, 9, 20, 31)]
    with evidence.certified(
        CLAIM, "fourier-form", "the density in Hermite polynomials (odd d) and Dawson's function (even d)"
    ) as proofs:
        for d in DIMENSIONS:
            kappa = 1 / (2 * (2 * arb.pi()) ** (arb(d - 1) / 2))
            for point in points:
                b = ball(point)
                if d % 2:
                    closed = (-1) ** ((d - 1) // 2) * kappa * hermite(d + 1, b) * (-b * b / 2).exp()
                else:
                    closed = -kappa * (2 / arb.pi()).sqrt() * (-1) ** (d // 2) * sine_derivative(d + 1, b)
                error = GaussianBump(d).enclosed_density(b) - closed
                proofs.at_most(abs(error), RADIUS, f"d = {d}, b = {point}")
    with evidence.certified(CLAIM, "fourier-form", "-gamma_d of |omega|^{d+1} times the transform") as proofs:
        for d in DIMENSIONS:
            for point in points:
                error = GaussianBump(d).enclosed_density(ball(point)) - by_fourier(d, point)
                proofs.at_most(abs(error), RADIUS, f"d = {d}, b = {point}")


def test_test_functions(evidence: Evidence) -> None:
    """A neuron against normal test densities: by Stein's identity <f, Delta psi> = E f(m + sZ)(|Z|^2 - d)/s^2."""
    with evidence.tested(
        CLAIM,
        ("smoothed-neuron", "normal-density"),
        "a neuron against the Laplacian of a normal density, by enclosed quadrature",
    ) as tally:
        for offset in (Fraction(-3, 2), Fraction(0), Fraction(1, 5), Fraction(2)):
            for width in (Fraction(1, 3), Fraction(1), Fraction(5, 2)):
                t, s = ball(offset), ball(width)
                paired = neuron_against_normal(t, s)
                radon = (-((t / s) ** 2) / 2).exp() / (s * (2 * arb.pi()).sqrt())
                assert abs(paired - radon) < ball(RADIUS), f"t = {offset}, s = {width}"
                tally.count()


def test_densities(evidence: Evidence) -> None:
    """The densities that the derivations have, against those that are computed; at hand-picked points by hand."""
    names = ("density-on-the-line", "density-in-dimension-3", "density-in-dimension-5", "density-in-the-plane")
    with evidence.tested(CLAIM, (*names, "sine-transform"), "the bump's densities at points, in balls") as tally:
        line = (ball(4) - 1) * (-ball(2)).exp() / 2
        space = -(ball(1) - 6 + 3) * (-ball(Fraction(1, 2))).exp() / (4 * arb.pi())
        five = (ball(1) - 15 + 45 - 15) * (-ball(Fraction(1, 2))).exp() / (8 * arb.pi() ** 2)
        plane = -(2 - 1 + (1 - 3) * sine_derivative(0, arb(1))) / (2 * arb.pi())
        for d, b, by_hand in ((1, 2, line), (3, 1, space), (5, 1, five), (2, 1, plane)):
            assert abs(GaussianBump(d).enclosed_density(arb(b)) - by_hand) < ball(RADIUS)
            tally.count()
        slope = sine_derivative(1, arb(1)) + sine_derivative(0, arb(1))
        assert abs(slope - 1) < ball(RADIUS)


def test_coefficients(evidence: Evidence) -> None:
    """The first coefficients of the bump and of its Laplacian, from the density's moments over the directions."""
    with evidence.tested(CLAIM, ("bump", "laplacian-of-the-bump"), "the Laplacian at 0 and near it, d = 2..5") as tally:
        for d in DIMENSIONS[1:]:
            assert abs(over_directions(d, Fraction(0)) + d) < ball(RADIUS)
            assert abs(GaussianBump(d).constant(0) - 1) < ball(RADIUS)
            near = over_directions(d, Fraction(1, 10**6)) + d
            # (r^2 - d) e^{-r^2/2} = -d + (1 + d/2) r^2 - ...
            assert abs(near * 10**12 - 1 - ball(Fraction(d, 2))) < ball(Fraction(1, 10**10))
            tally.count()


def test_nets_against_test_functions(evidence: Evidence) -> None:
    """Nets in d = 1..5 against normal test densities of any centre and width."""
    with evidence.tested(
        CLAIM,
        ("measure-of-a-net", "normal-density"),
        "nets in d = 1..5 against normal densities",
    ) as tally:

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


def test_weighted_variation_by_hand(evidence: Evidence) -> None:
    """Two data on the line: g at the hyperplane 0 by hand, a neuron of either orientation, and both together."""
    x = np.array([[3.0], [-1.0]])
    # on the left E (-x)_+ = 1/2, the mass 1/2 and the moment 1/2: (1/2) (1/4 + 1/4)^{1/2}; on the right more
    weight_at_zero = math.sqrt(2) / 4
    with evidence.tested(CLAIM, "weighted-variation", "nets on one hyperplane of two data, by hand") as tally:
        for slopes, amplitudes, merged in (
            ([1.0], [2.0], 2.0),
            ([-1.0], [2.0], 2.0),
            ([1.0, -1.0], [2.0, 1.0], 3.0),
            ([1.0, -1.0], [1.0, -1.0], 0.0),
            ([1.0, 1.0], [1.5, -0.5], 1.0),
        ):
            network = ShallowNetwork(np.array(slopes)[:, None], np.zeros(len(slopes)), np.array(amplitudes), 0.0)
            assert weighted_variation(network, x) == pytest.approx(merged * weight_at_zero, abs=1e-14)
            assert stability_norm(network, x) == pytest.approx(merged * weight_at_zero, abs=1e-14)
            tally.count()


def test_weighted_variation_of_nets(evidence: Evidence) -> None:
    """The weighted total variation of a net's measure is its stability norm."""
    with evidence.tested(
        CLAIM, "weighted-variation", "nets: the weighted total variation of the even measure against the stability norm"
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
        CLAIM, "sampled-norm", "|f_k|_S of nets drawn from |alpha| against int g d|alpha|, uniform on the ball"
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
    with evidence.tested(CLAIM, "weighted-variation", "a net on 50 data in the plane") as tally:
        x = np.random.default_rng(3).uniform(-1.5, 1.5, (50, 2))
        network = drawn(2, radius, 500, 1)
        assert weighted_variation(network, x) == pytest.approx(stability_norm(network, x), rel=1e-6)
        tally.count()


def test_control_constant(evidence: Evidence) -> None:
    """Factors of two, the sign, and the power of the Laplacian."""
    value, target = transformed_back(GaussianBump(3), Fraction(1, 2)), bump_at(Fraction(1, 2))
    where, plane = "d = 3, |x| = 1/2: the neurons' integral", "d = 2: the bump's Laplacian at 0, from the neurons,"
    # for d = 2 the directions' integral at the origin is 2 pi times the density at 0
    low, high = (sphere_area(2) * by_fourier(2, Fraction(0), power) for power in (2, 4))
    neurons, fourier = "bump-from-its-neurons", "fourier-form"
    counted, derivatives = (
        "the hyperplanes of both orientations are counted",
        "the transform has d + 1 derivatives by b",
    )
    for variant, other, expected, what, because, statement in (
        (r"$\gamma_d$ twice as large, $(2\pi)^{1-d}$", 2 * value, target, where, counted, neurons),
        (r"$\gamma_d$ half as large", value / 2, target, where, counted, neurons),
        (r"the other sign of $\alpha$", -value, target, where, "a neuron has a positive second derivative", neurons),
        (r"the power $d/2$ in place of $(d+1)/2$", low, arb(-2), plane, derivatives, fourier),
        (r"the power $(d+2)/2$ in place of $(d+1)/2$", high, arb(-2), plane, derivatives, fourier),
    ):
        shown = f"{what} is {other.str(8, radius=False)}, not {expected.str(8, radius=False)}"
        found = shown if abs(other - expected) > ball(RADIUS) else None
        evidence.control(CLAIM, variant, found, because=because, statement=statement)


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
        because="an odd number of derivatives of an even function is odd",
        statement="density-in-the-plane",
    )


def test_control_orientations(evidence: Evidence) -> None:
    """One-sided measures counted at both orientations, and hyperplanes not merged."""
    relu = ShallowNetwork(np.array([[1.0]]), np.zeros(1), np.array([2.0]), 0.0)
    line = ShallowNetwork(np.array([[1.0], [-1.0]]), np.zeros(2), np.array([1.0, -1.0]), 0.0)
    x, centre = np.array([[3.0], [-1.0]]), np.array([0.3])
    bump, half_sphere = bump_at(Fraction(1, 2)), transformed_back(GaussianBump(3), Fraction(1, 2)) / 2
    doubled, laplacian = 2 * paired_with_measure(relu, centre, 1.0), paired_with_laplacian(relu, centre, 1.0)
    apart = float(np.abs(line.canonical().amplitudes) @ weight(line.W1, np.zeros(2), x))
    shared = "the two orientations share the amplitude"
    merged = "amplitudes on one hyperplane add up before the absolute value is taken"
    twice = r"the one-sided measure counted twice, $a\delta_{(v,b)} + a\delta_{(-v,-b)}$"
    for variant, other, exact, what, because, statement in (
        (twice, 2 * weighted_variation(relu, x), stability_norm(relu, x), "2 relu(x)", shared, "weighted-variation"),
        (f"{twice}, against a test function", doubled, laplacian, "2 relu(x), N(0.3, 1)", shared, "measure-of-a-net"),
        ("opposite neurons as two masses", apart, stability_norm(line, x), "x", merged, "weighted-variation"),
    ):
        found = f"f = {what}, data 3 and -1: {other:.6f}, not {exact:.6f}" if abs(other - exact) > 1e-2 else None
        evidence.control(CLAIM, variant, found, because=because, statement=statement)
    evidence.control(
        CLAIM,
        "the density over half of the sphere only, each hyperplane once",
        f"d = 3, |x| = 1/2: half of the bump, {half_sphere.str(8)}" if abs(half_sphere - bump) > ball(RADIUS) else None,
        because="the density counts every hyperplane twice",
        statement="bump-from-its-neurons",
    )
