"""The Gram matrices of all rescalings of one network, and the dual function that bounds their top eigenvalues."""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse.linalg import LinearOperator

from numerics.arrays.checks import Array, require_finite, row_norms
from numerics.arrays.gram import data_features, gram_sum
from numerics.arrays.hyperplanes import Indices
from numerics.arrays.spectrum import top_eigenpairs
from numerics.gram import LARGEST_DENSE
from numerics.problem import Problem

# a scale has 53 bits; nothing is seen of the last nine
_SCALE_BITS = 44
# logarithm of s, e^20 from balance: there a neuron's share of K is that much larger than at balance
_FARTHEST = 20.0
# a share of K of which nothing is seen in float64, squared
_NEGLIGIBLE = 2.0**-30
# of the squares that a sum of products is made of: below, more than three digits are lost to cancellation
_CANCELLED = 2.0**-10


class Rescalings:
    """A network on data [n, d], with scales c_i of its neurons still free.

    Only the m neurons that are active on some datum and have w2 != 0 have a best scale. With s_i = c_i^2 / c0_i^2
    in units of the balanced scales c0 (see `ShallowNetwork.balanced`), that all float numbers are moderate,

        n K(s) = 1 1^T + sum_i s_i z_i z_i^T + (a_i^2 / s_i) (m_i m_i^T) o (1 1^T + X X^T),

    z_i the outputs [n] and a_i = |w2_i| the output weight at balanced scale, m_i the activation pattern.

    preactivations: those of the problem [n, k], where somebody has them; to decide signs exactly takes long.
    neurons: which m neurons of the network these are.
    vanishing: neurons with w2 = 0 that are active; K falls as their scales go to 0, and never stops to.
    """

    def __init__(self, problem: Problem, preactivations: Array | None = None) -> None:
        network, x = problem.network, problem.x
        self.network, self.n = network, problem.n
        if preactivations is None:
            preactivations = problem.preactivations()
        active = np.any(preactivations > 0, axis=0)
        self.neurons: Indices = np.flatnonzero(active & (network.w2 != 0))
        self.vanishing: Indices = np.flatnonzero(active & (network.w2 == 0))
        self._x = x
        kept = preactivations[:, self.neurons]
        self.pattern = (kept > 0).astype(np.float64)
        lever = np.hypot(self.pattern.mean(axis=0), row_norms(self.pattern.T @ (x / self.n)))
        outputs = np.maximum(kept, 0.0)
        weights = np.abs(network.w2[self.neurons])
        self._base = np.sqrt(weights) * np.sqrt(lever) / np.sqrt(outputs.mean(axis=0))
        with np.errstate(over="ignore", invalid="ignore"):
            self.outputs = require_finite(outputs * self._base, "the balanced outputs")
            self.weights = require_finite(weights / self._base, "the balanced output weights")
            features = None if self.n > LARGEST_DENSE else data_features(x)
            self._features = None if features is None else require_finite(features, "products of the data")
        self._vanishing_sizes = row_norms(np.maximum(preactivations[:, self.vanishing], 0.0).T)

    def dual_terms(self, vectors: Array) -> tuple[Array, Array]:
        """<Q_i, U> and a_i^2 <P_i, U> [m] for U = sum_r u_r u_r^T, the vectors u_r being the rows [r, n]."""
        hidden = np.sum((vectors @ self.outputs) ** 2, axis=0)
        return hidden, self.weights**2 * lever_terms(self.pattern, self._x, vectors, self._features)

    def dual_value(self, vectors: Array) -> float:
        """(1^T U 1 + 2 sum_i a_i sqrt(<P_i, U> <Q_i, U>)) / (n tr U): no rescaling is flatter."""
        hidden, patterns = self.dual_terms(vectors)
        total = np.sum(vectors.sum(axis=1) ** 2) + 2 * np.sum(np.sqrt(hidden) * np.sqrt(patterns))
        return float(total / (self.n * np.sum(vectors**2)))

    def best_scales(self, vectors: Array) -> Array:
        """The s [m] that minimise <K(s), U>, as logarithms; far from balance they are cut off."""
        hidden, patterns = self.dual_terms(vectors)
        tiny = np.finfo(np.float64).tiny
        ratio = np.log(np.maximum(patterns, tiny)) - np.log(np.maximum(hidden, tiny))
        return np.clip(ratio / 2, -_FARTHEST, _FARTHEST)

    def top_eigenpairs(self, log_scales: Array, count: int = 1) -> tuple[Array, Array]:
        """The largest eigenvalues of K(s) [count], descending, and their eigenvectors, as rows [count, n]."""
        root = np.exp(log_scales / 2)
        outputs, levers = self.outputs * root, self.pattern * (self.weights / root)
        gram: Array | LinearOperator
        if self._features is None:
            gram = self._operator(outputs, levers)
        else:
            gram = gram_sum(outputs, levers, self._features) / self.n
            require_finite(gram, "the entries of the Gram matrix")
        return top_eigenpairs(gram, min(count, self.n))

    def _operator(self, outputs: Array, levers: Array) -> LinearOperator:
        def product(u: Array) -> Array:
            vector = u.reshape(self.n)
            image = vector.sum() + outputs @ (outputs.T @ vector)
            weighted = levers.T * vector
            image = image + np.sum((self._x @ (weighted @ self._x).T) * levers, axis=1)
            image = image + levers @ weighted.sum(axis=1)
            return require_finite(image / self.n, "the entries of K u")

        return LinearOperator((self.n, self.n), matvec=product, rmatvec=product, dtype=np.float64)

    def restricted(self, basis: Array) -> tuple[Array, Array, Array]:
        """V 1 1^T V^T / n [r, r], and V Q_i V^T / n and a_i^2 V P_i V^T / n [m, r, r], for rows V [r, n] of a basis."""
        ones = basis.sum(axis=1)
        outputs = basis @ self.outputs
        hidden = outputs.T[:, :, None] * outputs.T[:, None, :] / self.n
        patterns = np.empty_like(hidden)
        for i, (m, a) in enumerate(zip(self.pattern.T, self.weights, strict=True)):
            kept = np.flatnonzero(m)
            part = basis[:, kept] * a
            images = part @ self._x[kept]
            count = part.sum(axis=1)
            patterns[i] = (images @ images.T + np.outer(count, count)) / self.n
        return np.outer(ones, ones) / self.n, hidden, patterns

    def scales(self, log_scales: Array) -> Array:
        """The scales c [k] of `ShallowNetwork.rescaled`; neurons whose scale does not matter keep 1.

        Their last bits matter even less, and are cut off to keep exact arithmetic short. Vanishing neurons get so
        small a scale that their share of K is below 2^-60, as far as float64 goes.
        """
        result = np.ones(self.network.k)
        mantissas, exponents = np.frexp(self._base * np.exp(log_scales / 2))
        result[self.neurons] = np.ldexp(np.rint(np.ldexp(mantissas, _SCALE_BITS)), exponents - _SCALE_BITS)
        for neuron, size in zip(self.vanishing, self._vanishing_sizes, strict=True):
            parameters = np.abs([*self.network.W1[neuron], self.network.b1[neuron]])
            smallest = np.finfo(np.float64).tiny / parameters[parameters > 0].min()
            scale = min(1.0, max(_NEGLIGIBLE / max(1.0, float(size) / math.sqrt(self.n)), smallest))
            result[neuron] = 2.0 ** math.floor(math.log2(scale))
        return result


def lever_terms(pattern: Array, x: Array, vectors: Array, features: Array | None) -> Array:
    """<P_i, U> = sum_r |sum_j u_rj m_ij (x_j, 1)|^2 [m], for patterns [n, m], data [n, d] and vectors [r, n].

    With w = u_r o m_i and the features F = 1 1^T + X X^T, where they are at hand, the square is w^T F w, which is
    faster for n < d. Where its terms cancel, and the rest would be rounding, the sum is squared after all.
    """
    total = np.zeros(pattern.shape[1])
    for u in vectors:
        weighted = pattern * u[:, None]
        if features is None or len(x) >= x.shape[1]:
            total += _squared_sums(weighted, x)
            continue
        squares = np.sum(weighted * (features @ weighted), axis=0)
        cancelled = squares <= _CANCELLED * (np.diag(features) @ weighted**2)
        squares[cancelled] = _squared_sums(weighted[:, cancelled], x)
        total += squares
    return total


def _squared_sums(weighted: Array, x: Array) -> Array:
    """|sum_j w_j (x_j, 1)|^2 for each column w."""
    squares: Array = np.sum((weighted.T @ x) ** 2, axis=1) + weighted.sum(axis=0) ** 2
    return squares
