"""What a graph holds beside its chain is bounded, kept out of the way, and never evaluated unless it is needed."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from numerics.loading.graphs.onnx_graph import Graph, Link, require_wide
from numerics.loading.layers import NotCoveredError
from tests.numerics.loading.graphs.examples import FIRST, RELU, SECOND, WEIGHTS, gemm, graph, node


def test_the_chain_and_its_values() -> None:
    found = Graph(graph(FIRST, RELU, SECOND, **WEIGHTS))
    assert [link.name for link in found.chain] == ["Gemm", "Relu", "Gemm"]
    assert found.coarsest() == np.float32
    assert found.values(np.array([[1.0, 2.0]])).tolist() == [4.5]


def test_stored_arrays() -> None:
    half = helper.make_node(
        "Constant", [], ["h"], value=onnx.numpy_helper.from_array(np.array([[0.1]], dtype=np.float16), "h")
    )
    numbers = helper.make_node("Constant", [], ["n"], value_floats=[0.5, 0.25])
    found = Graph(graph(half, numbers, node("Transpose", "A", "T"), FIRST, RELU, SECOND, **WEIGHTS))
    assert found.array("h").tolist() == [[float(np.float16(0.1))]]
    assert found.array("n").tolist() == [0.5, 0.25]
    assert found.array("T").tolist() == np.transpose(WEIGHTS["A"]).tolist()
    assert (found.source("T"), found.source("A"), found.source("n")) == ("A", "A", "n")
    assert found.notes[1:] == ["h is stored in float16; it was read exactly."]
    with pytest.raises(NotCoveredError, match="'t' is computed, not stored"):
        found.array("t")


def test_batches_of_a_fixed_size() -> None:
    model = graph(FIRST, RELU, SECOND, node("Reshape", "yr", "o"), r=np.array([4, 1]), **WEIGHTS)
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 4
    x = np.arange(12.0).reshape(6, 2)
    assert np.array_equal(Graph(model).values(x), Graph(graph(FIRST, RELU, SECOND, **WEIGHTS)).values(x))


def test_what_the_output_does_not_need_is_never_evaluated() -> None:
    large = node("ConstantOfShape", "s", "n")
    assert Graph(graph(large, FIRST, RELU, SECOND, s=np.array([2**50]), **WEIGHTS)).values(np.ones((1, 2))).size == 1


@pytest.mark.parametrize("kind", [TensorProto.FLOAT16, TensorProto.INT64, TensorProto.BFLOAT16, 99])
def test_casts(kind: int) -> None:
    require_wide(Link(node("Cast", "x", "y", to=TensorProto.DOUBLE), 0))
    with pytest.raises(NotCoveredError, match="Cast casts to"):
        require_wide(Link(node("Cast", "x", "y", to=kind), 0))


def test_two_values_of_one_name() -> None:
    model = graph(FIRST, RELU, SECOND, **WEIGHTS)
    model.graph.initializer.append(model.graph.initializer[0])
    with pytest.raises(ValueError, match="the same name"):
        Graph(model)
    with pytest.raises(ValueError, match="the same name"):
        Graph(graph(FIRST, gemm("x", "A", "a", "t"), RELU, SECOND, **WEIGHTS))


def test_a_circle() -> None:
    with pytest.raises(NotCoveredError, match="no chain of layers leads"):
        Graph(graph(FIRST, node("Relu", "s", "z"), node("Relu", "z", "s"), **WEIGHTS))


def test_functions_of_the_file() -> None:
    model = graph(FIRST, RELU, SECOND, **WEIGHTS)
    opset = helper.make_opsetid("", 18)
    model.functions.append(helper.make_function("", "Relu", ["x"], ["y"], [node("Neg", "x", "y")], [opset]))
    with pytest.raises(NotCoveredError, match="a function of its own, Relu"):
        Graph(model)


def test_claims_of_arrays() -> None:
    model = graph(FIRST, RELU, SECOND, **WEIGHTS)
    model.graph.initializer[0].dims[:] = [2**20, 2**20]
    with pytest.raises(ValueError, match="at most"):
        Graph(model)
    tensor = onnx.numpy_helper.from_array(np.ones(3), "c")
    tensor.data_location = TensorProto.EXTERNAL
    constant = helper.make_node("Constant", [], ["c"], value=tensor)
    with pytest.raises(ValueError, match="another file"):
        Graph(graph(constant, FIRST, RELU, SECOND, **WEIGHTS))
    with pytest.raises(NotCoveredError, match="at most 64"):
        Graph(graph(*[node("Tanh", "x", f"n{index}") for index in range(70)], FIRST, RELU, SECOND, **WEIGHTS))
