"""Parameters from a state_dict, as torch.save writes it or as it is in memory."""

from __future__ import annotations

import os
import pickletools
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float64

from numerics.arrays.files import AnyArray
from numerics.loading.layers import LoadedNetwork, NotCoveredError, network_of_named_arrays
from numerics.loading.limits import opened_archive, require_small_array, require_small_arrays, require_small_file
from numerics.network import Array

_LARGEST_DIRECTORY = 2**20
_DEEPEST = 4
_OLD_TORCH = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"
"""The number that files of torch before 1.6 begin with, as it is pickled."""
_FLOATS = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
_INTEGERS = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)
_STATE_DICT_PARTS = {
    "collections OrderedDict",
    "torch Size",
    "torch device",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
    *(
        f"torch {kind}Storage"
        for kind in (
            "Double",
            "Float",
            "Half",
            "BFloat16",
            "Long",
            "Int",
            "Short",
            "Char",
            "Bool",
            "Byte",
            "ComplexFloat",
        )
    ),
}
_OTHER_TENSORS = {
    "torch._utils _rebuild_qtensor": "quantised tensors",
    "torch._utils _rebuild_sparse_tensor": "sparse tensors",
    "torch._utils _rebuild_meta_tensor_no_storage": "tensors on the device meta, which have a shape but no numbers",
}
_HOW = "save the parameters alone: torch.save(model.state_dict(), ...)"


def load_state_dict(path: str | os.PathLike[str]) -> LoadedNetwork:
    """Read a network from a state_dict, or from the one in a checkpoint, whose names `network_of_named_arrays` knows.

    Only dictionaries of tensors and plain values are accepted, by two independent guards: what the file would build is
    listed before anything is built, and torch reads it with weights_only. The tensors must be stored uncompressed, with
    checksums that fit, and none is larger than what is stored of it.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        NotCoveredError: the tensors are those of another network.
        ValueError: the file is damaged, holds anything but a state_dict, or its tensors are those of no network.
    """
    place = Path(path)
    held = load_plain(place)
    try:
        return network_of_state(held)
    except NotCoveredError:
        raise
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error


def load_plain(path: str | os.PathLike[str], instead: str = _HOW) -> object:
    """What torch.save wrote, if it is tensors and plain values in dictionaries and lists, as `load_state_dict` says.

    `instead` tells how to make such a file, where this one holds more.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        ValueError: the file is damaged, or holds anything else.
    """
    place = require_small_file(path)
    _require_plain(place, instead)
    # whatever torch raises at a malformed file
    try:
        held: object = torch.load(place, weights_only=True, map_location="cpu")
    except Exception as error:
        message = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(f"{place} cannot be read as tensors: {message}") from error
    return held


def network_of_state(held: object) -> LoadedNetwork:
    """The network of a state_dict in memory, or of the only one in a checkpoint, such as {"model_state_dict": ...}.

    Raises:
        NotCoveredError: the tensors are those of another network.
        ValueError: there is none, there are several, or its tensors are those of no network.
    """
    if not isinstance(held, Mapping):
        raise ValueError(f"a {type(held).__name__} is no state_dict; {_HOW}")
    found = [((), held)] if _is_state(held) else list(_states(held, ()))
    if len(found) > 1:
        raise ValueError(
            f"there are several networks, {' and '.join('.'.join(key) for key, _ in found)}; save one alone"
        )
    if not found:
        for name, value in held.items():
            if not isinstance(value, torch.Tensor):
                raise ValueError(f"{name!r} is a {type(value).__name__}, not a tensor; {_HOW}")
    keys, state = found[0] if found else ((), held)
    notes = [f"Read from {'.'.join(keys)!r}; nothing else that is stored beside it was."] if keys else []
    require_small_arrays([(str(name), tensor.shape) for name, tensor in state.items()])
    # what torch.optim.swa_utils.AveragedModel counts beside the averages that are the network
    arrays = {str(name): _as_stored(tensor, str(name)) for name, tensor in state.items() if name != "n_averaged"}
    require_free(state.items())
    narrow = sorted({str(tensor.dtype) for tensor in state.values() if tensor.dtype in _FLOATS[2:]})
    notes += [f"Parameters are stored in {dtype}; they were read exactly." for dtype in narrow]
    return network_of_named_arrays(arrays, ordered=True, notes=notes)


def _is_state(held: Mapping[object, object]) -> bool:
    """Whether it is names of tensors, one a matrix at least."""
    tensors = [value for value in held.values() if isinstance(value, torch.Tensor)]
    named = all(isinstance(name, str) for name in held)
    return named and len(tensors) == len(held) > 0 and any(tensor.ndim > 1 for tensor in tensors)


def _states(
    held: Mapping[object, object], keys: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, torch.Tensor]]]:
    """The dictionaries of tensors in a checkpoint, but for those of optimisers, which go by numbers or say so."""
    for key, value in held.items():
        if isinstance(key, str) and isinstance(value, Mapping) and "optim" not in key and len(keys) < _DEEPEST:
            if _is_state(value):
                yield (*keys, key), value
            else:
                yield from _states(value, (*keys, key))


