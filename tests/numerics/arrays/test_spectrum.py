"""The largest eigenvalues of matrices with known spectra, small and large, formed and as operators."""

from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, aslinearoperator

from numerics.arrays.checks import Array
from numerics.arrays.spectrum import Subspace, checked_top_eigenpair, largest_in_subspace, top_eigenpairs

# LAPACK, the last one that LAPACK takes, the first one for Lanczos
SIZES = (1, 2, 5, 99, 100, 160)


def with_spectrum(values: Array, seed: int = 0) -> Array:
    """A symmetric matrix with these eigenvalues, in a random basis."""
    if len(values) == 1:
        return np.array([values])
    basis = scipy.stats.ortho_group.rvs(len(values), random_state=seed)
    matrix: Array = (basis * values) @ basis.T
    return (matrix + matrix.T) / 2


def assert_eigenpairs(matrix: Array, found: tuple[Array, Array], expected: Array) -> None:
    """Descending eigenvalues, orthonormal eigenvectors as rows."""
    values, vectors = found
    size = np.abs(matrix).max() * len(matrix)
    np.testing.assert_allclose(values, expected, rtol=1e-11, atol=1e-12 * size)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(len(values)), atol=1e-10)
    np.testing.assert_allclose(matrix @ vectors.T, vectors.T * values, atol=1e-9 * size)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("count", [1, 3])
def test_known_spectra(n: int, count: int) -> None:
    spectrum = np.linspace(-5.0, 3.0, n)  # the largest is not the one of largest size
    matrix, count = with_spectrum(spectrum), min(count, n)
    expected = spectrum[::-1][:count]
    assert_eigenpairs(matrix, top_eigenpairs(matrix, count), expected)
    assert_eigenpairs(matrix, top_eigenpairs(matrix, count, iterative=False), expected)
    assert_eigenpairs(matrix, top_eigenpairs(aslinearoperator(matrix), count), expected)


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.integers(-4, 4), min_size=n * n, max_size=n * n)))
def test_small_matrices_of_whole_numbers(entries: list[int]) -> None:
    """With multiple eigenvalues and zeros; all of the spectrum adds up to the trace, its squares to those of A."""
    n = round(len(entries) ** 0.5)
    matrix = np.array(entries, dtype=float).reshape(n, n)
    matrix = matrix + matrix.T
    values, vectors = top_eigenpairs(matrix, n)
    assert np.all(np.diff(values) <= 0)
    assert values.sum() == pytest.approx(np.trace(matrix), abs=1e-10)
    assert np.sum(values**2) == pytest.approx(np.sum(matrix**2), abs=1e-9)
    assert_eigenpairs(matrix, (values, vectors), np.linalg.eigvalsh(matrix)[::-1])


@given(st.integers(5, 99), st.integers(1, 3), st.integers(1, 3), st.integers(0, 99))
def test_many_nearly_equal_eigenvalues_at_the_top(n: int, rank: int, count: int, seed: int) -> None:
    """3 I less a matrix of small rank: an index of the spectrum then names nothing that LAPACK can tell apart."""
    factor = np.random.default_rng(seed).normal(size=(n, rank))
    matrix = 3 * np.eye(n) - factor @ factor.T / n
    matrix = (matrix + matrix.T) / 2
    expected: Array = scipy.linalg.eigvalsh(matrix)[::-1][:count]
    for found in (top_eigenpairs(matrix, count), top_eigenpairs(aslinearoperator(matrix), count)):
        assert_eigenpairs(matrix, found, expected)


@pytest.mark.parametrize("n", SIZES)
def test_a_matrix_without_a_gap(n: int) -> None:
    """The identity, 0, and a matrix of ones, whose other eigenvalues are all 0."""
    for matrix, top in ((np.eye(n), 1.0), (np.zeros((n, n)), 0.0), (np.ones((n, n)), float(n))):
        assert top_eigenpairs(matrix)[0][0] == pytest.approx(top, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("n", [99, 150])
@pytest.mark.parametrize("scale", [1e-150, 1e-12, 1e12, 1e150])
def test_the_scale_does_not_matter(n: int, scale: float) -> None:
    spectrum = np.concatenate([np.linspace(0.0, 1.0, n - 1), [2.0]])
    values, _ = top_eigenpairs(scale * with_spectrum(spectrum))
    assert values[0] == pytest.approx(2 * scale, rel=1e-12)


def test_the_top_vector_may_be_orthogonal_to_the_constant_one() -> None:
    """Near which Lanczos starts, and which is an eigenvector here."""
    n = 120
    odd = np.where(np.arange(n) % 2, -1.0, 1.0)
    matrix = np.ones((n, n)) + 2 * np.outer(odd, odd)
    for given_as in (matrix, aslinearoperator(matrix)):
        values, vectors = top_eigenpairs(given_as)
        assert values[0] == pytest.approx(2 * n, rel=1e-12)
        assert abs(vectors[0] @ odd) == pytest.approx(np.sqrt(n), rel=1e-12)


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-8, 1e-10])
def test_an_eigenvalue_just_below_the_top_one_is_not_taken_for_it(gap: float) -> None:
    """Its vector is the constant one, next to which Lanczos would start, and stay, where nothing else shows the top."""
    n = 2_000
    ones, odd = np.ones(n) / np.sqrt(n), np.where(np.arange(n) % 2, -1.0, 1.0) / np.sqrt(n)

    def product(v: Array) -> Array:
        image: Array = (ones @ v) * ones + (1 + gap) * (odd @ v) * odd
        return image

    operator = LinearOperator((n, n), matvec=product, dtype=np.float64)
    assert checked_top_eigenpair(operator, 1e-10)[0] == pytest.approx(1 + gap, rel=1e-10)


