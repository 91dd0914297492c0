"""Files and arrays that are too large, empty or none are refused before they are read."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import pytest

from numerics.loading.limits import (
    LARGEST_ARRAY,
    opened_archive,
    require_small_array,
    require_small_arrays,
    require_small_file,
)


def test_a_file_within_the_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert require_small_file(str(tmp_path / "file"), 5) == tmp_path / "file"


def test_files_that_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "empty").touch()
    with pytest.raises(ValueError, match="has 5 bytes; at most 4 are read"):
        require_small_file(tmp_path / "file", 4)
    with pytest.raises(ValueError, match="is empty"):
        require_small_file(tmp_path / "empty")
    with pytest.raises(ValueError, match="is no file"):
        require_small_file(tmp_path)
    with pytest.raises(FileNotFoundError):
        require_small_file(tmp_path / "nowhere")


def test_arrays() -> None:
    require_small_array((LARGEST_ARRAY, 1), "x")
    require_small_array((), "x")
    with pytest.raises(ValueError, match=r"x claims the shape \(2, 134217728\); at most 134,217,728 entries"):
        require_small_array((2, LARGEST_ARRAY), "x")
    # two negative lengths have a positive product
    with pytest.raises(ValueError, match="claims the shape"):
        require_small_array((-1, -1), "x")
    # nothing, but of a length that no array has
    with pytest.raises(ValueError, match="claims the shape"):
        require_small_array((0, 2**62), "x")


def test_arrays_together() -> None:
    require_small_arrays([("x", (LARGEST_ARRAY - 1, 1)), ("y", ())])
    with pytest.raises(ValueError, match="together claim 134,217,729 entries"):
        require_small_arrays([("x", (LARGEST_ARRAY,)), ("y", ())])


def test_archives(tmp_path: Path) -> None:
    path = tmp_path / "archive"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"1")
    with opened_archive(path, "file of numbers") as archive:
        assert archive.read("a") == b"1"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a", b"2")
    with pytest.raises(ValueError, match="two members of the same name"), opened_archive(path, "file of numbers"):
        pass
    path.write_bytes(b"nothing")
    with (
        pytest.raises(ValueError, match="is no file of numbers, or is truncated"),
        opened_archive(path, "file of numbers"),
    ):
        pass
    with pytest.raises(FileNotFoundError), opened_archive(tmp_path / "nowhere", "file of numbers"):
        pass
