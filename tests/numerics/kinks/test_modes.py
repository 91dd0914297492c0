"""Modes of networks with data on kinks, and the piecewise linear iteration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.gram import gram_sharpness, mean_gradient_square
from numerics.kinks.modes import KinkMinimum
from numerics.network import ShallowNetwork
from numerics.problem import Problem

LINE = Problem(ShallowNetwork([[1.0]], [0.0], [2.0], 0.0), [[0.0], [3.0], [-1.0]])
"""2 relu(x) with a datum on its kink."""


def moved(network: ShallowNetwork, deviation: np.ndarray) -> ShallowNetwork:
    k, d = network.k, network.d
    W1, b1, w2, b2 = np.split(deviation, [k * d, k * d + k, k * d + 2 * k])
    return ShallowNetwork(network.W1 + W1.reshape(k, d), network.b1 + b1, network.w2 + w2, network.b2 + float(b2[0]))


def test_pinned() -> None:
    minimum = KinkMinimum(LINE)
    assert minimum.pairs == ((0, 0),)
    assert minimum.changes.tolist() == [[0.0, 1.0, 0.0, 0.0]]
    assert minimum.gradients((0.0,)).tolist() == [[0, 0, 0, 1], [6, 2, 3, 1], [0, 0, 0, 1]]
    assert minimum.gradients((1.0,)).tolist() == [[0, 2, 0, 1], [6, 2, 3, 1], [0, 0, 0, 1]]
    # q = (6, 2 + 2 m, 3, 3)/3
    assert minimum.mean_gradient_square((1.0,)) == pytest.approx((36 + 16 + 9 + 9) / 9)


def test_mode_zero_is_the_usual_convention() -> None:
    minimum = KinkMinimum(LINE)
    assert minimum.sharpness((0.0,)) == pytest.approx(gram_sharpness(LINE), rel=1e-12)
    assert minimum.mean_gradient_square((0.0,)) == pytest.approx(mean_gradient_square(LINE), rel=1e-12)


def test_off_kinks_there_is_one_mode() -> None:
    minimum = KinkMinimum(Problem(ShallowNetwork([[1.0]], [0.5], [2.0], 0.0), [[0.0], [3.0]]))
    assert list(minimum.modes()) == [()]
    assert minimum.largest_sharpness() == pytest.approx(gram_sharpness(minimum.problem), rel=1e-12)


def test_equal_data_on_a_kink_and_an_output_weight_zero() -> None:
    problem = Problem(ShallowNetwork([[1.0], [-1.0]], [0.0, 0.0], [2.0, 0.0], 0.0), [[0.0], [0.0], [1.0]])
    minimum = KinkMinimum(problem)
    assert minimum.pairs == ((0, 0), (0, 1), (1, 0), (1, 1))
    # a neuron with output weight 0 has no part in any gradient on its kink
    assert minimum.sharpness((1.0, 0.0, 1.0, 0.0)) == minimum.sharpness((1.0, 1.0, 1.0, 1.0))


def test_near_pairs_count_where_they_are_asked_for() -> None:
    problem = Problem(ShallowNetwork([[1.0]], [1e-9], [2.0], 0.0), [[0.0], [3.0]])
    assert KinkMinimum(problem).pairs == ()
    near = KinkMinimum(problem, near=1e-8)
    assert near.pairs == ((0, 0),)
    # it is active as it stands, and the mode decides instead
    assert near.gradients((0.0,))[0].tolist() == [0.0, 0.0, 1e-9, 1.0]
    assert near.gradients((1.0,))[0].tolist() == [0.0, 2.0, 1e-9, 1.0]


def test_too_many_modes_are_refused() -> None:
    problem = Problem(ShallowNetwork([[1.0]], [0.0], [2.0], 0.0), np.zeros((13, 1)))
    with pytest.raises(ValueError, match=r"13 pairs have 2\^13 modes"):
        list(KinkMinimum(problem).modes())
    with pytest.raises(ValueError, match="a mode has 13 numbers"):
        KinkMinimum(problem).gradients((0.0,))


@given(st.lists(st.integers(-8, 8), min_size=7, max_size=7), st.sampled_from((0.25, 1.0)))
def test_a_step_is_the_true_one_to_first_order(entries: list[int], step_size: float) -> None:
    problem = Problem(ShallowNetwork([[1.0], [-2.0]], [0.0, 2.0], [2.0, -1.0], 0.5), [[0.0], [1.0], [-1.0], [3.0]])
    minimum, deviation = KinkMinimum(problem), np.array(entries) / 8
    size = 1e-6
    network = moved(problem.network, size * deviation)
    residuals = network(problem.x) - problem.values
    true = size * deviation - step_size / problem.n * residuals @ network.gradients(problem.x)
    step = minimum.step(size * deviation[None, :], step_size)[0]
    # data that stay on their kink are inactive in both
    assert np.abs(true - step).max() <= 1e3 * size**2


def test_the_convention_on_a_kink_matters() -> None:
    """From a shifted output bias the datum stays on its kink."""
    minimum = KinkMinimum(LINE)
    shift = np.array([[0.0, 0.0, 0.0, 1.0]])
    for at_zero in (0.0, 0.5, 1.0):
        after = minimum.step(shift, 0.3, at_zero)[0]
        expected = 1 - 0.6 + 0.09 * minimum.mean_gradient_square((at_zero,))
        assert after @ after == pytest.approx(expected, rel=1e-12)


def test_the_largest_sharpness_bounds_the_step() -> None:
    minimum = KinkMinimum(LINE)
    step_size = 2 / minimum.largest_sharpness()
    starts = np.random.default_rng(0).standard_normal((200, 4))
    after = minimum.step(starts, step_size)
    assert np.all(np.linalg.norm(after, axis=1) <= np.linalg.norm(starts, axis=1) * (1 + 1e-12))
