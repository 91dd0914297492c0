"""ONNX graphs of two exporters and by hand, and graphs that are no shallow ReLU network."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import skl2onnx
import torch
from onnx import TensorProto
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from numerics.loading import LoadedNetwork, NotCoveredError, load_network
from numerics.loading.graphs.onnx_graph import Graph
from tests.numerics.loading.graphs.examples import FIRST, RELU, SECOND, WEIGHTS, gemm, graph, node
from tests.numerics.loading.users import (
    assert_is_torch,
    circle_and_line,
    named,
    trained_by_sklearn,
    trained_by_torch,
)


def loaded(path: Path, *nodes: onnx.NodeProto, with_scaling: bool = False, **weights: Any) -> LoadedNetwork:
    """What is read of the graph of these nodes."""
    onnx.save(graph(*nodes, **(WEIGHTS | weights)), path / "model.onnx")
    return load_network(path / "model.onnx", with_scaling=with_scaling)


def assert_is_network(found: LoadedNetwork, *, factor: float = 1.0) -> None:
    """The network has the weights of `WEIGHTS`, the hidden layer times a factor."""
    network = found.network
    assert np.array_equal(network.W1, factor * np.transpose(WEIGHTS["A"]))
    assert np.array_equal(network.b1, factor * np.array(WEIGHTS["a"]))
    assert np.array_equal(network.w2, np.ravel(WEIGHTS["B"]))
    assert network.b2 == 1.0


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
    found = load_network(path)
    assert_is_torch(found.network)
    assert found.notes == ()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_onnx_of_sklearn(tmp_path: Path, dtype: type) -> None:
    model = trained_by_sklearn()
    path = tmp_path / "model.onnx"
    path.write_bytes(skl2onnx.to_onnx(model, circle_and_line().x[:1].astype(dtype)).SerializeToString())
    network = load_network(path).network
    assert np.array_equal(network.W1, model.coefs_[0].T.astype(dtype))
    assert np.array_equal(network.w2, model.coefs_[1][:, 0].astype(dtype))
    assert network.b2 == model.intercepts_[1].astype(dtype)[0]


CHAINS: dict[str, tuple[tuple[onnx.NodeProto, ...], dict[str, Any]]] = {
    "products and sums": (
        (node("MatMul", "xA", "s"), node("Add", "as", "t"), RELU, node("MatMul", "zB", "u"), node("Add", "ub", "y")),
        {},
    ),
    "transposed": (
        (gemm("x", "C", "a", "t", transB=1), RELU, gemm("z", "D", "b", "y", transB=1)),
        {"C": np.transpose(WEIGHTS["A"]), "D": np.transpose(WEIGHTS["B"])},
    ),
    "a transposed array": (
        (node("Transpose", "C", "T"), gemm("x", "T", "a", "t"), RELU, SECOND),
        {"C": np.transpose(WEIGHTS["A"])},
    ),
    "a vector of output weights": (
        (FIRST, RELU, node("MatMul", "zw", "u"), node("Add", "uc", "y")),
        {"w": np.ravel(WEIGHTS["B"]), "c": 1.0},
    ),
    "Identity and Cast": (
        (
            node("Identity", "x", "i"),
            node("Cast", "i", "c", to=TensorProto.FLOAT),
            gemm("c", "A", "a", "t"),
            RELU,
            SECOND,
        ),
        {},
    ),
    "Flatten and Reshape": (
        (node("Flatten", "x", "f"), gemm("f", "A", "a", "t"), RELU, SECOND, node("Reshape", "yr", "o")),
        {"r": np.array([-1])},
    ),
    "Clip": ((FIRST, node("Clip", "tl", "z"), SECOND), {"l": 0.0}),
    "Max": ((FIRST, node("Max", "lt", "z"), SECOND), {"l": [0.0]}),
    "Dropout": ((FIRST, RELU, node("Dropout", "z", "d"), gemm("d", "B", "b", "y")), {}),
    "an unused operation": ((FIRST, node("Tanh", "t", "n"), RELU, SECOND), {}),
}


@pytest.mark.parametrize(("nodes", "weights"), CHAINS.values(), ids=list(CHAINS))
def test_chains(tmp_path: Path, nodes: tuple[onnx.NodeProto, ...], weights: dict[str, Any]) -> None:
    assert_is_network(loaded(tmp_path, *nodes, **weights))


def test_what_has_no_effect_is_named(tmp_path: Path) -> None:
    nodes, _ = CHAINS["an unused operation"]
    assert "not read: an operation Tanh" in loaded(tmp_path, *nodes).notes[0]
    nodes, _ = CHAINS["Dropout"]
    assert "no part of the loss" in loaded(tmp_path, *nodes).notes[0]


def test_factors_are_folded_and_said(tmp_path: Path) -> None:
    found = loaded(tmp_path, gemm("x", "A", "a", "t", alpha=2.0, beta=2.0), RELU, SECOND)
    assert_is_network(found, factor=2.0)
    assert "that of the folded network" in found.notes[0]
    found = loaded(tmp_path, FIRST, node("Mul", "tm", "s"), node("Relu", "s", "z"), SECOND, m=[4.0])
    assert_is_network(found, factor=4.0)
    found = loaded(tmp_path, gemm("x", "A", "e", "t"), RELU, SECOND, e=[0.25])
    assert found.network.b1.tolist() == [0.25] * 3
    assert "that of the folded network" in found.notes[0]


def test_batch_normalisation_is_folded(tmp_path: Path) -> None:
    normalise = node("BatchNormalization", "tgcmv", "n", epsilon=0.0)
    moments: dict[str, Any] = {"m": [1.0, 0.0, 0.0], "v": [4.0, 16.0, 16.0]}
    nodes = (FIRST, normalise, node("Relu", "n", "z"), SECOND)
    found = loaded(tmp_path, *nodes, g=[2.0, 4.0, 8.0], c=[0.0, 0.0, 1.0], **moments)
    assert np.array_equal(found.network.W1, [[1.0, 0.25], [-2.0, 1.0], [1.0, -2.0]])
    assert found.network.b1.tolist() == [-0.5, -1.0, 5.0]
    assert "that of the folded network" in found.notes[0]


@pytest.mark.parametrize(
    "front",
    [
        (node("Sub", "xm", "c"), node("Div", "cs", "p")),
        (node("Scaler", "x", "p", domain="ai.onnx.ml", offset=[1.0, 2.0], scale=[0.25, 2.0]),),
    ],
)
def test_a_preprocessing_is_of_the_data(tmp_path: Path, front: tuple[onnx.NodeProto, ...]) -> None:
    found = loaded(
        tmp_path, *front, gemm("p", "A", "a", "t"), RELU, SECOND, with_scaling=True, m=[1.0, 2.0], s=[4.0, 0.5]
    )
    assert_is_network(found)
    assert found.prepare([[5.0, 2.0]]).tolist() == [[1.0, 0.0]]
    assert "as they were trained" in found.notes[0]


def test_pipelines_of_sklearn(tmp_path: Path) -> None:
    shapes = circle_and_line()
    model = make_pipeline(StandardScaler(), trained_by_sklearn()).fit(3 * shapes.x + 2, shapes.y)
    path = tmp_path / "model.onnx"
    path.write_bytes(skl2onnx.to_onnx(model, shapes.x[:1]).SerializeToString())
    with pytest.raises(NotCoveredError, match="preprocessing of its data in front, x - "):
        load_network(path)
    found = load_network(path, with_scaling=True)
    assert np.array_equal(found.network.W1, model[1].coefs_[0].T)
    np.testing.assert_allclose(found.network(found.prepare(shapes.x)), model.predict(shapes.x), rtol=1e-6)


def test_half_precision_is_said(tmp_path: Path) -> None:
    onnx.save(graph(FIRST, RELU, SECOND, kind=TensorProto.FLOAT16, **WEIGHTS), tmp_path / "model.onnx")
    found = load_network(tmp_path / "model.onnx")
    assert_is_network(found)
    assert "A is stored in float16; it was read exactly." in found.notes


def test_a_graph_that_computes_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the translation had lost a part of the graph: at one point of the caller, or everywhere."""
    values = Graph.values
    monkeypatch.setattr(Graph, "values", lambda graph, x: values(graph, x) + (x[:, 0] == 7.0))
    assert_is_network(loaded(tmp_path, FIRST, RELU, SECOND))
    with pytest.raises(NotCoveredError, match=r"another function than the model: at x = \[7. 1.\]"):
        load_network(tmp_path / "model.onnx", [[7.0, 1.0]])
    monkeypatch.setattr(Graph, "values", lambda graph, x: values(graph, x) + 1e-3)
    with pytest.raises(NotCoveredError, match="another function than the model"):
        load_network(tmp_path / "model.onnx")


