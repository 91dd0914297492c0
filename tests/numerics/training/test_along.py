"""The points along a run are those that training passes through."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.norm import stability_norm
from numerics.sharpness import sharpness
from numerics.training.along import along
from numerics.training.mnist import parity_task
from numerics.training.train import TrainingPlan, train

TASK = parity_task(20, "raw")
PLAN = TrainingPlan(width=6, step_size=0.2, steps=60, warmup_start=0.05, loss_target=1e-300)


def test_the_end_is_that_of_training() -> None:
    """The last point against a run of `train`, measured."""
    start, end = along(TASK.x, TASK.y, PLAN, (60, 0))
    result = train(TASK.x, TASK.y, PLAN)
    assert result.network is not None
    assert (start.step, end.step, start.step_size, end.step_size) == (0, 60, 0.05, 0.2)
    assert end.loss == pytest.approx(result.loss, rel=1e-12)
    assert end.sharpness == pytest.approx(sharpness(result.network, TASK.x, TASK.y), rel=1e-9)
    assert end.norm_bound == pytest.approx(1 + 2 * stability_norm(result.network, TASK.x), rel=1e-9)
    assert start.loss == pytest.approx(result.losses[0], rel=1e-12)


def test_the_bounds_hold_without_residuals() -> None:
    """|q|^2 is between 1 + 2 |f|_S and, where the residuals are small, the sharpness."""
    for point in along(TASK.x, TASK.y, PLAN, range(0, 61, 20)):
        assert point.norm_bound <= point.mean_gradient_square * (1 + 1e-12)


def test_one_point_does_not_move_another() -> None:
    every = along(TASK.x, TASK.y, PLAN, range(61))
    assert along(TASK.x, TASK.y, PLAN, [37, 37]) == [every[37]]


def test_a_diverging_run_ends_where_it_does() -> None:
    """With a step that is far too large; what is beyond the plan is left out too."""
    wild = TrainingPlan(width=3, step_size=1e6, steps=2000, warmup_start=1e6)
    x = np.array([[1.0, 0.5], [-1.0, 2.0]])
    found = along(x, [1.0, -1.0], wild, [0, 1, 1999, 5000])
    assert [point.step for point in found][:1] == [0]
    assert all(np.isfinite(point.loss) for point in found)
    assert 5000 not in [point.step for point in found]


def test_negative_numbers_of_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="a number of steps must be at least 0, not -1"):
        along(TASK.x, TASK.y, PLAN, [-1])
