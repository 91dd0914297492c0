"""Networks trained by other optimisers, losses, outputs and depths: how much of what is allowed they take."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from matplotlib.axes import Axes

from numerics.audit.methods.adam import preconditioner_of
from numerics.audit.methods.curvature import preconditioned_top
from numerics.audit.methods.method import method
from numerics.audit.modules.any_network import any_network
from numerics.audit.modules.findings import ModuleAudit
from numerics.norm import stability_norm
from numerics.problem import Problem
from numerics.training.mnist import Dataset, digit_task, parity_task
from numerics.training.modules import train_module
from numerics.training.train import TrainingPlan
from numerics.wider import outputs
from numerics.wider.losses import second_derivatives, tilted_gradient_square, tilted_law, tilted_stability_norm
from numerics.wider.outputs import VectorNetwork
from reports.figures import Drawing, Plot
from reports.figures.style import BLUE, GREEN, INK, RULE, VERMILION, label, new_figure

SIZES = {"quick": (64, 32, 4000), "full": (256, 64, 20_000)}
"""Images, neurons in each hidden layer and steps, by profile."""


@dataclass(frozen=True)
class Shares:
    """Parts of what is allowed: of the sharpness, of the squared mean gradient, and of one and twice the norm.

    NaN where there is none, or none was computed.
    """

    words: str
    loss: float
    sharpness: float
    gradient: float
    norm: float = math.nan


def draw(profile_name: str, directory: Path | None) -> Iterator[Plot]:
    """One row for each run."""
    n, k, steps = SIZES[profile_name]
    parity, digits = parity_task(n, "raw", directory=directory), digit_task(n, "raw", directory=directory)
    runs = list(_runs(parity, digits, k, steps))
    figure = new_figure(0.9 + 0.19 * len(runs))
    axes = figure.add_subplot()
    _rows(axes, runs)
    over = [run.words for run in runs if run.sharpness > 1.001]
    caption = (
        f"Networks trained on {n} raw images of MNIST, {k} neurons in each hidden layer. What each takes of what its "
        "method allows where it is linearly stable: circles, the largest eigenvalue of the Hessian; squares, the "
        "squared mean gradient $\\lVert q\\rVert^2$, of several outputs the largest eigenvalue of "
        "$Q^{\\mathsf T}Q$; triangles, $1 + 2\\lVert f\\rVert_{\\mathrm S}$ in the norm of the claim, where there is "
        "one. No network that is stable can be right of the line. With Adam all is measured through its "
        "preconditioner, frozen at the end, and the limit is a model, no theorem. Under the logistic loss the data are "
        "separated: no minimum exists, the mean second derivative goes to 0, and the bound says next to nothing. "
        + (f"Beyond the line, so not stable there: {', '.join(over)}. " if over else "")
        + "In floating-point numbers."
    )
    alternative = (
        f"{len(runs)} rows of marks between 0 and 1: the sharpness is near 1, the squared mean gradient not far below "
        "it, the norm further to the left; for the logistic loss all is next to 0."
    )
    data = tuple((task.name, task.digest) for task in (parity, digits))
    yield Plot(Drawing("methods", caption, alternative, "0", data), figure)


def _runs(parity: Dataset, digits: Dataset, k: int, steps: int) -> Iterator[Shares]:
    for momentum, step_sizes in ((0.5, (0.15, 0.3)), (0.9, (0.1, 0.2))):
        for eta in step_sizes:
            yield _heavy_ball(parity, k, steps, momentum, eta)
    for eta in (0.001, 0.004):
        yield _adam(parity, k, steps, eta)
    for eta in (0.2, 0.6):
        yield _ten_outputs(digits, k, steps, eta)
    for eta in (0.1, 0.4):
        yield _three_layers(parity, k, steps, eta)
    for eta in (1.0, 8.0):
        yield _logistic(parity, k, steps, eta)


def _module(d: int, k: int, outputs: int = 1, layers: int = 1) -> torch.nn.Sequential:
    """Hidden layers of k ReLUs, in float64, in PyTorch's default initialisation at seed 0."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        widths = [d, *[k] * layers]
        hidden = [
            part
            for before, after in pairwise(widths)
            for part in (torch.nn.Linear(before, after, dtype=torch.float64), torch.nn.ReLU())
        ]
        return torch.nn.Sequential(*hidden, torch.nn.Linear(k, outputs, dtype=torch.float64)).eval()


def _plan(k: int, steps: int, eta: float) -> TrainingPlan:
    return TrainingPlan(width=k, step_size=eta, steps=steps, warmup_start=eta / 40)


def _tensors(task: Dataset) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor(task.x), torch.tensor(task.y).reshape(len(task.x), -1)


