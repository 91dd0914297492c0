r"""The Hessian tested with a direction q that has its squared length as the mean of the gradients along it.

With :math:`s_j = \langle\nabla f(x_j), q\rangle`, :math:`E[s] = |q|^2` and residuals that take away at most :math:`\tau(|q|^2 - 1)` the squared length is at
most :math:`\lambda_{\max}(H) + \tau`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Drop, Hypothesis
from theory.stability.by_hyperplane.oriented_neurons import square
from theory.stability.lemmas.residual_part import residual
from theory.symbols import indexed, j, mean, scalar, sharpness

NAME = "beyond-interpolation"

along = indexed("gradient_along_mean", "s")
bend = indexed("curvature_along_mean", "D")
taken = scalar("taken_by_residuals", r"\tau", nonnegative=True)

form = mean(along[j] ** 2) + 2 * mean(residual[j] * bend[j])
r""":math:`\langle q, Hq\rangle`."""
residual_part = -2 * mean(residual[j] * bend[j])
mean_along = Hypothesis(
    "mean of the gradients along the direction",
    r"\E\langle\nabla f(X), q\rangle = \lvert q\rvert^2",
    sp.Eq(mean(along[j]), square, evaluate=False),
)
quotient = Hypothesis(
    "Rayleigh quotient of the direction",
    r"\langle q, \hessian q\rangle \le \sharpness(\hessian)\,\lvert q\rvert^2",
    sp.Ge(sharpness * square, form, evaluate=False),
)
taken_at_most = Hypothesis(
    "what the residuals take away",
    r"-2\E[rD] \le \tau(\lvert q\rvert^2 - 1)",
    sp.Le(residual_part, taken * (square - 1), evaluate=False),
)
_spread = mean((along[j] - square) ** 2)
TESTED = (
    Chain(
        "The squared length of a direction, from its Rayleigh quotient",
        square,
        hypotheses=(mean_along, quotient, taken_at_most),
        claim=NAME,
    )
    .equals((mean(along[j] ** 2) - _spread) / square, ByHypothesis(mean_along.name, -2, reason="expand the square"))
    .at_most(mean(along[j] ** 2) / square, Drop("a mean of squares", _spread / square))
    .at_most(sharpness + residual_part / square, ByHypothesis(quotient.name, 1 / square))
    .at_most(sharpness + taken * (square - 1) / square, ByHypothesis(taken_at_most.name, 1 / square))
    .at_most(sharpness + taken, Drop("the output bias", taken / square))
    .conclude()
)
