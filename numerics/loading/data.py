"""Data points and labels from files: text tables, arrays of NumPy and safetensors, the IDX files of MNIST."""

from __future__ import annotations

import gzip
import math
import os
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float64
from safetensors import SafetensorError, safe_open

from numerics.arrays.checks import real_array
from numerics.arrays.files import AnyArray
from numerics.loading.limits import LARGEST_ARRAY, require_small_array, require_small_file
from numerics.loading.npz import load_npz
from numerics.loading.tables import ENDINGS, Table, label_column, read_table, require_no_counter
from numerics.network import Array, validate_data, validate_labels

_PAIRS = (
    *((x, y) for x in ("x", "X") for y in ("y", "Y")),
    *((x, y) for x in ("x_train", "X_train") for y in ("y_train", "Y_train")),
    *((x, y) for x in ("data", "features", "inputs", "images") for y in ("target", "targets", "label", "labels")),
    ("train_images", "train_labels"),
)
"""The names under which data and labels are looked for."""

_REAL_TENSORS = ("F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL")


@dataclass(frozen=True, eq=False)
class Data:
    """Data x [n, d] and labels y [n], or [n, m] for m outputs, all read-only; where in the file the label was, and what
    else a reader of the results should know.
    """

    x: Float64[Array, "n d"]
    y: Float64[Array, ...]
    label: str
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """n, the number of data."""
        return len(self.x)


def load_data(
    path: str | os.PathLike[str], label: str | int | None = None
) -> tuple[Float64[Array, "n d"], Float64[Array, " n"]]:
    """The data x [n, d] and the labels y [n] of `read_data`, which tells what is read and refused."""
    data = read_data(path, label)
    return data.x, data.y


def read_data(path: str | os.PathLike[str], label: str | int | None = None, *, several: bool = False) -> Data:
    """Read the data x [n, d] and the labels y [n], entries rounded to the nearest float64.

    With `several`, y may be [n, m], which is else refused.

    .csv, .tsv, .txt, also with .gz: the table of `tables.read_table`, the label in the column that `label` names (a
    number from 1 without a header), or else in the one called y, label or target, or, without a header, in the last.
    .npz, .safetensors: the one pair of arrays called x and y, X and y, x_train and y_train, data and target, features
    and labels, or the like; `label` names y where there are several. .npy: one array [n, d + 1], the label in the
    column number `label`, from 1, or in the last. .pt, .pth: tensors in a dictionary by such names, the pair (x, y), or
    one tensor [n, d + 1]. A folder: train-images-idx3-ubyte and train-labels-idx1-ubyte,
    plain or gzipped. y may be [n, 1]; images [n, h, w], [n, 1, h, w] or [n, h, w, 1] become rows of h w entries.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        TypeError, ValueError: the file is damaged, too large, of no known format, can be read in several ways, or
            its entries are no finite real numbers.
    """
    place = Path(path)
    if not place.exists():
        raise FileNotFoundError(f"there is no file {place}")
    try:
        found = _read(place, label)
        if found.y.ndim == 2 and not several:
            raise ValueError(
                f"{found.label} has {found.y.shape[1]} columns, as one-hot labels or several outputs have;"
                " expected is one real label for each datum, [n] or [n, 1]"
            )
    except (TypeError, ValueError) as error:
        raise error if str(place) in str(error) else type(error)(f"{place}: {error}") from error
    return found


def _read(place: Path, label: str | int | None) -> Data:
    if place.is_dir():
        return _read_folder(place, label)
    name = place.name.lower()
    if name.endswith(ENDINGS):
        return _of_table(read_table(place), label)
    if name.endswith(".npz"):
        return _read_npz(place, label)
    if name.endswith(".safetensors"):
        return _read_safetensors(place, label)
    if name.endswith(".npy"):
        return _of_table(Table(_read_npy(place), None), label, counted=False)
    if name.endswith((".pt", ".pth")):
        return _read_torch(place, label)
    raise ValueError(
        f"{place} must end in {', '.join(ENDINGS)}, .npz, .npy, .safetensors, .pt or .pth, or be a folder of IDX files"
    )


def _of_table(table: Table, label: str | int | None, counted: bool = True) -> Data:
    if table.numbers.shape[1] < 2:
        raise ValueError("there is one column; there must be one or more for x and one for the label y")
    column = label_column(table, label)
    if counted:
        require_no_counter(table, column)
    notes: tuple[str, ...] = ()
    if table.header is None and label is None:
        notes += (f"no column has a name; the last of {column + 1} is taken for the label",)
    if not table.ended:
        notes += ("the last line has no end, as in a file that was cut off",)
    what = f"column {column + 1}" + (f" ({table.header[column]})" if table.header else "")
    return _data(np.delete(table.numbers, column, axis=1), table.numbers[:, column].copy(), ("x", "y"), what, notes)


def _read_npz(place: Path, label: str | int | None) -> Data:
    load_npz(place, ())  # refuses what is no archive, or one of too many arrays
    with zipfile.ZipFile(place) as archive:
        names = [name.removesuffix(".npy") for name in archive.namelist()]
    pair, notes = _pair(names, label)
    arrays = load_npz(place, pair)
    return _data(arrays[pair[0]], arrays[pair[1]], pair, f"array {pair[1]}", notes)


def _read_safetensors(place: Path, label: str | int | None) -> Data:
    require_small_file(place)
    try:
        with safe_open(place, framework="pt") as file:
            pair, notes = _pair(list(file.keys()), label)
            held = {name: file.get_slice(name) for name in pair}
            for name, tensor in held.items():
                require_small_array(tensor.get_shape(), name)
                if tensor.get_dtype() not in _REAL_TENSORS:
                    raise TypeError(f"{name} must hold real numbers, but is of type {tensor.get_dtype()}")
            x, y = (file.get_tensor(name).double().numpy() for name in pair)
    except SafetensorError as error:
        raise ValueError(f"{place} is no .safetensors file, or is truncated or damaged: {error}") from error
    return _data(x, y, pair, f"tensor {pair[1]}", notes)


