"""Full-batch gradient descent on a shallow ReLU network, in float64, to an interpolating minimum."""

from __future__ import annotations

import hashlib
import json
import math
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from jaxtyping import Float64, Int64

from numerics.arrays.checks import Array, require_device, validate_data, validate_labels
from numerics.arrays.files import load_arrays, save_arrays
from numerics.network import ShallowNetwork
from numerics.training.descent import STATE, Descent
from numerics.training.mnist import data_digest

Steps = npt.NDArray[np.int64]
Outcome = Literal["interpolating", "dead", "not converged", "diverged"]

# raised whenever a change here makes the same plan give other numbers
FORMAT_VERSION = 1
# at most this loss counts as interpolating
INTERPOLATION_LOSS = 1e-12
_RECORDED_LOSSES = 200


@dataclass(frozen=True)
class TrainingPlan:
    """What determines a run, besides the data.

    width: number of hidden neurons k, at least 1.
    step_size: eta, in force once the warm-up is over.
    steps: the largest number of gradient steps, at least 1.
    seed: of PyTorch's default initialisation.
    warmup_start: the first step size; the step grows geometrically from it to eta. At least eta: no warm-up.
    warmup_fraction: the part of `steps` that the warm-up takes, in [0, 1].
    settling_fraction: the part of `steps` spent at eta before training may stop: a minimum reached during the
        warm-up, but unstable at eta, is left again.
    loss_target: training stops at this loss, once settled.

    Raises:
        ValueError: a value is outside its range.
    """

    width: int
    step_size: float
    steps: int
    seed: int = 0
    warmup_start: float = 0.005
    warmup_fraction: float = 0.5
    settling_fraction: float = 0.1
    loss_target: float = 1e-13

    def __post_init__(self) -> None:
        for name, count in (("width", self.width), ("steps", self.steps)):
            if count < 1:
                raise ValueError(f"{name} must be at least 1, not {count}")
        for name in ("step_size", "warmup_start", "loss_target"):
            value = getattr(self, name)
            if not 0 < value < math.inf:
                raise ValueError(f"{name} must be positive and finite, not {value}")
        if not (self.warmup_fraction >= 0 and self.settling_fraction >= 0):
            raise ValueError("warmup_fraction and settling_fraction must not be negative")
        if not self.warmup_fraction + self.settling_fraction <= 1:
            raise ValueError("warmup_fraction and settling_fraction must not exceed 1 together")

    @property
    def warmup_steps(self) -> int:
        """The number of steps before the step size is eta."""
        return round(self.warmup_fraction * self.steps) if self.warmup_start < self.step_size else 0

    @property
    def earliest_stop(self) -> int:
        """The number of steps after which training may stop at the loss target."""
        return self.warmup_steps + round(self.settling_fraction * self.steps)

    def step_size_at(self, step: int) -> float:
        """The step size of gradient step number `step`, counted from 0."""
        if step >= self.warmup_steps:
            return self.step_size
        growth = self.step_size / self.warmup_start
        return self.warmup_start * math.exp(math.log(growth) * step / self.warmup_steps)


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """What gradient descent arrived at.

    network: the network, in the data's own d inputs; None if training diverged.
    loss: 1/(2n) sum_j (f(x_j) - y_j)^2 of that network; not a number if training diverged.
    steps: the number of gradient steps taken.
    loss_steps, losses: the loss after that many steps, about 200 of them evenly spaced, and the last one.
    outcome: "interpolating" (loss at most 1e-12), "dead" (no ReLU active on any datum, whatever the loss),
        "diverged" (a value left the range of float64), or "not converged".
    """

    network: ShallowNetwork | None
    loss: float
    steps: int
    loss_steps: Int64[Steps, " recorded"]
    losses: Float64[Array, " recorded"]
    outcome: Outcome


def run_key(digest: str, plan: TrainingPlan, device: str = "cpu") -> str:
    """SHA-256, in hexadecimal, of all that determines a run: data digest, plan, format, PyTorch version, device."""
    content = {"format": FORMAT_VERSION, "data": digest, "plan": asdict(plan), "torch": torch.__version__}
    content |= {} if device == "cpu" else {"device": device}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def initial_network(d: int, plan: TrainingPlan) -> ShallowNetwork:
    """PyTorch's default initialisation of Linear(d, k) and Linear(k, 1) in float64, for the plan's seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        hidden = torch.nn.Linear(d, plan.width, dtype=torch.float64)
        output = torch.nn.Linear(plan.width, 1, dtype=torch.float64)
    return ShallowNetwork(
        hidden.weight.detach().numpy(),
        hidden.bias.detach().numpy(),
        output.weight.detach().numpy()[0],
        float(output.bias.detach()),
    )


@contextmanager
def one_thread() -> Iterator[None]:
    """Sums split over threads round differently, and the same plan should give the same numbers."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@one_thread()
