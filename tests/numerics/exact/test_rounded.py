"""Matrices of floats at a proven distance from exact ones, and bounds on eigenvalues that no rounding breaks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given
from hypothesis import strategies as st

from numerics.arrays.checks import Array
from numerics.exact import rounded
from numerics.exact.balls import ball, lower, upper
from numerics.exact.dyadic import Dyadic
from numerics.exact.network import ExactData, ExactNetwork
from numerics.exact.rounded import (
    Rounded,
    frobenius_bound,
    gamma,
    largest_eigenvalue,
    levers,
    nearest_floats,
    require_normal,
    rounded_gram,
    rounded_gram_sum,
)
from numerics.exact.spectrum import enclosed_top_eigenvalue
from proofs_checks.instances.exact import Matrix, top_at_most
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, examples, gaussian, net, tricky_list


def exact_of(example: Example) -> ExactNetwork:
    return ExactNetwork(example.network, ExactData(example.x))


def distance(found: Rounded, exact: Dyadic) -> arb:
    """An upper bound on the spectral norm of the difference, exact but for the last root."""
    difference = (Dyadic.of(found.matrix) + -exact).balls()
    return enclosed_top_eigenvalue(difference * difference).abs_upper().sqrt()


def rows_of(matrix: Dyadic) -> Matrix:
    rows, columns = matrix.shape
    return tuple(tuple(matrix.fraction(i, j) for j in range(columns)) for i in range(rows))


@given(examples())
def test_the_gram_matrix_is_within_its_distance(example: Example) -> None:
    exact = exact_of(example)
    found = rounded_gram(exact)
    assert distance(found, exact.gram) <= found.error
    # tr K is at most n of its top eigenvalue
    assert found.error <= ball(Fraction(exact.n * (exact.k + example.network.d + 20), 2**52)) * ball(
        Fraction(float(np.linalg.eigvalsh(found.matrix)[-1] * 1.01))
    )


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_cases_too(name: str, example: Example) -> None:
    exact = exact_of(example)
    found = rounded_gram(exact)
    assert distance(found, exact.gram) <= found.error, name


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.sampled_from([1e-150, 1e-8, 1e-3, 1.0, 1e8, 1e70]), st.sampled_from([1e-8, 1.0, 1e8]))
def test_whatever_the_scales(seed: int, of_weights: float, of_data: float) -> None:
    example = gaussian(seed, n=6, d=3, k=4, scale=of_data)
    f = example.network
    scaled = net((of_weights * f.W1).tolist(), (of_weights * f.b1).tolist(), (of_weights * f.w2).tolist(), f.b2)
    exact = exact_of(Example(scaled, example.x, example.y))
    found = rounded_gram(exact)
    assert distance(found, exact.gram) <= found.error
    bound, _ = largest_eigenvalue(found)
    enclosed = enclosed_top_eigenvalue(exact.gram.balls())
    assert bound >= enclosed.lower()
    assert bound <= enclosed.upper() * ball(1 + Fraction(1, 10**10))


def test_outputs_that_are_off_widen_it() -> None:
    """By what they are said to be off, and no less: half of that is refuted."""
    exact = exact_of(gaussian(3, n=20, d=2, k=6))
    outputs = nearest_floats(exact.hidden)
    moved = outputs + 1e-3 * (outputs > 0)
    size = float(np.linalg.norm(moved - outputs))
    arguments = levers(exact), exact.data.floats
    assert distance(found := rounded_gram_sum(moved, arb(1.001 * size), *arguments), exact.gram) <= found.error
    assert not distance(found := rounded_gram_sum(moved, arb(0.0), *arguments), exact.gram) <= found.error


@st.composite
def symmetric(draw: st.DrawFn) -> Array:
    """Up to 5 x 5, of whole numbers, some of them large, some diagonals positive."""
    n, reach = draw(st.integers(1, 5)), draw(st.sampled_from([3, 10**6, 10**12]))
    entries = draw(st.lists(st.integers(-reach, reach), min_size=n * n, max_size=n * n))
    half = np.array(entries, dtype=float).reshape(n, n)
    matrix: Array = half + half.T + draw(st.sampled_from([0.0, 10.0 * reach])) * np.eye(n)
    return matrix


@given(symmetric(), st.sampled_from([0.0, 0.25]))
def test_no_eigenvalue_is_above_the_bound(matrix: Array, error: float) -> None:
    """Decided by elimination in fractions, for matrices within the error too."""
    bound, _ = largest_eigenvalue(Rounded(matrix, arb(error)))
    moved = Dyadic.of(matrix + error * np.eye(len(matrix)))
    assert top_at_most(rows_of(moved), upper(bound) + Fraction(1, 10**300))


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.integers(2, 30), st.sampled_from([0, 1, 8, 16]))
def test_the_bound_is_narrow(seed: int, n: int, gap: int) -> None:
    """Whatever comes after the top eigenvalue, an equal one or one nearly equal included."""
    basis = np.linalg.qr(np.random.default_rng(seed).standard_normal((n, n)))[0]
    values = np.concatenate([np.linspace(0.0, 0.5, n - 2), [1.0 - (2.0**-gap if gap else 0.0), 1.0]])
    matrix = (basis * values) @ basis.T
    matrix = (matrix + matrix.T) / 2
    bound, vector = largest_eigenvalue(Rounded(matrix, arb(0)))
    top = enclosed_top_eigenvalue(arb_mat(n, n, matrix.ravel().tolist()))
    assert top.lower() <= bound <= top.upper() * ball(1 + Fraction(1, 10**11))
    assert np.linalg.norm(matrix @ vector - vector) <= 1e-11


def test_a_wrong_factor_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is supposed of the factor, nor of the eigenvalue: the bound is wider, and true."""
    matrix = np.array([[2.0, 1.0], [1.0, 2.0]])
    monkeypatch.setattr("scipy.linalg.cholesky", lambda matrix, **_: np.triu(np.ones_like(matrix)))
    assert 3 <= upper(largest_eigenvalue(Rounded(matrix, arb(0)))[0]) < 20
    # a shift below the eigenvalue, and what passes for its factor
    monkeypatch.setattr(rounded, "top_eigenpairs", lambda _: (np.array([2.0]), np.array([[1.0, 0.0]])))
    assert 3 <= upper(largest_eigenvalue(Rounded(matrix, arb(0)))[0]) < 20
    monkeypatch.undo()
    monkeypatch.setattr(rounded, "top_eigenpairs", lambda _: (np.array([2.0]), np.array([[1.0, 0.0]])))
    assert 3 <= upper(largest_eigenvalue(Rounded(matrix, arb(0)))[0]) <= 4


