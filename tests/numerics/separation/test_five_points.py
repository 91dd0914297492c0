"""The five-point certificate and the net that attains its bound."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import lower, upper
from numerics.population.isotropic import UniformBall
from numerics.separation import five_points
from numerics.separation.five_points import decide_hypothesis, envelope, optimum
from numerics.separation.pyramid import pyramid


def disc(radius: int | Fraction) -> UniformBall:
    """X uniform on a disc."""
    return UniformBall(2, Fraction(radius))


def test_measure() -> None:
    """Exactly: pairing 1/2, mass 1, affine functions annihilated."""
    assert five_points.pairing() == Fraction(1, 2)
    assert five_points.total_mass() == 1
    assert set(five_points.affine_moments()) == {Fraction(0)}


@given(st.floats(0, 7), st.floats(-1, 1))
def test_neuron_integral_is_at_most_the_envelope(angle: float, threshold: float) -> None:
    """8 |int relu(<v,x> - b) dmu| <= e(|b|) <= 1 - sqrt(2) |b|."""
    size = 8 * abs(five_points.neuron_integral(arb(angle), arb(threshold)))
    size_up, e = float(upper(size)), float(lower(envelope(arb(abs(threshold)))))
    assert size_up <= e + 1e-12
    assert e <= float(lower(five_points.chord(arb(abs(threshold))))) + 1e-12


def test_envelope_is_attained() -> None:
    """By v = (1, 0) up to b = 1 - 1/sqrt 2, by v = (1, 1)/sqrt 2 beyond."""
    for b, angle in ((0.0, 0.0), (0.2, 0.0), (0.4, math.pi / 4), (0.6, math.pi / 4)):
        size = 8 * abs(float(five_points.neuron_integral(arb(angle), arb(b)).mid()))
        assert size == pytest.approx(float(envelope(arb(b)).mid()), abs=1e-12)


@pytest.mark.parametrize("radius", [Fraction(81, 50), 2, Fraction(5, 2), 4, 10, 1000])
def test_hypothesis_holds(radius: int | Fraction) -> None:
    """Proved, and on a grid of floats."""
    assert decide_hypothesis(disc(radius)).holds
    b = np.linspace(0, 0.7, 500)
    g = disc(radius).weight(b)
    assert (g >= g[0] * np.maximum(1 - 2 * b, math.sqrt(0.5) - b) - 1e-12 * g[0]).all()


@pytest.mark.parametrize("radius", [Fraction(1, 2), 1, Fraction(3, 2), Fraction(1611, 1000)])
def test_hypothesis_fails(radius: int | Fraction) -> None:
    """The counterexample is one, in floats too."""
    found = decide_hypothesis(disc(radius))
    assert not found.holds
    assert found.counterexample is not None
    b = float(found.counterexample)
    g = disc(radius).weight(np.array([0.0, b]))
    assert g[1] < g[0] * max(1 - 2 * b, math.sqrt(0.5) - b)


def test_chord_from_five_halves_on() -> None:
    """The inequality that serves all R >= 5/2, and the chord for particular R and d."""
    assert five_points.slope_margin(Fraction(5, 2)) > 0
    assert five_points.slope_margin(Fraction(12, 5)) < 0
    root = arb(2).sqrt()
    for dimension, radius in ((2, Fraction(5, 2)), (2, 4), (3, 4), (8, 4)):
        assert decide_hypothesis(UniformBall(dimension, Fraction(radius)), five_points.chord, root).holds
    assert not decide_hypothesis(disc(2), five_points.chord, root).holds


def test_undecided_is_an_error() -> None:
    """Between the radii that are proved and refuted, nothing is said."""
    with pytest.raises(ArithmeticError, match="neither proved nor refuted"):
        decide_hypothesis(disc(Fraction(1612, 1000)))


@pytest.mark.parametrize(
    ("radius", "slope"), [(4, Fraction(1, 8)), (4, Fraction(0)), (3, Fraction(15, 64)), (2, Fraction(1, 4))]
)
def test_optimum_is_attained(radius: int, slope: Fraction) -> None:
    """The net's norm is C, its error over the ball is the lower bound, and sampling agrees."""
    found = optimum(radius, slope)
    bound = five_points.lower_bound(disc(radius), found.norm)
    assert bound.contains(arb(found.error.numerator) / found.error.denominator)
    assert lower(five_points.sup_error(radius, slope)) == upper(five_points.sup_error(radius, slope)) == found.error
    reduced = found.network.reduced()
    norm = abs(reduced.amplitudes) @ disc(radius).weight(reduced.thresholds)
    assert norm == pytest.approx(float(found.norm.mid()), rel=1e-12)
    assert found.norm <= five_points.largest_optimal_norm(radius)
    r, angle = np.meshgrid(np.linspace(0, radius, 201), np.linspace(0, 2 * math.pi, 181))
    x = np.column_stack([(r * np.cos(angle)).ravel(), (r * np.sin(angle)).ravel()])
    error = abs(found.network(x) - pyramid(x)).max()
    assert error == pytest.approx(float(found.error), abs=1e-12)


def test_beyond_its_range_the_net_is_worse() -> None:
    """For a larger slope the corner of the ball at |x|_1 = sqrt(2) R is worst."""
    slope = Fraction(1, 4)
    value = five_points.sup_error(4, slope)
    assert value > Fraction(3, 8).numerator / arb(8)
    x = np.array([[4 / math.sqrt(2), 4 / math.sqrt(2)]])
    network = five_points.pyramid_like_network(slope)
    assert abs(network(x) - pyramid(x))[0] == pytest.approx(float(value.mid()), rel=1e-12)
    with pytest.raises(ValueError, match="attains the bound"):
        optimum(4, slope)


def test_known_figures() -> None:
    """The largest norm at R = 4."""
    assert float(five_points.largest_optimal_norm(4).mid()) == pytest.approx(0.59129338, rel=1e-7)


def test_bad_input() -> None:
    """Errors name what is wrong."""
    with pytest.raises(ValueError, match="at least 0"):
        five_points.lower_bound(disc(4), -1)
    with pytest.raises(ValueError, match="no such bound"):
        five_points.lower_bound(disc(1), 1)
    with pytest.raises(ValueError, match="no such bound"):
        optimum(1, Fraction(1, 8))
    with pytest.raises(ValueError, match="attains"):
        optimum(4, Fraction(-1, 8))
    with pytest.raises(ValueError, match="radius >= 1"):
        five_points.sup_error(Fraction(1, 2), 0)
