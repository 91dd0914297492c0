"""curvlinops: linear operators of curvature matrices, with SciPy's eigsh."""

from __future__ import annotations

import torch

from tests.benchmarks.rivals.lanczos import top_by_eigsh
from tests.benchmarks.task import Found, Matrix, Task


def largest_eigenvalue(task: Task, matrix: Matrix, tolerance: float) -> Found:
    """By its GGN or Hessian operator of the mean square, which is twice the loss, and eigsh.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    from curvlinops import GGNLinearOperator, HessianLinearOperator

    kind = GGNLinearOperator if matrix == "gram" else HessianLinearOperator
    parameters = list(task.model.parameters())
    # one batch, and no check that two passes over the data agree, which costs some products
    operator = kind(
        task.model,
        torch.nn.MSELoss(),
        parameters,
        [(task.inputs, task.targets)],
        check_deterministic=False,
        num_data=len(task.x),
    )
    value, products = top_by_eigsh(operator.to_scipy(), tolerance)
    return Found(value / 2, products)
