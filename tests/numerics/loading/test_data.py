"""Data give the numbers of the file back and tell where the label was; what can be read in two ways is refused."""

from __future__ import annotations

import gzip
import math
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from safetensors.torch import save_file

from numerics.loading import data as module
from numerics.loading import load_data
from numerics.loading.data import Data, read_data

X, Y = np.array([[1.0, 2.0], [3.0, -4.5]]), np.array([5.0, 6.0])


def same(found: Data, label: str) -> None:
    """It is X and Y, the label where it is said to be."""
    assert (found.x.tolist(), found.y.tolist(), found.label, found.rows) == (X.tolist(), Y.tolist(), label, 2)


def idx(array: npt.NDArray[np.uint8]) -> bytes:
    """The content of an IDX file."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.mark.parametrize(
    ("name", "text", "label", "found"),
    [
        ("plain.csv", "1,2,5\n3,-4.5,6\n", None, "column 3"),
        ("plain.tsv", "1\t2\t5\n3\t-4.5\t6\n", "3", "column 3"),
        ("first.TXT", "5 1 2\n6 3 -4.5\n", 1, "column 1"),
        ("header.csv", "a;b;label\r\n1;2;5\r\n3;-4.5;6\r\n", None, "column 3 (label)"),
        ("named.csv", '\ufeff"y","a","b"\n5,1,2\n6,3,-4.5\n', None, "column 1 (y)"),
        ("target-first.csv", "target,a,b\n5,1,2\n6,3,-4.5\n", None, "column 1 (target)"),
        ("chosen.csv", "a,price,b\n1,5,2\n3,6,-4.5\n", "price", "column 2 (price)"),
    ],
)
def test_tables(tmp_path: Path, name: str, text: str, label: str | int | None, found: str) -> None:
    (tmp_path / name).write_text(text, newline="", encoding="utf-8")
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    for path in (tmp_path / name, tmp_path / f"{name}.gz"):
        same(read_data(path, label), found)
        x, y = load_data(path, label)
        assert (x.tolist(), y.tolist()) == (X.tolist(), Y.tolist())


def test_what_is_said_of_tables(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("1,2")
    assert read_data(path).notes == (
        "no column has a name; the last of 2 is taken for the label",
        "the last line has no end, as in a file that was cut off",
    )
    assert read_data(path, 2).notes == ("the last line has no end, as in a file that was cut off",)
    path.write_text("x,y\n1,2\n")
    assert read_data(path).notes == ()


def test_digits_in_a_table(tmp_path: Path) -> None:
    """Kaggle's layout: the label first, then 784 pixels."""
    pixels = np.arange(2 * 784).reshape(2, 784) % 256
    rows = [",".join(["label", *(f"pixel{i}" for i in range(784))])]
    rows += [",".join(map(str, [digit, *row])) for digit, row in zip((7, 0), pixels, strict=True)]
    (tmp_path / "train.csv").write_text("\n".join(rows) + "\n")
    found = read_data(tmp_path / "train.csv")
    assert (found.label, found.y.tolist()) == ("column 1 (label)", [7.0, 0.0])
    assert np.array_equal(found.x, pixels)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # a missing value in the first line, no header
        ("0.12,,0.64,0.1,0.189\n-0.53,0.36,1.3,0.94,-0.633\n", "line 1, column 2: the cell is missing"),
        ("a,b,price\n1,2,5\n", r"data\.csv: no column is called y, label or target"),
        ("0,5\n1,6\n2,7\n", r"data\.csv: the first column counts the rows"),
        ("1,2\n3,nan\n", r"data\.csv: line 2, column 2: nan; numbers must be finite"),
    ],
)
def test_refused_tables(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "data.csv").write_text(text)
    with pytest.raises(ValueError, match=message):
        read_data(tmp_path / "data.csv")


@pytest.mark.parametrize(
    "names", [("x", "y"), ("X", "y"), ("x_train", "y_train"), ("data", "target"), ("features", "labels")]
)
@pytest.mark.parametrize("kind", [">f8", "<f4", "float16", "longdouble"])
def test_named_arrays(tmp_path: Path, names: tuple[str, str], kind: str) -> None:
    arrays = dict(zip(names, (X.astype(kind), Y.astype("int8")[:, None]), strict=True))
    np.savez(tmp_path / "data.npz", allow_pickle=False, **arrays)
    same(read_data(tmp_path / "data.npz"), f"array {names[1]}")
    np.savez(tmp_path / "data.npz", allow_pickle=False, **arrays, x_test=np.zeros(3))
    found = read_data(tmp_path / "data.npz", names[1])
    same(found, f"array {names[1]}")
    assert found.notes == ("not read: x_test",)
    with pytest.raises(ValueError, match="no array is called 'other'; it holds"):
        read_data(tmp_path / "data.npz", "other")


