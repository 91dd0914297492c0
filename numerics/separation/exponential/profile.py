"""The profile D in R psi_1(v_a, b) = sin(3a) (D(t) - D(t/eps)), t = b - sin a, in balls."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from numerics.exact.balls import ball

PROFILE = tuple(Fraction(c, 8064) for c in (-945, 2100, -2646, 1620, -385))
"""D(y) = pi y (PROFILE_0 + PROFILE_1 y^2 + ... + PROFILE_4 y^8)."""


def profile(y: arb) -> arb:
    """D(y) = pi y (PROFILE_0 + ... + PROFILE_4 y^8) for |y| <= 1, and D(+-1) beyond, a ball."""
    y = y.max(arb(-1)).min(arb(1))
    total = arb(0)
    for coefficient in reversed(PROFILE):
        total = total * y * y + ball(coefficient)
    return total * y * arb.pi()


def greatest_profile() -> arb:
    """The maximum of |D|: |D(sqrt(3/11))| = 622 sqrt(33) pi/102487, since D' has the sign of 11 y^2 - 3 on (0, 1)."""
    return 622 * arb(33).sqrt() * arb.pi() / 102487


def final_profile() -> arb:
    """|D(1)| = 2 pi/63, the value beyond 1."""
    return 2 * arb.pi() / 63
