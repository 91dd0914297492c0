"""Many training runs over step sizes and preprocessings of MNIST, cached one file a run."""

import hashlib
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import joblib
import numpy as np
from tqdm import tqdm

from numerics.arrays.checks import Array, require_device
from numerics.arrays.files import atomic_writer, cache_folder, load_arrays, save_arrays
from numerics.arrays.parallel import run_all
from numerics.measurement import Measurement, measure
from numerics.network import ShallowNetwork
from numerics.training.mnist import Dataset, Preprocessing, parity_task
from numerics.training.train import INTERPOLATION_LOSS, Outcome, TrainingPlan, TrainingResult, run_key, train

_OUTCOMES: tuple[Outcome, ...] = ("interpolating", "dead", "not converged", "diverged")


@dataclass(frozen=True)
class SweepPlan:
    """Which runs to make: n images, drawn with data_seed, and for each run its preprocessing and training plan."""

    name: str
    n: int
    runs: tuple[tuple[Preprocessing, TrainingPlan], ...]
    data_seed: int = 0


@dataclass(frozen=True, eq=False)
class SweepRun:
    """One run of a sweep, what came of it, and whether it counts as evidence.

    measurement: of the trained network on its data at the plan's step size; None if training diverged.
    data_digest: SHA-256 of the data.
    key: SHA-256 of all that determines the run, and the name of its file in the cache.
    counted: the run reached an interpolating minimum with a living layer.
    reason: why the run is not counted; empty if it is.
    """

    preprocessing: Preprocessing
    plan: TrainingPlan
    result: TrainingResult
    measurement: Measurement | None
    data_digest: str
    key: str
    counted: bool
    reason: str

    @property
    def remark(self) -> str:
        """What to bear in mind about a counted run; empty for a differentiable minimum."""
        if self.measurement is None or not self.measurement.near_kinks:
            return ""
        pairs = self.measurement.n * self.measurement.k
        return f"not differentiable: {self.measurement.near_kinks} of {pairs} pairs lie on a kink"


def profile(name: Literal["quick", "full"], *, seed: int = 0) -> SweepPlan:
    """The sweeps of the report: even against odd MNIST digits over step sizes, standardised and raw pixels.

    "quick": n = 256, k = 64. "full": n = 512, k = 128. Step sizes run from where nothing binds to where the
    stability norm comes close to its bound. Each preprocessing has one more run, at the largest step size but
    without a warm-up: its layer dies, and the report shows it excluded.

    Args:
        name: "quick" or "full".
        seed: of the initialisations; the images are the same for all.

    Raises:
        ValueError: there is no such profile.
    """
    if name == "quick":
        return _step_size_sweep(name, n=256, width=64, steps=30_000, seed=seed)
    if name == "full":
        return _step_size_sweep(name, n=512, width=128, steps=40_000, seed=seed)
    raise ValueError(f"the profile must be 'quick' or 'full', not {name!r}")


# Below the first step size gradient descent takes longer than the profile allows to interpolate; so it does,
# by the slow decay of oscillations at the edge of stability, above the last.
_STEP_SIZES: dict[Preprocessing, tuple[float, ...]] = {
    "standardised": (0.015, 0.022, 0.032, 0.045, 0.065, 0.09, 0.12, 0.15, 0.19, 0.25, 0.33, 0.45),
    "raw": (0.1, 0.14, 0.2, 0.27, 0.35, 0.42, 0.5, 0.57, 0.65),
}
# well inside the range in which gradient descent follows gradient flow from the initialisation
_WARMUP_STARTS: dict[Preprocessing, float] = {"standardised": 0.005, "raw": 0.03}


def _step_size_sweep(name: str, *, n: int, width: int, steps: int, seed: int) -> SweepPlan:
    runs: list[tuple[Preprocessing, TrainingPlan]] = []
    for preprocessing, step_sizes in _STEP_SIZES.items():
        start = _WARMUP_STARTS[preprocessing]
        # `steps` is a ceiling that few runs need, so a small part of it is a long warm-up
        runs += [
            (preprocessing, TrainingPlan(width, step_size, steps, seed, start, 0.1, 0.06)) for step_size in step_sizes
        ]
        abrupt = TrainingPlan(width, step_sizes[-1], steps // 12, seed, step_sizes[-1])
        runs.append((preprocessing, abrupt))
    return SweepPlan(name, n, tuple(runs))


def run_sweep(
    plan: SweepPlan,
    *,
    cache: Path | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    device: str = "cpu",
    progress: bool | None = None,
    directory: Path | None = None,
) -> tuple[SweepRun, ...]:
    """Make the runs of the plan, or read them from the cache, and measure each network; in the plan's order.

    Every finished run is written at once, so that an interrupted sweep goes on where it was; so does, on this machine,
    a run that was not finished.

    Args:
        plan: see `profile`.
        cache: the folder for finished runs; None for "runs" in the project's cache folder. A damaged file
            there is reported by a warning, and its run is made again.
        workers: number of local processes; 1 stays in this one, None takes one for each core.
        scheduler: the address tcp://host:port of a scheduler of dask.distributed, on whose workers the runs are made.
        device: "cpu" or "cuda", of the machine that makes a run; one process uses "cuda" unless workers says otherwise.
        progress: whether to show a progress bar; None shows it on a terminal.
        directory: the folder of full MNIST files to draw from; None for the carried subset.

    Raises:
        ValueError: fewer than one worker, or the data cannot be had (see `parity_task`), or the address is none, or
            there is no such device.
        OSError: the cache cannot be written, or the cluster cannot be used (see `run_all`).
    """
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers}")
    if scheduler is None:
        require_device(device)
    folder = cache_folder() / "runs" if cache is None else Path(cache)
    _require_writable(folder)
    tasks = sweep_tasks(plan, directory)
    cached = [
        _cached_run(tasks[preprocessing], preprocessing, training, folder, device)
        for preprocessing, training in plan.runs
    ]
    missing = [number for number, run in enumerate(cached) if run is None]
    made = run_all(
        _new_run,
        [plan.runs[number] for number in missing],
        (tasks, folder if scheduler is None else None, device),
        scheduler=scheduler,
        workers=min(max(len(missing), 1), workers or (joblib.cpu_count() if device == "cpu" else 1)),
        keep=lambda _, run: _save_result(folder / f"{run.key}.npz", run.key, run.result),
    )
    # tqdm itself asks whether this is a terminal where `disable` is None
    hidden = None if progress is None else not progress
    shown = tqdm(made, f"{plan.name} sweep", len(cached), initial=len(cached) - len(missing), disable=hidden)
    runs = dict(zip(missing, shown, strict=True))
    return tuple(runs[number] if run is None else run for number, run in enumerate(cached))


