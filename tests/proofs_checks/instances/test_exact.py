"""The exact reference: against the definitions in other words, and where it must decide exactly."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch
from flint import arb
from hypothesis import given

from proofs_checks.instances.exact import (
    RationalProblem,
    characteristic_polynomial,
    close,
    normal_form,
    top_at_most,
    value,
)
from tests.numerics.examples import Example, grid_examples

ONE, HALF = Fraction(1), Fraction(1, 2)


def of(example: Example) -> RationalProblem:
    """The same in rationals."""
    net = example.network
    return RationalProblem.of(net.W1, net.b1, net.w2, net.b2, example.x, example.y)


def floats(rows: object) -> np.ndarray:
    """Rationals as an array of floats."""
    return np.array(rows, dtype=float)


@given(grid_examples())
def test_weights_by_conditional_means(example: Example) -> None:
    """|w1| gt = P^2 E[t | A] sqrt(1 + |E[X | A]|^2), squared and in rationals."""
    net = of(example)
    for i in net.neurons:
        for sign in (1, -1):
            inside = [
                (sign * t[i], point) for t, point in zip(net.preactivations(), net.x, strict=True) if sign * t[i] > 0
            ]
            side = net.side(i, sign)
            if not inside:
                assert side.excess == side.probability == side.lever_square == 0
                continue
            P = Fraction(len(inside), len(net.x))
            mean = sum((t for t, _ in inside), Fraction(0)) / len(inside)
            centre = [
                sum(coordinates, Fraction(0)) / len(inside) for coordinates in zip(*(p for _, p in inside), strict=True)
            ]
            expected = P**4 * mean**2 * (1 + sum(c * c for c in centre))
            assert side.excess**2 * side.lever_square == expected


@given(grid_examples())
def test_gradients_and_hessian_by_differentiation(example: Example) -> None:
    """Automatic differentiation has relu'(0) = 0, too, and the second derivatives of the pieces."""
    net = of(example)
    f = example.network
    x, y = torch.tensor(example.x), torch.tensor(example.y)
    shapes = [(f.k, f.d), (f.k,), (f.k,), ()]
    sizes = [int(np.prod(shape)) for shape in shapes]

    def loss(parameters: torch.Tensor) -> torch.Tensor:
        W1, b1, w2, b2 = (p.reshape(s) for p, s in zip(torch.split(parameters, sizes), shapes, strict=True))
        return ((torch.relu(x @ W1.T + b1) @ w2 + b2 - y) ** 2).mean() / 2

    at = torch.tensor(np.concatenate([f.W1.ravel(), f.b1, f.w2, [f.b2]]))
    assert float(net.loss()) == pytest.approx(float(loss(at)))
    hessian = torch.autograd.functional.hessian(loss, at)  # type: ignore[no-untyped-call]
    np.testing.assert_allclose(floats(net.hessian()), np.asarray(hessian), atol=1e-12)
    np.testing.assert_allclose(floats(net.gradients()), f.gradients(example.x), atol=1e-12)


@given(grid_examples())
def test_gram_matrix_and_mean_gradient(example: Example) -> None:
    """K from the gradients; |q|^2 = 1^T K 1 / n; the eigenvalue above every Rayleigh quotient and a root."""
    net = of(example)
    K, n = net.gram(), len(net.x)
    gradients = floats(net.gradients())
    np.testing.assert_allclose(floats(K), gradients @ gradients.T / n, atol=1e-12)
    assert net.mean_gradient_square() == sum(sum(row, Fraction(0)) for row in K) / n
    top = net.sharpness()
    assert float(top.mid()) == pytest.approx(float(np.linalg.eigvalsh(floats(K))[-1]), rel=1e-10)
    assert top.rad() < top * arb(2) ** -100


def test_psd_is_decided_exactly() -> None:
    """At the eigenvalue, just below it, and where a pivot vanishes."""
    matrix = ((Fraction(2), ONE), (ONE, Fraction(2)))
    assert top_at_most(matrix, Fraction(3))
    assert not top_at_most(matrix, Fraction(3) - Fraction(1, 10**40))
    assert not top_at_most(((ONE, ONE), (ONE, Fraction(-5))), ONE)
    assert top_at_most(((ONE, Fraction(0)), (Fraction(0), Fraction(-5))), ONE)
    # indefinite, with a first pivot of 0 in the difference
    assert not top_at_most(((Fraction(0), HALF), (HALF, Fraction(0))), Fraction(0))


def test_characteristic_polynomial() -> None:
    """t^2 - 4 t + 3, and of nothing 1."""
    assert characteristic_polynomial(((Fraction(2), ONE), (ONE, Fraction(2)))) == (ONE, Fraction(-4), Fraction(3))
    assert characteristic_polynomial(()) == (ONE,)


def test_hyperplanes_with_orientation() -> None:
    """Proportional with either sign; other biases, other hyperplanes; none without weights."""
    net = RationalProblem.of([[1, 2], [-2, -4], [0, 0], [1, 2], [3, 6]], [1, -2, 1, 2, 3], [1] * 5, 0, [[0, 0]])
    assert net.hyperplanes() == (((0, ONE), (1, Fraction(-2)), (4, Fraction(3))), ((3, ONE),))
    with_zero = RationalProblem.of([[0, 1], [0, -1], [1, 0]], [0, 0, 0], [1] * 3, 0, [[0, 0]])
    assert with_zero.hyperplanes() == (((0, ONE), (1, -ONE)), ((2, ONE),))


def test_sums_of_roots() -> None:
    """Normal forms are equal iff the numbers are; floats are compared with an enclosure."""
    assert normal_form([(ONE, 8), (-ONE, 2), (-ONE, Fraction(2))]) == ()
    assert normal_form([(ONE, Fraction(4, 9)), (HALF, 0), (Fraction(0), 3)]) == ((Fraction(2, 3), 1),)
    assert normal_form([(ONE, Fraction(12, 5))]) == ((Fraction(2, 5), 15),)
    assert value([(HALF, 2)]).overlaps(arb(2).sqrt() / 2)
    assert close(0.0, [])
    assert close(1.4142135623730951, [(ONE, 2)])
    assert not close(1.41421356237, [(ONE, 2)])
    assert not close(1e-300, [])
    # cancellation is judged against the size of what cancels
    assert close(1e-17, [(ONE, 2), (-ONE, 2)])


def test_labels_default_to_the_values() -> None:
    """A net then interpolates."""
    net = RationalProblem.of([[1.0]], [0.5], [2.0], 0.25, [[1.0], [-1.0]])
    assert net.y == net.values() == (Fraction(13, 4), Fraction(1, 4))
    assert net.loss() == 0
    assert net.kinks() == 0
    assert RationalProblem.of([[1]], [1], [2], 0, [[-1], [0]]).kinks() == 1
