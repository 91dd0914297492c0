"""Exact arithmetic of several outputs: what floats say of random networks, and one worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.network import Array
from numerics.wider.outputs import VectorNetwork, amplitudes_and_weights, gram_matrix, mean_gradients_gram
from numerics.wider.outputs.exact import ExactOutputs


def random_net(seed: int, d: int, k: int, m: int) -> VectorNetwork:
    """A random one; the second neuron, if there is one, is on the hyperplane of the first, in the other orientation."""
    rng = np.random.default_rng(seed)
    W1, b1 = rng.standard_normal((k, d)), rng.standard_normal(k)
    if k > 1:
        W1[1], b1[1] = -2 * W1[0], -2 * b1[0]
    return VectorNetwork(W1, b1, rng.standard_normal((m, k)), rng.standard_normal(m))


@pytest.mark.parametrize(("n", "d", "k", "m"), [(1, 1, 1, 1), (1, 2, 0, 3), (4, 1, 3, 1), (3, 2, 4, 5)])
def test_as_in_floats(n: int, d: int, k: int, m: int) -> None:
    network, x = random_net(n, d, k, m), np.random.default_rng(n).standard_normal((n, d))
    exact = ExactOutputs(network, x)
    assert np.allclose(floats(exact.gram) / n, gram_matrix(network, x), rtol=1e-13, atol=1e-13)
    assert np.allclose(floats(exact.mean_gradients_gram) / n**2, mean_gradients_gram(network, x), rtol=1e-13)
    y = np.random.default_rng(1).standard_normal((n, m))
    assert np.allclose(floats(exact.residuals(y)), network(x) - y, atol=1e-13)
    vectors, weights = amplitudes_and_weights(network, x)
    found = exact.amplitudes_and_weights()
    assert len(found) == len(weights) == (k - 1 if k > 1 else k)
    for (amplitude, weight), vector, own in zip(found, vectors, weights, strict=True):
        assert np.allclose([float(entry) for entry in amplitude], vector, rtol=1e-12)
        assert float(weight) == pytest.approx(own, rel=1e-12, abs=1e-300)


def floats(matrix: object) -> Array:
    """A matrix of rationals in floats."""
    return np.array([[float(entry) for entry in row] for row in matrix.balls().table()])  # type: ignore[attr-defined]


def test_by_hand() -> None:
    """At x = 3, of 2 relu and relu: n K is (1 + 9) I + 10 w w^T, n^2 Q^T Q the same; a datum at 0 is on a kink."""
    network = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
    exact = ExactOutputs(network, np.array([[3.0]]))
    assert [[exact.gram.fraction(r, s) for s in range(2)] for r in range(2)] == [[50, 20], [20, 20]]
    assert [[exact.mean_gradients_gram.fraction(r, s) for s in range(2)] for r in range(2)] == [[50, 20], [20, 20]]
    assert exact.residuals(np.array([[6.0, 2.5]])).fraction(0, 1) == Fraction(1, 2)
    assert exact.kinks == 0
    assert ExactOutputs(network, np.array([[3.0], [0.0]])).kinks == 1
