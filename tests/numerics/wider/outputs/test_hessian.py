"""The Hessian of several outputs, enclosed: random networks against floats, and one worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx

from numerics.arrays.spectrum import checked_top_eigenpair
from numerics.network import Array
from numerics.wider.outputs import VectorNetwork, gram_sharpness, hessian_operator, sharpness
from numerics.wider.outputs import hessian as module
from numerics.wider.outputs.exact import ExactOutputs
from numerics.wider.outputs.hessian import HessianParts, enclosed_hessian, in_balls


def problem(seed: int, n: int, d: int, k: int, m: int) -> tuple[VectorNetwork, Array, Array]:
    """A random network on random data with random labels."""
    rng = np.random.default_rng(seed)
    shapes = (k, d), (k,), (m, k), (m,)
    network = VectorNetwork(*(rng.standard_normal(shape) for shape in shapes))
    return network, rng.standard_normal((n, d)), rng.standard_normal((n, m))


def dense(network: VectorNetwork, x: Array, y: Array) -> Array:
    """H [p, p]."""
    operator = hessian_operator(network, x, y)
    return np.array([operator.matvec(row) for row in np.eye(operator.shape[0])])


@pytest.mark.parametrize(("n", "d", "k", "m"), [(1, 1, 1, 1), (2, 1, 0, 2), (3, 2, 2, 4), (6, 3, 5, 2), (2, 4, 3, 7)])
def test_as_in_floats(n: int, d: int, k: int, m: int) -> None:
    network, x, y = problem(n + m, n, d, k, m)
    values = np.linalg.eigvalsh(dense(network, x, y))
    gram = arb(gram_sharpness(network, x)) * arb(1, 1e-9)
    vector = checked_top_eigenpair(hessian_operator(network, x, y), 1e-10)[1]
    top, below = enclosed_hessian(ExactOutputs(network, x), y, gram, vector)
    assert float(top.lower()) <= values[-1] * (1 + 1e-12)
    assert values[-1] * (1 - 1e-12) <= float(top.upper()) <= float(top.lower()) * (1 + 3e-9)
    assert values[0] >= -float(below.upper()) - 1e-12


def test_without_a_vector_or_too_large_it_is_within_the_residual_part(monkeypatch: pytest.MonkeyPatch) -> None:
    network, x, y = problem(0, 4, 2, 3, 2)
    gram, true = arb(gram_sharpness(network, x)) * arb(1, 1e-9), sharpness(network, x, y)
    exact = ExactOutputs(network, x)
    wide, below = enclosed_hessian(exact, y, gram, None)
    assert wide.overlaps(arb(true))
    assert float(wide.upper()) == pytest.approx(float(gram) + float(below))
    monkeypatch.setattr(module, "_MOST_FLOATS", 1)
    vector = checked_top_eigenpair(hessian_operator(network, x, y), 1e-10)[1]
    half, _ = enclosed_hessian(exact, y, gram, vector)
    assert float(half.upper()) == pytest.approx(float(wide.upper()))
    assert float(half.lower()) == pytest.approx(true)


def test_in_floats_at_a_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same levels are proved, the same are not, and none that is not above the residual part."""
    network, x, y = problem(1, 5, 3, 4, 3)
    top = Fraction(sharpness(network, x, y))
    monkeypatch.setattr(module, "in_balls", lambda *_: False)
    with ctx.workprec(128):
        parts = HessianParts(ExactOutputs(network, x), y)
        assert parts.at_most(top * (1 + Fraction(1, 10**10)))
        assert not parts.at_most(top * (1 - Fraction(1, 10**10)))
        assert not parts.at_most(Fraction(float(parts.residual_part)) * (1 - Fraction(1, 10**9)))


@pytest.mark.parametrize(
    ("n", "m", "k", "balls"), [(1024, 1, 1024, True), (1025, 1, 1, False), (256, 4, 256, True), (256, 4, 257, False)]
)
def test_what_is_in_balls(n: int, m: int, k: int, *, balls: bool) -> None:
    assert in_balls(VectorNetwork(np.ones((k, 1)), np.ones(k), np.ones((m, k)), np.ones(m)), n) == balls


def test_by_hand() -> None:
    """Of 2 relu and relu at x = 1 with residuals (3, 4): B = (3, 4) (1, 1)^T has the singular value 5 sqrt(2)."""
    network = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
    x, y = np.array([[1.0]]), np.array([[-1.0, -3.0]])
    with ctx.workprec(128):
        parts = HessianParts(ExactOutputs(network, x), y)
        assert abs(parts.residual_part - 5 * arb(2).sqrt()) < 1e-11
        # <e, H e> = 1 for the bias of an output, and 4 + 1 for the bias of the neuron
        for place, value in ((1, 5), (4, 1), (5, 1)):
            assert parts.rayleigh_quotient(np.eye(6)[place]).contains(value)
        # and a plane that the residuals act in: 1/2 (5 + 1 + 2 (1 * 2 + 3)) of b1 and W2 of the first output
        assert parts.rayleigh_quotient(np.array([0.0, 1.0, 1.0, 0.0, 0.0, 0.0])).contains(8)
        top = Fraction(float(np.linalg.eigvalsh(dense(network, x, y))[-1]))
        assert parts.at_most(top * (1 + Fraction(1, 10**9)))
        assert not parts.at_most(top * (1 - Fraction(1, 10**9)))
        # not above the residual part: no Schur complement
        assert not parts.at_most(Fraction(7))
