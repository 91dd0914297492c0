"""Gradient descent: against automatic differentiation, its schedule, its outcomes, and interruptions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from numerics.training.descent import Descent
from numerics.training.mnist import parity_task
from numerics.training.train import TrainingPlan, TrainingResult, initial_network, run_key, train
from tests.numerics.examples import Example, gaussian, net

PLAN = TrainingPlan(width=6, step_size=0.05, steps=400, seed=3, warmup_start=0.01)


def autograd_descent(example: Example, plan: TrainingPlan, steps: int) -> list[np.ndarray]:
    """The parameters after that many steps of torch's own gradients, on the data as they are."""
    start = initial_network(example.x.shape[1], plan)
    x, y = torch.tensor(example.x), torch.tensor(example.y)
    parameters = [torch.tensor(p, requires_grad=True) for p in (start.W1, start.b1, start.w2, np.array(start.b2))]
    W1, b1, w2, b2 = parameters
    for step in range(steps):
        loss = torch.mean((torch.relu(x @ W1.T + b1) @ w2 + b2 - y) ** 2) / 2
        with torch.no_grad():
            for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
                parameter -= plan.step_size_at(step) * gradient
    return [parameter.detach().numpy() for parameter in parameters]


@pytest.mark.parametrize(("n", "d"), [(9, 4), (5, 12), (1, 1)])
def test_steps_are_those_of_automatic_differentiation(n: int, d: int) -> None:
    example = gaussian(8, n, d, k=1)
    plan = replace(PLAN, steps=60, loss_target=1e-300)
    found = train(example.x, example.y, plan)
    assert found.steps == 60
    assert found.network is not None
    expected = autograd_descent(example, plan, 60)
    for name, value in zip(("W1", "b1", "w2", "b2"), expected, strict=True):
        np.testing.assert_allclose(getattr(found.network, name), value, rtol=1e-9, atol=1e-11)


def test_weights_orthogonal_to_the_data_do_not_move() -> None:
    x = np.zeros((6, 5))
    x[:, :2] = np.random.default_rng(0).standard_normal((6, 2))
    found = train(x, np.ones(6), PLAN)
    assert found.network is not None
    np.testing.assert_array_equal(found.network.W1[:, 2:], initial_network(5, PLAN).W1[:, 2:])


def test_the_initialisation_is_that_of_pytorch_and_leaves_its_state_alone() -> None:
    torch.manual_seed(3)
    hidden = torch.nn.Linear(4, 6, dtype=torch.float64)
    output = torch.nn.Linear(6, 1, dtype=torch.float64)
    before = torch.random.get_rng_state()
    found = initial_network(4, PLAN)
    assert torch.equal(before, torch.random.get_rng_state())
    np.testing.assert_array_equal(found.W1, hidden.weight.detach().numpy())
    np.testing.assert_array_equal(found.b1, hidden.bias.detach().numpy())
    np.testing.assert_array_equal(found.w2, output.weight.detach().numpy()[0])
    assert found.b2 == output.bias.item()


def test_the_step_size_grows_geometrically_and_stays() -> None:
    sizes = [PLAN.step_size_at(step) for step in range(PLAN.steps)]
    assert sizes[0] == pytest.approx(0.01)
    assert set(sizes[200:]) == {0.05}
    ratios = np.diff(np.log(sizes[:201]))
    np.testing.assert_allclose(ratios, np.log(5) / 200, rtol=1e-9)
    assert replace(PLAN, warmup_start=0.05).step_size_at(0) == 0.05
    assert replace(PLAN, warmup_fraction=0.0).step_size_at(0) == 0.05


def same(first: TrainingResult, second: TrainingResult) -> None:
    assert first.network is not None
    assert second.network is not None
    for name in ("W1", "b1", "w2", "b2"):
        np.testing.assert_array_equal(getattr(first.network, name), getattr(second.network, name))
    np.testing.assert_array_equal(first.loss_steps, second.loss_steps)
    np.testing.assert_array_equal(first.losses, second.losses)
    assert (first.loss, first.steps, first.outcome) == (second.loss, second.steps, second.outcome)


def interrupted(monkeypatch: pytest.MonkeyPatch, at: int, example: Example, plan: TrainingPlan, path: Path) -> None:
    """Train, saving as often as possible, and be interrupted before the given step."""
    original = Descent.update

    def update(self: Descent, step_size: float) -> None:
        if self.step == at:
            raise KeyboardInterrupt
        original(self, step_size)

    with monkeypatch.context() as patch:
        patch.setattr(Descent, "update", update)
        with pytest.raises(KeyboardInterrupt):
            train(example.x, example.y, plan, checkpoint=path, checkpoint_seconds=0.0)


def test_a_resumed_run_is_the_uninterrupted_one_to_the_bit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    example, path = gaussian(1, n=10, d=4, k=1), tmp_path / "checkpoint"
    whole = train(example.x, example.y, PLAN)
    interrupted(monkeypatch, 101, example, PLAN, path)
    interrupted(monkeypatch, 250, example, PLAN, path)
    steps: list[int] = []
    original = Descent.update

    def counted(self: Descent, step_size: float) -> None:
        steps.append(self.step)
        original(self, step_size)

    monkeypatch.setattr(Descent, "update", counted)
    same(whole, train(example.x, example.y, PLAN, checkpoint=path))
    assert 240 <= steps[0] <= 250
    assert not path.exists()


