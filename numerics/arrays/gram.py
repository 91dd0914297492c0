"""The Gram matrix of gradients in floats, from what each neuron shows of the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.arrays.checks import Array

# a panel of so many rows of a matrix [2,048, 2,048] stays in the cache while it is put together
_PANEL_ROWS = 128


@dataclass(frozen=True)
class DataFeatures:
    """1 1^T + X X^T [n, n] for the data x [n, d], the products of the points (x_j, 1), of which blocks are computed.

    >>> import numpy as np
    >>> DataFeatures(np.array([[3.0], [-1.0]]))[0:1, 0:2]
    array([[10., -2.]])
    """

    x: Array

    def __getitem__(self, block: tuple[slice, slice]) -> Array:
        rows, columns = block
        features: Array = self.x[rows] @ self.x[columns].T
        features += 1.0
        return features


def data_features(x: Array) -> Array:
    """All of `DataFeatures` as a matrix [n, n]."""
    return DataFeatures(x)[:, :]


def gram_sum(outputs: Array, levers: Array, features: Array | DataFeatures) -> Array:
    """The matrix n K = 1 1^T + Z Z^T + (L L^T) o (1 1^T + X X^T) [n, n], exactly symmetric; see `gram_matrix`.

    Args:
        outputs: Z [n, k], the outputs relu(<w1_i, x_j> + b1_i).
        levers: L [n, k], |w2_i| where the neuron is active on the datum, else 0.
        features: `data_features` of the data [n, n], or `DataFeatures`, which needs no memory for them.

    >>> import numpy as np
    >>> gram_sum(np.array([[3.0], [0.0]]), np.array([[2.0], [0.0]]), data_features(np.array([[3.0], [-1.0]])))
    array([[50.,  1.],
           [ 1.,  1.]])
    """
    n = len(outputs)
    gram = np.empty((n, n))
    for start in range(0, n, _PANEL_ROWS):
        rows, right = slice(start, start + _PANEL_ROWS), slice(start, n)
        panel: Array = levers[rows] @ levers[right].T
        panel *= features[rows, right]
        panel += outputs[rows] @ outputs[right].T
        panel += 1.0
        square = panel[:, : len(panel)]
        # rounding may differ between the two halves of a product
        square[:] = (square + square.T) / 2
        gram[rows, right] = panel
        gram[right, rows] = panel.T
    return gram
