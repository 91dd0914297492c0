"""How large a file or an array may be: checked before memory is taken for it."""

from __future__ import annotations

import contextlib
import math
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

LARGEST_FILE = 2**31
"""Bytes of a file on the disk."""

_ARCHIVE_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError),
    *(UnicodeError, OverflowError, MemoryError),
)

LARGEST_ARRAY = 2**27
"""Entries of one array: 1 GiB in float64."""


def require_small_file(path: str | os.PathLike[str], largest: int = LARGEST_FILE) -> Path:
    """Return the path of an ordinary file of at most `largest` bytes.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        ValueError: it is a folder or no ordinary file, is empty, or is too large.
    """
    place = Path(path)
    size = place.stat().st_size
    if not place.is_file():
        raise ValueError(f"{place} is no file")
    if size == 0:
        raise ValueError(f"{place} is empty")
    if size > largest:
        raise ValueError(f"{place} has {size:,} bytes; at most {largest:,} are read")
    return place


def require_small_array(shape: Sequence[int], what: str) -> None:
    """ValueError if an array of this shape has more entries than are read."""
    entries = math.prod(shape)
    if any(not 0 <= length <= LARGEST_ARRAY for length in shape) or entries > LARGEST_ARRAY:
        raise ValueError(f"{what} claims the shape {tuple(shape)}; at most {LARGEST_ARRAY:,} entries are read")


def require_small_arrays(shapes: Sequence[tuple[str, Sequence[int]]]) -> None:
    """ValueError if one of these arrays, or all together, have more entries than are read."""
    for what, shape in shapes:
        require_small_array(shape, what)
    entries = sum(math.prod(shape) for _, shape in shapes)
    if entries > LARGEST_ARRAY:
        raise ValueError(f"the arrays together claim {entries:,} entries; at most {LARGEST_ARRAY:,} are read")


@contextlib.contextmanager
def opened_archive(path: str | os.PathLike[str], what: str) -> Iterator[zipfile.ZipFile]:
    """The zip archive at `path`, in which no member has the name of another; `what` it should be, for the message.

    Raises:
        FileNotFoundError, PermissionError: it cannot be opened.
        ValueError: it is none, or turns out to be truncated or damaged while it is read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(set(names)) < len(names):
                raise ValueError(f"{path} holds two members of the same name")
            yield archive
    except (FileNotFoundError, PermissionError):
        raise
    except _ARCHIVE_ERRORS as error:
        raise ValueError(f"{path} is no {what}, or is truncated or damaged: {error}") from error
