"""Graphs of ONNX written by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper


def graph(*nodes: onnx.NodeProto, kind: int = TensorProto.FLOAT, **weights: Any) -> onnx.ModelProto:
    """A model from nodes and named arrays, in float32 but for integers, from "x" to the output of the last node."""
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    arrays = {name: np.asarray(value) for name, value in weights.items()}
    tensors = [
        onnx.numpy_helper.from_array(value if value.dtype.kind == "i" else value.astype(dtype), name)
        for name, value in arrays.items()
    ]
    start = helper.make_tensor_value_info("x", kind, [None, 2])
    end = helper.make_tensor_value_info(nodes[-1].output[0], kind, [None, 1])
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(helper.make_graph(list(nodes), "graph", [start], [end], tensors), opset_imports=opsets)


def gemm(start: str, weight: str, bias: str, end: str, **settings: Any) -> onnx.NodeProto:
    """A layer."""
    return helper.make_node("Gemm", [start, weight, bias], [end], **settings)


def node(kind: str, inputs: str, output: str, **settings: Any) -> onnx.NodeProto:
    """An operation of inputs with names of one letter, "_" for one that is left out."""
    return helper.make_node(kind, [name.replace("_", "") for name in inputs], [output], **settings)


WEIGHTS: dict[str, Any] = {
    "A": [[1.0, -2.0, 0.5], [0.25, 1.0, -1.0]],
    "a": [0.5, -1.0, 2.0],
    "B": [[1.0], [-0.5], [3.0]],
    "b": [1.0],
}
"""Of the network with W1 = A^T, b1 = a, w2 = B, b2 = b."""

FIRST, RELU, SECOND = gemm("x", "A", "a", "t"), node("Relu", "t", "z"), gemm("z", "B", "b", "y")
