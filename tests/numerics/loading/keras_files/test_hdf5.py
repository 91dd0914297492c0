"""What an HDF5 file holds is read as it is stored, and nothing that lies elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from numerics.loading.keras_files.hdf5 import read_hdf5


def written(path: Path, write: Callable[[Any], object]) -> Path:
    """A file with the array "other" and what `write` adds."""
    with h5py.File(path, "w") as file:
        file["other"] = np.arange(3.0)
        write(file)
    return path


def test_arrays_and_texts(tmp_path: Path) -> None:
    def write(file: Any) -> None:
        file["a/b"] = np.ones((2, 3), dtype=np.float16)
        file["a"].attrs["name"] = "text"

    found = read_hdf5(str(written(tmp_path / "a.h5", write)), ("name",))
    assert {name: array.shape for name, array in found.arrays.items()} == {"a/b": (2, 3), "other": (3,)}
    assert (found.texts, found.groups) == ({"a@name": "text"}, ["", "a"])


def circle(file: Any) -> None:
    """A group that holds itself."""
    group = file.create_group("g")
    group["h"] = group


def virtual(file: Any) -> None:
    """An array that is made of another one."""
    layout = h5py.VirtualLayout(shape=(3,), dtype="f8")
    layout[:] = h5py.VirtualSource(file["other"])
    file.create_virtual_dataset("a", layout)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda file: file.create_dataset("a", (3,), "f8", external="/etc/passwd"), "a lies in another file"),
        (virtual, "a lies in another file"),
        (lambda file: file.__setitem__("a", h5py.ExternalLink("b.h5", "/b")), "a is a link"),
        (lambda file: file.__setitem__("a", h5py.SoftLink("/other")), "a is a link"),
        (lambda file: file.__setitem__("z", file["other"]), "z has another name too"),
        (circle, "g/h has another name too"),
        (lambda file: file.create_dataset("a", (2**30,), "f8", chunks=(2**20,), compression=9), "at most"),
        (lambda file: file.create_dataset("a", data=np.zeros(99), compression=9), "in pieces or compressed"),
        (lambda file: file.create_dataset("a", (2**20,), "f8"), "claims 8,388,608 bytes and holds 0"),
        (lambda file: file.__setitem__("a", "text"), "real numbers"),
        (lambda file: file.__setitem__("a", np.dtype("f8")), "a is no array"),
        (lambda file: file.attrs.__setitem__("name", np.ones(3)), "name is no text"),
        (lambda file: [file.create_group(str(number)) for number in range(1001)], "more than 1000"),
        (lambda file: file.create_group("/".join("a" * 20)), "deeper"),
    ],
)
def test_what_is_refused(tmp_path: Path, write: Callable[[Any], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_hdf5(str(written(tmp_path / "a.h5", write)), ("name",))


def test_without_h5py(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(ValueError, match=r"h5py, which reads HDF5, is not installed; pip install"):
        read_hdf5(str(tmp_path / "a.h5"), ())
