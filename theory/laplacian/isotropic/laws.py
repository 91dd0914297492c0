r"""The normal law and the uniform laws on ball and sphere: what makes their densities positive in every dimension.

The two families are mixtures with nonnegative weights, of :math:`e^{-tr^2}` for the normal law, of powers of :math:`1 - r^2/R^2` for ball and sphere. That they are
is a theorem on completely monotone and on Stieltjes functions, taken from the literature; its ingredients are derived here.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Drop, Elementary, Evaluate, Hypothesis
from theory.laplacian.isotropic.transforms import r
from theory.laplacian.isotropic.weight import NAME, b
from theory.symbols import d, i, indexed, n, scalar

BERNSTEIN = (
    "Schilling, Song and Vondracek, Bernstein Functions: theorem 1.4 (Bernstein), corollary 1.6 (products of completely monotone "
    "functions), chapter 2 (Stieltjes functions) and chapter 7 (their roots)"
)
s = scalar("square_of_distance", "s", positive=True)
scale = scalar("laplace_variable", "w", positive=True)
Q, phi = (1 - sp.erf(b / sp.sqrt(2))) / 2, sp.exp(-(b**2) / 2) / sp.sqrt(2 * sp.pi)
laplace = sp.exp(-(b**2) * scale) / sp.sqrt(1 + 2 * scale)
over_scales = sp.Integral(laplace, (scale, 0, sp.oo))
under_integral = sp.exp(-(b**2) * (1 + scale)) / ((1 + scale) * sp.sqrt(1 + 2 * scale)) / (2 * sp.pi)
UNDER = (
    Chain("Under the integral", sp.Derivative(under_integral, b), claim=NAME)
    .equals(-b / sp.pi * sp.exp(-(b**2)) * laplace, Elementary("differentiate"))
    .conclude()
)
rate_of_fall = -b / sp.pi * sp.exp(-(b**2)) * over_scales
MILLS = (
    Chain("The square of the normal tail is a Laplace transform: both fall at the same rate, to 0", rate_of_fall, claim=NAME)
    .equals(
        -2 * phi * Q,
        Evaluate(
            "a primitive",
            over_scales,
            sp.exp(b**2 / 2) * sp.sqrt(sp.pi / 2) / b * sp.erf(b * sp.sqrt(1 + 2 * scale) / sp.sqrt(2)),
        ),
    )
    .equals(sp.Derivative(Q**2, b), Elementary("differentiate"))
    .conclude()
)  # fmt: skip
root_s = sp.sqrt(s)
tail_in_s, excess_in_s = -sp.Derivative(Q.subs(b, root_s), s), -sp.Derivative((phi - b * Q).subs(b, root_s), s)
NORMAL_TAIL = (
    Chain("The normal tail in s = b^2", tail_in_s, claim=NAME)
    .equals(phi.subs(b, root_s) / (2 * root_s), Elementary("differentiate"))
    .conclude()
)
NORMAL_EXCESS = (
    Chain("The mean excess of the normal law in s", excess_in_s, claim=NAME)
    .equals(Q.subs(b, root_s) / (2 * root_s), Elementary("differentiate"))
    .conclude()
)

a, w = scalar("shape", "a", positive=True), scalar("rest", "w", positive=True)
variable = scalar("beta_variable", "x", positive=True)
beta = a * sp.Integral(variable ** (a - 1) / sp.sqrt(1 - variable), (variable, 0, w))
excess_of_ball = sp.Derivative(w**a - sp.sqrt(1 - w) * beta, w)
EDGE = (
    Chain("The mean excess on ball and sphere of radius 1, by w = 1 - b^2", excess_of_ball, domain=((w, 0, 1),), claim=NAME)
    .equals(beta / (2 * sp.sqrt(1 - w)), Elementary("differentiate"))
    .conclude()
)  # fmt: skip
tau = scalar("cut_variable", r"\tau", positive=True)
on_cut = sp.Integral(tau**2 / ((1 + tau**2) ** 2 * (tau**2 + b**2)), (tau, 0, sp.oo))
gap = 1 - b**2
SPHERE = (
    Chain("The sphere in space, a = 1: P = (1-b)/2", on_cut / sp.pi, domain=((b, 0, 1),), claim=NAME)
    .equals(
        ((1 - b) / (2 * gap)) ** 2,
        Evaluate(
            "partial fractions",
            on_cut,
            -b / gap**2 * sp.atan(tau / b)
            + b**2 / gap**2 * sp.atan(tau)
            + (tau / (1 + tau**2) + sp.atan(tau)) / (2 * gap),
        ),
    )
    .conclude()
)

density = scalar("density_at_distance", r"\rho(r)")
mixing, rates = indexed("mixing_weight", r"\mu", nonnegative=True), indexed("mixing_rate", "t", positive=True)
mixture = sp.Sum(mixing[i] * (rates[i] / sp.pi) ** ((d - 1) / sp.Integer(2)) * sp.exp(-rates[i] * r**2), (i, 1, n))
MIXTURE = Hypothesis(
    "the weight of the normal law is a mixture",
    r"g(b) = \textstyle\int e^{-tb^2}\,d\mu(t),\ \mu \ge 0: \text{ as a sum, and each part transformed back, } "
    r"\rho(r) = \sum_i \mu_i\,(t_i/\pi)^{(d-1)/2}\,e^{-t_i r^2}",
    sp.Eq(density, mixture, evaluate=False),
    source=BERNSTEIN,
)
NORMAL_LAW = (
    Chain("The density of the normal law", density, hypotheses=(MIXTURE,), claim=NAME)
    .equals(mixture, ByHypothesis(MIXTURE.name))
    .at_least(0, Drop("no term is negative", mixture))
    .conclude()
)
coefficient, exponents = (
    indexed("series_coefficient", "c", nonnegative=True),
    indexed("series_exponent", r"\beta", nonnegative=True),
)
series = sp.Sum(coefficient[i] * w ** exponents[i], (i, 1, n))
SERIES = Hypothesis(
    "the weight of ball and sphere is a power series",
    r"g = \textstyle\sum_i \gamma_i\,w^{2a+1+i},\ \gamma_i \ge 0,\ w = 1 - b^2/R^2: \text{ each part transformed back, }"
    r"\rho(r) = \sum_i c_i\,w^{\beta_i},\ w = 1 - r^2/R^2",
    sp.Eq(density, series, evaluate=False),
    source="Akhiezer, The Classical Moment Problem, chapter 3 (Nevanlinna and Stieltjes functions, their roots and their moments)",
)
UNIFORM_LAWS = (
    Chain("The density of ball and sphere", density, hypotheses=(SERIES,), domain=((w, 0, 1),), claim=NAME)
    .equals(series, ByHypothesis(SERIES.name))
    .at_least(0, Drop("no term is negative", series))
    .conclude()
)