def test_a_lower_eigenpair_does_not_pass_for_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the matrix is at hand; an operator shows no more than that it is an eigenpair."""
    matrix = with_spectrum(np.arange(1.0, 111.0))
    values, vectors = np.linalg.eigh(matrix)
    monkeypatch.setattr("numerics.arrays.spectrum._by_lanczos", lambda *_: (values[-2:-1], vectors[:, -2:-1].T))
    assert top_eigenpairs(matrix)[0][0] == pytest.approx(110, rel=1e-12)
    assert top_eigenpairs(aslinearoperator(matrix))[0][0] == pytest.approx(109, rel=1e-12)


def first_unit_vector(matrix: Array | LinearOperator, *_: object, **__: object) -> tuple[Array, Array]:
    """What an iteration that went wrong might return: no eigenvector, and its Rayleigh quotient."""
    unit = np.eye(matrix.shape[0])[:1]
    return np.array([(matrix @ unit[0])[0]]), unit


def test_no_eigenvector_does_not_pass_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = with_spectrum(np.arange(1.0, 111.0))
    monkeypatch.setattr("numerics.arrays.spectrum._by_lanczos", first_unit_vector)
    assert checked_top_eigenpair(matrix, 1e-9)[0] == pytest.approx(110, rel=1e-12)
    with pytest.raises(ArithmeticError, match="residual"):
        checked_top_eigenpair(aslinearoperator(matrix), 1e-9)


def dominated(n: int, second: float) -> Array:
    """The eigenvalues 3, `second`, and small ones."""
    return with_spectrum(np.concatenate([np.linspace(0.0, 0.01, n - 2), [second, 3.0]]))


@pytest.mark.parametrize(("second", "factorised"), [(0.5, False), (2.0, False), (2.95, False), (2.999, True)])
def test_a_large_eigenvalue_is_the_largest_without_a_factorisation(
    second: float, factorised: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the squares of two such eigenvalues would exceed those of the entries; else by Cholesky's."""
    factorisation = Mock(wraps=scipy.linalg.cholesky)
    monkeypatch.setattr("scipy.linalg.cholesky", factorisation)
    assert top_eigenpairs(dominated(120, second))[0][0] == pytest.approx(3.0, rel=1e-12)
    assert factorisation.called == factorised


