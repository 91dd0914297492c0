"""The .safetensors format: layers and named arrays, and the files that hold neither."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import numpy as of_numpy
from safetensors import torch as of_torch

from numerics.loading import NotCoveredError, load_network
from tests.numerics.loading.users import (
    assert_is_torch,
    named,
    parameters,
    trained_by_torch,
)


def test_safetensors(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    of_torch.save_file(trained_by_torch().state_dict(), path)
    assert_is_torch(load_network(path).network)
    of_torch.save_file(named().state_dict(), path)
    assert_is_torch(load_network(path).network)
    W1, b1, w2, b2 = (torch.tensor(part) for part in parameters(trained_by_torch()))
    of_torch.save_file({"W1": W1, "b1": b1, "w2": w2, "b2": b2.reshape(1)}, path)
    assert_is_torch(load_network(path).network)


def test_safetensors_of_other_networks(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    one = {"a.weight": np.ones((1, 1)), "a.bias": np.ones(1), "b.weight": np.ones((1, 1)), "b.bias": np.ones(1)}
    of_numpy.save_file(one, path)
    with pytest.raises(ValueError, match="which of a and b comes first"):
        load_network(path)
    of_numpy.save_file({"embedding": np.ones((3, 3))}, path)
    with pytest.raises(NotCoveredError, match=r"this holds embedding \[3, 3\]"):
        load_network(path)
    of_numpy.save_file(
        {"0.weight": np.ones((3, 2)), "0.bias": np.ones(3), "2.weight": np.ones((1, 4)), "2.bias": np.ones(1)}, path
    )
    with pytest.raises(ValueError, match="takes 4 inputs, but 0 has 3 outputs"):
        load_network(path)
    of_numpy.save_file({"W1": np.ones((2, 2)), "b1": np.ones(2), "w2": np.ones(2), "b2": np.ones(2)}, path)
    with pytest.raises(NotCoveredError, match="one output"):
        load_network(path)
