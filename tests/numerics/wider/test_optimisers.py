"""Thresholds of methods with momentum: exact numbers, agreement with simulated recursions, refusals in words."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.wider.optimisers import (
    OPTIMIZERS,
    exact_momentum,
    largest_eigenvalue_allowed,
    largest_stability_norm,
    largest_step_size_in_mean_square,
    stability_factor,
)

MOMENTA = st.fractions(0, Fraction(15, 16), max_denominator=16)
STEP_SIZES = st.fractions(Fraction(1, 64), 4, max_denominator=64)


def spectral_radius(optimizer: str, level: float, beta: float) -> float:
    """The largest modulus of the eigenvalues of a step of the method at eta lambda = level."""
    match optimizer:
        case "gradient-descent":
            return abs(1 - level)
        case "nesterov":
            first, second = (1 + beta) * (1 - level), beta * (1 - level)
        case "heavy-ball":
            first, second = 1 + beta - level, beta
        case _:
            first, second = 1 + beta - (1 - beta) * level, beta
    return float(np.abs(np.linalg.eigvals([[first, -second], [1.0, 0.0]])).max())


@pytest.mark.parametrize(
    ("optimizer", "momentum", "factor"),
    [
        ("gradient-descent", 0, 2),
        ("heavy-ball", "0.9", Fraction(19, 5)),
        ("heavy-ball", Fraction(1, 2), 3),
        ("nesterov", "0.9", Fraction(19, 14)),
        ("nesterov", "1/2", Fraction(3, 2)),
        ("averaged-gradient", Decimal("0.9"), 38),
        ("averaged-gradient", 0.5, 6),
    ],
)
def test_factors(optimizer: str, momentum: object, factor: Fraction) -> None:
    assert stability_factor(optimizer, momentum) == factor
    assert largest_eigenvalue_allowed(optimizer, "1/10", momentum) == 10 * factor
    assert largest_stability_norm(optimizer, "1/10", momentum) == 5 * factor - Fraction(1, 2)


def test_without_momentum_all_are_gradient_descent() -> None:
    assert {largest_eigenvalue_allowed(optimizer, "0.3") for optimizer in OPTIMIZERS} == {Fraction(20, 3)}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@given(beta=MOMENTA, eta=STEP_SIZES)
def test_the_factor_is_where_the_recursion_leaves_the_unit_disc(optimizer: str, beta: Fraction, eta: Fraction) -> None:
    momentum = Fraction(0) if optimizer == "gradient-descent" else beta
    level = float(eta * largest_eigenvalue_allowed(optimizer, eta, momentum))
    assert spectral_radius(optimizer, level, float(momentum)) == pytest.approx(1, abs=1e-12)
    assert spectral_radius(optimizer, 0.99 * level, float(momentum)) < 1
    assert spectral_radius(optimizer, 1.01 * level, float(momentum)) > 1.001
    assert spectral_radius(optimizer, -0.01 * level, float(momentum)) > 1


@given(beta=MOMENTA, eta=STEP_SIZES)
def test_the_averaged_gradient_is_a_heavy_ball_with_a_smaller_step(beta: Fraction, eta: Fraction) -> None:
    averaged = largest_eigenvalue_allowed("averaged-gradient", eta, beta)
    assert averaged == largest_eigenvalue_allowed("heavy-ball", (1 - beta) * eta, beta)


@given(
    curvature=st.fractions(Fraction(1, 16), 8, max_denominator=16),
    variance=st.fractions(0, 8, max_denominator=16),
    beta=MOMENTA,
)
def test_the_second_moments_are_stationary_at_the_threshold(
    curvature: Fraction, variance: Fraction, beta: Fraction
) -> None:
    eta = largest_step_size_in_mean_square(curvature, variance, beta)
    centre, square = 1 + beta - eta * curvature, (1 + beta - eta * curvature) ** 2 + eta**2 * variance
    # (E y^2, E xy, E x^2) after a step from (1, c, 1), whose mixed moment stays what it is
    mixed = centre / (1 + beta)
    assert square - 2 * beta * centre * mixed + beta**2 == 1
    assert centre - beta * mixed == mixed


def test_in_mean_square_momentum_shrinks_the_step() -> None:
    assert largest_step_size_in_mean_square(1, 1) == 1
    assert largest_step_size_in_mean_square(1, 1, "0.9") == Fraction(19, 100)
    assert largest_step_size_in_mean_square(3, 0, "0.5") == stability_factor("heavy-ball", "0.5") / 3


@pytest.mark.parametrize("given", [True, None, [0.9], 1j])
def test_what_is_no_number_is_no_momentum(given: object) -> None:
    with pytest.raises(TypeError, match="the momentum must be a number from 0 to below 1"):
        exact_momentum(given)


@pytest.mark.parametrize("given", [1, -0.1, "1", "nan", math.inf, "", "1/0", np.float64(1.5)])
def test_momenta_out_of_range_are_refused(given: object) -> None:
    with pytest.raises(ValueError, match="the momentum must be a number from 0 to below 1"):
        exact_momentum(given)


def test_refusals() -> None:
    with pytest.raises(ValueError, match=re.escape("there is no optimizer 'adam' here; there are gradient-descent")):
        stability_factor("adam")
    with pytest.raises(ValueError, match="gradient-descent has no momentum, and was given 1/2"):
        largest_eigenvalue_allowed("gradient-descent", 1, "1/2")
    with pytest.raises(ValueError, match="the step size must be a positive number"):
        largest_eigenvalue_allowed("heavy-ball", 0, "1/2")
    for curvature, variance in ((0, 1), (1, -1)):
        with pytest.raises(ValueError, match="the curvature must be positive"):
            largest_step_size_in_mean_square(curvature, variance)
