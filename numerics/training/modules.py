"""Full-batch training of any torch module by the optimisers of PyTorch, with a step size that grows to its end."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch

from numerics.training.train import TrainingPlan, one_thread

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Of outputs and labels, a number."""


@dataclass(frozen=True)
class Trained:
    """The loss at the end, not finite where training diverged; the number of steps; the optimizer with its state."""

    loss: float
    steps: int
    optimizer: torch.optim.Optimizer


def half_square(outputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """1/(2n) sum_j |f(x_j) - y_j|^2 of outputs and labels [n, m].

    >>> float(half_square(torch.tensor([[3.0, 0.0]]), torch.tensor([[1.0, 0.0]])))
    2.0
    """
    return ((outputs - labels) ** 2).sum() / (2 * len(outputs))


@one_thread()
def train_module(
    module: torch.nn.Module,
    x: torch.Tensor,
    y: torch.Tensor,
    plan: TrainingPlan,
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.SGD,
    loss: Loss = half_square,
) -> Trained:
    """Train a module in place; the step size, stops and the loss target are those of the plan, its width is not used.

    Args:
        module: with outputs [n, m].
        x: the data [n, ...].
        y: the labels [n, m].
        plan: steps, step sizes and where training may stop.
        optimizer: made with the parameters and `lr`, such as ``partial(torch.optim.SGD, momentum=0.9)``.
        loss: a mean over the data.

    >>> module = torch.nn.Linear(1, 1, dtype=torch.float64)
    >>> x = torch.tensor([[1.0], [-1.0]], dtype=torch.float64)
    >>> found = train_module(module, x, 2 * x + 1, TrainingPlan(width=1, step_size=0.5, steps=400))
    >>> found.loss < 1e-12, [round(float(part.detach()), 6) for part in module.parameters()]
    (True, [2.0, 1.0])
    """
    steps = optimizer(module.parameters(), lr=plan.step_size_at(0))
    for step in range(plan.steps):
        for group in steps.param_groups:
            group["lr"] = plan.step_size_at(step)
        steps.zero_grad()
        value = loss(module(x), y)
        reached = value.item()
        if not math.isfinite(reached) or (step >= plan.earliest_stop and reached <= plan.loss_target):
            return Trained(reached, step, steps)
        value.backward()  # type: ignore[no-untyped-call]
        steps.step()
    with torch.no_grad():
        return Trained(loss(module(x), y).item(), plan.steps, steps)
