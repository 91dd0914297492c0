"""Exponents that are known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.comparisons.growth import sizes
from tests.benchmarks.fits import exponents

SIZES = sizes((512, 128, 256))


def test_exponents_of_a_power_law_are_found() -> None:
    found = exponents(SIZES, [3e-9 * n**2 * k * d**0.5 for n, k, d in SIZES])
    assert [exponent.value for exponent in found] == pytest.approx([2.0, 1.0, 0.5])
    assert max(exponent.error for exponent in found) < 1e-9


def test_the_standard_error_covers_noise() -> None:
    noise = np.exp(0.1 * np.random.default_rng(0).standard_normal(len(SIZES)))
    found = exponents(SIZES, [n * k * d * factor for (n, k, d), factor in zip(SIZES, noise, strict=True)])
    assert all(abs(exponent.value - 1) < 3 * exponent.error < 0.5 for exponent in found)


def test_what_determines_no_exponents_is_refused() -> None:
    with pytest.raises(ValueError, match="independently"):
        exponents([(n, n, n) for n in range(1, 8)], [1.0] * 7)
    with pytest.raises(ValueError, match="five"):
        exponents(SIZES[:4], [1.0] * 4)
    with pytest.raises(ValueError, match="positive"):
        exponents(SIZES, [0.0] * len(SIZES))
