"""Arrays from an .npz file, their claims checked before memory is taken."""

from __future__ import annotations

import math
import os
import zipfile
import zlib
from typing import IO

import numpy as np

from numerics.arrays.files import AnyArray
from numerics.loading.limits import require_small_array, require_small_file

_MOST_MEMBERS = 1000


def load_npz(path: str | os.PathLike[str], names: tuple[str, ...]) -> dict[str, AnyArray]:
    """Read the arrays called `names`; never unpickles, and never takes more memory than their headers allow.

    A header that claims more entries than are read is refused, and so is one that does not fit the size of its array.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        ValueError: the file is damaged or no .npz, lacks an array, or one is too large or holds no numbers.
    """
    place = require_small_file(path)
    try:
        with zipfile.ZipFile(place) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise ValueError(f"{place} holds {len(members):,} arrays; at most {_MOST_MEMBERS:,} are expected")
            held = [member.filename.removesuffix(".npy") for member in members]
            missing = [name for name in names if name not in held]
            if missing:
                raise ValueError(f"{place} lacks {', '.join(missing)}; it holds {', '.join(held[:12]) or 'nothing'}")
            if len(set(held)) < len(held):
                raise ValueError(f"{place} holds two arrays of the same name")
            return {name: _read(archive, members[held.index(name)], f"{place}: {name}") for name in names}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise ValueError(f"{place} is no .npz file, or is truncated or damaged: {error}") from error


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, what: str) -> AnyArray:
    with archive.open(member) as file:
        shape, dtype = _header(file, what)
        if dtype.hasobject:
            raise ValueError(f"{what} holds Python objects; only numbers are read, nothing is unpickled")
        require_small_array(shape, what)
        claimed, stored = math.prod(shape) * dtype.itemsize, member.file_size - file.tell()
        if claimed != stored:
            raise ValueError(f"{what} is damaged: its header claims {claimed:,} bytes, it holds {stored:,}")
    with archive.open(member) as file:
        try:
            array: AnyArray = np.lib.format.read_array(file, allow_pickle=False)
        except ValueError as error:
            raise ValueError(f"{what} cannot be read: {error}") from error
        file.read(1)  # at the end the checksum of the archive is compared
    return array


def _header(file: IO[bytes], what: str) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    try:
        version = np.lib.format.read_magic(file)
        reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = reader(file)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{what} is no NumPy array: {error}") from error
    return shape, dtype
