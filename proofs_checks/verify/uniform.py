"""The weight g of half-spaces for X uniform on a ball, between rational numbers.

With t = b/R and s = sqrt(1 - t^2), for 0 <= b < R: P = P(<v,X> > b) = c_d J_d, J_d = int_t^1 (1 - x^2)^((d-1)/2) dx,
with the density p = c_d s^(d-1)/R, and q = E <v,X> 1{<v,X> > b} = R c_d s^(d+1)/(d+1). By parts d J_d = (d-1) J_{d-2} -
t s^(d-1), with J_0 = arccos t and J_1 = 1 - t; and c_d = c_{d-2} d/(d-1), with c_0 = 1/pi and c_1 = 1/2.

g = h K, h = q - b P, K = sqrt(P^2 + q^2). As h' = -P, P' = -p and q' = -b p, it falls: -g' = P K + h p (P + b q)/K. And
it is convex, so that its tangents lie below it: since p falls, K g'' >= 3 p P (P + b q) > 0. Both are derived step by
step in the project's claim isotropic-density, in the statements weight-falls and weight-convex.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil, floor

from proofs_checks.verify.arithmetic import ZERO, root

Ends = tuple[Fraction, Fraction]
_UNIT = 1 << 128


def arctangent(x: Fraction, *, up: bool = False) -> Fraction:
    """A number below arctan x, or above it, for 0 <= x <= 1.

    Euler's series: x/(1 + x^2) first, then each term is 2k/(2k+1) x^2/(1 + x^2) times the last, which is less than
    half of it; so what follows a term is together less than the term.
    """
    side = 1 if up else 0
    factor = _whole(x * x / (1 + x * x), side)
    term = total = _whole(x / (1 + x * x), side)
    k = 0
    while term > side:
        k += 1
        term = term * factor * 2 * k // (_UNIT * (2 * k + 1)) + side
        total += term
    return Fraction(total + side * term, _UNIT)


def _whole(value: Fraction, side: int) -> int:
    return value.numerator * _UNIT // value.denominator + side


@cache
def pi() -> Ends:
    """Two numbers, pi between them."""
    return 4 * arctangent(Fraction(1)), 4 * arctangent(Fraction(1), up=True)


def rounded(value: Fraction, *, up: bool = False) -> Fraction:
    """The value rounded down, or up, to a multiple of 2^-128."""
    return Fraction(-_whole(-value, 0) if up else _whole(value, 0), _UNIT)


@dataclass(frozen=True)
class UniformOnBall:
    """X uniform on the ball of radius R > 0 about the origin of R^d, d >= 1. Thresholds b are in [0, R)."""

    dimension: int
    radius: Fraction

    def moments(self, b: Fraction) -> tuple[Ends, Ends, Ends]:
        """P, q and p, each between two numbers."""
        t, odd = b / self.radius, self.dimension % 2
        square = 1 - t * t
        s = root(square), root(square, up=True)

        def power(exponent: int, end: int) -> Fraction:
            return square ** (exponent // 2) * (s[end] if exponent % 2 else 1)

        constant: Ends = (Fraction(1, 2), Fraction(1, 2)) if odd else (1 / pi()[1], 1 / pi()[0])
        tail = (1 - t, 1 - t) if odd else arccosine(t)
        for d in range(2 + odd, self.dimension + 1, 2):
            constant = constant[0] * Fraction(d, d - 1), constant[1] * Fraction(d, d - 1)
            tail = ((d - 1) * tail[0] - t * power(d - 1, 1)) / d, ((d - 1) * tail[1] - t * power(d - 1, 0)) / d
        d, R = self.dimension, self.radius
        densities = [constant[end] * power(d - 1, end) / R for end in (0, 1)]
        means = [density * R * R * square / (d + 1) for density in densities]
        P = rounded(max(constant[0] * tail[0], ZERO)), rounded(constant[1] * tail[1], up=True)
        q = rounded(means[0]), rounded(means[1], up=True)
        p = rounded(densities[0]), rounded(densities[1], up=True)
        return P, q, p

    def weight(self, b: Fraction) -> Ends:
        """The weight g(b) between two numbers."""
        P, q, _ = self.moments(b)
        h, K = _excess(b, P, q), _lever(P, q)
        return h[0] * K[0], h[1] * K[1]

    def tangent(self, b: Fraction) -> Ends:
        """Numbers a and s >= 0 with g(x) >= a - s x for all x in [0, R), near the tangent at b.

        If low <= -g'(b) <= high, then g(x) >= g(b) - high (x - b) for x >= b and g(x) >= g(b) + low (b - x) for x <= b.
        Both are at least g(b) + low b - high x.
        """
        P, q, p = self.moments(b)
        h, K = _excess(b, P, q), _lever(P, q)
        if K[0] == 0:
            return ZERO, ZERO  # b is too near to R to be told from it
        low, high = (P[i] * K[i] + h[i] * p[i] * (P[i] + b * q[i]) / K[1 - i] for i in (0, 1))
        return rounded(h[0] * K[0] + low * b), rounded(high, up=True)


class Tangents:
    """Lines below factor g, in whole numbers: made once for each threshold k R/2^16."""

    FINEST = 16

    def __init__(self, population: UniformOnBall, factor: Fraction) -> None:
        self._population, self._factor = population, factor
        self._known: dict[int, tuple[int, int]] = {}

    def near(self, numerator: int, denominator: int, level: int) -> tuple[int, int]:
        """Whole numbers a, s >= 0 with factor g(x) >= a - s x on [0, R).

        They are near the tangent at the last multiple of R/2^level that b = numerator/denominator is not below; 0 where
        b is not below R.
        """
        radius = self._population.radius
        numerator, denominator = numerator * radius.denominator, denominator * radius.numerator
        if numerator >= denominator:
            return 0, 0
        fineness = min(level, self.FINEST)
        k = ((numerator << fineness) // denominator) << self.FINEST - fineness
        if k not in self._known:
            a, s = self._population.tangent(radius * Fraction(k, 1 << self.FINEST))
            self._known[k] = floor(a * self._factor), ceil(s * self._factor)
        return self._known[k]


def arccosine(t: Fraction) -> Ends:
    """Two numbers, arccos t = 2 arctan sqrt((1 - t)/(1 + t)) between them, for 0 <= t <= 1."""
    square = (1 - t) / (1 + t)
    return 2 * arctangent(root(square)), 2 * arctangent(root(square, up=True), up=True)


def _excess(b: Fraction, P: Ends, q: Ends) -> Ends:
    return max(q[0] - b * P[1], ZERO), q[1] - b * P[0]


def _lever(P: Ends, q: Ends) -> Ends:
    return root(P[0] ** 2 + q[0] ** 2), root(P[1] ** 2 + q[1] ** 2, up=True)
