r"""A net with m outputs: the Hessian at its output biases, and the mean gradients of the outputs.

The loss is :math:`\frac1{2n}\sum_j \lvert f(x_j) - y_j\rvert^2`. With :math:`e_u` the direction u in the output biases and
:math:`Qu = \sum_r u_r\mathbb E\nabla f_r`, again :math:`He_u = Qu`, since the output biases enter linearly. The net has the output weights
:math:`\omega_i \in \mathbb R^m`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import Chain, Differentiate, Hypothesis
from theory.kernel.functions import relu
from theory.latex import named
from theory.quantities import lever_square
from theory.symbols import W1, active, b1, c, d, i, index, indexed, j, k, mean, n, preactivation, scalar, x

NAME = "vector-outputs"

r = index("r")
outputs = sp.Symbol(named("number_of_outputs", "m"), integer=True, positive=True)
direction = indexed("direction_of_outputs", "u")
label = indexed("vector_label", "y")
shift, along = scalar("shift_along_direction", r"\beta_0"), scalar("along_direction", r"\tau")


def over_outputs(body: sp.Expr) -> sp.Expr:
    """The sum over the outputs r."""
    return sp.Sum(body, (r, 1, outputs))


output = sp.Function(named("outputs_along_direction", r"f_{{{0},{2}}}(x_{{{1}}})"), real=True)(r, j, along)
r"""Output r at datum j, at the parameters :math:`\theta + \tau t` for any direction t: any net that is differentiable by :math:`\tau`."""
loss = mean(over_outputs((output + shift * direction[r] - label[j, r]) ** 2)) / 2
r"""The loss at :math:`\theta + \tau t`, its output biases moved by :math:`\beta_0u`."""
length = over_outputs(direction[r] ** 2)
COLUMN = (
    Chain("The Hessian at a direction of the output biases", sp.Derivative(loss, shift, along), claim=NAME)
    .equals(
        mean(over_outputs(direction[r] * sp.Derivative(output, along))),
        Differentiate("the output biases enter linearly"),
    )
    .conclude()
)
UNIT = (
    Chain("The curvature along a direction of the output biases", sp.Derivative(loss, shift, shift), claim=NAME)
    .equals(length, Differentiate("the output biases enter linearly"))
    .conclude()
)

vector_weight = indexed("vector_output_weight", r"\omega")
biases = indexed("vector_output_bias", "b^{(2)}")
off_kinks = Hypothesis(
    "no datum on a kink",
    r"\langle w^{(1)}_i, x_j\rangle + b^{(1)}_i \neq 0 \text{ for all } i, j",
    sp.Ne(preactivation(), 0, evaluate=False),
    ((i, k), (j, n)),
)
combined = sp.Sum(over_outputs(direction[r] * vector_weight[i, r]) * relu(preactivation()), (i, 1, k)) + over_outputs(
    direction[r] * biases[r]
)
r"""The combination :math:`\sum_r u_rf_r` of the outputs at datum j."""

neuron, unit, coordinate = index("a"), index("s"), index("t")


def _squared_mean(parameter: sp.Expr) -> sp.Expr:
    return mean(sp.Derivative(combined, parameter)) ** 2


blocks = sp.Sum(_squared_mean(biases[unit]), (unit, 1, outputs)) + sp.Sum(
    sp.Sum(_squared_mean(vector_weight[neuron, unit]), (unit, 1, outputs))
    + _squared_mean(b1[neuron])
    + sp.Sum(_squared_mean(W1[neuron, coordinate]), (coordinate, 1, d)),
    (neuron, 1, k),
)
r"""The squared length of :math:`Qu`: output biases, then output weights, input bias and input weights of every neuron."""
_in_direction = over_outputs(direction[r] * vector_weight[i, r])
_mass, _moment = mean(active()), sp.Sum(mean(active() * x[j, c]) ** 2, (c, 1, d))
combined_square = length * (1 + sp.Sum(mean(relu(preactivation())) ** 2, (i, 1, k))) + sp.Sum(
    _in_direction**2 * lever_square(_mass, _moment), (i, 1, k)
)
MEAN_GRADIENTS = (
    Chain(
        "The squared mean gradient of a combination of the outputs, block by block",
        blocks,
        hypotheses=(off_kinks,),
        claim=NAME,
    )
    .equals(combined_square, Differentiate("the activation pattern is constant near the parameters", off_kinks.name))
    .conclude()
)
