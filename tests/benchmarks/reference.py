"""Accurate references: the two largest eigenvalues to rounding, by automatic differentiation."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.sparse.linalg import eigsh

from tests.benchmarks.rivals.torch_func import curvature
from tests.benchmarks.task import Matrix, Task


class Top(NamedTuple):
    """The largest eigenvalue, and the gap (lambda_1 - lambda_2) / lambda_1."""

    value: float
    gap: float


@cache
def top(task: Task, matrix: Matrix) -> Top:
    """By eigsh until nothing but rounding is left, about 1e-14 relative; the value is a Rayleigh quotient."""
    operator = curvature(task, matrix)
    start = np.random.default_rng(1).standard_normal(operator.shape[0])
    values, vectors = eigsh(operator, k=2, which="LA", tol=0, v0=start)
    largest = vectors[:, np.argmax(values)]
    value = float(largest @ operator.matvec(largest) / (largest @ largest))
    return Top(value, float(1 - values.min() / value))
