"""Gradient descent on two hidden layers: near the pyramid's network, and from random starts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

from numerics.separation.pyramid import pyramid
from numerics.separation.two_layers.descent import descend, growth, perturbed, random_network
from numerics.separation.two_layers.network import UNIT_SCALES, LayerScales, pyramid_network

INSIDE = np.array([[0.05, 0.03], [0.5, 0.1], [-0.5, -0.1], [0.1, -0.5], [-0.1, 0.5]])


def test_one_step_is_that_of_autograd() -> None:
    network, x = random_network(2, (5, 4), 3), np.random.default_rng(0).standard_normal((7, 2))
    y, eta = pyramid(x), 0.1
    run = descend(network, x, y, step_size=eta, steps=1)
    names = ("W1", "b1", "W2", "b2", "w3", "b3")
    parts = [torch.tensor(getattr(network, name), dtype=torch.float64, requires_grad=True) for name in names]
    W1, b1, W2, b2, w3, b3 = parts
    values = torch.relu(torch.relu(torch.tensor(x) @ W1.T + b1) @ W2.T + b2) @ w3 + b3
    loss = ((values - torch.tensor(y)) ** 2).mean() / 2
    assert run.losses[0] == pytest.approx(float(loss.detach()), rel=1e-13)
    moved = [part.detach() - eta * slope for part, slope in zip(parts, torch.autograd.grad(loss, parts), strict=True)]
    assert run.network is not None
    np.testing.assert_allclose(run.network.parameters(), torch.cat([m.reshape(-1) for m in moved]).numpy(), rtol=1e-12)
    assert run.steps == 1


@pytest.mark.parametrize("scales", [UNIT_SCALES, LayerScales.of(Fraction(3, 4), Fraction(2, 3))])
def test_below_the_threshold_it_stays_and_returns_to_interpolation(scales: LayerScales) -> None:
    network = pyramid_network(2, scales)
    y, sharpness = network(INSIDE), network.sharpness(INSIDE)
    eta = 1.9 / sharpness
    start = perturbed(network, 1e-3, 0)
    run = descend(start, INSIDE, y, step_size=eta, steps=8000, loss_target=1e-16, centre=network.parameters())
    assert run.outcome == "interpolating"
    assert run.farthest < 1.01e-3
    assert run.losses[0] > 1e-9
    assert run.network is not None
    assert run.network.sharpness(INSIDE) <= 2 / eta


def test_above_the_threshold_it_leaves() -> None:
    network = pyramid_network(2)
    sharpness = network.sharpness(INSIDE)
    for multiple, expected in ((1.9, 0.9**30), (2.1, 1.1**30)):
        assert growth(network, INSIDE, step_size=multiple / sharpness, steps=30) == pytest.approx(expected, rel=1e-2)
    run = descend(
        perturbed(network, 1e-6, 0),
        INSIDE,
        network(INSIDE),
        step_size=2.2 / sharpness,
        steps=300,
        centre=network.parameters(),
    )
    assert run.farthest > 1e-3


def test_divergence_is_reported() -> None:
    network = pyramid_network(2)
    run = descend(perturbed(network, 0.1, 0), INSIDE, network(INSIDE), step_size=100.0, steps=200)
    assert run.outcome == "diverged" or run.losses[-1] > run.losses[0]
    steep = random_network(2, (16, 16), 0)
    lost = descend(steep.with_parameters(10 * steep.parameters()), INSIDE, pyramid(INSIDE), step_size=10.0, steps=50)
    assert lost.outcome in ("diverged", "not converged")
    assert (lost.network is None) == (lost.outcome == "diverged")


def test_senseless_options_are_refused() -> None:
    network, y = pyramid_network(2), pyramid(INSIDE)
    with pytest.raises(ValueError, match="step size"):
        descend(network, INSIDE, y, step_size=0.0, steps=1)
    with pytest.raises(ValueError, match="at least 1 step"):
        descend(network, INSIDE, y, step_size=0.1, steps=0)
    with pytest.raises(ValueError, match="one label for each"):
        descend(network, INSIDE, y[:2], step_size=0.1, steps=1)
    with pytest.raises(ValueError, match="at least 1"):
        random_network(2, (0, 3), 0)


def test_seeds_determine_the_start() -> None:
    first, second, other = (random_network(2, (4, 3), seed).parameters() for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert np.any(first != other)
    network = pyramid_network(2)
    assert np.linalg.norm(perturbed(network, 0.25, 5).parameters() - network.parameters()) == pytest.approx(0.25)
