"""hessian-eigenthings: its own power iteration and its own Lanczos on its own operators."""

from __future__ import annotations

from typing import Any, Literal

import torch

from tests.benchmarks.task import Found, Matrix, Task

_MOST_PRODUCTS = 2000


def largest_eigenvalue(
    task: Task, matrix: Matrix, tolerance: float, algorithm: Literal["power", "lanczos"], steps: int = _MOST_PRODUCTS
) -> Found:
    """By `deflated_power_iteration` until it says that it converged, or by `lanczos` of so many steps.

    Raises:
        ModuleNotFoundError: it is not installed.
        ArithmeticError: it says that it did not converge.
    """
    from hessian_eigenthings import deflated_power_iteration, lanczos

    operator = _operator(task, matrix)
    if algorithm == "power":
        result = deflated_power_iteration(operator, k=1, max_iter=steps, tol=tolerance, seed=0)
    else:
        result = lanczos(operator, k=1, max_iter=steps, tol=tolerance, which="LA", seed=0)
    if not bool(result.converged[0]):
        raise ArithmeticError(f"not converged to {tolerance:g} after {result.iterations} products")
    return Found(float(result.eigenvalues[0]) / 2, result.iterations)


def fewest_lanczos_steps(task: Task, matrix: Matrix, tolerance: float) -> int:
    """The least number of steps after which its `lanczos`, which takes their number, says that it converged.

    Raises:
        ModuleNotFoundError: it is not installed.
        ArithmeticError: no number up to 100 is enough.
    """
    from hessian_eigenthings import lanczos_tridiagonal

    operator = _operator(task, matrix)
    start = torch.randn(operator.size, dtype=operator.dtype, generator=torch.Generator().manual_seed(0))
    run = lanczos_tridiagonal(operator, start, 100)
    diagonal, beside = run.alphas, torch.cat([run.betas, torch.tensor([run.last_beta], dtype=run.betas.dtype)])
    for steps in range(2, len(diagonal) + 1):
        inner = beside[: steps - 1]
        values, vectors = torch.linalg.eigh(torch.diag(diagonal[:steps]) + torch.diag(inner, 1) + torch.diag(inner, -1))
        if beside[steps - 1] * vectors[-1, -1].abs() < tolerance * values[-1]:
            return steps
    raise ArithmeticError(f"not converged to {tolerance:g} after {len(diagonal)} steps of Lanczos")


def _operator(task: Task, matrix: Matrix) -> Any:
    from hessian_eigenthings import (
        GGNOperator,
        HessianOperator,
        supervised_forward,
        supervised_loss,
        supervised_loss_of_output,
    )

    batches, square = [(task.inputs, task.targets)], torch.nn.MSELoss()
    if matrix == "gram":
        return GGNOperator(task.model, batches, supervised_forward, supervised_loss_of_output(square))
    return HessianOperator(task.model, batches, supervised_loss(square))
