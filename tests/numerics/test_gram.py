"""The Gram matrix and its top eigenvalue, three ways: formula, operator, gradients."""

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.enclosure import enclosed_gram_sharpness
from numerics.gram import (
    Method,
    gradient_error,
    gram_matrix,
    gram_operator,
    gram_sharpness,
    mean_gradient_square,
    rounded_top_eigenpair,
    sum_rounding,
    top_eigenpair,
)
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from proofs_checks.instances.pinned import PINNED, Pinned, close
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import (
    Example,
    cancelling_examples,
    dense_gram,
    examples,
    gaussian,
    net,
    tricky,
    tricky_list,
)
from tests.unchecked import unchecked

METHODS: tuple[Method, ...] = ("dense", "matrix-free")


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_gram_matrix_worked_out_by_hand(pinned: Pinned) -> None:
    f, x, n = pinned.network, pinned.x, len(pinned.x)
    np.testing.assert_allclose(n * gram_matrix(f, x), np.array(pinned.gram, dtype=float), rtol=1e-15)
    np.testing.assert_allclose(n * (gram_operator(f, x) @ np.eye(n)), np.array(pinned.gram, dtype=float), rtol=1e-14)
    assert mean_gradient_square(f, x) == pytest.approx(float(pinned.mean_gradient_square), rel=1e-15)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_sharpness_worked_out_by_hand(pinned: Pinned, method: Method) -> None:
    found = gram_sharpness(pinned.network, pinned.x, method=method)
    assert found == pytest.approx(float(pinned.problem.sharpness().mid()), rel=1e-10)
    assert pinned.sharpness is None or close(found, pinned.sharpness, 1e-10)


@given(examples())
def test_the_gram_matrix_is_that_of_the_gradients(example: Example) -> None:
    K = gram_matrix(example.network, example.x)
    np.testing.assert_allclose(K, dense_gram(example), rtol=1e-11, atol=1e-12)
    np.testing.assert_array_equal(K, K.T)


@given(examples())
def test_the_operator_is_the_gram_matrix(example: Example) -> None:
    operator = gram_operator(example.network, example.x)
    K = gram_matrix(example.network, example.x)
    np.testing.assert_allclose(operator @ np.eye(len(K)), K, rtol=1e-10, atol=1e-11 * np.abs(K).max())


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_cases_four_ways(name: str, example: Example) -> None:
    K = dense_gram(example)
    np.testing.assert_allclose(gram_matrix(example.network, example.x), K, rtol=1e-12, err_msg=name)
    expected = float(np.linalg.eigvalsh(K)[-1])
    for method in METHODS:
        assert gram_sharpness(example.network, example.x, method=method) == pytest.approx(expected, rel=1e-10), name


@given(st.integers(0, 2**32), st.integers(40, 90), st.sampled_from([1e-6, 1.0, 1e6]))
def test_both_methods_agree(seed: int, n: int, scale: float) -> None:
    example = gaussian(seed, n, d=3, k=4, scale=scale)
    dense, free = (gram_sharpness(example.network, example.x, method=method) for method in METHODS)
    assert dense == pytest.approx(float(np.linalg.eigvalsh(dense_gram(example))[-1]), rel=1e-10)
    assert free == pytest.approx(dense, rel=1e-10)


def test_coordinates_of_very_different_scale() -> None:
    random = np.random.default_rng(0)
    x = random.standard_normal((60, 6)) * np.logspace(-6, 6, 6)
    network = ShallowNetwork(
        random.standard_normal((5, 6)) * np.logspace(6, -6, 6),
        random.standard_normal(5),
        random.standard_normal(5),
        0.0,
    )
    expected = float(np.linalg.eigvalsh(dense_gram(Example(network, x, np.zeros(60))))[-1])
    for method in METHODS:
        assert gram_sharpness(network, x, method=method) == pytest.approx(expected, rel=1e-10)


def test_an_antisymmetric_top_eigenvector_is_found() -> None:
    # the all-ones vector, near which Lanczos starts, is an eigenvector here, and another one is the top
    example = tricky()["symmetric data"]
    values, vectors = np.linalg.eigh(dense_gram(example))
    assert abs(vectors[:, -1].sum()) < 1e-10
    for method in METHODS:
        assert gram_sharpness(example.network, example.x, method=method) == pytest.approx(values[-1], rel=1e-10)