def test_without_a_factor_by_sums_of_rows() -> None:
    assert upper(largest_eigenvalue(Rounded(np.zeros((3, 3)), arb(0.5)))[0]) >= Fraction(1, 2)
    found = upper(largest_eigenvalue(Rounded(-np.ones((2, 2)), arb(0)))[0])
    assert 0 <= found <= Fraction(2001, 1000)


@given(st.lists(st.tuples(st.integers(-(2**200), 2**200), st.integers(-40, 40)), min_size=1, max_size=5))
def test_nearest_floats(pairs: list[tuple[int, int]]) -> None:
    for mantissa, exponent in pairs:
        values = Dyadic(Dyadic.of(np.ones((1, 1))).matrix * 0 + Dyadic.of(np.ones((1, 1))).matrix * mantissa, exponent)
        assert nearest_floats(values)[0, 0] == float(values.fraction())


def test_gamma_and_norms() -> None:
    assert Fraction(3, 2**53) < lower(gamma(3)) < upper(gamma(3)) < Fraction(3, 2**53) * (1 + Fraction(1, 2**50))
    for scale in (1e-300, 1.0, 1e300):
        found = frobenius_bound(scale * np.array([[3.0, 0.0], [0.0, -4.0]]))
        assert 5 * Fraction(scale) <= upper(found) * (1 + Fraction(1, 10**15))
        assert upper(found) <= Fraction(5.0001) * Fraction(scale)
    assert frobenius_bound(np.zeros((2, 0))) == 0


@pytest.mark.parametrize(
    "example",
    [
        Example(net([[1e-310]], [0.0], [1.0]), np.array([[1.0]]), np.zeros(1)),
        Example(net([[1.0]], [0.0], [1e-310]), np.array([[1.0]]), np.zeros(1)),
        Example(net([[1.0]], [0.0], [1.0]), np.array([[1e-310]]), np.zeros(1)),
        Example(net([[1e200]], [0.0], [1.0]), np.array([[1.0]]), np.zeros(1)),
        Example(net([[1e200]], [0.0], [1e200]), np.array([[1.0]]), np.zeros(1)),
        Example(net([[1.0]], [0.0], [1e160]), np.array([[1e10]]), np.zeros(1)),
        Example(net([[1e300], [1e-300]], [1e-300, 0.0], [1.0, 1.0]), np.array([[1e5], [1e-5]]), np.zeros(2)),
    ],
)
def test_what_leaves_the_normal_floats_is_refused(example: Example) -> None:
    with pytest.raises(OverflowError, match="rescale"):
        rounded_gram(exact_of(example))


def test_normal_floats() -> None:
    require_normal(np.array([0.0, -1.0, 2.0**-1022]))
    for value in (2.0**-1023, -5e-324, np.inf, np.nan):
        with pytest.raises(OverflowError, match="normal floats"):
            require_normal(np.array([1.0, value]))
