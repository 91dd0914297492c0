"""Exponents of a cost: t = c n^p k^q d^r, fitted to measured times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Exponent:
    """A fitted exponent and its standard error."""

    value: float
    error: float


def exponents(sizes: Sequence[tuple[int, int, int]], seconds: Sequence[float]) -> tuple[Exponent, Exponent, Exponent]:
    """The exponents of n, k and d by least squares on log t = log c + p log n + q log k + r log d.

    Args:
        sizes: (n, k, d) of each measurement; every one of the three must vary.
        seconds: the times measured there, positive.

    Raises:
        ValueError: fewer than five measurements, a time is not positive, or the exponents are not determined.

    >>> points = [(1, 1, 1), (2, 1, 1), (4, 1, 1), (1, 2, 1), (1, 1, 2), (2, 2, 2)]
    >>> [round(p.value, 9) for p in exponents(points, [n**2 * k / 8 for n, k, d in points])]
    [2.0, 1.0, 0.0]
    """
    logs, times = np.log(np.array(sizes, dtype=np.float64).reshape(-1, 3)), np.array(seconds, dtype=np.float64)
    if len(logs) != len(times) or len(times) < 5:
        raise ValueError(f"at least five times and as many sizes are needed, not {len(times)} and {len(logs)}")
    if not (times > 0).all():
        raise ValueError("times must be positive")
    design = np.column_stack([np.ones(len(logs)), logs])
    if np.linalg.matrix_rank(design) < 4:
        raise ValueError("n, k and d must vary independently of each other")
    solution = np.linalg.lstsq(design, np.log(times), rcond=None)[0]
    residuals = np.log(times) - design @ solution
    variance = float(residuals @ residuals) / (len(times) - 4)
    errors = np.sqrt(variance * np.diag(np.linalg.inv(design.T @ design)))
    n, k, d = (Exponent(float(p), float(error)) for p, error in zip(solution[1:], errors[1:], strict=True))
    return n, k, d
