"""weights-from-data: lower bounds of the sharpness by vectors, laws and subsets of the data."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from numerics.lower_bounds.row_sums import exact_row_sum_bound, row_sum_bound
from numerics.lower_bounds.vectors import subset_bound, vector_bound
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances import weighted_variants as variants
from proofs_checks.instances.exact import RationalProblem, dot, normal_form
from proofs_checks.instances.pinned import PINNED
from proofs_checks.instances.profiles import factor, generator
from proofs_checks.instances.weighted_data import (
    ZERO,
    Bound,
    active_data,
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

CLAIM = "weights-from-data"


def floats(net: RationalProblem) -> Problem:
    """The same net in floats; its entries are dyadic."""
    W1, b1, w2 = (np.array(part, dtype=float) for part in (net.W1, net.b1, net.w2))
    return Problem(ShallowNetwork(W1, b1, w2, float(net.b2)), np.array(net.x, dtype=float))


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
            ("vectors", "shared-hyperplanes", "laws"),
            "bounds by random vectors and laws against the sharpness, in exact arithmetic",
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
            assert subset_bound(problem, subset=subset) == pytest.approx(by_subset, rel=1e-12)
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


def a_spike(n: int, weight: int) -> RationalProblem:
    """One neuron that sees one of n data, at 3/4, and not the others, at -12/5: all its levers are rational."""
    points = [[Fraction(3, 4)], *([[Fraction(-12, 5)]] * (n - 1))]
    return RationalProblem.of([[1]], [0], [weight], 0, points)


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


@pytest.mark.parametrize(
    ("variant", "check", "because", "statement"),
    [
        (
            "without the square of the length of u",
            variants.not_a_unit_vector,
            "the form of $K$ grows with the square of the length",
            "vectors",
        ),
        (
            "the larger of the two sides of a hyperplane",
            variants.larger_side,
            "the net has its neuron on one side, which may be the smaller one",
            "shared-hyperplanes",
        ),
        (
            "1 + 2|f|_{S,T} at most the sharpness, without n/m",
            variants.no_factor,
            "a matrix of m of the n data has 1/n in front, where their law has 1/m",
            "subsets",
        ),
        (
            "n/(m + 1) in place of n/m",
            variants.sum_over_subset,
            "at a constant net the bound of all data is an equality",
            "subsets",
        ),
        (
            "Var(s) not divided by the squared mean gradient",
            variants.undivided,
            r"where $\norm{q}^2$ is large, $s$ is, and its variance like $\norm{q}^4$",
            "row-sums",
        ),
        (
            "twice the variance",
            variants.twice,
            r"if $K$ has rank 1 the bound is an equality",
            "row-sums",
        ),
        (
            r"$u_j = 1 + \norm{x_j}^2$ is at least as good as equal weights for every net",
            variants.by_length_of_data,
            "at constant nets only equal weights attain the sharpness",
            "constant-nets",
        ),
        (
            r"a subset off which no neuron is active is better only if $2\sum_i\abs{a_i}\onesidedweight_i > 1$",
            variants.better_above_one,
            "it is better as soon as the sum exceeds $m/n$",
            "subset-gain",
        ),
    ],
    ids=["length", "larger-side", "no-factor", "factor", "undivided", "twice", "data-only", "above-one"],
)
def test_control(evidence: Evidence, variant: str, check: variants.Variant, because: str, statement: str) -> None:
    """False neighbours, each refuted at a random rational net, exactly."""
    draw = random.Random(generator().random())
    found = next(filter(None, (check(net, draw) for net in nets_at_random(400, draw))), None)
    evidence.control(CLAIM, variant, found, because=because, statement=statement)
