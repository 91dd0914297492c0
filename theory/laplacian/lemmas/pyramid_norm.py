r"""The norm that the smoothed pyramid needs: its density of lines, pointwise and integrated, is of the order log^2 of the smoothing.

In the chart :math:`x_1 + \tau x_2 = \beta` everything is algebraic: :math:`\lvert z \pm \tau\rvert`, :math:`\lvert z \pm 1\rvert` with :math:`z = \beta + ie`,
:math:`e = \epsilon(1+\tau^2)^{1/2}`, are roots of sums of squares, and each estimate is one of them against another.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import (
    ByDerivation,
    ByHypothesis,
    Chain,
    Derivation,
    Drop,
    Elementary,
    Evaluate,
    Hypothesis,
    Identity,
    Rewrite,
)
from theory.laplacian.lemmas.one_scale import R
from theory.laplacian.lemmas.smoothed_pyramid import (
    above,
    below,
    beta,
    chart,
    density,
    distances,
    imaginary,
    scale,
    smoothing,
    tau,
    width,
)
from theory.laplacian.lemmas.triangle_inequality import MINKOWSKI, ROOT, excess, first, positive, second
from theory.symbols import scalar

NAME = "universal-approximation"

eps2 = smoothing**2
wide = eps2 * (1 + tau**2)


def apart(first: sp.Expr, second: sp.Expr, square: sp.Expr = eps2) -> sp.Expr:
    """The root of the squared difference of two numbers plus a square."""
    return sp.sqrt((first - second) ** 2 + square)


lines = scalar("density_of_lines", r"\hat\alpha")
bound = scalar("bound_of_density", "Y", positive=True)
density_definition = Hypothesis(
    "density of the lines",
    r"\hat\alpha = -\tfrac{2(1+\tau^2)^{1/2}}{\pi^2}\operatorname{Re}\tfrac1{(z^2-\tau^2)(z^2-1)}",
    sp.Eq(lines, density),
)
bound_definition = Hypothesis(
    "the modulus in place of the real part",
    r"Y = \tfrac{2(1+\tau^2)^{1/2}}{\pi^2}\,\lvert(z^2-\tau^2)(z^2-1)\rvert^{-1}",
    sp.Eq(
        bound,
        2
        * scale
        / (sp.pi**2 * apart(beta, tau, width**2) * apart(beta, -tau, width**2))
        / (apart(beta, 1, width**2) * apart(beta, -1, width**2)),
    ),
)
real_part, cross = above * below - imaginary**2, imaginary * (above + below)
SQUARES = (
    Chain(
        "The square of the density",
        lines**2,
        hypotheses=(density_definition, bound_definition),
        domain=chart,
        claim=NAME,
    )
    .equals(density**2, Rewrite("the density of the lines", [density_definition.name]))
    .equals(
        4 * scale**2 / (sp.pi**4 * distances) - 4 * scale**2 / sp.pi**4 * cross**2 / distances**2,
        Elementary("the square of a modulus is the sum of two squares"),
    )
    .at_most(
        4 * scale**2 / (sp.pi**4 * distances),
        Drop("the square of the imaginary part", 4 * scale**2 / sp.pi**4 * cross**2 / distances**2),
    )
    .equals(bound**2, Rewrite("the modulus in place of the real part", [bound_definition.name]))
    .conclude()
)
MODULUS = (
    Chain(
        "The size of the density",
        sp.Abs(lines),
        hypotheses=(density_definition, bound_definition),
        domain=chart,
        claim=NAME,
    )
    .equals(
        bound - (bound**2 - lines**2) / (bound + sp.Abs(lines)),
        Identity("the difference of two squares"),
    )
    .at_most(bound, ByDerivation(SQUARES, 1 / (bound + sp.Abs(lines)), reason="the square of the density"))
    .conclude()
)

scaling = Hypothesis("scaled smoothing", r"e = \epsilon(1+\tau^2)^{1/2}", sp.Eq(width, smoothing * scale))
A, B = apart(beta, tau), apart(beta, 1)
S, D = sp.sqrt(tau**2 + eps2), sp.sqrt((1 - tau) ** 2 + 4 * eps2)
APART = (
    Chain("Nor can these", S + D, domain=chart, claim=NAME)
    .at_least(tau + D, ByDerivation(ROOT, at={positive: tau**2, excess: eps2}, reason="the root of a larger number"))
    .at_least(
        tau + sp.sqrt((1 - tau) ** 2),
        ByDerivation(ROOT, at={positive: (1 - tau) ** 2, excess: 4 * eps2}, reason="the root of a larger number"),
    )
    .equals(sp.S.One, Elementary("tau is below 1"))
    .conclude()
)

CENTRE_AND_EDGE = {first: beta - tau, second: 1 - beta}
far_distance, farther_distance = apart(beta, -tau, wide), apart(beta, -1, wide)
product = 1 / (apart(beta, tau, wide) * far_distance * apart(beta, 1, wide) * farther_distance)
POINTWISE = (
    Chain("One over the product of the four distances", product, domain=chart, claim=NAME)
    .at_most(
        1 / (A * far_distance * apart(beta, 1, wide) * farther_distance),
        ByDerivation(
            ROOT,
            1 / (A * apart(beta, tau, wide) * far_distance * apart(beta, 1, wide) * farther_distance),
            at={positive: (beta - tau) ** 2 + eps2, excess: eps2 * tau**2},
            reason="less smoothing",
        ),
    )
    .at_most(
        1 / (A * far_distance * B * farther_distance),
        ByDerivation(
            ROOT,
            1 / (A * far_distance * B * apart(beta, 1, wide) * farther_distance),
            at={positive: (beta - 1) ** 2 + eps2, excess: eps2 * tau**2},
            reason="less smoothing",
        ),
    )
    .at_most(
        1 / (A * S * B * farther_distance),
        ByDerivation(
            ROOT,
            1 / (A * S * far_distance * B * farther_distance),
            at={positive: tau**2 + eps2, excess: beta**2 + 2 * beta * tau + eps2 * tau**2},
            reason="beta is not negative",
        ),
    )
    .at_most(
        1 / (A * S * B),
        ByDerivation(
            ROOT,
            1 / (A * S * B * farther_distance),
            at={positive: sp.S.One, excess: beta**2 + 2 * beta + wide},
            reason="beta is not negative",
        ),
    )
    .at_most(
        (A + B) / (A * S * B * D),
        ByDerivation(MINKOWSKI, 1 / (A * S * B * D), at=CENTRE_AND_EDGE, reason="two factors cannot both be small"),
    )
    .at_most(
        (1 / A + 1 / B) * (1 / S + 1 / D),
        ByDerivation(APART, (A + B) / (A * S * B * D), reason="nor can these"),
    )
    .conclude()
)

excess_mean, mass, moment = (
    scalar(name, latex, **{kind: True})
    for name, latex, kind in (
        ("mean_excess", "h", "nonnegative"),
        ("mass_beyond", "P", "positive"),
        ("moment_beyond", "q", "nonnegative"),
    )
)
more_excess, more_mass, more_moment = (
    scalar(name, latex, nonnegative=True)
    for name, latex in (("rise_of_excess", "h'"), ("rise_of_mass", "P'"), ("rise_of_moment", "q'"))
)
weight = excess_mean * sp.sqrt(mass**2 + moment**2)
central_weight = (excess_mean + more_excess) * sp.sqrt((mass + more_mass) ** 2 + (moment + more_moment) ** 2)
PEAK = (
    Chain("The weight of a line further out", weight, claim=NAME)
    .at_most(
        excess_mean * sp.sqrt((mass + more_mass) ** 2 + (moment + more_moment) ** 2),
        ByDerivation(
            ROOT,
            excess_mean,
            at={
                positive: mass**2 + moment**2,
                excess: 2 * mass * more_mass + more_mass**2 + 2 * moment * more_moment + more_moment**2,
            },
            reason="the root of a larger number",
        ),
    )
    .at_most(
        central_weight,
        Drop("not negative", more_excess * sp.sqrt((mass + more_mass) ** 2 + (moment + more_moment) ** 2)),
    )
    .conclude()
)

peak = scalar("weight_at_centre", r"g_R(0)", nonnegative=True)
peak_definition = Hypothesis("weight at the centre", r"g_R(0)", sp.Eq(peak, central_weight))
factors = (1 / A + 1 / B) * (1 / S + 1 / D)
WEIGHTED = (
    Chain(
        "The weighted density of the lines",
        sp.Abs(lines) * weight,
        hypotheses=(density_definition, bound_definition, scaling, peak_definition),
        domain=chart,
        claim=NAME,
    )
    .at_most(bound * weight, ByDerivation(MODULUS, weight, reason="the size of the density"))
    .at_most(bound * central_weight, ByDerivation(PEAK, bound, reason="the weight is largest at the centre"))
    .equals(
        2 * scale / sp.pi**2 * peak * product,
        Rewrite("definitions", [bound_definition.name, scaling.name, peak_definition.name]),
    )
    .at_most(
        2 * sp.sqrt(2) / sp.pi**2 * peak * product,
        ByDerivation(
            ROOT, 2 / sp.pi**2 * peak * product, at={positive: 1 + tau**2, excess: 1 - tau**2}, reason="tau is below 1"
        ),
    )
    .at_most(
        2 * sp.sqrt(2) / sp.pi**2 * peak * factors,
        ByDerivation(POINTWISE, 2 * sp.sqrt(2) / sp.pi**2 * peak, reason="one factor at a time"),
    )
    .conclude()
)

inner = scalar("integral_over_thresholds", r"J_\tau", nonnegative=True)
shift = scalar("shifted_threshold", "u")
radius = sp.sqrt(2) * R
weighted_bound = 2 * sp.sqrt(2) / sp.pi**2 * peak * factors
over_thresholds = sp.Integral(weighted_bound, (beta, 0, R * scale))
log_integral = sp.Integral(1 / sp.sqrt(shift**2 + eps2), (shift, -radius, radius))
log_thresholds = sp.asinh(radius / smoothing)
threshold_bound = 8 * sp.sqrt(2) / sp.pi**2 * peak * log_thresholds * (1 / S + 1 / D)
monotone_thresholds = Hypothesis(
    "the integral of what is larger is larger, over the thresholds",
    r"J_\tau = \int_0^{R(1+\tau^2)^{1/2}} \lvert\hat\alpha\rvert\, g_R\,d\beta, \text{ under the pointwise bound}",
    sp.Ge(over_thresholds, inner, evaluate=False),
    source="Rudin, Real and Complex Analysis, chapter 1: monotonicity of the integral",
)
longer = Hypothesis(
    "the integral of what is positive grows with the interval",
    r"\int_0^{R(1+\tau^2)^{1/2}} ((\beta-c)^2+\epsilon^2)^{-1/2} d\beta \le \int_{-\sqrt2R}^{\sqrt2R} (u^2+\epsilon^2)^{-1/2} du \text{ for } c = \tau, 1 \text{ and } R \ge 1",
    sp.Ge(4 * sp.sqrt(2) / sp.pi**2 * peak * log_integral * (1 / S + 1 / D), over_thresholds, evaluate=False),
    source="Rudin, Real and Complex Analysis, chapters 1 and 2: monotonicity and translation of the integral",
)
THRESHOLDS = (
    Chain(
        "One slope, all thresholds",
        inner,
        hypotheses=(monotone_thresholds, longer),
        domain=chart,
        claim=NAME,
    )
    .at_most(over_thresholds, ByHypothesis(monotone_thresholds.name))
    .at_most(4 * sp.sqrt(2) / sp.pi**2 * peak * log_integral * (1 / S + 1 / D), ByHypothesis(longer.name))
    .equals(threshold_bound, Evaluate("a primitive", log_integral, sp.asinh(shift / smoothing)))
    .conclude()
)

norm = scalar("smoothed_norm", r"N_R(\epsilon)", nonnegative=True)
over_slopes = sp.Integral(threshold_bound, (tau, 0, 1))
monotone_slopes = Hypothesis(
    "the integral of what is larger is larger, over the slopes",
    r"N_R(\epsilon) = \int_0^\pi\!\int_{-R}^R \lvert\alpha\rvert\,g_R\,db\,d\theta = 8\int_0^1 J_\tau\,d\tau, \text{ under the bound of } J_\tau",
    sp.Ge(8 * over_slopes, norm, evaluate=False),
    source="Rudin, Real and Complex Analysis, chapters 1 and 8: monotonicity of the integral, Fubini's theorem, change of variables",
)
log_slopes = sp.asinh(1 / smoothing) + sp.asinh(1 / (2 * smoothing))
norm_bound = 64 * sp.sqrt(2) / sp.pi**2 * peak * log_thresholds * log_slopes
NORM = (
    Chain("The norm that the smoothed pyramid needs", norm, hypotheses=(monotone_slopes,), claim=NAME)
    .at_most(8 * over_slopes, ByHypothesis(monotone_slopes.name))
    .equals(
        norm_bound,
        Evaluate(
            "a primitive",
            over_slopes,
            8
            * sp.sqrt(2)
            / sp.pi**2
            * peak
            * log_thresholds
            * (sp.asinh(tau / smoothing) - sp.asinh((1 - tau) / (2 * smoothing))),
        ),
    )
    .conclude()
)
DERIVATIONS: tuple[Derivation, ...] = (MODULUS, MINKOWSKI, POINTWISE, PEAK, WEIGHTED, THRESHOLDS, NORM)
