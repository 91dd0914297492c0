"""Shallow nets of the plane with rational parameters: their values and their stability norm, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from numerics.exact.root_sums import RootSum
from numerics.separation.planar.dichotomies import PlanarData, Rational


@dataclass(frozen=True)
class Neuron:
    """amplitude relu(<normal, x> - threshold), normal two coprime integers, the first that is not 0 being positive."""

    normal: tuple[int, int]
    threshold: Fraction
    amplitude: Fraction


@dataclass(frozen=True)
class RationalNetwork:
    """f(x) = constant + <slope, x> + sum of neurons, exactly.

    The affine part stands for neurons that are active on all data, or on none; their weight is 0.
    """

    constant: Fraction
    slope: tuple[Fraction, Fraction]
    neurons: tuple[Neuron, ...]

    def __call__(self, point: Sequence[Rational]) -> Fraction:
        """The value f at a rational point."""
        x, y = point
        value = self.constant + self.slope[0] * x + self.slope[1] * y
        for neuron in self.neurons:
            value += neuron.amplitude * max(neuron.normal[0] * x + neuron.normal[1] * y - neuron.threshold, Fraction(0))
        return value

    def stability_norm(self, data: PlanarData) -> RootSum:
        """|f|_S on the data, exactly: on each line the amplitudes add up, and g counts data on the line as inactive."""
        amplitudes: dict[tuple[tuple[int, int], Fraction], Fraction] = {}
        for neuron in self.neurons:
            place = (neuron.normal, neuron.threshold)
            amplitudes[place] = amplitudes.get(place, Fraction(0)) + neuron.amplitude
        return RootSum.combination((abs(a), line_weight(data, *place)) for place, a in amplitudes.items())

    def on_kinks(self, data: PlanarData) -> bool:
        """Whether a neuron with amplitude has a datum on its line."""
        return any(
            neuron.amplitude and neuron.normal[0] * x + neuron.normal[1] * y == neuron.threshold
            for neuron in self.neurons
            for x, y in data.points
        )


def line_weight(data: PlanarData, normal: tuple[int, int], threshold: Fraction) -> RootSum:
    """|w| g of the line {<w,x> = c}: the smaller, over both orientations, of E(<w,x>-c)_+ sqrt(P^2 + |E X 1|^2)."""
    n = data.size
    sides = []
    for sign in (1, -1):
        excess = count = sx = sy = Fraction(0)
        for (x, y), times in zip(data.points, data.multiplicities, strict=True):
            t = sign * (normal[0] * x + normal[1] * y - threshold)
            if t > 0:
                excess, count, sx, sy = excess + times * t, count + times, sx + times * x, sy + times * y
        sides.append((excess / n, (count * count + sx * sx + sy * sy) / n**2))
    excess, square = min(sides, key=lambda side: side[0] ** 2 * side[1])
    # sqrt(a/b) = sqrt(a b)/b
    return RootSum.of(excess / square.denominator, square.numerator * square.denominator)
