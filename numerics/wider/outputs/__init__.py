"""Networks with several outputs: their stability norm, between two proved ends, and the curvature of their loss.

For f: R^d -> R^m with one hidden layer and the loss 1/(2n) sum_j |f(x_j) - y_j|^2, let a_H in R^m be the sum of the
amplitudes |w1_i| w2_i of the neurons on a hyperplane H, and g_H its weight. At every differentiable point with
0 <= Hessian <= 2/eta each positive semidefinite matrix rho of trace 1, a *state*, has

    sum_H sqrt(<a_H, rho a_H>) g_H <= 1/eta - 1/2,

and the norm is the largest of these sums. It is a convex program, with the dual

    inf over s > 0 of (1/2) [lambda_max(sum_H s_H g_H a_H a_H^T) + sum_H g_H / s_H],

so that any state is a lower end, and any s an upper one. With one output it is `numerics.stability_norm`. All is there
in floats, and enclosed by `enclose_outputs`.
"""

from numerics.wider.outputs.curvature import (
    gram_matrix,
    gram_operator,
    gram_sharpness,
    hessian_operator,
    loss,
    mean_gradients_gram,
    residual_part,
    sharpness,
)
from numerics.wider.outputs.enclosure import EnclosedOutputs, enclose_outputs
from numerics.wider.outputs.network import VectorNetwork
from numerics.wider.outputs.norm import amplitudes_and_weights, length_norm, stability_norm
from numerics.wider.outputs.state import StateNorm, largest_state

__all__ = [
    "EnclosedOutputs",
    "StateNorm",
    "VectorNetwork",
    "amplitudes_and_weights",
    "enclose_outputs",
    "gram_matrix",
    "gram_operator",
    "gram_sharpness",
    "hessian_operator",
    "largest_state",
    "length_norm",
    "loss",
    "mean_gradients_gram",
    "residual_part",
    "sharpness",
    "stability_norm",
]
