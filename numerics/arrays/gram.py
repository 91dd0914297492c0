"""The Gram matrix of gradients in floats, from what each neuron shows of the data."""

from __future__ import annotations

from numerics.arrays.checks import Array


def data_features(x: Array) -> Array:
    """1 1^T + X X^T [n, n] for the data x [n, d]: the products of the points (x_j, 1)."""
    features: Array = x @ x.T
    features += 1.0
    return features


def gram_sum(outputs: Array, levers: Array, features: Array) -> Array:
    """The matrix n K = 1 1^T + Z Z^T + (L L^T) o (1 1^T + X X^T) [n, n]; see `gram_matrix`.

    Args:
        outputs: Z [n, k], the outputs relu(<w1_i, x_j> + b1_i).
        levers: L [n, k], |w2_i| where the neuron is active on the datum, else 0.
        features: `data_features` of the data [n, n].

    >>> import numpy as np
    >>> gram_sum(np.array([[3.0], [0.0]]), np.array([[2.0], [0.0]]), data_features(np.array([[3.0], [-1.0]])))
    array([[50.,  1.],
           [ 1.,  1.]])
    """
    gram: Array = levers @ levers.T
    gram *= features
    gram += outputs @ outputs.T
    gram += 1.0
    return gram
