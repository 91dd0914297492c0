"""Hessians by automatic differentiation, to hold formulas against."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from numerics.network import Array
from proofs_checks.instances.networks import Problem


def autograd_hessian(problem: Problem, residuals: npt.ArrayLike = 0.0) -> Array:
    """The Hessian of the loss by automatic differentiation, [D, D], at residuals f(x_j) - y_j as given."""
    net = problem.network
    x = torch.tensor(problem.x, dtype=torch.float64)
    shapes = [net.W1.shape, net.b1.shape, net.w2.shape, ()]
    sizes = [int(np.prod(shape)) for shape in shapes]
    y = torch.tensor(net(problem.x) - np.asarray(residuals))

    def loss(parameters: torch.Tensor) -> torch.Tensor:
        W1, b1, w2, b2 = (
            part.reshape(shape) for part, shape in zip(torch.split(parameters, sizes), shapes, strict=True)
        )
        output = torch.relu(x @ W1.T + b1) @ w2 + b2
        return ((output - y) ** 2).mean() / 2

    at = torch.tensor(np.concatenate([net.W1.ravel(), net.b1, net.w2, [net.b2]]))
    hessian = torch.autograd.functional.hessian(loss, at)  # type: ignore[no-untyped-call]
    return np.asarray(hessian)
