"""One door for all formats: bit for bit what was saved, and nothing that a file holds is run."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import numpy as of_numpy
from safetensors import torch as of_torch

from numerics.audit import audit
from numerics.loading import NotCoveredError, as_network, load_data, load_network
from tests.numerics.examples import net
from tests.numerics.loading.users import assert_is_torch, named, trained_by_torch


class Bomb:
    """Unpickling writes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_npz(tmp_path: Path) -> None:
    network = net([[1.0, 2.0]], [0.5], [3.0], -1.0)
    network.save(tmp_path / "network.npz")
    loaded = load_network(tmp_path / "network.npz")
    assert np.array_equal(loaded.network.W1, network.W1)
    assert (loaded.network.b1[0], loaded.network.w2[0], loaded.network.b2) == (0.5, 3.0, -1.0)
    assert "read as relu" in loaded.notes[0]


def test_compressed_npz(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "network.npz", W1=np.ones((1, 2)), b1=np.zeros(1), w2=np.ones(1), b2=2.0)
    assert load_network(tmp_path / "network.npz").network.b2 == 2.0


def test_half_precision_is_exact(tmp_path: Path) -> None:
    state = {name: value.bfloat16() for name, value in trained_by_torch().state_dict().items()}
    of_torch.save_file(state, tmp_path / "model.safetensors")
    torch.save(state, tmp_path / "model.pt")
    expected = state["0.weight"].double().numpy()
    for ending in ("safetensors", "pt"):
        assert np.array_equal(load_network(tmp_path / f"model.{ending}").network.W1, expected)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    mark, path = tmp_path / "mark", tmp_path / "model.pt"
    torch.save(trained_by_torch(), path)
    with pytest.raises(ValueError, match=r"Python object \(torch.nn.modules.container.Sequential\).*state_dict"):
        load_network(path)
    torch.save({"0.weight": Bomb(mark)}, path)
    with pytest.raises(ValueError, match="nothing is unpickled"):
        load_network(path)
    path.write_bytes(pickle.dumps(Bomb(mark)))
    with pytest.raises(ValueError, match="a pickle of Python objects, which may run code"):
        load_network(path)
    np.savez(tmp_path / "network.npz", W1=np.array([Bomb(mark)]), b1=0, w2=0, b2=0)
    with pytest.raises(ValueError, match=r"W1 holds Python objects.*nothing is unpickled"):
        load_network(tmp_path / "network.npz")
    np.savez(tmp_path / "data.npz", x=np.array([Bomb(mark)]), y=0)
    with pytest.raises(ValueError, match="nothing is unpickled"):
        load_data(tmp_path / "data.npz")
    assert not mark.exists()


