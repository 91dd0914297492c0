"""The page of formats, followed to the letter for each framework."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import numpy as np
import torch

from numerics.audit.__main__ import main

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


def test_kernels_of_flax_and_keras(tmp_path: Path) -> None:
    """[in, out] by their names."""
    assert '{"Dense_0/kernel": K0, "Dense_0/bias": b0, "Dense_1/kernel": K1' in PAGE.read_text("utf-8")
    shapes = {"Dense_0/kernel": (2, 3), "Dense_0/bias": 3, "Dense_1/kernel": (3, 1), "Dense_1/bias": 1}
    arrays: dict[str, Any] = {name: np.ones(shape) for name, shape in shapes.items()}
    np.savez(tmp_path / "model.npz", **arrays)
    np.savez(tmp_path / "data.npz", x=np.eye(2), y=np.zeros(2))
    assert main([str(tmp_path / "model.npz"), "--data", str(tmp_path / "data.npz")]) == 0
