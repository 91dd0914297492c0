"""Gram matrices of several outputs in floats: within their proven distance of the exact ones, whose bound they give."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, ctx

from numerics.exact.dyadic import Dyadic
from numerics.exact.spectrum import enclosed_top_eigenvalue
from numerics.network import Array
from numerics.wider.outputs import VectorNetwork, gram_operator
from numerics.wider.outputs.exact import ExactOutputs
from numerics.wider.outputs.near_gram import combination_square, near_gram, near_gram_sharpness, near_gram_sum


def random_net(n: int, d: int, k: int, m: int, scale: float = 1.0) -> ExactOutputs:
    """A random network on random data."""
    rng = np.random.default_rng(n + 7 * d + 31 * k + 101 * m)
    shapes = (k, d), (k,), (m, k), (m,)
    network = VectorNetwork(*(scale * rng.standard_normal(shape) for shape in shapes))
    return ExactOutputs(network, rng.standard_normal((n, d)))


def distance(matrix: Array, exact: Dyadic) -> arb:
    """The spectral norm of the difference is no more than this, and at least as much over the root of the rows."""
    difference = Dyadic.of(matrix) + -exact
    return (difference * difference).columns_summed().T.columns_summed().ball().sqrt()


@pytest.mark.parametrize(("n", "d", "k", "m"), [(1, 1, 1, 1), (2, 1, 0, 2), (5, 3, 4, 1), (4, 2, 5, 3), (8, 6, 20, 5)])
def test_is_within_its_distance(n: int, d: int, k: int, m: int) -> None:
    exact = random_net(n, d, k, m)
    with ctx.workprec(128):
        found = near_gram(exact)
        assert distance(found.matrix, exact.gram) <= found.error
        assert found.error < 1e-12 * (1 + np.trace(found.matrix))
        near = near_gram_sharpness(exact)
        assert near.overlaps(enclosed_top_eigenvalue(exact.gram.balls() / n))
        assert near.rad() < 1e-11 * near


def test_a_wrong_entry_is_not_within_it() -> None:
    exact = random_net(4, 2, 5, 3)
    found = near_gram(exact)
    found.matrix[1, 2] += 1e-10
    assert distance(found.matrix, exact.gram) > found.error


def test_what_else_it_is_off_by_is_added() -> None:
    exact = random_net(3, 2, 2, 2)
    outputs = np.zeros((6, 1))
    bare = near_gram_sum(exact, outputs, arb(0), arb(0)).error
    assert abs(near_gram_sum(exact, outputs, arb(0), arb(0.5)).error - bare - 0.5) < 1e-12
    assert abs(near_gram_sum(exact, outputs, arb(2), arb(0)).error - bare - 4 - 4 * arb(6).sqrt()) < 1e-4


def test_squares_of_combinations() -> None:
    """N <u, K u>, for whole numbers u."""
    exact = random_net(4, 2, 5, 3)
    u = np.arange(-5.0, 7.0)
    expected = 4 * u @ gram_operator(exact.network, exact.hidden.data.floats).matvec(u)
    assert float(combination_square(exact, Dyadic.of(u.reshape(4, 3))).ball()) == pytest.approx(float(expected))


def test_beyond_the_range_of_floats() -> None:
    with pytest.raises(OverflowError):
        near_gram_sharpness(random_net(3, 2, 2, 2, scale=1e200))
