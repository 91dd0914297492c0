"""The Newton map's constants by hand and against SVD, and enclosures near the centre at networks that are near."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import assume, given
from hypothesis import strategies as st

from numerics.arrays.checks import Array
from numerics.enclosure import enclose
from numerics.exact.balls import ball, lower, upper
from numerics.exact.network import ExactData, ExactNetwork
from numerics.minimum.newton import (
    NotCertified,
    activation_margin,
    certified_radius,
    distance_between,
    mean_gradient_square_near,
    neuron_sizes,
    newton_constants,
    pairs_within,
    polished,
    require_distinct_hyperplanes,
    sharpness_near,
    stability_norm_near,
)
from numerics.network import ShallowNetwork
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, gaussian, grid_examples, net

RELU = net([[1.0]], [0.0], [1.0])


def at(network: ShallowNetwork, x: list[list[float]] | Array) -> ExactNetwork:
    return ExactNetwork(network, ExactData(np.array(x, dtype=float)))


def moved(network: ShallowNetwork, seed: int, distance: float) -> ShallowNetwork:
    """A network at this distance in the space of all parameters, or a little nearer."""
    k, d = network.W1.shape
    step = np.random.default_rng(seed).standard_normal(k * (d + 2) + 1)
    step *= distance * (1 - 1e-9) / np.linalg.norm(step)
    W1, b1, w2, b2 = np.split(step, [k * d, k * d + k, k * d + 2 * k])
    return ShallowNetwork(network.W1 + W1.reshape(k, d), network.b1 + b1, network.w2 + w2, network.b2 + float(b2[0]))


def test_constants_by_hand() -> None:
    """At x = 1, J = (1, 1, 1, 1): beta = 1/2 and M = sqrt 2; with residual r, |J^+ F| = r/2."""
    for residual in (0.0, 0.25, -3.0):
        beta, lipschitz, step = newton_constants(at(RELU, [[1.0]]), np.array([1.0 - residual]))
        assert 0.5 <= float(beta) < 0.5 + 1e-12
        assert lipschitz.overlaps(arb(2).sqrt())
        assert abs(residual) / 2 <= float(upper(step)) <= abs(residual) / 2 * (1 + 1e-12)


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 3))
def test_constants_are_those_of_the_jacobian(seed: int, n: int, d: int) -> None:
    example = gaussian(seed, n, d, k=3 * n)
    jacobian = example.network.gradients(example.x)
    smallest = np.linalg.svd(jacobian, compute_uv=False)[-1]
    assume(smallest > 1e-2)
    beta, lipschitz, step = newton_constants(at(example.network, example.x), example.y)
    newton = np.linalg.lstsq(jacobian, example.network(example.x) - example.y, rcond=None)[0]
    assert float(beta) == pytest.approx(1 / smallest, rel=1e-6)
    assert float(beta) >= (1 - 1e-12) / smallest
    assert float(lipschitz) == pytest.approx(np.sqrt(np.sum(1 + np.sum(example.x**2, axis=1))), rel=1e-12)
    assert float(step) == pytest.approx(np.linalg.norm(newton), rel=1e-6)


@given(st.integers(0, 2**32), st.sampled_from([1e-3, 1e-6]))
def test_the_jacobian_moves_no_faster_than_the_constant(seed: int, distance: float) -> None:
    """|J' - J| <= M |theta' - theta| in the spectral norm, inside a cell."""
    example = gaussian(seed, n=4, d=2, k=3)
    other = moved(example.network, seed + 1, distance)
    assume(float(activation_margin(at(example.network, example.x))) > distance)
    change = np.linalg.norm(other.gradients(example.x) - example.network.gradients(example.x), 2)
    lipschitz = np.sqrt(np.sum(1 + np.sum(example.x**2, axis=1)))
    assert change <= lipschitz * distance * (1 + 1e-6)


@pytest.mark.parametrize(
    ("x", "network"),
    [
        ([[1.0], [1.0]], RELU),  # equal data
        ([[-1.0], [-2.0]], RELU),  # a dead neuron: the output bias alone, for two data
        ([[1.0], [2.0], [4.0], [7.0]], RELU),  # four values and three parameters that matter
    ],
)
def test_a_derivative_that_is_not_onto_is_refused(x: list[list[float]], network: ShallowNetwork) -> None:
    with pytest.raises(NotCertified, match="not proved to be onto"):
        newton_constants(at(network, x), np.zeros(len(x)))
    with pytest.raises(NotCertified, match="singular"):
        polished(at(net([[0.0]], [0.0], [0.0]), x), np.ones(len(x)))


def test_the_radius_is_twice_the_newton_step_up_to_where_newton_fails() -> None:
    """Beta M |J^+ F| has to be below 1/2."""
    one = arb(1)
    assert certified_radius(one, one, ball(Fraction(1, 8))) == Fraction(1, 4)
    # rounded up to three digits
    assert certified_radius(one, one, ball(Fraction(12345, 10**9))) == Fraction(247, 10**7)
    assert 0 < certified_radius(one, one, arb(0)) <= Fraction(1, 10**39)
    assert certified_radius(one, one, arb(0.484375)) == Fraction(969, 1000)
    for step in (Fraction(1, 2), Fraction(51, 100), 10):
        with pytest.raises(NotCertified, match="the Newton step is too long"):
            certified_radius(one, one, ball(step))


@given(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9), st.floats(1e-30, 0.49))
def test_the_map_sends_the_ball_into_itself(beta: float, lipschitz: float, product: float) -> None:
    step = Fraction(product) / (Fraction(beta) * Fraction(lipschitz))
    r = certified_radius(ball(beta), ball(lipschitz), ball(step))
    assert step + Fraction(beta) * Fraction(lipschitz) * r * r / 2 < r
    assert 2 * step <= r <= 2 * step * Fraction(1011, 1000) + Fraction(1, 10**39)


@settings(max_examples=40)
@given(grid_examples())
def test_the_margin_is_the_distance_to_the_nearest_kink(example: Example) -> None:
    exact = at(example.network, example.x)
    margin = activation_margin(exact)
    squares = [
        exact.preactivations.fraction(j, i) ** 2 / exact.data.features.fraction(j, j)
        for j in range(exact.n)
        for i in range(exact.k)
    ]
    if not squares:
        assert not margin.is_finite()
        assert margin > 0
        return
    assert (margin**2).overlaps(ball(min(squares)))
    assert (margin == 0) == (exact.kinks > 0)
    assert pairs_within(exact, arb(0)) == exact.kinks
    for square in sorted(squares):
        count = pairs_within(exact, ball(square).sqrt())
        assert sum(other <= square for other in squares) == count


def test_pairs_at_exactly_the_distance_are_counted() -> None:
    """Whatever the rounding of |(x, 1)|."""
    for bias in range(1, 8):
        for x in range(10):
            exact = at(net([[1.0]], [float(bias)], [1.0]), [[float(x)]])
            assert pairs_within(exact, activation_margin(exact)) == 1
            assert pairs_within(exact, activation_margin(exact) * 0.999) == 0


@pytest.mark.parametrize(
    ("W1", "b1"),
    [([[1.0], [2.0]], [0.5, 1.0]), ([[1.0], [-2.0]], [0.5, -1.0]), ([[1.0], [1.0]], [0.5, 0.5])],
)
def test_shared_hyperplanes_are_refused(W1: list[list[float]], b1: list[float]) -> None:
    with pytest.raises(NotCertified, match="neurons 0 and 1 may share a hyperplane"):
        require_distinct_hyperplanes(at(net(W1, b1, [1.0, 1.0]), [[1.0]]), Fraction(1, 10**30))


def test_near_hyperplanes_are_refused_where_they_may_meet() -> None:
    """Of (1, 0) and (1, 1), |u ^ v| = 1 > r (1 + sqrt 2) + r^2 up to about r = 0.360."""
    exact = at(net([[1.0], [1.0]], [0.0, 1.0], [1.0, 1.0]), [[1.0]])
    require_distinct_hyperplanes(exact, Fraction(359, 1000))
    with pytest.raises(NotCertified, match="may share a hyperplane"):
        require_distinct_hyperplanes(exact, Fraction(361, 1000))


def test_a_neuron_that_may_lose_its_weights_is_refused() -> None:
    exact = at(net([[0.25]], [3.0], [1.0]), [[1.0]])
    require_distinct_hyperplanes(exact, Fraction(24, 100))
    for radius in (Fraction(1, 4), Fraction(1)):
        with pytest.raises(NotCertified, match="neuron 0 may have w1 = 0"):
            require_distinct_hyperplanes(exact, radius)


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.sampled_from([1e-2, 1e-5, 1e-12]))
def test_what_is_true_at_a_network_nearby_is_enclosed(seed: int, distance: float) -> None:
    example = gaussian(seed, n=4, d=2, k=3)
    exact = at(example.network, example.x)
    lengths = np.sqrt(np.sum(1 + np.sum(example.x**2, axis=1)))
    assume(float(activation_margin(exact)) > distance)
    there = enclose(moved(example.network, seed + 1, distance), example.x)
    radius = Fraction(distance)
    change = ball(float(lengths) * (1 + 1e-12)) * ball(radius)
    assert sharpness_near(exact, change).contains(there.gram_sharpness.mid())
    assert mean_gradient_square_near(exact, change).contains(there.mean_gradient_square.mid())
    assert stability_norm_near(exact, radius).contains(there.stability_norm.mid())


def test_at_the_centre_enclosures_are_narrow() -> None:
    example = gaussian(3, n=4, d=2, k=3)
    exact, here = at(example.network, example.x), enclose(example.network, example.x)
    for found, expected in (
        (sharpness_near(exact, arb(0)), here.gram_sharpness),
        (mean_gradient_square_near(exact, arb(0)), here.mean_gradient_square),
        (stability_norm_near(exact, Fraction(0)), here.stability_norm),
    ):
        assert found.overlaps(expected)
        assert found.rad() <= 1e-10 * expected


def test_distances_and_sizes_by_hand() -> None:
    first, second = net([[1.0], [2.0]], [0.0, 0.0], [1.0, 1.0]), net([[4.0], [2.0]], [0.0, 4.0], [13.0, 1.0], 84.0)
    one, other = at(first, [[1.0]]), at(second, [[1.0]])
    assert distance_between(one, other).contains(85)  # of 3, 4, 12 and 84
    assert distance_between(other, one).contains(85)
    assert distance_between(one, one) == 0
    for size, square in zip(neuron_sizes(second), (16, 20), strict=True):
        assert (size**2).contains(square)


def test_polishing_goes_as_far_as_rounding() -> None:
    example = gaussian(3, n=3, d=2, k=5)
    start = at(example.network, example.x)
    y = example.network(example.x) + 1e-4
    centre = polished(start, y)
    worst = max(abs(centre.residuals(y).fraction(j)) for j in range(3))
    assert worst < Fraction(1, 10**15)
    # quadratic convergence: nearly the shortest way
    assert float(distance_between(start, centre)) == pytest.approx(float(newton_constants(start, y)[2]), rel=1e-3)


def test_a_minimum_is_left_as_it_is() -> None:
    start = at(RELU, [[1.0]])
    assert polished(start, np.array([1.0])) is start
    assert lower(newton_constants(start, np.array([1.0]))[2]) == 0
