"""The population's Hessian: against integrals, against samples, with and without the symmetry."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given
from hypothesis import strategies as st

from numerics.network import Array
from numerics.population.isotropic import UniformBall
from numerics.separation.two_layers.network import UNIT_SCALES, LayerScales, pyramid_network
from numerics.separation.two_layers.population import (
    active_probability,
    hessian,
    least_population_sharpness,
    optimised_population,
    population_sharpness,
    positive_definite,
    rayleigh_quotient,
    top_eigenvalue,
)
from proofs_checks.instances.profiles import settings

PLANE = UniformBall(2, Fraction(4))


def floats(matrix: arb_mat) -> Array:
    """The midpoints."""
    return np.array([[float(entry.mid()) for entry in row] for row in matrix.tolist()])


def test_probability_of_the_pyramid() -> None:
    assert active_probability(PLANE).overlaps(1 / (8 * arb.pi()))
    assert active_probability(UniformBall(1, Fraction(4))).overlaps(arb(1) / 4)
    assert active_probability(UniformBall(3, Fraction(2))).overlaps(1 / (8 * arb.pi()))


@pytest.mark.parametrize("scales", [UNIT_SCALES, LayerScales.of(Fraction(3, 4), Fraction(1, 2))])
@pytest.mark.parametrize("d", [1, 2, 3])
def test_hessian_agrees_with_a_sample(d: int, scales: LayerScales) -> None:
    population, random = UniformBall(d, Fraction(1)), np.random.default_rng(d)
    x = random.uniform(-1, 1, (60000, d))
    x = x[np.sum(x**2, axis=1) < 1]
    features = pyramid_network(d, scales).gradients(x)
    np.testing.assert_allclose(floats(hessian(population, scales)), features.T @ features / len(x), atol=0.06)


@pytest.mark.parametrize("radius", [Fraction(1), Fraction(4)])
@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_symmetry_keeps_the_top_eigenvalue(d: int, radius: Fraction) -> None:
    population, scales = UniformBall(d, radius), LayerScales.of(Fraction(3, 4), Fraction(2, 5))
    low, high = top_eigenvalue(hessian(population, scales))
    low_3, high_3 = population_sharpness(population, scales)
    assert low <= high_3
    assert low_3 <= high
    assert max(high, high_3) - min(low, low_3) < Fraction(1, 10**10)


def test_the_line_in_closed_form() -> None:
    """X uniform on [-4, 4] and on [-2, 2], unit scales: (3 + sqrt 3)/4 and 1 + 1/sqrt 2; on [-1, 1]: 3."""
    for radius, value in ((4, (3 + math.sqrt(3)) / 4), (2, 1 + 1 / math.sqrt(2)), (1, 3.0)):
        low, high = population_sharpness(UniformBall(1, Fraction(radius)), UNIT_SCALES)
        assert (float(low), float(high)) == pytest.approx((value, value), rel=1e-11)


def test_thresholds_of_the_plane() -> None:
    low, high = population_sharpness(PLANE, UNIT_SCALES)
    assert Fraction("1.0040539") < low < high < Fraction("1.0040540")
    best = optimised_population(PLANE)
    assert Fraction("1.0017279") < best.least_possible < best.sharpness[1] < Fraction("1.0017280")
    assert best.step_size > Fraction("1.99655")


positive = st.builds(Fraction, st.integers(1, 12), st.integers(1, 12))


@settings(max_examples=40)
@given(st.integers(1, 4), st.sampled_from([Fraction(1), Fraction(3, 2), Fraction(4)]), positive, positive)
def test_no_scales_are_below_the_lower_bound(d: int, radius: Fraction, beta: Fraction, gamma: Fraction) -> None:
    population = UniformBall(d, radius)
    best = optimised_population(population)
    assert 0 <= best.sharpness[1] - best.least_possible < Fraction(1, 10**10)
    assert best.least_possible <= population_sharpness(population, LayerScales.of(beta, gamma))[1]
    poor = least_population_sharpness(population, [Fraction(1), Fraction(1, 2), Fraction(1, 3)], Fraction(1, 5))
    assert poor <= best.sharpness[1]


def test_rescaling_single_neurons_does_not_help() -> None:
    """Around the best scales, other factors for each neuron of the first layer, on a sample symmetric by design."""
    random = np.random.default_rng(0)
    base = random.uniform(-0.9, 0.9, (20, 2))
    x = np.concatenate([base * signs for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1))])
    x = np.concatenate([x, x[:, ::-1]])
    network = pyramid_network(2)

    def sharpness(factors: Array) -> float:
        W1, W2 = network.W1 * factors[:, None], network.W2 / factors
        return type(network)(W1, network.b1, W2, network.b2, network.w3, 0.0).sharpness(x)

    for _ in range(30):
        logarithms = random.standard_normal(4) / 2
        assert sharpness(np.exp(logarithms)) >= sharpness(np.full(4, np.exp(logarithms.mean()))) - 1e-12


def test_positive_definite() -> None:
    assert positive_definite(arb_mat([[2, 1], [1, 2]]))
    assert not positive_definite(arb_mat([[1, 2], [2, 1]]))
    assert not positive_definite(arb_mat([[1, 1], [1, 1]]))
    three = np.array([[4.0, -2.0, 1.0], [-2.0, 3.0, 0.5], [1.0, 0.5, 1.0]])
    smallest = float(np.linalg.eigvalsh(three)[0])
    assert positive_definite(arb_mat((three - (smallest - 1e-9) * np.eye(3)).tolist()))
    assert not positive_definite(arb_mat((three - (smallest + 1e-9) * np.eye(3)).tolist()))


def test_a_wide_ball_is_not_decided() -> None:
    with pytest.raises(ArithmeticError, match="too wide"):
        top_eigenvalue(arb_mat([[arb(1, 0.5), 0], [0, arb(1, 0.5)]]))
    assert float(rayleigh_quotient(arb_mat([[1, 0], [0, 3]]), [Fraction(1), Fraction(1)]).mid()) == 2


def test_a_ball_inside_the_pyramid_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, not 1/2"):
        population_sharpness(UniformBall(2, Fraction(1, 2)), UNIT_SCALES)
