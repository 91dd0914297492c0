"""SciPy's eigsh on an operator, as a user would call it, and the number of products that it took."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

from numerics.arrays.checks import Array


def top_by_eigsh(operator: LinearOperator, tolerance: float) -> tuple[float, int]:
    """The largest eigenvalue, and the number of products; the start is the same in every call, for equal work."""
    counted, count = counting(operator)
    start = np.random.default_rng(0).standard_normal(operator.shape[0])
    values = eigsh(counted, k=1, which="LA", tol=tolerance, v0=start, return_eigenvectors=False)
    return float(values[0]), count[0]


def counting(operator: LinearOperator) -> tuple[LinearOperator, list[int]]:
    """The same operator, and a list whose one entry grows by one with each product."""
    count = [0]

    def product(vector: Array) -> Any:
        count[0] += 1
        return operator.matvec(vector)

    return LinearOperator(operator.shape, matvec=product, rmatvec=product, dtype=np.float64), count
