"""ONNX graphs of two exporters, and graphs that are no shallow ReLU network."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import skl2onnx
import torch
from onnx import TensorProto, helper

from numerics.loading import NotCoveredError, load_network
from tests.numerics.loading.users import (
    assert_is_torch,
    circle_and_line,
    named,
    trained_by_sklearn,
    trained_by_torch,
)


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
