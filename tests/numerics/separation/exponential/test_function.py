"""Psi, its Laplacian and its Radon transform: closed forms against quadrature and differences."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numerics.separation.exponential import certificate
from numerics.separation.exponential.function import (
    laplacian,
    psi,
    radon_transform,
    vertex_function,
    vertex_laplacian,
)
from proofs_checks.instances.profiles import settings

SCALES = st.floats(0.02, 0.36)


@given(st.floats(-1.5, 1.5), st.floats(-1.2, 2.2), SCALES)
def test_laplacian_is_that_of_psi(x: float, y: float, epsilon: float) -> None:
    """Against second differences, where these are accurate."""
    h = 1e-3 * epsilon
    point = np.array([[x, y]])
    steps = np.array([[h, 0], [-h, 0], [0, h], [0, -h]])
    differences = (psi(point + steps, epsilon).sum() - 4 * psi(point, epsilon)[0]) / h**2
    assert laplacian(point, epsilon)[0] == pytest.approx(differences, abs=3e-3 / epsilon**3)


@settings(max_examples=30)
@given(st.floats(0.1, 0.95), st.floats(0.1, 0.3))
def test_radial_part_against_the_definition(r: float, epsilon: float) -> None:
    """G(r) = int_eps^1 s^-5 (1 - r^2/s^2)_+^(5/2) ds by high precision quadrature."""
    start = max(r, epsilon)
    G = mpmath.quad(lambda s: s**-5 * abs(1 - r**2 / s**2) ** 2.5, [start, (1 + start) / 2, 1])
    # straight down from the vertex, -Im(z^3) = -r^3
    assert vertex_function([[0, -r]], epsilon)[0] == pytest.approx(float(-(r**3) * G), rel=1e-8, abs=1e-12)


def test_no_jump_where_the_series_takes_over() -> None:
    """The power series near the vertex continues the closed forms."""
    for closed_form in (vertex_function, vertex_laplacian):
        z = np.array([0.03 * (1 - 1e-9), 0.03 * (1 + 1e-9)]) * 0.2
        inner, outer = closed_form(np.column_stack([z, 0.2 * z]), 0.2)
        assert inner == pytest.approx(outer, rel=1e-5)


@settings(max_examples=40)
@given(st.floats(0, math.pi), st.floats(-1.9, 1.9), SCALES)
def test_radon_transform_against_line_integrals(angle: float, threshold: float, epsilon: float) -> None:
    """The profile D against the trapezoidal rule along the line."""
    t = np.linspace(-2, 2, 40001)
    v, u = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    values = psi(threshold * v + t[:, None] * u, epsilon)
    expected = np.trapezoid(values, t)
    assert radon_transform(angle, threshold, epsilon) == pytest.approx(expected, abs=1e-6)
    ball = certificate.enclosed_radon(arb(angle), arb(threshold), epsilon)
    assert float(ball.mid()) == pytest.approx(expected, abs=1e-6)


def test_support_and_symmetry() -> None:
    """Psi vanishes outside the ball of radius 2 and is the same after a quarter turn."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(500, 2))
    far = x / np.linalg.norm(x, axis=1, keepdims=True) * generator.uniform(2, 4, 500)[:, None]
    assert not psi(far, 0.1).any()
    assert psi(x, 0.1) == pytest.approx(psi(np.column_stack([-x[:, 1], x[:, 0]]), 0.1), abs=1e-13)


def test_scales() -> None:
    """Scales outside (0, 1) and points outside the plane are refused."""
    for epsilon in (0.0, 1.0, math.nan):
        with pytest.raises(ValueError, match="epsilon"):
            psi([[0, 0]], epsilon)
    with pytest.raises(ValueError, match="2 columns"):
        laplacian([[0.0]], 0.5)