def test_tensors(tmp_path: Path) -> None:
    path = tmp_path / "data.safetensors"
    for kind in (torch.float32, torch.bfloat16, torch.float64):
        save_file({"X": torch.tensor(X).to(kind), "y": torch.tensor([5, 6])}, path)
        same(read_data(path), "tensor y")
    save_file({"x": torch.tensor(X, dtype=torch.complex64), "y": torch.tensor(Y)}, path)
    with pytest.raises(TypeError, match=r"data\.safetensors: x must hold real numbers"):
        read_data(path)
    save_file({"x": torch.tensor(X)}, path)
    with pytest.raises(ValueError, match=r"there must be arrays x and y.* it holds x$"):
        read_data(path)
    path.write_bytes(b"x" * 100)
    with pytest.raises(ValueError, match="damaged"):
        read_data(path)


def test_tensors_of_torch(tmp_path: Path) -> None:
    """By names, as a pair, or as one; of any real type, and with gradients."""
    path, x, y = tmp_path / "data.pt", torch.tensor(X), torch.tensor(Y)
    for kind in (torch.float32, torch.bfloat16, torch.float64):
        torch.save({"X": x.to(kind).requires_grad_(), "y": torch.tensor([[5], [6]]), "epoch": 3}, path)
        same(read_data(path), "tensor y")
        assert read_data(path).notes == ("not read: epoch",)
    torch.save({"data": (4 * x).short(), "target": y.to(torch.int8)}, tmp_path / "data.pth")
    assert read_data(tmp_path / "data.pth").x.tolist() == (4 * X).tolist()
    torch.save((x, y), path)
    same(read_data(path), "tensor y")
    assert read_data(path).notes == ("of two tensors without names the first is taken for x",)
    torch.save(torch.cat([x, y[:, None]], 1), path)
    same(read_data(path), "column 3")


@pytest.mark.parametrize(
    ("held", "label", "message"),
    [
        ((torch.tensor(X),), None, r"the pair \(x, y\) alone"),
        ((torch.tensor(Y), torch.tensor(X)), None, r"x must be \[n, d\]"),
        ((torch.tensor(X), torch.tensor(Y)), "y", r"the pair \(x, y\) alone"),
        ({"x": torch.tensor(X), "y": [5, 6]}, None, "y is a list, not a tensor"),
        ({"x": torch.ones(1).expand(2**13, 2**13), "y": torch.tensor(Y)}, None, "x is expanded"),
        ({"x": torch.ones(1).expand(2**14, 2**14), "y": torch.tensor(Y)}, None, "at most"),
        ({"x": torch.tensor(X), "y": torch.tensor(Y)}, "z", "no array is called 'z'; it holds x, y"),
        (3, None, r"the pair \(x, y\) alone"),
        (
            torch.utils.data.TensorDataset(torch.tensor(X)),
            None,
            r"holds a Python object .*: torch.save\(\(x, y\), \.\.\.\)$",
        ),
    ],
)
def test_other_files_of_torch(tmp_path: Path, held: object, label: str | None, message: str) -> None:
    path = tmp_path / "data.pt"
    torch.save(held, path)
    with pytest.raises(ValueError, match=message) as refused:
        read_data(path, label)
    assert str(path) in str(refused.value)


def test_one_array(tmp_path: Path) -> None:
    path = tmp_path / "data.npy"
    np.save(path, np.column_stack([X, Y]).astype(">f4"))
    found = read_data(path)
    same(found, "column 3")
    assert found.notes == ("no column has a name; the last of 3 is taken for the label",)
    assert read_data(path, 1).y.tolist() == [1.0, 3.0]
    whole = path.read_bytes()
    claim = whole.replace(b"2, 3), }" + b" " * 20, b"9" * 21 + b", 3), }")
    torn = whole.replace(b"(2, 3)", b"(2, 3 ")
    for content in (whole[:-1], whole + b"0", whole[:40], b"x" * 100, claim, torn):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="damaged"):
            read_data(path)
    for array, message in (
        (Y, r"its shape is \(2,\); expected is one array \[n, d \+ 1\]"),
        (Y[:, None], "one column"),
        (np.array([[{}]]), "no .npy file of numbers"),
        (np.zeros((2, 2), dtype="f8,f8"), "real numbers"),
        (np.zeros((2, 2), dtype=complex), "real numbers"),
    ):
        np.save(path, array)
        with pytest.raises((TypeError, ValueError), match=message):
            read_data(path)


