r"""A stationary point of the loss of a shallow net with the penalty on all parameters: neurons are balanced, and the residual part is small.

With the residuals r, the outputs z and the masks m of a neuron, stationarity is :math:`E[rz] + \mu w^{(2)} = 0` and
:math:`w^{(2)}E[rm(X,1)] + \mu(w^{(1)}, b^{(1)}) = 0`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Squares
from theory.stability.lemmas.residual_part import residual
from theory.symbols import W1, b1, c, d, i, index, indexed, j, k, mean, w2, x
from theory.wider.lemmas.penalised_loss import NAME, penalty

mask = indexed("mask_of_neuron", "m", nonnegative=True)
size = indexed("output_weight_size", r"\omega", positive=True)
to_output_weight, to_bias, to_input = (
    indexed("to_output_weight", "a"),
    indexed("to_bias", "u"),
    indexed("to_input_weight", "U"),
)
e = index("e")


def over_data(body: sp.Expr) -> sp.Expr:
    r""":math:`E[r\,m\,\cdot]` for a neuron."""
    return mean(residual[j] * mask[j, i] * body)


def lever(bias: sp.Expr, inputs: sp.IndexedBase) -> sp.Expr:
    r""":math:`u_i + \langle U_i, x_j\rangle`."""
    return bias + sp.Sum(inputs[i, c] * x[j, c], (c, 1, d))


def of_length(bias: sp.Expr, inputs: sp.IndexedBase) -> sp.Expr:
    r""":math:`u_i^2 + \lvert U_i\rvert^2`."""
    return bias**2 + sp.Sum(inputs[i, c] ** 2, (c, 1, d))


output_stationary = Hypothesis(
    "stationary by the output weights",
    r"\E[r\,m_i(\langle w^{(1)}_i, X\rangle + b^{(1)}_i)] + \mu w^{(2)}_i = 0",
    sp.Eq(over_data(lever(b1[i], W1)), -penalty * w2[i], evaluate=False),
    ((i, k),),
)
bias_stationary = Hypothesis(
    "stationary by the input biases",
    r"w^{(2)}_i\E[r\,m_i] + \mu b^{(1)}_i = 0",
    sp.Eq(w2[i] * over_data(sp.S.One), -penalty * b1[i], evaluate=False),
    ((i, k),),
)
input_stationary = Hypothesis(
    "stationary by the input weights",
    r"w^{(2)}_i\E[r\,m_iX_c] + \mu w^{(1)}_{i,c} = 0",
    sp.Eq(w2[i] * over_data(x[j, c]), -penalty * W1[i, c], evaluate=False),
    ((i, k), (c, d)),
)
not_zero = Hypothesis(
    "no output weight is zero",
    r"\lvert w^{(2)}_i\rvert = \omega_i > 0",
    sp.Eq(sp.Abs(w2[i]), size[i], evaluate=False),
    ((i, k),),
)
stationary = (output_stationary, bias_stationary, input_stationary)
BALANCED = (
    Chain(
        "Neurons are balanced",
        of_length(b1[i], W1),
        hypotheses=stationary,
        for_all=((i, k),),
        claim=NAME,
    )
    .equals(
        -w2[i] * over_data(sp.Sum(W1[i, c] * x[j, c], (c, 1, d))) / penalty + b1[i] ** 2,
        ByHypothesis(input_stationary.name, W1[i, c] / penalty, over=((c, 1, d),)),
    )
    .equals(
        -w2[i] * over_data(lever(b1[i], W1)) / penalty,
        ByHypothesis(bias_stationary.name, b1[i] / penalty),
    )
    .equals(w2[i] ** 2, ByHypothesis(output_stationary.name, -w2[i] / penalty))
    .conclude()
)
_inner = b1[i] * to_bias[i] + sp.Sum(W1[i, c] * to_input[i, c], (c, 1, d))
_length = of_length(to_bias[i], to_input)
_block = over_data(lever(to_bias[i], to_input))
residual_form = 2 * to_output_weight[i] * _block
r"""What the residuals add to the curvature along (a, u, U), at neuron i."""
RESIDUAL = (
    Chain(
        "The residual part of one neuron",
        -penalty * (to_output_weight[i] ** 2 + _length),
        hypotheses=(*stationary, not_zero),
        for_all=((i, k),),
        claim=NAME,
    )
    .equals(
        -penalty * (to_output_weight[i] ** 2 + _length * w2[i] ** 2 / size[i] ** 2),
        ByHypothesis(not_zero.name, penalty * _length * (sp.Abs(w2[i]) + size[i]) / size[i] ** 2),
    )
    .equals(
        -penalty * (to_output_weight[i] ** 2 + _length * of_length(b1[i], W1) / size[i] ** 2),
        ByDerivation(BALANCED, penalty * _length / size[i] ** 2, reason="neurons are balanced"),
    )
    .at_most(
        -penalty * (to_output_weight[i] ** 2 + _inner**2 / size[i] ** 2),
        Squares(
            "Cauchy and Schwarz, by Lagrange's identity",
            (
                (penalty / (d * size[i] ** 2), b1[i] * to_input[i, c] - W1[i, c] * to_bias[i]),
                (penalty / (2 * size[i] ** 2), W1[i, c] * to_input[i, e] - W1[i, e] * to_input[i, c]),
            ),
            over=((c, 1, d), (e, 1, d)),
        ),
    )
    .at_most(
        -penalty * (to_output_weight[i] ** 2 + _inner**2 / size[i] ** 2)
        + penalty * (to_output_weight[i] - w2[i] * _inner / size[i] ** 2) ** 2,
        Squares("a square", ((penalty, to_output_weight[i] - w2[i] * _inner / size[i] ** 2),)),
    )
    .equals(
        -2 * penalty * to_output_weight[i] * w2[i] * _inner / size[i] ** 2,
        ByHypothesis(not_zero.name, penalty * _inner**2 * (sp.Abs(w2[i]) + size[i]) / size[i] ** 4),
    )
    .equals(
        2 * to_output_weight[i] * w2[i] / size[i] ** 2
        * (w2[i] * over_data(sp.S.One) * to_bias[i] - penalty * sp.Sum(W1[i, c] * to_input[i, c], (c, 1, d))),
        ByHypothesis(bias_stationary.name, -2 * to_output_weight[i] * w2[i] * to_bias[i] / size[i] ** 2),
    )
    .equals(
        2 * to_output_weight[i] * w2[i] ** 2 / size[i] ** 2 * _block,
        ByHypothesis(
            input_stationary.name,
            -2 * to_output_weight[i] * w2[i] * to_input[i, c] / size[i] ** 2,
            over=((c, 1, d),),
        ),
    )
    .equals(
        residual_form,
        ByHypothesis(not_zero.name, residual_form * (sp.Abs(w2[i]) + size[i]) / size[i] ** 2),
    )
    .conclude()
)  # fmt: skip
