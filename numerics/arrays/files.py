"""Reading and writing files so that a reader never sees half of one."""

import contextlib
import csv
import hashlib
import io
import json
import os
import uuid
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pooch

AnyArray = npt.NDArray[Any]

SEAL = "seal"
"""The key of the sha256 of all others, in a record that is sealed."""


def cache_folder() -> Path:
    """The folder for downloads and finished runs: $STABLE_MINIMA_CACHE, else the system's place for caches."""
    chosen = os.environ.get("STABLE_MINIMA_CACHE")
    return Path(chosen) if chosen else Path(pooch.os_cache("stable-minima"))


@contextlib.contextmanager
def atomic_writer(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A binary file that becomes `path` when the block ends well, and disappears when it does not.

    The temporary file lies in the same folder, so that the last step is one rename.

    Raises:
        OSError: the folder is missing or not writable.
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def save_arrays(path: str | os.PathLike[str], arrays: Mapping[str, npt.ArrayLike]) -> None:
    """Write named arrays to `path` as an uncompressed .npz, atomically."""
    with atomic_writer(path) as file:
        np.savez(file, allow_pickle=False, **{name: np.asarray(array) for name, array in arrays.items()})


def load_arrays(path: str | os.PathLike[str], names: tuple[str, ...]) -> dict[str, AnyArray]:
    """Read the arrays called `names` from the .npz file `path`; never runs code from the file.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        ValueError: the file is truncated or damaged, no .npz, or lacks one of the arrays.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            raise ValueError(f"{path} is damaged: the checksum of {damaged} does not fit")
        with np.load(path, allow_pickle=False) as stored:
            missing = [name for name in names if name not in stored.files]
            if missing:
                held = ", ".join(stored.files) or "nothing"
                raise ValueError(f"{path} lacks {', '.join(missing)}; it holds {held}")
            return {name: stored[name] for name in names}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        MemoryError,
    ) as error:
        raise ValueError(f"{path} is no .npz file, or is truncated or damaged: {error}") from error
    except ValueError as error:
        if str(path) in str(error):
            raise
        raise ValueError(f"{path} holds an array that cannot be read: {error}") from error


def sealed(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record of what JSON can hold with the sha256 of itself, whatever the order of its keys, under the key SEAL."""
    return {**record, SEAL: hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()}


def unsealed(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record that `sealed` was given. Raises ValueError if the seal is missing, or is that of another record."""
    found = {key: value for key, value in record.items() if key != SEAL}
    if SEAL not in record or sealed(found)[SEAL] != record[SEAL]:
        raise ValueError("it is damaged, or was edited: its seal is not that of what it holds")
    return found


def write_table(path: str | os.PathLike[str], columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write rows of the named columns to `path` as CSV in UTF-8, atomically, each with its seal in a last column."""
    text = io.StringIO()
    content = [sealed({name: _as_text(row[name]) for name in columns}) for row in rows]
    # the writer leaves a lone carriage return as it is, where the reader ends the row
    loose = any("\r" in value for row in content for value in row.values())
    writer = csv.DictWriter(
        text, (*columns, SEAL), lineterminator="\n", quoting=csv.QUOTE_ALL if loose else csv.QUOTE_MINIMAL
    )
    writer.writeheader()
    writer.writerows(content)
    with atomic_writer(path) as file:
        file.write(text.getvalue().encode())


def _as_text(value: str) -> str:
    # a name of a file need not be text
    return value.encode("utf-8", "backslashreplace").decode()


def read_table(path: str | os.PathLike[str], columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows that `write_table` wrote with the same columns; none if there is no such file, nor any that was damaged.

    Raises:
        ValueError: the file holds anything else.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        if header == [*columns, SEAL] and all(len(row) == len(header) for row in rows):
            return [found for row in rows if (found := _undamaged(dict(zip(header, row, strict=True)))) is not None]
    except FileNotFoundError:
        return []
    except (csv.Error, ValueError):
        pass
    raise ValueError(f"{path} is there and holds something else than such a table; choose another name")


def _undamaged(row: Mapping[str, str]) -> dict[str, str] | None:
    try:
        return unsealed(row)
    except ValueError:
        return None
