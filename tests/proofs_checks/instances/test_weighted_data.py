"""The exact bounds by vectors on the data: decided on the right side of the sharpness, and what is drawn at random."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from numerics.gram import gram_sharpness
from proofs_checks.instances.exact import RationalProblem
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.weighted_data import (
    Bound,
    a_spike,
    active_data,
    floats,
    indicator,
    nets_at_random,
    of_subset,
    restricted,
    seen,
    subset_at_random,
    vector_at_random,
)


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_a_bound_exceeds_the_sharpness_or_not(pinned: Pinned) -> None:
    gram = pinned.problem.gram()
    top = Fraction(gram_sharpness(pinned.network, pinned.x))
    assert not Bound(top * Fraction(10**9 - 1, 10**9)).exceeds(gram)
    assert Bound(top * Fraction(10**9 + 1, 10**9)).exceeds(gram)


def test_equality_is_not_exceeded() -> None:
    gram = PINNED["n = 1"].problem.gram()
    assert gram == ((Fraction(61),),)
    assert not Bound(Fraction(61)).exceeds(gram)
    assert not Bound(Fraction(60), ((Fraction(1, 2), Fraction(4)),)).exceeds(gram)
    assert Bound(Fraction(60), ((Fraction(1, 2), Fraction(5)),)).exceeds(gram)


def test_what_a_vector_sees() -> None:
    """Of the side of 3 and of 1, with the weights 2 and -1: |6 - 1| and |2 (3, 1) - (1, 1)|^2."""
    x = ((Fraction(3),), (Fraction(1),), (Fraction(-2),))
    assert seen((Fraction(2), Fraction(-1), Fraction(7)), [p[0] for p in x], x) == (Fraction(5), Fraction(25 + 1))


def test_subsets() -> None:
    net = RationalProblem.of([[1]], [0], [2], 0, [[3], [-1], [0]])
    assert active_data(net) == (0,)
    assert indicator(net, (0, 2)) == (Fraction(1), Fraction(0), Fraction(1))
    assert restricted(net, (0, 1)).x == ((Fraction(3),), (Fraction(-1),))
    alone = of_subset(net, (0,))
    assert alone.constant == Fraction(1, 3)
    assert not any(q * r for q, r in alone.terms)


def test_floats_are_the_same_net() -> None:
    net = a_spike(3, 5)
    problem = floats(RationalProblem.of(net.W1, net.b1, net.w2, net.b2, [[Fraction(3, 4)], [Fraction(-5, 2)]]))
    np.testing.assert_array_equal(problem.values, [3.75, 0.0])


def test_drawn_at_random() -> None:
    draw = random.Random(0)
    nets = list(nets_at_random(200, draw))
    assert {len(net.x) for net in nets} == {1, 2, 3, 4}
    assert any(len(group) > 1 for net in nets for group in net.hyperplanes())
    assert any(net.kinks() for net in nets)
    for n in (1, 2, 5):
        assert any(vector_at_random(draw, n))
        subset = subset_at_random(draw, n)
        assert subset == tuple(sorted(set(subset)))
        assert 0 < len(subset) <= n
