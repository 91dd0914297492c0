"""The bound by the row sums: pinned by hand, by the gradients, against the sharpness, and where it is exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from numerics.gram import gram_matrix, gram_sharpness, mean_gradient_square
from numerics.lower_bounds.row_sums import exact_row_sum_bound, row_sum_bound
from numerics.mean_square.bounds import cheap_bounds
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from proofs_checks.instances.pinned import PINNED, Pinned
from tests.numerics.examples import Example, examples, gaussian, net, tricky_list


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_worked_out_by_hand(pinned: Pinned) -> None:
    n, sums = len(pinned.x), [sum(row, Fraction(0)) for row in pinned.gram]
    expected = sum((s * s for s in sums), Fraction(0)) / (n * sum(sums, Fraction(0)))
    assert exact_row_sum_bound(pinned.network, pinned.x) == expected
    assert row_sum_bound(pinned.network, pinned.x) == pytest.approx(float(expected), rel=1e-14)


@given(examples())
def test_between_the_mean_gradient_and_the_sharpness(example: Example) -> None:
    problem = Problem(example.network, example.x)
    found = row_sum_bound(problem)
    assert found == pytest.approx(float(exact_row_sum_bound(problem)), rel=1e-10)
    assert mean_gradient_square(problem) <= found * (1 + 1e-10)
    assert found <= gram_sharpness(problem) * (1 + 1e-9)


@given(examples())
def test_rayleigh_quotient_at_the_mean_gradient(example: Example) -> None:
    gradients = example.network.gradients(example.x)
    q = gradients.mean(axis=0)
    expected = np.mean((gradients @ q) ** 2) / (q @ q)
    assert row_sum_bound(example.network, example.x) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_cases(name: str, example: Example) -> None:
    problem = Problem(example.network, example.x)
    assert row_sum_bound(problem) == pytest.approx(float(exact_row_sum_bound(problem)), rel=1e-12), name
    # at a batch of all data stochastic gradient descent has the same bound
    limit = cheap_bounds(gram_matrix(problem), problem.n).mean_gradient
    assert row_sum_bound(problem) == pytest.approx(2 / limit, rel=1e-12), name


def test_exact_for_one_datum() -> None:
    example = gaussian(3, n=1, d=2, k=3)
    assert row_sum_bound(example.network, example.x) == pytest.approx(gram_sharpness(example.network, example.x))


def test_large_gradients_do_not_overflow_in_squares() -> None:
    """Row sums of 1e200 have squares beyond float64, the bound has not."""
    network = ShallowNetwork(np.array([[1e100]]), np.array([0.0]), np.array([0.0]), 0.0)
    assert row_sum_bound(network, [[1.0], [2.0]]) == pytest.approx(2.5e200, rel=1e-12)


def test_what_floats_cannot_hold_is_refused() -> None:
    with pytest.raises(OverflowError, match="exceed"):
        row_sum_bound(net([[1e200]], [0.0], [1.0]), [[1.0], [2.0]])
