"""The Radon transform of the certificate's test function: of one bump along a line, and superposed over all scales."""

from __future__ import annotations

import sympy as sp

from theory.kernel import Chain, Elementary, Evaluate
from theory.separation.lemmas.certificate_radial import HALF_FIVE, NAME, SCALES, angle, scale, smallest
from theory.symbols import scalar

offset, across = scalar("line_offset", "t", positive=True), scalar("along_line", r"\sigma", positive=True)
rest = 1 - offset**2
on_line = sp.Integral((1 - across**2) ** HALF_FIVE, (across, 0, 1))
square_on_line = sp.Integral(across**2 * (1 - across**2) ** HALF_FIVE, (across, 0, 1))
root, arc = sp.sqrt(1 - across**2), sp.asin(across)


def steepness(y: sp.Expr) -> sp.Expr:
    """The derivative of the profile D, on [0, 1]: (5 pi/128) (1-y^2)^3 (11 y^2 - 3)."""
    return sp.Rational(5, 128) * sp.pi * (1 - y**2) ** 3 * (11 * y**2 - 3)


def profile(y: sp.Expr | int) -> sp.Expr:
    """D(y) on [0, 1]."""
    return -sp.pi * y * (385 * y**8 - 1620 * y**6 + 2646 * y**4 - 2100 * y**2 + 945) / 8064


half_chord = sp.sqrt(rest)
along = 2 * half_chord * rest**HALF_FIVE * (offset**3 * on_line - 3 * offset * rest * square_on_line)
BUMP_RADON = (
    Chain(
        "The Radon transform of one bump, on the line at distance t, in units of half the chord",
        along,
        domain=((offset, 0, 1),),
        claim=NAME,
    )
    .equals(
        2 * half_chord * rest**HALF_FIVE * (offset**3 * 5 * sp.pi / 32 - 3 * offset * rest * square_on_line),
        Evaluate(
            "a primitive",
            on_line,
            across * root * (8 * across**4 - 26 * across**2 + 33) / 48 + sp.Rational(5, 16) * arc,
        ),
    )
    .equals(
        2 * half_chord * rest**HALF_FIVE * (offset**3 * 5 * sp.pi / 32 - 3 * offset * rest * 5 * sp.pi / 256),
        Evaluate(
            "a primitive",
            square_on_line,
            across * root * (48 * across**6 - 136 * across**4 + 118 * across**2 - 15) / 384 + sp.Rational(5, 128) * arc,
        ),
    )
    .equals(offset * steepness(offset), Elementary("collect"))
    .conclude()
)


def bumps_on_line(low: sp.Expr) -> sp.Expr:
    """Minus sin(3 theta) times the transforms of the bumps of scales from ``low`` to 1, each H(t/s)/s with H(y) = y D'(y)."""
    share = offset / scale
    return -sp.sin(3 * angle) * sp.Integral(share * steepness(share) / scale, (scale, low, 1))


def _lines(where: str, low: sp.Expr, value: sp.Expr, domain: tuple[tuple[sp.Symbol, sp.Expr | int, sp.Expr | int], ...]) -> Chain:  # fmt: skip
    (integral,) = bumps_on_line(low).atoms(sp.Integral)
    return Chain(f"Superposed, on lines {where}", bumps_on_line(low), domain=domain, claim=NAME).equals(
        value, Evaluate("minus D(t/s) is a primitive", integral, -profile(offset / scale))
    )


NEAR_LINES = _lines(
    "that meet all bumps",
    smallest,
    sp.sin(3 * angle) * (profile(offset) - profile(offset / smallest)),
    (SCALES, (offset, 0, smallest)),
).conclude()
FAR_LINES = _lines(
    "that meet the larger bumps only",
    offset,
    sp.sin(3 * angle) * (profile(offset) - profile(1)),
    (SCALES, (offset, smallest, 1)),
).conclude()
