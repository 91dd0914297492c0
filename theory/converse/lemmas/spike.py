r"""A spike on a cap: what it costs, and how far its sharpness is from :math:`1 + 2|f|_S` on the population.

:math:`f(x) = (H/s)(\langle v,x\rangle - (1-s))_+` has height H on the cap of width s. Its Hessian, at the labels y = f, has an entry 1 for the
output bias, the mean gradient beside it, and a form B for all other parameters.
"""

from __future__ import annotations

import sympy as sp

from theory.converse.lemmas.cap_bounds import UPPER, UPPER_FACTS, upper_bound
from theory.converse.lemmas.cap_moments import INSIDE, NAME, a, s, weight
from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Rewrite, Squares
from theory.symbols import indexed, p, parameters, scalar

height = scalar("height_of_spike", "H", positive=True)
cost = height / s * weight
dearest = height / s * upper_bound
SPIKE_AT_MOST = (
    Chain("What a spike costs, from above", cost, hypotheses=UPPER_FACTS, domain=INSIDE, claim=NAME)
    .at_most(dearest, ByDerivation(UPPER, height / s))
    .conclude()
)

curvature = scalar("curvature_of_others", "r", positive=True)
at_bias = scalar("direction_at_bias", r"\beta")
form = scalar("form_of_others", r"\langle t, Bt\rangle")
norm = scalar("stability_norm_of_spike", r"\lVert f\rVert_{\mathrm S}", nonnegative=True)
direction, mean_gradient = indexed("direction_of_others", "t"), indexed("mean_gradient_of_others", "q")
over = (p, 1, parameters)
length, lever_square = sp.Sum(direction[p] ** 2, over), sp.Sum(mean_gradient[p] ** 2, over)
product = sp.Sum(mean_gradient[p] * direction[p], over)
quadratic_form = form + 2 * at_bias * product + at_bias**2
OTHERS = Hypothesis(
    "curvature of the other parameters",
    r"\langle t, Bt\rangle \le r\norm t^2",
    sp.Le(form, curvature * length, evaluate=False),
)
BALANCED = Hypothesis(
    "the spike is balanced",
    r"\textstyle\sum_p q_p^2 = (\E z)^2 + (w^{(2)})^2(P^2 + \norm{\E[X\mathbf 1_A]}^2) = 2\stabilitynorm f",
    sp.Eq(lever_square, 2 * norm, evaluate=False),
)
SMALL = ((curvature, 0, 1),)
excess_of_sharpness = 2 * norm / (1 - curvature)
SHARPNESS = (
    Chain(
        "The quadratic form of the Hessian of a balanced spike",
        quadratic_form,
        hypotheses=(OTHERS, BALANCED),
        domain=SMALL,
        claim=NAME,
    )
    .at_most(curvature * length + 2 * at_bias * product + at_bias**2, ByHypothesis(OTHERS.name))
    .at_most(
        length + (1 + lever_square / (1 - curvature)) * at_bias**2,
        Squares(
            "the product of both parts",
            ((1 - curvature, direction[p] - at_bias * mean_gradient[p] / (1 - curvature)),),
            over=(over,),
        ),
    )
    .equals(
        length + (1 + excess_of_sharpness) * at_bias**2,
        ByHypothesis(BALANCED.name, at_bias**2 / (1 - curvature)),
    )
    .at_most(
        (1 + excess_of_sharpness) * (length + at_bias**2),
        Squares("not negative", ((excess_of_sharpness, direction[p]),), over=(over,)),
    )
    .conclude()
)

amplitude, mass, second = (
    scalar("amplitude_of_spike", r"\abs{a}", positive=True),
    scalar("probability_of_cap", "P", positive=True),
    scalar("second_moment_above", "h_2", positive=True),
)
output_weight, scale = (
    scalar("output_weight_of_spike", r"\abs{w^{(2)}}", positive=True),
    scalar("input_weight_of_spike", r"\norm{w^{(1)}}", positive=True),
)
top = scalar("largest_eigenvalue", r"\lambda", positive=True)
AT_INPUT_BIAS = Hypothesis(
    "curvature at the input bias",
    r"\lambda \ge (w^{(2)})^2 P",
    sp.Ge(top, output_weight**2 * mass, evaluate=False),
)
AT_OUTPUT_WEIGHT = Hypothesis(
    "curvature at the output weight",
    r"\lambda \ge \norm{w^{(1)}}^2 h_2",
    sp.Ge(top, scale**2 * second, evaluate=False),
)
AMPLITUDE = Hypothesis(
    "amplitude", r"\abs a = \abs{w^{(2)}}\,\norm{w^{(1)}}", sp.Eq(amplitude, output_weight * scale, evaluate=False)
)
TALL = (
    Chain(
        "The square of the sharpness, whatever the scales",
        top**2,
        hypotheses=(AT_INPUT_BIAS, AT_OUTPUT_WEIGHT, AMPLITUDE),
        claim=NAME,
    )
    .at_least(top * output_weight**2 * mass, ByHypothesis(AT_INPUT_BIAS.name, top))
    .at_least(output_weight**2 * mass * scale**2 * second, ByHypothesis(AT_OUTPUT_WEIGHT.name, output_weight**2 * mass))
    .equals(amplitude**2 * mass * second, Rewrite("the amplitude", [AMPLITUDE.name]))
    .conclude()
)

excess, lever, flat = (
    scalar("mean_excess_of_cap", "h", positive=True),
    scalar("lever_of_cap", "K", positive=True),
    scalar("bound_of_probability", "P_0", positive=True),
)
SMALL_LEVER = Hypothesis("the lever from below", r"K = \sqrt{P^2 + q^2} \ge P", sp.Ge(lever, mass, evaluate=False))
LARGE_LEVER = Hypothesis("the lever from above", r"K \le \sqrt2\,P_0", sp.Le(lever, sp.sqrt(2) * flat, evaluate=False))
LOW = Hypothesis(
    "a spike is no higher than its cap is wide",
    r"h_2 = \E(\langle v, X\rangle - b)_+^2 \le s\,h",
    sp.Le(second, s * excess, evaluate=False),
)
FEW = Hypothesis("the mean excess from above", r"h \le s\,P_0/(a+2)", sp.Le(excess, s * flat / (a + 2), evaluate=False))
trace = height / s * (2 * excess * mass / lever + second * lever / excess)
SPREAD = (
    Chain(
        "The trace of the form of a balanced spike for the other parameters",
        trace,
        hypotheses=(SMALL_LEVER, LARGE_LEVER, LOW, FEW),
        claim=NAME,
    )
    .at_most(
        height / s * (2 * excess + second * lever / excess),
        ByHypothesis(SMALL_LEVER.name, 2 * height / s * excess / lever),
    )
    .at_most(height / s * (2 * excess + s * lever), ByHypothesis(LOW.name, height / s * lever / excess))
    .at_most(height / s * (2 * excess + s * sp.sqrt(2) * flat), ByHypothesis(LARGE_LEVER.name, height))
    .at_most(height * flat * (sp.sqrt(2) + 2 / (a + 2)), ByHypothesis(FEW.name, 2 * height / s))
    .conclude()
)
