"""Linearised SGD by its definition: the mean over all batches, and the operators on all matrices of parameters."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from numerics.network import Array


def in_range(gradients: Array) -> Array:
    """The gradients [n, D] in an orthonormal basis of their span, [n, r]."""
    _, values, rows = np.linalg.svd(gradients, full_matrices=False)
    coordinates: Array = gradients @ rows[values > 1e-9 * values[0]].T
    return coordinates


def steps(gradients: Array, batch: int, step_size: float) -> Array:
    """I - eta H_B [number of batches, r, r] of all batches."""
    batches = [gradients[list(chosen)] for chosen in combinations(range(len(gradients)), batch)]
    return np.array([np.eye(gradients.shape[1]) - step_size * rows.T @ rows / batch for rows in batches])


def recursion(gradients: Array, batch: int, step_size: float, start: Array, times: int) -> Array:
    """E delta delta^T [r, r] after some steps."""
    moments, maps = start, steps(gradients, batch, step_size)
    for _ in range(times):
        moments = np.mean(maps @ moments @ maps, axis=0)
    return moments


def defined_threshold(gradients: Array, batch: int) -> float:
    """2/lambda_max(C^+ D) with C and D as matrices [r^2, r^2]."""
    rows = in_range(gradients)
    n, r = rows.shape
    p = (n - batch) / (batch * (n - 1)) if n > 1 else 0.0
    hessian, identity = rows.T @ rows / n, np.eye(r)
    outer = [np.outer(row, row) for row in rows]
    C = (np.kron(hessian, identity) + np.kron(identity, hessian)) / 2
    D = (1 - p) * np.kron(hessian, hessian) + p / n * np.sum([np.kron(one, one) for one in outer], axis=0)
    inverse = np.linalg.inv(np.linalg.cholesky(C))
    return 2 / float(np.linalg.eigvalsh(inverse @ D @ inverse.T)[-1])
