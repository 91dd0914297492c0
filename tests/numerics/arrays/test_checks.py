"""Arrays from outside: what is taken, what is refused in which words, and norms at the ends of the range."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics.arrays.checks import (
    real_array,
    require_device,
    require_finite,
    row_exponents,
    row_norms,
    validate_data,
    validate_labels,
)

LARGEST = float(np.finfo(np.float64).max)
SMALLEST = 5e-324
ENTRIES = st.floats(allow_nan=False, allow_infinity=False, width=64)


def test_a_float64_array_is_not_copied() -> None:
    mine = np.array([[1.0, -0.0]])
    assert np.shares_memory(real_array(mine, "x", 2), mine)


@pytest.mark.parametrize(
    "value",
    [
        [[1, 2]],
        ((1.0, 2.0),),
        np.array([[1, 2]], dtype=np.uint8),
        np.array([[1.0, 2.0]], dtype=">f4"),
        np.array([[1], [2]], dtype=np.float16).T,
        torch.tensor([[1.0, 2.0]]),
    ],
)
def test_whatever_holds_real_numbers_is_taken(value: object) -> None:
    array = real_array(value, "x", 2)
    assert array.tolist() == [[1.0, 2.0]]
    assert array.dtype == np.float64
    assert array.flags.c_contiguous


def test_labels_may_be_one_column() -> None:
    assert validate_labels([[1.0], [2.0]], 2).tolist() == [1.0, 2.0]
    assert validate_labels([[1.0]], 1).tolist() == [1.0]
    with pytest.raises(ValueError, match="1 axes"):
        validate_labels([[1.0, 2.0]], 1)


def test_the_number_of_axes_is_kept() -> None:
    assert real_array(3, "b2", 0).shape == ()
    assert real_array([True, False], "y", 1).tolist() == [1.0, 0.0]
    assert real_array(np.zeros((0, 3)), "W1", 2).shape == (0, 3)
    for dimensions in (0, 1, 3):
        with pytest.raises(ValueError, match=rf"W1 must have {dimensions} axes, but its shape is \(1, 1\)"):
            real_array([[1.0]], "W1", dimensions)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.ma.masked_equal([1.0, 2.0], 2.0), "y is a masked array"),
        ([[1.0, 2.0], [3.0]], "y cannot be read"),
        (torch.ones(2, requires_grad=True), "y cannot be read"),
        ([1.0, 1j], "y must hold real numbers, but its entries are of type complex128"),
        (["1", "2"], "y must hold real numbers"),
        ([None, 1.0], "of type object"),
        ([Fraction(1, 2)], "of type object"),
        ([10**400], "of type object"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "y must hold real numbers"),
    ],
)
def test_what_is_no_array_of_real_numbers_is_refused(value: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        real_array(value, "y", 1)


def test_the_first_entry_that_is_not_finite_is_named() -> None:
    with pytest.raises(ValueError, match=r"x must be finite, but x\[1, 0\] is nan \(2 such entries\)"):
        real_array([[0.0, 1.0], [np.nan, -np.inf]], "x", 2)
    with pytest.raises(ValueError, match=r"b2 must be finite, but b2 is -inf \(1 such"):
        real_array(-np.inf, "b2", 0)
    if np.finfo(np.longdouble).max > LARGEST:
        with pytest.raises(ValueError, match=r"b2 is inf"):
            real_array(np.longdouble(LARGEST) * 2, "b2", 0)


def test_data() -> None:
    assert validate_data([[1, 2]], d=2).tolist() == [[1.0, 2.0]]
    for shape in ((0, 2), (2, 0)):
        with pytest.raises(ValueError, match="at least one row and one column"):
            validate_data(np.zeros(shape))
    with pytest.raises(ValueError, match=r"must have 3 columns, one for each input, but has 2"):
        validate_data([[1.0, 2.0]], d=3)
    with pytest.raises(ValueError, match="the data x must have 2 axes"):
        validate_data([1.0, 2.0])


def test_labels() -> None:
    assert validate_labels([1, 2], 2).tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="one label for each of the 3 data points, but y has 1"):
        validate_labels([1.0], 3)
    with pytest.raises(ValueError, match="the labels y must have 1 axes"):
        validate_labels([[1.0, 2.0]], 1)


def test_what_left_the_range_is_an_error() -> None:
    values = np.array([LARGEST, -0.0])
    assert require_finite(values, "the sums") is values
    for bad in (np.inf, -np.inf, np.nan):
        with pytest.raises(OverflowError, match="the sums exceed the range of float64; rescale"):
            require_finite(np.array([1.0, bad]), "the sums")


@given(st.lists(st.tuples(ENTRIES, ENTRIES, ENTRIES), min_size=1, max_size=4))
def test_norms_are_those_of_exact_squares(rows: list[tuple[float, float, float]]) -> None:
    for row, norm in zip(rows, row_norms(np.array(rows)), strict=True):
        square = sum(Fraction(entry) ** 2 for entry in row)
        if not math.isfinite(norm):
            assert square > (Fraction(LARGEST) * (1 - Fraction(1, 2**50))) ** 2
            continue
        low, high = Fraction(float(norm)) * (1 - Fraction(1, 2**50)), Fraction(float(norm)) * (1 + Fraction(1, 2**50))
        assert max(low - Fraction(SMALLEST), Fraction(0)) ** 2 <= square <= (high + Fraction(SMALLEST)) ** 2


def test_norms_at_the_ends_of_the_range() -> None:
    # pythagorean triples are exact, and so is a power of two beside them
    rows = np.array([[3e-320, 4e-320], [2.0**1022, 0.0], [SMALLEST, 0.0], [LARGEST, SMALLEST], [0.0, -0.0]])
    assert row_norms(rows).tolist() == pytest.approx([5e-320, 2.0**1022, SMALLEST, LARGEST, 0.0], rel=1e-15, abs=1e-323)
    assert row_norms(np.array([[LARGEST, LARGEST]])).tolist() == [np.inf]
    assert row_norms(np.zeros((2, 0))).tolist() == [0.0, 0.0]
    assert row_norms(np.zeros((0, 2))).shape == (0,)


@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_exponents_are_those_of_the_largest_entry(row: list[float]) -> None:
    (exponent,) = row_exponents(np.array([row])).tolist()
    size = max(abs(Fraction(entry)) for entry in row)
    assert size == exponent == 0 or Fraction(2) ** (exponent - 1) <= size < Fraction(2) ** exponent


def test_devices() -> None:
    require_device("cpu")
    with pytest.raises(ValueError, match="the device must be cpu or cuda, not 'tpu'"):
        require_device("tpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="there is no CUDA device here that PyTorch can use"):
        require_device("cuda")
