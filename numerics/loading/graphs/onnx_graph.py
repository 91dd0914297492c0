"""The graph of an .onnx file: the chain from its input to its output, what is stored beside it, and its values."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import onnx
from jaxtyping import Float64
from onnx.reference import ReferenceEvaluator

from numerics.arrays.files import AnyArray
from numerics.loading.layers import NotCoveredError
from numerics.loading.limits import require_small_arrays
from numerics.network import Array

_MOST_NODES = 64
_LARGEST_BATCH = 4096
_WIDE = (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE)
# of stored arrays, these give stored arrays
_OF_CONSTANTS = ("Identity", "Cast", "Transpose", "Reshape", "Squeeze", "Unsqueeze")


@dataclass(frozen=True)
class Link:
    """A node of the chain, and which of its inputs is the one that is not stored."""

    node: onnx.NodeProto
    place: int

    @property
    def name(self) -> str:
        return self.node.name or self.node.op_type

    def number(self, name: str, default: float) -> float:
        """A setting that is one number. ValueError if it is anything else."""
        for attribute in self.node.attribute:
            if attribute.name == name:
                value = onnx.helper.get_attribute_value(attribute)
                if not isinstance(value, int | float):
                    raise ValueError(f"{self.name} is damaged: {name} is no number")
                return value
        return default

    def numbers(self, name: str) -> AnyArray:
        """A setting that is a list of numbers, empty if it is missing."""
        values = [attribute.floats for attribute in self.node.attribute if attribute.name == name]
        return np.array(values[0] if values else [], dtype=np.float64)

    @property
    def others(self) -> list[str]:
        """The inputs that are stored, those left out as ''."""
        return [name for index, name in enumerate(self.node.input) if index != self.place]


class Graph:
    """The chain from the input of a graph to its output, and what is stored beside it."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model, self.notes = model, list[str]()
        graph = model.graph
        if len(graph.node) > _MOST_NODES:
            raise NotCoveredError(f"the graph has {len(graph.node):,} operations; at most {_MOST_NODES} are read")
        self.tensors = {tensor.name: tensor for tensor in graph.initializer}
        self.makers = {name: node for node in graph.node for name in node.output if name}
        inputs = [value.name for value in graph.input if value.name not in self.tensors]
        defined = [*self.tensors, *inputs, *(name for node in graph.node for name in node.output if name)]
        if len(set(defined)) < len(defined) or len(self.tensors) < len(graph.initializer):
            raise ValueError("the graph is damaged: it gives two values the same name")
        _require_in_file([*graph.initializer, *(entry for node in graph.node for entry in _constants(node))])
        self.stored = set(self.tensors)
        for node in graph.node:  # each stands behind what it uses, so that there are no circles
            kept = node.op_type in _OF_CONSTANTS and set(node.input) <= {"", *self.stored}
            if not node.domain and (node.op_type == "Constant" or kept):
                self.stored.update(node.output)
        if len(graph.output) != 1:
            raise NotCoveredError(f"the graph has {len(graph.output)} outputs; the network must have one")
        self.chain = self._chain(graph.output[0].name, set(inputs))
        own = {(function.domain, function.name) for function in model.functions}
        for node in self._live():
            if (node.domain, node.op_type) in own:
                raise NotCoveredError(f"the graph has a function of its own, {node.op_type}; export without functions")
        self._note_unused(inputs)

    def _chain(self, end: str, inputs: set[str]) -> list[Link]:
        links: list[Link] = []
        current = end
        while current not in inputs:
            node = self.makers.get(current)
            if node is None or current in self.stored or len(links) == _MOST_NODES:
                raise NotCoveredError(f"no chain of layers leads to the output {end!r}: {current!r} is not computed")
            computed = [index for index, name in enumerate(node.input) if name and name not in self.stored]
            if len(computed) != 1:
                raise NotCoveredError(
                    f"the graph is no chain of layers: {node.name or node.op_type} has {len(computed)} inputs that are "
                    f"computed, not stored ({', '.join(repr(node.input[index]) for index in computed)})"
                )
            links.append(Link(node, computed[0]))
            current = node.input[computed[0]]
        self.start = current
        return links[::-1]

    def _note_unused(self, inputs: list[str]) -> None:
        used = {name for node in self._live() for name in node.output}
        unused = [node.op_type for node in self.model.graph.node if not used.intersection(node.output)]
        spare = [name for name in inputs if name != self.start]
        if unused or spare:
            what = ", ".join([f"the input {name}" for name in spare] + [f"an operation {kind}" for kind in unused[:12]])
            self.notes.append(f"The output does not depend on all of the graph; not read: {what}.")

    def _live(self) -> list[onnx.NodeProto]:
        wanted = {name for link in self.chain for name in [*link.node.input, *link.node.output]}
        live = []
        for node in reversed(self.model.graph.node):
            if wanted.intersection(node.output):
                live.append(node)
                wanted.update(node.input)
        return live[::-1]

    def array(self, name: str) -> Float64[Array, ...]:
        """A stored array of real numbers in float64, exactly."""
        array = self.anything(name)
        if array.dtype.kind not in "f" and array.dtype.name != "bfloat16":
            raise ValueError(f"{name} must hold real numbers, but is of type {array.dtype}")
        if array.dtype.itemsize == 2:
            said = f"{name} is stored in {array.dtype}; it was read exactly."
            self.notes += [] if said in self.notes else [said]
        return array.astype(np.float64)

    def source(self, name: str) -> str:
        """The stored array that another one is made of, such as the transposed one."""
        while name in self.makers and self.makers[name].input:
            name = self.makers[name].input[0]
        return name

    def anything(self, name: str) -> AnyArray:
        """What an initializer, a Constant or an operation on one of them holds."""
        tensor = self.tensors.get(name)
        if tensor is not None:
            return _read(tensor)
        node = self.makers.get(name)
        if node is None or name not in self.stored:
            raise NotCoveredError(f"{name!r} is computed, not stored; weights and biases must be stored")
        if node.op_type == "Constant":
            return _read(_constants(node)[0])
        if node.op_type == "Cast":
            require_wide(Link(node, -1))
        names = list(dict.fromkeys(entry for entry in node.input if entry))
        run = _evaluator(self.model, [node], [], names, node.output[0])
        return run({entry: self.anything(entry) for entry in names})

    def coarsest(self) -> npt.DTypeLike:
        """The type with the largest roundoff among those that the chain computes in."""
        start = next(value for value in self.model.graph.input if value.name == self.start)
        codes = {start.type.tensor_type.elem_type}
        for link in self.chain:
            codes.update({int(link.number("to", 0))} if link.node.op_type == "Cast" else ())
            if link.node.op_type not in ("Reshape", "Squeeze", "Unsqueeze", "Dropout"):
                names = [name for name in link.others if name]
                codes.update(onnx.helper.np_dtype_to_tensor_dtype(self.anything(name).dtype) for name in names)
        if not codes <= {onnx.TensorProto.FLOAT16, *_WIDE}:
            raise NotCoveredError("the graph computes in other types than DOUBLE, FLOAT and FLOAT16")
        return min((onnx.helper.tensor_dtype_to_np_dtype(code) for code in codes), key=lambda dtype: dtype.itemsize)

    def values(self, x: Float64[Array, "n d"]) -> Float64[Array, " values"]:
        """What onnx's reference evaluator computes of the operations that the output depends on, datum after datum."""
        kind = next(value.type.tensor_type for value in self.model.graph.input if value.name == self.start)
        shape = [size.dim_value for size in kind.shape.dim]
        sizes = shape[1:] if len(shape) > 2 and math.prod(shape[1:]) == x.shape[1] else [x.shape[1]]
        batch = shape[0] if shape and 0 < shape[0] <= _LARGEST_BATCH else len(x)
        padded = np.concatenate([x, np.repeat(x[-1:], -len(x) % batch, axis=0)])
        given = padded.astype(onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type)).reshape(-1, batch, *sizes)
        end, nodes = self.chain[-1].node.output[0], self._live()
        stored = {name: self.tensors[name] for node in nodes for name in node.input if name in self.tensors}
        run = _evaluator(self.model, nodes, list(stored.values()), [self.start], end)
        values = [np.asarray(run({self.start: part}), dtype=np.float64) for part in given]
        if values[0].size == 0 or any(part.size % batch or part.size != values[0].size for part in values):
            raise NotCoveredError(
                f"for {batch} data the graph gives {values[0].size} values, not one, or as many, for each"
            )
        return np.concatenate([part.reshape(batch, -1) for part in values])[: len(x)].reshape(-1)


