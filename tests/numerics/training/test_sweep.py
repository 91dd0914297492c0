"""Sweeps: what counts, what is cached, and what an interruption or a damaged file costs."""

import gzip
from pathlib import Path

import numpy as np
import pytest
import torch

from numerics.training import sweep
from numerics.training.mnist import PREPROCESSINGS
from numerics.training.sweep import SweepPlan, SweepRun, profile, run_sweep, sweep_digest, sweep_tasks
from numerics.training.train import TrainingPlan, TrainingResult, train
from tests.numerics.clusters import Cluster
from tests.numerics.training.images import write_mnist
from tests.unchecked import unchecked

GOOD = TrainingPlan(width=24, step_size=0.2, steps=6000, warmup_start=0.05, warmup_fraction=0.05, seed=1)
SHORT = TrainingPlan(width=24, step_size=0.2, steps=20, warmup_start=0.05)
DEAD = TrainingPlan(width=4, step_size=1.0, steps=300, warmup_start=1.0)
DIVERGING = TrainingPlan(width=4, step_size=50.0, steps=3000, warmup_start=50.0)
PLAN = SweepPlan(
    "test", 20, (("raw", GOOD), ("raw", SHORT), ("raw", DEAD), ("raw", DIVERGING), ("standardised", SHORT))
)


def quietly(plan: SweepPlan, cache: Path) -> tuple[SweepRun, ...]:
    return run_sweep(plan, cache=cache, workers=1, progress=False)


