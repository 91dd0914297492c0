"""A CUDA device beside the CPU: ``python -m tests.benchmarks.devices [--mnist DIR]`` prints times and differences.

Training, the audit in floats of one hidden layer, and that of any module, each on both in turn. The difference is the
largest relative one of all that is found: of the losses along the way, of the ends of every interval.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from numerics.arrays.checks import Array, require_device
from numerics.audit.in_floats import measured
from numerics.audit.modules.any_network import any_network
from numerics.problem import Problem
from numerics.training.mnist import parity_task
from numerics.training.train import TrainingPlan, train
from tests.benchmarks.machine import description, sentence
from tests.benchmarks.measure import Rounds, Spread, interleaved, paired_ratio, relative_error
from tests.benchmarks.task import CARRIED, partly_trained, synthetic

Run = Callable[[str], list[float]]
"""What is found on a device of that name, as numbers."""


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each comparison; the exit status is 2 where there is no such device."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.devices", description=__doc__)
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="larger sizes, on all of MNIST in this folder")
    options = parser.parse_args(arguments)
    try:
        require_device("cuda")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{torch.cuda.get_device_name()} beside {sentence(description())}\n")
    print("| what | (n, k, d) | CPU, s | device, s | ratio | largest difference |\n|---|---|---|---|---|---|")
    with TemporaryDirectory() as folder:
        for name, sizes, run in comparisons(options.mnist, Path(folder)):
            print(f"| {name} | {sizes} | {' | '.join(compared(run, 'cuda'))} |", flush=True)
    return 0


def compared(run: Run, device: str) -> tuple[str, str, str, str]:
    """The median seconds on the CPU and on the device, the ratio, and how far what they find is apart."""
    found: dict[str, list[float]] = {}

    def call(name: str) -> None:
        found[name] = run(name)

    seconds = interleaved({name: partial(call, name) for name in ("cpu", device)}, Rounds(least=3, most=3))
    here, there = (Spread.of(times).median for times in seconds.values())
    ratio, apart = paired_ratio(seconds[device], seconds["cpu"]).median, relative_error(found[device], found["cpu"])
    return f"{here:.3g}", f"{there:.3g}", f"{ratio:.3g}", f"{apart:.1e}"


def comparisons(mnist: Path | None, folder: Path) -> Iterator[tuple[str, tuple[int, int, int], Run]]:
    """What is compared, in words, its sizes (n, k, d), and how it runs."""
    for n, k, steps in [(256, 64, 500), (CARRIED, 256, 200), *([(10_000, 1024, 3)] if mnist else [])]:
        data = parity_task(n, directory=mnist)
        plan = TrainingPlan(k, 0.02, steps, warmup_start=0.02, loss_target=1e-300)
        yield f"{steps} steps", (n, k, 784), partial(_losses, data.x, data.y, plan)
    tasks = [partly_trained(CARRIED, 256, mnist, folder), synthetic(5_000, 256, 100)]
    if mnist:
        tasks = [partly_trained(10_000, 1024, mnist, folder), synthetic(60_000, 1024, 784)]
    for task in tasks:
        yield "audit in floats", task.sizes, partial(_audit, task.network, task.x, task.y)
    torch.manual_seed(0)
    layers = (torch.nn.Linear(784, 256), torch.nn.Linear(256, 128), torch.nn.Linear(128, 64))
    hidden = [part for layer in layers for part in (layer, torch.nn.ReLU())]
    module = torch.nn.Sequential(*hidden, torch.nn.Linear(64, 1)).double()
    data = parity_task(4_000 if mnist else 500, directory=mnist)
    yield "three hidden layers", (len(data.x), 256, 784), partial(_module, module, data.x, data.y)


def _losses(x: Array, y: Array, plan: TrainingPlan, device: str) -> list[float]:
    return [float(loss) for loss in train(x, y, plan, device=device).losses]


def _audit(network: object, x: Array, y: Array, device: str) -> list[float]:
    found = measured(Problem(network, x, y, device=device), None)
    ends = (found.loss, found.gradient_norm, found.sharpness, found.gram_sharpness, found.mean_gradient_square)
    return [float(end) for pair in (*ends, found.one_sided_norm, found.stability_norm) for end in pair]


def _module(module: torch.nn.Module, x: Array, y: Array, device: str) -> list[float]:
    found = any_network(module, x, y, device=device, lowest=False, progress=False)
    assert found.sharpness is not None
    assert found.loss is not None
    return [found.loss, found.mean_gradient_square, *found.gauss_newton, *found.sharpness]


if __name__ == "__main__":
    sys.exit(main())
