"""Sides of hyperplanes: as the rationals have them, wherever rounding would decide otherwise."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.arrays.kinks import decide_sides
from numerics.arrays.moments import stacked
from numerics.network import Array
from numerics.problem import Problem
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, examples, gaussian, net, tricky_list


def exact_signs(W1: Array, b1: Array, x: Array) -> list[list[int]]:
    """The signs of <w1_i, x_j> + b1_i in fractions."""
    signs = []
    for point in x.tolist():
        row = []
        for weights, bias in zip(W1.tolist(), b1.tolist(), strict=True):
            t = sum((Fraction(w) * Fraction(c) for w, c in zip(weights, point, strict=True)), Fraction(bias))
            row.append((t > 0) - (t < 0))
        signs.append(row)
    return signs


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 6), st.sampled_from([1.0, 1e-160, 1e150]))
def test_data_near_and_on_hyperplanes(seed: int, d: int, scale: float) -> None:
    """Biases that are the rounded -<w1_i, x_j> of some datum: each side is decided by rounding in floats."""
    example = gaussian(seed, 7, d, 5)
    W1, x = scale * example.network.W1, example.x / 3
    b1 = -np.array([W1[i] @ x[i] for i in range(5)])
    assert np.array_equal(np.sign(stacked(W1, b1, x)), exact_signs(W1, b1, x))


@settings(max_examples=60)
@given(examples())
def test_coincidences(example: Example) -> None:
    """Kinks, duplicates, zeros."""
    f = example.network
    assert np.array_equal(np.sign(stacked(f.W1, f.b1, example.x)), np.array(exact_signs(f.W1, f.b1, example.x)))


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_cases(name: str, example: Example) -> None:
    """The count of kinks is that of the rationals."""
    problem = Problem(example.network, example.x)
    assert problem.kinks == problem.exact.kinks, name


def test_a_third() -> None:
    """3 times the float 0.1 is above the float 0.3, and floats say so; a sum of them hides a rest of 2^-54."""
    x = np.array([[0.1, 0.2, -0.3]])
    assert exact_signs(np.ones((1, 3)), np.zeros(1), x) == [[1]]
    assert Problem(net([[1.0, 1.0, 1.0]], [0.0], [1.0]), x).kinks == 0
    assert stacked(np.ones((1, 3)), np.zeros(1), x)[0, 0] == float(Fraction(0.1) + Fraction(0.2) - Fraction(0.3))


def test_products_below_all_floats() -> None:
    """1e-200 times 1e-200 is no float, but it is above 0."""
    for sign in (1.0, -1.0):
        t = stacked(np.array([[1e-200]]), np.zeros(1), np.array([[sign * 1e-200]]))
        assert t[0, 0] == sign * 5e-324
    assert stacked(np.array([[1e-200]]), np.zeros(1), np.zeros((1, 1)))[0, 0] == 0


def test_only_what_is_open_is_touched() -> None:
    """Pre-activations that rounding cannot take across 0 stay as they are."""
    example = gaussian(0, 50, 4, 6)
    f, x = example.network, example.x
    t = x @ f.W1.T + f.b1
    kept = t.copy()
    decide_sides(t, f.W1, f.b1, x)
    assert np.array_equal(t, kept)


def test_sizes_whose_squares_are_no_floats() -> None:
    """The bound of the rounding is finite all the same."""
    W1, b1, x = np.array([[1e100, -1e100]]), np.array([1.0]), np.array([[1e200, 1e200], [1e200, -1e200]])
    assert np.array_equal(np.sign(stacked(W1, b1, x)), [[1.0], [1.0]])
