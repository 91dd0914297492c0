"""Networks with one hidden layer and several outputs, and their products with directions in the parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numerics.arrays.checks import Array, real_array, require_finite, validate_data
from numerics.arrays.moments import stacked
from numerics.network import ShallowNetwork


@dataclass(frozen=True, eq=False, init=False)
class VectorNetwork:
    """f(x) = sum_i w2_i relu(<w1_i, x> + b1_i) + b2 in R^m, all parameters trained; w2_i is column i of W2.

    Args:
        W1: [k, d], the weights of the k hidden neurons.
        b1: [k], their biases.
        W2: [m, k], the output weights, a row for each output; m >= 1.
        b2: [m], the output biases.

    The arrays are copied and made read-only. k = 0 is the constant b2.

    Raises:
        TypeError: an entry is not a real number.
        ValueError: the shapes do not fit together, there is no output, or an entry is not finite.

    >>> network = VectorNetwork([[1.0], [-1.0]], [0.0, 0.0], [[1.0, 1.0], [1.0, -1.0]], [0.0, 0.5])  # |x|, x + 1/2
    >>> network([[-2.0], [3.0]])
    array([[ 2. , -1.5],
           [ 3. ,  3.5]])
    """

    W1: Array
    b1: Array
    W2: Array
    b2: Array

    def __init__(self, W1: npt.ArrayLike, b1: npt.ArrayLike, W2: npt.ArrayLike, b2: npt.ArrayLike) -> None:
        last, biases = real_array(W2, "W2", 2).copy(), real_array(b2, "b2", 1).copy()
        if len(last) == 0 or len(biases) != len(last):
            raise ValueError(
                f"W2 must have a row, and b2 an entry, for each output, not the shapes {last.shape} and {biases.shape}"
            )
        # one output after the other is a network that ShallowNetwork knows how to check
        first = ShallowNetwork(W1, b1, last[0], biases[0])
        for array in (last, biases):
            array.setflags(write=False)
        for name, array in {"W1": first.W1, "b1": first.b1, "W2": last, "b2": biases}.items():
            object.__setattr__(self, name, array)

    @property
    def d(self) -> int:
        """The number of inputs."""
        return int(self.W1.shape[1])

    @property
    def k(self) -> int:
        """The number of hidden neurons."""
        return int(self.W1.shape[0])

    @property
    def m(self) -> int:
        """The number of outputs."""
        return int(self.W2.shape[0])

    def __call__(self, x: npt.ArrayLike) -> Array:
        """f(x_j) for the rows of x [n, d], as [n, m]. Errors as for the functions of this module."""
        features = Features.of(self, x)
        with np.errstate(over="ignore", invalid="ignore"):
            values = features.outputs @ self.W2.T + self.b2
        return require_finite(values, "the network's values")

    def combined(self, direction: npt.ArrayLike) -> ShallowNetwork:
        """The network <u, f> with one output, for u [m].

        Raises:
            TypeError, ValueError: the direction is no vector of m finite real numbers.

        >>> network = VectorNetwork([[1.0]], [0.0], [[2.0], [3.0]], [0.0, 1.0])
        >>> network.combined([1.0, -1.0]).w2
        array([-1.])
        """
        u = real_array(direction, "the direction", 1)
        if len(u) != self.m:
            raise ValueError(f"the direction must have {self.m} entries, one for each output, not {len(u)}")
        return ShallowNetwork(self.W1, self.b1, u @ self.W2, float(u @ self.b2))


@dataclass(frozen=True, eq=False)
class Features:
    """What the hidden neurons show of the data x [n, d]: outputs Z [n, k], and the pattern M [n, k] of 0 and 1."""

    x: Array
    outputs: Array
    pattern: Array

    @classmethod
    def of(cls, network: VectorNetwork, x: npt.ArrayLike) -> Features:
        """Those of a network; errors as for the functions of this room."""
        data = validate_data(x, network.d)
        preactivations = stacked(network.W1, network.b1, data)
        return cls(data, np.maximum(preactivations, 0.0), (preactivations > 0).astype(np.float64))


Parts = tuple[Array, Array, Array, Array]


def split(network: VectorNetwork, v: Array) -> Parts:
    """The parts W1, b1, W2, b2 of a direction v [k d + k + m k + m] in the parameters."""
    k, d, m = network.k, network.d, network.m
    W1, b1, W2, b2 = np.split(v, np.cumsum([k * d, k, m * k]))
    return W1.reshape(k, d), b1, W2.reshape(m, k), b2


def slopes_along(network: VectorNetwork, features: Features, parts: Parts) -> Array:
    """<grad f_r(x_j), v> [n, m] for a direction v in the parameters."""
    W1, b1, W2, b2 = parts
    hidden = features.pattern * (features.x @ W1.T + b1)
    slopes: Array = hidden @ network.W2.T + features.outputs @ W2.T + b2
    return slopes


def combination(network: VectorNetwork, features: Features, u: Array) -> Parts:
    """sum_{j, r} u_jr grad f_r(x_j) for u [n, m]."""
    hidden: Array = features.pattern * (u @ network.W2)
    return hidden.T @ features.x, hidden.sum(axis=0), u.T @ features.outputs, u.sum(axis=0)


def residuals(network: VectorNetwork, features: Features, y: npt.ArrayLike) -> Array:
    """f(x_j) - y_j [n, m]. ValueError for labels of another shape, OverflowError out of range."""
    labels = real_array(y, "the labels y", 2)
    if labels.shape != (len(features.x), network.m):
        raise ValueError(
            f"the labels y must have the shape {(len(features.x), network.m)}, a row for each datum and a column for "
            f"each output, not {labels.shape}"
        )
    values = features.outputs @ network.W2.T + network.b2
    return require_finite(values - labels, "the residuals")
