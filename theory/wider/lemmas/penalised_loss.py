r"""The loss with an L2 penalty: the mean gradient, from the curvature of the penalised loss.

:math:`\hessian` is the Hessian of the loss without the penalty :math:`\frac\mu2|\theta|^2`, so that that of the penalised loss is :math:`\hessian + \mu`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Differentiate, Drop, Hypothesis, Rewrite
from theory.latex import named
from theory.stability.by_hyperplane.network import gradient_square, stability_norm
from theory.stability.lemmas.output_bias import (
    along,
    bound_of_gradient,
    loss,
    shift,
)
from theory.stability.sharpness_lower_bound import NORM
from theory.symbols import eta, indexed, j, mean, scalar

NAME = "weight-decay"

half = sp.Rational(1, 2)
penalty = scalar("penalty", r"\mu", positive=True)
others = sp.Function(named("squared_other_parameters", r"\lVert\theta_{{{0}}}\rVert^2"), real=True)(along)
r"""The squared length of all parameters but the output bias, at :math:`\theta + \tau t`."""
penalised_loss = loss + penalty / 2 * others
PENALISED_COLUMN = (
    Chain(
        "The column of the Hessian at an output bias that is not penalised",
        sp.Derivative(penalised_loss, shift, along),
        claim=NAME,
    )
    .equals(sp.Derivative(loss, shift, along), Differentiate("the penalty does not see the output bias"))
    .conclude()
)

ALL = bound_of_gradient(2 / eta - penalty, penalty, NAME)
all_bound = 2 / eta * (1 + penalty) - penalty * (2 + penalty)


PENALTY_ON_ALL = (
    Chain("All parameters penalised", gradient_square, hypotheses=ALL.hypotheses, claim=NAME)
    .at_most(all_bound, ByDerivation(ALL, reason="the curvature at the output bias"))
    .conclude()
)
all_norm = (1 + penalty) * (1 / eta - (1 + penalty) / 2)
PENALTY_ON_ALL_NORM = (
    Chain(
        "The stability norm, all parameters penalised",
        stability_norm,
        hypotheses=(*NORM.hypotheses, *ALL.hypotheses),
        claim=NAME,
    )
    .at_most(half * gradient_square - half, ByDerivation(NORM, half, reason="the squared mean gradient and the norm"))
    .at_most(all_norm, ByDerivation(PENALTY_ON_ALL, half, reason="all parameters penalised"))
    .conclude()
)
FLAT = bound_of_gradient(2 / eta, sp.S.Zero, NAME)
WITHOUT_BIAS = (
    Chain("The output bias not penalised", gradient_square, hypotheses=FLAT.hypotheses, claim=NAME)
    .at_most(2 / eta, ByDerivation(FLAT, reason="the curvature at the output bias"))
    .conclude()
)
WITHOUT_BIAS_NORM = (
    Chain(
        "The stability norm, the output bias not penalised",
        stability_norm,
        hypotheses=(*NORM.hypotheses, *FLAT.hypotheses),
        claim=NAME,
    )
    .at_most(half * gradient_square - half, ByDerivation(NORM, half, reason="the squared mean gradient and the norm"))
    .at_most(1 / eta - half, ByDerivation(WITHOUT_BIAS, half, reason="the curvature at the output bias"))
    .conclude()
)

seen = indexed("gradient_along_mean", "s")
residual_curvature = scalar("residual_curvature", r"\varrho")
mean_seen = Hypothesis(
    "gradients along their mean",
    r"\textstyle\frac1n\sum_j s_j = \lVert q\rVert^2,\ s_j = \langle\nabla f(x_j), q\rangle",
    sp.Eq(mean(seen[j]), gradient_square, evaluate=False),
)
upper = Hypothesis(
    "penalised curvature at most 2/eta",
    r"\langle q, (\hessian + \mu)q\rangle = \textstyle\frac1n\sum_j s_j^2 + \varrho + \mu\lVert q\rVert^2 \le \tfrac2\eta\lVert q\rVert^2",
    sp.Ge(
        2 / eta * gradient_square, mean(seen[j] ** 2) + residual_curvature + penalty * gradient_square, evaluate=False
    ),
)
residuals = Hypothesis(
    "residual part",
    r"\varrho \ge -\mu(\lVert q\rVert^2 - 1)",
    sp.Ge(residual_curvature, -penalty * (gradient_square - 1), evaluate=False),
)
_spread = mean((seen[j] - gradient_square) ** 2) / gradient_square
STATIONARY = (
    Chain(
        "A stationary point of the penalised loss",
        gradient_square + penalty / gradient_square,
        hypotheses=(mean_seen, upper, residuals),
        claim=NAME,
    )
    .at_most(
        gradient_square + penalty / gradient_square + _spread, Drop("a mean of squares", _spread)
    )
    .equals(
        (mean(seen[j] ** 2) - 2 * gradient_square * mean(seen[j])) / gradient_square + 2 * gradient_square + penalty / gradient_square,
        Rewrite("expand the square", ()),
    )
    .equals(
        (mean(seen[j] ** 2) + penalty) / gradient_square,
        ByHypothesis(mean_seen.name, -2),
    )
    .at_most(
        (mean(seen[j] ** 2) + residual_curvature + penalty * gradient_square) / gradient_square,
        ByHypothesis(residuals.name, 1 / gradient_square),
    )
    .at_most(2 / eta, ByHypothesis(upper.name, 1 / gradient_square))
    .conclude()
)  # fmt: skip
STATIONARY_NORM = (
    Chain(
        "The stability norm at a stationary point of the penalised loss",
        stability_norm,
        hypotheses=(*NORM.hypotheses, mean_seen, upper, residuals),
        claim=NAME,
    )
    .at_most(half * gradient_square - half, ByDerivation(NORM, half, reason="the squared mean gradient and the norm"))
    .at_most(
        half * (gradient_square + penalty / gradient_square) - half,
        Drop("the rest", half * penalty / gradient_square),
    )
    .at_most(1 / eta - half, ByDerivation(STATIONARY, half, reason="a stationary point of the penalised loss"))
    .conclude()
)
