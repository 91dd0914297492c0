"""The Gram matrices of all rescalings against those of the rescaled networks, and the dual function by definition."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.arrays.checks import Array
from numerics.arrays.gram import data_features
from numerics.flattest.family import Rescalings, lever_terms
from numerics.gram import gram_matrix, gram_sharpness
from numerics.network import ShallowNetwork
from numerics.norm import one_sided_norm
from numerics.problem import Problem
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, examples, gaussian, net


def family_of(example: Example) -> Rescalings:
    return Rescalings(Problem(example.network, example.x))


def rescaled(network: ShallowNetwork, c: Array) -> ShallowNetwork:
    """Whatever becomes of common hyperplanes."""
    return ShallowNetwork(c[:, None] * network.W1, c * network.b1, network.w2 / c, network.b2)


def some(family: Rescalings, seed: int, r: int) -> tuple[Array, Array]:
    """Scales, as logarithms, and vectors [r, n]."""
    random = np.random.default_rng(seed)
    return random.uniform(-3, 3, len(family.neurons)), random.standard_normal((r, family.n))


def test_which_neurons_have_a_best_scale() -> None:
    # active; dead; without output; dead and without output; on a kink alone
    f = net([[1.0]] * 5, [0.0, -9.0, 0.5, -9.0, -2.0], [2.0, 1.0, 0.0, 0.0, 3.0])
    family = Rescalings(Problem(f, [[1.0], [2.0]]))
    assert family.neurons.tolist() == [0]
    assert family.vanishing.tolist() == [2]
    c = family.scales(np.zeros(1))
    # at balance E z c = 2 E (x, 1) / c: 3/2 c^2 = 2 sqrt(1 + 9/4)
    assert c[0] == pytest.approx((2 * np.sqrt(3.25) / 1.5) ** 0.5, rel=1e-12)
    assert c[[1, 3, 4]].tolist() == [1.0] * 3
    assert np.log2(c[2]) == np.rint(np.log2(c[2]))
    assert 1 + (c[2] * 2.5) ** 2 * 2.0**7 == 1


@settings(max_examples=60)
@given(examples(), st.integers(0, 2**32))
def test_eigenvalues_are_those_of_the_rescaled_network(example: Example, seed: int) -> None:
    family = family_of(example)
    log_scales, _ = some(family, seed, 1)
    values, vectors = family.top_eigenpairs(log_scales, 2)
    network = rescaled(family.network, family.scales(log_scales))
    K = gram_matrix(network, example.x)
    size = np.abs(K).max()
    np.testing.assert_allclose(values, np.linalg.eigvalsh(K)[::-1][: len(values)], rtol=1e-9, atol=1e-9 * size)
    np.testing.assert_allclose(K @ vectors.T, vectors.T * values, atol=1e-7 * size)


@settings(max_examples=60)
@given(examples(), st.integers(0, 2**32), st.integers(1, 3))
def test_the_dual_value_is_below_every_rescaling_and_is_that_of_its_best(example: Example, seed: int, r: int) -> None:
    family = family_of(example)
    log_scales, vectors = some(family, seed, r)
    dual = family.dual_value(vectors)
    assert dual <= family.top_eigenpairs(log_scales)[0][0] * (1 + 1e-10)
    # <K(s), U> / tr U at the s that minimises it
    best = family.best_scales(vectors)
    K = gram_matrix(rescaled(family.network, family.scales(best)), example.x)
    assert np.einsum("rj,jl,rl->", vectors, K, vectors) / np.sum(vectors**2) == pytest.approx(dual, rel=1e-7)


@settings(max_examples=40)
@given(examples())
def test_the_constant_vector_asks_for_balance(example: Example) -> None:
    """There the scales are 1 in their units, and the dual value is 1 + 2 sum |a_i| gt_i, with |w2 b1| |E (X, 1)| of
    constant neurons.
    """
    family, f = family_of(example), example.network
    ones = np.ones((1, family.n))
    np.testing.assert_allclose(family.best_scales(ones), 0.0, atol=1e-9)
    constant = ~f.W1.any(axis=1)
    values = np.abs(f.w2[constant]) * np.maximum(f.b1[constant], 0.0)
    expected = 1 + 2 * one_sided_norm(f, example.x) + 2 * values.sum() * np.hypot(1, np.linalg.norm(example.x.mean(0)))
    assert family.dual_value(ones) == pytest.approx(expected, rel=1e-12)


@settings(max_examples=40)
@given(examples(), st.integers(0, 2**32))
def test_restricted_to_a_basis(example: Example, seed: int) -> None:
    """V K(s) V^T is the sum of the parts, whatever the rows of V."""
    family = family_of(example)
    log_scales, basis = some(family, seed, 3)
    base, hidden, patterns = family.restricted(basis)
    s = np.exp(log_scales)[:, None, None]
    found = base + (s * hidden + patterns / s).sum(axis=0)
    K = gram_matrix(rescaled(family.network, family.scales(log_scales)), example.x)
    expected = basis @ K @ basis.T
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize(("n", "d"), [(9, 2), (3, 5), (120, 3)])
def test_without_the_matrix(n: int, d: int, monkeypatch: pytest.MonkeyPatch) -> None:
    example = gaussian(5, n, d, k=6)
    dense = family_of(example)
    monkeypatch.setattr("numerics.flattest.family.LARGEST_DENSE", 2)
    free = family_of(example)
    log_scales, vectors = some(dense, 1, 2)
    np.testing.assert_allclose(free.top_eigenpairs(log_scales)[0], dense.top_eigenpairs(log_scales)[0], rtol=1e-9)
    assert free.dual_value(vectors) == pytest.approx(dense.dual_value(vectors), rel=1e-12)


def exact_lever(u: Array, mask: Array, x: Array) -> Fraction:
    """|sum_j u_j m_j (x_j, 1)|^2 of the floats as they are."""
    points = [[*map(Fraction, point), Fraction(1)] for point in x.tolist()]
    chosen = [(Fraction(value), point) for value, m, point in zip(u.tolist(), mask, points, strict=True) if m]
    sums = [sum((value * point[c] for value, point in chosen), Fraction(0)) for c in range(x.shape[1] + 1)]
    return sum((entry**2 for entry in sums), Fraction(0))


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 6), st.sampled_from([0.0, 1e-5, 1.0]))
def test_levers_keep_their_digits_where_terms_cancel(seed: int, n: int, d: int, noise: float) -> None:
    """On clusters of nearly equal data, with vectors whose entries nearly cancel."""
    random = np.random.default_rng(seed)
    x = random.standard_normal(d) + noise * random.standard_normal((n, d))
    vectors = random.choice([-1.0, 1.0], (2, n)) * (1 + noise * random.standard_normal((2, n)))
    pattern = (random.uniform(size=(n, 3)) < 0.8).astype(np.float64)
    exact = [float(sum(exact_lever(u, mask, x) for u in vectors)) for mask in pattern.T]
    for features in (None, data_features(x)):
        np.testing.assert_allclose(lever_terms(pattern, x, vectors, features), exact, rtol=1e-9, atol=1e-28)


def test_scales_have_few_bits() -> None:
    """At most 44, whatever the logarithm: exact arithmetic with them stays short."""
    family = family_of(gaussian(0, n=6, d=2, k=5))
    for log_scales in np.random.default_rng(0).uniform(-20, 20, (10, len(family.neurons))):
        for c in family.scales(log_scales):
            assert float(np.frexp(c)[0] * 2**44).is_integer()


def test_one_datum_and_no_neurons() -> None:
    # 1 + s z^2 + (w2^2 / s)(1 + x^2) in units of balance: 1 + 2 |w2| z sqrt(1 + x^2) cosh(log s)
    family = Rescalings(Problem(net([[2.0]], [-1.0], [-3.0]), [[2.0]]))
    for log_s in (0.0, 1.0):
        expected = 1 + 2 * 3 * 3 * np.sqrt(5) * np.cosh(log_s)
        assert family.top_eigenpairs(np.array([log_s]))[0][0] == pytest.approx(expected, rel=1e-14)
    nothing = Rescalings(Problem(ShallowNetwork(np.zeros((0, 1)), np.zeros(0), np.zeros(0), 2.0), [[1.0], [3.0]]))
    assert nothing.top_eigenpairs(np.zeros(0))[0].tolist() == pytest.approx([1.0])
    assert nothing.dual_value(np.array([[1.0, 1.0]])) == pytest.approx(1.0)
    assert nothing.scales(np.zeros(0)).shape == (0,)


def test_scales_far_from_balance_are_cut_off() -> None:
    """A vector that does not see one of the two terms asks for a scale of 0 or infinity."""
    family = Rescalings(Problem(net([[1.0]], [0.0], [1.0]), [[1.0], [2.0]]))
    assert family.best_scales(np.array([[2.0, -1.0]])).tolist() == [20.0]
    assert gram_sharpness(rescaled(family.network, family.scales(np.array([20.0]))), [[1.0], [2.0]]) > 1e8


def test_what_leaves_the_range_is_an_error() -> None:
    with pytest.raises(ArithmeticError, match="exceed the range"):
        Rescalings(Problem(net([[1.0]], [0.0], [1.0]), [[1e200]]))
