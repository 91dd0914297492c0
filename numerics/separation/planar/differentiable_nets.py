"""S* and the nets that are differentiable at the data: they come as near to it as you like, and may not attain it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

from numerics.separation.planar.dichotomies import PlanarData, Rational, dichotomy_rays
from numerics.separation.planar.exact_norm import ExactNorm
from numerics.separation.planar.rational_network import Neuron, RationalNetwork


def only_approached(exact: ExactNorm) -> bool:
    """Whether the dual measure shows that no net differentiable at the data has |f|_S = S*; False shows nothing.

    In a net that attains S* every neuron's constraint is tight. Off the data it lies inside the cone of an activation
    pattern, and there an inequality between linear functions is tight only if it is tight on every extreme ray.
    So S* is not attained if it is positive and every pattern has a ray that is not tight.
    """
    if not exact.norm:
        return False
    data = exact.data
    tight = {(line.normal, line.offset): line.side.square for line in exact.tight}
    loose: dict[frozenset[int], bool] = {}
    for normal, offset, active, excess, one_sided in dichotomy_rays(data):
        if not 0 < len(active) < len(data.points):
            continue
        # on a line with all data on one side the measure pairs to 0
        is_tight = excess == 0 if one_sided else excess**2 * _radicand(data, active) == tight.get((normal, offset))
        loose[active] = loose.get(active, False) or not is_tight
    return all(loose.values())


def differentiable_network(exact: ExactNorm, epsilon: Rational) -> RationalNetwork:
    """A net that interpolates, is differentiable at the data, and has |f|_S -> S* as epsilon -> 0.

    The neurons of the optimal net are moved by epsilon, so that the data on their lines fall on the side on which the
    weight is least; what the values at the data change by is made up for by neurons of amplitude O(epsilon).

    Raises:
        ValueError: epsilon is not positive.
        ArithmeticError: epsilon is so large that a moved line meets another datum.
    """
    if epsilon <= 0:
        raise ValueError(f"epsilon must be positive, not {epsilon}")
    data, net = exact.data, exact.net
    sides = {(line.normal, line.threshold): line.side for line in exact.tight}
    parts = [RationalNetwork(net.constant, net.slope, ())]
    for neuron in net.neurons:
        side = sides[neuron.normal, neuron.threshold]
        parts.append(_moved(data, neuron, side.sign, side.included, Fraction(epsilon)))
    moved = _sum(parts)
    residual = [label - moved(point) for point, label in zip(data.points, data.labels, strict=True)]
    result = _sum([moved, _correction(data, residual)])
    if result.on_kinks(data):
        raise ArithmeticError(f"with epsilon = {epsilon} a line meets a datum; take a smaller one")
    return result


def _moved(data: PlanarData, neuron: Neuron, sign: int, included: Sequence[int], epsilon: Fraction) -> RationalNetwork:
    """The neuron with sign (<w,x> - c) + epsilon h(x) for its argument, h > 0 on the included data of its line only."""
    p, q = neuron.normal
    along = {j: p * y - q * x for j, (x, y) in enumerate(data.points) if p * x + q * y == neuron.threshold}
    inside = [along[j] for j in included]
    outside = [t for j, t in along.items() if j not in included]
    if inside and outside:
        upwards = 1 if max(outside) < min(inside) else -1
        middle = (max(outside) + min(inside)) / 2 if upwards > 0 else (max(inside) + min(outside)) / 2
        tilt, shift = Fraction(upwards), upwards * middle
    else:
        tilt, shift = Fraction(0), Fraction(-1 if inside else 1)
    step = sign * epsilon
    return _neuron(p - step * tilt * q, q + step * tilt * p, neuron.threshold + step * shift, neuron.amplitude)


def _correction(data: PlanarData, residual: Sequence[Fraction]) -> RationalNetwork:
    """Interpolate by neurons of one direction, along which all data differ, with thresholds between them."""
    # no difference of two points is orthogonal to (1, s) for s beyond the largest slope
    slope = 1 + 2 * max(abs(entry) for point in data.whole for entry in point)
    places = sorted((x + slope * y, j) for j, (x, y) in enumerate(data.points))
    parts = [RationalNetwork(residual[places[0][1]], (Fraction(0), Fraction(0)), ())]
    gain, reached = Fraction(0), residual[places[0][1]]
    for (before, _), (here, j) in itertools.pairwise(places):
        middle = (before + here) / 2
        extrapolated = reached + gain * (here - before)
        amplitude = (residual[j] - extrapolated) / (here - middle)
        parts.append(_neuron(Fraction(1), Fraction(slope), middle, amplitude))
        gain, reached = gain + amplitude, residual[j]
    return _sum(parts)


def _neuron(p: Fraction, q: Fraction, threshold: Fraction, amplitude: Fraction) -> RationalNetwork:
    """The neuron amplitude relu(p x_1 + q x_2 - threshold), its normal made two coprime integers as in `Neuron`."""
    common = math.lcm(p.denominator, q.denominator)
    size = Fraction(math.gcd(int(p * common), int(q * common)), common)
    a, b, c, amplitude = p / size, q / size, threshold / size, amplitude * size
    if a > 0 or (a == 0 and b > 0):
        return RationalNetwork(Fraction(0), (Fraction(0), Fraction(0)), (Neuron((int(a), int(b)), c, amplitude),))
    # relu(t) = t + relu(-t)
    flipped = Neuron((int(-a), int(-b)), -c, amplitude)
    return RationalNetwork(-amplitude * c, (amplitude * a, amplitude * b), (flipped,))


def _sum(parts: Sequence[RationalNetwork]) -> RationalNetwork:
    zero = Fraction(0)
    slope = (sum((p.slope[0] for p in parts), zero), sum((p.slope[1] for p in parts), zero))
    neurons = tuple(neuron for part in parts for neuron in part.neurons if neuron.amplitude)
    return RationalNetwork(sum((p.constant for p in parts), zero), slope, neurons)


def _radicand(data: PlanarData, active: frozenset[int]) -> int:
    """n^2 D^2 gamma^2."""
    k = sum(data.multiplicities[j] for j in active)
    moments = [sum(data.multiplicities[j] * data.whole[j][i] for j in active) for i in (0, 1)]
    return (k * data.scale) ** 2 + moments[0] ** 2 + moments[1] ** 2
