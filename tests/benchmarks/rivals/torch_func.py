"""PyTorch alone: products with the Hessian by torch.func, under power iteration and under SciPy's eigsh."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.sparse.linalg import LinearOperator
from torch.func import functional_call, grad, jvp, vjp

from numerics.arrays.checks import Array
from tests.benchmarks.rivals.lanczos import top_by_eigsh
from tests.benchmarks.task import Found, Matrix, Task

_MOST_PRODUCTS = 2000
_Parameters = dict[str, torch.Tensor]


def by_power_iteration(task: Task, tolerance: float) -> Found:
    """lambda_max of the Hessian: until two Rayleigh quotients in a row differ by less than the tolerance.

    Raises:
        ArithmeticError: they still do after 2,000 products.
    """
    operator = curvature(task, "hessian")
    vector = np.random.default_rng(0).standard_normal(operator.shape[0])
    before = np.inf
    for products in range(1, _MOST_PRODUCTS + 1):
        vector /= np.linalg.norm(vector)
        image = operator.matvec(vector)
        value = float(vector @ image)
        if abs(value - before) <= tolerance * abs(value):
            return Found(value, products)
        before, vector = value, image
    raise ArithmeticError(f"not converged to {tolerance:g} after {_MOST_PRODUCTS} products")


def by_eigsh(task: Task, tolerance: float) -> Found:
    """lambda_max of the Hessian by Lanczos with restarts."""
    return Found(*top_by_eigsh(curvature(task, "hessian"), tolerance))


def curvature(task: Task, matrix: Matrix) -> LinearOperator:
    """Products with Phi Phi^T / n or with the Hessian of 1/(2n) sum_j (f(x_j) - y_j)^2, differentiated by PyTorch."""
    parameters = {name: value.detach() for name, value in task.model.named_parameters()}
    n = len(task.x)

    def outputs(at: _Parameters) -> torch.Tensor:
        result: torch.Tensor = functional_call(task.model, at, (task.inputs,))
        return result

    def loss(at: _Parameters) -> torch.Tensor:
        return (outputs(at) - task.targets).square().sum() / (2 * n)

    def gauss_newton(direction: _Parameters) -> _Parameters:
        along = jvp(outputs, (parameters,), (direction,))[1]
        pull_back = vjp(outputs, parameters)[1]
        found: _Parameters = pull_back(along / n)[0]
        return found

    def hessian(direction: _Parameters) -> _Parameters:
        found: _Parameters = jvp(grad(loss), (parameters,), (direction,))[1]
        return found

    return _flat(gauss_newton if matrix == "gram" else hessian, parameters)


def _flat(product: Callable[[_Parameters], _Parameters], parameters: _Parameters) -> LinearOperator:
    sizes = [value.numel() for value in parameters.values()]

    def flat_product(vector: Array) -> Array:
        parts = torch.split(torch.from_numpy(np.ascontiguousarray(vector).ravel()), sizes)
        named = zip(parameters.items(), parts, strict=True)
        image = product({name: part.view_as(value) for (name, value), part in named})
        joined: Array = torch.cat([image[name].ravel() for name in parameters]).numpy()
        return joined

    return LinearOperator((sum(sizes), sum(sizes)), matvec=flat_product, rmatvec=flat_product, dtype=np.float64)
