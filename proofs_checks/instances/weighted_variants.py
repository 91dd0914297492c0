"""False neighbours of the bounds by vectors on the data and by row sums, for controls: how each fails at a net."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

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


FALSE_NEIGHBOURS: Mapping[str, tuple[str, Variant, str, str]] = MappingProxyType(
    {
        "length": (
            "without the square of the length of u",
            not_a_unit_vector,
            "the form of $K$ grows with the square of the length",
            "vectors",
        ),
        "larger-side": (
            "the larger of the two sides of a hyperplane",
            larger_side,
            "the net has its neuron on one side, which may be the smaller one",
            "shared-hyperplanes",
        ),
        "no-factor": (
            "1 + 2|f|_{S,T} at most the sharpness, without n/m",
            no_factor,
            "a matrix of m of the n data has 1/n in front, where their law has 1/m",
            "subsets",
        ),
        "factor": (
            "n/(m + 1) in place of n/m",
            sum_over_subset,
            "at a constant net the bound of all data is an equality",
            "subsets",
        ),
        "undivided": (
            "Var(s) not divided by the squared mean gradient",
            undivided,
            r"where $\norm{q}^2$ is large, $s$ is, and its variance like $\norm{q}^4$",
            "row-sums",
        ),
        "twice": (
            "twice the variance",
            twice,
            r"if $K$ has rank 1 the bound is an equality",
            "row-sums",
        ),
        "data-only": (
            r"$u_j = 1 + \norm{x_j}^2$ is at least as good as equal weights for every net",
            by_length_of_data,
            "at constant nets only equal weights attain the sharpness",
            "constant-nets",
        ),
        "above-one": (
            r"a subset off which no neuron is active is better only if $2\sum_i\abs{a_i}\onesidedweight_i > 1$",
            better_above_one,
            "it is better as soon as the sum exceeds $m/n$",
            "subset-gain",
        ),
    }
)
"""What is said instead, how it fails, why, and the statement that it is a neighbour of."""
