"""The Lyapunov equation of linearised SGD in the eigenbasis of the Gram matrix, where it is solved entry by entry."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import scipy.linalg
from jaxtyping import Float64

from numerics.arrays.checks import Array, real_array

_EPSILON = float(np.finfo(np.float64).eps)


def batch_share(n: int, batch: int) -> Fraction:
    """The share p = (n - B)/(B (n - 1)) of batches of B of n data without replacement, 0 for n = 1.

    Raises:
        TypeError, ValueError: b is not a whole number from 1 to n.

    >>> batch_share(5, 1), batch_share(5, 2), batch_share(5, 5), batch_share(1, 1)
    (Fraction(1, 1), Fraction(3, 8), Fraction(0, 1), Fraction(0, 1))
    """
    if isinstance(batch, bool) or not isinstance(batch, int | np.integer):
        raise TypeError(f"a batch size must be a whole number from 1 to {n}, not {batch!r}")
    if not 1 <= batch <= n:
        raise ValueError(f"a batch size must lie between 1 and the number of data, {n}, but it is {batch}")
    return Fraction(n - int(batch), int(batch) * (n - 1)) if n > 1 else Fraction(0)


def checked_gram(gram: npt.ArrayLike) -> tuple[Float64[Array, "n n"], int]:
    """K/2^e [n, n], exactly symmetric and with entries below 1 in size, and e.

    Raises:
        TypeError, ValueError: the matrix is not square, finite and symmetric to rounding, or it is zero.
    """
    matrix = real_array(gram, "the Gram matrix", 2)
    if matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ValueError(f"the Gram matrix must be square and not empty, but its shape is {matrix.shape}")
    exponent = int(np.frexp(np.abs(matrix).max())[1])
    scaled = np.ldexp(matrix, -exponent)
    if not scaled.any():
        raise ValueError("the Gram matrix is zero: all gradients vanish, nothing moves, and no step size is too large")
    if np.abs(scaled - scaled.T).max() > len(matrix) * _EPSILON:
        raise ValueError("the Gram matrix must be symmetric")
    return (scaled + scaled.T) / 2, exponent


class Lyapunov:
    """Eigenpairs of K/s, s = 2^`exponent` about the largest entry of K, and the equation

        mu (K A + A K)/2 - (1 - p) K A K = diag(e)      (K over s)

    for A, on the range of K. In the eigenbasis A_ab = (V^T diag(e) V)_ab / (mu (l_a + l_b)/2 - (1 - p) l_a l_b): for
    mu > (1 - p) l_max the divisors are a positive kernel, and A >= 0 for e >= 0.

    values [r], vectors [n, r]: the eigenpairs with a value above rounding; the others add nothing to K A K.

    Raises:
        TypeError, ValueError: the matrix is not square, finite, symmetric and positive semidefinite, or it is zero.
    """

    def __init__(self, gram: npt.ArrayLike) -> None:
        scaled, self.exponent = checked_gram(gram)
        rounding = len(scaled) * _EPSILON
        values, vectors = scipy.linalg.eigh(scaled)
        if values[0] < -10 * rounding * values[-1]:
            raise ValueError(
                "the Gram matrix must be positive semidefinite, but its smallest eigenvalue is "
                f"{values[0] / values[-1]:.1e} of its largest"
            )
        kept = values > rounding * values[-1]
        self.values: Float64[Array, " r"] = values[kept]
        self.vectors: Float64[Array, "n r"] = vectors[:, kept]
        self.means: Float64[Array, "r r"] = (self.values[:, None] + self.values) / 2
        self.products: Float64[Array, "r r"] = np.outer(self.values, self.values)

    @property
    def n(self) -> int:
        """The number of data."""
        return len(self.vectors)

    @property
    def top(self) -> float:
        """The largest eigenvalue of K/s."""
        return float(self.values[-1])

    def coordinates(self, weights: Float64[Array, " n"]) -> Float64[Array, "r r"]:
        """V^T diag(e) V [r, r] of weights e [n]."""
        return self.vectors.T @ (weights[:, None] * self.vectors)

    def divisors(self, share: float, level: float) -> Float64[Array, "r r"]:
        """The divisors mu (l_a + l_b)/2 - (1 - p) l_a l_b [r, r] of p and mu."""
        return level * self.means - (1 - share) * self.products

    def solution(self, weights: Float64[Array, " n"], share: float, level: float) -> Float64[Array, "n n"]:
        """A [n, n] of weights e [n], p and mu."""
        return self.vectors @ (self.coordinates(weights) / self.divisors(share, level)) @ self.vectors.T

    def diagonal(self, coordinates: Float64[Array, "r r"]) -> Float64[Array, " n"]:
        """The diagonal [n] of V X V^T, X [r, r]."""
        entries: Array = np.einsum("ia,ia->i", self.vectors @ coordinates, self.vectors)
        return entries