def _evaluator(
    model: onnx.ModelProto, nodes: list[onnx.NodeProto], stored: list[onnx.TensorProto], inputs: list[str], end: str
) -> Callable[[Mapping[str, AnyArray]], AnyArray]:
    """These nodes as a function of the inputs, without anything else of the model."""
    starts, ends = ([onnx.ValueInfoProto(name=name) for name in names] for names in (inputs, [end]))
    graph = onnx.helper.make_graph(nodes, "part", starts, ends, initializer=stored)
    part = onnx.helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    with _complaints():
        evaluator = ReferenceEvaluator(part)

    def run(given: Mapping[str, AnyArray]) -> AnyArray:
        with _complaints(), np.errstate(all="ignore"):
            (value,) = evaluator.run(None, dict(given))
        return np.asarray(value)

    return run


@contextlib.contextmanager
def _complaints() -> Iterator[None]:
    """Whatever onnx raises at a malformed node, as ValueError."""
    try:
        yield
    except Exception as error:
        message = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(f"onnx's reference evaluator cannot compute the graph: {message}") from error


def _require_in_file(tensors: Sequence[onnx.TensorProto]) -> None:
    """Before anything is made of them: no stored array lies elsewhere, or claims more entries than are read."""
    for tensor in tensors:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            raise ValueError(
                f"{tensor.name}, of a Constant, lies in another file, which is not opened; "
                "export again with torch.onnx.export(..., external_data=False)"
            )
    require_small_arrays([(tensor.name, list(tensor.dims)) for tensor in tensors])


