"""five-point-separation: sup |f - phi| >= (1/2)(1 - C/(4 g(0))), and equality for small C."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball, lower, upper
from numerics.network import Array, ShallowNetwork
from numerics.population.isotropic import UniformBall
from numerics.separation import five_points
from numerics.separation.five_points import chord, decide_hypothesis, neuron_integral, optimum
from numerics.separation.pyramid import pyramid
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.profiles import settings

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


def test_pinned(evidence: Evidence) -> None:
    """The measure in fractions, its moment on two lines, and the weight of one line in closed form."""
    with evidence.tested(CLAIM, "bound", "pairing 1/2, mass 1, affine functions annihilated, in fractions") as tally:
        assert five_points.pairing() == Fraction(1, 2)
        assert five_points.total_mass() == 1
        assert not any(five_points.affine_moments())
        tally.count()
    with evidence.tested(
        CLAIM,
        ("moments-near", "moments-far"),
        "-8 times the moment is 1 - 2b and 1/sqrt 2 - b on the axes and the diagonals",
    ) as tally:
        for b, on_axis in ((Fraction(0), Fraction(1)), (Fraction(1, 4), Fraction(1, 2)), (Fraction(1, 2), Fraction(0))):
            assert -8 * neuron_integral(arb(0), ball(b)) == ball(on_axis)
            on_diagonal = -8 * neuron_integral(arb.pi() / 4, ball(b))
            assert abs(on_diagonal - (1 / arb(2).sqrt() - ball(b))) < ball(Fraction(1, 10**12))
            tally.count()
        assert neuron_integral(arb(0), ball(Fraction(3, 4))) == 0
    with evidence.tested(
        CLAIM, ("smaller-side", "weight"), "g at b = 0 and b = R/2 of the disc, in closed form"
    ) as tally:
        for radius in (Fraction(5, 2), Fraction(4)):
            R = float(radius)
            # P = 1/3 - sqrt(3)/(4 pi) and q = R sqrt(3)/(4 pi) beyond half of the radius
            tail, mean = 1 / 3 - math.sqrt(3) / (4 * math.pi), R * math.sqrt(3) / (4 * math.pi)
            expected = [
                2 * R / (3 * math.pi) * math.hypot(1 / 2, 2 * R / (3 * math.pi)),
                (mean - R / 2 * tail) * math.hypot(tail, mean),
            ]
            np.testing.assert_allclose(disc(radius).weight(np.array([0.0, R / 2])), expected, rtol=1e-12)
            tally.count()


def test_weight_falls_slowly(evidence: Evidence) -> None:
    """g(b) >= g(0) (1 - sqrt(2) b): for all R >= 5/2 by one inequality, for particular R by bisection in balls."""
    with evidence.tested(CLAIM, "weight", "g(b) >= g(0) (1 - sqrt(2) b) in the plane, in balls") as tally:
        margin = five_points.slope_margin(Fraction(5, 2))
        assert margin > 0
        tally.figures["margin at R = 5/2"] = margin.str(8, radius=False)
        for radius in RADII[2:]:
            assert decide_hypothesis(disc(radius), chord, arb(2).sqrt()).holds
            tally.count()


def test_smaller_discs(evidence: Evidence) -> None:
    """g(b) >= g(0) e(b), by bisection, on discs down to a radius of 1.62."""
    with evidence.tested(CLAIM, "bound", "g(b) >= g(0) e(b) at particular radii, by bisection") as tally:
        intervals = 0
        for radius in RADII:
            found = decide_hypothesis(disc(radius))
            assert found.holds, f"R = {radius}: false at b = {found.counterexample}"
            tally.count()
            intervals += found.intervals
        tally.figures["intervals"] = intervals


def test_moments(evidence: Evidence) -> None:
    """|int relu(<v,x> - b) dmu| <= g(b)/(8 g(0)) and <= (1 - sqrt(2) b)_+/8 on many lines, in balls."""
    population = disc(4)
    start = population.enclosed_weight(arb(0))
    with evidence.tested(
        CLAIM,
        ("moments-near", "moments-far"),
        "8 |int relu(<v,x> - b) dmu| <= (1 - sqrt 2 b)_+ and g(b)/g(0), 2080 lines",
    ) as tally:
        for j in range(1, 65):
            b = ball(Fraction(j, 64))
            weight = population.enclosed_weight(b)
            for i in range(65):
                if j % 2 == i % 2:
                    moment = 8 * abs(neuron_integral(ball(Fraction(i, 64)), b))
                    assert moment <= chord(b)
                    assert start * moment <= weight
                    tally.count()


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
    with evidence.tested(
        CLAIM,
        ("norm-of-the-best-net", "attained-inside", "attained-outside", "bound"),
        f"R = {radius}, kappa = {slope}: the net attains the bound",
    ) as tally:
        found = optimum(radius, slope)
        largest = five_points.sup_error(radius, slope)
        assert lower(largest) == upper(largest) == found.error == (1 - slope) / 2
        assert abs(five_points.lower_bound(disc(radius), found.norm) - ball(found.error)) < ball(Fraction(1, 10**12))
        assert found.norm <= five_points.largest_optimal_norm(radius)
        population = disc(radius)
        assert population_norm(found.network, population) == pytest.approx(float(found.norm.mid()), rel=1e-12)
        assert float(found.norm.mid()) == pytest.approx(4 * float(slope) * population.weight(np.zeros(1))[0], rel=1e-12)
        tally.figures |= {"C": found.norm.str(12, radius=False), "error": str(found.error)}
        tally.count()


def test_networks(evidence: Evidence) -> None:
    """Nets near the best one, on the five points alone."""
    with evidence.tested(
        CLAIM, "bound", "nets near the best one: error on the five points against the bound, R = 4"
    ) as tally:
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
    """Small balls, where g falls too fast: a line on which the moment of a neuron exceeds g/(8 g(0))."""
    b = decide_hypothesis(disc(radius)).counterexample
    assert b is not None
    bound = disc(radius).enclosed_weight(ball(b)) / (8 * disc(radius).enclosed_weight(arb(0)))
    found = None
    for angle, name in ((arb(0), "x_1"), (arb.pi() / 4, "(x_1 + x_2)/sqrt 2")):
        size = abs(neuron_integral(angle, ball(b)))
        if size > bound:
            shown = f"{size.str(11, radius=False)} > {bound.str(11, radius=False)}"
            found = f"on the line {name} = {b} the moment is {shown} = g/(8 g(0))"
    evidence.control(
        CLAIM,
        f"the bound for R = {radius}",
        found,
        because="on small discs the weight falls so fast that a line beats the line through the centre",
        statement="bound",
    )


def test_control_chord(evidence: Evidence) -> None:
    """The straight line 1 - sqrt(2) b is not below g(b)/g(0) at R = 2."""
    b = decide_hypothesis(disc(2), chord, arb(2).sqrt()).counterexample
    evidence.control(
        CLAIM,
        "g(b) >= g(0) (1 - sqrt(2) b) at R = 2",
        None if b is None else f"it fails at b = {b}, by enclosure",
        because="the smaller the disc the faster the weight falls",
        statement="weight",
    )


def test_control_moment(evidence: Evidence) -> None:
    """A smaller slope of the bound on the moment, refuted next to the distance of the corners."""
    b = ball(Fraction(7, 10))
    moment = -8 * neuron_integral(arb.pi() / 4, b)
    evidence.control(
        CLAIM,
        "a moment of at most (1 - 3b/2)/8",
        f"on the diagonal at b = 7/10 it is {moment.str(8, radius=False)}/8" if moment > 1 - 3 * b / 2 else None,
        because="a corner is at the distance 1/sqrt 2, where the bound has to be 0",
        statement="moments-near",
    )
    b = ball(Fraction(13, 20))
    moment = -8 * neuron_integral(arb.pi() / 4, b)
    evidence.control(
        CLAIM,
        "no moment for b >= 13/20",
        f"on the diagonal at b = 13/20 it is {moment.str(8, radius=False)}/8" if moment > 0 else None,
        because="the corners are further out, at 1/sqrt 2",
        statement="moments-far",
    )


def test_control_larger_side(evidence: Evidence) -> None:
    """The larger side of a line in place of the smaller one."""
    b = 1.0
    population = disc(4)
    tail, mean = population.probability(np.array([b]))[0], population.partial_mean(np.array([b]))[0]
    larger = float((mean - b * tail + b) * math.hypot(1 - tail, mean))
    found = float(population.weight(np.array([b]))[0])
    evidence.control(
        CLAIM,
        "the side with the centre has the smaller one-sided weight",
        f"R = 4, b = 1: it has {larger:.6f}, the other side {found:.6f}" if larger > found + 1e-6 else None,
        because="more data lie there, and further from the line",
        statement="smaller-side",
    )


def test_controls_constants(evidence: Evidence) -> None:
    """The net that attains the bound refutes all larger ones; beyond the range it is worse."""
    slope = Fraction(1, 8)
    found = optimum(4, slope)
    start = disc(4).enclosed_weight(arb(0))
    for variant, bound, because in (
        (
            "C smaller by one percent in the bound",
            (1 - ball(Fraction(99, 100)) * found.norm / (4 * start)) / 2,
            "equality holds for C itself",
        ),
        ("5 g(0) in place of 4 g(0)", (1 - found.norm / (5 * start)) / 2, "the net's norm is 4 kappa g(0)"),
        ("half of the mass", 1 - found.norm / (4 * start), "the measure has mass 1, and pairs to 1/2"),
    ):
        refuted = bound > ball(found.error)
        shown = f"9/16 - |x|_1/8 has error {found.error}, below {bound.str(8, radius=False)}"
        evidence.control(CLAIM, variant, shown if refuted else None, because=because, statement="bound")
    beyond = Fraction(1, 5)
    error = five_points.sup_error(4, beyond)
    claimed = (1 - beyond) / 2
    evidence.control(
        CLAIM,
        "the net attains the bound for C beyond 4 g(0)/(sqrt(2) R)",
        f"R = 4, kappa = 1/5: at |x|_1 = 4 sqrt 2 it errs by {error.str(8, radius=False)} > {float(claimed)}"
        if error > ball(claimed)
        else None,
        because="at the edge of the disc the net is too low",
        statement="attained-outside",
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
        f"the integral of x_1, which has norm 0, is {moment}" if moment != 0 else None,
        because="it does not annihilate affine functions",
        statement="bound",
    )
    assert moment == Fraction(-1, 32)
