"""The stability norm and the one-sided norm of a network, enclosed by rational numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from proofs_checks.verify.arithmetic import ZERO, dot, products, root
from proofs_checks.verify.network import NetworkOnData

Ends = tuple[Fraction, Fraction]


def sides(f: NetworkOnData, sign: int, radius: Fraction = ZERO) -> list[Ends]:
    """For each neuron, |w1| times the one-sided weight of its hyperplane, on the side of its own orientation or the
    other.

    That is E[(sign t)_+] |E[(X, 1) 1_{sign t > 0}]| for the pre-activation t, for all parameters within a radius in
    the same cell: the mean output changes by at most the radius times the second factor, which is fixed in the cell.
    """
    columns = [[sign * row[i] for row in f.preactivations] for i in range(f.k)]
    masks = [[int(t > 0) for t in column] for column in columns]
    moments = products(masks, list(zip(*f.x, strict=True)))
    found = []
    for column, mask, moment in zip(columns, masks, moments, strict=True):
        mean = Fraction(dot(mask, column), f.n << f.t_bits)
        square = Fraction(dot(moment, moment), f.n**2 << 2 * f.x_bits)
        low, high = root(square), root(square, up=True)
        found.append((max(mean - radius * high, ZERO) * low, (mean + radius * high) * high))
    return found


def one_sided_norm(f: NetworkOnData) -> Ends:
    """sum_i |a_i| gt_i over the neurons with w1_i != 0; |w1| cancels."""
    own = sides(f, 1)
    low = high = ZERO
    for i in range(f.k):
        if any(f.rows[i][:-1]):
            size = Fraction(abs(f.w2[i]), 1 << f.w2_bits)
            low, high = low + size * own[i][0], high + size * own[i][1]
    return low, high


def mean_gradient_square(f: NetworkOnData) -> Fraction:
    """|E grad f|^2 = 1 + sum_i (E[z_i]^2 + w2_i^2 |E[(X, 1) 1_i]|^2)."""
    masks = list(zip(*f.masks, strict=True))
    moments = products(masks, list(zip(*f.x, strict=True))) if f.k else []
    outputs = sum((sum(column) ** 2 for column in zip(*f.hidden, strict=True)), 0)
    levers = sum(w * w * dot(moment, moment) for w, moment in zip(f.w2, moments, strict=True))
    total = Fraction(outputs, 1 << 2 * f.t_bits) + Fraction(levers, 1 << 2 * (f.w2_bits + f.x_bits))
    return 1 + total / f.n**2


def stability_norm(f: NetworkOnData, radius: Fraction = ZERO) -> Ends:
    """|f|_S = sum over hyperplanes of |sum of their amplitudes| min(gt, gt reversed).

    On one hyperplane (w1, b1) is a multiple of the same coprime whole numbers, the first of them positive. Amplitudes
    of either orientation add up, since relu(t) - relu(-t) is affine. A positive radius asks for neurons that are alone
    on their hyperplanes.
    """
    own, other = sides(f, 1, radius), sides(f, -1, radius)
    low = high = ZERO
    for first, multiple, amplitude in _hyperplanes(f):
        # the sides of the first neuron are those of the hyperplane times |multiple|
        weight = Fraction(abs(amplitude), multiple << f.w2_bits)
        low += max(weight - radius, ZERO) * min(own[first][0], other[first][0])
        high += (weight + radius) * min(own[first][1], other[first][1])
    return low, high


def _hyperplanes(f: NetworkOnData) -> Sequence[tuple[int, int, int]]:
    """For each hyperplane its first neuron, how often that holds the coprime numbers, and the sum of w2 times such
    multiples.
    """
    groups: dict[tuple[int, ...], tuple[int, int, int]] = {}
    for i, row in enumerate(f.rows):
        if not any(row[:-1]):
            continue  # a constant belongs to no hyperplane
        multiple = math.gcd(*row)
        sign = 1 if next(filter(None, row)) > 0 else -1
        place = tuple(entry // (sign * multiple) for entry in row)
        first, size, amplitude = groups.get(place, (i, multiple, 0))
        groups[place] = first, size, amplitude + f.w2[i] * multiple
    return list(groups.values())
