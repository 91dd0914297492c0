"""Parameters from a state_dict saved by torch.save."""

from __future__ import annotations

import os
import pickle
import pickletools
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float64

from numerics.arrays.files import AnyArray
from numerics.loading.layers import LoadedNetwork, network_of_named_arrays
from numerics.loading.limits import LARGEST_FILE, require_small_array, require_small_file
from numerics.network import Array

_LARGEST_DIRECTORY = 2**20
_FLOATS = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
_STATE_DICT_PARTS = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
    *(f"torch {kind}Storage" for kind in ("Double", "Float", "Half", "BFloat16", "Long", "Int", "Bool", "Byte")),
}
_HOW = "save the parameters alone: torch.save(model.state_dict(), ...)"


def load_state_dict(path: str | os.PathLike[str]) -> LoadedNetwork:
    """Read a network from a state_dict of W1, b1, w2, b2, or of the weight and bias of two layers.

    Only a dictionary of tensors is accepted, by two independent guards: what the file would build is listed before
    anything is built, and torch reads it with weights_only. The tensors must be stored uncompressed, so that they take
    no more memory than the file has bytes.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        NotCoveredError: the tensors are those of another network.
        ValueError: the file is damaged, holds anything but a state_dict, or its tensors are those of no network.
    """
    place = require_small_file(path)
    _require_plain(place)
    try:
        state = torch.load(place, weights_only=True, map_location="cpu")
    except (RuntimeError, EOFError, pickle.UnpicklingError, OSError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{place} cannot be read as a state_dict: {str(error).splitlines()[0]}") from error
    return network_of_named_arrays(_arrays(state, place), ordered=True)


def _arrays(state: object, place: Path) -> dict[str, AnyArray]:
    if not isinstance(state, Mapping):
        raise ValueError(f"{place} holds a {type(state).__name__}, not a state_dict; {_HOW}")
    for name, value in state.items():
        if not isinstance(name, str) or not isinstance(value, torch.Tensor):
            raise ValueError(f"{place}: {name!r} is a {type(value).__name__}, not a tensor; {_HOW}")
        require_small_array(value.shape, f"{place}: {name}")
        if value.dtype not in _FLOATS:
            raise ValueError(f"{place}: {name} must hold real numbers, but is of type {value.dtype}")
    return {name: value.detach().double().numpy() for name, value in state.items()}


def _require_plain(place: Path) -> None:
    try:
        with zipfile.ZipFile(place) as archive:
            members = archive.infolist()
            if any(member.compress_type != zipfile.ZIP_STORED for member in members):
                raise ValueError(f"{place} is compressed, as torch.save never writes it")
            if sum(member.file_size for member in members) > LARGEST_FILE:
                raise ValueError(f"{place} claims more than {LARGEST_FILE:,} bytes")
            directory = [member for member in members if member.filename.endswith("/data.pkl")]
            if len(directory) != 1 or directory[0].file_size > _LARGEST_DIRECTORY:
                raise ValueError(f"{place} is no state_dict saved by torch.save")
            _require_state_dict(archive.read(directory[0]), place)
    except zipfile.BadZipFile as error:
        raise ValueError(
            f"{place} is no file of torch.save, is truncated or damaged, or is older than torch 1.6: {error}"
        ) from error


def _require_state_dict(program: bytes, place: Path) -> None:
    """Look through the opcodes, without running them, for anything but tensors in a dictionary."""
    try:
        named = [(code.name, argument) for code, argument, _ in pickletools.genops(program)]
    except Exception as error:
        raise ValueError(f"{place} is damaged: {error}") from error
    for name, argument in named:
        if name in ("STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4"):
            raise ValueError(f"{place} holds more than tensors; {_HOW}")
        if name == "GLOBAL" and argument not in _STATE_DICT_PARTS:
            what = str(argument).replace(" ", ".")
            raise ValueError(f"{place} holds a Python object ({what}), and nothing is unpickled; {_HOW}")


def exact_array(tensor: torch.Tensor, name: str) -> Float64[Array, ...]:
    """The entries of a tensor of real numbers, exactly.

    Raises:
        ValueError: it is complex, quantised, sparse, of integers, without numbers, or claims too many.
    """
    if tensor.is_meta:
        raise ValueError(f"{name} lies on the device meta: it has a shape, but no numbers")
    if tensor.is_quantized:
        raise ValueError(f"{name} is quantised ({tensor.dtype}); give the network as it was trained")
    if tensor.layout != torch.strided:
        raise ValueError(f"{name} is sparse ({tensor.layout}); give it as a dense tensor")
    if tensor.dtype not in _FLOATS:
        raise ValueError(f"{name} must hold real numbers, but is of type {tensor.dtype}")
    require_small_array(tensor.shape, name)
    return np.asarray(tensor.detach().cpu().double().numpy())