@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 1, 3, 4), (2, 3, 4, 1)])
def test_images_become_rows(tmp_path: Path, shape: tuple[int, ...]) -> None:
    images = np.arange(math.prod(shape), dtype=np.uint8).reshape(shape)
    np.savez(tmp_path / "data.npz", x=images, y=Y)
    found = read_data(tmp_path / "data.npz")
    assert np.array_equal(found.x, np.arange(24.0).reshape(2, 12))
    assert found.notes == (
        f"x, of shape {list(shape)}, read as rows of 12 entries",
        "entries from 0 to 255 are taken as they are",
    )


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": X, "X": X, "y": Y}, "the data may be x and y or X and y"),
        ({"a": X, "y": Y}, "there must be arrays x and y.* it holds a, y"),
        ({"x": X, "y": np.eye(2)}, "y has 2 columns, as one-hot labels"),
        ({"x": X, "y": Y[:1]}, "one label for each of the 2"),
        ({"x": X[0], "y": Y}, r"x must be \[n, d\].* its shape is \(2,\)"),
        ({"x": np.zeros((2, 3, 4, 4)), "y": Y}, r"of one channel; its shape is \(2, 3, 4, 4\)"),
        ({"x": X.astype(complex), "y": Y}, "x must hold real numbers"),
        ({"x": X, "y": np.array(["a", "b"])}, "y must hold real numbers"),
        ({"x": X, "y": np.array([1, math.nan])}, r"y must be finite, but y\[1\] is nan"),
        ({"x": X[:0], "y": Y[:0]}, "at least one row"),
        ({"x": np.zeros((0, 2, 2)), "y": Y[:0]}, "at least one row"),
    ],
)
def test_refused_arrays(tmp_path: Path, arrays: dict[str, npt.NDArray[np.generic]], message: str) -> None:
    np.savez(tmp_path / "data.npz", allow_pickle=False, **arrays)
    with pytest.raises((TypeError, ValueError), match=rf"data\.npz: .*{message}"):
        read_data(tmp_path / "data.npz")


def test_a_folder_of_idx_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.arange(3 * 784).reshape(3, 28, 28).astype(np.uint8)
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
    with pytest.raises(FileNotFoundError, match="train-labels"):
        read_data(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.array([3, 0, 9], dtype=np.uint8)))
    found = read_data(tmp_path)
    assert np.array_equal(found.x, images.reshape(3, 784))
    assert (found.y.tolist(), found.label, len(found.notes)) == ([3.0, 0.0, 9.0], "train-labels", 2)
    with pytest.raises(ValueError, match="cannot be chosen"):
        read_data(tmp_path, "y")
    monkeypatch.setattr(module, "LARGEST_ARRAY", 2000)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(images))
    with pytest.raises(ValueError, match="2,368 bytes; at most 2,000 are read"):
        read_data(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").unlink()
    with pytest.raises(ValueError, match="unpacks to more than the 2,000 bytes"):
        read_data(tmp_path)
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(b"damaged")
    with pytest.raises(ValueError, match="no gzip file"):
        read_data(tmp_path)


def test_other_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read_data(tmp_path / "data.csv")
    for name, message in (("data.pt", "no file of torch.save"), ("data.xlsx", "must end in .csv")):
        (tmp_path / name).write_bytes(b"content")
        with pytest.raises(ValueError, match=message):
            read_data(tmp_path / name)


def test_data_cannot_be_changed(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("1,2\n")
    found = read_data(tmp_path / "data.csv")
    for array in (found.x, found.y):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_labels_of_several_outputs(tmp_path: Path) -> None:
    """Are read where they are asked for."""
    labels = np.array([[1.0, 0.0, 0.0], [0.0, 0.5, 1.0]])
    np.savez(tmp_path / "a.npz", x=X, y=labels)
    save_file({"x": torch.from_numpy(X), "y": torch.from_numpy(labels)}, tmp_path / "a.safetensors")
    torch.save({"x": torch.from_numpy(X), "y": torch.from_numpy(labels)}, tmp_path / "a.pt")
    for name in ("a.npz", "a.safetensors", "a.pt"):
        found = read_data(tmp_path / name, several=True)
        assert (found.x.tolist(), found.y.tolist()) == (X.tolist(), labels.tolist())
        assert not found.y.flags.writeable
        with pytest.raises(ValueError, match="has 3 columns, as one-hot labels"):
            read_data(tmp_path / name)
    np.savez(tmp_path / "short.npz", x=X, y=np.eye(3))
    with pytest.raises(ValueError, match="a row of labels for each datum, 2 and not 3"):
        read_data(tmp_path / "short.npz", several=True)
    np.savez(tmp_path / "one.npz", x=X, y=Y[:, None])
    assert read_data(tmp_path / "one.npz", several=True).y.tolist() == Y.tolist()
