"""five-point-separation: sup |f - phi| >= (1/2)(1 - C/(4 g(0))), and equality for small C."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.depth.closed_form import five_points
from numerics.depth.closed_form.five_points import chord, decide_hypothesis, neuron_integral, optimum
from numerics.depth.pyramid import pyramid
from numerics.network import Array, ShallowNetwork
from numerics.population import UniformBall
from numerics.support.balls import ball, lower, upper
from proofs_checks.evidence.ledger import Evidence

CLAIM = "five-point-separation"

RADII = [Fraction(81, 50), Fraction(2), Fraction(5, 2), Fraction(3), Fraction(4), Fraction(10)]
POINTS = np.array([[float(e) for e in point] for point in five_points.MEASURE])


def disc(radius: int | Fraction) -> UniformBall:
    """X uniform on a disc."""
    return UniformBall(2, Fraction(radius))


def random_network(seed: int, k: int, size: float) -> ShallowNetwork:
    """A net near the best one: a few more neurons, of random directions."""
    generator = np.random.default_rng(seed)
    W1 = np.concatenate([np.eye(2), -np.eye(2), generator.normal(size=(k, 2))])
    b1 = np.concatenate([np.zeros(4), generator.uniform(-2, 2, k)])
    w2 = np.concatenate([np.full(4, -generator.uniform(0, 0.25)), size * generator.normal(size=k)])
    return ShallowNetwork(W1, b1, w2, generator.uniform(0.4, 0.7))


def population_norm(network: ShallowNetwork, population: UniformBall) -> float:
    """|f|_S for X uniform on the ball."""
    reduced = network.reduced()
    return float(abs(reduced.amplitudes) @ population.weight(reduced.thresholds))


def error_on(network: ShallowNetwork, x: Array) -> float:
    """The largest |f - phi| on the points x."""
    return float(abs(network(x) - pyramid(x)).max())


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_measure(evidence: Evidence) -> None:
    """The measure, in fractions."""
    with evidence.certified(CLAIM, "pairing 1/2, mass 1, affine functions annihilated, in fractions") as tally:
        tally.equal(five_points.pairing(), Fraction(1, 2), "the pairing")
        tally.equal(five_points.total_mass(), 1, "the mass")
        for moment in five_points.affine_moments():
            tally.equal(moment, 0, "an affine moment")


def test_hypothesis(evidence: Evidence) -> None:
    """g(b) >= g(0) e(b): for all R >= 5/2 by one inequality, for particular R and d in balls."""
    with evidence.certified(CLAIM, "g(b) >= g(0) (1 - sqrt(2) b) in the plane for all R >= 5/2") as tally:
        margin = five_points.slope_margin(Fraction(5, 2))
        tally.at_most(0, margin, "sqrt(2) g(0) is above the bound of -g'")
        # K (sqrt(2) q - 1/2) grows with q = 2R/(3 pi), as both factors do
        _, q = disc(Fraction(5, 2)).enclosed_moments(arb(0))
        tally.at_most(ball(Fraction(1, 2)), arb(2).sqrt() * q, "the margin grows with R")
        tally.encloses("margin at R = 5/2", margin, 8)
    with evidence.certified(CLAIM, "g(b) >= g(0) e(b) at particular R and d, by bisection") as tally:
        intervals = 0
        for dimension, radius in [(2, R) for R in RADII] + [(3, Fraction(2)), (3, Fraction(4)), (8, Fraction(4))]:
            found = decide_hypothesis(UniformBall(dimension, radius))
            assert found.holds, f"d = {dimension}, R = {radius}: false at b = {found.counterexample}"
            tally.count()
            intervals += found.intervals
        for radius in RADII[2:]:
            assert decide_hypothesis(disc(radius), chord, arb(2).sqrt()).holds
            tally.count()
        tally.figures["intervals"] = intervals


def test_radon_bound(evidence: Evidence) -> None:
    """|int relu(<v,x> - b) dmu| <= g(b)/(8 g(0)) on many lines, in balls."""
    population = disc(4)
    start = population.enclosed_weight(arb(0))
    with evidence.certified(CLAIM, "|int relu(<v,x> - b) dmu| <= g(b)/(8 g(0)) on 2080 lines, R = 4") as tally:
        for j in range(1, 65):
            b = ball(Fraction(j, 64))
            weight = population.enclosed_weight(b)
            for i in range(65):
                if j % 2 == i % 2:
                    tally.at_most(8 * start * abs(neuron_integral(ball(Fraction(i, 64)), b)), weight, "the Radon bound")


@pytest.mark.parametrize(
    ("radius", "slope"),
    [
        (4, Fraction(1, 8)),
        (4, Fraction(11, 64)),
        (Fraction(5, 2), Fraction(1, 4)),
        (10, Fraction(1, 16)),
        (4, Fraction(0)),
    ],
    ids=str,
)
def test_attained(evidence: Evidence, radius: int | Fraction, slope: Fraction) -> None:
    """The net (1 + kappa)/2 - kappa |x|_1 has norm C and the error of the bound."""
    with evidence.certified(CLAIM, f"R = {radius}, kappa = {slope}: the net attains the bound") as tally:
        found = optimum(radius, slope)
        largest = five_points.sup_error(radius, slope)
        tally.equal(lower(largest), found.error, "the error of the net")
        tally.equal(upper(largest), found.error, "the error of the net")
        gap = abs(five_points.lower_bound(disc(radius), found.norm) - ball(found.error))
        tally.at_most(gap, Fraction(1, 10**12), "the bound is the error")
        tally.at_most(found.norm, five_points.largest_optimal_norm(radius), "the norm is in the range")
        tally.encloses("C", found.norm)
        tally.figures["error"] = str(found.error)


def test_networks(evidence: Evidence) -> None:
    """Nets near the best one, on the five points alone."""
    with evidence.tested(CLAIM, "nets near the best one: error on the five points against the bound, R = 4") as tally:
        population = disc(4)

        @settings(max_examples=150)
        @given(st.integers(0, 10**6), st.integers(0, 6), st.sampled_from([0.0, 1e-3, 1e-2, 0.1, 1.0]))
        def holds(seed: int, k: int, size: float) -> None:
            network = random_network(seed, k, size)
            bound = 0.5 * (1 - population_norm(network, population) / (4 * population.weight(np.zeros(1))[0]))
            error = error_on(network, POINTS)
            assert error >= bound - 1e-12
            tally.add((error - bound) / error)

        holds()


@pytest.mark.parametrize("radius", [Fraction(1), Fraction(3, 2), Fraction(1611, 1000)], ids=str)
def test_control_radius(evidence: Evidence, radius: Fraction) -> None:
    """Small balls, where g falls too fast: a line on which |int relu dmu| > g/(8 g(0))."""
    b = decide_hypothesis(disc(radius)).counterexample
    assert b is not None
    bound = disc(radius).enclosed_weight(ball(b)) / (8 * disc(radius).enclosed_weight(arb(0)))
    found = None
    for angle, name in ((arb(0), "x_1"), (arb.pi() / 4, "(x_1 + x_2)/sqrt 2")):
        size = abs(neuron_integral(angle, ball(b)))
        if size > bound:
            shown = f"{size.str(11, radius=False)} > {bound.str(11, radius=False)}"
            found = f"on the line {name} = {b}, |int relu dmu| = {shown} = g/(8 g(0))"
    evidence.control(CLAIM, f"the bound for R = {radius}", found)


def test_control_chord(evidence: Evidence) -> None:
    """The straight line 1 - sqrt(2) b is not below g(b)/g(0) at R = 2."""
    b = decide_hypothesis(disc(2), chord, arb(2).sqrt()).counterexample
    evidence.control(
        CLAIM, "g(b) >= g(0) (1 - sqrt(2) b) at R = 2", None if b is None else f"it fails at b = {b}, by enclosure"
    )


def test_controls_constants(evidence: Evidence) -> None:
    """The net that attains the bound refutes all larger ones; beyond the range it is worse."""
    slope = Fraction(1, 8)
    found = optimum(4, slope)
    start = disc(4).enclosed_weight(arb(0))
    for variant, bound in (
        ("C smaller by one percent in the bound", (1 - ball(Fraction(99, 100)) * found.norm / (4 * start)) / 2),
        ("5 g(0) in place of 4 g(0)", (1 - found.norm / (5 * start)) / 2),
        ("half of the mass", 1 - found.norm / (4 * start)),
    ):
        refuted = bound > ball(found.error)
        shown = f"9/16 - |x|_1/8 has error {found.error}, below {bound.str(8, radius=False)}"
        evidence.control(CLAIM, variant, shown if refuted else None)
    beyond = Fraction(1, 5)
    error = five_points.sup_error(4, beyond)
    claimed = (1 - beyond) / 2
    evidence.control(
        CLAIM,
        "the net attains the bound for C beyond 4 g(0)/(sqrt(2) R)",
        f"R = 4, kappa = 1/5: at |x|_1 = 4 sqrt 2 it errs by {error.str(8, radius=False)} > {float(claimed)}"
        if error > ball(claimed)
        else None,
    )


def test_control_measure(evidence: Evidence) -> None:
    """A point moved: an affine net of norm 0 then has a pairing."""
    moved = [
        (p, m) if p != (Fraction(1, 2), Fraction(1, 2)) else ((Fraction(3, 4), p[1]), m)
        for p, m in five_points.MEASURE.items()
    ]
    moment = sum((m * p[0] for p, m in moved), Fraction(0))
    evidence.control(
        CLAIM,
        "the measure with (1/2, 1/2) moved to (3/4, 1/2)",
        f"it does not annihilate x_1, which has norm 0: the integral is {moment}" if moment != 0 else None,
    )
    assert math.isclose(float(moment), -1 / 32)