def _read_torch(place: Path, label: str | int | None) -> Data:
    import torch

    from numerics.loading.torch_file import data_array, load_plain

    held = load_plain(place, "save the tensors alone: torch.save((x, y), ...)")
    if isinstance(held, torch.Tensor):
        return _of_table(Table(real_array(data_array(held, "the tensor"), "the tensor", 2), None), label, counted=False)
    notes: tuple[str, ...] = ()
    if isinstance(held, tuple | list) and len(held) == 2 and label is None:
        held, notes = {"x": held[0], "y": held[1]}, ("of two tensors without names the first is taken for x",)
    if not isinstance(held, dict):
        raise ValueError("there must be tensors by names, such as x and y, the pair (x, y) alone, or one [n, d + 1]")
    pair, left = _pair([str(name) for name in held], label)
    for name in pair:
        if not isinstance(held[name], torch.Tensor):
            raise ValueError(f"{name} is a {type(held[name]).__name__}, not a tensor")
    x, y = (data_array(held[name], name) for name in pair)
    return _data(x, y, pair, f"tensor {pair[1]}", notes + left)


def _read_npy(place: Path) -> Float64[Array, "n c"]:
    size = require_small_file(place).stat().st_size
    try:
        # takes no memory for what the header claims, and never unpickles
        array = np.lib.format.open_memmap(place, mode="r")
    except PermissionError:
        raise
    except Exception as error:  # whatever NumPy raises at a header that is no Python
        raise ValueError(f"{place} is no .npy file of numbers, or is truncated or damaged: {error}") from error
    require_small_array(array.shape, "the array")
    if array.offset + array.nbytes != size:
        raise ValueError(f"damaged: its header claims {array.nbytes:,} bytes, it holds {size - array.offset:,}")
    if array.ndim != 2:
        raise ValueError(
            f"its shape is {array.shape}; expected is one array [n, d + 1], the label in the last column."
            " Otherwise write x and y apart: np.savez(path, x=x, y=y)"
        )
    return real_array(array, "the array", 2).copy()


def _read_folder(place: Path, label: str | int | None) -> Data:
    from numerics.training.mnist import load_images

    if label is not None:
        raise ValueError("the labels of IDX files are a file of their own; a label column cannot be chosen")
    for part in sorted(place.glob("train-*-ubyte*")):
        require_small_file(part, LARGEST_ARRAY)
        if part.suffix == ".gz":
            _require_small_content(part)
    images, labels = load_images(place)
    return _data(images, labels, ("the images", "the labels"), "train-labels", ())


def _require_small_content(place: Path) -> None:
    """ValueError if more would be unpacked than is read; it is unpacked piece by piece, and thrown away."""
    unpacked = 0
    try:
        with gzip.open(place) as file:
            while piece := file.read(2**20):
                unpacked += len(piece)
                if unpacked > LARGEST_ARRAY:
                    raise ValueError(f"{place} unpacks to more than the {LARGEST_ARRAY:,} bytes that are read")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{place} is no gzip file, or is truncated or damaged: {error}") from error


def _pair(names: Sequence[str], label: str | int | None) -> tuple[tuple[str, str], tuple[str, ...]]:
    """The names of x and y among those of the file, and a note on what is left."""
    pairs = [pair for pair in _PAIRS if set(pair) <= set(names) and label in (None, pair[1])]
    held = ", ".join(names[:12]) or "nothing"
    if label is not None and label not in names:
        raise ValueError(f"no array is called {label!r}; it holds {held}")
    if not pairs:
        wanted = "x and y, X and y, x_train and y_train, data and target, or features and labels"
        raise ValueError(
            f"there must be arrays {wanted}{'' if label is None else f', with the label in {label}'}; it holds {held}"
        )
    if len(pairs) > 1:
        found = " or ".join(f"{x} and {y}" for x, y in pairs)
        raise ValueError(f"the data may be {found}; write those alone into a file")
    left = [name for name in names if name not in pairs[0]]
    return pairs[0], (f"not read: {', '.join(left[:12])}{', ...' if len(left) > 12 else ''}",) if left else ()


def _data(x: AnyArray, y: AnyArray, names: tuple[str, str], label: str, notes: tuple[str, ...]) -> Data:
    if x.ndim == 3 or (x.ndim == 4 and 1 in (x.shape[1], x.shape[3])):
        notes += (f"{names[0]}, of shape {list(x.shape)}, read as rows of {math.prod(x.shape[1:])} entries",)
        if x.dtype == np.uint8:
            notes += ("entries from 0 to 255 are taken as they are",)
        x = x.reshape(len(x), math.prod(x.shape[1:]))
    elif x.ndim != 2:
        raise ValueError(
            f"{names[0]} must be [n, d], one datum a row, or images [n, h, w] of one channel; its shape is {x.shape}"
        )
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    data = validate_data(real_array(x, names[0], 2))
    if y.ndim == 2 and y.shape[1]:
        labels = real_array(y, names[1], 2).copy()
        if len(labels) != len(data):
            raise ValueError(f"there must be a row of labels for each datum, {len(data)} and not {len(labels)}")
    else:
        labels = validate_labels(real_array(y, names[1], 1), len(data))
    for array in (data, labels):
        array.setflags(write=False)
    return Data(data, labels, label, notes)
