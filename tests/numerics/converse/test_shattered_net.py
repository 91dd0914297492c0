"""The network trained on noise: its data, its file, its shares, and the way it was trained."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from numerics.converse.shattered_net import DIMENSION, PLAN, SIZE, carried, neuron_shares, noisy_data, retrained
from numerics.network import ShallowNetwork
from numerics.norm import stability_norm
from numerics.problem import Problem
from numerics.training.train import train


def test_data() -> None:
    """In the ball, with radii as the law has them; labels of both kinds."""
    x, y = noisy_data()
    assert x.shape == (SIZE, DIMENSION)
    radii = np.linalg.norm(x, axis=1)
    assert radii.max() < 1
    assert np.mean(radii) == pytest.approx(DIMENSION / (DIMENSION + 1), abs=0.01)
    assert sorted(set(y)) == [-1.0, 1.0]
    assert abs(y.mean()) < 0.2


def test_the_carried_network() -> None:
    """On the grid, nearly interpolating; its shares add up, and the costs to the stability norm."""
    problem, digest = carried()
    assert len(digest) == 64
    for values in (problem.network.W1, problem.network.b1, problem.network.w2):
        assert np.array_equal(np.ldexp(values, 30), np.rint(np.ldexp(values, 30)))
    found = neuron_shares(problem)
    assert np.all(np.diff(found.seen) >= 0)
    assert found.up_to(1.0) == pytest.approx((1.0, 1.0, 1.0))
    assert found.up_to(-1.0) == (0.0, 0.0, 0.0)
    canonical = problem.network.canonical()
    # the costs are shares of the stability norm
    largest = int(np.argmax(np.abs(canonical.amplitudes)))
    alone = ShallowNetwork(
        problem.network.W1[[largest]], problem.network.b1[[largest]], problem.network.w2[[largest]], 0.0
    )
    part = stability_norm(alone, problem.x) / stability_norm(problem)
    assert np.min(np.abs(found.costs - part)) < 1e-12


def test_steps_are_those_of_training() -> None:
    plan = replace(PLAN, width=7, steps=40)
    x, y = noisy_data()
    expected = train(x, y, plan).network
    assert expected is not None
    found = retrained(plan, 40)
    for one, other in ((found.W1, expected.W1), (found.b1, expected.b1), (found.w2, expected.w2)):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-12)
    assert found.b2 == pytest.approx(expected.b2)


def test_divergence() -> None:
    with pytest.raises(ArithmeticError, match="diverged"):
        retrained(replace(PLAN, width=5, step_size=1e6, warmup_start=1e6), 60)


@pytest.mark.parametrize(
    ("W1", "w2"), [([[1.0], [0.0]], [1.0, 1.0]), ([[1.0], [1.0]], [0.0, 0.0])], ids=["no hyperplane", "no amplitude"]
)
def test_nothing_to_share(W1: list[list[float]], w2: list[float]) -> None:
    network = ShallowNetwork(W1, [0.0, 0.0], w2, 0.0)
    with pytest.raises(ValueError, match="every neuron needs a hyperplane"):
        neuron_shares(Problem(network, [[1.0], [-1.0]]))


def test_a_dead_neuron_sees_nothing() -> None:
    network = ShallowNetwork([[1.0], [1.0]], [-5.0, 0.0], [1.0, 1.0], 0.0)
    found = neuron_shares(Problem(network, [[1.0], [-1.0]]))
    assert found.seen.tolist() == [0.0, 0.5]
    assert found.costs.tolist() == [0.0, 1.0]