@pytest.mark.parametrize("second", [2.0, 2.9])
def test_the_lower_one_of_two_large_eigenvalues_is_not_the_largest(
    second: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix = dominated(120, second)
    values, vectors = np.linalg.eigh(matrix)
    monkeypatch.setattr("numerics.arrays.spectrum._by_lanczos", lambda *_: (values[-2:-1], vectors[:, -2:-1].T))
    assert top_eigenpairs(matrix)[0][0] == pytest.approx(3.0, rel=1e-12)


@pytest.mark.parametrize(("second", "products"), [(0.3, 12), (1.5, 30)])
def test_a_wide_gap_takes_few_products(second: float, products: int) -> None:
    matrix = dominated(400, second)
    product = Mock(wraps=matrix.dot)
    operator = LinearOperator(matrix.shape, matvec=product, dtype=np.float64)
    assert top_eigenpairs(operator, tolerance=1e-11)[0][0] == pytest.approx(3.0, rel=1e-13)
    assert product.call_count <= products


def no_convergence(*_: object, **__: object) -> None:
    raise ArpackNoConvergence("no convergence (%s)", np.zeros(0), np.zeros((0, 0)))


def test_where_lanczos_fails_lapack_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = with_spectrum(np.arange(1.0, 111.0))
    monkeypatch.setattr("numerics.arrays.spectrum.eigsh", no_convergence)
    assert top_eigenpairs(matrix)[0][0] == pytest.approx(110, rel=1e-12)
    with pytest.raises(ArithmeticError, match="Lanczos did not reach the tolerance 1e-10"):
        top_eigenpairs(aslinearoperator(matrix), tolerance=1e-10)


@pytest.mark.parametrize("n", SIZES)
def test_a_checked_pair_is_a_unit_vector_of_fixed_sign(n: int) -> None:
    matrix = with_spectrum(np.linspace(0.5, 4.0, n))
    for given_as in (matrix, aslinearoperator(matrix)):
        theta, u = checked_top_eigenpair(given_as, 1e-10)
        assert theta == pytest.approx(4.0 if n > 1 else 0.5, rel=1e-12)
        assert np.linalg.norm(u) == pytest.approx(1.0, rel=1e-14)
        assert u.sum() >= 0
        assert np.linalg.norm(matrix @ u - theta * u) <= 1e-10 * theta


def test_results_are_reproducible() -> None:
    matrix = with_spectrum(np.linspace(0.0, 1.0, 130))
    first, second = (checked_top_eigenpair(aslinearoperator(matrix), 1e-9) for _ in range(2))
    assert first[0] == second[0]
    np.testing.assert_array_equal(first[1], second[1])


def test_a_residual_above_the_tolerance_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = np.array([[2.0, 1.0], [1.0, 2.0]])
    monkeypatch.setattr("numerics.arrays.spectrum.top_eigenpairs", first_unit_vector)
    # theta = 2 at (1, 0), and the residual is 1
    with pytest.raises(ArithmeticError, match=r"the residual .* is 5\.0e-01 of the eigenvalue 2, above the tolerance"):
        checked_top_eigenpair(matrix, 0.4)
    assert checked_top_eigenpair(matrix, 0.6)[0] == 2.0


@pytest.mark.parametrize("n", [3, 120])
def test_large_and_small_matrices_are_checked_like_others(n: int) -> None:
    """Their squares exceed the range of float64, or vanish in it; the eigenvalue does not."""
    for size in (1e200, 1e-200):
        theta, _ = checked_top_eigenpair(size * with_spectrum(np.linspace(0.5, 4.0, n)), 1e-10)
        assert theta == pytest.approx(4 * size, rel=1e-10)


def test_an_eigenvalue_beyond_the_range_is_no_matter_of_tolerance() -> None:
    with pytest.raises(OverflowError, match="exceed the range of float64; rescale"):
        checked_top_eigenpair(np.full((4, 4), 1e308), 1e-10)


@pytest.mark.parametrize("n", [3, 120])
def test_what_is_not_finite_is_refused(n: int) -> None:
    matrix = np.eye(n)
    matrix[1, 2] = matrix[2, 1] = np.nan
    with pytest.raises(ValueError, match="infs or NaNs"):
        top_eigenpairs(matrix)


def overflowing(n: int) -> LinearOperator:
    def product(_: Array) -> Array:
        raise OverflowError("the entries of K u exceed the range of float64")

    return LinearOperator((n, n), matvec=product, dtype=np.float64)


@pytest.mark.parametrize("n", [3, 120])
def test_an_operator_that_overflows_says_so(n: int) -> None:
    with pytest.raises(OverflowError, match="exceed the range"):
        checked_top_eigenpair(overflowing(n), 1e-10)


def begun(matrix: Array, seed: int = 0) -> Subspace:
    """A random vector and its image."""
    start = np.random.default_rng(seed).standard_normal(len(matrix))
    start /= np.linalg.norm(start)
    return Subspace((start,), (matrix @ start,))


def small(_: Array, residual: float) -> bool:
    """A residual that tells eigenvalues of size 1."""
    return residual <= 1e-9


@pytest.mark.parametrize("n", SIZES)
def test_a_growing_subspace_finds_the_top_eigenvalue(n: int) -> None:
    """Its vectors are orthonormal, its images are theirs, and Ritz values are below eigenvalues of their rank."""
    spectrum = np.concatenate([np.linspace(0.0, 1.0, n - 1), [4.0]])
    matrix = with_spectrum(spectrum)
    values, found = largest_in_subspace(matrix.dot, begun(matrix), small)
    assert values[0] == pytest.approx(4.0, rel=1e-12)
    basis = np.array(found.basis)
    np.testing.assert_allclose(basis @ basis.T, np.eye(len(basis)), atol=1e-12)
    np.testing.assert_allclose(np.array(found.images), basis @ matrix, atol=1e-12)
    assert np.all(values <= np.sort(spectrum)[::-1][: len(values)] + 1e-12)


def test_it_goes_on_from_a_subspace() -> None:
    """With other images of the same vectors, those of a matrix near by, few vectors are missing."""
    matrix = with_spectrum(np.concatenate([np.linspace(0.0, 0.2, 150), [1.0]]))
    _, first = largest_in_subspace(matrix.dot, begun(matrix), small)
    moved = matrix + 1e-3 * with_spectrum(np.linspace(-1.0, 1.0, 151), seed=1)
    start = Subspace(first.basis, tuple(moved @ vector for vector in first.basis))
    values, second = largest_in_subspace(moved.dot, start, small)
    assert values[0] == pytest.approx(np.linalg.eigvalsh(moved)[-1], rel=1e-13)
    assert len(second.basis) - len(first.basis) < len(first.basis)


def test_what_is_never_enough_ends() -> None:
    matrix = with_spectrum(np.linspace(0.0, 1.0, 160))
    with pytest.raises(ArithmeticError, match="after 12 products"):
        largest_in_subspace(matrix.dot, begun(matrix), lambda *_: False, most=12)
    # a subspace that A does not lead out of
    unit = np.eye(3)[0]
    with pytest.raises(ArithmeticError, match="after 1 products"):
        largest_in_subspace(lambda v: v, Subspace((unit,), (unit,)), lambda *_: False)