def test_damaged_files(tmp_path: Path) -> None:
    trained_by_torch()
    of_numpy.save_file({"W1": np.ones((2, 2))}, tmp_path / "model.safetensors")
    torch.save(trained_by_torch().state_dict(), tmp_path / "model.pt")
    np.savez(tmp_path / "model.npz", W1=np.ones((1, 2)), b1=np.zeros(1), w2=np.ones(1), b2=2.0)
    for ending in ("safetensors", "pt", "npz"):
        path = tmp_path / f"model.{ending}"
        whole = path.read_bytes()
        for content in (whole[: len(whole) // 2], whole[:10], b"\0" * 100, b"x" * 100):
            path.write_bytes(content)
            with pytest.raises(ValueError, match="damaged"):
                load_network(path)
        path.write_bytes(b"")
        with pytest.raises(ValueError, match="empty"):
            load_network(path)
    (tmp_path / "model.onnx").write_bytes(b"x" * 100)
    with pytest.raises(ValueError, match=r"no \.onnx file"):
        load_network(tmp_path / "model.onnx")


def test_paths(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no file .*nowhere\.npz"):
        load_network(tmp_path / "nowhere.npz")
    (tmp_path / "model.txt").write_text("?")
    for ending in ("pkl", "joblib", "skops"):
        kept = tmp_path / f"model.{ending}"
        kept.touch()
        with pytest.raises(NotCoveredError, match=r"are not read, since to unpickle them.*W1, b1, w2, b2 to an \.npz"):
            load_network(kept)
    pointer = tmp_path / "model.pt"
    pointer.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n")
    with pytest.raises(ValueError, match=r"model\.pt: this is a pointer of git-lfs"):
        load_network(pointer)
    with pytest.raises(ValueError, match=r"must end in \.npz, \.safetensors"):
        load_network(tmp_path / "model.txt")
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(ValueError, match="is no file"):
        load_network(tmp_path / "folder.npz")


def test_refusals_name_the_file(tmp_path: Path) -> None:
    """Once, whatever they are of."""
    path = tmp_path / "two.pt"
    linear, relu = torch.nn.Linear, torch.nn.ReLU()
    torch.save(torch.nn.Sequential(linear(2, 3), relu, linear(3, 2)).state_dict(), path)
    with pytest.raises(
        NotCoveredError, match=r"two\.pt: the network must have one output, but layer 2 has 2; "
    ) as refused:
        load_network(path)
    assert str(refused.value).count("two.pt") == 1
    assert load_network(path, several=True).output_biases.shape == (2,)
    torch.save(torch.nn.Sequential(linear(2, 3), relu, linear(3, 1)).state_dict(), path)
    with pytest.raises(ValueError, match=r"two\.pt: the network takes data \[n, 2\], but these are \[1, 3\]$"):
        load_network(path, [[1.0, 2.0, 3.0]])


def test_networks_without_biases(tmp_path: Path) -> None:
    """Refused, or read as one of larger sharpness, which is said once."""
    path, linear = tmp_path / "model.pt", torch.nn.Linear
    torch.save(torch.nn.Sequential(linear(2, 3, bias=False), torch.nn.ReLU(), linear(3, 1)).state_dict(), path)
    with pytest.raises(NotCoveredError, match=r"model\.pt: there is no bias in the hidden layer 0; .*zero_biases=True"):
        load_network(path)
    found = load_network(path, zero_biases=True)
    assert found.network.b1.tolist() == [0.0, 0.0, 0.0]
    assert "principal submatrix: if it is stable, so are they; if it is not, they are undecided." in found.notes[-1]
    assert as_network(found, zero_biases=True).notes == found.notes
    with pytest.raises(NotCoveredError, match="no bias"):
        as_network(found)


def test_the_trained_sharpness_is_no_larger(tmp_path: Path) -> None:
    """The Hessian in the trained parameters alone, by torch, against that in all."""
    path = tmp_path / "model.pt"
    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Linear(1, 2, bias=False), torch.nn.ReLU(), torch.nn.Linear(2, 1)).double()
    torch.save(model.state_dict(), path)
    x, y = torch.tensor([[1.0], [-2.0], [3.0]], dtype=torch.float64), torch.tensor([1.0, 0.0, 2.0], dtype=torch.float64)

    def loss(*parts: torch.Tensor) -> torch.Tensor:
        names = ("0.weight", "2.weight", "2.bias")
        values: torch.Tensor = torch.func.functional_call(model, dict(zip(names, parts, strict=True)), x)
        return ((values[:, 0] - y) ** 2).sum() / 6

    parts = tuple(part.detach() for part in model.parameters())
    blocks = torch.autograd.functional.hessian(loss, parts)  # type: ignore[no-untyped-call]
    rows = [torch.cat([b.reshape(p.numel(), -1) for b in row], 1) for p, row in zip(parts, blocks, strict=True)]
    trained = float(torch.linalg.eigvalsh(torch.cat(rows)).max())
    network = load_network(path, zero_biases=True).network
    assert trained < float(audit(network, x.numpy(), y.numpy()).sharpness[0])


def test_other_arrays_in_an_npz(tmp_path: Path) -> None:
    """Data may lie beside the network; anything else might be a part of it."""
    own: dict[str, Any] = {"W1": np.ones((1, 2)), "b1": np.zeros(1), "w2": np.ones(1), "b2": 2.0}
    np.savez(tmp_path / "network.npz", x=np.ones((3, 2)), y=np.ones(3), **own)
    assert load_network(tmp_path / "network.npz").network.b2 == 2.0
    np.savez(tmp_path / "network.npz", W3=np.ones((1, 1)), **own)
    with pytest.raises(NotCoveredError, match=r"does not hold a shallow network: .*W3 \[1, 1\]"):
        load_network(tmp_path / "network.npz")


def test_names_of_layers_in_an_npz(tmp_path: Path) -> None:
    arrays: dict[str, Any] = {name: value.numpy() for name, value in named().state_dict().items()}
    np.savez(tmp_path / "network.npz", **arrays)
    assert_is_torch(load_network(tmp_path / "network.npz").network)


@pytest.mark.parametrize("ending", ["npz", "safetensors"])
def test_the_data_tell_which_layer_comes_first(tmp_path: Path, ending: str) -> None:
    """From R^3 by 4 neurons to R^3, or from R^4 by 3 neurons to R^4; square layers are refused."""
    path, parts = tmp_path / f"model.{ending}", {"encoder.0": (4, 3), "decoder.0": (3, 4)}

    def saved(parts: dict[str, tuple[int, int]]) -> None:
        arrays: dict[str, Any] = {f"{name}.weight": np.ones(shape) for name, shape in parts.items()}
        arrays |= {f"{name}.bias": np.zeros(shape[0]) for name, shape in parts.items()}
        if ending == "npz":
            np.savez(path, **arrays)
        else:
            of_numpy.save_file(arrays, path)

    saved(parts)
    for d in (3, 4):
        assert load_network(path, np.ones((2, d)), several=True).first.d == d
    saved(dict.fromkeys(parts, (3, 3)))
    for points in (None, np.ones((2, 3))):
        with pytest.raises(ValueError, match=r"which of .*coder\.0 and .*coder\.0 comes first"):
            load_network(path, points, several=True)
