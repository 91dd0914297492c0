"""The rebalanced network: the same function, the sharpness that is said of it, and nothing flatter among rescalings."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

import numerics
from numerics.enclosure import enclose
from numerics.exact.balls import lower, upper
from numerics.flattest.rebalancing import rebalance
from numerics.flattest.rescaling import flattest
from numerics.gram import gram_sharpness
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, examples, gaussian, net, tricky_list


def test_one_datum_in_closed_form() -> None:
    # 1 + s x^2 + (w^2 / s)(1 + x^2) at x = 3/4, w = 2: 1 + 4 * 3/4 * 5/4 at the least, 1 + 9/16 + 25/4 before
    found = rebalance(net([[1.0]], [0.0], [2.0]), [[0.75]])
    low, high = found.gram_sharpness
    assert low <= Fraction(19, 4) * (1 + Fraction(1, 10**12))
    assert high == pytest.approx(4.75, rel=1e-12)
    assert found.least <= Fraction(19, 4)
    assert found.least == pytest.approx(4.75, rel=1e-12)
    assert abs(found.network.W1[0, 0]) == pytest.approx((4 * (1 + 0.75**2) / 0.75**2) ** 0.25, rel=1e-9)
    assert found.largest_stable_step == 2 / high


@settings(max_examples=40)
@given(examples())
def test_the_same_function_and_the_sharpness_said(example: Example) -> None:
    f, x = example.network, example.x
    found = rebalance(f, x)
    sizes = 1 + np.abs(f.w2) @ np.maximum(f.preactivations(x), 0.0).T
    assert np.all(np.abs(found.network(x) - f(x)) <= 1e-13 * sizes)
    ball = enclose(found.network, x).gram_sharpness
    assert found.gram_sharpness == (lower(ball), upper(ball))
    assert found.least <= found.gram_sharpness[1]
    assert found.least == pytest.approx(flattest(f, x).lower, rel=1e-9)
    # data on kinks stay there
    np.testing.assert_array_equal(found.network.preactivations(x) > 0, f.preactivations(x) > 0)
    np.testing.assert_array_equal(found.network.preactivations(x) == 0, f.preactivations(x) == 0)


@pytest.mark.parametrize(
    ("w1", "b1", "x"),
    [(5.7, -(5.7 * 5.9), (5.9, 9.9, 4.9)), (1.1, -(1.1 * 7.0), (7.0, 9.0, 5.0)), (0.3, -0.9, (3.0, 1.0))],
)
def test_data_next_to_a_kink_stay_on_their_side(w1: float, b1: float, x: tuple[float, ...]) -> None:
    """A last digit away from it: another scale would round them across, and K would be that of another pattern."""
    problem = Problem(net([[w1]], [b1], [3.0]), np.array(x)[:, None])
    found = rebalance(problem)
    np.testing.assert_array_equal(found.problem.exact.signs, problem.exact.signs)
    assert found.excess >= 0


@settings(max_examples=25)
@given(examples())
def test_off_kinks_and_shared_hyperplanes_it_is_the_flattest(example: Example) -> None:
    f, x = example.network, example.x
    found = rebalance(f, x)
    assert found.excess >= 0
    apart = len(f.reduced().members) == int(np.count_nonzero(f.W1.any(axis=1)))
    if apart and not np.any(f.preactivations(x) == 0):
        assert found.excess <= 2e-9
        assert found.gram_sharpness[0] <= upper(enclose(f, x).gram_sharpness)


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_cases(name: str, example: Example) -> None:
    found = rebalance(example.network, example.x)
    assert found.least <= found.gram_sharpness[1], name
    assert gram_sharpness(found.network, example.x) == pytest.approx(float(found.gram_sharpness[1]), rel=1e-9)


def test_it_is_idempotent_and_undoes_a_rescaling() -> None:
    example = gaussian(3, n=12, d=3, k=5)
    f, x = example.network, example.x
    once = rebalance(f, x)
    twice, apart = rebalance(once.network, x), rebalance(f.rescaled([1e-3, 10.0, 1.0, 7.0, 1e4]), x)
    for other in (twice, apart):
        np.testing.assert_allclose(other.network.W1, once.network.W1, rtol=1e-4)
        np.testing.assert_allclose(other.network.w2, once.network.w2, rtol=1e-4)
        assert float(other.least) == pytest.approx(float(once.least), rel=1e-9)


def test_a_problem_keeps_its_data_and_labels() -> None:
    example = gaussian(5, n=6, d=2, k=3)
    problem = Problem(example.network, example.x, example.y)
    found = rebalance(problem)
    assert found.problem.x is problem.x
    assert found.problem.y is problem.y
    assert rebalance(example.network, example.x).problem.y is None


def test_a_datum_on_a_kink_stays_there() -> None:
    # 0.1 * 3 - 0.3 is not 0 in floats, but 0.75 * 3 - 2.25 is; a scale with all its bits would move it
    f, x = net([[0.75], [1.5]], [-2.25, 0.3], [0.3, 2.0]), [[3.0], [5.0], [-1.0]]
    found = rebalance(f, x)
    assert found.network.preactivations(x)[0, 0] == 0
    assert float(np.log2(found.network.W1[0, 0] / 0.75)).is_integer()
    assert 0 <= found.excess < Fraction(1, 4)


def test_a_gap_that_does_not_close_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fixed point alone, on symmetric data."""
    f = net([[1.0], [-1.0]], [0.0, 0.0], [2.0, 2.0])
    monkeypatch.setattr("numerics.flattest.search._interior_point", lambda *_: None)
    example = gaussian(5, 2, 2, 2, scale=3.0)
    W1, w2 = example.network.W1, example.network.w2
    f = ShallowNetwork(np.concatenate([W1, -W1]), np.zeros(4), np.concatenate([w2, w2]), 0.0)
    x = np.concatenate([example.x, -example.x])
    with pytest.raises(ArithmeticError, match="further apart than the tolerance"):
        rebalance(f, x)
    assert rebalance(f, x, tolerance=0.9).excess > 1e-6


def test_a_senseless_tolerance_is_refused() -> None:
    example = gaussian(0, 3, 2, 2)
    for tolerance in (0.0, 1.0, -1.0):
        with pytest.raises(ValueError, match="tolerance"):
            rebalance(example.network, example.x, tolerance=tolerance)


def test_it_is_on_the_face() -> None:
    assert numerics.rebalance is rebalance
