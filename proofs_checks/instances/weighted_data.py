"""Bounds by vectors on the data in rational numbers, by definition; and small rational nets drawn at random."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from numerics.exact.balls import lower
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from proofs_checks.instances.exact import Matrix, RationalProblem, Terms, Vector, dot, top_at_most, value

ZERO = Fraction(0)
_GRID = 2**41
Choose = Callable[[Fraction, Fraction], Fraction]
"""The smaller of two, or what stands for it in a false neighbour."""


@dataclass(frozen=True)
class Bound:
    """The number constant + sum q sqrt(r), with rational q and r."""

    constant: Fraction
    terms: Terms = ()

    def __mul__(self, factor: Fraction) -> Bound:
        return Bound(factor * self.constant, tuple((factor * q, r) for q, r in self.terms))

    def enclosure(self) -> arb:
        """A ball that contains it, to 256 bits."""
        return value([(self.constant, Fraction(1)), *self.terms])

    def exceeds(self, gram: Matrix) -> bool:
        """Whether lambda_max(K) is below it, by more than 2^-40, decided exactly."""
        # a short fraction below the bound keeps the numbers of the elimination short
        below = Fraction(math.floor(lower(self.enclosure()) * _GRID) - 1, _GRID)
        return top_at_most(gram, below)

    def __str__(self) -> str:
        return f"{float(self.enclosure()):.8g}"


def seen(u: Sequence[Fraction], side: Sequence[Fraction], x: Matrix) -> tuple[Fraction, Fraction]:
    """|sum u_j z_j| and |sum u_j m_j (x_j, 1)|^2 on a side, given by pre-activations that are positive there."""
    chosen = [(weight, t, point) for weight, t, point in zip(u, side, x, strict=True) if t > 0 and weight]
    output = abs(sum((weight * t for weight, t, _ in chosen), ZERO))
    share = sum((weight for weight, _, _ in chosen), ZERO)
    moment = [sum((weight * point[c] for weight, _, point in chosen), ZERO) for c in range(len(x[0]))]
    return output, share**2 + dot(moment, moment)


def one_sided(net: RationalProblem, u: Sequence[Fraction]) -> Bound:
    """(1^T u)^2 + 2 sum |a| w_u over n, each neuron on its own side."""
    columns = tuple(zip(*net.preactivations(), strict=True))
    sides = [(abs(net.w2[i]), *seen(u, columns[i], net.x)) for i in net.neurons if any(net.W1[i])]
    return _bound(net, u, tuple((size * output, lever) for size, output, lever in sides))


def merged(net: RationalProblem, u: Sequence[Fraction], choose: Choose = min) -> Bound:
    """The same with hyperplanes for neurons: |sum of amplitudes| and the smaller side."""
    terms, columns = [], tuple(zip(*net.preactivations(), strict=True))
    for group in net.hyperplanes():
        column = columns[group[0][0]]
        amplitude = abs(sum((net.w2[i] * abs(factor) for i, factor in group), ZERO))
        sides = [seen(u, side, net.x) for side in (column, [-t for t in column])]
        squares = [output**2 * lever for output, lever in sides]
        output, lever = sides[squares.index(choose(*squares))]
        terms.append((amplitude * output, lever))
    return _bound(net, u, tuple(terms))


def _bound(net: RationalProblem, u: Sequence[Fraction], terms: Terms) -> Bound:
    return Bound(sum(u, ZERO) ** 2, tuple((2 * q, r) for q, r in terms)) * Fraction(1, len(net.x))


def indicator(net: RationalProblem, subset: Sequence[int]) -> Vector:
    """1 for the data of the subset, 0 for the others."""
    return tuple(Fraction(j in subset) for j in range(len(net.x)))


def restricted(net: RationalProblem, subset: Sequence[int]) -> RationalProblem:
    """The net on the data of a subset alone."""
    return RationalProblem.of(net.W1, net.b1, net.w2, net.b2, [net.x[j] for j in subset])


def moments(gram: Matrix) -> tuple[Fraction, Fraction]:
    """|q|^2 and Var(s), s = K 1."""
    s = [sum(row, ZERO) for row in gram]
    mean = sum(s, ZERO) / len(s)
    return mean, sum(((entry - mean) ** 2 for entry in s), ZERO) / len(s)


def refined(gram: Matrix) -> Bound:
    """|q|^2 + Var(s)/|q|^2."""
    square, variance = moments(gram)
    return Bound(square + variance / square)


def of_law(net: RationalProblem, law: tuple[Fraction, ...]) -> Bound:
    """(1 + 2|f|_(S,law)) / (n |law|^2)."""
    return merged(net, law) * (1 / dot(law, law))


def of_subset(net: RationalProblem, subset: tuple[int, ...], weight: Fraction | None = None) -> Bound:
    """m/n (1 + 2|f|_(S,T)), from the stability norm on the data of T alone; another factor for m/n where given."""
    factor_of_norm = Fraction(len(subset), len(net.x)) if weight is None else weight
    return Bound(Fraction(1), tuple((2 * q, r) for q, r in restricted(net, subset).stability_norm())) * factor_of_norm


def gain(net: RationalProblem, subset: tuple[int, ...]) -> tuple[Bound, Bound, Bound]:
    """The bounds of a subset and of all data, each neuron on its own side; and 2 sum |a| gt over all data."""
    share = Fraction(len(subset), len(net.x))
    (by_subset, by_all) = (
        Bound(Fraction(1), tuple((2 * q, r) for q, r in each.one_sided_norm()))
        for each in (restricted(net, subset), net)
    )
    return by_subset * share, by_all, Bound(ZERO, by_all.terms)


def floats(net: RationalProblem) -> Problem:
    """The same net in floats; its entries are dyadic."""
    W1, b1, w2 = (np.array(part, dtype=float) for part in (net.W1, net.b1, net.w2))
    return Problem(ShallowNetwork(W1, b1, w2, float(net.b2)), np.array(net.x, dtype=float))


def a_spike(n: int, weight: int) -> RationalProblem:
    """One neuron that sees one of n data, at 3/4, and not the others, at -12/5: all its levers are rational."""
    points = [[Fraction(3, 4)], *([[Fraction(-12, 5)]] * (n - 1))]
    return RationalProblem.of([[1]], [0], [weight], 0, points)


def active_data(net: RationalProblem) -> tuple[int, ...]:
    """The data at which some neuron with w1 != 0 is active."""
    living = [i for i in net.neurons if any(net.W1[i])]
    return tuple(j for j, row in enumerate(net.preactivations()) if any(row[i] > 0 for i in living))


def net_at_random(draw: random.Random) -> RationalProblem:
    """Up to 4 data, d to 2, k to 3, entries in quarters; some neurons share a hyperplane, some data are on kinks."""
    n, d, k = draw.randint(1, 4), draw.randint(1, 2), draw.randint(1, 3)
    rows = [[_entry(draw) for _ in range(d + 1)] for _ in range(k)]
    for i in range(1, k):
        if draw.random() < 0.3:
            factor = draw.choice((Fraction(-2), Fraction(-1), Fraction(1, 2), Fraction(1)))
            rows[i] = [factor * entry for entry in rows[0]]
    points = [[_entry(draw) for _ in range(d)] for _ in range(n)]
    if n > 1 and draw.random() < 0.2:
        points[-1] = points[0]
    return RationalProblem.of(
        [row[:d] for row in rows], [row[d] for row in rows], [_entry(draw) for _ in range(k)], 0, points
    )


def vector_at_random(draw: random.Random, n: int) -> Vector:
    """So many whole numbers of either sign, not all zero."""
    entries = [Fraction(draw.randint(-3, 3)) for _ in range(n)]
    return tuple(entries) if any(entries) else (Fraction(1),) * n


def subset_at_random(draw: random.Random, n: int) -> tuple[int, ...]:
    """Some of n data, at least one."""
    return tuple(sorted(draw.sample(range(n), draw.randint(1, n))))


def nets_at_random(number: int, draw: random.Random) -> Iterator[RationalProblem]:
    """So many of them."""
    for _ in range(number):
        yield net_at_random(draw)


def _entry(draw: random.Random) -> Fraction:
    return Fraction(draw.randint(-8, 8), 4)
