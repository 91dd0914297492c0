"""False neighbours of the bounds by vectors on the data and by row sums, for controls: how each fails at a net."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from proofs_checks.instances.exact import RationalProblem, dot
from proofs_checks.instances.weighted_data import (
    Bound,
    active_data,
    gain,
    merged,
    moments,
    of_subset,
    subset_at_random,
    vector_at_random,
)

Variant = Callable[[RationalProblem, random.Random], str | None]
"""How a false neighbour fails at a net, in words, or None."""


def exceeding(bound: Bound, net: RationalProblem, what: str) -> str | None:
    """What is said where a bound exceeds the sharpness."""
    if not bound.exceeds(net.gram()):
        return None
    return f"the bound {bound} exceeds the sharpness {net.sharpness(40).str(6, radius=False)}, {what}, at {net}"


def not_a_unit_vector(net: RationalProblem, _: random.Random) -> str | None:
    """The vector of ones as it is."""
    ones = (Fraction(1),) * len(net.x)
    return exceeding(merged(net, ones), net, "u = 1")


def larger_side(net: RationalProblem, draw: random.Random) -> str | None:
    """The larger of the two sides of a hyperplane."""
    u = vector_at_random(draw, len(net.x))
    return exceeding(merged(net, u, max) * (1 / dot(u, u)), net, f"u = {u}")


def no_factor(net: RationalProblem, draw: random.Random) -> str | None:
    """The norm of a subset without the factor."""
    subset = subset_at_random(draw, len(net.x))
    return exceeding(of_subset(net, subset, Fraction(1)), net, f"T = {subset}")


def sum_over_subset(net: RationalProblem, draw: random.Random) -> str | None:
    """n/(m + 1) in place of n/m."""
    subset = subset_at_random(draw, len(net.x))
    return exceeding(of_subset(net, subset, Fraction(len(subset) + 1, len(net.x))), net, f"T = {subset}")


def undivided(net: RationalProblem, _: random.Random) -> str | None:
    """The variance as it is."""
    square, variance = moments(net.gram())
    return exceeding(Bound(square + variance), net, "as |q|^2 + Var(s)")


def twice(net: RationalProblem, _: random.Random) -> str | None:
    """Twice the variance."""
    square, variance = moments(net.gram())
    return exceeding(Bound(square + 2 * variance / square), net, "as |q|^2 + 2 Var(s)/|q|^2")


def by_length_of_data(net: RationalProblem, _: random.Random) -> str | None:
    """u_j = 1 + |x_j|^2, a vector of the data alone, claimed to be at least as good as all data alike."""
    u = tuple(1 + dot(point, point) for point in net.x)
    mine = merged(net, u) * (1 / dot(u, u))
    ones = Bound(Fraction(1), tuple((2 * q, r) for q, r in net.stability_norm()))
    if not mine.enclosure() < ones.enclosure():
        return None
    return f"the bound {mine} of u = {u} is below that of equal weights, {ones}, at {net}"


def better_above_one(net: RationalProblem, _: random.Random) -> str | None:
    """The active data claimed to be better than all only if 2 sum |a| gt > 1."""
    subset = active_data(net)
    if not 0 < len(subset) < len(net.x):
        return None
    by_subset, by_all, norm = gain(net, subset)
    if not (by_subset.enclosure() > by_all.enclosure() and norm.enclosure() < 1):
        return None
    return f"T = {subset} has {by_subset}, all data {by_all}, and 2 sum |a| gt = {norm}, at {net}"
