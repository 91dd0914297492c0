"""The sharpness of the loss against automatic differentiation, the rational Hessian and the Gram matrix."""

from __future__ import annotations

from importlib import import_module
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from flint import arb
from hypothesis import given

from numerics.arrays.gradients import Gradients
from numerics.exact.balls import lower, upper
from numerics.exact.spectrum import enclosed_top_eigenvalue
from numerics.gram import gradient_error, gram_matrix, gram_sharpness
from numerics.hessian import enclosed_hessian, exact_hessian
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from numerics.sharpness import TopCurvature, hessian_error, hessian_operator, residual_part, sharpness
from proofs_checks.instances.exact import RationalProblem
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import (
    Example,
    cancelling_examples,
    examples,
    gaussian,
    grid_examples,
    interpolating,
    net,
    tricky_list,
)


def hessian_top(example: Example) -> float:
    """By automatic differentiation."""
    f, x, y = example.network, torch.tensor(example.x), torch.tensor(example.y)
    k, d = f.k, f.d
    flat = torch.tensor(np.concatenate([f.W1.ravel(), f.b1, f.w2, [f.b2]]))

    def loss(theta: torch.Tensor) -> torch.Tensor:
        W1, b1 = theta[: k * d].reshape(k, d), theta[k * d : k * d + k]
        w2, b2 = theta[k * d + k : k * d + 2 * k], theta[-1]
        return torch.mean((torch.relu(x @ W1.T + b1) @ w2 + b2 - y) ** 2) / 2

    hessian = torch.autograd.functional.hessian(loss, flat)  # type: ignore[no-untyped-call]
    return float(torch.linalg.eigvalsh(hessian)[-1])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shape", [(12, 3, 4), (5, 20, 8)])
def test_against_automatic_differentiation(seed: int, shape: tuple[int, int, int]) -> None:
    example = gaussian(seed, *shape)
    here = interpolating(example)
    assert sharpness(example.network, example.x, example.y) == pytest.approx(hessian_top(example), rel=1e-10)
    assert sharpness(here.network, here.x, here.y) == pytest.approx(hessian_top(here), rel=1e-10)
    assert gram_sharpness(here.network, here.x) == pytest.approx(hessian_top(here), rel=1e-10)
    assert abs(gram_sharpness(example.network, example.x) - hessian_top(example)) > 1e-3


@given(grid_examples())
def test_the_hessian_is_the_rational_one(example: Example) -> None:
    f = example.network
    exact = RationalProblem.of(f.W1, f.b1, f.w2, f.b2, example.x, example.y).hessian()
    operator = hessian_operator(Problem(f, example.x, example.y))
    np.testing.assert_allclose(operator @ np.eye(operator.shape[0]), np.array(exact, dtype=float), atol=1e-13)


@given(examples())
def test_it_is_enclosed_and_near_that_of_the_gram_matrix(example: Example) -> None:
    problem = Problem(example.network, example.x, example.y)
    found, enclosed = sharpness(problem), enclosed_hessian(problem)
    assert float(enclosed.top.lower()) * (1 - 1e-9) <= found <= float(enclosed.top.upper()) * (1 + 1e-9)
    assert abs(found - gram_sharpness(problem)) <= residual_part(problem) + 1e-9 * found
    assert found >= 1 - 1e-9


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_worked_out_by_hand(pinned: Pinned) -> None:
    found = sharpness(pinned.network, pinned.x, pinned.network(pinned.x))
    assert found == pytest.approx(float(pinned.problem.sharpness().mid()), rel=1e-10)


def assert_both(example: Example) -> None:
    problem = Problem(example.network, example.x, example.y)
    found = TopCurvature(problem)
    assert found.gram_sharpness == pytest.approx(gram_sharpness(problem), rel=1e-9)
    assert found.sharpness() == pytest.approx(sharpness(problem), rel=1e-9)


@given(examples())
def test_both_top_eigenvalues_by_one_subspace(example: Example) -> None:
    """As they are found one by one, of kinks and of single data too."""
    assert_both(example)


