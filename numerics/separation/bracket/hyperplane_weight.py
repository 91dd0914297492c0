r"""Proven bounds, in floats, of the weight of a line x + tau y = c for X uniform on B_4 in the plane.

With W = sqrt(1 + tau^2) and b = c / W, the weight of the function relu(x + tau y - c) is G(tau, c) = W g(b). For a unit
normal, g = h K with h = q - b P, K = sqrt(P^2 + q^2), and with p = -P' the density of <v, X>, q' = -b p, h' = -P,
K' = -p (P + b q)/K, so g' = h' K + h K' and g'' = p K - 2 P K' + h K''. Further

    G_cc = g''(b)/W,    G_tautau = (g - b g' + tau^2 b^2 g'')/W^3.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from flint import arb, ctx
from jaxtyping import Float64

from numerics.exact.balls import ball, lower, upper
from numerics.network import Array
from numerics.population.isotropic import UniformBall

POPULATION = UniformBall(2, Fraction(4))
REACH = Fraction(31, 8)
"""Bounds are given for b up to here; beyond it g < 4e-6, and no certificate needs it."""
_TANGENTS_PER_UNIT = 512
_BINS_PER_UNIT = 32


def line_weight(lines: Float64[Array, "m 2"]) -> Float64[Array, " m"]:
    """G(tau, c) = sqrt(1 + tau^2) g(c / sqrt(1 + tau^2)) for lines (tau, c) [m, 2], in floats."""
    length = np.sqrt(1 + lines[:, 0] ** 2)
    return length * POPULATION.weight(lines[:, 1] / length)


def weight_derivatives(b: arb) -> tuple[arb, arb, arb]:
    """Balls that contain g, g', g'' on a ball b within [0, 4)."""
    t = b / 4
    s = ((1 - t) * (1 + t)).sqrt()
    P, q = POPULATION.enclosed_moments(b)
    p = s / (2 * arb.pi())
    p_slope = -t / (8 * arb.pi() * s)
    h, K = q - b * P, (P**2 + q**2).sqrt()
    K_slope = -p * (P + b * q) / K
    K_curvature = (-p_slope * (P + b * q) - p * (q - p - b**2 * p) - K_slope**2) / K
    return h * K, -P * K + h * K_slope, p * K - 2 * P * K_slope + h * K_curvature


@dataclass(frozen=True, eq=False)
class _Tables:
    """Tangents of g at the midpoints of bins, and bounds of second derivatives that hold from a bin on."""

    value: Float64[Array, " tangents"]
    slope: Float64[Array, " tangents"]
    curvature_c: Float64[Array, " bins"]
    curvature_tau: Float64[Array, " bins"]


def _up(value: arb) -> float:
    return float(np.nextafter(float(upper(value)), np.inf))


@cache
def _tables() -> _Tables:
    """Build the tables; proves on the way that g is convex on [0, REACH], so that tangents lie below it."""
    count = int(REACH * _TANGENTS_PER_UNIT)
    value, slope = np.empty(count), np.empty(count)
    precision, ctx.prec = ctx.prec, 80
    try:
        for k in range(count):
            g, g_slope, _ = weight_derivatives(ball(Fraction(2 * k + 1, 2 * _TANGENTS_PER_UNIT)))
            value[k], slope[k] = np.nextafter(float(lower(g)), -np.inf), float(g_slope.mid())
        bins = int(REACH * _BINS_PER_UNIT)
        in_c, in_tau = np.empty(bins), np.empty(bins)
        for k in range(bins):
            parts = 8 if k < 3 * _BINS_PER_UNIT else 64  # towards the rim cancellation widens the enclosures
            most_c, most_tau = -np.inf, -np.inf
            for part in range(parts):
                middle = Fraction(2 * (parts * k + part) + 1, 2 * parts * _BINS_PER_UNIT)
                b = arb(ball(middle), ball(Fraction(1, 2 * parts * _BINS_PER_UNIT)))
                g, g_slope, g_curvature = weight_derivatives(b)
                if not g_curvature > 0:
                    raise ArithmeticError(f"g is not proved to be convex near b = {float(middle)}")
                most_c = max(most_c, _up(g_curvature))
                most_tau = max(most_tau, _up(g - b * g_slope + b**2 * g_curvature))
            in_c[k], in_tau[k] = most_c, most_tau
    finally:
        ctx.prec = precision
    suffix_c, suffix_tau = (np.maximum.accumulate(column[::-1])[::-1] for column in (in_c, in_tau))
    return _Tables(value, slope, suffix_c, suffix_tau)


def weight_from_below(tau: Float64[Array, " *s"], c: Float64[Array, " *s"]) -> Float64[Array, " *s"]:
    """Numbers <= G(tau, c) for 0 <= tau <= 1 and c >= 0 (any shape), within 2e-7 of it; 0 where b > REACH.

    b is computed with a relative error below 4u; the slope is rounded, which on half a bin costs 1e-18, and so do not
    matter against the 1e-13 that is taken off.
    """
    tables = _tables()
    W = np.sqrt(1 + tau * tau)
    b = c / W
    k = np.minimum((b * _TANGENTS_PER_UNIT).astype(np.int64), len(tables.value) - 1)
    tangent = tables.value[k] + tables.slope[k] * (b - (k + 0.5) / _TANGENTS_PER_UNIT)
    return np.asarray(np.where(b < float(REACH) - 1e-9, np.maximum(W * tangent - 1e-13, 0), 0))


def interpolation_loss(
    tau_high: Float64[Array, " *s"], c_low: Float64[Array, " *s"], side: float
) -> Float64[Array, " *s"]:
    """Numbers e such that G >= (bilinear interpolant of its corner values) - e on boxes of this side.

    A function lies above its bilinear interpolant minus (side^2/8) (max f_tautau + max f_cc). On the box b is at least
    c_low/W(tau_high), and the bounds of the second derivatives hold from there up to REACH (W >= 1 and tau <= 1 there).
    """
    tables = _tables()
    b = np.maximum(c_low / np.sqrt(1 + tau_high * tau_high) - 1e-9, 0)
    k = np.minimum((b * _BINS_PER_UNIT).astype(np.int64), len(tables.curvature_c) - 1)
    return np.asarray((tables.curvature_c[k] + tables.curvature_tau[k]) * (side * side / 8) * (1 + 1e-12))
