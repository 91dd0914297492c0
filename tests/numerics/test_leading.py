"""numerics.leading: the largest eigenvalue told from the second, most of the way in float32."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from numerics.arrays.spectrum import Subspace
from numerics.gram import gram_matrix, top_eigenpair
from numerics.hessian import enclosed_hessian
from numerics.leading import gradient_product, leading_of_gradients, leading_of_hessian, second_by_layers
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from numerics.sharpness import hessian_operator, residual_part
from tests.numerics.examples import Example, examples, gaussian, net


def one_sided(seed: int, n: int = 300, noise: float = 0.0) -> Problem:
    """Data on one side of the origin, so that the gradients have much in common and the gap is wide."""
    example = gaussian(seed, n=n, d=6, k=20)
    x = 1.0 + 0.1 * example.x
    return Problem(example.network, x, example.network(x) + noise * example.y)


def top_of_gradients(problem: Problem) -> float:
    return float(np.linalg.eigvalsh(gram_matrix(problem))[-1])


@given(examples())
def test_the_value_and_the_bound_of_the_second(example: Example) -> None:
    problem = Problem(example.network, example.x, example.y)
    values = np.linalg.eigvalsh(gram_matrix(problem))[::-1]
    found = leading_of_gradients(problem, 1e-10)
    assert found.value == pytest.approx(values[0], rel=1e-9)
    if len(values) > 1:
        assert found.second >= values[1] - 1e-5 * values[0]


def test_the_bound_of_the_second_is_the_trace_without_the_others() -> None:
    for seed in range(5):
        example = gaussian(seed, n=30, d=4, k=6)
        problem = Problem(example.network, example.x, example.y)
        values = np.linalg.eigvalsh(gram_matrix(problem))[::-1]
        assert problem.gradient_square == pytest.approx(values.sum(), rel=1e-12)
        assert leading_of_gradients(problem, 1e-10).second >= values[1] * (1 - 1e-6)
        assert values[1] * (1 - 1e-12) <= second_by_layers(problem) < np.inf


@pytest.mark.parametrize("tolerance", [1e-3, 1e-6, 1e-10, 1e-13])
def test_float32_leads_and_float64_decides(tolerance: float) -> None:
    """Of the value no digit is lost to float32, which has found the vector to some six."""
    problem = one_sided(0)
    found = leading_of_gradients(problem, tolerance)
    assert found.told_apart
    assert found.rough is not None
    assert len(found.fine.basis) <= 2
    assert found.value == pytest.approx(top_of_gradients(problem), rel=max(tolerance, 1e-14))


def test_products_in_float32_are_near_those_in_float64() -> None:
    problem = one_sided(1)
    v = np.random.default_rng(0).standard_normal(problem.mean_gradient.size)
    exact, rounded = gradient_product(problem)(v), gradient_product(problem, np.float32)(v)
    assert rounded.dtype == np.float64
    assert 0 < np.linalg.norm(exact - rounded) <= 1e-5 * np.linalg.norm(exact)


@pytest.mark.parametrize("scale", [1e-30, 1e-12, 1e25, 1e60])
def test_out_of_the_range_of_float32(scale: float) -> None:
    """Where weights vanish or overflow in float32 the search is one in float64, or goes on in it."""
    f, x = one_sided(2).network, one_sided(2).x
    problem = Problem(ShallowNetwork(scale * f.W1, scale * f.b1, scale * f.w2, 0.0), x)
    assert leading_of_gradients(problem, 1e-10).value == pytest.approx(top_eigenpair(problem)[0], rel=1e-9)


@pytest.mark.parametrize("offset", [2.0**20, 2.0**24, 2.0**30])
def test_data_far_from_the_origin_are_left_to_float64(offset: float) -> None:
    """Pre-activations are differences there of which float32 has no digit, and its trace and values fit no bound."""
    rng = np.random.default_rng(0)
    t, s, h = rng.integers(-64, 64, 200) / 64, rng.choice([-1.0, 1.0], 30), rng.integers(-60, 60, 30) / 64
    network = ShallowNetwork(s[:, None], -s * (offset + h), np.full(30, 1e-3 / offset), 0.0)
    problem = Problem(network, (offset + t)[:, None])
    values = np.linalg.eigvalsh(gram_matrix(problem))[::-1]
    assert leading_of_gradients(problem, 1e-10).second >= values[1] * (1 - 1e-6)


def test_a_narrow_gap_is_left_to_the_residual() -> None:
    """Two halves of the data of which each neuron sees one: nothing tells the eigenvalues apart."""
    x = np.repeat([-1.0, 1.0], 20)[:, None]
    problem = Problem(ShallowNetwork([[30.0], [-30.0]], [0.0, 0.0], [30.0, 30.0], 0.0), x)
    found = leading_of_gradients(problem, 1e-10)
    assert not found.told_apart
    assert found.rough is None
    assert found.value == pytest.approx(top_of_gradients(problem), rel=1e-10)


@pytest.mark.parametrize("gap", [1e-3, 1e-5, 1e-7, 1e-8, 1e-9])
@pytest.mark.parametrize("d", [1, 100, 10_000])
def test_the_second_of_two_close_ones_is_not_the_largest_for_a_start_next_to_it(gap: float, d: int) -> None:
    """The mean gradient is the eigenvector of the second one, and noise has less of the first the more parameters.

    As in test_gram, two clusters at x = +-2 and a constant neuron; all but the first coordinate are 0.
    """
    b = 0.01
    s = (1 + gap) * (1 + b * b) / (3 - gap)
    x = np.zeros((40, d))
    x[:, 0] = np.repeat([2.0, -2.0], 20)
    problem = Problem(ShallowNetwork(np.zeros((1, d)), [b], [np.sqrt(s)], 0.0), x)
    found = leading_of_gradients(problem, 1e-10)
    assert not found.told_apart
    assert found.value == pytest.approx(4 * s, rel=1e-10)


@pytest.mark.parametrize("noise", [0.0, 0.1, 1.0])
def test_the_hessian_by_the_subspace_of_its_gradients(noise: float) -> None:
    problem = one_sided(3, noise=noise)
    found = leading_of_hessian(problem, leading_of_gradients(problem, 1e-10), residual_part(problem), 1e-10)
    assert found == pytest.approx(float(enclosed_hessian(problem).top.mid()), rel=1e-9)


def test_the_hessian_is_given_up_where_residuals_may_move_another_eigenvalue_to_the_top() -> None:
    problem = one_sided(4, noise=300.0)
    gradients = leading_of_gradients(problem, 1e-10)
    moved = residual_part(problem)
    assert gradients.second + moved < gradients.value + moved
    with pytest.raises(ArithmeticError):
        leading_of_hessian(problem, gradients, 1e6 * moved, 1e-10)


def test_ritz_values_and_the_vector_of_the_top_one() -> None:
    subspace = Subspace((np.array([1.0, 0.0]), np.array([0.0, 1.0])), (np.array([2.0, 1.0]), np.array([1.0, 2.0])))
    values, _ = subspace.ritz()
    assert values == pytest.approx([3.0, 1.0])
    assert np.abs(subspace.top_vector()) == pytest.approx([0.5**0.5] * 2)


def test_the_operator_has_the_same_products() -> None:
    problem = one_sided(5)
    v = np.random.default_rng(1).standard_normal(problem.mean_gradient.size)
    np.testing.assert_allclose(hessian_operator(problem) @ v, gradient_product(problem)(v), rtol=1e-9, atol=1e-9)


@given(examples())
def test_the_bound_on_the_second_eigenvalue(example: Example) -> None:
    """Never below it; infinite where widths differ so much that it would take long."""
    problem = Problem(example.network, example.x, example.y)
    values = np.linalg.eigvalsh(gram_matrix(problem))[::-1]
    second = values[1] if problem.n > 1 else 0.0
    assert second_by_layers(problem) >= second - 1e-12 * values[0]
    k, d = problem.network.k, problem.network.d
    assert np.isinf(second_by_layers(problem)) == (max(k, d) > 2 * min(k, d))


def test_the_bound_on_the_second_eigenvalue_by_hand() -> None:
    """Of data +-1 and a neuron on each: A has 3/2 and 1/2, F/n has 1 twice, and w2^2 = 4. There it is attained."""
    problem = Problem(net([[1.0], [-1.0]], [0.0, 0.0], [2.0, 2.0]), [[1.0], [-1.0]])
    assert second_by_layers(problem) == pytest.approx(0.5 + 4.0)
    assert np.linalg.eigvalsh(gram_matrix(problem))[0] == pytest.approx(4.5)
