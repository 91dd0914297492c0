"""Every format gives the user's own numbers back, bit for bit."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
import skl2onnx
import torch
from safetensors.torch import save_file

from numerics.loading import as_network, load_data, load_network
from numerics.network import ShallowNetwork
from tests.numerics.examples import net
from tests.numerics.loading.users import circle_and_line, named, parameters, trained_by_sklearn, trained_by_torch


def assert_is_torch(network: ShallowNetwork) -> None:
    W1, b1, w2, b2 = parameters(trained_by_torch())
    assert np.array_equal(network.W1, W1)
    assert np.array_equal(network.b1, b1)
    assert np.array_equal(network.w2, w2)
    assert network.b2 == b2


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


def test_safetensors(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file(trained_by_torch().state_dict(), path)
    assert_is_torch(load_network(path).network)
    save_file(named().state_dict(), path)
    assert_is_torch(load_network(path).network)
    W1, b1, w2, b2 = (torch.tensor(part) for part in parameters(trained_by_torch()))
    save_file({"W1": W1, "b1": b1, "w2": w2, "b2": b2.reshape(1)}, path)
    assert_is_torch(load_network(path).network)


def test_half_precision_is_exact(tmp_path: Path) -> None:
    state = {name: value.bfloat16() for name, value in trained_by_torch().state_dict().items()}
    save_file(state, tmp_path / "model.safetensors")
    torch.save(state, tmp_path / "model.pt")
    expected = state["0.weight"].double().numpy()
    for ending in ("safetensors", "pt"):
        assert np.array_equal(load_network(tmp_path / f"model.{ending}").network.W1, expected)


@pytest.mark.parametrize("written_out", [False, True])
@pytest.mark.parametrize("dynamo", [False, True])
def test_onnx_of_torch(tmp_path: Path, *, dynamo: bool, written_out: bool) -> None:
    if dynamo:
        pytest.importorskip("onnxscript", reason="torch's newer exporter needs it")
    model = named() if written_out else trained_by_torch()
    path = tmp_path / "model.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (torch.zeros(4, 2),), path, dynamo=dynamo, external_data=False, verbose=False)
    loaded = load_network(path)
    assert_is_torch(loaded.network)
    assert loaded.notes == ()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_onnx_of_sklearn(tmp_path: Path, dtype: type) -> None:
    model = trained_by_sklearn()
    path = tmp_path / "model.onnx"
    path.write_bytes(skl2onnx.to_onnx(model, circle_and_line().x[:1].astype(dtype)).SerializeToString())
    network = load_network(path).network
    assert np.array_equal(network.W1, model.coefs_[0].T.astype(dtype))
    assert np.array_equal(network.w2, model.coefs_[1][:, 0].astype(dtype))
    assert network.b2 == model.intercepts_[1].astype(dtype)[0]


def test_objects() -> None:
    model = trained_by_torch()
    assert_is_torch(as_network(model).network)
    assert_is_torch(as_network(torch.nn.Sequential(torch.nn.Flatten(), *model, torch.nn.Flatten(0))).network)
    regressor, x = trained_by_sklearn(), circle_and_line().x
    loaded = as_network(regressor)
    np.testing.assert_allclose(loaded.network(x), regressor.predict(x), rtol=1e-12)
    assert "alpha = 0.0001" in loaded.notes[0]


def test_data(tmp_path: Path) -> None:
    x, y = [[1.0, 2.0], [3.0, -4.5]], [5.0, 6.0]
    np.savez(tmp_path / "data.npz", x=x, y=np.array(y)[:, None], other=3)
    (tmp_path / "plain.csv").write_text("1,2,5\n3,-4.5,6\n")
    (tmp_path / "header.csv").write_text("a,b,label\r\n1,2,5\r\n3,-4.5,6\r\n")
    (tmp_path / "named.csv").write_text('\ufeff"y","a","b"\n5,1,2\n6,3,-4.5\n', encoding="utf-8")
    for name in ("data.npz", "plain.csv", "header.csv", "named.csv"):
        found_x, found_y = load_data(tmp_path / name)
        assert found_x.tolist() == x, name
        assert found_y.tolist() == y, name


def test_one_datum_in_a_table(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("1,2")
    x, y = load_data(tmp_path / "data.csv")
    assert (x.tolist(), y.tolist()) == ([[1.0]], [2.0])
