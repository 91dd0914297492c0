"""State dictionaries: whatever the names and the order, and nothing but tensors."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import torch

from numerics.loading import NotCoveredError, load_network
from tests.numerics.loading.users import (
    assert_is_torch,
    named,
    trained_by_torch,
)


@pytest.mark.parametrize("ending", [".pt", ".pth"])
def test_state_dict(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"model{ending}"
    torch.save(trained_by_torch().state_dict(), path)
    assert_is_torch(load_network(path).network)
    torch.save(named().state_dict(), path)
    assert_is_torch(load_network(path).network)


def test_the_order_of_a_state_dict_is_checked_against_the_shapes(tmp_path: Path) -> None:
    state = trained_by_torch().state_dict()
    torch.save({name: state[name] for name in reversed(list(state))}, tmp_path / "model.pt")
    assert_is_torch(load_network(tmp_path / "model.pt").network)


def test_parameters_are_tensors_too(tmp_path: Path) -> None:
    torch.save(dict(trained_by_torch().named_parameters()), tmp_path / "model.pt")
    assert_is_torch(load_network(tmp_path / "model.pt").network)


Linear, ReLU, Sequential = torch.nn.Linear, torch.nn.ReLU, torch.nn.Sequential


def test_state_dicts(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    torch.save(Sequential(Linear(2, 3), ReLU(), Linear(3, 3), ReLU(), Linear(3, 1)).state_dict(), path)
    with pytest.raises(NotCoveredError, match=r"3 \(0, 2, 4\)"):
        load_network(path)
    torch.save(Sequential(torch.nn.Conv2d(1, 2, 3), ReLU(), Linear(3, 1)).state_dict(), path)
    with pytest.raises(NotCoveredError, match="no fully connected layer"):
        load_network(path)
    torch.save({"epoch": 3, "model": {}}, path)
    with pytest.raises(ValueError, match=r"'epoch' is a int, not a tensor; .*model.state_dict"):
        load_network(path)
    torch.save({"0.weight": torch.ones(3, 2, dtype=torch.int64)}, path)
    with pytest.raises(ValueError, match="real numbers"):
        load_network(path)
    torch.save({"0.weight": torch.ones(1).expand(2**14, 2**14)}, path)
    with pytest.raises(ValueError, match="at most"):
        load_network(path)


def rewritten(source: Path, target: Path, compression: int, directory: bytes | None = None) -> None:
    """The archive of torch.save again, its pickled part replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", compression) as new:
        for member in old.infolist():
            replaced = directory is not None and member.filename.endswith("data.pkl")
            new.writestr(member.filename, directory if replaced and directory else old.read(member))


def test_state_dicts_that_would_take_memory(tmp_path: Path) -> None:
    good, path = tmp_path / "good.pt", tmp_path / "model.pt"
    torch.save(trained_by_torch().state_dict(), good)
    rewritten(good, path, zipfile.ZIP_DEFLATED)
    with pytest.raises(ValueError, match="compressed"):
        load_network(path)
    # bytearray(10**11), which torch itself would build
    rewritten(good, path, zipfile.ZIP_STORED, b"\x80\x02cbuiltins\nbytearray\nI100000000000\n\x85R.")
    with pytest.raises(ValueError, match=r"builtins\.bytearray"):
        load_network(path)
    rewritten(good, path, zipfile.ZIP_STORED, b"\x80\x04\x8c\x08builtins\x8c\tbytearray\x93.")
    with pytest.raises(ValueError, match="more than tensors"):
        load_network(path)
