"""Checks of arrays that come from outside: real, finite, float64, of the expected shape."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Floats = npt.NDArray[np.floating[Any]]
"""Of float64, or of float32 where rounding to seven digits is of no harm."""

DEVICES = ("cpu", "cuda")
"""Where products with many data can be computed."""

_REAL_KINDS = "biuf"
# above it and below its inverse, squares of entries that matter are normal floats
_LEAST_SQUARE = 2.0**-900


def real_array(value: object, name: str, dimensions: int, *, or_column: bool = False) -> Array:
    """Return `value` as a finite float64 array with `dimensions` axes, without a copy where it is one.

    With `or_column`, one column [n, 1] is taken for [n].

    Raises:
        TypeError: the entries are not real numbers, or some are masked out.
        ValueError: the number of axes is wrong, or an entry is infinite or not a number.

    >>> real_array([[1, 2]], "x", 2)
    array([[1., 2.]])
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array; give the entries to be used as an ordinary array")
    try:
        given = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} cannot be read as an array of real numbers: {error}") from error
    if given.dtype.kind not in _REAL_KINDS:
        raise TypeError(f"{name} must hold real numbers, but its entries are of type {given.dtype}")
    if or_column and given.ndim == 2 and given.shape[1] == 1:
        given = given[:, 0]
    if given.ndim != dimensions:
        raise ValueError(f"{name} must have {dimensions} axes, but its shape is {given.shape}")
    with np.errstate(over="ignore"):
        array: Array = np.ascontiguousarray(given, dtype=np.float64).reshape(given.shape)
    finite = np.isfinite(array)
    if not finite.all():
        where = tuple(int(index) for index in np.argwhere(~finite)[0])
        place = f"{name}[{', '.join(map(str, where))}]" if where else name
        raise ValueError(
            f"{name} must be finite, but {place} is {array[where]} ({np.count_nonzero(~finite)} such entries)"
        )
    return array


def validate_data(x: object, d: int | None = None) -> Array:
    """Return the data `x` as a finite float64 array [n, d] with n >= 1 and d >= 1.

    Args:
        x: the data points, one a row.
        d: the number of columns expected; None accepts any.

    Raises:
        TypeError: the entries are not real numbers.
        ValueError: not two axes, no rows or columns, another number of columns than `d`, an entry not finite.
    """
    data = real_array(x, "the data x", 2)
    if data.shape[0] == 0 or data.shape[1] == 0:
        raise ValueError(f"the data x must have at least one row and one column, but its shape is {data.shape}")
    if d is not None and data.shape[1] != d:
        raise ValueError(f"the data x must have {d} columns, one for each input, but has {data.shape[1]}")
    return data


def validate_labels(y: object, n: int) -> Array:
    """Return the labels `y`, [n] or one column [n, 1], as a finite float64 array [n].

    Raises:
        TypeError: the entries are not real numbers.
        ValueError: several columns, another length than `n`, an entry not finite.
    """
    labels = real_array(y, "the labels y", 1, or_column=True)
    if labels.shape[0] != n:
        raise ValueError(f"there must be one label for each of the {n} data points, but y has {len(labels)}")
    return labels


def require_finite(values: Array, what: str) -> Array:
    """Return `values`, computed from finite input; OverflowError if `what` left the range of float64."""
    if not np.isfinite(values).all():
        raise OverflowError(f"{what} exceed the range of float64; rescale the network or the data")
    return values


def row_norms(rows: Array) -> Array:
    """Euclidean norms of the rows of [m, d], safe against overflow and underflow of the squares.

    Rows whose squares leave the middle of the range are first divided by a power of two near their largest entry,
    which is exact.

    >>> row_norms(np.array([[3e200, 4e200], [3e-200, 4e-200], [0.0, 0.0]]))
    array([5.e+200, 5.e-200, 0.e+000])
    """
    with np.errstate(over="ignore"):
        squares = np.einsum("ij,ij->i", rows, rows)
        norms: Array = np.sqrt(squares)
        outside = np.flatnonzero(~((squares > _LEAST_SQUARE) & (squares < 1 / _LEAST_SQUARE)))
        exponents = row_exponents(rows[outside])
        scaled = np.ldexp(rows[outside], -exponents[:, None])
        norms[outside] = np.ldexp(np.sqrt(np.einsum("ij,ij->i", scaled, scaled)), exponents)
    return norms


def row_exponents(rows: Array) -> npt.NDArray[np.intc]:
    """For each row of [m, d] the e with 2^(e-1) <= max |entry| < 2^e; 0 for rows of zeros."""
    exponents: npt.NDArray[np.intc] = np.frexp(np.max(np.abs(rows), axis=1, initial=0.0))[1]
    return exponents


def require_tolerance(tolerance: float) -> float:
    """The relative tolerance; ValueError unless it lies between 0 and 1."""
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance must lie between 0 and 1, not {tolerance}")
    return tolerance


def require_device(name: str) -> None:
    """Raises ValueError if nothing can be computed there."""
    if name not in DEVICES:
        raise ValueError(f"the device must be {' or '.join(DEVICES)}, not {name!r}")
    if name == "cpu":
        return
    import torch

    if not torch.cuda.is_available():
        raise ValueError(
            "there is no CUDA device here that PyTorch can use; leave out the device, which is then the cpu"
        )
