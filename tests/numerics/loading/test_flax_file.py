"""Parameters as flax.serialization.to_bytes of Flax 0.12.8 lays them out: arrays in extension 1, kernels [in, out]."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest

from numerics.arrays.files import AnyArray
from numerics.loading import NotCoveredError, load_network
from numerics.loading.layers import RELU_ASSUMED

W1, B1 = np.array([[1.0, 0.25], [-2.0, 1.0], [0.5, -1.0]], dtype=np.float32), np.array([0.5, -1.0, 2.0], dtype="f4")
W2, B2 = np.array([[1.0], [-0.5], [3.0]], dtype=np.float32), np.array([1.0], dtype=np.float32)


def array(value: AnyArray, kind: str = "", shape: Any = None) -> msgpack.ExtType:
    """An array as Flax writes it; of another shape or kind than it is."""
    packed = msgpack.packb([shape or list(value.shape), kind or value.dtype.name, value.tobytes()])
    return msgpack.ExtType(1, packed)


def parameters(**changed: Any) -> dict[str, Any]:
    """The parameters of the network, the hidden layer changed."""
    hidden = {"kernel": array(W1.T), "bias": array(B1)} | changed
    return {"Dense_0": hidden, "Dense_1": {"kernel": array(W2), "bias": array(B2)}}


def written(folder: Path, tree: object) -> Path:
    """A file with the tree."""
    path = folder / "model.msgpack"
    path.write_bytes(msgpack.packb(tree))
    return path


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_parameters(tmp_path: Path, depth: int) -> None:
    tree: dict[str, Any] = parameters()
    for _ in range(depth):
        tree = {"params": tree}
    found = load_network(written(tmp_path, tree))
    assert np.array_equal(found.network.W1, W1)
    assert (found.network.b1.tolist(), found.network.w2.tolist(), found.network.b2) == (
        B1.tolist(),
        W2[:, 0].tolist(),
        1.0,
    )
    assert found.notes == (RELU_ASSUMED,)


def test_a_state_of_training(tmp_path: Path) -> None:
    state = {"step": 3, "params": parameters(), "opt_state": {"0": {"count": array(np.array(3, dtype=np.int32))}}}
    assert load_network(written(tmp_path, state)).notes[1:] == ("Read from 'params'; not read: opt_state, step.",)
    with pytest.raises(NotCoveredError, match=r"model\.msgpack: beside the parameters stands batch_stats"):
        load_network(written(tmp_path, {**state, "batch_stats": {"mean": array(B1)}}))


def test_half_precision_is_exact(tmp_path: Path) -> None:
    upper = (W1.T.view(np.uint32) >> 16).astype(np.uint16)
    for kernel in (array(upper, "bfloat16"), array(W1.T.astype(np.float16))):
        found = load_network(written(tmp_path, parameters(kernel=kernel)))
        assert np.array_equal(found.network.W1, W1)
        assert "read exactly" in found.notes[1]


def chunked(*chunks: Any, rows: int = 2) -> dict[str, Any]:
    """W1^T in pieces."""
    pieces = {str(number): chunk for number, chunk in enumerate(chunks)}
    return {"__msgpack_chunked_array__": True, "shape": {"0": rows, "1": 3}, "chunks": pieces}


def test_an_array_in_chunks(tmp_path: Path) -> None:
    flat = W1.T.reshape(-1)
    kernel = chunked(array(flat[:4]), array(flat[4:]))
    assert np.array_equal(load_network(written(tmp_path, parameters(kernel=kernel))).network.W1, W1)


@pytest.mark.parametrize(
    ("kernel", "message"),
    [
        (array(W1, shape=[2, 4]), r"claims the shape \(2, 4\) of float32, but has 24 bytes"),
        (array(W1, shape=[2**40, 2**40]), "at most"),
        (array(W1, shape=[-2, -3]), "at most"),
        (array(W1, shape=["2", 3]), "no shape"),
        (array(W1.astype(np.int32)), "Dense_0/kernel must be an array of real numbers, but is of type int32"),
        (msgpack.ExtType(2, b"\x92\x01\x02"), "but is of kind 2"),
        (msgpack.ExtType(1, b""), "damaged"),
        (3.5, "but is of float"),
        (chunked(array(W1.reshape(-1)), rows=3), "chunks do not fit"),
        (chunked(array(W1.reshape(-1)[:3]), array(B1.astype(np.float16))), "several types"),
        (chunked(3.5), "chunks do not fit"),
    ],
)
def test_other_arrays(tmp_path: Path, kernel: object, message: str) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        load_network(written(tmp_path, parameters(kernel=kernel)))
    assert str(refused.value).startswith(str(tmp_path / "model.msgpack"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (msgpack.packb([1, 2]), "no tree of parameters"),
        (msgpack.packb({"params": 3}), "no tree of parameters"),
        (b"\x82\xa1a\x01\xa1a\x01", "twice"),
        (b"\x81\x01\x01", "damaged"),
        (b"\xdf\xff\xff\xff\xff", "damaged"),
        (b"\x91" * 5000 + b"\x01", "damaged"),
        (msgpack.packb([[1] * 6000] * 2), "more than 10,000 entries"),
        (msgpack.packb(parameters())[:-1], "damaged"),
        (msgpack.packb(parameters()) + b"\0", "damaged"),
    ],
)
def test_damaged_files(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "model.msgpack").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        load_network(tmp_path / "model.msgpack")


def test_without_msgpack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, parameters())
    monkeypatch.setitem(sys.modules, "msgpack", None)
    with pytest.raises(ValueError, match=r"msgpack, which reads it, is not installed; pip install"):
        load_network(path)


def test_several_outputs(tmp_path: Path) -> None:
    tree = parameters()
    tree["Dense_0"] = {"kernel": array(np.ones((5, 3), dtype="f4")), "bias": array(B1)}
    tree["Dense_1"] = {"kernel": array(np.ones((3, 2), dtype="f4")), "bias": array(np.array([1.0, 2.0], dtype="f4"))}
    found = load_network(written(tmp_path, tree), several=True)
    assert (found.first.d, found.output_weights.shape, found.output_biases.tolist()) == (5, (2, 3), [1.0, 2.0])
    with pytest.raises(NotCoveredError, match="must have one output"):
        load_network(tmp_path / "model.msgpack")