def test_a_multiple_top_eigenvalue() -> None:
    # two clusters that see one neuron each, alike: K has the same top eigenvalue twice but for the output bias
    x = np.repeat([[1.0], [-1.0]], 30, axis=0)
    example = Example(net([[1.0], [-1.0]], [0.0, 0.0], [1e4, 1e4]), x, np.zeros(60))
    expected = float(np.linalg.eigvalsh(dense_gram(example))[-1])
    for method in METHODS:
        assert gram_sharpness(example.network, example.x, method=method) == pytest.approx(expected, rel=1e-10)


@given(examples())
def test_the_mean_gradient_is_a_rayleigh_quotient(example: Example) -> None:
    expected = dense_gram(example).sum() / len(example.x)
    assert mean_gradient_square(example.network, example.x) == pytest.approx(expected, rel=1e-12)
    assert expected * (1 + 1e-12) >= 1.0


@pytest.mark.parametrize("method", METHODS)
def test_eigenvectors_are_normalised_with_a_fixed_sign(method: Method) -> None:
    example = gaussian(4, n=70, d=3, k=5)
    theta, u = top_eigenpair(example.network, example.x, method=method)
    assert np.linalg.norm(u) == pytest.approx(1.0, rel=1e-12)
    assert u.sum() >= 0
    np.testing.assert_allclose(dense_gram(example) @ u, theta * u, atol=1e-9 * theta)


def test_blocks_do_not_change_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    example = gaussian(2, n=53, d=4, k=6)
    u = np.random.default_rng(0).standard_normal(53)
    whole = gram_operator(example.network, example.x) @ u
    monkeypatch.setattr("numerics.arrays.moments._BLOCK_ENTRIES", 60)
    np.testing.assert_allclose(gram_operator(example.network, example.x) @ u, whole, rtol=1e-12)


def test_a_known_value() -> None:
    # d = n = k = 1: K = 1 + z^2 + w2^2 (1 + x^2)
    assert gram_sharpness(net([[2.0]], [-1.0], [3.0]), [[2.0]]) == pytest.approx(1 + 9 + 9 * 5, rel=1e-15)
    # dead layer: the output bias alone
    assert gram_sharpness(net([[1.0]], [-9.0], [3.0]), [[2.0], [1.0]]) == pytest.approx(1.0, rel=1e-15)


def test_unreachable_tolerances_are_reported() -> None:
    example = gaussian(2, n=60, d=3, k=4)
    for method in METHODS:
        with pytest.raises(ArithmeticError, match="tolerance"):
            gram_sharpness(example.network, example.x, method=method, tolerance=1e-18)


def test_arguments_are_checked() -> None:
    f = net([[1.0]], [0.0], [1.0])
    with pytest.raises(ValueError, match="method"):
        unchecked(top_eigenpair)(f, [[1.0]], method="fast")
    for tolerance in (0.0, -1.0, 1.0, np.nan):
        with pytest.raises(ValueError, match="tolerance"):
            gram_sharpness(f, [[1.0]], tolerance=tolerance)
    with pytest.raises(ValueError, match="finite"):
        gram_sharpness(f, [[np.nan]])
    with pytest.raises(OverflowError, match="Gram matrix"):
        gram_sharpness(net([[1e200]], [0.0], [1.0]), [[1.0]])