def exact_array(tensor: torch.Tensor, name: str) -> Float64[Array, ...]:
    """The entries of a tensor of real numbers, exactly.

    Raises:
        ValueError: it is complex, quantised, sparse, of integers, without numbers, or claims too many.
    """
    require_small_array(tensor.shape, name)
    return np.asarray(_as_stored(tensor, name), dtype=np.float64)


def data_array(tensor: torch.Tensor, name: str) -> AnyArray:
    """The entries of a tensor of data or labels, which may be integers too, exactly.

    Raises:
        ValueError: it is complex, quantised, sparse, expanded, without numbers, or claims too many.
    """
    require_small_array(tensor.shape, name)
    return _as_stored(tensor, name, integers=True)


def _as_stored(tensor: torch.Tensor, name: str, *, integers: bool = False) -> AnyArray:
    if tensor.is_meta:
        raise ValueError(f"{name} lies on the device meta: it has a shape, but no numbers")
    if tensor.is_quantized:
        raise ValueError(f"{name} is quantised ({tensor.dtype}); give the network as it was trained")
    if tensor.layout != torch.strided:
        raise ValueError(f"{name} is sparse ({tensor.layout}); give it as a dense tensor")
    whole = integers or name.endswith("num_batches_tracked")
    if tensor.dtype not in _FLOATS and (not whole or tensor.dtype not in _INTEGERS):
        raise ValueError(f"{name} must hold real numbers, but is of type {tensor.dtype}")
    if _overlaps(tensor):
        raise ValueError(f"{name} is expanded: one stored number stands for several entries; give it as .clone()")
    own = tensor.detach().cpu()
    return np.asarray((own.double() if tensor.dtype == torch.bfloat16 else own).numpy())


def _overlaps(tensor: torch.Tensor) -> bool:
    """Whether entries may share a place: none do if each stride leaps over all that the smaller ones reach."""
    reach = 0
    for stride, length in sorted(zip(tensor.stride(), tensor.shape, strict=True)):
        if length > 1:
            if stride <= reach:
                return True
            reach += stride * (length - 1)
    return False


def require_free(tensors: Iterable[tuple[str, torch.Tensor]]) -> None:
    """NotCoveredError if a parameter is another one too: if two begin at the same place in memory."""
    places: dict[int, str] = {}
    for name, tensor in tensors:
        if tensor.numel() and places.setdefault(tensor.data_ptr(), name) != name:
            raise NotCoveredError(
                f"{name} is tied to {places[tensor.data_ptr()]}; the theory is of networks whose parameters are free"
            )


def _require_plain(place: Path, instead: str) -> None:
    with place.open("rb") as file:
        start = file.read(32)
    if start[:1] == b"\x80" and _OLD_TORCH not in start:
        raise ValueError(f"{place} is a pickle of Python objects, which may run code, and is not read; {instead}")
    if start[:2] != b"PK":
        raise ValueError(
            f"{place} is no file of torch.save, is truncated or damaged, or is older than torch 1.6; of such a one, "
            "torch.save(torch.load(path, weights_only=True), path) makes a file that is read"
        )
    with opened_archive(place, "file of torch.save") as archive:
        members = archive.infolist()
        if any(member.filename.endswith("/constants.pkl") or "/code/" in member.filename for member in members):
            raise ValueError(f"{place} is a program of torch.jit (TorchScript), which is not run; {instead}")
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            raise ValueError(f"{place} is compressed, as torch.save never writes it")
        if sum(member.file_size for member in members) > place.stat().st_size:
            raise ValueError(f"{place} is damaged: its members claim more bytes than it has")
        directory = [member for member in members if member.filename.endswith("/data.pkl")]
        if len(directory) != 1 or directory[0].file_size > _LARGEST_DIRECTORY:
            raise ValueError(f"{place} is no state_dict saved by torch.save")
        wrong = archive.testzip()  # torch does not compare checksums
        if wrong is not None:
            raise ValueError(f"{place} is damaged: the checksum of {wrong} does not fit")
        _require_state_dict(archive.read(directory[0]), place, instead)


def _require_state_dict(program: bytes, place: Path, instead: str) -> None:
    """Look through the opcodes, without running them, for anything but tensors and plain values in dictionaries."""
    try:
        named = [(code.name, argument) for code, argument, _ in pickletools.genops(program)]
    except Exception as error:
        raise ValueError(f"{place} is damaged: {error}") from error
    for name, argument in named:
        if name in ("STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4"):
            raise ValueError(f"{place} holds more than tensors; {instead}")
        if name == "GLOBAL" and argument in _OTHER_TENSORS:
            raise ValueError(f"{place} holds {_OTHER_TENSORS[str(argument)]}; {instead}")
        if name == "GLOBAL" and argument not in _STATE_DICT_PARTS:
            what = str(argument).replace(" ", ".")
            raise ValueError(f"{place} holds a Python object ({what}), and nothing is unpickled; {instead}")