def _heavy_ball(task: Dataset, k: int, steps: int, momentum: float, eta: float) -> Shares:
    module, (x, y) = _module(task.x.shape[1], k), _tensors(task)
    optimizer = partial(torch.optim.SGD, momentum=momentum)
    loss = train_module(module, x, y, _plan(k, steps, eta), optimizer).loss
    own = method("heavy-ball", momentum=str(momentum), loss="half-mse")
    found = any_network(module, x, y, step_size=str(eta), method=own, lowest=False)
    norm = 1 + 2 * stability_norm(Problem(module, task.x))
    return _shares(f"heavy ball, $\\beta = {momentum}$, $\\eta = {eta:g}$", loss, found, norm)


def _adam(task: Dataset, k: int, steps: int, eta: float) -> Shares:
    module, (x, y) = _module(task.x.shape[1], k), _tensors(task)
    trained = train_module(module, x, y, _plan(k, steps, eta), torch.optim.Adam)
    held = preconditioner_of(trained.optimizer.state_dict(), k, task.x.shape[1])
    limit = float(method("adam", loss="half-mse", preconditioner=held).factor) / eta
    problem = Problem(module, task.x, task.y)
    top = float(preconditioned_top(problem, held.entries)[1])
    square = float(held.entries @ problem.mean_gradient**2)
    return Shares(f"Adam, $\\eta = {eta:g}$", trained.loss, top / limit, square / limit)


def _ten_outputs(task: Dataset, k: int, steps: int, eta: float) -> Shares:
    module, (x, y) = _module(task.x.shape[1], k, outputs=10), _tensors(task)
    loss = train_module(module, x, y, _plan(k, steps, eta)).loss
    found = any_network(module, x, y, step_size=str(eta), lowest=False)
    network = VectorNetwork(*(part.detach().numpy() for part in module.parameters()))
    norm = 1 + 2 * outputs.stability_norm(network, task.x).lower
    return _shares(f"ten outputs, $\\eta = {eta:g}$", loss, found, norm)


def _three_layers(task: Dataset, k: int, steps: int, eta: float) -> Shares:
    module, (x, y) = _module(task.x.shape[1], k, layers=3), _tensors(task)
    loss = train_module(module, x, y, _plan(k, steps, eta)).loss
    found = any_network(module, x, y, step_size=str(eta), lowest=False)
    return _shares(f"three hidden layers, $\\eta = {eta:g}$", loss, found)


def _logistic(task: Dataset, k: int, steps: int, eta: float) -> Shares:
    module, (x, y) = _module(task.x.shape[1], k), _tensors(task)
    labels = (y + 1) / 2
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits
    loss = train_module(module, x, labels, _plan(k, steps, eta), loss=cross_entropy).loss
    problem = Problem(module, task.x)
    seconds = second_derivatives("logistic", problem.values, labels[:, 0].numpy())
    limit = 2 / (eta * tilted_law(seconds)[0])
    square, norm = (quantity(problem, seconds=seconds) for quantity in (tilted_gradient_square, tilted_stability_norm))
    return Shares(f"logistic loss, $\\eta = {eta:g}$", loss, math.nan, square / limit, (1 + 2 * norm) / limit)


def _shares(words: str, loss: float, found: ModuleAudit, norm: float = math.nan) -> Shares:
    if found.limit is None or found.sharpness is None:
        raise ValueError(f"{words}: an audit with labels and a step size has a limit and a sharpness")
    limit = float(found.limit)
    return Shares(words, loss, found.sharpness[1] / limit, found.mean_gradient_square / limit, norm / limit)


def _rows(axes: Axes, runs: list[Shares]) -> None:
    places = np.arange(len(runs))[::-1]
    axes.axvline(1.0, color=INK, linewidth=0.8)
    axes.hlines(places, 0.0, 1.0, color=RULE, linewidth=0.5, zorder=0)
    for name, colour, marker, values in (
        ("sharpness", VERMILION, "o", [run.sharpness for run in runs]),
        ("squared mean gradient", BLUE, "s", [run.gradient for run in runs]),
        ("one and twice the stability norm", GREEN, "^", [run.norm for run in runs]),
    ):
        axes.plot(values, places, marker, color=colour, markersize=3.6, label=name)
    axes.set(xlim=(-0.02, 1.08), xlabel="share of what is allowed")
    axes.set_yticks(places, [run.words for run in runs])
    axes.tick_params(axis="y", length=0)
    first = runs[0]
    label(axes, "sharpness", (first.sharpness, places[0]), (0, 8), color=VERMILION, ha="center")
    label(axes, "$\\|q\\|^2$", (first.gradient, places[0]), (2, 8), color=BLUE, ha="center")
    label(axes, "$1 + 2\\|f\\|_S$", (first.norm, places[0]), (-4, 8), color=GREEN, ha="right")