def test_a_damaged_checkpoint_is_reported_and_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    example, path = gaussian(1, n=10, d=4, k=1), tmp_path / "checkpoint"
    interrupted(monkeypatch, 101, example, PLAN, path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.warns(UserWarning, match="starts afresh.*truncated or damaged"):
        found = train(example.x, example.y, PLAN, checkpoint=path)
    same(train(example.x, example.y, PLAN), found)


def test_a_checkpoint_of_another_run_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    example, path = gaussian(1, n=10, d=4, k=1), tmp_path / "checkpoint"
    interrupted(monkeypatch, 101, example, PLAN, path)
    with pytest.raises(ValueError, match="belongs to another plan or other data"):
        train(example.x, example.y, replace(PLAN, step_size=0.06), checkpoint=path)
    with pytest.raises(ValueError, match="belongs to another plan or other data"):
        train(example.x, -example.y, PLAN, checkpoint=path)
    assert path.exists()


def test_checkpoints_are_saved_no_more_often_than_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[Path] = []
    monkeypatch.setattr("numerics.training.train.save_arrays", lambda path, _: saved.append(path))
    example = gaussian(1, n=10, d=4, k=1)
    train(example.x, example.y, PLAN, checkpoint=tmp_path / "checkpoint", checkpoint_seconds=3600.0)
    assert not saved


def test_an_interpolating_run_stops_early_and_says_so() -> None:
    task = parity_task(12, "raw")
    plan = TrainingPlan(width=32, step_size=0.2, steps=20_000, warmup_start=0.05, warmup_fraction=0.05)
    found = train(task.x, task.y, plan)
    assert found.outcome == "interpolating"
    assert found.loss <= 1e-12
    assert plan.earliest_stop <= found.steps < 20_000
    assert found.network is not None
    assert found.loss == np.mean((found.network(task.x) - task.y) ** 2) / 2
    assert found.loss_steps[0] == 0
    assert found.loss_steps[-1] == found.steps
    assert (np.diff(found.loss_steps) > 0).all()
    assert len(found.losses) == len(found.loss_steps) <= 202
    assert found.losses[-1] == pytest.approx(found.loss, rel=1e-3)


def test_runs_do_not_stop_before_they_have_settled() -> None:
    # zero labels are fitted at once; still the step size must reach its final value and hold for a while
    plan = replace(PLAN, warmup_fraction=0.3, settling_fraction=0.2, loss_target=1e300)
    assert train(np.ones((2, 1)), np.zeros(2), plan).steps == 200


def test_a_run_cut_short_has_not_converged() -> None:
    example = gaussian(1, n=10, d=4, k=1)
    found = train(example.x, example.y, replace(PLAN, steps=5))
    assert (found.outcome, found.steps) == ("not converged", 5)


def test_a_step_size_can_kill_every_neuron() -> None:
    task = parity_task(64, "raw")
    found = train(task.x, task.y, TrainingPlan(width=16, step_size=1.0, steps=300, warmup_start=1.0))
    assert found.outcome == "dead"
    assert found.network is not None
    assert not (found.network.preactivations(task.x) > 0).any()


def test_a_dead_layer_is_no_success_whatever_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    # on constant labels the output bias alone interpolates
    monkeypatch.setattr("numerics.training.train.initial_network", lambda *_: net([[1.0]], [-100.0], [1.0]))
    found = train(np.ones((3, 1)), np.ones(3), replace(PLAN, width=1, step_size=0.5, steps=2000))
    assert found.loss <= 1e-12
    assert found.outcome == "dead"


def test_divergence_leaves_no_network() -> None:
    example = gaussian(1, n=10, d=4, k=1)
    found = train(example.x, example.y, replace(PLAN, step_size=50.0, warmup_start=50.0, steps=5000))
    assert found.outcome == "diverged"
    assert found.network is None
    assert np.isnan(found.loss)
    assert not np.isfinite(found.losses[-1])
    assert found.steps < 5000


def test_keys_tell_runs_apart() -> None:
    keys = {
        run_key("a", PLAN),
        run_key("a", PLAN, "cuda"),
        run_key("b", PLAN),
        run_key("a", replace(PLAN, seed=4)),
        run_key("a", replace(PLAN)),
    }
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 0}, "width must be at least 1"),
        ({"steps": 0}, "steps must be at least 1"),
        ({"step_size": 0.0}, "step_size must be positive"),
        ({"step_size": np.nan}, "step_size must be positive"),
        ({"warmup_start": -1.0}, "warmup_start must be positive"),
        ({"loss_target": np.inf}, "loss_target must be positive"),
        ({"warmup_fraction": -0.1}, "must not be negative"),
        ({"warmup_fraction": 0.95}, "must not exceed 1"),
        ({"settling_fraction": np.nan}, "must not be negative"),
    ],
)
def test_plans_are_checked(change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(PLAN, **change)  # type: ignore[arg-type]


def test_data_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="finite"):
        train([[np.nan]], [1.0], PLAN)
    with pytest.raises(ValueError, match="one label"):
        train([[1.0]], [1.0, 2.0], PLAN)
    example = gaussian(1, n=3, d=2, k=1)
    path = tmp_path / "absent" / "checkpoint"
    with pytest.raises(FileNotFoundError):
        train(example.x, example.y, PLAN, checkpoint=path, checkpoint_seconds=0.0)
