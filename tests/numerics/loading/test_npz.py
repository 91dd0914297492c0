"""What the headers of an .npz file claim is checked before memory is taken for it."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from numerics.loading import load_data, load_network
from numerics.loading.npz import load_npz


def npy_header(shape: str) -> bytes:
    """The first bytes of an array file of float64 that claims this shape."""
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (npy_header("(1000000, 1000000)"), r"shape \(1000000, 1000000\); at most"),
        (npy_header("(1000, 1000)"), "claims 8,000,000 bytes, it holds 0"),
        (npy_header("(-1, 2)"), "claims the shape"),
        (npy_header("(1, 2)") + bytes(17), "claims 16 bytes, it holds 17"),
        (npy_header("(1, 2"), "no NumPy array"),
        (b"nonsense", "no NumPy array"),
        (b"", "no NumPy array"),
    ],
)
def test_claims_of_npz_files(tmp_path: Path, content: bytes, message: str) -> None:
    with zipfile.ZipFile(tmp_path / "data.npz", "w") as archive:
        archive.writestr("x.npy", content)
        archive.writestr("y.npy", content)
    with pytest.raises(ValueError, match=message):
        load_data(tmp_path / "data.npz")


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    # a header that claims 2 GiB is refused before what follows is unpacked
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("x.npy", "y.npy"):
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(npy_header("(268435456, 1)"))
                for _ in range(64):
                    member.write(bytes(2**20))
    assert path.stat().st_size < 2**21
    with pytest.raises(ValueError, match="at most"):
        load_data(path)


def test_a_flipped_bit_in_an_npz(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, x=np.ones((50, 3)), y=np.zeros(50))
    content = bytearray(path.read_bytes())
    content[400] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        load_data(path)


def test_missing_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", X=np.eye(2), y=np.zeros(2))
    with pytest.raises(ValueError, match="lacks x; it holds X, y"):
        load_npz(tmp_path / "data.npz", ("x", "y"))


def test_a_long_header_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**32 - 1) + b" " * 2**20)
    with pytest.raises(ValueError, match="its header claims 4,294,967,295 bytes"):
        load_npz(path, ("x",))


def test_all_arrays_together_are_bounded(tmp_path: Path) -> None:
    """Each within the limit, and compressed to nothing."""
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("x.npy", "y.npy"):
            content = npy_header("(80000000,)").replace(b"<f8", b"|i1")
            archive.writestr(name, content + bytes(80_000_000))
    with pytest.raises(ValueError, match="together claim 160,000,000 entries"):
        load_npz(path, None)


def test_an_array_of_nothing_but_zeros(tmp_path: Path) -> None:
    """Within the limits, but a thousand times the size of the file."""
    path = tmp_path / "data.npz"
    np.savez_compressed(path, x=np.zeros(2**24 // 4))
    assert load_npz(path, ("x",))["x"].size == 2**22
    np.savez_compressed(path, x=np.zeros(2**23 + 1))
    with pytest.raises(ValueError, match=r"bytes and claims 67,109,000 of its arrays"):
        load_npz(path, ("x",))


def test_entries_that_are_no_numbers(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", x=np.array(["a" * 1000]))
    with pytest.raises(ValueError, match="must hold numbers, but its entries are of type <U1000"):
        load_npz(tmp_path / "data.npz", ("x",))


def test_all_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", x=np.eye(2), y=np.zeros(2))
    assert set(load_npz(tmp_path / "data.npz", None)) == {"x", "y"}


def test_two_arrays_of_one_name(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("x.npy", "x"):
            archive.writestr(name, npy_header("(0,)"))
    with pytest.raises(ValueError, match="two arrays of the same name"):
        load_npz(path, None)


def test_what_may_be_bfloat16_is_told(tmp_path: Path) -> None:
    """NumPy stores it as two bytes without a meaning, in either kind of file."""
    half = np.zeros((3, 2), dtype="V2")
    np.savez(tmp_path / "half.npz", W1=half, b1=half[:, 0], w2=half[:, 0], b2=half[0, 0])
    with h5py.File(tmp_path / "half.weights.h5", "w") as file:
        file["layers/dense/vars/0"] = half
    for name in ("half.npz", "half.weights.h5"):
        with pytest.raises(ValueError, match=r"must hold real numbers.*may be bfloat16.*store float32"):
            load_network(tmp_path / name)
