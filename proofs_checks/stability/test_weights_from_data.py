"""weights-from-data: lower bounds of the sharpness by vectors, laws and subsets of the data, and by row sums."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from numerics.enclosure import Enclosure, enclose
from numerics.exact.balls import ball
from numerics.lower_bounds.row_sums import exact_row_sum_bound, row_sum_bound
from numerics.lower_bounds.vectors import subset_bound, vector_bound
from numerics.minimum.stored import stored_networks
from numerics.problem import Problem
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import RationalProblem, dot, normal_form
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import factor, generator
from proofs_checks.instances.weighted_data import (
    ZERO,
    Bound,
    a_spike,
    active_data,
    floats,
    gain,
    indicator,
    merged,
    moments,
    nets_at_random,
    of_law,
    of_subset,
    one_sided,
    refined,
    subset_at_random,
    vector_at_random,
)
from proofs_checks.instances.weighted_variants import FALSE_NEIGHBOURS, Variant
from theory.stability.weights_from_data import CLASS_NETS, REFINED_MINIMA, SUBSET_NETS

CLAIM = "weights-from-data"
STORED = {stored.name: stored for stored in stored_networks()}
REFINED, CLOSED, BY_CLASS = Fraction(97, 100), Fraction(6, 10), Fraction(105, 100)
"""The shares that the statements on MNIST name."""
LEFT_OUT = {
    "64-standardised-0.03": (Fraction(1007, 1000), (14, 15, 20, 51)),
    "64-standardised-0.12": (Fraction(103, 100), (4, 6, 8, 14, 20, 50, 58, 59, 60)),
}
"""By how much a subset is better, and the data that are not in it: left out one by one as long as the bound rises."""


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize(
    ("name", "u", "constant", "roots"),
    [
        # below 0 the datum -1: 2 and 2 sqrt(2), against 3 and sqrt(10) above; amplitude 2
        ("one neuron", (1, 2), Fraction(9, 2), ((Fraction(8), 2),)),
        # the amplitudes 3 and 2 on one point: above it the datum 0, output 1 and lever 1; below 2 and sqrt(10)
        ("both orientations of one hyperplane", (1, -1), Fraction(0), ((Fraction(5), 1),)),
        # one datum is on one side
        ("n = 1", (2,), Fraction(4), ()),
    ],
    ids=["unequal", "both-orientations", "one-datum"],
)
def test_vectors_pinned(
    evidence: Evidence, name: str, u: tuple[int, ...], constant: Fraction, roots: tuple[tuple[Fraction, int], ...]
) -> None:
    """What a vector sees of each side, by hand."""
    net, weights = PINNED[name], tuple(map(Fraction, u))
    with evidence.tested(CLAIM, ("vectors", "shared-hyperplanes"), "bounds by vectors, pinned by hand") as tally:
        found = merged(net.problem, weights)
        assert found.constant == constant
        assert normal_form(found.terms) == roots
        by_numerics = vector_bound(net.network, net.x, weights=np.array(u, dtype=float))
        assert by_numerics == pytest.approx(float((found * (1 / dot(weights, weights))).enclosure()), rel=1e-13)
        tally.count()


def test_bounds(evidence: Evidence) -> None:
    """Every bound against the sharpness, on random rational nets, exactly."""
    draw = random.Random(generator().random())
    with (
        evidence.tested(
            CLAIM,
            ("vectors", "shared-hyperplanes"),
            "bounds by random vectors against the sharpness, in exact arithmetic",
        ) as tally,
        evidence.tested(
            CLAIM,
            ("row-sums", "norm-and-variance"),
            "the bound by the row sums against the sharpness, in exact arithmetic",
        ) as sums,
    ):
        for net in nets_at_random(2000 * factor(), draw):
            u, gram, n = vector_at_random(draw, len(net.x)), net.gram(), len(net.x)
            scale = 1 / dot(u, u)
            own, shared = one_sided(net, u) * scale, merged(net, u) * scale
            assert not own.exceeds(gram), f"{own} exceeds the sharpness at {net}, u = {u}"
            assert not shared.enclosure() > own.enclosure(), f"merging raised the bound at {net}, u = {u}"
            tally.count()
            bound = refined(gram)
            assert not bound.exceeds(gram), f"{bound} exceeds the sharpness at {net}"
            square, _ = moments(gram)
            main_theorem = merged(net, (Fraction(1),) * n) * Fraction(1, n)
            with_norm = Bound(bound.constant - square + main_theorem.constant, main_theorem.terms)
            assert not with_norm.enclosure() > bound.enclosure(), f"{with_norm} exceeds {bound} at {net}"
            sums.count()


def test_laws_and_subsets(evidence: Evidence) -> None:
    """The norm under the uniform law on a subset is the stability norm on its data; all data give the main theorem."""
    draw = random.Random(generator().random())
    with (
        evidence.tested(CLAIM, "laws", "laws on the data against the sharpness, in exact arithmetic") as laws,
        evidence.tested(CLAIM, "subsets", "subsets against the sharpness, in exact arithmetic") as subsets,
    ):
        for net in nets_at_random(300 * factor(), draw):
            n, gram = len(net.x), net.gram()
            sizes = [abs(entry) for entry in vector_at_random(draw, n)]
            law = tuple(size / sum(sizes, ZERO) for size in sizes)
            assert not of_law(net, law).exceeds(gram), f"the law {law} fails at {net}"
            laws.count()
            subset = subset_at_random(draw, n)
            found = of_subset(net, subset)
            uniform = tuple(member / len(subset) for member in indicator(net, subset))
            under_law = of_law(net, uniform)
            assert found.constant == under_law.constant
            assert normal_form(found.terms) == normal_form(under_law.terms)
            assert normal_form(of_subset(net, tuple(range(n))).terms) == normal_form(
                tuple((2 * q, r) for q, r in net.stability_norm())
            )
            assert not found.exceeds(gram), f"the subset {subset} fails at {net}"
            subsets.count()


def test_numerics(evidence: Evidence) -> None:
    """The functions of numerics compute the exact numbers."""
    draw = random.Random(generator().random())
    with evidence.tested(
        CLAIM,
        ("vectors", "shared-hyperplanes", "laws", "subsets", "row-sums"),
        "numerics against exact rational numbers",
    ) as tally:
        for net in nets_at_random(60 * factor(), draw):
            problem, u, subset = floats(net), vector_at_random(draw, len(net.x)), subset_at_random(draw, len(net.x))
            by_vector = float((merged(net, u) * (1 / dot(u, u))).enclosure())
            assert vector_bound(problem, weights=[float(entry) for entry in u]) == pytest.approx(by_vector, rel=1e-12)
            by_subset = float(of_subset(net, subset).enclosure())
            assert subset_bound(problem, subset=list(subset)) == pytest.approx(by_subset, rel=1e-12)
            square, variance = moments(net.gram())
            assert exact_row_sum_bound(problem) == square + variance / square
            assert row_sum_bound(problem) == pytest.approx(float(square + variance / square), rel=1e-12)
            tally.count()


def squared_length_of_deviation(u: tuple[Fraction, ...]) -> Fraction:
    """The sum of (u_j - mean)^2."""
    mean = sum(u, ZERO) / len(u)
    return sum(((entry - mean) ** 2 for entry in u), ZERO)


def test_constant_nets(evidence: Evidence) -> None:
    """A net without active neurons, at random vectors: 1 less the squared deviation, at length 1."""
    draw = random.Random(generator().random())
    with evidence.tested(CLAIM, "constant-nets", "random vectors at a constant net") as tally:
        for _ in range(100 * factor()):
            n = draw.randint(1, 6)
            u = vector_at_random(draw, n)
            dead = RationalProblem.of([[1]], [-9], [5], 0, [[Fraction(draw.randint(-8, 8), 4)] for _ in range(n)])
            found, length = merged(dead, u) * (1 / dot(u, u)), dot(u, u)
            assert normal_form(found.terms) == ()
            assert found.constant == 1 - squared_length_of_deviation(u) / length
            assert (found.constant == 1) == (len(set(u)) == 1)
            assert all(entry == Fraction(1, n) for row in dead.gram() for entry in row)
            tally.add(float(1 - found.constant))


def test_subset_gain(evidence: Evidence) -> None:
    """The data at which some neuron is active, as the subset: the difference by the formula, exactly, and its sign."""
    draw = random.Random(generator().random())
    with evidence.tested(CLAIM, "subset-gain", "the active data as a subset, in exact arithmetic") as tally:
        for net in nets_at_random(400 * factor(), draw):
            subset = active_data(net)
            if not 0 < len(subset) < len(net.x):
                continue
            by_subset, by_all, norm = gain(net, subset)
            ratio = Fraction(len(net.x), len(subset))
            assert by_subset.constant - by_all.constant == -(ratio - 1) / ratio
            left = normal_form((*by_subset.terms, *((-q, r) for q, r in by_all.terms)))
            assert left == normal_form(tuple(((ratio - 1) * q, r) for q, r in norm.terms))
            tally.count()


@pytest.mark.parametrize(
    ("weight", "all_data", "pair"),
    # the side of the one datum: mean 3/(4n), lever 5/(4n), n = 10; in a pair 3/8 and 5/8
    [(1, 1 + Fraction(2 * 15, 1600), Fraction(2, 10) * (1 + Fraction(15, 32))),
     (200, 1 + Fraction(2 * 15 * 200, 1600), Fraction(2, 10) * (1 + Fraction(15 * 200, 32)))],
    ids=["small", "large"],
)  # fmt: skip
def test_spike(evidence: Evidence, weight: int, all_data: Fraction, pair: Fraction) -> None:
    """A feature that one of ten data sees: two data are better where it is large, and worse where it is small."""
    net = a_spike(10, weight)
    gram = net.gram()
    with evidence.tested(CLAIM, "subsets", "a spike at one of ten data, by hand") as tally:
        for subset, expected in ((tuple(range(10)), all_data), ((0, 1), pair)):
            found = of_subset(net, subset)
            assert found.constant + sum((q for q, r in normal_form(found.terms) if r == 1), ZERO) == expected
            assert not found.exceeds(gram)
        assert (pair > all_data) == (weight == 200)
        tally.count()


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_row_sums_pinned(evidence: Evidence, net: Pinned) -> None:
    """The row sums of the Gram matrix worked out by hand, their mean and their variance."""
    with evidence.tested(
        CLAIM, ("row-sums", "norm-and-variance"), "the bound by the row sums, pinned by hand"
    ) as tally:
        n, sums, gram = len(net.x), [sum(row, ZERO) for row in net.gram], net.problem.gram()
        square, variance = moments(gram)
        assert square == net.mean_gradient_square == sum(sums, ZERO) / n**2
        assert square + variance / square == exact_row_sum_bound(net.network, net.x)
        assert square * exact_row_sum_bound(net.network, net.x) == dot(sums, sums) / n**3
        assert not refined(gram).exceeds(gram)
        with_norm = Bound(1 + variance / square, tuple((2 * q, Fraction(r)) for q, r in net.norm))
        assert not with_norm.exceeds(gram)
        tally.count()


def carried(name: str) -> Problem:
    """A carried network on its data."""
    stored = STORED[name]
    return Problem(stored.network, stored.task.x, stored.task.y)


@cache
def enclosed(name: str) -> Enclosure:
    """The enclosures of what the theory says of it."""
    return enclose(carried(name))


def test_row_sums_on_mnist(evidence: Evidence) -> None:
    """How near the bound by the row sums comes to the sharpness on carried networks."""
    with evidence.certified(CLAIM, "row-sums-on-mnist", "the bound by the row sums on carried MNIST networks") as tally:
        for name in REFINED_MINIMA:
            found, bound = enclosed(name), ball(exact_row_sum_bound(carried(name)))
            tally.at_most(ball(REFINED) * found.gram_sharpness, bound, f"{name}: the share of the sharpness")
            distance = found.gram_sharpness - found.mean_gradient_square
            tally.at_most(ball(CLOSED) * distance, bound - found.mean_gradient_square, f"{name}: the distance closed")
            tally.at_most(bound, found.gram_sharpness, f"{name}: the bound")
            tally.encloses(f"share of the sharpness, {name}", bound / found.gram_sharpness, 6)
            evidence.data(STORED[name].task.name, STORED[name].task.digest)


def test_subset_on_mnist(evidence: Evidence) -> None:
    """Subsets that are better than all data, in balls."""
    with evidence.certified(CLAIM, "subset-on-mnist", "subsets that are better than all data") as tally:
        for name in SUBSET_NETS:
            problem, (gained, left_out) = carried(name), LEFT_OUT[name]
            subset = np.setdiff1d(np.arange(problem.n), left_out)
            all_data = 1 + 2 * enclosed(name).stability_norm
            part = 1 + 2 * enclose(problem.network, problem.x[subset]).stability_norm
            better = part * len(subset) / problem.n
            tally.at_most(ball(gained) * all_data, better, f"{name}: the gain")
            tally.encloses(f"ratio of the bounds, {name}", better / all_data, 6)
            assert subset_bound(problem, subset=subset) == pytest.approx(float(better.mid()), rel=1e-12)


def test_class_on_mnist(evidence: Evidence) -> None:
    """One class of digits, with every neuron on its own side, in balls."""
    with evidence.certified(CLAIM, "class-on-mnist", "one class of digits as a subset") as tally:
        for name in CLASS_NETS:
            problem = carried(name)
            subset = np.flatnonzero(problem.labels == 1)
            assert (len(subset), problem.n) == (32, 64)
            all_data = 1 + 2 * enclosed(name).one_sided_norm
            better = (1 + 2 * enclose(problem.network, problem.x[subset]).one_sided_norm) / 2
            tally.at_most(ball(BY_CLASS) * all_data, better, f"{name}: the gain")
            tally.encloses(f"ratio of the bounds, {name}", better / all_data, 6)


@pytest.mark.parametrize(
    ("variant", "check", "because", "statement"), FALSE_NEIGHBOURS.values(), ids=list(FALSE_NEIGHBOURS)
)
def test_control(evidence: Evidence, variant: str, check: Variant, because: str, statement: str) -> None:
    """False neighbours, each refuted at a random rational net, exactly."""
    draw = random.Random(generator().random())
    found = next(filter(None, (check(net, draw) for net in nets_at_random(400, draw))), None)
    evidence.control(CLAIM, variant, found, because=because, statement=statement)
