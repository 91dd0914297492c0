"""The weight of the checker: against balls, at the centre by hand, and lines below it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.balls import ball
from numerics.population.isotropic import UniformBall
from proofs_checks.verify.uniform import Tangents, UniformOnBall, arccosine, arctangent, pi, rounded

DIMENSIONS, RADII = st.integers(1, 9), st.sampled_from([Fraction(1, 3), Fraction(1), Fraction(5, 2), Fraction(4)])
SHARES = st.fractions(0, 1, max_denominator=1000).filter(lambda share: share < 1)
TINY = Fraction(1, 2**110)


def between(ends: tuple[Fraction, Fraction], value: arb) -> bool:
    """Whether two numbers are close to one another, and the value between them as far as the ball says."""
    outside = ball(ends[0]) > value or value > ball(ends[1])
    return not outside and 0 <= ends[1] - ends[0] <= TINY


@given(st.fractions(0, 1, max_denominator=10**6))
def test_arctangent(x: Fraction) -> None:
    """Below and above, close together; at 0 and 1 too."""
    with ctx.workprec(300):
        assert between((arctangent(x), arctangent(x, up=True)), ball(x).atan())
        assert between(arccosine(x), ball(x).acos())


def test_pi() -> None:
    with ctx.workprec(300):
        assert between(pi(), arb.pi())


@given(st.fractions(-3, 3))
def test_rounded(value: Fraction) -> None:
    low, high = rounded(value), rounded(value, up=True)
    assert low <= value <= high <= low + Fraction(1, 2**128)


@given(DIMENSIONS, RADII, SHARES)
def test_against_balls(dimension: int, radius: Fraction, share: Fraction) -> None:
    """P, q and g, in dimensions of both kinds and up to the edge."""
    b = share * radius
    own, other = UniformOnBall(dimension, radius), UniformBall(dimension, radius)
    with ctx.workprec(300):
        P, q, _ = own.moments(b)
        expected = other.enclosed_moments(ball(b))
        assert between(P, expected[0])
        assert between(q, expected[1])
        assert between(own.weight(b), other.enclosed_weight(ball(b)))


@pytest.mark.parametrize(("dimension", "density"), [(1, Fraction(1, 8)), (3, Fraction(3, 16))])
def test_density_at_the_centre(dimension: int, density: Fraction) -> None:
    """Of a segment of length 8, and of a ball of radius 4: its volume 4 pi 64/3, its equator 16 pi."""
    P, _, p = UniformOnBall(dimension, Fraction(4)).moments(Fraction(0))
    assert {*P} == {Fraction(1, 2)}
    assert {*p} == {density}


def test_disc_by_hand() -> None:
    """At the centre of the disc of radius 4: q = 8/(3 pi), p = 1/(2 pi), g = q sqrt(1/4 + q^2)."""
    _, q, p = UniformOnBall(2, Fraction(4)).moments(Fraction(0))
    with ctx.workprec(300):
        assert between(q, 8 / (3 * arb.pi()))
        assert between(p, 1 / (2 * arb.pi()))


@given(DIMENSIONS, RADII, SHARES, SHARES)
def test_tangents_are_below(dimension: int, radius: Fraction, share: Fraction, other: Fraction) -> None:
    """A tangent is below g everywhere, and nearly g where it touches."""
    own = UniformOnBall(dimension, radius)
    a, s = own.tangent(share * radius)
    assert a - s * other * radius <= own.weight(other * radius)[0]
    assert own.weight(share * radius)[0] - TINY <= a - s * share * radius
    assert s >= 0


@given(RADII, st.integers(0, 2**20), st.integers(1, 2**18), st.integers(0, 20), SHARES)
def test_lines_in_whole_numbers(radius: Fraction, top: int, bottom: int, level: int, share: Fraction) -> None:
    """Below factor g on all of the ball, and 0 beyond it."""
    factor = Fraction(2**70, 3)
    population = UniformOnBall(2, radius)
    a, s = Tangents(population, factor).near(top, bottom, level)
    assert a - s * share * radius <= factor * population.weight(share * radius)[1]
    if Fraction(top, bottom) >= radius:
        assert (a, s) == (0, 0)


def test_lines_are_near() -> None:
    """Within the square of their distance."""
    population, factor = UniformOnBall(2, Fraction(4)), Fraction(2**64)
    a, s = Tangents(population, factor).near(5, 3, 12)
    assert factor * population.weight(Fraction(5, 3))[1] - (a - s * Fraction(5, 3)) < factor / 2**20


def test_too_near_the_edge() -> None:
    """Where the weight is not told from 0, the line is 0, and nothing is divided by it."""
    a, s = UniformOnBall(32, Fraction(4)).tangent(4 - Fraction(1, 2**16))
    assert a == s == 0


@given(st.integers(1, 12), st.fractions(1, 100), st.fractions(0, 3), st.integers(0, 20))
def test_beyond_the_ball_there_is_no_weight(dimension: int, radius: Fraction, more: Fraction, level: int) -> None:
    """At the radius and farther out the line is 0, however the threshold is written."""
    b = radius * (1 + more)
    tangents = Tangents(UniformOnBall(dimension, radius), Fraction(2**64))
    assert tangents.near(b.numerator, b.denominator, level) == (0, 0)
    assert tangents.near(7 * b.numerator, 7 * b.denominator, level) == (0, 0)
