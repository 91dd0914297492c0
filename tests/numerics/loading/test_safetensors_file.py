"""The .safetensors format: layers and named arrays, and the files that hold neither."""

from __future__ import annotations

import json
import struct
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
    arrays = {"W1": np.ones((2, 2)), "b1": np.ones(2), "w2": np.ones((3, 2)), "b2": np.ones(3)}
    of_numpy.save_file(arrays, path)
    with pytest.raises(NotCoveredError, match="one output"):
        load_network(path)
    assert load_network(path, several=True).output_weights.shape == (3, 2)


def test_half_precision_is_said(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    of_torch.save_file({name: value.bfloat16() for name, value in trained_by_torch().state_dict().items()}, path)
    assert load_network(path).notes[1:] == ("Parameters are stored in BF16; they were read exactly.",)


def test_kernels(tmp_path: Path) -> None:
    arrays = {
        "dense/kernel": np.eye(2),
        "dense/bias": np.ones(2),
        "out/kernel": np.ones((2, 1)),
        "out/bias": np.ones(1),
    }
    of_numpy.save_file(arrays, tmp_path / "model.safetensors")
    assert load_network(tmp_path / "model.safetensors").network.k == 2


def entry(shape: list[int], begin: int, end: int, kind: str = "F64") -> str:
    """The claim of a header about one tensor."""
    return json.dumps({"dtype": kind, "shape": shape, "data_offsets": [begin, end]})


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (f'{{"W1": {entry([1, 1], 0, 8)}, "W1": {entry([1, 1], 8, 16)}}}', "a key is there twice"),
        (f'{{"W1": {entry([1, 1], 0, 8)}, "b1": {entry([1], 0, 8)}}}', "damaged"),
        (f'{{"W1": {entry([1, 1], 0, 8)}, "b1": {entry([2], 8, 16)}}}', "damaged"),
        (f'{{"W1": {entry([2**20, 2**20], 0, 16)}}}', "damaged"),
        (f'{{"W1": {entry([2**62, 4], 0, 16)}}}', "damaged"),
        (f'{{"W1": {entry([1, 1], 0, 8)}}}', "damaged"),
        (f'{{"W1": {entry([1, 2], 0, 16, "C64")}}}', "must hold real numbers, but is of type C64"),
        (f'{{"W1": {entry([2, 1], 0, 16, "I64")}}}', "must hold real numbers, but is of type I64"),
        ("[" * 5000, "damaged"),
    ],
)
def test_headers(tmp_path: Path, header: str, message: str) -> None:
    """Of a file with 16 bytes of numbers."""
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header.encode() + bytes(16))
    with pytest.raises(ValueError, match=message):
        load_network(path)


def test_a_header_longer_than_any(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", 2**60) + b"{}")
    with pytest.raises(ValueError, match="its header claims 1,152,921,504,606,846,976 bytes"):
        load_network(path)
