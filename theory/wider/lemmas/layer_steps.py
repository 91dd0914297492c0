r"""Step sizes of their own for the layers: the mean gradient measured by them, from the curvature and from below.

With the diagonal matrix of steps :math:`\Sigma` and the mean gradient q, :math:`\langle q, \Sigma q\rangle` is a sum over the neurons: the output bias has the
step :math:`\eta_0`, the output weights :math:`\eta_2`, the weights of the first layer :math:`\eta_w` and its biases :math:`\eta_b`.
"""

from __future__ import annotations

import sympy as sp

from theory import quantities
from theory.kernel import ByDerivation, ByHypothesis, Chain, Derivation, Drop, Hypothesis, Rewrite
from theory.quantities import definition, names
from theory.stability.by_hyperplane.network import (
    amplitude,
    amplitudes,
    excess,
    mass,
    merged,
    merging,
    moment,
    output_weight,
    over_coordinates,
    over_neurons,
    over_places,
    paired,
    planes,
    presence,
    present,
    proper,
    scale,
)
from theory.symbols import H, c, i, indexed, k, scalar

NAME = "layerwise-steps"

step_of_bias = scalar("step_of_output_bias", r"\eta_0", nonnegative=True)
step_of_outputs = scalar("step_of_output_weights", r"\eta_2", positive=True)
step_of_weights = scalar("step_of_input_weights", r"\eta_w", positive=True)
step_of_biases = scalar("step_of_input_biases", r"\eta_b", positive=True)
measured = scalar("measured_mean_gradient", r"\langle q, \Sigma q\rangle", positive=True)
step_norm = scalar("norm_for_the_steps", r"\lVert f\rVert_{\Sigma}", nonnegative=True)
one_sided = paired("one_sided_for_the_steps", r"\tilde\omega", nonnegative=True)
weight = indexed("weight_for_the_steps", r"\omega", nonnegative=True)


def lever_square(s: int) -> sp.Expr:
    r"""The square :math:`\eta_bP^2 + \eta_w\lvert\bar x\rvert^2` on one side of hyperplane H."""
    return step_of_biases * mass[s][H] ** 2 + step_of_weights * over_coordinates(moment[s][H, c] ** 2)


def neuron_square(s: int, lever_square: sp.Expr) -> sp.Expr:
    r"""What a neuron adds: :math:`\eta_2\varrho^2\bar z^2 + w^2\ell^2`, with the square of its lever measured by the steps."""
    return step_of_outputs * scale[H, i] ** 2 * excess[s][H] ** 2 + output_weight[H, i] ** 2 * lever_square


def dropped_squares(s: int, lever: sp.Expr) -> sp.Expr:
    """Of a neuron's imbalance, and of what a constant neuron adds; ``lever`` is measured by the steps."""
    outwards, constant = sp.sqrt(step_of_outputs) * scale[H, i] * excess[s][H], 1 - proper()
    return (
        (proper() * (outwards - sp.Abs(output_weight[H, i]) * lever)) ** 2
        + (constant * outwards) ** 2
        + (constant * output_weight[H, i] * lever) ** 2
    )


def squares_completed(
    title: str, measured_by: Hypothesis, weights: tuple[Hypothesis, ...], dropped: sp.Expr, norm: sp.Expr
) -> Derivation:
    """The mean gradient, measured by the steps, is at least that of the output bias and ``norm``."""
    return (
        Chain(title, measured, hypotheses=(measured_by, *presence, *amplitudes, *weights), claim=NAME)
        .equals(
            step_of_bias + norm + dropped,
            Rewrite("complete the square", names((measured_by,), weights, amplitudes, presence)),
        )
        .at_least(step_of_bias + norm, Drop("squares are not negative", dropped))
        .conclude()
    )


