"""Where a measure or a net violates its bound: known maxima, and none where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from numerics.separation.bracket.violations import violated_lines, violated_points


def test_violated_lines() -> None:
    """For the five-point measure the lines through the origin, whichever bound is claimed below the true one."""
    points, masses = np.array([[0.0, 0.0], [0.5, 0.5]]), np.array([0.5, -0.5])
    true = 0.149483066
    lines, largest = violated_lines(points, masses, 0.14)
    assert largest == pytest.approx(true, rel=1e-6)
    assert (lines[:, 2] == -1).all()
    assert violated_lines(points, masses, 0.15)[0].shape == (0, 3)
    assert violated_lines(points, masses, 0.15)[1] == 0.15


def test_violated_points() -> None:
    """The constant 1/3 errs by 2/3 at the vertex, downwards, and by 1/3 outside, upwards."""
    empty = np.empty((0, 2))
    points, largest = violated_points(empty, np.empty(0), 1 / 3, 0.5)
    assert largest == pytest.approx(2 / 3)
    assert [0, 0, -1] in points.tolist()
    assert (points[:, 2] == -1).all()
    points, _ = violated_points(empty, np.empty(0), 1 / 3, 0.3)
    assert set(points[:, 2]) == {-1, 1}
