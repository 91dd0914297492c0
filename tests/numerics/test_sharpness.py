"""The sharpness of the loss against automatic differentiation, the rational Hessian and the Gram matrix."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given

from numerics.gram import gram_sharpness
from numerics.hessian import enclosed_hessian
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from numerics.sharpness import hessian_operator, residual_part, sharpness
from proofs_checks.instances.exact import RationalProblem
from proofs_checks.instances.pinned import PINNED, Pinned
from tests.numerics.examples import Example, examples, gaussian, grid_examples, interpolating, net


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


def test_without_neurons_and_refusals() -> None:
    constant = ShallowNetwork(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 1.0)
    assert sharpness(constant, [[1.0, 2.0]], [5.0]) == 1.0
    with pytest.raises(ValueError, match="labels"):
        sharpness(net([[1.0]], [0.0], [1.0]), [[1.0]])
    with pytest.raises(ValueError, match="tolerance"):
        sharpness(net([[1.0]], [0.0], [1.0]), [[1.0]], [1.0], tolerance=2.0)
    with pytest.raises(OverflowError):
        sharpness(net([[1e200]], [0.0], [1.0]), [[1.0]], [1.0])
