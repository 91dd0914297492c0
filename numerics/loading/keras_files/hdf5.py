"""Arrays of numbers from an HDF5 file: nothing that lies elsewhere, and no more than the file itself holds."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field
from typing import Any

from numerics.arrays.files import AnyArray
from numerics.loading.layers import not_real
from numerics.loading.limits import require_small_arrays

_MOST_MEMBERS = 1000
_DEEPEST = 16
_LONGEST_TEXT = 2**20


@dataclass
class Stored:
    """Arrays by path, such as "layers/dense/vars/0", texts of groups, such as "layers/dense/vars@name", and groups."""

    arrays: dict[str, AnyArray] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)


def read_hdf5(source: str | io.BytesIO, texts: tuple[str, ...]) -> Stored:
    """All arrays of a file, and those attributes of its groups that are called as in `texts`.

    Arrays must be stored as they are, without chunks, filters or virtual parts, in this file, and in full. Groups and
    arrays are reached by one hard link each.

    Raises:
        PermissionError: the file cannot be opened.
        ValueError: h5py is not installed; the file is damaged, or holds anything else.
    """
    try:
        import h5py
    except ImportError as error:
        raise ValueError("h5py, which reads HDF5, is not installed; pip install h5py") from error
    # whatever h5py raises at a malformed file
    try:
        with h5py.File(source, "r") as file:
            datasets: dict[str, Any] = {}
            stored, seen = Stored(), set[object]()
            _walk(file, "", datasets, stored, texts, seen)
            require_small_arrays([(name, dataset.shape) for name, dataset in datasets.items()])
            for name, dataset in datasets.items():
                _require_plain(name, dataset)
            stored.arrays = {name: dataset[()] for name, dataset in datasets.items()}
    except (PermissionError, _RefusedError):
        raise
    except Exception as error:
        message = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(f"this is no HDF5 file, or is truncated or damaged: {message}") from error
    return stored


class _RefusedError(ValueError):
    """What is said in words of this module."""


def _walk(
    group: object, path: str, datasets: dict[str, Any], stored: Stored, texts: tuple[str, ...], seen: set[object]
) -> None:
    import h5py

    assert isinstance(group, h5py.Group)
    if path.count("/") > _DEEPEST or len(seen) + len(group) > _MOST_MEMBERS:
        raise _RefusedError(f"it holds more than {_MOST_MEMBERS} groups and arrays, or deeper ones than {_DEEPEST}")
    stored.groups.append(path)
    for name in texts:
        if name in group.attrs:
            stored.texts[f"{path}@{name}"] = _text(group, name)
    for name in group:
        own = f"{path}/{name}" if path else name
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise _RefusedError(f"{own} is a link to elsewhere, which is not followed")
        member = group[name]
        if member.id in seen:
            raise _RefusedError(f"{own} has another name too")
        seen.add(member.id)
        if isinstance(member, h5py.Group):
            _walk(member, own, datasets, stored, texts, seen)
        elif isinstance(member, h5py.Dataset):
            datasets[own] = member
        else:
            raise _RefusedError(f"{own} is no array")


def _text(group: object, name: str) -> str:
    import h5py

    assert isinstance(group, h5py.Group)
    attribute = group.attrs.get_id(name)
    if attribute.shape != () or attribute.get_storage_size() > _LONGEST_TEXT:
        raise _RefusedError(f"the attribute {name} is no text, or too long")
    text = group.attrs[name]
    text = text.decode() if isinstance(text, bytes) else text
    if not isinstance(text, str) or len(text) > _LONGEST_TEXT:
        raise _RefusedError(f"the attribute {name} is no text, or too long")
    return text


def _require_plain(name: str, dataset: object) -> None:
    import h5py

    assert isinstance(dataset, h5py.Dataset)
    if dataset.dtype.kind not in "fiub" or dataset.dtype.itemsize > 8:
        raise _RefusedError(not_real(name, dataset.dtype))
    if dataset.external or dataset.is_virtual:
        raise _RefusedError(f"{name} lies in another file, which is not opened")
    if dataset.chunks is not None:
        raise _RefusedError(f"{name} is stored in pieces or compressed, as Keras does not write it")
    claimed, held = math.prod(dataset.shape) * dataset.dtype.itemsize, dataset.id.get_storage_size()
    if claimed != held:
        raise _RefusedError(f"{name} is damaged: it claims {claimed:,} bytes and holds {held:,}")
