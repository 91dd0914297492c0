"""Clusters, and lines among data."""

from __future__ import annotations

import numpy as np

from proofs_checks.instances.planar import clusters, lines


def test_clusters() -> None:
    x, y = clusters()
    assert x.shape == (12, 2)
    assert sorted(set(y)) == [-0.5, 0.5]


def test_lines_pass_through_pairs_of_data() -> None:
    x, _ = clusters()
    v, b = lines(x, 100)
    assert np.allclose(np.linalg.norm(v, axis=1), 1)
    near = np.abs(v[100:] @ x.T - b[100:, None]) < 1e-9
    assert len(near) == 66
    assert np.all(near.sum(axis=1) >= 2)
