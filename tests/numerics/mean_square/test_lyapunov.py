"""The Lyapunov equation is solved, on the range of K, and senseless Gram matrices and batch sizes are refused."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from numerics.mean_square.lyapunov import Lyapunov, batch_share, checked_gram

NORMAL = np.random.default_rng(5).standard_normal((4, 6))


@pytest.mark.parametrize("batch", [1, 2, 3, 5])
def test_share_is_that_of_all_batches(batch: int) -> None:
    """E w_j w_l = (1 - p)/n^2 + 1{j = l} p/n for the weights 1/B of the data in a batch."""
    n = 5
    batches = list(combinations(range(n), batch))
    both = Fraction(sum({0, 1} <= set(chosen) for chosen in batches), len(batches)) / batch**2
    one = Fraction(sum(0 in chosen for chosen in batches), len(batches)) / batch**2
    p = batch_share(n, batch)
    assert both == (1 - p) / n**2
    assert one == (1 - p) / n**2 + p / n


@pytest.mark.parametrize(("batch", "error"), [(0, ValueError), (4, ValueError), (True, TypeError)])
def test_senseless_batch_sizes(batch: int, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"from 1 to 3|between 1 and the number of data, 3"):
        batch_share(3, batch)


def test_solution() -> None:
    gram, weights, p, level = NORMAL @ NORMAL.T / 4, np.array([0.5, 1.0, 2.0, 0.1]), 0.4, 9.0
    equation = Lyapunov(gram)
    found = equation.solution(weights, p, level)
    K = np.ldexp(gram, -equation.exponent)
    assert np.allclose(level * (K @ found + found @ K) / 2 - (1 - p) * K @ found @ K, np.diag(weights), atol=1e-12)
    assert np.linalg.eigvalsh(found)[0] > 0
    coordinates = equation.coordinates(weights)
    assert np.allclose(equation.diagonal(coordinates), np.diagonal(equation.vectors @ coordinates @ equation.vectors.T))


def test_kernel_of_singular_matrices_is_left_out() -> None:
    equation = Lyapunov(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 4.0]]))
    assert equation.n == 3
    assert np.allclose(np.ldexp(equation.values, equation.exponent), [2.0, 4.0])
    assert equation.top == equation.values[-1]


@pytest.mark.parametrize("power", [-1000, 0, 1000])
def test_scale_is_taken_out(power: int) -> None:
    scaled, exponent = checked_gram(np.ldexp(np.diag([1.0, 3.0]), power))
    assert exponent == 2 + power
    assert np.array_equal(scaled, np.diag([0.25, 0.75]))


@pytest.mark.parametrize(
    ("gram", "words"),
    [
        (np.zeros((2, 2)), "all gradients vanish"),
        (np.ones((2, 3)), "must be square"),
        (np.zeros((0, 0)), "not empty"),
        (np.array([[1.0, 0.5], [0.0, 1.0]]), "must be symmetric"),
        (np.diag([1.0, -0.1]), "positive semidefinite, but its smallest eigenvalue is -1.0e-01 of its largest"),
        (np.diag([1.0, np.nan]), "must be finite"),
    ],
)
def test_senseless_gram_matrices(gram: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Lyapunov(gram)
