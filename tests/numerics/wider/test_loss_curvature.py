"""Hessians and gradients of losses that are no squares, against automatic differentiation."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics.network import Array
from numerics.problem import Problem
from numerics.sharpness import gradient_norm, hessian_operator
from numerics.wider.loss_curvature import loss_gradient_norm, loss_hessian_operator
from numerics.wider.losses import LOSSES, second_derivatives
from tests.numerics.examples import Example, examples, gaussian, tricky_list
from tests.numerics.wider.test_losses import BY_TORCH, labels_of

# what torch.func itself uses
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")


def by_torch(example: Example, labels: Array, loss: str) -> tuple[Array, Array]:
    """The gradient [p] and the Hessian [p, p] of the mean loss, in the order W1, b1, w2, b2."""
    f = example.network
    theta = torch.tensor(np.concatenate([f.W1.ravel(), f.b1, f.w2, [f.b2]]))
    x, y = torch.from_numpy(example.x.copy()), torch.from_numpy(labels.copy())

    def value(theta: torch.Tensor) -> torch.Tensor:
        W1, b1, w2, b2 = torch.split(theta, [f.k * f.d, f.k, f.k, 1])
        return BY_TORCH[loss](torch.relu(x @ W1.reshape(f.k, f.d).T + b1) @ w2 + b2, y)

    return torch.func.grad(value)(theta).numpy(), torch.func.hessian(value)(theta).numpy()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(5))
def test_against_automatic_differentiation(loss: str, seed: int) -> None:
    example = gaussian(seed, n=2 + seed, d=1 + seed % 3, k=seed)
    y = labels_of(loss, seed, len(example.x))
    gradient, hessian = by_torch(example, y, loss)
    operator = loss_hessian_operator(example.network, example.x, y, loss=loss)
    np.testing.assert_allclose(operator @ np.eye(len(hessian)), hessian, rtol=1e-10, atol=1e-12)
    norm = loss_gradient_norm(example.network, example.x, y, loss=loss)
    assert norm == pytest.approx(float(np.linalg.norm(gradient)), rel=1e-10, abs=1e-13)


@given(examples(), st.integers(0, 99))
def test_half_mse_is_the_loss_of_the_theory(example: Example, seed: int) -> None:
    problem = Problem(example.network, example.x, example.y)
    v = np.random.default_rng(seed).standard_normal(problem.mean_gradient.size)
    own = loss_hessian_operator(problem, loss="half-mse") @ v
    np.testing.assert_allclose(own, hessian_operator(problem) @ v, rtol=1e-9, atol=1e-9)
    assert loss_gradient_norm(problem, loss="half-mse") == pytest.approx(gradient_norm(problem), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_the_column_of_the_output_bias(name: str, example: Example) -> None:
    """H e = E[s grad f], in which no first derivative of the loss is."""
    assert name
    problem = Problem(example.network, example.x, np.full(len(example.x), 0.25))
    unit = np.zeros(problem.mean_gradient.size)
    unit[-1] = 1.0
    column = loss_hessian_operator(problem, loss="logistic") @ unit
    s = second_derivatives("logistic", problem.values, problem.labels)
    np.testing.assert_allclose(column, problem.gradients.combination(s / problem.n).flat(), rtol=1e-9, atol=1e-12)


def test_bad_input() -> None:
    example = gaussian(0, n=3, d=2, k=2)
    with pytest.raises(ValueError, match="labels of the loss logistic are from 0 to 1"):
        loss_hessian_operator(example.network, example.x, [0.0, 1.0, -1.0], loss="logistic")
    with pytest.raises(ValueError, match="there is no loss"):
        loss_gradient_norm(example.network, example.x, example.y, loss="cross-entropy")
    with pytest.raises(OverflowError):
        loss_hessian_operator(example.network, 1e5 * example.x, [0.0, 1.0, 1.0], loss="poisson")