@pytest.mark.parametrize("example", [pytest.param(example, id=name) for name, example in tricky_list()])
def test_tricky_cases_by_one_subspace(example: Example) -> None:
    """Among them data whose top eigenvector is orthogonal to the mean gradient."""
    assert_both(example)


def two_clusters(weight: float, further: float) -> Problem:
    """Half of the data at -1, half at 1 + further, a neuron active on each: K has two large eigenvalues, close."""
    x = np.concatenate([np.full(40, -1.0), np.full(40, 1.0 + further)])[:, None]
    network = net([[weight], [-weight]], [0.0, 0.0], [weight, weight])
    return Problem(network, x, network(x) + 0.01 * np.cos(np.arange(80)))


@pytest.mark.parametrize("further", [0.0, 1e-9, 1e-6, -1e-6, 1e-3, -1e-3])
@pytest.mark.parametrize("weight", [1.0, 30.0, 1000.0])
def test_the_second_of_two_close_eigenvalues_is_not_taken_for_the_largest(weight: float, further: float) -> None:
    """There the trace tells nothing, and the residual decides, as without it."""
    problem = two_clusters(weight, further)
    top = np.linalg.eigvalsh(gram_matrix(problem))[-1]
    found = TopCurvature(problem)
    assert found.gram_sharpness == pytest.approx(top, rel=1e-10)
    assert float(lower(enclosed_hessian(problem).top)) * (1 - 1e-10) <= found.sharpness()
    assert found.sharpness() <= float(upper(enclosed_hessian(problem).top)) * (1 + 1e-10)


def decoupled() -> Problem:
    """The top eigenvector of K belongs to neurons that the residuals do not touch."""
    network = net([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], [1.0, 0.0, -0.5], [0.5, 0.5, 0.0])
    x = np.array([[3.0, 0.0], [-3.0, -1.0], [-3.0, 0.0], [-3.0, 1.0]])
    return Problem(network, x, network(x) - np.array([0.0, 10.0, -20.0, 10.0]))


def nearly_orthogonal() -> Problem:
    """The top eigenvector of the Hessian is all but orthogonal to the start of the search."""
    x = np.array([[3.0], [-3.0206729226835887]])
    network = net([[0.1]], [1.0], [5.0])
    return Problem(network, x, network(x))


def tiny_weights() -> Problem:
    """The residuals alone bend the loss."""
    example = gaussian(3, n=300, d=5, k=20)
    f = example.network
    small = ShallowNetwork(1e-12 * f.W1, 1e-12 * f.b1, 1e-12 * f.w2, 0.0)
    return Problem(small, example.x, 10 * (example.y - example.y.mean()))


@pytest.mark.parametrize(
    "problem", [decoupled(), nearly_orthogonal(), tiny_weights()], ids=["decoupled", "start", "tiny"]
)
def test_an_eigenvector_of_both_is_not_taken_for_the_top_one_of_the_hessian(problem: Problem) -> None:
    """It has no residual, and says nothing of what lies above."""
    found, exact = TopCurvature(problem).sharpness(), enclosed_hessian(problem).top
    assert float(lower(exact)) * (1 - 1e-9) <= found <= float(upper(exact)) * (1 + 1e-9)


