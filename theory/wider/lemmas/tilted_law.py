r"""A loss other than the square: its second derivatives tilt the law of the data, and the output bias sees the mean gradient under that law.

Let :math:`\ell_j` be the loss of datum j as a function of the output, :math:`s_j = \ell_j''(f(x_j))` and :math:`u_j = s_j/(n\bar s)`. Of the loss
at a datum its Taylor polynomial of second degree at :math:`f(x_j)` has the same first and second derivatives there, and stands for it here.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Differentiate, Hypothesis, Rewrite
from theory.quantities import definition
from theory.stability.by_hyperplane.data_vectors import (
    SQUARE_OF_LAW,
    data_vector,
    is_law,
    norm_of_law,
    square_of_law,
    total,
)
from theory.stability.lemmas.output_bias import AtBias, along, at_least, at_most, bound_of_gradient, output, shift
from theory.symbols import eta, indexed, j, mean, n, scalar

NAME = "other-losses"

half = sp.Rational(1, 2)
value = indexed("output_at_datum", "f")
loss_at_datum = indexed("loss_at_datum", r"\ell")
slope = indexed("slope_of_loss", r"\ell'")
second = indexed("second_derivative_of_loss", "s")
mean_second = scalar("mean_second_derivative", r"\bar s", positive=True)

_step = output + shift - value[j]
loss = mean(loss_at_datum[j] + slope[j] * _step + second[j] * _step**2 / 2)
r"""The loss to second order, at :math:`\theta + \tau t` with the output bias moved by :math:`\beta_0`."""

mean_definition = definition(
    "mean second derivative", r"\bar s = \tfrac1n\textstyle\sum_j s_j > 0", mean_second, mean(second[j])
)
law_definition = definition("tilted law", r"u_j = s_j/(n\bar s)", data_vector[j], second[j] / (n * mean_second), j)
tilted = (mean_definition, law_definition)

tilted_gradient = sp.Sum(data_vector[j] * sp.Derivative(output, along), (j, 1, n))
r""":math:`\langle t, q_u\rangle` for the direction t of :math:`f_\tau`."""
_slopes = sp.Derivative(output, along)
COLUMN = (
    Chain(
        "The column of the Hessian at the output bias, for another loss",
        sp.Derivative(loss, shift, along),
        hypotheses=(law_definition,),
        claim=NAME,
    )
    .equals(mean(second[j] * _slopes), Differentiate("the output bias enters linearly"))
    .equals(
        mean_second * tilted_gradient,
        ByHypothesis(law_definition.name, -mean_second * _slopes, over=((j, 1, n),), reason="the tilted law"),
    )
    .conclude()
)
CURVATURE = (
    Chain(
        "The curvature along the output bias, for another loss",
        sp.Derivative(loss, shift, shift),
        hypotheses=(mean_definition,),
        claim=NAME,
    )
    .equals(mean(second[j]), Differentiate("the output bias enters linearly"))
    .equals(mean_second, ByHypothesis(mean_definition.name, -1))
    .conclude()
)
IS_LAW = (
    Chain("The tilted law is one", total, hypotheses=tilted, claim=NAME)
    .equals(mean(second[j]) / mean_second, Rewrite("the tilted law", (law_definition.name,)))
    .equals(1, ByHypothesis(mean_definition.name, -1 / mean_second))
    .conclude()
)

AT_BIAS = AtBias(mean_second, "q_u", scalar("curvature_of_tilted_gradient", r"\langle q_u, \hessian q_u\rangle"))
above = scalar("largest_curvature", r"\lambda", positive=True)
below = scalar("negative_curvature", r"\nu", nonnegative=True)
curved = (at_most(above, square_of_law, AT_BIAS), at_least(below, square_of_law, AT_BIAS))
flat = (at_most(2 / eta, square_of_law, AT_BIAS), at_least(sp.S.Zero, square_of_law, AT_BIAS))
curved_bound = above / mean_second + below * (above - mean_second) / mean_second**2
flat_bound = 2 / (eta * mean_second)
CURVED = bound_of_gradient(above, below, NAME, square_of_law, AT_BIAS)
FLAT = bound_of_gradient(2 / eta, sp.S.Zero, NAME, square_of_law, AT_BIAS)

of_function: tuple[Hypothesis, ...] = (*(each for each in SQUARE_OF_LAW.hypotheses if each != is_law), *tilted)
"""The definitions that the stability norm under the tilted law rests on."""
NORM = (
    Chain("The squared mean gradient under the tilted law", 1 + 2 * norm_of_law, hypotheses=of_function, claim=NAME)
    .at_most(
        square_of_law,
        ByDerivation(SQUARE_OF_LAW, reason="the law u of the data", discharged=((is_law.name, IS_LAW),)),
    )
    .conclude()
)
CURVED_NORM = (
    Chain(
        "The stability norm under the tilted law, with negative curvature",
        1 + 2 * norm_of_law,
        hypotheses=(*of_function, *curved),
        claim=NAME,
    )
    .at_most(square_of_law, ByDerivation(NORM, reason="the squared mean gradient and the norm"))
    .at_most(curved_bound, ByDerivation(CURVED, reason="the curvature at the output bias"))
    .conclude()
)
FLAT_NORM = (
    Chain(
        "The stability norm under the tilted law at a flat point",
        norm_of_law,
        hypotheses=(*of_function, *flat),
        claim=NAME,
    )
    .at_most(half * square_of_law - half, ByDerivation(NORM, half, reason="the squared mean gradient and the norm"))
    .at_most(flat_bound / 2 - half, ByDerivation(FLAT, half, reason="the curvature at the output bias"))
    .conclude()
)
