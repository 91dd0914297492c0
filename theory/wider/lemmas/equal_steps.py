r"""One step size for the weights and biases of the first layer: the norm for the steps is the stability norm itself."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, Chain, Drop, Rewrite
from theory.quantities import definition, names
from theory.stability import sharpness_lower_bound
from theory.stability.by_hyperplane.network import (
    amplitudes,
    excess,
    lever_square,
    merging,
    norm_definition,
    one_sided_norm,
    output_weight,
    over_neurons,
    presence,
    proper,
    scale,
    stability_norm,
    weights,
)
from theory.symbols import H, i, scalar
from theory.wider.lemmas.layer_steps import MEASURED, NAME, bounded, measured, positive, step_of_bias, step_of_outputs

step_of_inputs = scalar("step_of_first_layer", r"\eta_1", positive=True)
measured_definition = definition(
    "mean gradient, measured by three steps",
    r"\langle q, \Sigma q\rangle = \eta_0 + \sum_{\pm,H,i}\chi^{\pm}_{H,i}\bigl[\eta_2\varrho_{H,i}^2(\bar z^{\pm}_H)^2"
    r" + \eta_1w_{H,i}^2((P^{\pm}_H)^2 + \lvert\bar x^{\pm}_H\rvert^2)\bigr]",
    measured,
    step_of_bias
    + over_neurons(
        lambda s: (
            step_of_outputs * scale[H, i] ** 2 * excess[s][H] ** 2
            + step_of_inputs * output_weight[H, i] ** 2 * lever_square(s)
        )
    ),
)
root = sp.sqrt(step_of_inputs) * sp.sqrt(step_of_outputs)


def _gap(s: int) -> sp.Expr:
    """The squares that are dropped: of a neuron's imbalance, and of what a constant neuron adds."""
    outwards = sp.sqrt(step_of_outputs) * scale[H, i] * excess[s][H]
    inwards = sp.sqrt(step_of_inputs) * sp.sqrt(lever_square(s))
    constant = 1 - proper()
    return (
        (proper() * (outwards - sp.Abs(output_weight[H, i]) * inwards)) ** 2
        + (constant * outwards) ** 2
        + (constant * output_weight[H, i] * inwards) ** 2
    )


_gaps = over_neurons(_gap)
_defined = (measured_definition, *presence, *amplitudes, *weights)
ONE_SIDED = (
    Chain("Arithmetic and geometric mean, neuron by neuron, for three steps", measured, hypotheses=_defined, claim=NAME)
    .equals(
        step_of_bias + 2 * root * one_sided_norm + _gaps,
        Rewrite("complete the square", names((measured_definition,), weights, amplitudes, presence)),
    )
    .at_least(step_of_bias + 2 * root * one_sided_norm, Drop("squares are not negative", _gaps))
    .conclude()
)
bound = (2 - step_of_bias) / (2 * root)
EQUAL_STEPS = (
    Chain(
        "The stability norm for three steps",
        stability_norm,
        hypotheses=(*_defined, merging, norm_definition, positive, bounded),
        claim=NAME,
    )
    .at_most(one_sided_norm, ByDerivation(sharpness_lower_bound.MERGED, reason="hyperplane by hyperplane"))
    .at_most((measured - step_of_bias) / (2 * root), ByDerivation(ONE_SIDED, 1 / (2 * root), reason="neuron by neuron"))
    .at_most(bound, ByDerivation(MEASURED, 1 / (2 * root), reason="the curvature at the output bias"))
    .conclude()
)
