"""Enclosures of several outputs: what floats say, tricky networks, ends that need no convergence."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.enclosure import enclose
from numerics.wider.outputs import (
    VectorNetwork,
    gram_sharpness,
    hessian,
    loss,
    mean_gradients_gram,
    sharpness,
    stability_norm,
)
from numerics.wider.outputs import enclosure as module
from numerics.wider.outputs.enclosure import can_enclose, enclose_outputs, enclosed_norm
from numerics.wider.outputs.exact import ExactOutputs


def near(ball: arb, value: float, width: float = 3e-9) -> bool:
    """Whether the ball reaches to the value, up to its rounding, and is narrow."""
    low, high = float(ball.lower()), float(ball.upper())
    room = 1e-12 * abs(value)
    return low - room <= value <= high + room and high - low <= width * abs(value) + 1e-300


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 3), st.integers(0, 4), st.integers(1, 5))
def test_as_in_floats(seed: int, n: int, d: int, k: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = (k, d), (k,), (m, k), (m,), (n, d), (n, m)
    W1, b1, W2, b2, x, y = (rng.standard_normal(shape) for shape in shapes)
    network = VectorNetwork(W1, b1, W2, b2)
    found = enclose_outputs(network, x, y)
    assert near(found.loss, loss(network, x, y))
    assert near(found.gram_sharpness, gram_sharpness(network, x))
    assert near(found.sharpness, sharpness(network, x, y))
    assert near(found.mean_gradients, float(np.linalg.eigvalsh(mean_gradients_gram(network, x))[-1]))
    ends = stability_norm(network, x)
    low, high = float(found.stability_norm.lower()), float(found.stability_norm.upper())
    assert low <= ends.upper * (1 + 1e-12)
    assert ends.lower * (1 - 1e-12) <= high <= low * (1 + 1e-8) + 1e-300
    # what the claim says of the two
    assert 1 + 2 * found.stability_norm.lower() <= found.mean_gradients.upper()
    assert (found.kinks, found.at_most_limit) == (0, False)


def test_one_output_is_the_enclosure_of_one_output() -> None:
    network = VectorNetwork([[1.0, 2.0], [-0.5, 1.0]], [0.25, -1.0], [[2.0, -3.0]], [1.0])
    x, y = np.array([[1.0, 0.5], [-1.0, 2.0], [0.0, -1.0]]), np.array([1.0, 2.0, 3.0])
    found, one = enclose_outputs(network, x, y[:, None]), enclose(network.combined([1.0]), x, y)
    assert one.loss is not None
    assert found.loss.overlaps(one.loss)
    assert found.gram_sharpness.overlaps(one.gram_sharpness)
    assert found.mean_gradients.overlaps(one.mean_gradient_square)
    assert found.stability_norm.overlaps(one.stability_norm)


def test_no_one_direction_is_best() -> None:
    """Three hyperplanes of equal weight with amplitudes at 60 degrees: 3 g/sqrt(2), where a direction has 2 g."""
    angles = np.arange(3) * np.pi / 3
    W1 = np.array([[np.cos(angle), np.sin(angle)] for angle in angles])
    network = VectorNetwork(W1, np.zeros(3), W1.T, np.zeros(2))
    x = np.vstack([[np.cos(angle), np.sin(angle)] for angle in np.arange(12) * np.pi / 6 + 0.1])
    norm = enclose_outputs(network, x, np.zeros((12, 2))).stability_norm
    exact = ExactOutputs(network, x).amplitudes_and_weights()
    weights = [float(weight) for _, weight in exact]
    assert near(norm, 3 * float(np.mean(weights)) / np.sqrt(2), width=1e-8)
    assert max(weights) == pytest.approx(min(weights))


def test_neurons_that_cancel_and_dead_ones_have_no_norm() -> None:
    network = VectorNetwork([[1.0], [-1.0], [1.0]], [0.0, 0.0, 5.0], [[1.0, -1.0, 2.0], [2.0, -2.0, 1.0]], [0.0, 0.0])
    assert enclosed_norm(ExactOutputs(network, np.array([[1.0], [-1.0]]))) == 0


@pytest.mark.parametrize("candidate", ["none", "poor"])
def test_any_candidate_gives_ends(monkeypatch: pytest.MonkeyPatch, candidate: str) -> None:
    """Without a state and scales, or with bad ones, the ball is wider and no less true."""
    network = VectorNetwork(np.eye(2), [0.0, 0.0], [[3.0, 0.0], [0.0, 4.0]], [0.0, 0.0])
    exact = ExactOutputs(network, np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]))
    good, true = enclosed_norm(exact), 5 * np.sqrt(1 / 8)
    assert near(good, true)
    found = module._candidate
    if candidate == "none":
        monkeypatch.setattr(module, "_candidate", lambda _: None)
    else:

        def poor(rows: list[list[arb]]) -> object:
            best = found(rows)
            assert best is not None
            return type(best)(best.lower, best.upper, np.eye(2) / 2, 7.0 * best.scales[::-1])

        monkeypatch.setattr(module, "_candidate", poor)
    ball = enclosed_norm(exact)
    assert float(ball.lower()) < true < float(ball.upper())
    assert float(ball.upper()) - float(ball.lower()) > 0.01


def test_scales_that_floats_do_not_hold() -> None:
    """Amplitudes of 1e300 times 1e300: the ends are those of the even state and of the lengths."""
    network = VectorNetwork([[1e300], [-1e300]], [1e300, 1e-300], [[1e300, 0.0], [0.0, 1.0]], [0.0, 0.0])
    ball = enclosed_norm(ExactOutputs(network, np.array([[2.0], [-2.0]])))
    assert ball.is_finite()
    assert 0 < ball.lower() <= ball.upper() < 2 * ball.lower()


def test_beyond_balls_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """With matrices of floats at a proven distance, as for n m above 1,024."""
    rng = np.random.default_rng(1)
    shapes = (4, 2), (4,), (3, 4), (3,), (5, 2), (5, 3)
    W1, b1, W2, b2, x, y = (rng.standard_normal(shape) for shape in shapes)
    network = VectorNetwork(W1, b1, W2, b2)
    exact = enclose_outputs(network, x, y)
    for owner in (module, hessian):
        monkeypatch.setattr(owner, "MOST_EXACT", 3)
    found = enclose_outputs(network, x, y)
    for name in ("loss", "gram_sharpness", "sharpness", "mean_gradients", "stability_norm", "residual_part"):
        mine, other = getattr(found, name), getattr(exact, name)
        assert mine.overlaps(other), name
        assert float(mine.rad()) <= 2e-10 * float(mine) + 1e-300


def test_next_to_the_limit() -> None:
    network = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
    for limit, decided in ((Fraction(60), True), (60 - Fraction(1, 10**15), False), (Fraction(61), False)):
        assert enclose_outputs(network, [[3.0]], [[6.0, 3.0]], limit).at_most_limit == decided


def test_kinks_and_bad_labels() -> None:
    network = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
    assert enclose_outputs(network, [[3.0], [0.0]], [[6.0, 3.0], [1.0, 0.0]]).kinks == 1
    with pytest.raises(ValueError, match="labels y must have the shape"):
        enclose_outputs(network, [[3.0]], [[6.0]])


def test_what_is_small_enough() -> None:
    network = VectorNetwork(np.ones((600, 2)), np.ones(600), np.ones((2, 600)), np.ones(2))
    assert can_enclose(network, 512)
    assert not can_enclose(network, 874)
    many = VectorNetwork(np.ones((1, 1)), np.ones(1), np.ones((2, 1)), np.ones(2))
    assert can_enclose(many, 2048)
    assert not can_enclose(many, 2049)
    wide = VectorNetwork(np.ones((1, 2000)), np.ones(1), np.ones((2, 1)), np.ones(2))
    assert not can_enclose(wide, 500)
