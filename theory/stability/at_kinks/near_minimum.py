r"""The true gradient near an interpolating minimum with data on kinks, and what one true step does to the deviation.

The mode :math:`m_{j,i}` is the derivative of the rectifier at the pair of datum j and neuron i at the point reached,
:math:`\theta + \delta`. Near enough to the minimum it is the mask at :math:`\theta` off kinks; on kinks the pre-activation at
:math:`\theta` is 0, so that in every mode :math:`m_{j,i}` times it is the output of the neuron. Nothing here is linearised:
residuals and slopes along the deviation are polynomials in the deviation.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Identity, Rewrite, Squares
from theory.stability.lemmas.descent import deviation, inner
from theory.symbols import Phi, b2, eta, i, indexed, j, k, mean, n, p, parameters, scalar, w2, y

NAME = "nondifferentiable-minima"

mode = indexed("mode", "m", nonnegative=True)
level = indexed("preactivation_at_minimum", "t")
change = indexed("change_of_preactivation", r"\tau")
weight_change = indexed("change_of_output_weight", r"\rho")
bias_change = scalar("change_of_output_bias", r"\gamma")
curving = indexed("second_order_part", "s")
residual = indexed("residual_near_minimum", "r")

interpolates = Hypothesis(
    "the net interpolates the data, read in the mode",
    r"\textstyle\sum_i w^{(2)}_i m_{j,i} t_{j,i} + b^{(2)} = y_j \text{ for all } j",
    sp.Eq(sp.Sum(w2[i] * mode[j, i] * level[j, i], (i, 1, k)) + b2, y[j], evaluate=False),
    ((j, n),),
)
output_near = (
    sp.Sum((w2[i] + weight_change[i]) * mode[j, i] * (level[j, i] + change[j, i]), (i, 1, k)) + b2 + bias_change
)
r""":math:`f(x_j)` at :math:`\theta + \delta`."""
slope_near = (
    sp.Sum(
        (w2[i] + weight_change[i]) * mode[j, i] * change[j, i]
        + weight_change[i] * mode[j, i] * (level[j, i] + change[j, i]),
        (i, 1, k),
    )
    + bias_change
)
r""":math:`\langle\nabla f(x_j),\delta\rangle` with the gradient at :math:`\theta + \delta`."""
linear_part = (
    sp.Sum(w2[i] * mode[j, i] * change[j, i] + weight_change[i] * mode[j, i] * level[j, i], (i, 1, k)) + bias_change
)
r""":math:`\langle\nabla f(x_j),\delta\rangle` with the gradient at :math:`\theta` in the mode."""
second_order_part = sp.Sum(weight_change[i] * mode[j, i] * change[j, i], (i, 1, k))

RESIDUAL = (
    Chain(
        "The residual near the minimum",
        output_near - y[j],
        hypotheses=(interpolates,),
        for_all=((j, n),),
        claim=NAME,
    )
    .equals(linear_part + second_order_part, ByHypothesis(interpolates.name))
    .conclude()
)
SLOPE = (
    Chain("The slope along the deviation", slope_near, for_all=((j, n),), claim=NAME)
    .equals(linear_part + 2 * second_order_part, Identity("expand"))
    .conclude()
)

slopes = Hypothesis(
    "slopes along the deviation",
    r"\langle\nabla f(x_j),\delta\rangle = r_j + s_j \text{ with the gradient at } \theta + \delta",
    sp.Eq(sp.Sum(Phi[p, j] * deviation[p], (p, 1, parameters)), residual[j] + curving[j], evaluate=False),
    ((j, n),),
)
sharp = scalar("sharpness_reached", r"\lambda")
largest = Hypothesis(
    "the sharpness of the Gram matrix at the point reached",
    r"\lVert\E r\nabla f\rVert^2 \le \lambda\,\E r^2",
    sp.Le(
        sp.Sum(mean(residual[j] * Phi[p, j]) ** 2, (p, 1, parameters)), sharp * mean(residual[j] ** 2), evaluate=False
    ),
)
after_step = sp.Sum((deviation[p] - eta * mean(residual[j] * Phi[p, j])) ** 2, (p, 1, parameters))
r""":math:`\lvert\delta_1\rvert^2` after one true step."""
_squares = inner(deviation, deviation)
_mean_square = mean(residual[j] ** 2)
_crossed = mean(residual[j] * curving[j])
LENGTH = (
    Chain("The length of the deviation after one true step", after_step, hypotheses=(slopes, largest), claim=NAME)
    .equals(
        _squares
        - 2 * eta * mean(residual[j] * sp.Sum(Phi[p, j] * deviation[p], (p, 1, parameters)))
        + eta**2 * sp.Sum(mean(residual[j] * Phi[p, j]) ** 2, (p, 1, parameters)),
        Identity("expand the square"),
    )
    .equals(
        _squares
        - 2 * eta * mean(residual[j] * (residual[j] + curving[j]))
        + eta**2 * sp.Sum(mean(residual[j] * Phi[p, j]) ** 2, (p, 1, parameters)),
        ByHypothesis(slopes.name, -2 * eta * residual[j] / n, over=((j, 1, n),)),
    )
    .at_most(_squares - eta * (2 - eta * sharp) * _mean_square - 2 * eta * _crossed, ByHypothesis(largest.name, eta**2))
    .conclude()
)
gap = scalar("stability_gap", r"\kappa", positive=True)
strict = Hypothesis(
    "the sharpness is below 2/eta", r"\eta\lambda = 2 - \kappa,\ \kappa > 0", sp.Eq(sharp, (2 - gap) / eta)
)
SECOND_ORDER = (
    Chain(
        "The length grows to second order at most",
        after_step,
        hypotheses=(slopes, largest, strict),
        claim=NAME,
    )
    .at_most(
        _squares - eta * (2 - eta * sharp) * _mean_square - 2 * eta * _crossed,
        ByDerivation(LENGTH, reason="one true step"),
    )
    .equals(_squares - eta * gap * _mean_square - 2 * eta * _crossed, Rewrite("the gap", (strict.name,)))
    .at_most(
        _squares + eta / gap * mean(curving[j] ** 2),
        Squares("a square for each datum", [(eta * gap / n, residual[j] + curving[j] / gap)], over=[(j, 1, n)]),
    )
    .conclude()
)
at_most_two = Hypothesis("the sharpness is at most 2/eta", r"\eta\lambda \le 2", sp.Le(eta * sharp, 2, evaluate=False))
linear = Hypothesis(
    "the piecewise linear iteration",
    r"s_j = 0 \text{ for all } j",
    sp.Eq(curving[j], 0, evaluate=False),
    ((j, n),),
)
LINEAR = (
    Chain(
        "No step of the piecewise linear iteration lengthens the deviation",
        after_step,
        hypotheses=(slopes, largest, at_most_two, linear),
        claim=NAME,
    )
    .at_most(
        _squares - eta * (2 - eta * sharp) * _mean_square - 2 * eta * _crossed,
        ByDerivation(LENGTH, reason="one true step"),
    )
    .equals(
        _squares - eta * (2 - eta * sharp) * _mean_square,
        ByHypothesis(linear.name, -2 * eta * residual[j] / n, over=((j, 1, n),)),
    )
    .at_most(_squares, ByHypothesis(at_most_two.name, eta * _mean_square))
    .conclude()
)