measured_definition = definition(
    "mean gradient, measured by the steps",
    r"\langle q, \Sigma q\rangle = \eta_0 + \sum_{\pm,H,i}\chi^{\pm}_{H,i}\bigl[\eta_2\varrho_{H,i}^2(\bar z^{\pm}_H)^2"
    r" + w_{H,i}^2(\eta_b(P^{\pm}_H)^2 + \eta_w\lvert\bar x^{\pm}_H\rvert^2)\bigr]",
    measured,
    step_of_bias + over_neurons(lambda s: neuron_square(s, lever_square(s))),
)
weights = (
    *(
        definition(
            f"one-sided weight for the steps, {word} v",
            rf"\tilde\omega^{{{sign}}}_H = \bar z^{{{sign}}}_H\sqrt{{\eta_b(P^{{{sign}}}_H)^2 + \eta_w\lvert\bar x^{{{sign}}}_H\rvert^2}}",
            one_sided[s][H],
            excess[s][H] * sp.sqrt(lever_square(s)),
            H,
        )
        for s, sign, word in ((1, "+", "along"), (-1, "-", "against"))
    ),
    definition(
        "weight for the steps",
        r"\omega_H = \min(\tilde\omega^{+}_H, \tilde\omega^{-}_H)",
        weight[H],
        quantities.smaller_side(one_sided[1][H], one_sided[-1][H]),
        H,
    ),
)
norm_definition = definition(
    "norm for the steps",
    r"\lVert f\rVert_{\Sigma} = \sum_H \lvert a_H\rvert\omega_H",
    step_norm,
    quantities.weighted_norm(merged[H], weight[H], (H, 1, planes)),
)
one_sided_norm = over_places(lambda s: sp.Abs(amplitude[s][H, i]) * one_sided[s][H])
_root = sp.sqrt(step_of_outputs)
ONE_SIDED = squares_completed(
    "Arithmetic and geometric mean, neuron by neuron",
    measured_definition,
    weights,
    over_neurons(lambda s: dropped_squares(s, sp.sqrt(lever_square(s)))),
    2 * _root * one_sided_norm,
)
_smaller = quantities.smaller_side(one_sided[1][H], one_sided[-1][H])
_both = sp.Sum((present[1][H, i] + present[-1][H, i]) * sp.Abs(output_weight[H, i]) * scale[H, i] * proper(), (i, 1, k))
_signed = sp.Sum((present[1][H, i] + present[-1][H, i]) * output_weight[H, i] * scale[H, i] * proper(), (i, 1, k))
MERGED = (
    Chain(
        "Merging the neurons of each hyperplane",
        one_sided_norm,
        hypotheses=(*weights, *amplitudes, merging, norm_definition),
        claim=NAME,
    )
    .equals(
        over_places(lambda s: sp.Abs(amplitude[s][H, i]) * (one_sided[s][H] + weight[H] - _smaller)),
        Rewrite("definition of the weight", [weights[-1].name]),
    )
    .at_least(
        over_places(lambda s: sp.Abs(amplitude[s][H, i]) * weight[H]),
        Drop(
            "the smaller of the two orientations",
            over_places(lambda s: sp.Abs(amplitude[s][H, i]) * (one_sided[s][H] - _smaller)),
        ),
    )
    .equals(sp.Sum(weight[H] * _both, (H, 1, planes)), Rewrite("definition of the amplitudes", names(amplitudes)))
    .at_least(
        sp.Sum(weight[H] * sp.Abs(_signed), (H, 1, planes)),
        Drop("triangle inequality on each hyperplane", sp.Sum(weight[H] * (_both - sp.Abs(_signed)), (H, 1, planes))),
    )
    .equals(
        step_norm,
        Rewrite("definition of the norm", [norm_definition.name, merging.name, *names(amplitudes)]),
    )
    .conclude()
)

along_bias, along_gradient = scalar("along_bias", r"\alpha"), scalar("along_gradient", r"\xi")
curvature = scalar("curvature_of_scaled_gradient", r"\langle\Sigma q, \hessian\Sigma q\rangle")
positive = Hypothesis(
    "no negative curvature",
    r"\langle t, \hessian t\rangle = \alpha^2 + 2\alpha\xi\langle q, \Sigma q\rangle + \xi^2\langle\Sigma q, \hessian\Sigma q\rangle \ge 0"
    r" \text{ for } t = \alpha e + \xi\Sigma q",
    sp.Ge(
        along_bias**2 + 2 * along_bias * along_gradient * measured + along_gradient**2 * curvature, 0, evaluate=False
    ),
    (along_bias, along_gradient),
)
bounded = Hypothesis(
    "curvature at most 2, measured by the steps",
    r"\langle\Sigma q, \hessian\Sigma q\rangle \le 2\langle q, \Sigma q\rangle",
    sp.Ge(2 * measured, curvature, evaluate=False),
)
MEASURED = (
    Chain(
        "The mean gradient measured by the steps, from the curvature",
        measured,
        hypotheses=(positive, bounded),
        claim=NAME,
    )
    .at_most(
        curvature / measured,
        ByHypothesis(positive.name, 1 / measured, {along_bias: measured, along_gradient: sp.S.NegativeOne}),
    )
    .at_most(2, ByHypothesis(bounded.name, 1 / measured))
    .conclude()
)
STEP_NORM = (
    Chain(
        "The norm for the steps",
        step_of_bias + 2 * _root * step_norm,
        hypotheses=(*ONE_SIDED.hypotheses, merging, norm_definition, positive, bounded),
        claim=NAME,
    )
    .at_most(
        step_of_bias + 2 * _root * one_sided_norm, ByDerivation(MERGED, 2 * _root, reason="hyperplane by hyperplane")
    )
    .at_most(measured, ByDerivation(ONE_SIDED, reason="neuron by neuron"))
    .at_most(2, ByDerivation(MEASURED, reason="the curvature at the output bias"))
    .conclude()
)
