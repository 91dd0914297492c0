"""The default sweep of step sizes, against one process of the PyTorch loop for each of its runs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from joblib import cpu_count
from joblib.externals.loky import get_reusable_executor

from numerics.arrays.files import save_arrays
from numerics.training.sweep import SweepPlan, profile, run_sweep, sweep_tasks
from numerics.training.train import INTERPOLATION_LOSS, TrainingPlan, initial_network
from tests.benchmarks.compare import Case, Fact, Method, Settings, Subject, compared
from tests.benchmarks.measure import Rounds
from tests.benchmarks.task import Found

_ROOT = Path(__file__).parents[3]
_SHORT = 500
_REMARK = "as many processes at a time as there are cores, each on one thread; the files they read are written before"


def cases(settings: Settings) -> list[Case]:
    """The default sweep with all its steps in a full run; otherwise each of its runs is cut to 500 steps."""
    return [Case("sweep/default" if settings.full else f"sweep/{_SHORT} steps", partial(_run, settings))]


def _run(settings: Settings) -> dict[str, Any]:
    plan = profile("quick")
    if not settings.full:
        runs = tuple((kind, replace(run, steps=min(run.steps, _SHORT))) for kind, run in plan.runs)
        plan = replace(plan, runs=runs)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = _write(plan, folder)
        facts: dict[str, Fact] = {"runs": len(plan.runs), "most steps of a run": max(run.steps for _, run in plan.runs)}
        losses = {"runs that interpolate": Found(None), "of the loop's": Found(None)}

        def ours() -> Found:
            losses["runs that interpolate"] = _ours(plan, folder)
            return losses["runs that interpolate"]

        def theirs() -> Found:
            losses["of the loop's"] = _loops(files)
            return losses["of the loop's"]

        subject = Subject("sweep of step sizes", (plan.n, plan.runs[0][1].width, 784), None, facts)
        methods = [
            Method("run_sweep", ours),
            Method("one process of the PyTorch loop a run", theirs, remark=_REMARK),
        ]
        record = compared(subject, methods, settings, Rounds(2, 3, 1200.0))
        record["facts"] |= {name: _interpolating(found) for name, found in losses.items()}
        return record


def _ours(plan: SweepPlan, folder: Path) -> Found:
    # without the workers of the call before, since the loops start their processes too
    get_reusable_executor().shutdown(wait=True)
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        return Found([run.result.loss for run in run_sweep(plan, cache=Path(cache), progress=False)])


def _loops(files: list[Path]) -> Found:
    pool = ThreadPoolExecutor(cpu_count())
    try:
        return Found(list(pool.map(_loop, files)))
    finally:
        # after Ctrl-C no more are started
        pool.shutdown(cancel_futures=True)


def _loop(file: Path) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.rivals.torch_loop", str(file)]
    return float(subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout)


def _write(plan: SweepPlan, folder: Path) -> list[Path]:
    tasks, files = sweep_tasks(plan), []
    for number, (preprocessing, run) in enumerate(plan.runs):
        data = tasks[preprocessing]
        start = initial_network(data.x.shape[1], run)
        parameters: dict[str, Any] = {"W1": start.W1, "b1": start.b1, "w2": start.w2, "b2": start.b2}
        files.append(folder / f"{number}.npz")
        save_arrays(files[-1], {"x": data.x, "y": data.y, **parameters, **_schedule(run)})
    return files


def _schedule(run: TrainingPlan) -> dict[str, Any]:
    step_sizes = [run.step_size_at(step) for step in range(run.steps)]
    return {"step_sizes": step_sizes, "earliest_stop": run.earliest_stop, "loss_target": run.loss_target}


def _interpolating(found: Found) -> int:
    losses = np.asarray(found.value, dtype=np.float64)
    return int(np.count_nonzero(losses <= INTERPOLATION_LOSS))
