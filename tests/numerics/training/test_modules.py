"""Training of torch modules: plain gradient descent as `train` takes its steps, and where it stops."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
import torch

from numerics.training.mnist import parity_task
from numerics.training.modules import half_square, train_module
from numerics.training.train import TrainingPlan, initial_network, train

TASK = parity_task(20, "raw")
X, Y = torch.tensor(TASK.x), torch.tensor(TASK.y)[:, None]


def shallow(plan: TrainingPlan) -> torch.nn.Sequential:
    """The module of the plan's initial network."""
    network = initial_network(784, plan)
    module = torch.nn.Sequential(
        torch.nn.Linear(784, plan.width, dtype=torch.float64),
        torch.nn.ReLU(),
        torch.nn.Linear(plan.width, 1, dtype=torch.float64),
    )
    arrays = (network.W1, network.b1, network.w2[None], np.array([network.b2]))
    with torch.no_grad():
        for part, array in zip(module.parameters(), arrays, strict=True):
            part.copy_(torch.tensor(array))
    return module


def test_the_same_descent_as_that_of_shallow_networks() -> None:
    """Another implementation of the same steps, warm-up included."""
    plan = TrainingPlan(width=6, step_size=0.2, steps=60, warmup_start=0.05, loss_target=1e-300)
    found, expected = train_module(shallow(plan), X, Y, plan), train(TASK.x, TASK.y, plan)
    assert found.steps == expected.steps == 60
    assert found.loss == pytest.approx(expected.loss, rel=1e-9)


def test_heavy_ball_by_hand() -> None:
    """Theta' = theta - eta g + beta (theta - theta_before), of a loss of one parameter."""
    module = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64)
    with torch.no_grad():
        module.weight.fill_(1.0)
    one = torch.ones(1, 1, dtype=torch.float64)
    plan = TrainingPlan(width=1, step_size=0.25, steps=2, warmup_start=0.25)
    train_module(module, one, 0 * one, plan, partial(torch.optim.SGD, momentum=0.5))
    assert module.weight.item() == 0.75 - 0.25 * 0.75 + 0.5 * (0.75 - 1.0)


def test_it_stops_at_the_loss_once_settled_and_where_it_diverges() -> None:
    plan = TrainingPlan(width=6, step_size=0.2, steps=4000, warmup_start=0.2, settling_fraction=0.1)
    found = train_module(shallow(plan), X, Y, plan)
    assert plan.earliest_stop <= found.steps < plan.steps
    assert found.loss <= plan.loss_target
    wild = train_module(shallow(plan), X, Y, TrainingPlan(width=6, step_size=1e200, steps=50, warmup_start=1e200))
    assert not math.isfinite(wild.loss)
    assert wild.steps < 50


def test_the_loss_of_several_outputs_is_a_mean_over_the_data_and_a_sum_over_the_outputs() -> None:
    outputs, labels = torch.tensor([[1.0, 2.0], [0.0, 0.0]]), torch.tensor([[0.0, 0.0], [0.0, 3.0]])
    assert half_square(outputs, labels).item() == (1 + 4 + 9) / 4
