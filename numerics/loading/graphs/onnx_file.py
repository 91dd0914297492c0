"""A network from the graph of an .onnx file, as exported by torch and skl2onnx."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import onnx
from google.protobuf.message import DecodeError
from jaxtyping import Float64

from numerics.loading.folding import (
    Elementwise,
    Part,
    Relu,
    batch_normalisation,
    folded_network,
    fractions,
    require_agreement,
)
from numerics.loading.graphs.external import read_beside
from numerics.loading.graphs.onnx_graph import Graph, Link, require_wide
from numerics.loading.layers import Layer, LoadedNetwork, NotCoveredError
from numerics.loading.limits import require_small_file
from numerics.loading.scaling import Operation
from numerics.network import Array

# these pass the numbers on; that a change of shape keeps each datum together is seen at random points
_PASSING = ("Identity", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Dropout")
_ARITHMETIC: dict[str, Operation] = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/"}


def load_onnx(path: str | os.PathLike[str], points: npt.ArrayLike | None = None) -> LoadedNetwork:
    """Read a graph that computes layer, relu, layer, and compare it with onnx's reference evaluator.

    A layer is Gemm, or MatMul and Add; relu is Relu, Clip from 0 or Max with 0. Arithmetic with stored numbers and
    BatchNormalization are folded or become a preprocessing (see `folded_network`). Only what the output depends on is
    read; weights in a second file are read by `read_beside`. The comparison is `require_agreement`, in the coarsest
    type of the graph, and evaluates none but the operations named.

    Args:
        path: the file.
        points: data [m, d] at which graph and network are also compared.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        NotCoveredError: the graph is that of another network; the operation that does not fit is named.
        ValueError: the file is damaged or no .onnx file, or its weights lie elsewhere than in it or beside it.
    """
    place = require_small_file(path)
    try:
        model = onnx.load(os.fspath(place), load_external_data=False)
    except DecodeError as error:
        raise ValueError(f"{place} is no .onnx file, or is truncated or damaged: {error}") from error
    if not model.graph.node:
        raise ValueError(f"{place} is no .onnx file, or its graph is empty")
    try:
        beside = read_beside(model, place)
        graph = Graph(model)
        graph.notes += beside
        found = folded_network(_Translation(graph).parts(), graph.notes)
        require_agreement(found, graph.values, graph.coarsest(), points)
    except ValueError as error:
        raise type(error)(f"{place}: {error}") from error
    return found.loaded


class _Translation:
    """The operations of a chain as layers, scalings and relus, and notes on them."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.parameters: set[str] = set()

    def parts(self) -> list[Part]:
        """The chain as layers, scalings and relus."""
        parts: list[Part] = []
        for link in self.graph.chain:
            self._require_known(link.node)
            kind = link.node.op_type
            several = len([name for name in link.node.output if name]) != 1
            if kind == "BatchNormalization" and (several or link.number("training_mode", 0)):
                raise NotCoveredError(
                    f"{link.name} is a BatchNormalization in training mode; export the model after .eval()"
                )
            if several and kind != "Dropout":
                raise NotCoveredError(f"{link.name} has several outputs")
            if kind in ("Gemm", "MatMul"):
                parts += self._layer(link)
            elif kind in _ARITHMETIC:
                self._append_arithmetic(parts, link)
            elif kind == "BatchNormalization":
                parts += self._normalisation(link)
            elif kind == "Scaler":
                parts += _scaler(link, trained=_has_layer(parts))
            elif kind in ("Relu", "Clip", "Max"):
                self._require_relu(link)
                parts.append(Relu())
            else:
                self._require_passing(link)
        return parts

    def _layer(self, link: Link) -> list[Part]:
        if link.place != 0 or len(link.node.input) < 2 or link.number("transA", 0):
            raise NotCoveredError(f"the input of {link.name} must be its first argument, and not transposed")
        weight = self._parameter(link.node.input[1])
        if weight.ndim == 1 and link.node.op_type == "MatMul":
            weight = weight[:, None]
        if weight.ndim != 2:
            name = link.node.input[1]
            raise NotCoveredError(f"{name} has the shape {list(weight.shape)}, so it is no fully connected layer")
        matrix = weight if link.number("transB", 0) else weight.T
        outputs, name = len(matrix), link.node.input[1]
        alpha, beta = fractions(np.array([link.number("alpha", 1), link.number("beta", 1)]))
        stored = self._parameter(link.node.input[2]) if len(link.node.input) > 2 and link.node.input[2] else None
        bias = None if stored is None else _row(stored, link.node.input[2])
        if alpha == beta == 1 and (bias is None or bias.size == outputs):
            return [Layer(name, matrix, bias)]
        parts: list[Part] = [Layer(name, matrix, None)]
        if alpha != 1:
            parts.append(Elementwise(f"alpha of {link.name}", "*", (alpha,)))
        if bias is not None:
            parts.append(Elementwise(f"bias of {link.name}", "+", tuple(beta * entry for entry in fractions(bias))))
        return parts

    def _parameter(self, name: str) -> Float64[Array, ...]:
        """A stored array that no other layer uses."""
        source = self.graph.source(name)
        if source in self.parameters:
            raise NotCoveredError(f"{source} is used twice; the theory is of networks whose parameters are free")
        self.parameters.add(source)
        return self.graph.array(name)

    def _append_arithmetic(self, parts: list[Part], link: Link) -> None:
        if len(link.others) != 1:
            raise ValueError(f"{link.name} has {len(link.node.input)} inputs, not 2")
        operation, trained = _ARITHMETIC[link.node.op_type], _has_layer(parts)
        numbers = _row(self.graph.array(link.others[0]), link.others[0])
        last = parts[-1] if parts else None
        if operation == "+" and isinstance(last, Layer) and last.bias is None and numbers.size == len(last.weight):
            parts[-1] = Layer(last.name, last.weight, self._parameter(link.others[0]).reshape(-1))
            return
        if link.place == 1 and operation == "/":
            raise NotCoveredError(f"{link.name} divides by what is computed")
        if link.place == 1 and operation == "-":
            parts.append(Elementwise(link.name, "*", (Fraction(-1),), trained))
            operation = "+"
        parts.append(Elementwise(link.name, operation, fractions(numbers), trained))

    def _normalisation(self, link: Link) -> list[Part]:
        if link.place != 0 or len(link.others) != 4:
            raise NotCoveredError(f"{link.name} is a BatchNormalization of computed parameters")
        weight, bias, mean, variance = (_row(self.graph.array(name), name) for name in link.others)
        eps = link.number("epsilon", float(np.float32(1e-5)))
        return batch_normalisation(link.name, mean, variance, eps, weight, bias)

    def _require_relu(self, link: Link) -> None:
        kind = link.node.op_type
        bounds = [self.graph.array(name).reshape(-1) if name else np.empty(0) for name in link.others]
        if any(bound.size > 1 for bound in bounds):
            raise NotCoveredError(f"{link.name} ({kind}) has several bounds; relu is max(z, 0)")
        low, high = -np.inf, np.inf
        if kind == "Relu" or (kind == "Max" and len(bounds) == 1):
            low = 0.0 if kind == "Relu" else float(bounds[0].sum())
        elif kind == "Clip":  # the bounds are inputs, or before opset 11 settings
            low, high = link.number("min", low), link.number("max", high)
            low = float(bounds[0][0]) if bounds and bounds[0].size else low
            high = float(bounds[1][0]) if len(bounds) > 1 and bounds[1].size else high
        if low != 0 or high != np.inf:
            raise NotCoveredError(f"{link.name} ({kind}) keeps numbers from {low:g} to {high:g}; relu is max(z, 0)")

    def _require_passing(self, link: Link) -> None:
        kind = link.node.op_type
        if link.place != 0:
            raise NotCoveredError(f"{link.name} has a computed shape")
        if kind == "Cast":
            require_wide(link)
        elif kind == "Flatten" and link.number("axis", 1) != 1:
            raise NotCoveredError(
                f"{link.name} flattens at axis {link.number('axis', 1):g}; only axis 1 keeps data apart"
            )
        elif kind == "Dropout":
            if len(link.others) > 1 and link.others[1] and self.graph.anything(link.others[1]).any():
                raise NotCoveredError(f"{link.name} is a Dropout in training mode; export the model after .eval()")
            self.graph.notes.append("The dropout, of no effect in evaluation, is no part of the loss here.")

    def _require_known(self, node: onnx.NodeProto) -> None:
        known = {*_PASSING, *_ARITHMETIC, "Gemm", "MatMul", "Relu", "Clip", "Max", "BatchNormalization"}
        scaler = node.domain == "ai.onnx.ml" and node.op_type == "Scaler"
        if not scaler and (node.domain not in ("", "ai.onnx") or node.op_type not in known):
            kind = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
            raise NotCoveredError(
                f"the graph uses the operation {kind}; a shallow ReLU network is Gemm (or MatMul, Add), Relu, Gemm"
            )


def _row(array: Float64[Array, ...], name: str) -> Float64[Array, " m"]:
    """One number for each coordinate of a datum, or one for all: of an array [.., 1, m] or []."""
    if array.size != 1 and array.shape[-1] != array.size:
        raise NotCoveredError(f"{name} has the shape {list(array.shape)}, which is no row of numbers, one a coordinate")
    return array.reshape(-1)


def _has_layer(parts: Sequence[Part]) -> bool:
    """Whether what comes next is the network's; what stands before the first layer is done to the data."""
    return any(isinstance(part, Layer) for part in parts)


def _scaler(link: Link, *, trained: bool) -> list[Part]:
    offset, scale = link.numbers("offset"), link.numbers("scale")
    if not offset.size or not scale.size:
        raise NotCoveredError(f"{link.name} has no offset and scale")
    return [
        Elementwise(link.name, "-", fractions(offset), trained),
        Elementwise(link.name, "*", fractions(scale), trained),
    ]
