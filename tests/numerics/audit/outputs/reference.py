"""Networks with several outputs from their forward pass alone, in 60 digits: no formula of the project is used.

A loss that is a polynomial in the parameters near a point is differenced there: at a step of 1e-20 the error is below
1e-30. The norm is sought by a general optimiser, from both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import scipy.optimize
from mpmath import mp, mpf

from numerics.network import Array

_DIGITS, _STEP = 60, "1e-20"
Vector = Sequence[mpf]


@dataclass(frozen=True)
class Parameters:
    """W1 [k, d], b1 [k], W2 [m, k] and b2 [m], and the data x [n, d] with labels y [n, m]."""

    W1: Array
    b1: Array
    W2: Array
    b2: Array
    x: Array
    y: Array

    @classmethod
    def random(cls, seed: int, m: int) -> Parameters:
        """Up to 4 data, of up to 3 inputs, and up to 4 neurons."""
        rng = np.random.default_rng(seed)
        n, d, k = (int(rng.integers(1, most)) for most in (5, 4, 5))
        shapes = (k, d), (k,), (m, k), (m,), (n, d), (n, m)
        return cls(*(rng.standard_normal(shape) for shape in shapes))

    @property
    def flat(self) -> list[mpf]:
        """All parameters, exactly."""
        parts = (self.W1, self.b1, self.W2, self.b2)
        return [mpf(entry) for part in parts for entry in part.ravel().tolist()]

    def values(self, theta: Vector) -> list[mpf]:
        """The outputs, datum after datum."""
        (k, d), m = self.W1.shape, len(self.b2)
        found = []
        for row in self.x.tolist():
            hidden = []
            for i in range(k):
                t = theta[k * d + i] + sum(theta[i * d + c] * mpf(row[c]) for c in range(d))
                hidden.append(t if t > 0 else mpf(0))
            for r in range(m):
                start = k * d + k + r * k
                last = theta[k * d + k + m * k + r]
                found.append(last + sum(theta[start + i] * hidden[i] for i in range(k)))
        return found

    def loss(self, theta: Vector) -> mpf:
        """1/(2n) sum |f(x_j) - y_j|^2."""
        pairs = zip(self.values(theta), self.y.ravel().tolist(), strict=True)
        return sum((value - mpf(label)) ** 2 for value, label in pairs) / (2 * len(self.x))


@dataclass(frozen=True)
class Expected:
    """The loss and the largest eigenvalues of the Hessian, of the products of gradients, and of Q^T Q, as mpf."""

    loss: mpf
    sharpness: mpf
    gram_sharpness: mpf
    mean_gradients: mpf


def rational(value: mpf) -> Fraction:
    """The number, exactly."""
    mantissa, exponent = value.man_exp
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def expected(net: Parameters) -> Expected:
    """By differences of the forward pass."""
    with mp.workdps(_DIGITS):
        theta, h, n, m = net.flat, mpf(_STEP), len(net.x), len(net.b2)
        size = len(theta)
        columns = [_difference(net.values, theta, place, h) for place in range(size)]
        gram = mp.matrix(n * m, n * m)
        for a in range(n * m):
            for b in range(a + 1):
                gram[a, b] = gram[b, a] = sum(column[a] * column[b] for column in columns) / n
        means = [[sum(column[j * m + r] for j in range(n)) / n for r in range(m)] for column in columns]
        products = mp.matrix(m, m)
        for r in range(m):
            for s in range(m):
                products[r, s] = sum(mean[r] * mean[s] for mean in means)
        hessian = mp.matrix(size, size)
        for a in range(size):
            for b in range(a + 1):
                hessian[a, b] = hessian[b, a] = _second(net.loss, theta, a, b, h)
        tops = [max(mp.eigsy(matrix, eigvals_only=True)) for matrix in (hessian, gram, products)]
        return Expected(net.loss(theta), *tops)


def _moved(theta: Vector, moves: dict[int, mpf]) -> list[mpf]:
    return [entry + moves.get(place, mpf(0)) for place, entry in enumerate(theta)]


def _difference(of: Callable[[Vector], list[mpf]], theta: Vector, place: int, h: mpf) -> list[mpf]:
    ahead, behind = of(_moved(theta, {place: h})), of(_moved(theta, {place: -h}))
    return [(a - b) / (2 * h) for a, b in zip(ahead, behind, strict=True)]


def _second(of: Callable[[Vector], mpf], theta: Vector, a: int, b: int, h: mpf) -> mpf:
    if a == b:
        return (of(_moved(theta, {a: h})) - 2 * of(theta) + of(_moved(theta, {a: -h}))) / h**2
    corners = sum(s * t * of(_moved(theta, {a: s * h, b: t * h})) for s in (1, -1) for t in (1, -1))
    return corners / (4 * h**2)


def norm_between(net: Parameters) -> tuple[float, float]:
    """The sum of a state and the value of scales, both of a general optimiser, for neurons in general position."""
    rows = _rows(net)
    rows = rows[np.any(rows != 0, axis=1)]
    if len(rows) == 0:
        return 0.0, 0.0
    m = rows.shape[1]

    def below(flat: Array) -> float:
        root = flat.reshape(m, m)
        return -float(np.linalg.norm(rows @ root, axis=1).sum() / np.linalg.norm(root))

    def above(logs: Array) -> float:
        scaled = rows * np.exp(logs / 2)[:, None]
        return float(np.linalg.norm(scaled, 2) ** 2 + np.exp(-logs).sum()) / 2

    best = scipy.optimize.minimize(below, np.eye(m).ravel(), method="BFGS")
    state = best.x.reshape(m, m)
    sizes = np.linalg.norm(rows @ state, axis=1) / np.linalg.norm(state)
    return -float(best.fun), above(-np.log(sizes))


def _rows(net: Parameters) -> Array:
    """The amplitude of each neuron times the weight of its hyperplane, from the definition of the weight."""
    found = []
    for weights, bias, column in zip(net.W1, net.b1, net.W2.T, strict=True):
        length = np.linalg.norm(weights)
        t = (net.x @ weights + bias) / length
        sides = []
        for side in (t > 0, t < 0):
            mean = np.mean(np.where(side[:, None], net.x, 0.0), axis=0)
            sides.append(np.mean(np.abs(t) * side) * np.sqrt(np.mean(side) ** 2 + mean @ mean))
        found.append(length * column * min(sides))
    return np.array(found)
