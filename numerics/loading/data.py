"""Data points and labels from .npz and .csv files."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
from jaxtyping import Float64

from numerics.loading.limits import require_small_file
from numerics.loading.npz import load_npz
from numerics.network import Array, validate_data, validate_labels


def load_data(path: str | os.PathLike[str]) -> tuple[Float64[Array, "n d"], Float64[Array, " n"]]:
    """Read the data x [n, d] and the labels y [n].

    .npz: the arrays x and y; y may be [n, 1]. .csv: numbers separated by commas, one datum a line, the label in the
    column headed y, or else in the last one; a first line that is not all numbers is a header.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        TypeError, ValueError: the file is damaged, too large, of no known format, or its entries are no finite numbers.
    """
    place = Path(path)
    if not place.exists():
        raise FileNotFoundError(f"there is no file {place}")
    match place.suffix.lower():
        case ".npz":
            arrays = load_npz(place, ("x", "y"))
            x, y = arrays["x"], arrays["y"]
        case ".csv":
            x, y = _load_csv(require_small_file(place))
        case _:
            raise ValueError(f"{place} must end in .npz (arrays x and y) or .csv")
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    try:
        data = validate_data(x)
        return data, validate_labels(y, len(data))
    except (TypeError, ValueError) as error:
        raise type(error)(f"{place}: {error}") from error


def _load_csv(place: Path) -> tuple[Float64[Array, "n d"], Float64[Array, " n"]]:
    try:
        with place.open(encoding="utf-8-sig", newline="") as file:
            first = next(csv.reader(file), [])
        header = None if all(_is_number(entry) for entry in first) else [entry.strip() for entry in first]
        table: Array = np.loadtxt(
            place,
            delimiter=",",
            skiprows=0 if header is None else 1,
            ndmin=2,
            comments=None,
            quotechar='"',
            encoding="utf-8-sig",
        )
    except UnicodeDecodeError as error:
        raise ValueError(f"{place} is no text in UTF-8: {error}") from error
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{place} is no table of numbers separated by commas: {error}") from error
    if len(table) == 0:
        raise ValueError(f"{place} holds no data")
    if table.shape[1] < 2:
        raise ValueError(f"{place} has one column; there must be one or more for x and one for the label y")
    column = header.index("y") if header is not None and "y" in header else table.shape[1] - 1
    return np.delete(table, column, axis=1), table[:, column]


def _is_number(entry: str) -> bool:
    try:
        float(entry)
    except ValueError:
        return False
    return True
