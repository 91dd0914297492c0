"""The symmetries of the square (sign changes and the exchange of the two coordinates), under which phi is invariant."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64

from numerics.network import Array


def images(points: Float64[Array, "n 2"]) -> Float64[Array, "8 n 2"]:
    """The eight images (+-x, +-y), (+-y, +-x) of points [n, 2]; shape [8, n, 2], the points themselves first.

    >>> images(np.array([[2.0, 1.0]]))[:, 0].astype(int).tolist()
    [[2, 1], [2, -1], [-2, 1], [-2, -1], [1, 2], [-1, 2], [1, -2], [-1, -2]]
    """
    signed = np.stack([points * np.array(signs) for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1))])
    return np.concatenate([signed, signed[:, :, ::-1]])


def mean_features(points: Float64[Array, "n 2"], hyperplanes: Float64[Array, "m 2"]) -> Float64[Array, "n m"]:
    """The mean of relu(x + tau y - c) over the eight images of a point.

    Args:
        points: [n, 2].
        hyperplanes: (tau, c) [m, 2], the lines x + tau y = c.

    Returns:
        [n, m]. Also the mean over the eight images of the hyperplane, at the point itself.
    """
    tau, c = hyperplanes.T
    total = np.zeros((len(points), len(hyperplanes)))
    for image in images(points):
        total += np.maximum(image[:, :1] + image[:, 1:] * tau - c, 0)
    return np.asarray(total / 8)