def sweep_tasks(plan: SweepPlan, directory: Path | None = None) -> dict[Preprocessing, Dataset]:
    """The data of each preprocessing of a plan; `directory` and what is raised are as for `parity_task`."""
    return {
        preprocessing: parity_task(plan.n, preprocessing, directory=directory, seed=plan.data_seed)
        for preprocessing in dict.fromkeys(preprocessing for preprocessing, _ in plan.runs)
    }


def sweep_digest(plan: SweepPlan, directory: Path | None = None) -> str:
    """SHA-256, in hexadecimal, of the digests of the `sweep_tasks` of a plan, one after the other."""
    digests = "".join(task.digest for task in sweep_tasks(plan, directory).values())
    return hashlib.sha256(digests.encode()).hexdigest()


def _new_run(
    shared: tuple[dict[Preprocessing, Dataset], Path | None, str], argument: tuple[Preprocessing, TrainingPlan]
) -> SweepRun:
    """The run of a preprocessing and a plan; its checkpoints are in the folder, if there is one."""
    (tasks, folder, device), (preprocessing, plan) = shared, argument
    task = tasks[preprocessing]
    key = run_key(task.digest, plan, device)
    checkpoint = None if folder is None else folder / f"{key}.checkpoint"
    result = train(task.x, task.y, plan, checkpoint=checkpoint, device=device)
    return _judged(task, preprocessing, plan, key, result)


def _cached_run(
    task: Dataset, preprocessing: Preprocessing, plan: TrainingPlan, folder: Path, device: str
) -> SweepRun | None:
    key = run_key(task.digest, plan, device)
    path = folder / f"{key}.npz"
    if not path.exists():
        return None
    try:
        run = _judged(task, preprocessing, plan, key, _load_result(path, key))
        if run.measurement is not None and not np.isclose(run.measurement.loss, run.result.loss, rtol=1e-3, atol=1e-18):
            raise ValueError(f"{path} holds a network of loss {run.measurement.loss}, not {run.result.loss}")
    except (ValueError, TypeError, ArithmeticError) as error:
        warnings.warn(f"a cached run cannot be used and is made again: {error}", stacklevel=3)
        return None
    return run


def _judged(
    task: Dataset, preprocessing: Preprocessing, plan: TrainingPlan, key: str, result: TrainingResult
) -> SweepRun:
    measurement = None if result.network is None else measure(result.network, task.x, task.y, plan.step_size)
    counted, reason = _verdict(result, measurement)
    return SweepRun(preprocessing, plan, result, measurement, task.digest, key, counted, reason)


def _verdict(result: TrainingResult, measurement: Measurement | None) -> tuple[bool, str]:
    if measurement is None:
        return False, f"diverged: a value left the range of float64 after {result.steps} steps"
    if measurement.dead_layer:
        return False, "dead: no neuron is active on any datum, so the claims hold trivially"
    if not measurement.loss <= INTERPOLATION_LOSS:
        return False, (
            f"not converged: loss {measurement.loss:.1e} after {result.steps} steps, above {INTERPOLATION_LOSS}"
        )
    return True, ""


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_writer(folder / "writable") as file:
            file.write(b"")
        (folder / "writable").unlink(missing_ok=True)
    except OSError as error:
        raise OSError(f"finished runs cannot be kept in {folder}: {error}; choose another folder") from error


_PARAMETERS = ("W1", "b1", "w2", "b2")
_RECORDS = ("key", "outcome", "loss", "steps", "loss_steps", "losses")


def _save_result(path: Path, key: str, result: TrainingResult) -> None:
    network = result.network
    parameters = {} if network is None else {name: getattr(network, name) for name in _PARAMETERS}
    records = {name: getattr(result, name) for name in _RECORDS if name != "key"}
    save_arrays(path, {"key": key, **records, **parameters})


def _load_result(path: Path, key: str) -> TrainingResult:
    records = load_arrays(path, _RECORDS)
    if str(records["key"]) != key:
        raise ValueError(f"{path} holds another run than its name says")
    outcome = next((known for known in _OUTCOMES if known == str(records["outcome"])), None)
    if outcome is None:
        raise ValueError(f"{path} records the unknown outcome {records['outcome']}")
    losses: Array = records["losses"].astype(np.float64)
    network = None if outcome == "diverged" else ShallowNetwork.load(path)
    steps = int(records["steps"])
    return TrainingResult(network, float(records["loss"]), steps, records["loss_steps"], losses, outcome)
