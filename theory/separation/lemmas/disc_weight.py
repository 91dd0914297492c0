r"""The uniform disc: tail, partial mean and weight of its lines, and the slope of the weight.

X is uniform on the disc of radius R. With the density p of <v, X>, its tail P and partial mean q,

.. math:: p(b) = \frac{2}{\pi R}\sqrt{1 - b^2/R^2}, \quad P(b) = \tfrac12 - \delta(b), \quad
          \delta(b) = \frac1\pi\Bigl(\arcsin\frac bR + \frac bR\sqrt{1 - b^2/R^2}\Bigr), \quad
          q(b) = \frac{2R}{3\pi}(1 - b^2/R^2)^{3/2},

and the weight is :math:`g = (q - bP) F` with :math:`F = \sqrt{P^2 + q^2}`, so that :math:`-g' = PF + (q - bP)\,p\,(P + bq)/F`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import (
    Chain,
    Drop,
    Elementary,
    Evaluate,
    Hypothesis,
    Rewrite,
)
from theory.latex import named
from theory.symbols import scalar

NAME = "five-point-separation"

radius, threshold, between = (
    scalar("disc_radius", "R", positive=True),
    scalar("distance_of_line", "b", positive=True),
    scalar("distance_between", r"\xi", positive=True),
)
half = sp.Rational(1, 2)
root_two, root_lever = sp.sqrt(2), sp.sqrt(sp.Rational(3, 2))


def chord(b: sp.Expr) -> sp.Expr:
    """The density p(b) of <v, X>."""
    return 2 * sp.sqrt(1 - (b / radius) ** 2) / (sp.pi * radius)


def deficit(b: sp.Expr) -> sp.Expr:
    """1/2 - P(b), the probability of 0 < <v, X> < b."""
    return (sp.asin(b / radius) + b / radius * sp.sqrt(1 - (b / radius) ** 2)) / sp.pi


def partial_mean(b: sp.Expr) -> sp.Expr:
    """q(b), the mean of <v, X> beyond b."""
    return 2 * radius / (3 * sp.pi) * sp.sqrt(1 - (b / radius) ** 2) ** 3


def weight(b: sp.Expr) -> sp.Expr:
    """g(b)."""
    tail, mean = half - deficit(b), partial_mean(b)
    return (mean - b * tail) * sp.sqrt(tail**2 + mean**2)


def fall(b: sp.Expr, lack: sp.Expr, mean: sp.Expr, density: sp.Expr) -> sp.Expr:
    """-g' of b, 1/2 - P, q and p."""
    tail = half - lack
    lever = sp.sqrt(tail**2 + mean**2)
    return tail * lever + (mean - b * tail) * density * (tail + b * mean) / lever


ANY_DISC = ((radius, 0, sp.oo), (threshold, 0, radius))
along = scalar("along_diameter", "t", positive=True)
TAIL = (
    Chain(
        "The tail of the chord's density",
        sp.Integral(chord(along), (along, threshold, radius)),
        domain=ANY_DISC,
        claim=NAME,
    )
    .equals(
        half - deficit(threshold),
        Evaluate("a primitive", sp.Integral(chord(along), (along, threshold, radius)), deficit(along)),
    )
    .conclude()
)
MEAN = (
    Chain(
        "Its partial mean", sp.Integral(along * chord(along), (along, threshold, radius)), domain=ANY_DISC, claim=NAME
    )
    .equals(
        partial_mean(threshold),
        Evaluate("a primitive", sp.Integral(along * chord(along), (along, threshold, radius)), -partial_mean(along)),
    )
    .conclude()
)
DENSITY_OF_DEFICIT = (
    Chain("The deficit grows by the density", sp.Derivative(deficit(threshold), threshold), domain=ANY_DISC, claim=NAME)
    .equals(chord(threshold), Elementary("differentiate"))
    .conclude()
)
DENSITY_OF_MEAN = (
    Chain(
        "The partial mean falls by b times the density",
        sp.Derivative(partial_mean(threshold), threshold),
        domain=ANY_DISC,
        claim=NAME,
    )
    .equals(-threshold * chord(threshold), Elementary("differentiate"))
    .conclude()
)

lack, mean, density = (
    scalar("tail_deficit", r"\delta", nonnegative=True),
    scalar("partial_mean_value", "q", positive=True),
    scalar("density_value", "p", positive=True),
)
tail = half - lack
lever = sp.sqrt(tail**2 + mean**2)
deficit_of, mean_of = (
    sp.Function(named(name, latex), real=True, positive=True)(threshold)
    for name, latex in (("deficit_function", r"\delta({0})"), ("partial_mean_function", r"q({0})"))
)
SLOPE = (
    Chain(
        "The slope of the weight, by the slopes of deficit and partial mean",
        sp.Derivative(
            (mean_of - threshold * (half - deficit_of)) * sp.sqrt((half - deficit_of) ** 2 + mean_of**2), threshold
        ),
        domain=ANY_DISC,
        claim=NAME,
    )
    .equals(
        (sp.Derivative(mean_of, threshold) + threshold * sp.Derivative(deficit_of, threshold) - (half - deficit_of))
        * sp.sqrt((half - deficit_of) ** 2 + mean_of**2)
        + (mean_of - threshold * (half - deficit_of))
        * (mean_of * sp.Derivative(mean_of, threshold) - (half - deficit_of) * sp.Derivative(deficit_of, threshold))
        / sp.sqrt((half - deficit_of) ** 2 + mean_of**2),
        Elementary("product rule"),
    )
    .conclude()
)
slope_of_deficit, slope_of_mean = scalar("slope_of_deficit", r"\delta'"), scalar("slope_of_mean", "q'")
SLOPES = (
    Hypothesis("slope of the deficit", r"\delta' = p", sp.Eq(slope_of_deficit, density, evaluate=False)),
    Hypothesis("slope of the partial mean", r"q' = -\xi p", sp.Eq(slope_of_mean, -between * density, evaluate=False)),
)
FALL = (
    Chain(
        "The slope of the weight",
        (slope_of_mean + between * slope_of_deficit - tail) * lever
        + (mean - between * tail) * (mean * slope_of_mean - tail * slope_of_deficit) / lever,
        hypotheses=SLOPES,
        claim=NAME,
    )
    .equals(-fall(between, lack, mean, density), Rewrite("the two slopes", tuple(h.name for h in SLOPES)))
    .conclude()
)
gain = scalar("mean_excess", "h", nonnegative=True)
SMALLER_SIDE = (
    Chain(
        "The one-sided weight of the side with the centre, squared",
        (gain + threshold) ** 2 * ((half + lack) ** 2 + mean**2),
        claim=NAME,
    )
    .at_least(
        gain**2 * ((half + lack) ** 2 + mean**2),
        Drop("the mean excess", (2 * gain + threshold) * threshold * ((half + lack) ** 2 + mean**2)),
    )
    .at_least(gain**2 * (tail**2 + mean**2), Drop("the probability", 2 * gain**2 * lack))
    .conclude()
)
