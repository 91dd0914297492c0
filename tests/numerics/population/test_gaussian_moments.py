"""Gaussian moments of ReLU: against quadrature, identities of the kernels, and the tricky nets."""

from __future__ import annotations

import math

import numpy as np
import pytest
from flint import acb, arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from numerics.network import Array, ShallowNetwork
from numerics.population.gaussian_moments import (
    balanced,
    mean_gradient_square,
    neuron_moments,
    pair_moments,
    population_hessian,
    stability_norm,
)
from proofs_checks.instances.profiles import settings

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(80)


@settings(max_examples=40)
@given(st.floats(-3, 3), st.floats(-3, 3).filter(lambda w: abs(w) > 0.05))
def test_one_neuron_on_the_line(bias: float, weight: float) -> None:
    """The three moments by quadrature, for d = 1."""
    moments = neuron_moments(np.array([[weight]]), np.array([bias]))

    def mean(power: int, of_relu: bool) -> float:
        def integrand(x: acb, _analytic: bool) -> acb:
            return x**power * (weight * x + bias if of_relu else 1) * (-x * x / 2).exp() / (2 * arb.pi()).sqrt()

        # beyond 40 less than exp(-800) is left
        kink, end = -bias / weight, math.copysign(40.0, weight)
        low, high = sorted((math.copysign(min(abs(kink), 40.0), kink), end))
        return float(acb.integral(integrand, low, high).real.mid())

    assert moments.relu[0] == pytest.approx(mean(0, True), rel=1e-12, abs=1e-14)
    assert moments.probability[0] == pytest.approx(mean(0, False), rel=1e-12, abs=1e-14)
    assert moments.first[0, 0] == pytest.approx(mean(1, False), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("threshold", [-300.0, -40.0, -3.0, 0.0, 3.0, 32.0, 40.0, 99.0, 101.0, 1e4])
def test_balance_far_from_the_mean(threshold: float) -> None:
    """At any threshold b, though the moments underflow: with Mills' ratio M,
    E relu / sqrt(P^2 + |E X 1|^2) = |w1| (1 - b M) / sqrt(M^2 + 1).
    """
    net = ShallowNetwork(np.array([[-0.5]]), np.array([-0.5 * threshold]), np.array([3.0]), 0.0)
    with ctx.workprec(4000):
        b = arb(threshold)
        mills = (b / arb(2).sqrt()).erfc() * (b * b / 2).exp() * (arb.pi() / 2).sqrt()
        expected = (arb(3) / (arb("0.5") * (1 - b * mills) / (mills * mills + 1).sqrt())).sqrt()
    assert abs(balanced(net).W1[0, 0]) / 0.5 == pytest.approx(float(expected), rel=1e-10)


def test_a_mean_that_underflows() -> None:
    """The scale of such a neuron came out as 0."""
    net = ShallowNetwork(np.array([[-0.01541]]), np.array([-0.4947]), np.array([1.0]), 0.0)
    assert np.all(np.isfinite(balanced(net).W1))
    assert balanced(net).w2[0] > 0
    # 1 - b M is b^-2 up to a factor 1 + 3 b^-2
    far = ShallowNetwork(np.array([[0.5]]), np.array([-0.5e9]), np.array([3.0]), 0.0)
    assert balanced(far).W1[0, 0] == pytest.approx(0.5 * math.sqrt(6) * 1e9, rel=1e-14)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_balanced_is_balanced(seed: int, d: int) -> None:
    """E relu = |w2| sqrt(P^2 + |E X 1|^2) for every neuron; on a common hyperplane as far as powers of two go."""
    numbers = np.random.default_rng(seed)
    W1, b1, w2 = numbers.normal(size=(3, d)), numbers.normal(size=3), numbers.normal(size=3)
    one = balanced(ShallowNetwork(W1, b1, w2, 0.0))
    moments = neuron_moments(one.W1, one.b1)
    # far from the mean the moments are too small for floats, or for all of their digits
    np.testing.assert_allclose(moments.relu, np.abs(one.w2) * moments.feature_norm, rtol=1e-10, atol=1e-290)
    W1[2], b1[2] = -W1[0], -b1[0]
    two = balanced(ShallowNetwork(W1, b1, w2, 0.0))
    assert [members.tolist() for members in two.reduced().members] == [[0, 2], [1]]
    moments = neuron_moments(two.W1, two.b1)
    seen = moments.relu > np.finfo(float).tiny
    ratio = moments.relu[seen] / (np.abs(two.w2) * moments.feature_norm)[seen]
    assert np.all((ratio > 0.49) & (ratio < 2.01))


def test_constant_neurons() -> None:
    """w1 = 0 is the constant relu(b1), on no hyperplane."""
    moments = neuron_moments(np.zeros((2, 3)), np.array([2.0, -1.0]))
    assert moments.relu.tolist() == [2.0, 0.0]
    assert moments.probability.tolist() == [1.0, 0.0]
    net = ShallowNetwork(np.zeros((1, 2)), np.array([2.0]), np.array([3.0]), 0.0)
    assert mean_gradient_square(net) == 1 + 4 + 9
    assert stability_norm(net) == 0
    assert balanced(net).w2.tolist() == [3.0]


def angular(u: Array, v: Array, power: str) -> float | Array:
    """A pair moment in the plane by polar coordinates, cut at the kinks."""
    kinks = [(np.arctan2(w[1], w[0]) + side) % (2 * np.pi) for w in (u, v) for side in (np.pi / 2, -np.pi / 2)]
    angles = np.array([0, *kinks, 2 * np.pi])
    nodes, weights = np.polynomial.legendre.leggauss(30)
    total: Array | float = 0.0
    for low, high in zip(np.sort(angles)[:-1], np.sort(angles)[1:], strict=True):
        a = low + (high - low) * (nodes + 1) / 2
        e = np.stack([np.cos(a), np.sin(a)], axis=1)
        both = ((e @ u > 0) & (e @ v > 0)) * weights * (high - low) / 2 / (2 * np.pi)
        # the moments of the radius: E r = sqrt(pi/2), E r^2 = 2
        match power:
            case "masks":
                total += both.sum()
            case "relus":
                total += 2 * (both * (e @ u) * (e @ v)).sum()
            case "first":
                total = total + math.sqrt(math.pi / 2) * both @ e
            case "mixed":
                total = total + 2 * (both * (e @ u)) @ e
            case "second":
                total = total + 2 * np.einsum("a,ai,aj->ij", both, e, e)
    return total


@settings(max_examples=40)
@given(st.floats(0, 2 * math.pi), st.floats(0, 2 * math.pi), st.floats(0.1, 3))
def test_pairs_in_the_plane(first: float, second: float, length: float) -> None:
    """All kernels, by quadrature over the angle."""
    u = np.array([[math.cos(first), math.sin(first)], [length * math.cos(second), length * math.sin(second)]])
    moments = pair_moments(u)
    for name in ("masks", "relus", "first", "mixed", "second"):
        for i, j in ((0, 0), (0, 1), (1, 0)):
            np.testing.assert_allclose(getattr(moments, name)[i, j], angular(u[i], u[j], name), atol=1e-9)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 4))
