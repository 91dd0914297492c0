"""PyHessian: its power iteration on Hessian-vector products."""

from __future__ import annotations

import warnings

import torch

from tests.benchmarks.task import Found, Task

_MOST_PRODUCTS = 2000


def largest_eigenvalue(task: Task, tolerance: float) -> Found:
    """Until two eigenvalues in a row differ by less than the tolerance; 2,000 products at most instead of its 100.

    Its start is drawn in PyTorch's default precision, which is therefore double meanwhile.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    from pyhessian import hessian

    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
            # its graph of the gradients is let go below
            warnings.filterwarnings("ignore", message=".*create_graph=True.*")
            torch.manual_seed(0)
            curvature = hessian(task.model, torch.nn.MSELoss(), data=(task.inputs, task.targets), cuda=False)
            values, _ = curvature.eigenvalues(maxIter=_MOST_PRODUCTS, tol=tolerance, top_n=1)
        return Found(float(values[0]) / 2)
    finally:
        torch.set_default_dtype(default)
        task.model.zero_grad(set_to_none=True)
