r"""The squared mean gradient of a net at its data, and the Rayleigh quotient of the Hessian there.

The net is listed as in `theory.stability.by_hyperplane.network`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Differentiate, Hypothesis, Rewrite, Squares
from theory.kernel.functions import relu, step
from theory.quantities import definition, names
from theory.stability.by_hyperplane.network import (
    SIDES,
    excess,
    features,
    gradient_square,
    input_biases,
    input_weights,
    mask,
    mass,
    means,
    moment,
    network,
    neuron_square,
    off_kinks,
    output,
    output_weight,
    output_weights,
    over_coordinates,
    over_neurons,
    over_places,
    parameters,
    planes,
    preactivation,
    presence,
    present,
    scale,
    square_definition,
)
from theory.symbols import H, b2, c, d, i, index, indexed, j, k, mean, n, sharpness, x

NAME = "sharpness-lower-bound"

plane, place, coordinate = index("G"), index("r"), index("s")


def _squared_mean(parameter: sp.Expr) -> sp.Expr:
    return mean(sp.Derivative(network(), parameter)) ** 2


def _of_place(s: int) -> sp.Expr:
    return (
        _squared_mean(output_weights[s][plane, place])
        + _squared_mean(input_biases[s][plane, place])
        + sp.Sum(_squared_mean(input_weights[s][plane, place, coordinate]), (coordinate, 1, d))
    )


blocks = _squared_mean(b2) + sp.Add(*(sp.Sum(_of_place(s), (place, 1, k), (plane, 1, planes)) for s in SIDES))
r"""The squared length of :math:`\mathbb E\nabla f(X)`: output bias, then output weight, input bias and input weights of every neuron."""


def _carried_out(s: int) -> sp.Expr:
    active = output_weights[s][H, i] * step(preactivation(s))
    return present[s][H, i] ** 2 * (
        mean(relu(preactivation(s))) ** 2
        + mean(active) ** 2
        + sp.Sum(mean(active * x[j, coordinate]) ** 2, (coordinate, 1, d))
    )


MEAN_GRADIENT = (
    Chain(
        "The squared mean gradient, block by block",
        blocks,
        hypotheses=(*off_kinks, *presence, *parameters, *features, *means),
        claim=NAME,
    )
    .equals(
        1 + over_places(_carried_out),
        Differentiate("the activation pattern is constant near the parameters", names(off_kinks)),
    )
    .equals(
        1 + over_neurons(neuron_square),
        Rewrite(
            "the rectifier is homogeneous, its mask does not change with scale",
            names(means, features, parameters, presence),
        ),
    )
    .conclude()
)

gain = indexed("gain", r"\gamma")
gain_definition = definition(
    "gradients against their mean",
    r"\gamma_j = \langle\nabla f(x_j), q\rangle,\ q = \E\nabla f(X)",
    gain[j],
    1
    + over_neurons(
        lambda s: (
            scale[H, i] ** 2 * output[s][H, j] * excess[s][H]
            + output_weight[H, i] ** 2 * mask[s][H, j] * (mass[s][H] + over_coordinates(moment[s][H, c] * x[j, c]))
        )
    ),
    j,
)
largest = Hypothesis(
    "largest eigenvalue",
    r"\lambda_{\max} \ge \frac{\langle q, \frac1n\Phi\Phi^{\mathsf T}q\rangle}{\lVert q\rVert^2}"
    r" = \frac{\frac1n\sum_j \gamma_j^2}{\lVert q\rVert^2}",
    sp.Ge(sharpness, mean(gain[j] ** 2) / gradient_square, evaluate=False),
)
MEAN_GAIN = (
    Chain(
        "The mean of the gradients against q",
        mean(gain[j]),
        hypotheses=(gain_definition, square_definition, *means),
        claim=NAME,
    )
    .equals(
        gradient_square,
        Rewrite("exchange the sums", names((gain_definition, square_definition), means)),
    )
    .conclude()
)
RAYLEIGH = (
    Chain(
        "The mean gradient as a test vector",
        sharpness,
        hypotheses=(gain_definition, square_definition, *means, largest),
        claim=NAME,
    )
    .at_least(mean(gain[j] ** 2) / gradient_square, ByHypothesis(largest.name, reason="Rayleigh quotient at q"))
    .at_least(
        2 * mean(gain[j]) - gradient_square,
        Squares("squares", [(1 / (n * gradient_square), gain[j] - gradient_square)], over=[(j, 1, n)]),
    )
    .equals(gradient_square, ByDerivation(MEAN_GAIN, 2, reason="the mean of the gradients is q"))
    .conclude()
)
