"""The profile D in R psi_1(v_a, b) = sin(3a) (D(t) - D(t/eps)), t = b - sin a, in balls and in floats."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
from flint import arb
from jaxtyping import Float64

from numerics.exact.balls import ball
from numerics.network import Array

PROFILE = tuple(Fraction(c, 8064) for c in (-945, 2100, -2646, 1620, -385))
"""D(y) = pi y (PROFILE_0 + PROFILE_1 y^2 + ... + PROFILE_4 y^8)."""


def profile(y: arb) -> arb:
    """D(y) = pi y (PROFILE_0 + ... + PROFILE_4 y^8) for |y| <= 1, and D(+-1) beyond, a ball."""
    y = y.max(arb(-1)).min(arb(1))
    total = arb(0)
    for coefficient in reversed(PROFILE):
        total = total * y * y + ball(coefficient)
    return total * y * arb.pi()


def profile_values(y: npt.ArrayLike) -> Float64[Array, ...]:
    """D(y) in floats, any shape; odd, and constant beyond |y| = 1."""
    y = np.clip(np.asarray(y, dtype=np.float64), -1, 1)
    coefficients = np.array([float(c) for c in PROFILE])
    return np.asarray(np.pi * y * np.polynomial.polynomial.polyval(y * y, coefficients))


def greatest_profile() -> arb:
    """The maximum of |D|: |D(sqrt(3/11))| = 622 sqrt(33) pi/102487, since D' has the sign of 11 y^2 - 3 on (0, 1)."""
    return 622 * arb(33).sqrt() * arb.pi() / 102487


def final_profile() -> arb:
    """|D(1)| = 2 pi/63, the value beyond 1."""
    return 2 * arb.pi() / 63
