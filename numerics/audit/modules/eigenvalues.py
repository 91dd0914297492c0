"""The largest and the smallest eigenvalue of products with a symmetric matrix, from both sides, in floats."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from scipy.sparse.linalg import LinearOperator

from numerics.arrays.spectrum import top_eigenpairs

Ends: TypeAlias = tuple[float, float]

_ROUNDINGS = 1e3


def top_eigenvalue(operator: LinearOperator, tolerance: float, rounding: float) -> Ends:
    """The largest eigenvalue of a symmetric operator, from both sides, in floats.

    Lanczos finds theta = <u, A u>, |u| = 1, which is not above it; and with r = |A u - theta u| some eigenvalue is in
    [theta - r, theta + r]. That it is the largest rests on a start in general position. Given are theta and theta + r,
    with room for the rounding of products.

    Args:
        operator: [p, p].
        tolerance: of r, relative to theta.
        rounding: the unit roundoff of the products.

    Raises:
        ArithmeticError: Lanczos does not reach the tolerance.
    """
    vector = top_eigenpairs(operator, tolerance=tolerance)[1][0]
    u = vector / np.linalg.norm(vector)
    image = operator.matvec(u)
    theta = float(u @ image)
    residual = float(np.linalg.norm(image - theta * u))
    room = _ROUNDINGS * rounding * max(abs(theta), float(np.linalg.norm(image)))
    return theta - room, theta + residual + room


def bottom_eigenvalue(operator: LinearOperator, above: float, tolerance: float, rounding: float) -> Ends:
    """The smallest eigenvalue likewise, from that of `above` I - A, for a number that no eigenvalue exceeds."""
    turned = LinearOperator(operator.shape, matvec=lambda v: above * np.ravel(v) - operator.matvec(v), dtype=np.float64)
    low, high = top_eigenvalue(turned, tolerance, rounding)
    return above - high, above - low