def count_training(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the step size of each run that is trained from now on."""
    trained: list[float] = []

    def recorded(x: object, y: object, plan: TrainingPlan, *, checkpoint: Path, device: str) -> TrainingResult:
        trained.append(plan.step_size)
        return train(x, y, plan, checkpoint=checkpoint, device=device)  # type: ignore[arg-type]

    monkeypatch.setattr(sweep, "train", recorded)
    return trained


def summary(run: SweepRun) -> dict[str, object]:
    return {} if run.measurement is None else run.measurement.to_dict()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[SweepRun, ...], Path]:
    """The plan's runs, in order, and their cache (not to be changed)."""
    cache = tmp_path_factory.mktemp("cache")
    return quietly(PLAN, cache), cache


def test_every_run_comes_back_with_its_verdict(finished: tuple[tuple[SweepRun, ...], Path]) -> None:
    runs, _ = finished
    assert [(run.preprocessing, run.plan) for run in runs] == list(PLAN.runs)
    assert [run.counted for run in runs] == [True, False, False, False, False]
    assert [run.result.outcome for run in runs[:4]] == ["interpolating", "not converged", "dead", "diverged"]
    assert runs[0].reason == ""
    assert runs[1].reason.startswith("not converged: loss")
    assert runs[2].reason.startswith("dead: no neuron")
    assert runs[3].reason.startswith("diverged")
    assert runs[3].measurement is None
    assert runs[0].data_digest == runs[1].data_digest != runs[4].data_digest


def test_counted_runs_are_measured_at_their_step_size(finished: tuple[tuple[SweepRun, ...], Path]) -> None:
    measurement = finished[0][0].measurement
    assert measurement is not None
    assert measurement.step_size == 0.2
    assert measurement.loss <= 1e-12
    assert (measurement.n, measurement.d, measurement.k) == (20, 784, 24)


def test_kinks_are_remarked_on(finished: tuple[tuple[SweepRun, ...], Path]) -> None:
    for run in finished[0]:
        kinks = 0 if run.measurement is None else run.measurement.near_kinks
        assert (f"{kinks} of" in run.remark) == (kinks > 0)


def test_a_second_sweep_trains_nothing(
    finished: tuple[tuple[SweepRun, ...], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, cache = finished
    trained = count_training(monkeypatch)
    again = quietly(PLAN, cache)
    assert not trained
    for before, after in zip(runs, again, strict=True):
        assert summary(before) == summary(after)
        assert (before.key, before.counted, before.reason) == (after.key, after.counted, after.reason)
        np.testing.assert_array_equal(before.result.losses, after.result.losses)
    assert sorted(path.name for path in cache.iterdir()) == sorted(f"{run.key}.npz" for run in runs)


def test_an_interruption_loses_no_finished_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plan = SweepPlan("test", 20, (("raw", SHORT), ("raw", DEAD), ("standardised", SHORT)))
    calls: list[TrainingPlan] = []

    def interrupted(x: object, y: object, plan: TrainingPlan, *, checkpoint: Path, device: str) -> TrainingResult:
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(plan)
        return train(x, y, plan, checkpoint=checkpoint, device=device)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(sweep, "train", interrupted)
        with pytest.raises(KeyboardInterrupt):
            quietly(plan, tmp_path)
    assert len(list(tmp_path.glob("*.npz"))) == 2
    trained = count_training(monkeypatch)
    assert len(quietly(plan, tmp_path)) == 3
    assert len(trained) == 1


@pytest.mark.parametrize("damage", ["truncated", "empty", "other run", "other network"])
def test_a_damaged_cache_file_is_made_again(damage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plan = SweepPlan("test", 20, (("raw", SHORT), ("raw", DEAD)))
    before = quietly(plan, tmp_path)
    path, other = (tmp_path / f"{run.key}.npz" for run in before)
    content = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "other run":
        path.write_bytes(other.read_bytes())
    else:
        with np.load(path) as stored:
            arrays = dict(stored)
        arrays["b2"] = arrays["b2"] + 1.0
        np.savez(path, **arrays)
    trained = count_training(monkeypatch)
    with pytest.warns(UserWarning, match="cached run cannot be used and is made again"):
        after = quietly(plan, tmp_path)
    assert trained == [SHORT.step_size]
    assert summary(after[0]) == summary(before[0])
    assert path.read_bytes() == content


def test_worker_processes_give_the_same_numbers(tmp_path: Path) -> None:
    plan = SweepPlan("test", 20, (("raw", SHORT), ("raw", DEAD), ("standardised", SHORT)))
    alone = quietly(plan, tmp_path / "alone")
    together = run_sweep(plan, cache=tmp_path / "together", workers=2, progress=False)
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one.result.losses, other.result.losses)
        assert one.key == other.key


def test_a_cluster_makes_the_same_files(two_workers: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the byte, and nothing else; a second sweep makes no call."""
    plan = SweepPlan("test", 20, (("raw", SHORT), ("raw", DEAD), ("standardised", SHORT)))
    alone, far = tmp_path / "alone", tmp_path / "far"
    quietly(plan, alone)
    runs = run_sweep(plan, cache=far, scheduler=two_workers.address, progress=False)
    assert [run.plan for run in runs] == [training for _, training in plan.runs]
    assert {path.name: path.read_bytes() for path in alone.iterdir()} == {
        path.name: path.read_bytes() for path in far.iterdir()
    }
    monkeypatch.setattr(sweep, "run_all", lambda _, arguments, *__, **___: iter(arguments))
    again = run_sweep(plan, cache=far, scheduler=two_workers.address, progress=False)
    assert [summary(run) for run in again] == [summary(run) for run in runs]


def test_an_unwritable_folder_is_reported_before_anything_is_trained(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trained = count_training(monkeypatch)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=r"finished runs cannot be kept in .*file"):
        quietly(PLAN, tmp_path / "file" / "cache")
    assert not trained


def test_the_default_cache_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STABLE_MINIMA_CACHE", str(tmp_path))
    (run,) = run_sweep(SweepPlan("test", 10, (("raw", DEAD),)), workers=1, progress=False)
    assert (tmp_path / "runs" / f"{run.key}.npz").is_file()


def test_progress_is_shown_only_when_asked_for_or_on_a_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plan = SweepPlan("test", 10, (("raw", DEAD),))
    run_sweep(plan, cache=tmp_path, workers=1)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""
    run_sweep(plan, cache=tmp_path, workers=1, progress=True)
    assert "test sweep" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "n", "width"), [("quick", 256, 64), ("full", 512, 128)])
def test_profiles(name: str, n: int, width: int) -> None:
    plan = profile(name)  # type: ignore[arg-type]
    assert plan.n == n
    assert {training.width for _, training in plan.runs} == {width}
    assert len(set(plan.runs)) == len(plan.runs)
    for preprocessing in PREPROCESSINGS:
        warmed = [t for p, t in plan.runs if p == preprocessing and t.warmup_steps]
        abrupt = [t for p, t in plan.runs if p == preprocessing and not t.warmup_steps]
        assert len(warmed) >= 9
        assert [t.step_size for t in abrupt] == [max(t.step_size for t in warmed)]
    assert sum(t.warmup_steps > 0 for _, t in plan.runs) >= 20
    assert {t.seed for _, t in profile("quick", seed=7).runs} == {7}


def test_arguments_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'quick' or 'full'"):
        unchecked(profile)("slow")
    with pytest.raises(ValueError, match="workers"):
        run_sweep(PLAN, cache=tmp_path, workers=0)
    with pytest.raises(ValueError, match="images of the digit"):
        run_sweep(SweepPlan("test", 2000, (("raw", DEAD),)), cache=tmp_path, workers=1)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no CUDA device here"):
        run_sweep(PLAN, cache=tmp_path, workers=1, device="cuda")
    assert list(tmp_path.iterdir()) == []


def test_other_images(tmp_path: Path) -> None:
    """The tasks, their digest and the runs are of the images in the folder; gzipped or not, these are the same."""
    write_mnist(tmp_path, 60)
    plan = SweepPlan("test", 20, (("raw", DEAD), ("standardised", SHORT)))
    tasks, digest = sweep_tasks(plan, tmp_path), sweep_digest(plan, tmp_path)
    assert list(tasks) == ["raw", "standardised"]
    assert sweep_digest(plan) != digest
    (run,) = run_sweep(SweepPlan("test", 20, (("raw", DEAD),)), cache=tmp_path / "runs", workers=1, directory=tmp_path)
    assert run.data_digest == tasks["raw"].digest
    labels = tmp_path / "train-labels-idx1-ubyte"
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels.read_bytes()))
    labels.unlink()
    assert sweep_digest(plan, tmp_path) == digest
    write_mnist(tmp_path, 60, seed=1)
    assert sweep_digest(plan, tmp_path) != digest