def test_points_of_the_caller_are_compared(tmp_path: Path) -> None:
    onnx.save(graph(FIRST, RELU, SECOND, **WEIGHTS), tmp_path / "model.onnx")
    assert_is_network(load_network(tmp_path / "model.onnx", [[1.0, 2.0]]))
    with pytest.raises(ValueError, match="must have 2 columns"):
        load_network(tmp_path / "model.onnx", [[1.0, 2.0, 3.0]])


REFUSED: dict[str, tuple[tuple[onnx.NodeProto, ...], str]] = {
    "Tanh": ((FIRST, node("Tanh", "t", "z"), SECOND), "operation Tanh"),
    "no relu": ((FIRST, gemm("t", "B", "b", "y")), "no relu between"),
    "two relus": ((FIRST, RELU, SECOND, node("Relu", "y", "e")), "relu after its last layer"),
    "transA": ((gemm("x", "A", "a", "t", transA=1), RELU, SECOND), "not transposed"),
    "residual": ((FIRST, RELU, node("Add", "zt", "u"), gemm("u", "B", "b", "y")), "no chain"),
    "no bias": ((FIRST, RELU, node("MatMul", "zB", "y")), "no bias"),
    "computed": ((FIRST, RELU, gemm("z", "missing", "b", "y")), "'z', 'missing'"),
    "Flatten": ((node("Flatten", "x", "f", axis=0), gemm("f", "A", "a", "t"), RELU, SECOND), "axis 0"),
    "integers": (
        (
            node("Cast", "x", "i", to=TensorProto.INT64),
            node("Cast", "i", "f", to=1),
            gemm("f", "A", "a", "t"),
            RELU,
            SECOND,
        ),
        "casts to INT64",
    ),
    "half": (
        (FIRST, RELU, SECOND, node("Cast", "y", "h", to=TensorProto.FLOAT16)),
        "casts to FLOAT16",
    ),
    "tied": ((gemm("x", "S", "b", "t"), RELU, gemm("z", "B", "b", "y")), "b is used twice"),
    "half weights": (
        (node("Cast", "A", "C", to=TensorProto.FLOAT16), gemm("x", "C", "a", "t"), RELU, SECOND),
        "casts to FLOAT16",
    ),
    "Max": ((FIRST, node("Max", "tb", "z"), SECOND), "keeps numbers from 1 to inf"),
    "Clip": ((FIRST, node("Clip", "t_b", "z"), SECOND), "keeps numbers from -inf to 1"),
    "column": ((FIRST, node("Add", "tB", "s"), node("Relu", "s", "z"), SECOND), "no row"),
    "quotient": ((FIRST, node("Div", "bt", "s"), node("Relu", "s", "z"), SECOND), "divides by what is computed"),
    "shape": ((node("Reshape", "xr", "f"), gemm("f", "A", "a", "t"), RELU, SECOND), "cannot compute the graph"),
}


