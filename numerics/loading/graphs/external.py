"""Stored arrays of a graph that lie in a second file beside it, as torch's exporter writes them."""

from __future__ import annotations

import itertools
import math
import os
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError

from numerics.loading.limits import require_small_arrays, require_small_file

_KEYS = {"location", "offset", "length"}


def read_beside(model: onnx.ModelProto, place: Path) -> list[str]:
    """Move the bytes of initialisers that lie in other files into the model, read from `place`; returns notes on it.

    Only an ordinary file in the folder of `place` is opened, by its bare name, and no link that leads elsewhere. What
    a tensor claims must be what its type and dims take, lie within the file, and overlap no other one.

    Raises:
        ValueError: a name is none of a file beside `place`, there is no such file, or a claim does not fit.
    """
    tensors = [tensor for tensor in model.graph.initializer if tensor.data_location == onnx.TensorProto.EXTERNAL]
    require_small_arrays([(tensor.name, list(tensor.dims)) for tensor in tensors])
    taken: dict[Path, list[tuple[int, int, str]]] = {}
    for tensor in tensors:
        file, offset, length = _where(tensor, place)
        taken.setdefault(file, []).append((offset, offset + length, tensor.name))
        with file.open("rb") as stored:
            stored.seek(offset)
            tensor.raw_data = stored.read(length)
        tensor.data_location = onnx.TensorProto.DEFAULT
        del tensor.external_data[:]
    for ranges in taken.values():
        ranges.sort()
        for (_, end, name), (start, _, other) in itertools.pairwise(ranges):
            if start < end:
                raise ValueError(f"{other} and {name} share bytes of their file; the parameters must be free")
    return [f"Weights were read from {file.name}, beside the graph." for file in sorted(taken)]


def beside(place: Path) -> list[Path]:
    """The ordinary files beside a graph that its arrays claim to lie in; none where the graph cannot be read."""
    try:
        model = onnx.load(os.fspath(require_small_file(place)), load_external_data=False)
    except (DecodeError, OSError, ValueError):
        return []
    names = {entry.value for tensor in model.graph.initializer for entry in tensor.external_data}
    files = (place.parent / name for name in names if isinstance(name, str) and name.isprintable() and "/" not in name)
    return sorted(file for file in files if file.is_file())


def _where(tensor: onnx.TensorProto, place: Path) -> tuple[Path, int, int]:
    """The file, the first byte and the number of bytes."""
    told = {entry.key: entry.value for entry in tensor.external_data}
    # text that is no UTF-8 comes as bytes
    if not set(told) <= _KEYS or not all(isinstance(value, str) for value in told.values()):
        raise ValueError(f"{tensor.name} is damaged: of its place in another file more is told than {sorted(_KEYS)}")
    file = _beside(told.get("location", ""), tensor.name, place)
    try:
        needed = math.prod(tensor.dims) * onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
        offset = int(told.get("offset") or 0)
        length = int(told["length"]) if told.get("length") else file.stat().st_size - offset
    except (KeyError, ValueError, TypeError) as error:
        raise ValueError(
            f"{tensor.name} is damaged: its place in {file.name} is no number, or its type none"
        ) from error
    if len(told) < len(tensor.external_data) or tensor.raw_data:
        raise ValueError(f"{tensor.name} is damaged: its place in {file.name} is told twice")
    if length != needed or offset < 0 or offset + length > file.stat().st_size:
        raise ValueError(
            f"{tensor.name}, of shape {list(tensor.dims)}, takes {needed:,} bytes, but claims {length:,} from byte "
            f"{offset:,} of {file.name}, which has {file.stat().st_size:,}"
        )
    return file, offset, length


def _beside(name: str, tensor: str, place: Path) -> Path:
    if not name.isprintable() or name in ("", ".", "..") or "/" in name or "\\" in name or ":" in name:
        raise ValueError(f"{tensor} lies in {name[:80]!r}; only files in the folder of the graph are opened")
    file, folder = place.parent / name, place.parent.resolve()
    if file.resolve().parent != folder:
        raise ValueError(f"{tensor} lies in {name[:80]}, a link to another folder; copy the file beside the graph")
    try:
        return require_small_file(file.resolve())
    except OSError as error:
        raise ValueError(f"{tensor} lies in {name[:80]}, which is not beside the graph: {error.strerror}") from error
