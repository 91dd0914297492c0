"""The search for scales and certificate: what it keeps is what it says, and closes the gap at multiple eigenvalues."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from numerics.flattest.family import Rescalings
from numerics.flattest.search import Search, search_flattest
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, examples, gaussian, net, tricky


def family_of(example: Example) -> Rescalings:
    return Rescalings(Problem(example.network, example.x))


def symmetric(seed: int, n: int, d: int, k: int) -> Rescalings:
    """An even function on data x and -x, scaled so that odd eigenvectors compete with even ones."""
    example = gaussian(seed, n, d, k, scale=3.0)
    W1, w2 = example.network.W1, example.network.w2
    even = ShallowNetwork(np.concatenate([W1, -W1]), np.zeros(2 * k), np.concatenate([w2, w2]), 0.0)
    return Rescalings(Problem(even, np.concatenate([example.x, -example.x])))


def assert_consistent(family: Rescalings, found: Search) -> None:
    """The bounds are the values of what is kept, in order, and the vectors are on their grid."""
    assert found.lower == family.dual_value(found.vectors)
    assert found.upper == pytest.approx(family.top_eigenpairs(found.log_scales)[0][0], rel=1e-13)
    assert found.lower <= found.upper * (1 + 1e-12)
    assert found.gap == pytest.approx((found.upper - found.lower) / found.upper, abs=1e-15)
    assert np.array_equal(found.vectors * 2.0**48, np.rint(found.vectors * 2.0**48))
    assert np.abs(found.vectors).max() == 1


@settings(max_examples=25)
@given(examples())
def test_bounds_are_those_of_what_is_kept(example: Example) -> None:
    family = family_of(example)
    found = search_flattest(family, 1e-10, 40)
    assert_consistent(family, found)
    assert found.gap < 1e-8


@pytest.mark.parametrize("example", tricky().values(), ids=list(tricky()))
def test_tricky_cases(example: Example) -> None:
    """Among them no neurons, dead and constant ones, duplicated points, and data on kinks."""
    family = family_of(example)
    found = search_flattest(family, 1e-10, 40)
    assert_consistent(family, found)
    assert found.gap < 1e-8


def test_one_datum_is_settled_at_balance() -> None:
    # 1 + 2 |w2| z sqrt(1 + |x|^2) with z = 1/2 + 1 + 4
    found = search_flattest(Rescalings(Problem(net([[1.0, 2.0]], [0.5], [-3.0]), [[1.0, 2.0]])), 1e-10, 40)
    assert found.upper == pytest.approx(1 + 33 * np.sqrt(6.0), rel=1e-14)
    assert (found.method, found.rounds, found.log_scales.tolist()) == ("fixed point", 1, [0.0])


def test_a_coarse_tolerance_is_enough_at_once() -> None:
    family = symmetric(5, 2, 2, 2)
    coarse, fine = (search_flattest(family, tolerance, 40) for tolerance in (0.9, 1e-10))
    assert coarse.rounds == 1
    assert coarse.gap > 0.01
    assert coarse.lower <= fine.lower <= fine.upper <= coarse.upper


def test_rounds_are_limited() -> None:
    found = search_flattest(family_of(gaussian(2, n=6, d=2, k=3)), 1e-14, 2)
    assert found.rounds <= 2


def test_a_double_top_eigenvalue_needs_the_second_method(monkeypatch: pytest.MonkeyPatch) -> None:
    """No single vector is a certificate then, and the fixed point does not settle."""
    family = symmetric(5, 2, 2, 2)
    found = search_flattest(family, 1e-10, 40)
    assert (found.method, len(found.vectors)) == ("interior point", 2)
    assert found.gap < 1e-9
    values = family.top_eigenpairs(found.log_scales, 2)[0]
    assert values[1] == pytest.approx(values[0], rel=1e-6)
    monkeypatch.setattr("numerics.flattest.search._PATIENCE", 1000)
    monkeypatch.setattr("numerics.flattest.search._interior_point", lambda *_: None)
    alone = search_flattest(family, 1e-10, 200)
    assert alone.gap > 0.05
    assert alone.lower <= found.upper
    assert found.lower <= alone.upper


@pytest.mark.parametrize("n", [16, 18])
def test_the_span_of_few_vectors_is_enough_for_many_data(n: int) -> None:
    """On both sides of where all of the space is taken, 32 data."""
    family = symmetric(6, n, 2, 4)
    found = search_flattest(family, 1e-10, 40)
    assert_consistent(family, found)
    assert (found.method, len(found.vectors)) == ("interior point", 2)
    assert found.gap < 1e-9


def test_only_the_best_is_kept() -> None:
    family = family_of(gaussian(1, n=6, d=2, k=3))
    search = Search(family, 1e-10)
    assert (search.upper, search.gap) == (np.inf, 1.0)
    search.try_scales(np.zeros(3))
    upper = search.upper
    values, vectors = search.try_scales(np.full(3, 4.0), 2)
    assert values[0] > upper == search.upper
    assert search.log_scales.tolist() == [0.0] * 3
    lower = search.lower
    assert search.try_vectors(np.eye(6)[:1]) < lower == search.lower
    _, top = family.top_eigenpairs(np.zeros(3))
    # whatever its length
    assert search.try_vectors(1e-3 * top) == search.lower > lower
    assert vectors.shape == (2, 6)
