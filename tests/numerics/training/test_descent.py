"""Single steps of gradient descent: loss and update by the formulas on the parameters, state and restoring."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from numerics.network import ShallowNetwork
from numerics.training.descent import STATE, Descent
from tests.numerics.examples import net

X = np.array([[1.0, 2.0], [-1.0, 0.5], [0.25, -3.0]])
Y = np.array([1.0, -1.0, 0.5])


def start() -> ShallowNetwork:
    return net([[1.0, 0.0], [0.5, -1.0]], [0.1, -0.2], [1.5, -0.75], 0.3)


def stepped(network: ShallowNetwork, step_size: float) -> ShallowNetwork:
    """One step on W1, b1, w2 and b2, neuron by neuron."""
    residual = network(X) - Y
    W1, b1, w2, b2 = network.W1.copy(), network.b1.copy(), network.w2.copy(), network.b2
    for x, r in zip(X, residual, strict=True):
        b2 -= step_size * r / len(X)
        for i in range(network.k):
            t = network.W1[i] @ x + network.b1[i]
            if t > 0:
                W1[i] -= step_size * r * network.w2[i] * x / len(X)
                b1[i] -= step_size * r * network.w2[i] / len(X)
                w2[i] -= step_size * r * t / len(X)
    return ShallowNetwork(W1, b1, w2, b2)


def test_loss_and_two_steps() -> None:
    descent, expected = Descent(X, Y, start()), start()
    for _ in range(2):
        assert descent.forward() == pytest.approx(float(np.mean((expected(X) - Y) ** 2)) / 2, rel=1e-13)
        descent.update(0.1)
        expected = stepped(expected, 0.1)
        found = descent.network()
        for name in ("W1", "b1", "w2", "b2"):
            np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-12, atol=1e-14)
    assert descent.step == 2


def test_a_loss_is_recorded_once_a_step() -> None:
    descent = Descent(X, Y, start())
    descent.record(descent.forward())
    descent.record(7.0)
    descent.update(0.1)
    descent.record(descent.forward())
    assert descent.loss_steps == [0, 1]
    assert 7.0 not in descent.losses


def test_going_on_from_a_state_changes_nothing() -> None:
    first, second = Descent(X, Y, start()), Descent(X, Y, start())
    for _ in range(3):
        first.record(first.forward())
        first.update(0.2)
    state = first.state()
    assert tuple(state) == STATE
    second.restore(state)
    for descent in (first, second):
        descent.forward()
        descent.update(0.2)
    np.testing.assert_array_equal(first.network().W1, second.network().W1)
    assert (first.step, first.loss_steps, first.losses) == (second.step, second.loss_steps, second.losses)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_device_changes_the_rounding_alone() -> None:
    """Thirty steps, far from where rounding grows."""
    random = np.random.default_rng(0)
    x, y = random.standard_normal((8, 3)), random.standard_normal(8)
    start = ShallowNetwork(
        random.standard_normal((5, 3)), random.standard_normal(5), random.standard_normal(5), float(random.normal())
    )
    ends = []
    for device in ("cpu", "cuda"):
        descent = Descent(x, y, start, device)
        for _ in range(30):
            descent.forward()
            descent.update(0.01)
        ends.append(descent.network())
    for name in ("W1", "b1", "w2", "b2"):
        np.testing.assert_allclose(getattr(ends[0], name), getattr(ends[1], name), rtol=1e-12, atol=1e-13)
