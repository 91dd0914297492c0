"""Second moments of linearised SGD by their definition: all batches, and matrices of squared size."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np

from numerics.network import Array
from proofs_checks.instances.exact import Vector, dot
from proofs_checks.instances.exact_steps import batch_share
from proofs_checks.instances.problem import Problem


def in_range(problem: Problem) -> Array:
    """The gradients at the data in an orthonormal basis of their span [n, r]."""
    features = problem.network.gradients(problem.x)
    _, values, rows = np.linalg.svd(features, full_matrices=False)
    coordinates: Array = features @ rows[values > 1e-9 * values[0]].T
    return coordinates


def share(problem: Problem, batch: int) -> float:
    """The share p."""
    return float(batch_share(len(problem.x), batch))


def defined(problem: Problem, p: float) -> float:
    """lambda*, the largest eigenvalue of C^+ D, by matrices [r^2, r^2]."""
    rows = in_range(problem)
    n, r = rows.shape
    hessian, identity = rows.T @ rows / n, np.eye(r)
    C = (np.kron(hessian, identity) + np.kron(identity, hessian)) / 2
    outer = [np.outer(row, row) for row in rows]
    D = (1 - p) * np.kron(hessian, hessian) + p / n * np.sum([np.kron(one, one) for one in outer], axis=0)
    inverse = np.linalg.inv(np.linalg.cholesky(C))
    return float(np.linalg.eigvalsh(inverse @ D @ inverse.T)[-1])


def radius(problem: Problem, batch: int, step_size: float) -> float:
    """The spectral radius of a step of SGD on second moments, the mean over all batches."""
    rows = in_range(problem)
    steps = [
        np.eye(rows.shape[1]) - step_size * rows[list(chosen)].T @ rows[list(chosen)] / batch
        for chosen in combinations(range(len(rows)), batch)
    ]
    return float(np.abs(np.linalg.eigvalsh(np.mean([np.kron(step, step) for step in steps], axis=0))).max())


def stepped(gram: tuple[Vector, ...], u: Vector, chosen: tuple[int, ...], step_size: Fraction) -> Vector:
    """The coordinates of delta_1 from those of delta_0 = sum_l u_l g_l, in a step with one batch; gram is n K."""
    return tuple(entry - (step_size * dot(gram[j], u) / len(chosen) if j in chosen else 0) for j, entry in enumerate(u))
