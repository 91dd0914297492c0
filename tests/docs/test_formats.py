"""The page of formats, followed to the letter for each framework."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import torch

from numerics import load_network
from numerics.audit.__main__ import main
from tests.numerics.loading.keras_files.examples import HIDDEN, INPUT, OUTPUT, sequential, write_keras
from tests.numerics.loading.test_flax_file import parameters

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"


def test_examples() -> None:
    """Every prompt, in order."""
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert (found.attempted, found.failed) == (11, 0)


def test_torch_from_the_command_line(tmp_path: Path) -> None:
    """Parameters and data are saved as the page says."""
    assert 'torch.save(model.state_dict(), "model.pt")' in PAGE.read_text("utf-8")
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    torch.save(model.state_dict(), tmp_path / "model.pt")
    np.savez(tmp_path / "data.npz", x=np.eye(2), y=np.zeros(2))
    assert main([str(tmp_path / "model.pt"), "--data", str(tmp_path / "data.npz")]) == 0


def test_networks_without_biases(tmp_path: Path) -> None:
    """By the option that the page names, and with the words that it promises."""
    assert "`numerics.load_network(path, zero_biases=True)`" in PAGE.read_text("utf-8")
    model = torch.nn.Sequential(torch.nn.Linear(2, 3, bias=False), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    torch.save(model.state_dict(), tmp_path / "model.pt")
    np.savez(tmp_path / "data.npz", x=np.eye(2), y=np.zeros(2))
    assert main([str(tmp_path / "model.pt"), "--data", str(tmp_path / "data.npz")]) == 2
    assert "principal submatrix" in load_network(tmp_path / "model.pt", zero_biases=True).notes[-1]


def test_a_file_of_keras(tmp_path: Path) -> None:
    """As the page says it is saved, laid out as Keras does."""
    assert 'model.save("model.keras")' in PAGE.read_text("utf-8")
    path = write_keras(tmp_path, sequential(INPUT, HIDDEN, OUTPUT))
    torch.save((torch.eye(2), torch.zeros(2)), tmp_path / "data.pt")
    assert main([str(path), "--data", str(tmp_path / "data.pt")]) == 0


def test_a_file_of_flax(tmp_path: Path) -> None:
    """As flax.serialization.to_bytes lays it out."""
    assert "`flax.serialization.to_bytes(params)` to `model.msgpack`" in PAGE.read_text("utf-8")
    (tmp_path / "model.msgpack").write_bytes(msgpack.packb({"params": parameters()}))
    np.savez(tmp_path / "data.npz", x=np.eye(2), y=np.zeros(2))
    assert main([str(tmp_path / "model.msgpack"), "--data", str(tmp_path / "data.npz")]) == 0


def test_kernels_by_their_names(tmp_path: Path) -> None:
    """[in, out] by their names."""
    assert '{"Dense_0/kernel": K0, "Dense_0/bias": b0, "Dense_1/kernel": K1' in PAGE.read_text("utf-8")
    shapes = {"Dense_0/kernel": (2, 3), "Dense_0/bias": 3, "Dense_1/kernel": (3, 1), "Dense_1/bias": 1}
    arrays: dict[str, Any] = {name: np.ones(shape) for name, shape in shapes.items()}
    np.savez(tmp_path / "model.npz", **arrays)
    np.savez(tmp_path / "data.npz", x=np.eye(2), y=np.zeros(2))
    assert main([str(tmp_path / "model.npz"), "--data", str(tmp_path / "data.npz")]) == 0
