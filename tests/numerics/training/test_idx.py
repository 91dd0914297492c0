"""IDX files: read back, and refused where anything does not fit."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from numerics.training.idx import read_idx


def idx(array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_files_are_read_back(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"images-idx3-ubyte{ending}"
    path.write_bytes(gzip.compress(idx(IMAGES)) if ending else idx(IMAGES))
    np.testing.assert_array_equal(read_idx(path, 3), IMAGES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "begins with nothing"),
        (idx(IMAGES)[:3], "begins with 00 00 08"),
        (idx(IMAGES)[:10], "header takes 16 bytes"),
        (idx(IMAGES)[:-1], "announces 2 x 3 x 4 entries, but 23 follow"),
        (idx(IMAGES) + b"\0", "but 25 follow"),
        (idx(IMAGES[0]), "begins with 00 00 08 02, not 00 00 08 03"),
        (b"\0\0\x0d\x03" + idx(IMAGES)[4:], "begins with 00 00 0d 03"),
        (b"<html>404</html>", "no IDX file"),
    ],
)
def test_what_does_not_fit_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "images-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as raised:
        read_idx(path, 3)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("damage", ["cut", "plain", "flipped"])
def test_damaged_gzip_is_refused(damage: str, tmp_path: Path) -> None:
    packed = gzip.compress(idx(IMAGES))
    flipped = bytearray(packed)
    flipped[-6] ^= 1  # in the checksum
    path = tmp_path / "images-idx3-ubyte.gz"
    path.write_bytes({"cut": packed[:-9], "plain": idx(IMAGES), "flipped": bytes(flipped)}[damage])
    with pytest.raises(ValueError, match="truncated or damaged"):
        read_idx(path, 3)