@pytest.mark.parametrize(("nodes", "message"), REFUSED.values(), ids=list(REFUSED))
def test_graphs(tmp_path: Path, nodes: tuple[onnx.NodeProto, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        loaded(tmp_path, *nodes, r=np.array([2, -1]), S=[[1.0], [2.0]])


def test_batch_normalisation_in_training_mode(tmp_path: Path) -> None:
    """As torch exports it, with running moments, and by its setting alone."""
    weights: dict[str, Any] = {"g": [1.0] * 3, "c": [0.0] * 3, "m": [0.0] * 3, "v": [1.0] * 3}
    for outputs in ("n", "nij"):
        normalise = onnx.helper.make_node("BatchNormalization", list("tgcmv"), list(outputs), "bn", training_mode=1)
        with pytest.raises(NotCoveredError, match=r"bn is a BatchNormalization in training mode; .*\.eval\(\)"):
            loaded(tmp_path, FIRST, normalise, node("Relu", "n", "z"), SECOND, **weights)


def test_an_onnx_tensor_shorter_than_it_claims(tmp_path: Path) -> None:
    model = graph(FIRST, RELU, SECOND, **WEIGHTS)
    model.graph.initializer[0].dims[0] = 2**20
    onnx.save(model, tmp_path / "model.onnx")
    with pytest.raises(ValueError, match="A is damaged"):
        load_network(tmp_path / "model.onnx")
    model.graph.initializer[0].dims[0] = 2**40
    onnx.save(model, tmp_path / "model.onnx")
    with pytest.raises(ValueError, match="at most"):
        load_network(tmp_path / "model.onnx")


def test_several_outputs(tmp_path: Path) -> None:
    """Are read where they are asked for, compared with the graph, and else refused by the layer that has them."""
    onnx.save(graph(FIRST, RELU, SECOND, **(WEIGHTS | {"B": np.ones((3, 2)), "b": [1.0, 2.0]})), tmp_path / "two.onnx")
    found = load_network(tmp_path / "two.onnx", several=True)
    assert (found.output_weights.tolist(), found.output_biases.tolist()) == ([[1.0] * 3] * 2, [1.0, 2.0])
    with pytest.raises(NotCoveredError, match="one output, but B has 2"):
        load_network(tmp_path / "two.onnx")
    flat = node("Reshape", "yr", "o")
    onnx.save(
        graph(FIRST, RELU, SECOND, flat, r=np.array([1, -1]), **(WEIGHTS | {"B": np.ones((3, 2)), "b": [1.0, 2.0]})),
        tmp_path / "flat.onnx",
    )
    assert load_network(tmp_path / "flat.onnx", several=True).output_biases.tolist() == [1.0, 2.0]
