"""State dictionaries: whatever the names and the order, and nothing but tensors."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from numerics.loading import NotCoveredError, as_network, load_network
from tests.numerics.loading.users import (
    assert_is_torch,
    named,
    trained_by_torch,
)


@pytest.mark.parametrize("ending", [".pt", ".pth", ".ckpt", ".bin"])
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
    torch.save([1, 2], path)
    with pytest.raises(ValueError, match="a list is no state_dict"):
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


@pytest.mark.parametrize("keys", [["state_dict"], ["model_state_dict"], ["model"], ["checkpoint", "net"]])
def test_checkpoints(tmp_path: Path, keys: list[str]) -> None:
    """With the state of an optimiser, which goes by numbers, beside the network."""
    held: dict[str, Any] = {f"module.{name}": value for name, value in trained_by_torch().state_dict().items()}
    for key in reversed(keys):
        held = {key: held}
    momentum = {"state": {0: {"momentum_buffer": torch.ones(2, 2)}}, "param_groups": [{"lr": 0.1}]}
    torch.save({**held, "epoch": 3, "optimizer": momentum, "loss": torch.tensor(0.5)}, tmp_path / "model.ckpt")
    found = load_network(tmp_path / "model.ckpt")
    assert_is_torch(found.network)
    assert f"Read from '{'.'.join(keys)}'" in found.notes[1]


def test_averaged_weights(tmp_path: Path) -> None:
    """As torch.optim.swa_utils counts and names them."""
    model = Sequential(Linear(2, 3), ReLU(), Linear(3, 1))
    averaged = torch.optim.swa_utils.AveragedModel(model)
    torch.save(averaged.state_dict(), tmp_path / "swa.pt")
    found = load_network(tmp_path / "swa.pt").network
    np.testing.assert_array_equal(found.W1, model.state_dict()["0.weight"].double())


def test_several_networks_in_a_checkpoint(tmp_path: Path) -> None:
    state = trained_by_torch().state_dict()
    torch.save({"model": state, "average": state}, tmp_path / "model.pt")
    with pytest.raises(ValueError, match="there are several networks, model and average"):
        load_network(tmp_path / "model.pt")


def test_a_state_in_memory() -> None:
    assert_is_torch(as_network(trained_by_torch().state_dict()).network)
    assert_is_torch(as_network({"model": named().state_dict()}).network)
    with pytest.raises(NotCoveredError, match=r"6\.bias is tied to 3\.bias"):
        as_network({"3.weight": torch.ones(1, 1), **dict.fromkeys(("3.bias", "6.bias"), torch.ones(1))})


def test_views_of_one_storage_are_no_expansion() -> None:
    """Transposed, or a part of a larger one."""
    whole = torch.arange(30.0).reshape(3, 10)
    plain = {"b1": torch.ones(3), "w2": torch.ones(3), "b2": torch.ones(1)}
    for W1 in (whole[:, 2:8:3], whole.T[:2].T):
        assert np.array_equal(as_network({"W1": W1, **plain}).network.W1, W1.double().numpy())


def state(**changed: torch.Tensor) -> dict[str, torch.Tensor]:
    """A network of three neurons, a tensor of it changed."""
    plain = {"W1": torch.ones(3, 2), "b1": torch.ones(3), "w2": torch.ones(3), "b2": torch.ones(1)}
    return plain | changed


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: torch.ones(1, 1).expand(3, 2), "W1 is expanded"),
        (lambda: torch.ones(1, 1).expand(2**13, 2**13), "W1 is expanded"),
        (lambda: torch.arange(6.0).as_strided((3, 2), (1, 1)), "W1 is expanded"),
        (lambda: torch.ones(3, 2, device="meta"), "meta"),
        (lambda: torch.quantize_per_tensor(torch.ones(3, 2), 0.1, 0, torch.qint8), "quantised"),
        (lambda: torch.eye(3).to_sparse(), "sparse"),
        (lambda: torch.ones(3, 2, dtype=torch.complex64), "real numbers, but is of type torch.complex64"),
    ],
)
def test_tensors_of_other_kinds_are_named(tmp_path: Path, make: Callable[[], torch.Tensor], message: str) -> None:
    tensor = make()
    with pytest.raises(ValueError, match=message):
        as_network(state(W1=tensor))
    torch.save(state(W1=tensor), tmp_path / "model.pt")
    with pytest.raises(ValueError, match=message):
        load_network(tmp_path / "model.pt")


def test_a_flipped_bit(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    torch.save(trained_by_torch().state_dict(), path)
    content = bytearray(path.read_bytes())
    content[content.index(trained_by_torch()[0].get_parameter("weight").detach().numpy().tobytes()) + 5] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"damaged: .*data/0"):
        load_network(path)


def test_an_archive_of_several_disks(tmp_path: Path) -> None:
    """The last record says so, at which Python's own test for archives fails."""
    path = tmp_path / "model.pt"
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 2)
    path.write_bytes(b"PK\x03\x04" + locator + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0))
    with pytest.raises(ValueError, match="multiple disks"):
        load_network(path)


def test_programs_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as archive:
        archive.writestr("model/code/__torch__/container.py", b"")
        archive.writestr("model/constants.pkl", b"")
    with pytest.raises(ValueError, match=r"a program of torch\.jit"):
        load_network(tmp_path / "model.pt")


def test_the_format_of_before_torch_1_6(tmp_path: Path) -> None:
    torch.save(trained_by_torch().state_dict(), tmp_path / "model.pt", _use_new_zipfile_serialization=False)
    with pytest.raises(ValueError, match=r"older than torch 1\.6; .*torch\.load\(path, weights_only=True\)"):
        load_network(tmp_path / "model.pt")
