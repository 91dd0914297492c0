r"""The Laplacian of a net against psi(x) = (1 - |x|^2)_+^4 in three dimensions, in rational numbers times pi.

Integrated over the plane at height t along a unit vector, Delta psi is pi m(t),

    m(t) = int_{t^2}^1 [48 q (1-q)^2 - 24 (1-q)^3] dq   for |t| <= 1,

and psi is (pi/5)(1 - t^2)^5. Input weights have whole lengths.

>>> net = RationalNet(W1=((2, 3, 6),), b1=(Fraction(7, 2),), w2=(Fraction(1),))
>>> against_laplacian(net) == over_planes(net) == 7 * Fraction(3, 4) ** 5 / 5
True
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.network import ShallowNetwork

Polynomial = tuple[Fraction, ...]
"""Coefficients, the constant one first."""


@dataclass(frozen=True)
class RationalNet:
    """sum_i w2_i relu(<w1_i, x> + b1_i) in three dimensions, each |w1_i| a whole number."""

    W1: tuple[tuple[int, int, int], ...]
    b1: tuple[Fraction, ...]
    w2: tuple[Fraction, ...]

    def in_floats(self) -> ShallowNetwork:
        """The same net for numerics."""
        return ShallowNetwork(
            np.array(self.W1, dtype=float), np.array(self.b1, dtype=float), np.array(self.w2, dtype=float), 0.0
        )


def length(w1: tuple[int, int, int]) -> int:
    """|w1|; raises ``ValueError`` if it is not whole."""
    square = sum(entry * entry for entry in w1)
    root = math.isqrt(square)
    if root * root != square:
        raise ValueError(f"{w1} has no whole length")
    return root


def against_laplacian(net: RationalNet) -> Fraction:
    """The integral of f Delta psi over pi, neuron by neuron along its normal."""
    total = Fraction(0)
    for w1, b1, w2 in zip(net.W1, net.b1, net.w2, strict=True):
        size = length(w1)
        if size == 0:
            total += w2 * max(b1, Fraction(0)) * _integral(_marginal(), Fraction(-1), Fraction(1))
            continue
        start = min(max(-b1 / size, Fraction(-1)), Fraction(1))
        ramp = _times((b1, Fraction(size)), _marginal())
        total += w2 * _integral(ramp, start, Fraction(1))
    return total


def merged(net: RationalNet) -> dict[tuple[Fraction, ...], Fraction]:
    """The sum of the amplitudes w2 |w1| on each plane (v, b), oriented so that the first entry of v is positive."""
    planes: dict[tuple[Fraction, ...], Fraction] = {}
    for w1, b1, w2 in zip(net.W1, net.b1, net.w2, strict=True):
        size = length(w1)
        if size:
            sign = 1 if next(entry for entry in w1 if entry) > 0 else -1
            plane = (*(Fraction(sign * entry, size) for entry in w1), Fraction(-sign) * b1 / size)
            planes[plane] = planes.get(plane, Fraction(0)) + w2 * size
    return planes


def over_planes(net: RationalNet) -> Fraction:
    """The sum over the planes of A_H (R psi)(H), over pi."""
    return sum((amplitude * transform(plane[-1]) for plane, amplitude in merged(net).items()), Fraction(0))


def transform(b: Fraction) -> Fraction:
    """(R psi)(v, b) over pi: (1 - b^2)_+^5 / 5."""
    return max(1 - b**2, Fraction(0)) ** 5 / 5


def _marginal() -> Polynomial:
    """m(t), from the primitive of 48 q (1-q)^2 - 24 (1-q)^3 = -24 + 120 q - 168 q^2 + 72 q^3."""
    primitive = (Fraction(0), Fraction(-24), Fraction(60), Fraction(-56), Fraction(18))
    at_one = sum(primitive, Fraction(0))
    coefficients = [Fraction(0)] * 9
    for power, coefficient in enumerate(primitive):
        coefficients[2 * power] -= coefficient
    coefficients[0] += at_one
    return tuple(coefficients)


def _times(first: Polynomial, second: Polynomial) -> Polynomial:
    product = [Fraction(0)] * (len(first) + len(second) - 1)
    for p, a in enumerate(first):
        for q, b in enumerate(second):
            product[p + q] += a * b
    return tuple(product)


def _integral(polynomial: Polynomial, low: Fraction, high: Fraction) -> Fraction:
    return sum((a * (high ** (p + 1) - low ** (p + 1)) / (p + 1) for p, a in enumerate(polynomial)), Fraction(0))


def only_one(net: RationalNet) -> Fraction:
    """A false formula: the amplitude of the first neuron on each plane alone."""
    kept: dict[tuple[Fraction, ...], Fraction] = {}
    for i in range(len(net.w2)):
        single = RationalNet(net.W1[i : i + 1], net.b1[i : i + 1], net.w2[i : i + 1])
        for plane, amplitude in merged(single).items():
            kept.setdefault(plane, amplitude)
    return sum((amplitude * transform(plane[-1]) for plane, amplitude in kept.items()), Fraction(0))


def subtracted(net: RationalNet) -> Fraction:
    """A false formula: the amplitudes of reflected neurons subtracted."""
    turned = [-w2 if next((e for e in w1 if e), 1) < 0 else w2 for w1, w2 in zip(net.W1, net.w2, strict=True)]
    return over_planes(RationalNet(net.W1, net.b1, tuple(turned)))


def without_lengths(net: RationalNet) -> Fraction:
    """A false formula: w2 in place of w2 |w1|."""
    shorter = [w2 / (length(w1) or 1) for w1, w2 in zip(net.W1, net.w2, strict=True)]
    return over_planes(RationalNet(net.W1, net.b1, tuple(shorter)))
