"""Gradient descent, against the loop that everybody writes in PyTorch, along the same trajectory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from numerics.training.mnist import Dataset, parity_task
from numerics.training.train import TrainingPlan, initial_network, train
from tests.benchmarks.compare import Case, Fact, Method, Settings, Subject, compared
from tests.benchmarks.rivals.torch_loop import descend
from tests.benchmarks.task import CARRIED, Found, as_module

_STEP_SIZE = 0.02
EQUAL = 1e-12
"""Losses that differ by no more, relatively, are those of one trajectory."""


def cases(settings: Settings) -> list[Case]:
    """200 steps at (256, 64), 40 at (1,024, 256); of a full run also 5 at (10,000, 1,024), where n is larger than d."""
    sizes = [(256, 64, 200), (CARRIED if settings.mnist is None else 1024, 256, 40)]
    if settings.mnist is not None and settings.full:
        sizes.append((10_000, 1024, 5))
    return [Case(f"training/{n}-{k}", partial(_run, settings, n, k, steps)) for n, k, steps in sizes]


def _run(settings: Settings, n: int, k: int, steps: int) -> dict[str, Any]:
    data = parity_task(n, directory=settings.mnist)
    plan = TrainingPlan(k, _STEP_SIZE, steps, warmup_start=_STEP_SIZE, loss_target=1e-300)
    settings.progress("trajectory")
    facts: dict[str, Fact] = {"steps": steps, "reference": "the losses of the loop, step by step"}
    reference = _loop(data, plan, 1).value
    subject = Subject(f"{steps} steps of training", (n, k, data.x.shape[1]), reference, facts)
    threads = torch.get_num_threads()
    methods = [
        Method("train", partial(_ours, data, plan), 2.0 * n * n * k * (steps + 1), "torch, one thread"),
        Method("PyTorch loop, one thread", partial(_loop, data, plan, 1)),
    ]
    if threads > 1:
        methods.append(Method(f"PyTorch loop, {threads} threads", partial(_loop, data, plan, threads)))
    record = compared(subject, methods, settings)
    apart = record["methods"][0]["error"]
    record["facts"]["trajectories"] = f"{'equal' if apart <= EQUAL else 'not equal'} to {EQUAL:g}"
    return record


def _ours(data: Dataset, plan: TrainingPlan) -> Found:
    return Found(train(data.x, data.y, plan).losses)


def _loop(data: Dataset, plan: TrainingPlan, threads: int) -> Found:
    """The losses that `train` records, which are all of them for at most 200 steps."""
    model = as_module(initial_network(data.x.shape[1], plan))
    inputs, targets = torch.tensor(data.x), torch.tensor(data.y)[:, None]
    return Found(_with_threads(threads, lambda: descend(model, inputs, targets, [plan.step_size] * plan.steps)))


def _with_threads(threads: int, call: Callable[[], list[float]]) -> list[float]:
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        return call()
    finally:
        torch.set_num_threads(before)
