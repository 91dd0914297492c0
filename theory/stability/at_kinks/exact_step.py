r"""One exact step of gradient descent from a minimum with a shifted output bias, data on kinks or not.

Nothing is linearised: shifting the output bias by :math:`\varepsilon` changes no pre-activation, so that every residual becomes
:math:`\varepsilon` and the step is :math:`\varepsilon(e - \eta q)` with the unit vector e of the output bias and the mean gradient q, the derivative of the
rectifier at 0 being 0.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Rewrite
from theory.kernel.functions import relu, step
from theory.stability.by_hyperplane.oriented_neurons import (
    GRAM_MEAN,
    NORM,
    SIDES,
    K,
    constant_bias,
    constant_weight,
    constants,
    gram_definition,
    mean_gradient_square,
    norm_definition,
    over_neurons,
    preactivation,
    side_means,
    stability_norm,
)
from theory.stability.lemmas.batches import (
    B,
    batch_weight,
    batches,
    drawn_batches,
    probability,
    second_moments,
    share,
    total_probability,
    unbiased,
)
from theory.symbols import c, d, eta, i, indexed, j, l, mean, n, q, scalar, w2, x, y

NAME = "nondifferentiable-minima"

half = sp.Rational(1, 2)
shift = scalar("shift", r"\varepsilon", positive=True)
output = indexed("network_output", "f")
interpolating = Hypothesis(
    "the net interpolates the data",
    r"f(x_j) = y_j \text{ for all } j",
    sp.Eq(output[j], y[j], evaluate=False),
    ((j, n),),
)
RESIDUAL_AFTER_SHIFT = (
    Chain(
        "Every residual after the shift",
        output[j] + shift - y[j],
        hypotheses=(interpolating,),
        for_all=((j, n),),
        claim=NAME,
    )
    .equals(shift, ByHypothesis(interpolating.name))
    .conclude()
)


def _moved(slope: sp.Expr) -> sp.Expr:
    """The square of what a parameter moves by in one step: eta times the mean of residual times slope."""
    return (eta * mean(shift * slope)) ** 2


_neuron = {
    s: _moved(relu(preactivation(s)))
    + _moved(w2[i] * step(preactivation(s)))
    + sp.Sum(_moved(w2[i] * step(preactivation(s)) * x[j, c]), (c, 1, d))
    for s in SIDES
}
_constant_neurons = sp.Sum(
    _moved(relu(constant_bias[q]))
    + _moved(constant_weight[q] * step(constant_bias[q]))
    + sp.Sum(_moved(constant_weight[q] * step(constant_bias[q]) * x[j, c]), (c, 1, d)),
    (q, 1, constants),
)
after_one_step = (shift - eta * mean(shift)) ** 2 + over_neurons(_neuron) + _constant_neurons
r"""The squared distance :math:`\lvert\delta_1\rvert^2`: output bias, then the other parameters neuron by neuron."""
STEP = (
    Chain("One step from a shifted output bias", after_one_step, hypotheses=side_means, claim=NAME)
    .equals(
        shift**2 * (1 - 2 * eta + eta**2 * mean_gradient_square),
        Rewrite("the step is exact", tuple(definition.name for definition in side_means)),
    )
    .conclude()
)
stays = Hypothesis(
    "gradient descent stays in the ball",
    r"\lvert\delta_1\rvert^2 \le \varepsilon^2 \text{ from } \delta_0 = \varepsilon e",
    sp.Le(after_one_step, shift**2, evaluate=False),
)
MEAN_GRADIENT = (
    Chain("The mean gradient", mean_gradient_square, hypotheses=(*side_means, stays), claim=NAME)
    .equals(
        (after_one_step / shift**2 - 1 + 2 * eta) / eta**2,
        ByDerivation(STEP, -1 / (shift * eta) ** 2, reason="one step from a shifted output bias"),
    )
    .at_most(2 / eta, ByHypothesis(stays.name, 1 / (shift * eta) ** 2))
    .conclude()
)
BOUND = (
    Chain(
        "The stability norm",
        stability_norm,
        hypotheses=(*side_means, norm_definition, stays),
        claim=NAME,
    )
    .at_most(
        half * mean_gradient_square - half, ByDerivation(NORM, half, reason="the mean gradient and the stability norm")
    )
    .at_most(1 / eta - half, ByDerivation(MEAN_GRADIENT, half, reason="the mean gradient"))
    .conclude()
)

_weights = sp.Sum(batch_weight[B, j], (j, 1, n))
_pairs = sp.Sum(batch_weight[B, j] * batch_weight[B, l] * n * K[j, l], (j, 1, n), (l, 1, n))
after_a_batch = shift**2 * sp.Sum(probability[B] * (1 - 2 * eta * _weights + eta**2 * _pairs), (B, 1, batches))
r"""The mean of :math:`\lvert\varepsilon(e - \eta\sum_j \omega_{\mathcal{B},j}\nabla f(x_j))\rvert^2`, with :math:`\langle e,\nabla f\rangle = 1`."""
stays_in_mean_square = Hypothesis(
    "stochastic gradient descent stays in the ball, in mean square",
    r"\E\lvert\delta_1\rvert^2 \le \varepsilon^2 \text{ from } \delta_0 = \varepsilon e",
    sp.Le(after_a_batch, shift**2, evaluate=False),
)
trace = sp.Sum(K[j, j], (j, 1, n))
in_mean_square = (1 - share) * mean_gradient_square + share * trace
BATCH_STEP = (
    Chain(
        "One step of stochastic gradient descent from a shifted output bias, in mean square",
        after_a_batch,
        hypotheses=(gram_definition, *side_means, *drawn_batches),
        claim=NAME,
    )
    .equals(
        shift**2 * (1 - 2 * eta * sp.Sum(probability[B] * _weights, (B, 1, batches)))
        + shift**2 * eta**2 * sp.Sum(probability[B] * _pairs, (B, 1, batches)),
        ByHypothesis(total_probability.name, shift**2),
    )
    .equals(
        shift**2 * (1 - 2 * eta) + shift**2 * eta**2 * sp.Sum(probability[B] * _pairs, (B, 1, batches)),
        ByHypothesis(unbiased.name, -2 * eta * shift**2, over=((j, 1, n),)),
    )
    .equals(
        shift**2 * (1 - 2 * eta + eta**2 * ((1 - share) * sp.Sum(K[j, l], (j, 1, n), (l, 1, n)) / n + share * trace)),
        ByHypothesis(second_moments.name, shift**2 * eta**2 * n * K[j, l], over=((j, 1, n), (l, 1, n))),
    )
    .equals(
        shift**2 * (1 - 2 * eta + eta**2 * in_mean_square),
        ByDerivation(GRAM_MEAN, shift**2 * eta**2 * (1 - share), reason="the mean gradient, block by block"),
    )
    .conclude()
)
MEAN_SQUARE = (
    Chain(
        "The mean gradient and the trace",
        in_mean_square,
        hypotheses=(*BATCH_STEP.hypotheses, stays_in_mean_square),
        claim=NAME,
    )
    .equals(
        (after_a_batch / shift**2 - 1 + 2 * eta) / eta**2,
        ByDerivation(BATCH_STEP, -1 / (shift * eta) ** 2, reason="one step, in mean square"),
    )
    .at_most(2 / eta, ByHypothesis(stays_in_mean_square.name, 1 / (shift * eta) ** 2))
    .conclude()
)