def test_a_wide_gap_takes_few_products(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the trace shows that no second eigenvalue is near, half of the digits of the residual are enough."""
    example = gaussian(0, n=300, d=6, k=20)
    x = 1.0 + 0.1 * example.x
    problem = Problem(example.network, x, example.network(x) + 0.1 * example.y)
    product = Mock(wraps=Gradients.slopes, side_effect=Gradients.slopes)
    monkeypatch.setattr(Gradients, "slopes", lambda self, v: product(self, v))
    found = TopCurvature(problem)
    assert product.call_count <= 6
    assert found.gram_sharpness == pytest.approx(gram_sharpness(problem, method="dense"), rel=1e-12)
    product.reset_mock()
    top = found.sharpness()
    assert product.call_count <= 4
    assert top == pytest.approx(float(enclosed_hessian(problem).top.mid()), rel=1e-9)


def test_without_enough_vectors_the_eigenvalues_are_found_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    example = gaussian(1, n=40, d=3, k=5)
    problem = Problem(example.network, example.x, example.y)
    expected = gram_sharpness(problem), sharpness(problem)

    def never(*_: object) -> None:
        raise ArithmeticError

    found = TopCurvature(problem)
    monkeypatch.setattr(import_module("numerics.leading"), "largest_in_subspace", never)
    assert found.sharpness() == pytest.approx(expected[1], rel=1e-10)
    again = TopCurvature(problem)
    assert (again.gram_sharpness, again.sharpness()) == pytest.approx(expected, rel=1e-10)


def test_without_neurons_and_refusals() -> None:
    constant = ShallowNetwork(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 1.0)
    assert sharpness(constant, [[1.0, 2.0]], [5.0]) == 1.0
    with pytest.raises(ValueError, match="labels"):
        sharpness(net([[1.0]], [0.0], [1.0]), [[1.0]])
    with pytest.raises(ValueError, match="tolerance"):
        sharpness(net([[1.0]], [0.0], [1.0]), [[1.0]], [1.0], tolerance=2.0)
    with pytest.raises(OverflowError):
        sharpness(net([[1e200]], [0.0], [1.0]), [[1.0]], [1.0])


def exact_top(problem: Problem) -> arb:
    """lambda_max(H), enclosed from its exact entries."""
    return enclosed_top_eigenvalue(exact_hessian(problem).balls()) / problem.n


def distance(found: float, exact: arb) -> float:
    """Relative to the exact value, and no less than it is."""
    return float((abs(found - exact) / exact).upper())


@settings(max_examples=40)
@given(cancelling_examples())
def test_what_cancels_takes_no_digit_that_is_promised(example: Example) -> None:
    """Of pre-activations far from the origin, of residuals of large labels, and of sums of residuals."""
    problem = Problem(example.network, example.x, example.y)
    assert distance(sharpness(problem), exact_top(problem)) <= 1e-10


@pytest.mark.parametrize("power", range(0, 49, 6))
@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e5])
def test_large_labels_that_an_output_bias_makes_up_for(power: int, scale: float) -> None:
    """Of residuals that are small differences no digit is left in floats."""
    example = gaussian(power, n=10, d=2, k=4)
    f, shift = example.network, 2.0**power
    network = ShallowNetwork(f.W1, f.b1, scale * f.w2, shift)
    problem = Problem(network, example.x, shift + 0.01 * example.y + network(example.x) - network.b2)
    assert distance(sharpness(problem), exact_top(problem)) <= 1e-10


@settings(max_examples=40)
@given(cancelling_examples())
def test_the_error_of_floats_alone_is_bounded(example: Example) -> None:
    """With exact parts too, and there it is small."""
    rounded = Problem(example.network, example.x, example.y)
    exact = exact_top(rounded)
    for problem in (rounded, rounded.with_exact_parts()):
        try:
            found = TopCurvature(problem).sharpness()
        except ArithmeticError:
            assert problem is rounded
            continue
        assert distance(found, exact) <= hessian_error(problem, float(exact)) + 1e-10
    assert gradient_error(problem, 1.0) <= hessian_error(problem, 1.0)
    assert hessian_error(problem, float(exact)) <= 1e-12


def test_of_large_labels_that_are_too_many_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradients are as exact as ever: in the residuals alone digits are lost."""
    example = gaussian(0, n=10, d=2, k=4)
    problem = Problem(example.network, example.x, example.y + 1e12)
    monkeypatch.setattr("numerics.gram._MOST_EXACT_PRODUCTS", 0)
    assert gram_sharpness(problem) > 1
    # relative to residuals of that size nothing is lost
    assert sharpness(problem) > 1
    near = ShallowNetwork(example.network.W1, example.network.b1, example.network.w2, 1e12)
    with pytest.raises(ArithmeticError, match="rounding"):
        sharpness(near, problem.x, problem.y)


def test_no_eigenvalue_that_is_not_positive_is_vouched_for() -> None:
    example = gaussian(0, n=10, d=2, k=4)
    assert hessian_error(Problem(example.network, example.x, example.y), 0.0) == np.inf
