r"""The main theorem: at a stable minimum the stability norm is at most one over the step size, less a half."""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source
from theory.kernel import ByDerivation, ByHypothesis, Chain, Differentiate, Hypothesis
from theory.latex import named
from theory.stability.sharpness_lower_bound import CHAIN, stability_norm
from theory.symbols import eta, indexed, j, m, mean, parameters, scalar, sharpness, y

NAME = "stability-inequality"

half = sp.Rational(1, 2)
stable = Hypothesis(
    "linearly stable at the step size",
    r"\lambda_{\max} \le 2/\eta",
    sp.Le(sharpness, 2 / eta, evaluate=False),
)
MAIN = (
    Chain("The main theorem", stability_norm, hypotheses=(*CHAIN.hypotheses, stable), claim=NAME)
    .at_most(half * sharpness - half, ByDerivation(CHAIN, half, reason="half of the lower bound of the sharpness"))
    .at_most(
        half * (2 / eta) - half,
        ByHypothesis("linearly stable at the step size", half, reason="linear stability: sharpness at most 2/eta"),
    )
    .conclude()
)

surplus = scalar("surplus", r"\sigma", positive=True)
too_large = Hypothesis("step size above 2", r"\eta = 2 + \sigma,\ \sigma > 0", sp.Eq(eta, 2 + surplus))
NONE_ABOVE_TWO = (
    Chain(
        "No stable minimum for a step size above 2: the bound is negative, the norm is not",
        stability_norm,
        hypotheses=(*CHAIN.hypotheses, stable, too_large),
        claim=NAME,
    )
    .at_most(1 / eta - half, ByDerivation(MAIN, reason="the main theorem"))
    .equals(
        -surplus / (2 * eta),
        # (2 - eta) / (2 eta) with eta - 2 = sigma
        ByHypothesis("step size above 2", -1 / (2 * eta)),
    )
    .conclude()
)

slope = sp.Function(named("rest_of_the_network", r"\tilde f(x_{{{0}}};\theta_p)"), real=True)
parameter, bias = scalar("one_parameter", r"\theta_p"), scalar("output_bias", "b^{(2)}")
OUTPUT_BIAS_COLUMN = (
    Chain(
        "The column of the Hessian at the output bias is the mean gradient, at every differentiable point",
        sp.Derivative(half * mean((slope(j, parameter) + bias - y[j]) ** 2), bias, parameter),
        claim=NAME,
    )
    .equals(mean(sp.Derivative(slope(j, parameter), parameter)), Differentiate("the output bias enters linearly"))
    .conclude()
)

eigenvalue = indexed("eigenvalue", r"\lambda", nonnegative=True)
bias_direction = indexed("bias_direction", "e")
spectral_unit = Hypothesis(
    "the output bias has curvature one",
    r"\textstyle\sum_m \lambda_m e_m^2 = \langle e, He\rangle = 1",
    sp.Eq(sp.Sum(eigenvalue[m] * bias_direction[m] ** 2, (m, 1, parameters)), 1, evaluate=False),
)
spectrum = Hypothesis(
    "every eigenvalue is at most 2/eta",
    r"0 \le \lambda_m \le 2/\eta",
    sp.Ge(2 / eta, eigenvalue[m], evaluate=False),
    (m,),
)
OUTPUT_BIAS = (
    Chain(
        "The squared mean gradient, in the eigenbasis of the Hessian: no interpolation is needed",
        sp.Sum((eigenvalue[m] * bias_direction[m]) ** 2, (m, 1, parameters)),
        hypotheses=(spectral_unit, spectrum),
        claim=NAME,
    )
    .at_most(
        2 / eta * sp.Sum(eigenvalue[m] * bias_direction[m] ** 2, (m, 1, parameters)),
        ByHypothesis(
            "every eigenvalue is at most 2/eta",
            eigenvalue[m] * bias_direction[m] ** 2,
            over=[(m, 1, parameters)],
            reason="eigenvalues between 0 and 2/eta",
        ),
    )
    .equals(2 / eta, ByHypothesis("the output bias has curvature one", 2 / eta))
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="The main theorem: large steps mean a small stability norm",
    statement=r"""
If gradient descent with step size $\eta$ is linearly stable at a differentiable interpolating minimum $f$, then
$$ \stabilitynorm{f} \le \frac1\eta - \frac12. $$
The bound falls as $\eta$ grows, and there is no differentiable stable interpolating minimum for $\eta > 2$.
""".strip(),
    hypotheses=(
        "The minimum interpolates the data, and no datum is on a kink.",
        "The output bias is trained.",
        r"$\eta > 0$ and gradient descent (or stochastic gradient descent, in the mean) is linearly stable at the minimum.",
    ),
    source=Source(PAPER, "main theorem; the second proof, by the output bias, is this project's"),
    rests_on=("linear-stability", "gram-form", "sharpness-lower-bound"),
    derivations=(MAIN, NONE_ABOVE_TWO, OUTPUT_BIAS_COLUMN, OUTPUT_BIAS),
    machine_checked=(
        "StabilityInequality.stability_inequality",
        "StabilityInequality.stability_inequality_gd",
        "StabilityInequality.stability_inequality_sgd",
        "StabilityInequality.stability_inequality_function",
        "StabilityInequality.no_stable_minimum",
    ),
    machine_refuted=(
        ("1/eta - c for any c above 1/2", "Controls.control_stability_constant"),
        ("no stable minimum already at eta = 2", "Controls.control_eta_two"),
    ),
)
