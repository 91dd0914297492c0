"""Sharpness, mean gradient and stability norm along gradient descent, not at its end alone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy.typing as npt
import torch

from numerics.arrays.checks import validate_data, validate_labels
from numerics.gram import mean_gradient_square
from numerics.norm import stability_norm
from numerics.problem import Problem
from numerics.sharpness import sharpness
from numerics.training.descent import Descent
from numerics.training.train import TrainingPlan, initial_network, one_thread


@dataclass(frozen=True)
class Along:
    """The network after ``step`` gradient steps, before one with the step size eta = ``step_size``.

    loss: 1/(2n) sum_j (f(x_j) - y_j)^2.
    sharpness: the largest eigenvalue of its Hessian, residuals included.
    mean_gradient_square: |E grad f(X)|^2.
    norm_bound: 1 + 2 |f|_S, at most that.
    """

    step: int
    step_size: float
    loss: float
    sharpness: float
    mean_gradient_square: float
    norm_bound: float


@one_thread()
def along(x: npt.ArrayLike, y: npt.ArrayLike, plan: TrainingPlan, steps: Iterable[int]) -> list[Along]:
    """What full-batch gradient descent passes through after ``steps`` many steps, by increasing number of steps.

    The same trajectory as `train`, without its end at a loss: ``plan.loss_target`` and the settling are left aside.
    Numbers of steps beyond ``plan.steps`` are left out, and all from where the loss is no finite number.

    Args:
        x: the data [n, d].
        y: the labels [n].
        plan: width, step size, schedule and seed.
        steps: the numbers of steps, each at least 0.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of the right shape; a number of
            steps is negative.

    >>> plan = TrainingPlan(width=2, step_size=0.1, steps=20)
    >>> [point.step for point in along([[1.0], [-1.0]], [1.0, 0.0], plan, (20, 0, 40))]
    [0, 20]
    """
    data = validate_data(x)
    labels = validate_labels(y, len(data))
    wanted = sorted({step for step in steps if step <= plan.steps})
    if wanted and wanted[0] < 0:
        raise ValueError(f"a number of steps must be at least 0, not {wanted[0]}")
    descent = Descent(data, labels, initial_network(data.shape[1], plan))
    found = []
    with torch.no_grad():
        for step in wanted:
            loss = descent.forward()
            while descent.step < step and math.isfinite(loss):
                descent.update(plan.step_size_at(descent.step))
                loss = descent.forward()
            if not math.isfinite(loss):
                break
            problem = Problem(descent.network(), data, labels)
            found.append(
                Along(
                    step,
                    plan.step_size_at(step),
                    loss,
                    sharpness(problem),
                    mean_gradient_square(problem),
                    1 + 2 * stability_norm(problem),
                )
            )
    return found
