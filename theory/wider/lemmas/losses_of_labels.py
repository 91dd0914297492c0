r"""The logistic and the Poisson loss: their second derivatives, and what their mean is at a stationary point.

With the label y and the output v they are :math:`\log(1 + e^v) - yv` and :math:`e^v - yv`; :math:`\sigma = 1/(1 + e^{-v})`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Differentiate, Elementary, Hypothesis, Rewrite, Squares
from theory.quantities import definition
from theory.symbols import indexed, j, mean, scalar, y
from theory.wider.lemmas.tilted_law import (
    NAME,
    half,
    mean_definition,
    mean_second,
    second,
    slope,
    value,
)

number = scalar("output", "v")
label = scalar("label", "y", nonnegative=True)
other = scalar("rest_of_label", "y'", nonnegative=True)
sigmoid = 1 / (1 + sp.exp(-number))
logistic_loss = sp.log(1 + sp.exp(number)) - label * number
poisson_loss = sp.exp(number) - label * number

logistic_second = sigmoid * (1 - sigmoid)
LOGISTIC = (
    Chain("The second derivative of the logistic loss", sp.Derivative(logistic_loss, (number, 2)), claim=NAME)
    .equals(logistic_second, Elementary("differentiate"))
    .conclude()
)
QUARTER = (
    Chain("The second derivative of the logistic loss is at most 1/4", logistic_second, claim=NAME)
    .at_most(sp.Rational(1, 4), Squares("a square", ((1, half - sigmoid),)))
    .conclude()
)
POISSON = (
    Chain("The second derivative of the Poisson loss", sp.Derivative(poisson_loss, (number, 2)), claim=NAME)
    .equals(sp.exp(number), Elementary("differentiate"))
    .conclude()
)

_point = scalar("point", "z", positive=True)
logarithm = Hypothesis(
    "logarithm above its lower bound",
    r"\log(1 + z) \ge z/(1 + z) \text{ for all } z > 0",
    sp.Ge(sp.log(1 + _point), _point / (1 + _point), evaluate=False),
    (_point,),
    source="DLMF 4.5.1",
)
between = Hypothesis("label from 0 to 1", r"y' = 1 - y \ge 0,\ y \ge 0", sp.Eq(label + other, 1, evaluate=False))
_mixed = other * sp.log(1 + sp.exp(number)) + label * sp.log(1 + sp.exp(-number))
_linear = other * sigmoid + label * (1 - sigmoid)
FADING = (
    Chain(
        "The second derivative of the logistic loss is at most the loss",
        logistic_second,
        hypotheses=(logarithm, between),
        claim=NAME,
    )
    .equals(logistic_second * (label + other), ByHypothesis(between.name, -logistic_second))
    .at_most(_linear, Squares("squares", ((other, sigmoid), (label, 1 - sigmoid))))
    .equals(
        other * sp.exp(number) / (1 + sp.exp(number)) + label * sp.exp(-number) / (1 + sp.exp(-number)),
        Elementary("both forms of the sigmoid"),
    )
    .at_most(
        other * sp.log(1 + sp.exp(number)) + label * sp.exp(-number) / (1 + sp.exp(-number)),
        ByHypothesis(logarithm.name, other, {_point: sp.exp(number)}),
    )
    .at_most(_mixed, ByHypothesis(logarithm.name, label, {_point: sp.exp(-number)}))
    .equals((label + other) * sp.log(1 + sp.exp(number)) - label * number, Elementary("the logarithm of a product"))
    .equals(logistic_loss, ByHypothesis(between.name, sp.log(1 + sp.exp(number))))
    .conclude()
)

mean_label = scalar("mean_label", r"\hat y", positive=True)
mean_label_definition = definition("mean label", r"\hat y = \tfrac1n\textstyle\sum_j y_j > 0", mean_label, mean(y[j]))
stationary = Hypothesis(
    "stationary by the output bias",
    r"\tfrac1n\textstyle\sum_j\ell'_j = 0",
    sp.Eq(mean(slope[j]), 0, evaluate=False),
)
probability = indexed("probability_of_label", r"\sigma", nonnegative=True)
logistic_slopes = definition(
    "slope of the logistic loss", r"\ell'_j = \sigma_j - y_j", slope[j], probability[j] - y[j], j
)
logistic_seconds = definition(
    "second derivative of the logistic loss",
    r"s_j = \sigma_j(1 - \sigma_j)",
    second[j],
    probability[j] * (1 - probability[j]),
    j,
)
_MEAN_PROBABILITY = (
    Chain(
        "The mean probability at a stationary point",
        mean(probability[j]),
        hypotheses=(logistic_slopes, mean_label_definition, stationary),
        claim=NAME,
    )
    .equals(mean(slope[j]) + mean(y[j]), Rewrite("the slopes", (logistic_slopes.name,)))
    .equals(mean(y[j]), ByHypothesis(stationary.name))
    .equals(mean_label, ByHypothesis(mean_label_definition.name, -1))
    .conclude()
)
logistic_mean = mean_label * (1 - mean_label) - mean((probability[j] - mean_label) ** 2)
LOGISTIC_STATIONARY = (
    Chain(
        "The mean second derivative of the logistic loss at a stationary point",
        mean_second,
        hypotheses=(mean_definition, logistic_seconds, *_MEAN_PROBABILITY.hypotheses),
        claim=NAME,
    )
    .equals(mean(second[j]), ByHypothesis(mean_definition.name))
    .equals(
        logistic_mean + (1 - 2 * mean_label) * (mean(probability[j]) - mean_label),
        Rewrite("expand the square", (logistic_seconds.name,)),
    )
    .equals(logistic_mean, ByDerivation(_MEAN_PROBABILITY, 1 - 2 * mean_label, reason="the mean probability"))
    .conclude()
)

poisson_slopes = definition(
    "slope of the Poisson loss", r"\ell'_j = e^{f(x_j)} - y_j", slope[j], sp.exp(value[j]) - y[j], j
)
poisson_seconds = definition(
    "second derivative of the Poisson loss", r"s_j = e^{f(x_j)}", second[j], sp.exp(value[j]), j
)
POISSON_STATIONARY = (
    Chain(
        "The mean second derivative of the Poisson loss at a stationary point",
        mean_second,
        hypotheses=(mean_definition, poisson_slopes, poisson_seconds, mean_label_definition, stationary),
        claim=NAME,
    )
    .equals(mean(second[j]), ByHypothesis(mean_definition.name))
    .equals(
        mean(slope[j]) + mean(y[j]),
        Rewrite("a slope and a label", (poisson_slopes.name, poisson_seconds.name)),
    )
    .equals(mean(y[j]), ByHypothesis(stationary.name))
    .equals(mean_label, ByHypothesis(mean_label_definition.name, -1))
    .conclude()
)
scaling = scalar("scaling_of_head", r"\tau")
margin = indexed("margin", "m", positive=True)
SEPARATED = (
    Chain(
        "The logistic loss falls along the head of a net that separates the data",
        sp.Derivative(mean(sp.log(1 + sp.exp(-scaling * margin[j]))), scaling),
        claim=NAME,
    )
    .equals(
        -mean(margin[j] * sp.exp(-scaling * margin[j]) / (1 + sp.exp(-scaling * margin[j]))),
        Differentiate("the head is linear"),
    )
    .conclude()
)
