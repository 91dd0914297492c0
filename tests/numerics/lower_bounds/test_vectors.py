"""The bounds by vectors on the data: by definition, against the sharpness, on subsets, and what is refused."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.gram import gram_sharpness
from numerics.lower_bounds.vectors import stability_norm_of_law, subset_bound, vector_bound
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.problem import Problem
from tests.numerics.examples import Example, examples, net, tricky_list


def drawn(example: Example, seed: int) -> Array:
    """Weights of either sign."""
    return np.random.default_rng(seed).standard_normal(len(example.x))


def by_definition(example: Example, u: Array) -> float:
    """Hyperplane by hyperplane, with unit normals, from the reduced form of the network."""
    f, reduced = example.network, example.network.reduced()
    total = u.sum() ** 2
    for members, amplitude in zip(reduced.members, reduced.amplitudes, strict=True):
        chosen = members[int(np.argmax(np.abs(f.W1[members]).max(axis=1)))]
        t = f.preactivations(example.x)[:, chosen] / np.linalg.norm(f.W1[chosen])
        sides = []
        for sign in (1, -1):
            seen = abs(u @ np.maximum(sign * t, 0))
            mask = u * (sign * t > 0)
            sides.append(seen * np.linalg.norm([mask.sum(), *(mask @ example.x)]))
        total += 2 * abs(amplitude) * min(sides)
    return float(total / (len(u) * (u @ u)))


@given(examples(), st.integers(0, 1000))
def test_definition_and_sharpness(example: Example, seed: int) -> None:
    u = drawn(example, seed)
    found = vector_bound(example.network, example.x, weights=u)
    assert found == pytest.approx(by_definition(example, u), rel=1e-9, abs=1e-12)
    assert found <= gram_sharpness(example.network, example.x) * (1 + 1e-9)
    assert vector_bound(example.network, example.x, weights=-1e-200 * u) == pytest.approx(found, rel=1e-9, abs=1e-12)


@given(examples(), st.integers(0, 1000))
def test_norm_of_a_law(example: Example, seed: int) -> None:
    u = np.abs(drawn(example, seed))
    law = u / u.sum()
    bound = vector_bound(example.network, example.x, weights=law) * len(u) * (law @ law)
    for scale in (1e-200, 7.0):
        norm = stability_norm_of_law(example.network, example.x, weights=scale * u)
        assert 1 + 2 * norm == pytest.approx(bound, rel=1e-9)


def test_a_law_is_not_negative() -> None:
    with pytest.raises(ValueError, match="the weights of a law on the data must be at least 0"):
        stability_norm_of_law(net([[1.0]], [0.0], [2.0]), [[3.0], [-1.0]], weights=[1.0, -0.5])


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_constant_vector(name: str, example: Example) -> None:
    problem = Problem(example.network, example.x)
    for scale in (1.0, -3.0):
        found = vector_bound(problem, weights=np.full(problem.n, scale))
        assert found == pytest.approx(1 + 2 * stability_norm(problem), rel=1e-12), name


@given(examples(), st.data())
def test_subset_is_the_norm_on_its_data(example: Example, data: st.DataObject) -> None:
    n = len(example.x)
    subset = sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1)))
    found = subset_bound(example.network, example.x, subset=subset)
    expected = len(subset) / n * (1 + 2 * stability_norm(example.network, example.x[subset]))
    assert found == pytest.approx(expected, rel=1e-10)
    assert found <= gram_sharpness(example.network, example.x) * (1 + 1e-9)


def test_one_datum_sees_no_hyperplane() -> None:
    """It is on one side of each: the bound is 1/n."""
    example = net([[1.0], [-2.0]], [0.25, 0.5], [3.0, 1.0])
    assert subset_bound(example, [[1.0], [-1.0], [2.0]], subset=[2]) == pytest.approx(1 / 3)


def test_a_spike_is_seen_better_by_two_data() -> None:
    """A neuron that sees one of 50 data: the pair of that datum and another one has a norm 25 times as large."""
    network = net([[1.0]], [-0.5], [400.0])
    x = np.array([[1.0], *([[0.0]] * 49)])
    # above the threshold 1/2: mean 1/100, lever sqrt(2)/50; below: mean 49/100, lever 49/50
    assert vector_bound(network, x, weights=np.ones(50)) == pytest.approx(1 + 800 * np.sqrt(2) / 5000, rel=1e-12)
    assert subset_bound(network, x, subset=[0, 1]) == pytest.approx((1 + 800 / 4 * min(np.sqrt(2) / 2, 0.5)) / 25)


def test_no_neurons() -> None:
    network = ShallowNetwork(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 1.0)
    assert vector_bound(network, [[1.0, 2.0], [0.0, 1.0]], weights=[1.0, 3.0]) == pytest.approx(16 / 20)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0], "there must be one weight for each of the 2 data, not 1"),
        ([0.0, 0.0], "all weights are zero"),
        ([1.0, np.nan], "weights"),
        ([[1.0, 2.0]], "weights"),
    ],
    ids=["number", "zero", "nan", "shape"],
)
def test_weights_that_are_none(weights: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        vector_bound(net([[1.0]], [0.0], [2.0]), [[3.0], [-1.0]], weights=weights)


@pytest.mark.parametrize("subset", [[], [0, 0], [2], [-1], [0.5], [[0]]], ids=str)
def test_subsets_that_are_none(subset: list[int]) -> None:
    with pytest.raises(ValueError, match="the subset must"):
        subset_bound(net([[1.0]], [0.0], [2.0]), [[3.0], [-1.0]], subset=subset)
