"""The carried networks and their files, and moving off kinks, by hand and after training."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.arrays.checks import Array
from numerics.minimum.stored import FOLDER, StoredNetwork, move_off_kinks, on_grid, retrained, stored_networks
from numerics.network import ShallowNetwork
from numerics.training.train import TrainingPlan, train
from tests.numerics.examples import gaussian, net

SMALLEST = "64-standardised-0.08"


@pytest.fixture(scope="module")
def carried() -> dict[str, StoredNetwork]:
    return {stored.name: stored for stored in stored_networks()}


def folder_with(tmp_path: Path, **changes: Any) -> Path:
    """A folder with one carried network, its entry of the index changed."""
    index = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    entry = next(entry for entry in index if entry["name"] == SMALLEST)
    shutil.copy(FOLDER / f"{SMALLEST}.npz", tmp_path)
    kept = {key: value for key, value in {**entry, **changes}.items() if value is not None}
    (tmp_path / "index.json").write_text(json.dumps([kept]), encoding="utf-8")
    return tmp_path


def loss(network: ShallowNetwork, x: Array, y: Array) -> float:
    return float(np.mean((network(x) - y) ** 2)) / 2


def nearness(network: ShallowNetwork, x: Array) -> float:
    """min_ij |<w1_i, x_j> + b1_i| / |(x_j, 1)|."""
    return float((np.abs(network.preactivations(x)) / np.sqrt(1 + np.sum(x * x, axis=1))[:, None]).min())


def test_index_and_files_agree(carried: dict[str, StoredNetwork]) -> None:
    assert {path.stem for path in FOLDER.glob("*.npz")} == set(carried)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 3_000_000
    assert {stored.preprocessing for stored in carried.values()} == {"raw", "standardised"}


def test_carried_networks_nearly_interpolate_and_are_on_the_grid(carried: dict[str, StoredNetwork]) -> None:
    for stored in carried.values():
        x, y = stored.task.x, stored.task.y
        assert loss(stored.network, x, y) < 1e-13
        for parameter in ("W1", "b1", "w2", "b2"):
            np.testing.assert_array_equal(
                getattr(on_grid(stored.network), parameter), getattr(stored.network, parameter)
            )
        assert stored.name.startswith(f"{len(x)}-{stored.preprocessing}-{float(stored.step_size)}")
        assert stored.data == f"these {len(x)} MNIST digits (even against odd, {stored.preprocessing} pixels)"


def test_an_entry_of_the_index(tmp_path: Path) -> None:
    (stored,) = stored_networks(folder_with(tmp_path, step_size="0.3", moved=1e-4, seed=7))
    assert (stored.step_size, stored.moved, stored.seed, stored.ends_on_kinks) == (Fraction(3, 10), 1e-4, 7, False)


@pytest.mark.parametrize(
    "changes", [{"seed": None}, {"step_size": "eta"}, {"step_size": "1/0"}, {"preprocessing": "grey"}, {"moved": []}]
)
def test_a_damaged_index_is_said_to_be(changes: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"index\.json is damaged"):
        stored_networks(folder_with(tmp_path, **changes))


@pytest.mark.parametrize("content", ["[", '{"name": 1}', "3", "[3]"])
def test_an_index_of_something_else(content: str, tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"index\.json is damaged"):
        stored_networks(tmp_path)


def test_missing_and_damaged_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        stored_networks(tmp_path)
    folder = folder_with(tmp_path)
    (folder / f"{SMALLEST}.npz").write_bytes(b"PK")
    with pytest.raises(ValueError, match=f"{SMALLEST}.npz"):
        stored_networks(folder)
    (folder / f"{SMALLEST}.npz").unlink()
    with pytest.raises(FileNotFoundError):
        stored_networks(folder)


@given(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4))
def test_the_grid_is_of_multiples_of_one_unit(parameters: list[float]) -> None:
    w1, b1, w2, b2 = parameters
    rounded = on_grid(net([[w1]], [b1], [w2], b2))
    unit = Fraction(1, 2**30)
    for before, after in zip(parameters, (rounded.W1[0, 0], rounded.b1[0], rounded.w2[0], rounded.b2), strict=True):
        assert (Fraction(float(after)) / unit).denominator == 1
        assert abs(Fraction(float(after)) - Fraction(before)) <= unit / 2


def test_training_anew_interpolates(carried: dict[str, StoredNetwork]) -> None:
    """The plan of a carried network, whatever minimum the rounding leads to."""
    stored = carried[SMALLEST]
    assert loss(retrained(stored), stored.task.x, stored.task.y) < 1e-13


def test_training_that_diverges_is_said_to(carried: dict[str, StoredNetwork]) -> None:
    with pytest.raises(ArithmeticError, match=f"training {SMALLEST} anew diverged"):
        retrained(replace(carried[SMALLEST], step_size=Fraction(10**300)))


def test_one_pair_moves_by_hand() -> None:
    """At x = 1, relu(x - 1) goes down along (x, 1) to -margin sqrt 2; relu(x) keeps the value."""
    on_kink, x, y = net([[1.0], [1.0]], [-1.0, 0.0], [1.0, 1.0]), np.array([[1.0]]), np.array([1.0])
    moved = move_off_kinks(on_kink, x, y, 0.1, margin=1e-2, near=1e-3)
    step = 1e-2 / np.sqrt(2)
    np.testing.assert_allclose(moved.W1, [[1 - step], [1.0]], rtol=1e-14)
    np.testing.assert_allclose(moved.b1, [-1 - step, 0.0], atol=1e-14)
    np.testing.assert_allclose(moved.w2, [1.0, 1.0], rtol=1e-14)
    assert nearness(moved, x) == pytest.approx(1e-2, rel=1e-12)


def test_the_others_make_up_for_the_value_of_a_pair_that_was_active() -> None:
    """The pre-activation is where it should be, the value but for a product of two steps; descent does the rest."""
    above, x, y = net([[1.0], [1.0]], [-0.99, 0.0], [1.0, 1.0]), np.array([[1.0]]), np.array([1.01])
    step = move_off_kinks(above, x, y, 0.1, margin=0.05, near=0.02, loss_target=np.inf)
    assert step.preactivations(x)[0, 0] == pytest.approx(-0.05 * np.sqrt(2), rel=1e-12)
    assert 0 < abs(step(x)[0] - 1.01) < 1e-4
    moved = move_off_kinks(above, x, y, 0.1, margin=0.05, near=0.02)
    assert loss(moved, x, y) <= 1e-20


def test_a_network_off_kinks_stays() -> None:
    example = gaussian(0, n=3, d=2, k=2)
    assert nearness(example.network, example.x) > 3e-6
    assert move_off_kinks(example.network, example.x, example.y, 0.1) is example.network


def test_what_returns_to_kinks_is_refused() -> None:
    """As it must where the margin does not lead away from what counts as near."""
    on_kink, x, y = net([[1.0], [1.0]], [-1.0, 0.0], [1.0, 1.0]), np.array([[1.0]]), np.array([1.0])
    with pytest.raises(ArithmeticError, match="returned to kinks 2 times"):
        move_off_kinks(on_kink, x, y, 0.1, margin=1e-6, near=1e-3, rounds=2)


def test_a_trained_network_on_a_kink_is_moved_off_and_interpolates_again() -> None:
    example = gaussian(5, n=4, d=3, k=8)
    x, y = example.x, np.array([1.0, -1.0, 0.5, 0.0])
    network = train(x, y, TrainingPlan(8, 0.05, 20_000, warmup_start=0.05, loss_target=1e-20)).network
    assert network is not None
    t = network.preactivations(x)
    j, i = np.unravel_index(np.argmin(np.abs(t)), t.shape)
    b1 = network.b1.copy()
    b1[i] -= t[j, i]
    moved = move_off_kinks(replace(network, b1=b1), x, y, 0.05)
    assert loss(moved, x, y) < 1e-18
    assert nearness(moved, x) > 3e-6
