"""Extreme eigenvalues from both sides."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from numerics.audit.modules.eigenvalues import bottom_eigenvalue, top_eigenvalue
from numerics.network import Array


def turned(values: Array) -> LinearOperator:
    """A matrix with these eigenvalues."""
    frame = np.linalg.qr(np.random.default_rng(1).standard_normal((len(values),) * 2))[0]
    return aslinearoperator(frame @ np.diag(values) @ frame.T)


@pytest.mark.parametrize("size", [5, 300])
def test_both_ends(size: int) -> None:
    values = np.linspace(-0.25, 1.0, size)
    values[-1] = 2.0
    operator = turned(values)
    low, high = top_eigenvalue(operator, 1e-8, 1e-16)
    assert low <= 2.0 <= high <= 2.0 + 1e-6
    low, high = bottom_eigenvalue(operator, 3.0, 1e-6, 1e-16)
    assert low <= -0.25 + 1e-12
    assert -0.25 <= high <= -0.25 + 1e-3


def test_the_residual_is_part_of_the_upper_end() -> None:
    """Stopped early, the ends still have an eigenvalue between them."""
    operator = turned(np.linspace(0.0, 1.0, 300))
    low, high = top_eigenvalue(operator, 1e-2, 1e-16)
    assert low <= 1.0 <= high
    assert high - low > 1e-6