def train(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    plan: TrainingPlan,
    *,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = 20.0,
    device: str = "cpu",
) -> TrainingResult:
    """Train a shallow network on x [n, d], y [n] by full-batch gradient descent.

    The loss is 1/(2n) sum_j (f(x_j) - y_j)^2. Gradients in (w1_i, b1_i) are combinations of the (x_j, 1), so
    their coefficients are iterated (see `Descent`): n^2 k multiplications a step, whatever d is. The part of W1
    orthogonal to the data keeps its initial value.

    Args:
        x: the data [n, d].
        y: the labels [n].
        plan: width, step size, schedule and seed.
        checkpoint: a file to save progress in and to resume from if it is there; the numbers are, to the bit,
            those of an uninterrupted run. It is removed at the end. A damaged one is reported by a warning
            and training starts afresh.
        checkpoint_seconds: how long to train between two saves, at least.
        device: "cpu" or "cuda"; the initialisation is the same, and the steps but for rounding.

    Raises:
        TypeError, ValueError: data or labels are not finite real numbers of the right shape; the checkpoint
            belongs to another plan or other data; there is no such device.
        OSError: the checkpoint cannot be written.
    """
    data = validate_data(x)
    labels = validate_labels(y, len(data))
    start = initial_network(data.shape[1], plan)
    require_device(device)
    descent = Descent(data, labels, start, device)
    key = run_key(data_digest(data, labels), plan, device)
    if checkpoint is not None and checkpoint.exists():
        _resume(descent, checkpoint, key)
    save = None if checkpoint is None else _Saver(descent, checkpoint, key, checkpoint_seconds)
    finite = _descend(descent, plan, save)
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    curve = np.array(descent.loss_steps, dtype=np.int64), np.array(descent.losses)
    if not finite:
        return TrainingResult(None, math.nan, descent.step, *curve, "diverged")
    network = descent.network()
    residuals = network(data) - labels
    loss = float(np.mean(residuals**2) / 2)
    return TrainingResult(network, loss, descent.step, *curve, _outcome(network, data, loss))


def _outcome(network: ShallowNetwork, data: Float64[Array, "n d"], loss: float) -> Outcome:
    if not (network.preactivations(data) > 0).any():
        return "dead"
    return "interpolating" if loss <= INTERPOLATION_LOSS else "not converged"


def _descend(descent: Descent, plan: TrainingPlan, save: _Saver | None) -> bool:
    """Step until the plan says stop; False if a value left the range of float64."""
    between_records = max(1, plan.steps // _RECORDED_LOSSES)
    with torch.no_grad():
        while True:
            loss = descent.forward()
            settled = descent.step >= plan.earliest_stop and loss <= plan.loss_target
            last = settled or descent.step >= plan.steps or not math.isfinite(loss)
            if last or descent.step % between_records == 0:
                if save is not None and not last:
                    save.when_due()
                descent.record(loss)
            if last:
                return math.isfinite(loss)
            descent.update(plan.step_size_at(descent.step))


class _Saver:
    """Writes checkpoints of a descent, no more often than every so many seconds."""

    def __init__(self, descent: Descent, path: Path, key: str, seconds: float) -> None:
        self.descent, self.path, self.key, self.seconds = descent, path, key, seconds
        self._last = time.monotonic()

    def when_due(self) -> None:
        if time.monotonic() - self._last < self.seconds:
            return
        save_arrays(self.path, {**self.descent.state(), "key": np.array(self.key)})
        self._last = time.monotonic()


def _resume(descent: Descent, checkpoint: Path, key: str) -> None:
    try:
        state = load_arrays(checkpoint, (*STATE, "key"))
    except ValueError as error:
        warnings.warn(f"training starts afresh, for its checkpoint cannot be used: {error}", stacklevel=3)
        return
    if str(state["key"]) != key:
        raise ValueError(f"the checkpoint {checkpoint} belongs to another plan or other data; choose another file")
    descent.restore(state)
