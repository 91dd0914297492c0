"""A network from the graph of an .onnx file, as exported by torch and skl2onnx."""

from __future__ import annotations

import os

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from jaxtyping import Float64

from numerics.arrays.files import AnyArray
from numerics.loading.layers import Layer, LoadedNetwork, NotCoveredError, shallow_network
from numerics.loading.limits import require_small_array, require_small_file
from numerics.network import Array

_FLOATS = (onnx.TensorProto.DOUBLE, onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16)
# these pass the numbers on; which shape they give to a column of outputs does not matter
_PASSING = {"Cast", "Identity", "Flatten", "Reshape", "Squeeze", "Unsqueeze"}
_ADVICE = "; audit the layers alone, on the data that reach them"


def load_onnx(path: str | os.PathLike[str]) -> LoadedNetwork:
    """Read a graph of Gemm, or MatMul and Add, then Relu, then Gemm, or MatMul and Add; nothing is run.

    Casts and changes of shape are passed over. Only the file itself is opened: weights beside it are not read.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        NotCoveredError: the graph is that of another network; the operation that does not fit is named.
        ValueError: the file is damaged or no .onnx file, or its weights lie in another file.
    """
    place = require_small_file(path)
    try:
        model = onnx.load(os.fspath(place), load_external_data=False)
    except DecodeError as error:
        raise ValueError(f"{place} is no .onnx file, or is truncated or damaged: {error}") from error
    if not model.graph.node:
        raise ValueError(f"{place} is no .onnx file, or its graph is empty")
    reader = _Reader(model.graph, str(place))
    return LoadedNetwork(shallow_network(reader.layers()))


class _Reader:
    """Walks the graph from its input to its output."""

    def __init__(self, graph: onnx.GraphProto, name: str) -> None:
        self.name = name
        self.constants = {tensor.name: tensor for tensor in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant" and node.output:
                for attribute in node.attribute:
                    if attribute.name == "value":
                        self.constants[node.output[0]] = attribute.t
        self.nodes = [node for node in graph.node if node.op_type != "Constant"]
        inputs = [value.name for value in graph.input if value.name not in self.constants]
        if len(inputs) != 1 or len(graph.output) != 1:
            raise NotCoveredError(
                f"{name} has {len(inputs)} inputs and {len(graph.output)} outputs; the network must have one of each"
            )
        self.start, self.end = inputs[0], graph.output[0].name

    def layers(self) -> list[Layer]:
        """The layers in order, with one relu between the first and the second."""
        layers: list[Layer] = []
        relus = 0
        current, previous = self.start, ""
        left = list(self.nodes)
        while left:
            users = [node for node in left if current in node.input]
            if len(users) != 1:
                raise NotCoveredError(f"{self.name} is no chain of layers: {len(users)} operations use {current!r}")
            node = users[0]
            left.remove(node)
            if node.domain not in ("", "ai.onnx") or len(node.output) != 1:
                raise self._stranger(node)
            if node.op_type in ("Gemm", "MatMul"):
                if len(layers) > relus:
                    raise NotCoveredError(f"{self.name} has two layers with no relu between them")
                layers.append(self._gemm(node, current) if node.op_type == "Gemm" else self._matmul(node, current))
            elif node.op_type == "Add" and previous == "MatMul":
                layers[-1] = self._with_bias(layers[-1], node, current)
            elif node.op_type == "Relu" and len(layers) == relus + 1:
                relus += 1
            elif node.op_type not in _PASSING:
                raise self._stranger(node)
            # a change of type or shape between a product and its bias would be odd, but harmless
            previous, current = node.op_type, node.output[0]
        if current != self.end:
            raise NotCoveredError(f"{self.name} is no chain of layers: its output {self.end!r} is not the end of one")
        if relus == len(layers):
            raise NotCoveredError(
                f"{self.name} has a relu after its last layer; the output must be affine in the neurons"
            )
        return layers

    def _stranger(self, node: onnx.NodeProto) -> NotCoveredError:
        kind = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
        advice = _ADVICE if node.op_type in ("Sub", "Div", "Mul", "Add", "Scaler", "Normalizer") else ""
        return NotCoveredError(
            f"{self.name} uses the operation {kind}; a shallow ReLU network is Gemm (or MatMul, Add), Relu, Gemm"
            f"{advice}"
        )

    def _gemm(self, node: onnx.NodeProto, current: str) -> Layer:
        settings = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        if settings.get("alpha", 1.0) != 1.0 or settings.get("beta", 1.0) != 1.0 or settings.get("transA", 0):
            raise NotCoveredError(f"{self.name} scales or transposes in {node.name or 'Gemm'}")
        if len(node.input) < 2 or node.input[0] != current:
            raise NotCoveredError(f"{self.name}: the input of {node.name or 'Gemm'} is not its first argument")
        weight = self._matrix(node.input[1])
        bias = self._array(node.input[2]) if len(node.input) > 2 and node.input[2] else None
        return Layer(node.input[1], weight if settings.get("transB", 0) else weight.T, bias)

    def _matmul(self, node: onnx.NodeProto, current: str) -> Layer:
        if len(node.input) != 2 or node.input[0] != current:
            raise NotCoveredError(f"{self.name}: the input of {node.name or 'MatMul'} is not its first argument")
        return Layer(node.input[1], self._matrix(node.input[1]).T, None)

    def _with_bias(self, layer: Layer, node: onnx.NodeProto, current: str) -> Layer:
        others = [name for name in node.input if name != current]
        if len(others) != 1:
            raise self._stranger(node)
        return Layer(layer.name, layer.weight, self._array(others[0]))

    def _matrix(self, name: str) -> Float64[Array, "outputs inputs"]:
        array = self._array(name)
        if array.ndim != 2:
            raise NotCoveredError(
                f"{self.name}: {name} has the shape {list(array.shape)}, so it is no fully connected layer"
            )
        return array

    def _array(self, name: str) -> Float64[Array, ...]:
        tensor = self.constants.get(name)
        if tensor is None:
            raise NotCoveredError(f"{self.name}: {name!r} is computed, not stored; weights and biases must be stored")
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            raise ValueError(
                f"{self.name}: {name} lies in another file, which is not opened; "
                "export again with torch.onnx.export(..., external_data=False)"
            )
        require_small_array(list(tensor.dims), f"{self.name}: {name}")
        if tensor.data_type not in _FLOATS:
            kind = onnx.TensorProto.DataType.Name(tensor.data_type)
            raise ValueError(f"{self.name}: {name} must hold real numbers, but is of type {kind}")
        try:
            array: AnyArray = onnx.numpy_helper.to_array(tensor)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{self.name}: {name} is damaged: {error}") from error
        return array.astype(np.float64)
