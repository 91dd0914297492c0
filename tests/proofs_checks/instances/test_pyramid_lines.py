"""The lines of the smoothed pyramid: bounds on a whole disc, and masses."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.separation.smoothed import Sample, sample
from proofs_checks.instances.pyramid_lines import (
    certified_error,
    chart_density,
    enclosed_norm,
    error_at,
    uniform_weight,
    weighted_mass,
)

CONSTANT = Sample(np.array([0.0]), np.array([0.0]), np.array([0.0]), 0.5)
RIDGE = Sample(np.array([0.0]), np.array([0.25]), np.array([2.0]), 0.0)
"""|x_1 - 1/4|, which is furthest from the pyramid at (-2, 0) on the disc of radius 2, by 9/4."""


def test_a_constant_misses_by_what_it_says() -> None:
    found = certified_error(CONSTANT, 2.0, 0.51)
    assert found is not None
    assert Fraction(1, 2) <= found <= Fraction(51, 100)
    assert certified_error(CONSTANT, 2.0, 0.49, finest=2.0**-5) is None


def test_the_maximum_at_the_edge_is_found() -> None:
    assert error_at(RIDGE, np.array([[-2.0, 0.0]])) == pytest.approx([2.25], abs=1e-15)
    found = certified_error(RIDGE, 2.0, 2.4)
    assert found is not None
    assert Fraction(9, 4) <= found <= Fraction(24, 10)
    assert certified_error(RIDGE, 2.0, 2.24, finest=2.0**-5) is None


def test_the_apex_is_found() -> None:
    spike = Sample(np.array([0.3]), np.array([0.0]), np.array([0.0]), 0.0)
    assert certified_error(spike, 1.0, 0.99, finest=2.0**-6) is None


def test_mass_of_a_fine_net() -> None:
    net = sample(0.3, 4.0, 60)
    assert net.norm(4.0) == pytest.approx(weighted_mass(0.3, 4.0, uniform_weight(4.0)), rel=1e-4)
    assert float(np.abs(net.amplitudes).sum()) == pytest.approx(weighted_mass(0.3, 4.0, np.ones_like), rel=1e-4)
    assert abs(float(enclosed_norm(net, Fraction(4)).mid()) - net.norm(4.0)) < 1e-9


def test_density_of_one_line() -> None:
    # tau = 0 is excluded, but its limit at beta = 0, eps = 1 is -(2/pi^2)/(1 * 2)
    assert float(chart_density(np.array(0.0), np.array(0.0), 1.0)) == pytest.approx(-1 / np.pi**2)
