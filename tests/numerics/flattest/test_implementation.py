"""Bounds for every implementation of a function: by definition, by hand, and below all implementations tried."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.arrays.checks import Array
from numerics.flattest.implementation import (
    flattest_implementation_bound,
    implementation_lower_bound,
    validate_vectors,
)
from numerics.flattest.rescaling import flattest
from numerics.gram import gram_sharpness
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from numerics.problem import Problem
from proofs_checks.instances.exact import RationalProblem, close
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, examples, gaussian, grid_examples, net


def by_definition(example: Example, vectors: Array) -> float:
    """Hyperplanes and merged weights in rationals, sums over data and vectors one by one."""
    f, x, n = example.network, example.x, len(example.x)
    exact = RationalProblem.of(f.W1, f.b1, f.w2, f.b2, x)
    total = sum(float(u.sum()) ** 2 for u in vectors)
    for group in exact.hyperplanes():
        merged = abs(sum(float(f.w2[i]) * abs(float(factor)) for i, factor in group))
        roots = []
        for sign in (1, -1):
            t = np.array([max(sign * float(row[group[0][0]]), 0.0) for row in exact.preactivations()])
            hidden = sum(float(u @ t) ** 2 for u in vectors)
            points = np.column_stack([x, np.ones(n)]) * (t > 0)[:, None]
            roots.append(math.sqrt(hidden * sum(float(np.sum((u @ points) ** 2)) for u in vectors)))
        total += 2 * merged * min(roots)
    return total / (n * float(np.sum(vectors**2)))


@settings(max_examples=40)
@given(grid_examples(), st.integers(0, 2**32), st.integers(1, 3))
def test_the_bound_is_that_of_its_definition(example: Example, seed: int, r: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((r, len(example.x)))
    f, x = example.network, example.x
    found = implementation_lower_bound(f, x, vectors=vectors)
    assert found == pytest.approx(by_definition(example, vectors), rel=1e-12)
    assert implementation_lower_bound(f, x, vectors=4 * vectors) == pytest.approx(found, rel=1e-12)


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_at_the_constant_vector_it_is_made_of_the_norm(pinned: Pinned) -> None:
    """1 + 2 |f|_S, worked out by hand."""
    found = implementation_lower_bound(pinned.network, pinned.x, vectors=np.ones((1, len(pinned.x))))
    assert close((found - 1) / 2, pinned.norm)


def test_where_every_inequality_is_an_equality_the_bounds_meet_at_the_sharpness() -> None:
    pinned = PINNED["every inequality an equality"]
    best = flattest_implementation_bound(pinned.network, pinned.x)
    assert best.lower == pytest.approx(289 / 64, rel=1e-12)
    assert best.ceiling == pytest.approx(289 / 64, rel=1e-9)
    assert best.largest_stable_step == pytest.approx(128 / 289, rel=1e-12)


@pytest.mark.parametrize("x", [[[2.0]], [[2.0], [2.0], [2.0]]])
def test_one_datum_once_or_often_is_no_constraint(x: list[list[float]]) -> None:
    """All of it is on one side of every hyperplane, and a constant computes its value: 1, by the output bias."""
    best = flattest_implementation_bound(net([[1.0], [3.0]], [0.0, -1.0], [2.0, -5.0]), x)
    assert best.lower == pytest.approx(1.0, rel=1e-12)
    assert best.ceiling == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize(
    "network", [net([[0.0]], [2.0], [3.0]), net([[1.0]], [-9.0], [3.0]), net([[1.0], [-2.0]], [0.5, -1.0], [2.0, -1.0])]
)
def test_constant_dead_and_cancelling_neurons_cost_nothing(network: ShallowNetwork) -> None:
    best = flattest_implementation_bound(network, [[1.0], [-2.0]])
    assert best.lower == pytest.approx(1.0, rel=1e-9)
    assert best.ceiling == pytest.approx(1.0, rel=1e-9)


def split(network: ShallowNetwork, seed: int) -> ShallowNetwork:
    """The same function: every neuron in two parts of different scales, and a dead one."""
    random = np.random.default_rng(seed)
    part, scales = random.uniform(-1, 2, network.k), 2.0 ** random.integers(-2, 3, 2 * network.k)
    W1, b1 = np.tile(network.W1, (2, 1)), np.tile(network.b1, 2)
    w2 = np.concatenate([part * network.w2, (1 - part) * network.w2])
    dead = np.zeros((1, network.d))
    return ShallowNetwork(
        np.concatenate([scales[:, None] * W1, dead]),
        np.append(scales * b1, -1.0),
        np.append(w2 / scales, 5.0),
        network.b2,
    )


@settings(max_examples=25)
@given(examples(), st.integers(0, 2**32))
def test_no_implementation_is_flatter_and_all_have_one_bound(example: Example, seed: int) -> None:
    f, x = example.network, example.x
    vectors = np.random.default_rng(seed).standard_normal((2, len(x)))
    bound = implementation_lower_bound(f, x, vectors=vectors)
    other = split(f, seed)
    assert implementation_lower_bound(other, x, vectors=vectors) == pytest.approx(bound, rel=1e-9)
    for implementation in (f, other):
        assert bound <= gram_sharpness(implementation, x) * (1 + 1e-9)
    assert bound <= flattest(f, x).upper * (1 + 1e-9)
    # the other orientation differs by an affine function, of which the bound sees nothing
    flipped = ShallowNetwork(-f.W1, -f.b1, f.w2, 0.0)
    assert implementation_lower_bound(flipped, x, vectors=vectors) == pytest.approx(bound, rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_the_best_bound_is_that_of_its_vectors_and_below_its_ceiling(seed: int) -> None:
    example = gaussian(seed, n=8, d=2, k=3)
    f, x = example.network, example.x
    best = flattest_implementation_bound(f, x)
    assert best.lower == pytest.approx(implementation_lower_bound(f, x, vectors=best.vectors), rel=1e-12)
    assert 1 + 2 * stability_norm(f, x) <= best.lower * (1 + 1e-12)
    assert best.lower <= best.ceiling * (1 + 1e-12)
    assert best.ceiling - best.lower <= 1e-3 * best.ceiling
    few = flattest_implementation_bound(f, x, rounds=1)
    assert few.lower <= best.ceiling * (1 + 1e-9)
    # flipping neurons, that is another affine part, changes nothing of what is bounded
    other = flattest_implementation_bound(ShallowNetwork(-f.W1, -f.b1, f.w2, 0.0), x)
    assert other.lower <= best.ceiling * (1 + 1e-9)
    assert best.lower <= other.ceiling * (1 + 1e-9)


def test_a_datum_on_a_hyperplane_is_on_neither_side() -> None:
    # relu(x - 1) at 1, 3, 0: t = 2 above, 1 below; at u = (1, 1, 1) the levers are sqrt(10) and 1
    f, x = net([[1.0]], [-1.0], [2.0]), [[1.0], [3.0], [0.0]]
    found = implementation_lower_bound(f, x, vectors=[[1.0, 1.0, 1.0]])
    assert found == pytest.approx((9 + 2 * 2 * min(2 * math.sqrt(10), 1.0)) / 9, rel=1e-14)
    # at (0, 1, 0) nothing is seen of the lower side
    assert implementation_lower_bound(f, x, vectors=[[0.0, 1.0, 0.0]]) == pytest.approx(1 / 3, rel=1e-14)


@pytest.mark.parametrize(
    ("vectors", "error", "message"),
    [
        ([[0.0, 0.0]], ValueError, "all zero"),
        ([[1.0]], ValueError, "2 entries, one for each of the data, not 1"),
        ([1.0, 1.0], ValueError, "2 axes"),
        ([[1.0, math.nan]], ValueError, r"the vectors must be finite, but the vectors\[0, 1\] is nan"),
        (np.zeros((0, 2)), ValueError, "all zero"),
        ([["1", "2"]], TypeError, "real numbers"),
    ],
)
def test_senseless_vectors_are_refused(vectors: npt.ArrayLike, error: type[Exception], message: str) -> None:
    for refused in (
        lambda: validate_vectors(vectors, 2),
        lambda: implementation_lower_bound(net([[1.0]], [0.0], [1.0]), [[1.0], [2.0]], vectors=vectors),
    ):
        with pytest.raises(error, match=message):
            refused()


def test_other_senseless_input_is_refused() -> None:
    problem = Problem(net([[1.0]], [0.0], [1.0]), [[1.0], [2.0]])
    with pytest.raises(ValueError, match="at least one round, not 0"):
        flattest_implementation_bound(problem, rounds=0)
    with pytest.raises(ValueError, match="1 columns"):
        flattest_implementation_bound(problem.network, [[1.0, 2.0]])
    with pytest.raises(TypeError, match="beside"):
        implementation_lower_bound(problem, [[1.0]], vectors=[[1.0]])
    assert validate_vectors([[1, 0]], 2).dtype == np.float64
