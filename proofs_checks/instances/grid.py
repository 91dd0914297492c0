"""The nine points of the finite depth separation, and the shallow net that does best on them."""

from __future__ import annotations

import itertools

import numpy as np

from numerics.network import ShallowNetwork

GRID = np.array(list(itertools.product((-1.0, 0.0, 1.0), repeat=2)))
LABELS = (np.abs(GRID).sum(axis=1) == 0).astype(float)

# 1 - max(|x1|, |x2|) = 1 + x1 - relu(x1 - x2) - relu(x1 + x2), with x1 = relu(x1) - relu(-x1)
ATTAINS = ShallowNetwork(
    np.array([[1.0, -1.0], [1.0, 1.0], [1.0, 0.0], [-1.0, 0.0]]), np.zeros(4), np.array([-1.0, -1.0, 1.0, -1.0]), 1.0
)
