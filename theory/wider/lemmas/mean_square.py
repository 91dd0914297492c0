r"""Heavy ball with a random curvature, in one dimension: a quadratic form whose mean after a step is known exactly.

The curvature :math:`h_{\mathcal{B}}` of a batch has the mean :math:`\lambda` and the variance V. With :math:`\mu = 1 + \beta - \eta\lambda` and

.. math:: \Phi(\delta, \delta') = (1 + \beta)\delta'^2 - 2\beta\mu\,\delta\delta' + (1 + \beta)\beta^2\delta^2

a step changes the mean of the form by :math:`-D\delta'^2`,
:math:`D = \eta\bigl(2(1 - \beta^2)\lambda - \eta((1 + \beta)V + (1 - \beta)\lambda^2)\bigr)`. So D decides.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Identity
from theory.stability.lemmas.batches import B, batches, probability, total_probability
from theory.symbols import eta, indexed, scalar
from theory.wider.lemmas.second_order import NAME, beta

curvature = indexed("curvature_of_batch", "h")
mean_curvature = scalar("mean_curvature", r"\lambda")
variance = scalar("variance_of_curvature", "V", nonnegative=True)
earlier, present = scalar("earlier_deviation", r"\delta"), scalar("present_deviation", r"\delta'")


def over_batches(body: sp.Expr) -> sp.Expr:
    """The mean over the batches."""
    return sp.Sum(probability[B] * body, (B, 1, batches))


mean_of_curvature = Hypothesis(
    "mean curvature",
    r"\textstyle\sum_{\mathcal{B}} \pi_{\mathcal{B}}h_{\mathcal{B}} = \lambda",
    sp.Eq(over_batches(curvature[B]), mean_curvature, evaluate=False),
)
variance_of_curvature = Hypothesis(
    "variance of the curvature",
    r"\textstyle\sum_{\mathcal{B}} \pi_{\mathcal{B}}h_{\mathcal{B}}^2 = \lambda^2 + V",
    sp.Eq(over_batches(curvature[B] ** 2), mean_curvature**2 + variance, evaluate=False),
)
law = (total_probability, mean_of_curvature, variance_of_curvature)
centre = 1 + beta - eta * mean_curvature


def form(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    r"""The form :math:`\Phi(\delta, \delta')`."""
    return (1 + beta) * second**2 - 2 * beta * centre * first * second + (1 + beta) * beta**2 * first**2


later = (1 + beta - eta * curvature[B]) * present - beta * earlier
fall = eta * (2 * (1 - beta**2) * mean_curvature - eta * ((1 + beta) * variance + (1 - beta) * mean_curvature**2))
before, after = form(earlier, present), over_batches(form(present, later))
_slope = (
    -2 * eta * (1 + beta) * present * ((1 + beta) * present - beta * earlier) + 2 * beta * eta * centre * present**2
)
_constant = form(present, (1 + beta) * present - beta * earlier)
EXPECTED_FALL = (
    Chain("Heavy ball with a random curvature: the mean of the form", after, hypotheses=law, claim=NAME)
    .equals(
        _constant * over_batches(sp.S.One)
        + _slope * over_batches(curvature[B])
        + (1 + beta) * eta**2 * present**2 * over_batches(curvature[B] ** 2),
        Identity("expand the square"),
    )
    .equals(
        _constant
        + _slope * over_batches(curvature[B])
        + (1 + beta) * eta**2 * present**2 * over_batches(curvature[B] ** 2),
        ByHypothesis(total_probability.name, _constant),
    )
    .equals(
        _constant + _slope * mean_curvature + (1 + beta) * eta**2 * present**2 * over_batches(curvature[B] ** 2),
        ByHypothesis(mean_of_curvature.name, _slope),
    )
    .equals(
        before - fall * present**2,
        ByHypothesis(variance_of_curvature.name, (1 + beta) * eta**2 * present**2),
    )
    .conclude()
)
small_step = Hypothesis(
    "step size at most the threshold",
    r"\eta\bigl((1+\beta)V + (1-\beta)\lambda^2\bigr) \le 2(1-\beta^2)\lambda",
    sp.Le(
        eta * ((1 + beta) * variance + (1 - beta) * mean_curvature**2),
        2 * (1 - beta**2) * mean_curvature,
        evaluate=False,
    ),
)
NO_GROWTH = (
    Chain("Heavy ball with a random curvature: no growth", after, hypotheses=(*law, small_step), claim=NAME)
    .equals(before - fall * present**2, ByDerivation(EXPECTED_FALL, reason="the mean of the form"))
    .at_most(before, ByHypothesis(small_step.name, eta * present**2))
    .conclude()
)