@pytest.mark.parametrize("gap", [1e-2, 1e-3, 1e-5, 1e-7, 1e-8, 1e-9])
def test_without_the_matrix_the_larger_of_two_eigenvalues_is_found_next_to_which_the_iteration_starts(
    gap: float,
) -> None:
    """Two clusters x = +-2 of equal size and a constant neuron of output 1/100: the vector of ones has the smaller one.

    K has the entries D = 1 + b^2 + s (1 + 4) within the clusters and C = 1 + b^2 + s (1 - 4) across, s = w2^2, all over
    n: its eigenvalues are (D + C)/2 for the ones, (D - C)/2 for the sign of the cluster, and 0.
    """
    n, b = 2200, 0.01
    # 4 s, the second one, is 1 + gap times the first, 1 + b^2 + s
    s = (1 + gap) * (1 + b * b) / (3 - gap)
    network = net([[0.0]], [b], [np.sqrt(s)])
    x = np.repeat([[2.0], [-2.0]], n // 2, axis=0)
    assert gram_sharpness(network, x, method="matrix-free") == pytest.approx(4 * s, rel=1e-10)


def distance(found: float, exact: arb) -> float:
    """Relative to the exact value, and no less than it is."""
    return float((abs(found - exact) / exact).upper())


@settings(max_examples=40)
@pytest.mark.parametrize("method", METHODS)
@given(example=cancelling_examples())
def test_what_cancels_takes_no_digit_that_is_promised(example: Example, method: Method) -> None:
    """Of data far from the origin, beside their distances; there floats alone are off by up to 1e-4."""
    problem = Problem(example.network, example.x)
    exact = enclosed_gram_sharpness(problem.exact)
    assert distance(gram_sharpness(problem, method=method), exact) <= 1e-10
    assert distance(top_eigenpair(problem, method=method)[0], exact) <= 1e-10


def far(power: int, seed: int = 0) -> Problem:
    """One coordinate far away, biases that make up for it, and output weights so small that pre-activations matter."""
    example = gaussian(seed, n=12, d=2, k=4)
    f, shift = example.network, 2.0**power * np.array([1.0, 0.0])
    return Problem(ShallowNetwork(f.W1, f.b1 - f.W1 @ shift, f.w2 * 2.0**-power, 0.0), example.x + shift)


@pytest.mark.parametrize("power", range(0, 37, 4))
def test_the_further_the_data_the_more_cancels(power: int) -> None:
    problem = far(power)
    exact = enclosed_gram_sharpness(problem.exact)
    for method in METHODS:
        assert distance(gram_sharpness(problem, method=method), exact) <= 1e-10


@settings(max_examples=40)
@given(cancelling_examples(), st.booleans())
def test_the_error_of_floats_alone_is_bounded(example: Example, dense: bool) -> None:
    """With exact parts too, and there it is small."""
    rounded = Problem(example.network, example.x)
    exact = enclosed_gram_sharpness(rounded.exact)
    for problem in (rounded, rounded.with_exact_parts()):
        try:
            found = rounded_top_eigenpair(problem, 1e-10, dense=dense)[0]
        except ArithmeticError:
            assert problem is rounded
            continue
        assert distance(found, exact) <= gradient_error(problem, float(exact)) + 1e-10
    assert gradient_error(rounded.with_exact_parts(), float(exact)) <= 1e-13


def test_the_bound_is_attained_to_a_few_orders() -> None:
    """Else it would send ordinary data to exact arithmetic, and others not."""
    shares = []
    for seed in range(10):
        problem = far(30, seed)
        exact = enclosed_gram_sharpness(problem.exact)
        found = rounded_top_eigenpair(problem, 1e-4, dense=True)[0]
        shares.append(distance(found, exact) / gradient_error(problem, found))
    assert 1e-3 < max(shares) < 1


def test_ordinary_data_take_no_exact_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Problem, "with_exact_parts")
    for example in (gaussian(0, n=300, d=50, k=40), tricky()["data on a kink"], tricky()["symmetric data"]):
        for method in METHODS:
            assert gram_sharpness(example.network, example.x, method=method) > 1
    example = gaussian(1, n=20, d=784, k=256)
    large = Problem(example.network, example.x)
    # sums over 60,000 data would be longer
    assert gradient_error(large, gram_sharpness(large)) * sum_rounding(61_040) / sum_rounding(1_060) <= 2e-11


def test_more_than_is_computed_exactly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, unless the tolerance leaves room for rounding."""
    problem, nearer = far(30), far(14)
    monkeypatch.setattr("numerics.gram._MOST_EXACT_PRODUCTS", 0)
    for method in METHODS:
        with pytest.raises(ArithmeticError, match="tolerance"):
            gram_sharpness(problem, method=method)
        # noise is not let into what tells eigenvalues apart, however little is asked
        with pytest.raises(ArithmeticError, match="rounding"):
            gram_sharpness(problem, method=method, tolerance=0.5)
        exact = enclosed_gram_sharpness(nearer.exact)
        assert distance(gram_sharpness(nearer, method=method, tolerance=1e-8), exact) <= 1e-8


def test_sums_round_by_all_of_their_terms_or_by_their_root() -> None:
    assert sum_rounding(1) == 17 * 2.0**-53
    assert sum_rounding(10_000 - 16) == 448 * 2.0**-53
