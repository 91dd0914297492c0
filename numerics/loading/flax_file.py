"""Parameters from a .msgpack file, as flax.serialization.to_bytes writes them."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from numerics.arrays.files import AnyArray
from numerics.loading.layers import LoadedNetwork, NotCoveredError, network_of_named_arrays
from numerics.loading.limits import require_small_array, require_small_arrays, require_small_file

_ARRAY, _SCALAR = 1, 3
_CHUNKED = "__msgpack_chunked_array__"
_TYPES = {"float64": "<f8", "float32": "<f4", "float16": "<f2", "bfloat16": "<u2"}
_MOST_ENTRIES = 10_000
_DEEPEST = 16


class _Other:
    """A value of the file that is no array of real numbers, of this kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


def load_flax(path: str | os.PathLike[str], inputs: int | None = None) -> LoadedNetwork:
    """Read a network from the parameters {"Dense_0": {"kernel": [in, out], "bias": [out]}, ...}, or from "params".

    Beside "params", as in a TrainState, an optimiser and a count of steps may stand; other collections are refused. The
    bytes of each array must be those that its shape and type take. Arrays that Flax wrote in chunks are put together.
    The inputs are those that `network_of_named_arrays` takes.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        NotCoveredError: the parameters are those of another network.
        ValueError: the file is damaged, or msgpack is not installed.
    """
    tree, notes = _unpacked(require_small_file(path).read_bytes()), list[str]()
    if not isinstance(tree, Mapping):
        raise ValueError("this is no tree of parameters, as flax.serialization.to_bytes writes it")
    while "params" in tree:
        beside = sorted(set(tree) - {"params"})
        strange = [name for name in beside if name not in ("step", "opt_state") and tree[name] != {}]
        if strange:
            raise NotCoveredError(f"beside the parameters stands {strange[0]}, as for a BatchNorm or another state")
        notes += [f"Read from 'params'; not read: {', '.join(beside)}."] if beside else []
        tree = tree["params"]
        if not isinstance(tree, Mapping):
            raise ValueError("its params are no tree of parameters")
    arrays = dict(_leaves(tree, ""))
    require_small_arrays([(name, array.shape) for name, array in arrays.items()])
    narrow = {str(array.dtype) for array in arrays.values() if array.dtype == np.float16}
    narrow |= {"bfloat16" for array in arrays.values() if array.dtype == np.uint16}
    notes += [f"Parameters are stored in {kind}; they were read exactly." for kind in sorted(narrow)]
    real = {name: _real(array) for name, array in arrays.items()}
    return network_of_named_arrays(real, ordered=False, notes=notes, inputs=inputs)


def _unpacked(content: bytes) -> Any:
    try:
        import msgpack
    except ImportError as error:
        raise ValueError("msgpack, which reads it, is not installed; pip install msgpack") from error
    entries = 0

    def counted(values: Sequence[Any]) -> None:
        nonlocal entries
        entries += len(values) + 1
        if entries > _MOST_ENTRIES:
            raise ValueError(f"it holds more than {_MOST_ENTRIES:,} entries")

    def tree(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
        counted(pairs)
        if len({key for key, _ in pairs}) < len(pairs) or not all(isinstance(key, str) for key, _ in pairs):
            raise ValueError("a key is there twice, or is no text")
        return dict(pairs)

    def several(values: list[Any]) -> list[Any]:
        counted(values)
        return values

    def special(code: int, data: bytes) -> Any:
        counted(data[:1])
        return _array(msgpack.unpackb(data, max_array_len=64)) if code in (_ARRAY, _SCALAR) else _Other(f"kind {code}")

    # whatever msgpack raises at malformed bytes
    try:
        return msgpack.unpackb(
            content,
            object_pairs_hook=tree,
            list_hook=several,
            ext_hook=special,
            max_array_len=_MOST_ENTRIES,
            max_map_len=_MOST_ENTRIES,
        )
    except Exception as error:
        raise ValueError(f"this is no .msgpack file of Flax, or is truncated or damaged: {error}") from error


def _array(stored: Any) -> AnyArray | _Other:
    """Of [shape, name of the type, bytes]; bfloat16 as the integers of 16 bits that it is the upper half of."""
    shape, kind, content = stored
    kind = kind.decode() if isinstance(kind, bytes) else kind
    if not all(isinstance(length, int) for length in shape) or not isinstance(content, bytes):
        raise ValueError("an array has no shape, or no bytes")
    if kind not in _TYPES:
        return _Other(f"type {kind}")
    require_small_array(shape, "an array")
    dtype = np.dtype(_TYPES[kind])
    if math.prod(shape) * dtype.itemsize != len(content):
        raise ValueError(f"an array claims the shape {tuple(shape)} of {kind}, but has {len(content):,} bytes")
    return np.frombuffer(content, dtype=dtype).reshape(shape)


def _leaves(tree: Mapping[str, Any], path: str) -> Iterator[tuple[str, AnyArray]]:
    if path.count("/") > _DEEPEST:
        raise ValueError(f"the tree of parameters is deeper than {_DEEPEST}")
    for key, value in tree.items():
        if isinstance(value, np.ndarray):
            yield f"{path}{key}", value
        elif isinstance(value, Mapping) and _CHUNKED in value:
            yield f"{path}{key}", _joined(value, f"{path}{key}")
        elif isinstance(value, Mapping):
            yield from _leaves(value, f"{path}{key}/")
        else:
            kind = value.kind if isinstance(value, _Other) else type(value).__name__
            raise ValueError(f"{path}{key} must be an array of real numbers, but is of {kind}")


def _joined(stored: Mapping[str, Any], name: str) -> AnyArray:
    """An array that Flax wrote in chunks, since msgpack holds none of more than 2^30 bytes."""
    try:
        shape, chunks = ([part[str(n)] for n in range(len(part))] for part in (stored["shape"], stored["chunks"]))
        if len({chunk.dtype for chunk in chunks}) != 1 or any(chunk.ndim != 1 for chunk in chunks):
            raise ValueError("they are of several types, or no rows")
        require_small_array(shape, name)
        return np.concatenate(chunks).reshape(shape)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name} is damaged: its chunks do not fit together: {error}") from error


def _real(array: AnyArray) -> AnyArray:
    return (array.astype(np.uint32) << 16).view(np.float32) if array.dtype == np.uint16 else array
