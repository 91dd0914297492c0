"""What is refused: networks that the theory does not speak of, damaged and hostile files."""

from __future__ import annotations

import pickle
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper
from safetensors.numpy import save_file
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from numerics.loading import NotCoveredError, as_network, load_data, load_network
from tests.numerics.loading.users import trained_by_torch

Linear, ReLU, Sequential = torch.nn.Linear, torch.nn.ReLU, torch.nn.Sequential


class Bomb:
    """Unpickling writes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Sequential(Linear(2, 3), ReLU(), Linear(3, 2)), "one output, but layer 1 has 2"),
        (Sequential(Linear(2, 3), torch.nn.Tanh(), Linear(3, 1)), "holds Linear, Tanh, Linear"),
        (
            Sequential(Linear(2, 3), ReLU(), Linear(3, 3), ReLU(), Linear(3, 1)),
            "holds Linear, ReLU, Linear, ReLU, Linear",
        ),
        (Sequential(Linear(2, 3, bias=False), ReLU(), Linear(3, 1)), "the hidden layer layer 0 has no bias"),
        (Sequential(Linear(2, 3), ReLU(), Linear(3, 1, bias=False)), "the output layer layer 1 has no bias"),
        (Sequential(Linear(2, 3).requires_grad_(False), ReLU(), Linear(3, 1)), "frozen"),
    ],
)
def test_modules(model: torch.nn.Sequential, message: str) -> None:
    with pytest.raises(NotCoveredError, match=message):
        as_network(model)


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
def test_regressors() -> None:
    x, y = np.eye(3), np.arange(3.0)
    with pytest.raises(NotCoveredError, match="'tanh'"):
        as_network(MLPRegressor(activation="tanh", max_iter=1, solver="lbfgs").fit(x, y))
    with pytest.raises(NotCoveredError, match=r"3 \(coefs_\[0\]"):
        as_network(MLPRegressor(hidden_layer_sizes=(2, 2), max_iter=1, solver="lbfgs").fit(x, y))
    with pytest.raises(NotCoveredError, match="one output"):
        as_network(MLPRegressor(max_iter=1, solver="lbfgs").fit(x, x))
    with pytest.raises(ValueError, match="not fitted"):
        as_network(MLPRegressor())
    with pytest.raises(TypeError, match="not a Pipeline"):
        as_network(make_pipeline(StandardScaler(), MLPRegressor()))


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


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    mark, path = tmp_path / "mark", tmp_path / "model.pt"
    torch.save(trained_by_torch(), path)
    with pytest.raises(ValueError, match=r"Python object \(torch.nn.modules.container.Sequential\).*state_dict"):
        load_network(path)
    torch.save({"0.weight": Bomb(mark)}, path)
    with pytest.raises(ValueError, match="nothing is unpickled"):
        load_network(path)
    path.write_bytes(pickle.dumps(Bomb(mark)))
    with pytest.raises(ValueError, match=r"no file of torch\.save"):
        load_network(path)
    np.savez(tmp_path / "network.npz", W1=np.array([Bomb(mark)]), b1=0, w2=0, b2=0)
    with pytest.raises(ValueError, match=r"W1 holds Python objects.*nothing is unpickled"):
        load_network(tmp_path / "network.npz")
    np.savez(tmp_path / "data.npz", x=np.array([Bomb(mark)]), y=0)
    with pytest.raises(ValueError, match="nothing is unpickled"):
        load_data(tmp_path / "data.npz")
    assert not mark.exists()


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


def npy_header(shape: str) -> bytes:
    """The first bytes of an array file of float64 that claims this shape."""
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (npy_header("(1000000, 1000000)"), r"shape \(1000000, 1000000\); at most"),
        (npy_header("(1000, 1000)"), "claims 8,000,000 bytes, it holds 0"),
        (npy_header("(-1, 2)"), "claims the shape"),
        (npy_header("(1, 2)") + bytes(17), "claims 16 bytes, it holds 17"),
        (b"nonsense", "no NumPy array"),
        (b"", "no NumPy array"),
    ],
)
def test_claims_of_npz_files(tmp_path: Path, content: bytes, message: str) -> None:
    with zipfile.ZipFile(tmp_path / "data.npz", "w") as archive:
        archive.writestr("x.npy", content)
        archive.writestr("y.npy", content)
    with pytest.raises(ValueError, match=message):
        load_data(tmp_path / "data.npz")


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    # a header that claims 2 GiB is refused before what follows is unpacked
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("x.npy", "y.npy"):
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(npy_header("(268435456, 1)"))
                for _ in range(64):
                    member.write(bytes(2**20))
    assert path.stat().st_size < 2**21
    with pytest.raises(ValueError, match="at most"):
        load_data(path)


def test_damaged_files(tmp_path: Path) -> None:
    trained_by_torch()
    save_file({"W1": np.ones((2, 2))}, tmp_path / "model.safetensors")
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


def test_a_flipped_bit_in_an_npz(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, x=np.ones((50, 3)), y=np.zeros(50))
    content = bytearray(path.read_bytes())
    content[400] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        load_data(path)


def test_safetensors_of_other_networks(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    one = {"a.weight": np.ones((1, 1)), "a.bias": np.ones(1), "b.weight": np.ones((1, 1)), "b.bias": np.ones(1)}
    save_file(one, path)
    with pytest.raises(ValueError, match="which of a and b comes first"):
        load_network(path)
    save_file({"embedding": np.ones((3, 3))}, path)
    with pytest.raises(NotCoveredError, match=r"this holds embedding \[3, 3\]"):
        load_network(path)
    save_file(
        {"0.weight": np.ones((3, 2)), "0.bias": np.ones(3), "2.weight": np.ones((1, 4)), "2.bias": np.ones(1)}, path
    )
    with pytest.raises(ValueError, match="takes 4 inputs, but 0 has 3 outputs"):
        load_network(path)
    save_file({"W1": np.ones((2, 2)), "b1": np.ones(2), "w2": np.ones(2), "b2": np.ones(2)}, path)
    with pytest.raises(NotCoveredError, match="one output"):
        load_network(path)


def graph(*nodes: onnx.NodeProto, **weights: Any) -> onnx.ModelProto:
    """A model from nodes and named arrays, from "x" to the output of the last node."""
    tensors = [
        onnx.numpy_helper.from_array(np.asarray(value, dtype=np.float32), name) for name, value in weights.items()
    ]
    start = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])
    end = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, [None, 1])
    return helper.make_model(helper.make_graph(list(nodes), "graph", [start], [end], tensors))


def gemm(start: str, weight: str, bias: str, end: str, **settings: Any) -> onnx.NodeProto:
    """A layer."""
    return helper.make_node("Gemm", [start, weight, bias], [end], **settings)


def relu(start: str, end: str) -> onnx.NodeProto:
    """The activation."""
    return helper.make_node("Relu", [start], [end])


WEIGHTS: dict[str, Any] = {"A": np.ones((2, 3)), "a": np.ones(3), "B": np.ones((3, 1)), "b": [1.0]}
FIRST, SECOND = gemm("x", "A", "a", "t"), gemm("z", "B", "b", "y")


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ((FIRST, helper.make_node("Tanh", ["t"], ["z"]), SECOND), "operation Tanh"),
        ((FIRST, gemm("t", "B", "b", "y")), "no relu between"),
        ((FIRST, relu("t", "z"), SECOND, relu("y", "end")), "Relu|relu after"),
        ((gemm("x", "A", "a", "t", alpha=2.0), relu("t", "z"), SECOND), "scales or transposes"),
        (
            (helper.make_node("Sub", ["x", "b"], ["s"]), gemm("s", "A", "a", "t"), relu("t", "z"), SECOND),
            "Sub.*data that reach",
        ),
        ((FIRST, relu("t", "z"), helper.make_node("Add", ["z", "t"], ["u"]), gemm("u", "B", "b", "y")), "no chain"),
        ((FIRST, relu("t", "z"), helper.make_node("MatMul", ["z", "B"], ["y"])), "no bias"),
        ((FIRST, relu("t", "z"), gemm("z", "missing", "b", "y")), "'missing' is computed"),
    ],
)
def test_graphs(tmp_path: Path, nodes: tuple[onnx.NodeProto, ...], message: str) -> None:
    onnx.save(graph(*nodes, **WEIGHTS), tmp_path / "model.onnx")
    with pytest.raises(NotCoveredError, match=message):
        load_network(tmp_path / "model.onnx")


def test_weights_beside_an_onnx_file_are_not_read(tmp_path: Path) -> None:
    model = graph(FIRST, relu("t", "z"), SECOND, **WEIGHTS)
    path = tmp_path / "model.onnx"
    onnx.save(model, path)
    assert load_network(path).network.k == 3
    onnx.save(model, path, save_as_external_data=True, size_threshold=0, location="model.onnx.data")
    with pytest.raises(ValueError, match=r"another file.*external_data=False"):
        load_network(path)


def test_an_onnx_tensor_shorter_than_it_claims(tmp_path: Path) -> None:
    model = graph(FIRST, relu("t", "z"), SECOND, **WEIGHTS)
    model.graph.initializer[0].dims[0] = 2**20
    onnx.save(model, tmp_path / "model.onnx")
    with pytest.raises(ValueError, match="A is damaged"):
        load_network(tmp_path / "model.onnx")
    model.graph.initializer[0].dims[0] = 2**40
    onnx.save(model, tmp_path / "model.onnx")
    with pytest.raises(ValueError, match="at most"):
        load_network(tmp_path / "model.onnx")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2\n3,four\n", "four"),
        ("1,2\n3\n", "number of columns"),
        ("1\n2\n", "one column"),
        ("a,y\n", "no data"),
        ("1,2\n3,nan\n", "finite"),
        ("1;2\n3;4\n", "separated by commas|one column"),
    ],
)
@pytest.mark.filterwarnings("ignore:loadtxt")
def test_tables(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "data.csv").write_text(text)
    with pytest.raises(ValueError, match=message):
        load_data(tmp_path / "data.csv")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="no text"):
        load_data(tmp_path / "data.csv")


def test_paths(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no file .*nowhere\.npz"):
        load_network(tmp_path / "nowhere.npz")
    (tmp_path / "model.txt").write_text("?")
    with pytest.raises(ValueError, match=r"must end in \.npz, \.safetensors"):
        load_network(tmp_path / "model.txt")
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(ValueError, match="is no file"):
        load_network(tmp_path / "folder.npz")


def test_missing_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", X=np.eye(2), y=np.zeros(2))
    with pytest.raises(ValueError, match="lacks x; it holds X, y"):
        load_data(tmp_path / "data.npz")
