r"""The weight of the uniform disc falls from its centre at most by :math:`\sqrt2\,g(0)` for each unit of distance, up to 1/sqrt 2.

The slope :math:`-g' = PF + (q - bP)\,p\,(P + bq)/F` is bounded term by term: :math:`P \le \frac12`, p, q and F fall, and
:math:`P + bq \le \sqrt{3/2}\,F` by Cauchy and Schwarz.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Elementary, Hypothesis, Identity, Rewrite, Squares
from theory.separation.lemmas.disc_weight import (
    NAME,
    between,
    chord,
    deficit,
    density,
    fall,
    half,
    lack,
    lever,
    mean,
    partial_mean,
    radius,
    root_lever,
    root_two,
    tail,
    threshold,
    weight,
)
from theory.symbols import scalar

SMALLEST = sp.Rational(49, 20)
"""Radii beyond this one are covered: 5/2 is among them."""
NEAR_CENTRE = ((radius, SMALLEST, sp.oo), (threshold, 0, 1 / root_two), (between, 0, threshold))
VALUES = tuple(
    Hypothesis(name, rf"{letter} = {letter}(\xi)", sp.Eq(symbol, function(between), evaluate=False))
    for name, letter, symbol, function in (
        ("deficit", r"\delta", lack, deficit),
        ("partial mean", "q", mean, partial_mean),
        ("density", "p", density, chord),
    )
)
JORDAN = Hypothesis(
    "Jordan's inequality",
    r"\arcsin\frac\xi R \le \frac\pi2\,\frac\xi R",
    sp.Le(sp.asin(between / radius), sp.pi * between / (2 * radius), evaluate=False),
    source="DLMF 4.18.1",
)
share = between / radius
half_chord = sp.sqrt(1 - share**2)
PROBABILITY = (
    Chain("The tail is not negative", lack, hypotheses=(*VALUES, JORDAN), domain=NEAR_CENTRE, claim=NAME)
    .equals(deficit(between), Rewrite("deficit", (VALUES[0].name,)))
    .at_most(share / 2 + share * half_chord / sp.pi, ByHypothesis(JORDAN.name, 1 / sp.pi))
    .at_most(
        share / 2 + share / sp.pi,
        Squares(
            "half a chord is at most the radius", ((share / (2 * sp.pi), 1 - half_chord), (share / (2 * sp.pi), share))
        ),
    )
    .at_most(half, Drop("near the centre", half - share / 2 - share / sp.pi))
    .conclude()
)
centre_mean = 2 * radius / (3 * sp.pi)
centre_lever = scalar("lever_at_centre", "F_0", positive=True)
centre_square = sp.Rational(1, 4) + centre_mean**2
CENTRE = Hypothesis("lever at the centre", r"F_0 = F(0)", sp.Eq(centre_lever, sp.sqrt(centre_square), evaluate=False))
centre_density = 2 / (sp.pi * radius)
SMALLER_MEAN = (
    Chain("The partial mean falls", mean, hypotheses=VALUES, domain=NEAR_CENTRE, claim=NAME)
    .equals(centre_mean * half_chord**3, Rewrite("partial mean", (VALUES[1].name,)))
    .at_most(
        centre_mean,
        Squares(
            "half a chord is at most the radius",
            tuple((centre_mean * (1 + half_chord + half_chord**2) / 2, root) for root in (1 - half_chord, share)),
        ),
    )
    .conclude()
)
SMALLER_DENSITY = (
    Chain("The density falls", density, hypotheses=VALUES, domain=NEAR_CENTRE, claim=NAME)
    .equals(centre_density * half_chord, Rewrite("density", (VALUES[2].name,)))
    .at_most(
        centre_density,
        Squares(
            "half a chord is at most the radius",
            tuple((centre_density / 2, root) for root in (1 - half_chord, share)),
        ),
    )
    .conclude()
)

SQUARE_AT_CENTRE = (
    Chain(
        "The square of the lever at the centre", centre_lever**2, hypotheses=(CENTRE,), domain=NEAR_CENTRE, claim=NAME
    )
    .equals(centre_square, Rewrite("lever at the centre", (CENTRE.name,)))
    .conclude()
)
SMALLER_LEVER = (
    Chain("The lever falls", lever, hypotheses=(*VALUES, JORDAN, CENTRE), domain=NEAR_CENTRE, claim=NAME)
    .at_most(
        (centre_lever + (tail**2 + mean**2) / centre_lever) / 2,
        Squares("arithmetic and geometric mean", ((1 / (2 * centre_lever), centre_lever - lever),)),
    )
    .at_most(
        (centre_lever + (tail**2 + mean * centre_mean) / centre_lever) / 2,
        ByDerivation(SMALLER_MEAN, mean / (2 * centre_lever), reason="the partial mean falls"),
    )
    .at_most(
        (centre_lever + (tail**2 + centre_mean**2) / centre_lever) / 2,
        ByDerivation(SMALLER_MEAN, centre_mean / (2 * centre_lever), reason="the partial mean falls"),
    )
    .at_most(
        (centre_lever + (tail / 2 + centre_mean**2) / centre_lever) / 2,
        ByDerivation(PROBABILITY, lack / (2 * centre_lever), reason="the tail is not negative"),
    )
    .at_most(
        (centre_lever + centre_square / centre_lever) / 2,
        Drop("the tail is at most a half", lack / (4 * centre_lever)),
    )
    .equals(centre_lever, ByDerivation(SQUARE_AT_CENTRE, -1 / (2 * centre_lever), reason="the lever at the centre"))
    .conclude()
)

over_lever = density * mean / lever
least_mean = 2 * SMALLEST / (3 * sp.pi)
margin = root_two * least_mean - half
TERM_BY_TERM = (
    Chain(
        "The slope of the weight, term by term",
        fall(between, lack, mean, density),
        hypotheses=(*VALUES, JORDAN, CENTRE),
        domain=NEAR_CENTRE,
        claim=NAME,
    )
    .equals(
        tail * lever
        + over_lever * (tail + between * mean)
        - between * density * tail**2 / lever
        - between**2 * over_lever * tail,
        Identity("multiply out"),
    )
    .at_most(
        tail * lever + over_lever * (tail + between * mean) - between**2 * over_lever * tail,
        Drop("a square", between * density * tail**2 / lever),
    )
    .at_most(
        tail * lever + over_lever * (tail + between * mean),
        ByDerivation(PROBABILITY, between**2 * over_lever, reason="the tail is not negative"),
    )
    .at_most(lever / 2 + over_lever * (tail + between * mean), Drop("the tail is at most a half", lack * lever))
    .at_most(
        lever / 2 + density * mean * (sp.Rational(3, 2) + (tail + between * mean) ** 2 / lever**2) / (2 * root_lever),
        Squares(
            "arithmetic and geometric mean",
            ((density * mean / (2 * root_lever), root_lever - (tail + between * mean) / lever),),
        ),
    )
    .equals(
        lever / 2
        + density
        * mean
        * (sp.Rational(5, 2) + between**2 - (between * tail - mean) ** 2 / lever**2)
        / (2 * root_lever),
        Elementary("the identity behind the inequality of Cauchy and Schwarz"),
    )
    .at_most(
        lever / 2 + density * mean * (sp.Rational(5, 2) + between**2) / (2 * root_lever),
        Drop("a square", density * mean * (between * tail - mean) ** 2 / lever**2 / (2 * root_lever)),
    )
    .at_most(
        lever / 2 + density * mean * root_lever,
        Drop("near the centre", density * mean * (half - between**2) / (2 * root_lever)),
    )
    .at_most(
        lever / 2 + density * centre_mean * root_lever,
        ByDerivation(SMALLER_MEAN, density * root_lever, reason="the partial mean falls"),
    )
    .at_most(
        lever / 2 + centre_density * centre_mean * root_lever,
        ByDerivation(SMALLER_DENSITY, centre_mean * root_lever, reason="the density falls"),
    )
    .at_most(
        centre_lever / 2 + centre_density * centre_mean * root_lever,
        ByDerivation(SMALLER_LEVER, half, reason="the lever falls"),
    )
    .conclude()
)
STEEPEST = (
    Chain(
        "How steeply the weight falls",
        fall(between, lack, mean, density),
        hypotheses=(*VALUES, JORDAN, CENTRE),
        domain=NEAR_CENTRE,
        claim=NAME,
    )
    .at_most(
        centre_lever / 2 + centre_density * centre_mean * root_lever,
        ByDerivation(TERM_BY_TERM, reason="the slope, term by term"),
    )
    .at_most(
        centre_lever / 2 + (sp.Rational(3, 10) + 4 * least_mean / 5) * margin,
        Drop("a number", (sp.Rational(3, 10) + 4 * least_mean / 5) * margin - 4 * root_lever / (3 * sp.pi**2)),
    )
    .at_most(
        centre_lever / 2 + (sp.Rational(3, 10) + 4 * centre_mean / 5) * margin,
        Drop("the radius is not smaller", sp.Rational(4, 5) * margin * (centre_mean - least_mean)),
    )
    .at_most(
        centre_lever / 2 + (centre_lever + centre_square / centre_lever) * margin / 2,
        Squares(
            "Cauchy and Schwarz against (3/5, 4/5)",
            tuple(
                (margin / (2 * centre_lever), root)
                for root in (
                    centre_lever - sp.Rational(3, 10) - 4 * centre_mean / 5,
                    sp.Rational(2, 5) - 3 * centre_mean / 5,
                )
            ),
        ),
    )
    .equals(
        centre_lever / 2 + centre_lever * margin,
        ByDerivation(SQUARE_AT_CENTRE, -margin / (2 * centre_lever), reason="the lever at the centre"),
    )
    .at_most(
        root_two * centre_mean * centre_lever,
        Drop("the radius is not smaller", root_two * centre_lever * (centre_mean - least_mean)),
    )
    .conclude()
)

value = scalar("weight_value", "g_R(b)")
WEIGHT_VALUE = Hypothesis(
    "weight of the disc",
    r"g_R(b) = (q(b) - bP(b))\,\sqrt{P(b)^2 + q(b)^2}",
    sp.Eq(value, weight(threshold), evaluate=False),
)
MEAN_VALUE = Hypothesis(
    "mean value theorem",
    r"g_R(b) = g_R(0) + b\,g_R'(\xi) \text{ for some } 0 < \xi < b",
    sp.Eq(value, centre_mean * centre_lever - threshold * fall(between, lack, mean, density), evaluate=False),
    source="Rudin, Principles of Mathematical Analysis, theorem 5.10",
)
WEIGHT = (
    Chain(
        "The weight near the centre",
        value,
        hypotheses=(WEIGHT_VALUE, MEAN_VALUE, *VALUES, JORDAN, CENTRE),
        domain=NEAR_CENTRE,
        claim=NAME,
    )
    .equals(centre_mean * centre_lever - threshold * fall(between, lack, mean, density), ByHypothesis(MEAN_VALUE.name))
    .at_least(
        centre_mean * centre_lever * (1 - root_two * threshold),
        ByDerivation(STEEPEST, threshold, reason="how steeply the weight falls"),
    )
    .conclude()
)
