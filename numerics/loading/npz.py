"""Arrays from an .npz file, their claims checked before memory is taken."""

from __future__ import annotations

import io
import math
import os
import struct
import zipfile
from typing import IO

import numpy as np

from numerics.arrays.files import AnyArray
from numerics.loading.limits import opened_archive, require_small_array, require_small_arrays, require_small_file

_MOST_MEMBERS = 1000
_LONGEST_HEADER = 10_000
_LARGEST_NUMBER = 32
_HARMLESS = 2**26
_LARGEST_EXPANSION = 200


def load_npz(path: str | os.PathLike[str], names: tuple[str, ...] | None) -> dict[str, AnyArray]:
    """Read the arrays called `names`, or all; never unpickles, and never takes more memory than their headers allow.

    All headers are checked first: one that claims more entries than are read is refused, and so is one that does not
    fit the size of its array. Arrays of more than 64 MiB must not be 200 times as large as the file.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        ValueError: the file is damaged or no .npz, lacks an array, or one is too large or holds no numbers.
    """
    place = require_small_file(path)
    with opened_archive(place, ".npz file") as archive:
        members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
        if len(archive.infolist()) > _MOST_MEMBERS:
            raise ValueError(
                f"{place} holds {len(archive.infolist()):,} arrays; at most {_MOST_MEMBERS:,} are expected"
            )
        if len(members) < len(archive.infolist()):
            raise ValueError(f"{place} holds two arrays of the same name")
        wanted = tuple(members) if names is None else names
        missing = [name for name in wanted if name not in members]
        if missing:
            raise ValueError(
                f"{place} lacks {', '.join(missing)}; it holds {', '.join(list(members)[:12]) or 'nothing'}"
            )
        shapes = [(f"{place}: {name}", _shape(archive, members[name], f"{place}: {name}")) for name in wanted]
        require_small_arrays(shapes)
        claimed, own = sum(members[name].file_size for name in wanted), place.stat().st_size
        if claimed > max(_HARMLESS, _LARGEST_EXPANSION * own):
            raise ValueError(
                f"{place} has {own:,} bytes and claims {claimed:,} of its arrays; store them uncompressed, by savez"
            )
        return {name: _read(archive, members[name], f"{place}: {name}") for name in wanted}


def _shape(archive: zipfile.ZipFile, member: zipfile.ZipInfo, what: str) -> tuple[int, ...]:
    with archive.open(member) as file:
        shape, dtype = _header(file, what)
        stored = member.file_size - file.tell()
    if dtype.hasobject:
        raise ValueError(f"{what} holds Python objects; only numbers are read, nothing is unpickled")
    if dtype.itemsize > _LARGEST_NUMBER:
        raise ValueError(f"{what} must hold numbers, but its entries are of type {dtype}")
    require_small_array(shape, what)
    if math.prod(shape) * dtype.itemsize != stored:
        raise ValueError(
            f"{what} is damaged: its header claims {math.prod(shape) * dtype.itemsize:,} bytes, it holds {stored:,}"
        )
    return shape


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, what: str) -> AnyArray:
    with archive.open(member) as file:
        try:
            array: AnyArray = np.lib.format.read_array(file, allow_pickle=False)
        except ValueError as error:
            raise ValueError(f"{what} cannot be read: {error}") from error
        file.read(1)  # at the end the checksum of the archive is compared
    return array


def _header(file: IO[bytes], what: str) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    magic = file.read(8)
    field, reader = "<I", np.lib.format.read_array_header_2_0
    if magic[6:7] == b"\x01":
        field, reader = "<H", np.lib.format.read_array_header_1_0
    length = file.read(struct.calcsize(field))
    claimed = int.from_bytes(length, "little")
    if claimed > _LONGEST_HEADER:  # NumPy reads all of it before it looks
        raise ValueError(f"{what} is no NumPy array: its header claims {claimed:,} bytes")
    text = file.read(claimed)
    # whatever NumPy raises at a header that is no Python
    try:
        np.lib.format.read_magic(io.BytesIO(magic))
        shape, _, dtype = reader(io.BytesIO(length + text))
    except Exception as error:
        raise ValueError(f"{what} is no NumPy array: {error}") from error
    return shape, dtype
