"""Gradient descent as everybody writes it in PyTorch: a module, an optimiser, a loop.

``python -m tests.benchmarks.rivals.torch_loop RUN.npz`` makes one run in a process of its own, on one thread, and
prints its last loss. It reads x, y, the parameters and the step sizes from the file and imports nothing else.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence

import numpy as np
import torch


def descend(
    model: torch.nn.Module,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    step_sizes: Sequence[float],
    *,
    earliest_stop: int | None = None,
    loss_target: float = 0.0,
) -> list[float]:
    """The losses 1/(2n) sum_j (f(x_j) - y_j)^2 before each full-batch step and after the last.

    It stops early where a loss is no number, or at the target once `earliest_stop` steps are made.
    """
    optimiser = torch.optim.SGD(model.parameters(), lr=1.0)
    losses: list[float] = []
    for step, step_size in enumerate(step_sizes):
        optimiser.param_groups[0]["lr"] = step_size
        optimiser.zero_grad()
        loss = torch.nn.functional.mse_loss(model(inputs), targets) / 2
        losses.append(loss.item())
        settled = earliest_stop is not None and step >= earliest_stop and losses[-1] <= loss_target
        if settled or not math.isfinite(losses[-1]):
            return losses
        torch.autograd.backward(loss)
        optimiser.step()
    with torch.no_grad():
        losses.append(torch.nn.functional.mse_loss(model(inputs), targets).item() / 2)
    return losses


def main(path: str) -> None:
    """One run, from the file to its last loss on standard output."""
    torch.set_num_threads(1)
    with np.load(path) as run:
        W1, b1, w2, b2 = (torch.tensor(run[name]) for name in ("W1", "b1", "w2", "b2"))
        inputs, targets = torch.tensor(run["x"]), torch.tensor(run["y"])[:, None]
        step_sizes, stop, target = run["step_sizes"].tolist(), int(run["earliest_stop"]), float(run["loss_target"])
    hidden = torch.nn.Linear(W1.shape[1], len(W1), dtype=torch.float64)
    output = torch.nn.Linear(len(W1), 1, dtype=torch.float64)
    hidden.load_state_dict({"weight": W1, "bias": b1})
    output.load_state_dict({"weight": w2[None], "bias": b2[None]})
    model = torch.nn.Sequential(hidden, torch.nn.ReLU(), output)
    print(repr(descend(model, inputs, targets, step_sizes, earliest_stop=stop, loss_target=target)[-1]))


if __name__ == "__main__":
    main(sys.argv[1])
