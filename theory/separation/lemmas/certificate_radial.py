r"""The radial part of the certificate's test function: a superposition of bumps of all scales, and its Laplacian.

:math:`G(r) = \int_\epsilon^1 s^{-5} (1 - r^2/s^2)_+^{5/2} ds` in closed form, for r below the smallest scale and beyond it.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import Chain, Derivation, Elementary, Evaluate
from theory.symbols import scalar

NAME = "exponential-certificate"

HALF_FIVE = sp.Rational(5, 2)
radius, angle = scalar("polar_radius", "r", positive=True), scalar("polar_angle", r"\theta")
scale, smallest = scalar("bump_scale", "s", positive=True), scalar("smallest_scale", r"\epsilon", positive=True)
SCALES = (smallest, 0, 1)
BELOW, BEYOND = (SCALES, (radius, 0, smallest)), (SCALES, (radius, smallest, 1))
"""Where r lies: below the smallest scale, or between it and 1."""


def primitive(rest: sp.Expr) -> sp.Expr:
    """Q(w) = w^{7/2}/(7/2) - w^{9/2}/(9/2), a primitive of w^{5/2} (1 - w)."""
    return rest ** (HALF_FIVE + 1) / (HALF_FIVE + 1) - rest ** (HALF_FIVE + 2) / (HALF_FIVE + 2)


def bump(size: sp.Expr | int) -> sp.Expr:
    """(1 - r^2/s^2)^{5/2} at a scale s > r."""
    return (1 - radius**2 / sp.sympify(size) ** 2) ** HALF_FIVE


def over_scales(low: sp.Expr) -> sp.Integral:
    """The bumps of all scales from ``low`` to 1."""
    return sp.Integral(scale**-5 * bump(scale), (scale, low, 1))


def superposed(low: sp.Expr) -> sp.Expr:
    """G(r): the primitive between r^2/s^2 at the scale ``low`` and at 1."""
    return (primitive(1 - radius**2) - primitive(1 - radius**2 / low**2)) / (2 * radius**4)


def _superposition(where: str, low: sp.Expr, domain: tuple[tuple[sp.Symbol, sp.Expr | int, sp.Expr | int], ...]) -> Derivation:  # fmt: skip
    return (
        Chain(f"{where}: all bumps that reach r", over_scales(low), domain=domain, claim=NAME)
        .equals(
            superposed(low),
            Evaluate("a primitive", over_scales(low), primitive(1 - radius**2 / scale**2) / (2 * radius**4)),
        )
        .conclude()
    )


INNER = _superposition("Below the smallest scale", smallest, BELOW)
OUTER = _superposition("Beyond the smallest scale", radius, BEYOND)


def laplacian(f: sp.Expr) -> sp.Expr:
    """The Laplacian in polar coordinates, not carried out."""
    return sp.Derivative(f, (radius, 2)) + sp.Derivative(f, radius) / radius + sp.Derivative(f, (angle, 2)) / radius**2


def closed_laplacian(radial: sp.Expr, ends: sp.Expr) -> sp.Expr:
    """R sin(3 theta) (8 G + 2 T + r T')."""
    return radius * sp.sin(3 * angle) * (8 * radial + 2 * ends + radius * sp.Derivative(ends, radius))


INNER_ENDS, OUTER_ENDS = bump(1) - bump(smallest) / smallest**4, bump(1)
"""T: the bumps of the largest and of the smallest scale."""
INNER_LAPLACIAN, OUTER_LAPLACIAN = (
    Chain(
        f"The Laplacian {where}",
        laplacian(-(radius**3) * sp.sin(3 * angle) * superposed(low)),
        domain=domain,
        claim=NAME,
    )
    .equals(closed_laplacian(superposed(low), ends), Elementary("differentiate: the harmonic factor drops out"))
    .conclude()
    for where, low, ends, domain in (
        ("below the smallest scale", smallest, INNER_ENDS, BELOW),
        ("beyond the smallest scale", radius, OUTER_ENDS, BEYOND),
    )
)