def _constants(node: onnx.NodeProto) -> list[onnx.TensorProto]:
    """The stored array of a Constant; none of another operation."""
    if node.op_type != "Constant":
        return []
    for attribute in node.attribute:
        if attribute.name == "value":
            return [attribute.t]
        if attribute.name in ("value_float", "value_floats", "value_int", "value_ints"):
            value = np.asarray(onnx.helper.get_attribute_value(attribute))
            kind = np.float32 if attribute.name.startswith("value_float") else np.int64
            return [onnx.numpy_helper.from_array(value.astype(kind), "".join(node.output))]
    raise NotCoveredError(f"{node.name or 'a Constant'} is of a kind that is not read")


def _read(tensor: onnx.TensorProto) -> AnyArray:
    # whatever onnx raises at a malformed tensor
    try:
        return np.asarray(onnx.numpy_helper.to_array(tensor))
    except Exception as error:
        raise ValueError(f"{tensor.name} is damaged: {error}") from error


def require_wide(link: Link) -> None:
    """NotCoveredError unless a cast is to float32 or float64."""
    code = link.number("to", 0)
    if code not in _WIDE:
        named = code in onnx.TensorProto.DataType.values()
        kind = onnx.TensorProto.DataType.Name(int(code)) if named else f"the unknown type {code}"
        raise NotCoveredError(f"{link.name} casts to {kind}; casts to FLOAT and DOUBLE are read, others change numbers")
