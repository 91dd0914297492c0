r"""The Hessian at the mean gradient of the neurons whose hyperplanes have data on both sides.

A hyperplane with all data on one side has the weight 0, so the neurons on it add nothing to the stability norm, and neither do constant ones. Here the
hyperplanes listed have data on both sides; the direction moves their neurons and the output bias, and nothing else. Each of these neurons misses a datum:
:math:`P^\pm_H \le \kappa^2` with :math:`\kappa^2 = 1 - \frac1n`, so that :math:`E[|r|1_i] \le \kappa\ell` where :math:`2L \le \ell^2`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Identity, Rewrite, Squares
from theory.kernel.functions import step
from theory.quantities import definition, gradient_square, names
from theory.stability.by_hyperplane.hessian_at_mean_gradient import (
    at_mean_gradient,
    bend_along,
    features,
    gradient_along,
    mean_direction,
    neuron_at_mean,
    neuron_length_square,
    seen_along,
    to_constant_bias,
    to_constant_input,
    to_constant_weight,
    top_eigenvalue,
)
from theory.stability.by_hyperplane.oriented_neurons import (
    BACKWARD,
    BALANCE,
    FORWARD,
    MERGE,
    NEURONS,
    SIDES,
    length,
    lever,
    lever_root,
    mass,
    mean_output,
    member,
    norm_definition,
    over_hyperplanes,
    over_neurons,
    planes,
    preactivation,
    side_means,
    square,
    stability_norm,
)
from theory.stability.by_hyperplane.tested_direction import (
    TESTED,
    along,
    bend,
    form,
    mean_along,
    quotient,
    residual_part,
    taken,
    taken_at_most,
)
from theory.stability.lemmas.residual_part import (
    ACTIVE_NEURON,
    loss,
    reach,
    reach_definition,
    residual,
    root_loss,
    within_radius,
)
from theory.symbols import H, c, i, j, mean, n, q, scalar, sharpness, w2

NAME = "best-constant"

half = sp.Rational(1, 2)
_ORIENTATION = {FORWARD: ("+", "in the direction of the normal"), BACKWARD: ("-", "against the normal")}

missing_root = scalar("root_of_all_but_one", r"\kappa", positive=True)
missing = Hypothesis(
    "share of all data but one", r"\kappa^2 = 1 - \frac1n", sp.Eq(missing_root**2, 1 - 1 / n, evaluate=False)
)
on_both_sides = {
    s: Hypothesis(
        f"data on both sides, {words}",
        rf"P^{{{sign}}}_H \le 1 - \frac1n",
        sp.Le(mass[s][H], 1 - 1 / n, evaluate=False),
        ((H, planes),),
    )
    for s, (sign, words) in _ORIENTATION.items()
}
SPLIT = (missing, *on_both_sides.values())
"""What it means that the hyperplanes listed have data on both sides."""

gradient_at_split = gradient_along(sp.S.One, mean_direction)
bend_at_split = bend_along(mean_direction)
along_definition = definition(
    "gradient along the direction", r"s_j = \langle\nabla f(x_j), q\rangle", along[j], gradient_at_split, j
)
bend_definition = definition(
    "curvature along the direction", r"D_j = \tfrac12\langle q, \nabla^2 f(x_j)q\rangle", bend[j], bend_at_split, j
)
split_square = 1 + over_neurons(
    {s: gradient_square(length[i], mean_output[s][H], w2[i], lever_root(s) ** 2) for s in SIDES}
)
r"""The squared length of the direction, :math:`|q|^2`: the output bias and the neurons listed."""
square_definition = definition(
    "squared length of the direction",
    r"\lvert q\rvert^2 = 1 + \sum_{H,i,\pm}\chi^\pm_{H,i}\bigl[\varrho_i^2(\bar z^\pm_H)^2 + (w^{(2)}_i)^2((P^\pm_H)^2 + \lvert\bar x^\pm_H\rvert^2)\bigr]",
    square,
    split_square,
)

taken_definition = definition(
    "what the residuals take away, at most", r"\tau = \kappa\sigma\ell", taken, missing_root * reach * root_loss
)

MEAN_ALONG = (
    Chain(
        "The gradients along the direction, on average",
        mean(along[j]),
        hypotheses=(*side_means, *features, along_definition, square_definition),
        claim=NAME,
    )
    .equals(split_square, Rewrite("block by block", names((along_definition,), features, side_means)))
    .equals(square, ByHypothesis(square_definition.name, -1))
    .conclude()
)


_net = (*side_means, *features, bend_definition, square_definition)


def _mean_where_active(side: int) -> sp.Expr:
    return mean(sp.Abs(residual[j]) * step(preactivation(side)))


def _misses(side: int) -> sp.Expr:
    """The chain that bounds the mean residual where a neuron in this orientation is active."""
    hypothesis = on_both_sides[side]
    return (
        Chain(
            f"The mean residual where a neuron is active, {_ORIENTATION[side][1]}",
            _mean_where_active(side),
            hypotheses=(*side_means, missing, hypothesis, loss),
            for_all=((H, planes),),
            claim=NAME,
        )
        .at_most(
            missing_root * mean(residual[j] ** 2) / (2 * root_loss)
            + root_loss * mean(step(preactivation(side))) / (2 * missing_root),
            Squares(
                "arithmetic and geometric mean",
                (
                    (
                        1 / (2 * missing_root * root_loss * n),
                        missing_root * sp.Abs(residual[j]) - root_loss * step(preactivation(side)),
                    ),
                ),
                over=((j, 1, n),),
            ),
        )
        .at_most(
            missing_root * root_loss / 2 + root_loss * mean(step(preactivation(side))) / (2 * missing_root),
            ByHypothesis(loss.name, missing_root / (2 * root_loss)),
        )
        .equals(
            missing_root * root_loss / 2 + root_loss * mass[side][H] / (2 * missing_root),
            Rewrite("a mask does not change with scale", names(side_means)),
        )
        .at_most(
            missing_root * root_loss / 2 + root_loss * (1 - 1 / n) / (2 * missing_root),
            ByHypothesis(hypothesis.name, root_loss / (2 * missing_root)),
        )
        .equals(missing_root * root_loss, ByHypothesis(missing.name, -root_loss / (2 * missing_root)))
        .conclude()
    )


MISSES = {s: _misses(s) for s in SIDES}
_length_squares = {s: neuron_length_square(*mean_direction[s]) for s in SIDES}
_taken = {
    s: sp.Sum(
        member[s][H, i] * mean_direction[s][0] * step(preactivation(s)) * seen_along(*mean_direction[s][1:]), *NEURONS
    )
    for s in SIDES
}
_where_active = {s: sp.Sum(member[s][H, i] * step(preactivation(s)) * _length_squares[s], *NEURONS) for s in SIDES}


def _active(*bounded: int) -> sp.Expr:
    """What is left when the neurons in these orientations are bounded at each datum where they are active."""
    terms = (
        sp.Abs(residual[j]) * reach * _where_active[s] if s in bounded else -2 * residual[j] * _taken[s] for s in SIDES
    )
    return mean(sp.Add(*terms))


def _on_average(*bounded: int) -> sp.Expr:
    """The same with the mean residual where a neuron is active, bounded in these orientations."""
    means = {s: missing_root * root_loss if s in bounded else _mean_where_active(s) for s in SIDES}
    return reach * over_neurons({s: _length_squares[s] * means[s] for s in SIDES})


def _at_each_datum(side: int) -> ByDerivation:
    return ByDerivation(
        ACTIVE_NEURON,
        member[side][H, i] / n,
        at=neuron_at_mean(side),
        over=((j, 1, n), *NEURONS),
        reason=f"neurons {_ORIENTATION[side][1]}",
    )


def _over_data(side: int) -> ByDerivation:
    return ByDerivation(
        MISSES[side],
        reach * member[side][H, i] * _length_squares[side],
        over=NEURONS,
        reason=f"neurons {_ORIENTATION[side][1]} miss a datum",
    )


RESIDUALS = (
    Chain(
        "What the residuals take away along the direction",
        residual_part,
        hypotheses=(*_net, within_radius, reach_definition, *SPLIT, loss, taken_definition),
        claim=NAME,
    )
    .equals(_active(), Rewrite("neuron by neuron", names((bend_definition,), features)))
    .at_most(_active(FORWARD), _at_each_datum(FORWARD))
    .at_most(_active(FORWARD, BACKWARD), _at_each_datum(BACKWARD))
    .equals(_on_average(), Identity("means over the data, neuron by neuron"))
    .at_most(_on_average(FORWARD), _over_data(FORWARD))
    .at_most(_on_average(FORWARD, BACKWARD), _over_data(BACKWARD))
    .equals(
        missing_root * reach * root_loss * (split_square - 1),
        Identity("what is left is the squared length without the output bias"),
    )
    .equals(
        missing_root * reach * root_loss * (square - 1),
        ByHypothesis(square_definition.name, -missing_root * reach * root_loss),
    )
    .equals(taken * (square - 1), ByHypothesis(taken_definition.name, 1 - square))
    .conclude()
)

length_square_at_split = 1 + over_neurons(_length_squares)
r"""The squared length of the direction, component by component."""
form_at_split = mean(gradient_at_split**2) + 2 * mean(residual[j] * bend_at_split)
_at_split = at_mean_gradient | {
    to_constant_weight: sp.Lambda(q, sp.S.Zero),
    to_constant_bias: sp.Lambda(q, sp.S.Zero),
    to_constant_input: sp.Lambda((q, c), sp.S.Zero),
}
QUOTIENT = (
    Chain(
        "The direction as a test vector",
        sharpness * square,
        hypotheses=(top_eigenvalue, along_definition, bend_definition, square_definition),
        claim=NAME,
    )
    .equals(sharpness * length_square_at_split, ByHypothesis(square_definition.name, sharpness))
    .at_least(form_at_split, ByHypothesis(top_eigenvalue.name, at=_at_split))
    .equals(form, Rewrite("by definition", names((along_definition, bend_definition))))
    .conclude()
)
_levers = {lever[s]: sp.Lambda(H, lever_root(s)) for s in SIDES}
_by_hyperplane = over_hyperplanes(*(mean_output[s][H] * lever_root(s) for s in SIDES))
bound = half * sharpness - half + half * missing_root * reach * root_loss
BOUND = (
    Chain(
        "The stability norm, for the number of the data",
        stability_norm,
        hypotheses=(*RESIDUALS.hypotheses, along_definition, top_eigenvalue, norm_definition),
        claim=NAME,
    )
    .equals(_by_hyperplane, ByHypothesis(norm_definition.name))
    .at_most(
        over_neurons({s: sp.Abs(w2[i]) * length[i] * mean_output[s][H] * lever_root(s) for s in SIDES}),
        ByDerivation(MERGE, at=_levers, reason="the neurons of each hyperplane"),
    )
    .at_most(
        half * split_square - half,
        ByDerivation(BALANCE, half, at=_levers, reason="arithmetic and geometric mean, neuron by neuron"),
    )
    .equals(half * square - half, ByHypothesis(square_definition.name, -half))
    .at_most(
        half * sharpness - half + half * taken,
        ByDerivation(
            TESTED,
            half,
            reason="the direction as a test vector",
            discharged=((mean_along.name, MEAN_ALONG), (quotient.name, QUOTIENT), (taken_at_most.name, RESIDUALS)),
        ),
    )
    .equals(bound, ByHypothesis(taken_definition.name, half))
    .conclude()
)