def test_identities(seed: int, d: int, k: int) -> None:
    """Relu = <u, X> 1 ties the kernels to one another, also for equal, opposite and nearly equal neurons."""
    numbers = np.random.default_rng(seed)
    u = numbers.normal(size=(k, d))
    u = np.concatenate([u, u[:1], -2 * u[:1], u[:1] + 1e-9 * numbers.normal(size=(1, d))])
    moments = pair_moments(u)
    np.testing.assert_allclose(np.einsum("ijcd,ic->ijd", moments.second, u), moments.mixed, atol=1e-7)
    np.testing.assert_allclose(np.einsum("ijd,jd->ij", moments.mixed, u), moments.relus, atol=1e-7)
    np.testing.assert_allclose(moments.relus, moments.relus.T, atol=1e-12)
    one = neuron_moments(u, np.zeros(len(u)))
    np.testing.assert_allclose(np.diagonal(moments.masks), 0.5)
    np.testing.assert_allclose(moments.first[np.arange(len(u)), np.arange(len(u))], one.first, atol=1e-12)


def test_hessian_is_the_mean_of_gradients() -> None:
    """For d = 1 by exact quadrature on either side of the kink, with neurons of both orientations."""
    net = ShallowNetwork(np.array([[2.0], [-0.5], [1.0]]), np.zeros(3), np.array([1.0, -2.0, 0.5]), 0.3)
    x, mass = np.abs(NODES), WEIGHTS / math.sqrt(2 * math.pi)
    direct = np.zeros((10, 10))
    for sign in (1.0, -1.0):
        # moments of |x| on one side, of degree at most 2: 1/2, 1/sqrt(2 pi), 1/2
        slope = net.gradients(np.array([[sign], [2 * sign]]))
        linear, constant = slope[1] - slope[0], 2 * slope[0] - slope[1]
        cross = np.outer(linear, constant) / math.sqrt(2 * math.pi)
        direct += (np.outer(constant, constant) + np.outer(linear, linear)) / 2 + cross + cross.T
    assert float((x**2) @ mass) == pytest.approx(1)
    np.testing.assert_allclose(population_hessian(net), direct, atol=1e-12)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 6))
def test_the_chain(seed: int, d: int, k: int) -> None:
    """Psd; the last column is E grad f; balanced, |E grad f|^2 is 1 + 2|f|_S where no hyperplane is shared."""
    numbers = np.random.default_rng(seed)
    net = ShallowNetwork(numbers.normal(size=(k, d)), np.zeros(k), numbers.normal(size=k), 0.0)
    H = population_hessian(net)
    assert np.linalg.eigvalsh(H)[0] > -1e-10 * np.trace(H)
    assert float(H[-1] @ H[-1]) == pytest.approx(mean_gradient_square(net))
    if d > 1:
        assert mean_gradient_square(balanced(net)) == pytest.approx(1 + 2 * stability_norm(net), rel=1e-9)


def test_bad_input() -> None:
    """No kernels for thresholds or for no direction."""
    with pytest.raises(ValueError, match="b1 = 0"):
        population_hessian(ShallowNetwork(np.ones((1, 1)), np.ones(1), np.ones(1), 0.0))
    with pytest.raises(ValueError, match="row 1"):
        pair_moments(np.array([[1.0], [0.0]]))
