r"""One step size for the weights and biases of the first layer: the norm for the steps is the stability norm itself."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, Chain
from theory.quantities import definition
from theory.stability import sharpness_lower_bound
from theory.stability.by_hyperplane.network import (
    lever_square,
    merging,
    norm_definition,
    one_sided_norm,
    over_neurons,
    stability_norm,
    weights,
)
from theory.symbols import scalar
from theory.wider.lemmas.layer_steps import (
    MEASURED,
    NAME,
    bounded,
    dropped_squares,
    measured,
    neuron_square,
    positive,
    squares_completed,
    step_of_bias,
    step_of_outputs,
)

step_of_inputs = scalar("step_of_first_layer", r"\eta_1", positive=True)
measured_definition = definition(
    "mean gradient, measured by three steps",
    r"\langle q, \Sigma q\rangle = \eta_0 + \sum_{\pm,H,i}\chi^{\pm}_{H,i}\bigl[\eta_2\varrho_{H,i}^2(\bar z^{\pm}_H)^2"
    r" + \eta_1w_{H,i}^2((P^{\pm}_H)^2 + \lvert\bar x^{\pm}_H\rvert^2)\bigr]",
    measured,
    step_of_bias + over_neurons(lambda s: neuron_square(s, step_of_inputs * lever_square(s))),
)
root = sp.sqrt(step_of_inputs) * sp.sqrt(step_of_outputs)
ONE_SIDED = squares_completed(
    "Arithmetic and geometric mean, neuron by neuron, for three steps",
    measured_definition,
    weights,
    over_neurons(lambda s: dropped_squares(s, sp.sqrt(step_of_inputs) * sp.sqrt(lever_square(s)))),
    2 * root * one_sided_norm,
)
bound = (2 - step_of_bias) / (2 * root)
EQUAL_STEPS = (
    Chain(
        "The stability norm for three steps",
        stability_norm,
        hypotheses=(*ONE_SIDED.hypotheses, merging, norm_definition, positive, bounded),
        claim=NAME,
    )
    .at_most(one_sided_norm, ByDerivation(sharpness_lower_bound.MERGED, reason="hyperplane by hyperplane"))
    .at_most((measured - step_of_bias) / (2 * root), ByDerivation(ONE_SIDED, 1 / (2 * root), reason="neuron by neuron"))
    .at_most(bound, ByDerivation(MEASURED, 1 / (2 * root), reason="the curvature at the output bias"))
    .conclude()
)
