r"""The Hessian off interpolation as a quadratic form, and a bound of its residual part.

For the direction v with the components a, u, U, e (output weights, input biases, input weights, output bias)
:math:`\langle v,Hv\rangle = E[\langle\nabla f,v\rangle^2] + 2E[r\sum_i a_i 1_i(u_i + \langle U_i,X\rangle)]`: the residual part never touches the output bias.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Differentiate, Hypothesis, Squares
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.symbols import W1, b1, b2, c, d, i, index, indexed, j, k, mean, n, scalar, w2, x, y

NAME = "beyond-interpolation"

time = scalar("place_on_line", "t")
to_output_weight = indexed("to_output_weight", "a")
to_bias = indexed("to_bias", "u")
to_input_weight = indexed("to_input_weight", "U")
to_output_bias = scalar("to_output_bias", "e")


def _argument(neuron: sp.Expr = i) -> sp.Expr:
    moved = W1[neuron, c] + time * to_input_weight[neuron, c]
    return sp.Sum(moved * x[j, c], (c, 1, d)) + b1[neuron] + time * to_bias[neuron]


_lever = to_bias[i] + sp.Sum(to_input_weight[i, c] * x[j, c], (c, 1, d))
_output_weight = w2[i] + time * to_output_weight[i]
output = sp.Sum(_output_weight * relu(_argument()), (i, 1, k)) + b2 + time * to_output_bias
slope = (
    sp.Sum(to_output_weight[i] * relu(_argument()) + _output_weight * step(_argument()) * _lever, (i, 1, k))
    + to_output_bias
)
bend = 2 * sp.Sum(to_output_weight[i] * step(_argument()) * _lever, (i, 1, k))
off_kinks = Hypothesis(
    "no datum on a kink",
    r"\langle w^{(1)}_i + tU_i, x_j\rangle + b^{(1)}_i + tu_i \ne 0 \text{ for all } i, j",
    sp.Ne(_argument(), 0, evaluate=False),
    ((i, k), (j, n)),
)
_pattern = "the activation pattern is constant near the point"
SLOPE = (
    Chain("The net along a line", sp.Derivative(output, time), hypotheses=(off_kinks,), for_all=((j, n),), claim=NAME)
    .equals(slope, Differentiate(_pattern, off_kinks.name))
    .conclude()
)
BEND = (
    Chain(
        "Its slope along the line", sp.Derivative(slope, time), hypotheses=(off_kinks,), for_all=((j, n),), claim=NAME
    )
    .equals(bend, Differentiate(_pattern, off_kinks.name))
    .conclude()
)
value = sp.Function(named("output_on_line", r"\phi_{{{0}}}({1})"), real=True)
second_derivative = sp.Derivative(mean((value(j, time) - y[j]) ** 2) / 2, (time, 2))
hessian_form = mean(sp.Derivative(value(j, time), time) ** 2) + mean(
    (value(j, time) - y[j]) * sp.Derivative(value(j, time), (time, 2))
)
HESSIAN = (
    Chain("The second derivative of the loss along a line", second_derivative, claim=NAME)
    .equals(hessian_form, Differentiate("product rule"))
    .conclude()
)

one_residual = scalar("one_residual", "r")
side = scalar("one_side", "h")
first = scalar("first_component", "a")
bias_component = scalar("bias_component", "u")
components = indexed("components", "U")
radius = scalar("data_radius", "R", nonnegative=True)
e = index("e")
within_radius = Hypothesis(
    "data within the radius",
    r"\lvert x_j\rvert \le R",
    sp.Le(sp.Sum(x[j, c] ** 2, (c, 1, d)), radius**2, evaluate=False),
    ((j, n),),
)
reach = scalar("data_reach", r"\sigma", positive=True)
reach_definition = Hypothesis(
    "reach of the data",
    r"\sigma = \sqrt{1 + R^2}",
    sp.Eq(reach, sp.sqrt(1 + radius**2), evaluate=False),
)
_seen = bias_component + sp.Sum(components[c] * x[j, c], (c, 1, d))
_size = bias_component**2 + sp.Sum(components[c] ** 2, (c, 1, d))
_data = 1 + sp.Sum(x[j, c] ** 2, (c, 1, d))
_weight = sp.Abs(one_residual) * step(side) / reach
ACTIVE_NEURON = (
    Chain(
        "The residual part of one neuron at one datum, if it is active there",
        -2 * one_residual * first * step(side) * _seen,
        hypotheses=(within_radius, reach_definition),
        for_all=((j, n),),
        claim=NAME,
    )
    .at_most(
        sp.Abs(one_residual) * reach * step(side) * first**2 + _weight * _seen**2,
        Squares(
            "arithmetic and geometric mean, for either sign of the residual",
            (
                ((sp.Abs(one_residual) + one_residual) / (2 * reach), step(side) * (reach * first + _seen)),
                ((sp.Abs(one_residual) - one_residual) / (2 * reach), step(side) * (reach * first - _seen)),
            ),
        ),
    )
    .at_most(
        sp.Abs(one_residual) * reach * step(side) * first**2 + _weight * _size * _data,
        Squares(
            "Cauchy and Schwarz, by Lagrange's identity",
            (
                (_weight / d, bias_component * x[j, c] - components[c]),
                (_weight / 2, components[c] * x[j, e] - components[e] * x[j, c]),
            ),
            over=((c, 1, d), (e, 1, d)),
        ),
    )
    .at_most(
        sp.Abs(one_residual) * reach * step(side) * first**2 + _weight * _size * (1 + radius**2),
        ByHypothesis(within_radius.name, _weight * _size),
    )
    .equals(
        sp.Abs(one_residual) * reach * step(side) * (first**2 + _size),
        ByHypothesis(reach_definition.name, -_weight * _size * (reach + sp.sqrt(1 + radius**2))),
    )
    .conclude()
)
NEURON = (
    Chain(
        "The residual part of one neuron at one datum",
        -2 * one_residual * first * step(side) * _seen,
        hypotheses=(within_radius, reach_definition),
        for_all=((j, n),),
        claim=NAME,
    )
    .at_most(
        sp.Abs(one_residual) * reach * step(side) * (first**2 + _size),
        ByDerivation(ACTIVE_NEURON, reason="if it is active there"),
    )
    .at_most(
        sp.Abs(one_residual) * reach * (first**2 + _size),
        Squares("a mask is at most one", ((sp.Abs(one_residual) * reach * (first**2 + _size), 1 - step(side)),)),
    )
    .conclude()
)

residual = indexed("residual", "r")
root_loss = scalar("root_of_twice_the_loss", r"\ell", positive=True)
loss = Hypothesis(
    "loss",
    r"2L = \frac1n\sum_j r_j^2 \le \ell^2",
    sp.Le(mean(residual[j] ** 2), root_loss**2, evaluate=False),
)
MEAN_ABS = (
    Chain("The mean residual", mean(sp.Abs(residual[j])), hypotheses=(loss,), claim=NAME)
    .at_most(
        mean(residual[j] ** 2) / (2 * root_loss) + root_loss / 2,
        Squares(
            "arithmetic and geometric mean",
            ((1 / (2 * root_loss * n), sp.Abs(residual[j]) - root_loss),),
            over=((j, 1, n),),
        ),
    )
    .at_most(root_loss, ByHypothesis(loss.name, 1 / (2 * root_loss)))
    .conclude()
)
