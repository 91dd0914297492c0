r"""The norm of a net with several outputs for a state, from below the mean gradients, and its upper ends.

A state :math:`\rho = \sum_l b_lb_l^{\mathsf T}` of trace 1 is given by the rows :math:`b_l \in \mathbb R^m` of a factor; every positive semidefinite matrix has
one. For a vector v in :math:`\mathbb R^m` the numbers :math:`\langle b_l, v\rangle` are those of a vector of length :math:`\lvert v\rvert_\rho = \sqrt{\langle v, \rho v\rangle}`,
and so :math:`\lvert v\rvert_\rho` times those of a unit vector, whatever v is: no length has to be positive. The net with one output whose neurons have
the output weights :math:`\lvert\omega_{H,i}\rvert_\rho` has the squared mean gradient :math:`\operatorname{tr}\rho Q^{\mathsf T}Q`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis, Rewrite, Squares
from theory.quantities import definition, names
from theory.stability.by_hyperplane.balanced_neurons import ONE_SIDED
from theory.stability.by_hyperplane.network import (
    amplitude,
    amplitudes,
    excess,
    g,
    gradient_square,
    lever_square,
    one_sided,
    one_sided_norm,
    output_weight,
    over_neurons,
    over_places,
    planes,
    presence,
    present,
    proper,
    scale,
    smaller,
    square_definition,
    weights,
)
from theory.stability.lemmas.output_bias import at_least, at_most, bound_of_gradient
from theory.symbols import H, eta, i, indexed, k, l, scalar
from theory.wider.lemmas.vectors.network import NAME, outputs

factor = indexed("factor_of_state", "b")
share = indexed("share_of_row", r"\beta", nonnegative=True)
seen = indexed("output_weights_seen", "s")
unit_of_neuron = indexed("unit_vector_of_neuron", r"\hat s")
merged_weight = indexed("merged_vector_amplitude", "a")
merged_seen = indexed("merged_amplitude_seen", "t")
unit_of_plane = indexed("unit_vector_of_plane", r"\hat t")
size = indexed("size_of_merged_amplitude", "A")
combined_square = indexed("combined_mean_gradient_square", r"\kappa")
largest = scalar("top_eigenvalue_of_amplitudes", "L")


def over_rows(body: sp.Expr) -> sp.Expr:
    """The sum over the rows l of the factor of the state, as many as there are outputs."""
    return sp.Sum(body, (l, 1, outputs))


def over_planes(body: sp.Expr) -> sp.Expr:
    """The sum over the hyperplanes."""
    return sp.Sum(body, (H, 1, planes))


trace_one = Hypothesis(
    "state of trace one",
    r"\textstyle \rho = \sum_l b_lb_l^{\mathsf T},\ \operatorname{tr}\rho = \sum_l \beta_l = 1,\ \beta_l = \lvert b_l\rvert^2",
    sp.Eq(over_rows(share[l]), 1, evaluate=False),
)
seen_definition = definition(
    "output weights seen by the state",
    r"s_{H,i,l} = \langle b_l, \omega_{H,i}\rangle = \lvert w_{H,i}\rvert\hat s_{H,i,l},\ \lvert w_{H,i}\rvert = \sqrt{\langle\omega_{H,i}, \rho\,\omega_{H,i}\rangle}",
    seen[H, i, l],
    sp.Abs(output_weight[H, i]) * unit_of_neuron[H, i, l],
    H,
    i,
    l,
)
unit_neuron = Hypothesis(
    "unit vectors of the neurons",
    r"\textstyle\sum_l \hat s_{H,i,l}^2 = 1",
    sp.Eq(over_rows(unit_of_neuron[H, i, l] ** 2), 1, evaluate=False),
    (H, i),
)
merging = definition(
    "merged amplitudes seen by the state",
    r"t_{H,l} = \langle b_l, a_H\rangle = \sum_i (\chi^{+}_{H,i} + \chi^{-}_{H,i})\varrho_{H,i}\mathbf 1\{v_H \neq 0\}\,s_{H,i,l}",
    merged_seen[H, l],
    sp.Sum((present[1][H, i] + present[-1][H, i]) * scale[H, i] * proper() * seen[H, i, l], (i, 1, k)),
    H,
    l,
)
size_definition = definition(
    "size of a merged amplitude",
    r"\textstyle A_H = \sum_l t_{H,l}\hat t_{H,l} = \sqrt{\langle a_H, \rho\,a_H\rangle} \text{ for } \hat t_H \text{ along } t_H",
    size[H],
    over_rows(merged_seen[H, l] * unit_of_plane[H, l]),
    H,
)
unit_plane = Hypothesis(
    "unit vectors of the hyperplanes",
    r"\textstyle\sum_l \hat t_{H,l}^2 = 1",
    sp.Eq(over_rows(unit_of_plane[H, l] ** 2), 1, evaluate=False),
    (H,),
)
units = (unit_neuron, unit_plane)
state_norm = over_planes(size[H] * g[H])
r"""The norm for the state, :math:`\sum_H \sqrt{\langle a_H, \rho a_H\rangle}\,g_H`."""


def _neurons(of_neuron: sp.Expr) -> sp.Expr:
    """A sum over all places, of both orientations, of a term times the weight of its hyperplane."""
    return sp.Sum(g[H] * _held * of_neuron, (i, 1, k), (H, 1, planes))


_held = (present[1][H, i] + present[-1][H, i]) * scale[H, i] * proper()
_weight = sp.Abs(output_weight[H, i])
_places = ((i, 1, k), (H, 1, planes))
MERGED = (
    Chain(
        "Merging the neurons of each hyperplane, in the seminorm of the state",
        one_sided_norm,
        hypotheses=(*weights, *amplitudes, seen_definition, merging, size_definition, *units),
        claim=NAME,
    )
    .equals(
        over_places(lambda s: sp.Abs(amplitude[s][H, i]) * (one_sided[s][H] + g[H] - smaller())),
        Rewrite("definition of the weight", ["weight"]),
    )
    .at_least(
        over_places(lambda s: sp.Abs(amplitude[s][H, i]) * g[H]),
        Drop(
            "the smaller of the two orientations",
            over_places(lambda s: sp.Abs(amplitude[s][H, i]) * (one_sided[s][H] - smaller())),
        ),
    )
    .equals(_neurons(_weight), Rewrite("definition of the amplitudes", names(amplitudes)))
    .equals(
        _neurons(_weight * (over_rows(unit_of_neuron[H, i, l] ** 2) + 1) / 2),
        ByHypothesis(unit_neuron.name, -g[H] * _held * _weight / 2, over=_places),
    )
    .equals(
        _neurons(_weight * over_rows(unit_of_neuron[H, i, l] ** 2 + unit_of_plane[H, l] ** 2) / 2),
        ByHypothesis(unit_plane.name, -g[H] * _held * _weight / 2, over=_places),
    )
    .at_least(
        _neurons(_weight * over_rows(unit_of_neuron[H, i, l] * unit_of_plane[H, l])),
        Squares(
            "Cauchy and Schwarz for unit vectors",
            [(g[H] * _held * _weight / 2, unit_of_neuron[H, i, l] - unit_of_plane[H, l])],
            over=((l, 1, outputs), *_places),
        ),
    )
    .equals(
        state_norm,
        Rewrite("the state sees the sum of the amplitudes", names((size_definition, merging, seen_definition))),
    )
    .conclude()
)

above, below = scalar("curvature_above", r"\lambda", positive=True), scalar("curvature_below", r"\nu", nonnegative=True)
square = scalar("square_of_combined_gradient", r"\lVert Qu\rVert^2", nonnegative=True)
curved = (at_most(above, square), at_least(below, square))
BOUNDED = bound_of_gradient(above, below, NAME, square)
end = above + below * (above - 1)

mean_squares = over_neurons(lambda s: scale[H, i] ** 2 * excess[s][H] ** 2)
combined_definition = definition(
    "squared mean gradient of a combination of the outputs",
    r"\kappa_l = \lVert Qb_l\rVert^2 = \beta_l\bigl(1 + \sum_{\pm,H,i}\chi^{\pm}_{H,i}\varrho_{H,i}^2(\bar z^{\pm}_H)^2\bigr)"
    r" + \sum_{\pm,H,i}\chi^{\pm}_{H,i}s_{H,i,l}^2((P^{\pm}_H)^2 + \lvert\bar x^{\pm}_H\rvert^2)",
    combined_square[l],
    share[l] * (1 + mean_squares) + over_neurons(lambda s: seen[H, i, l] ** 2 * lever_square(s)),
    l,
)
bounded = Hypothesis(
    "mean gradients bounded",
    r"Q^{\mathsf T}Q \preceq (\lambda + \nu(\lambda - 1))I:\ \lVert Qb_l\rVert^2 \le (\lambda + \nu(\lambda - 1))\lvert b_l\rvert^2",
    sp.Ge(end * share[l], combined_square[l], evaluate=False),
    ((l, outputs),),
)
_squares = output_weight[H, i] ** 2 * over_rows(unit_of_neuron[H, i, l] ** 2)


def _one_by_one(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """The squared mean gradient with these squares of the output weights, along v and against it."""
    along, against = present[1][H, i] * first * lever_square(1), present[-1][H, i] * second * lever_square(-1)
    return 1 + mean_squares + sp.Sum(along, *_places) + sp.Sum(against, *_places)


TRACE = (
    Chain(
        "The trace of the state against the mean gradients",
        over_rows(combined_square[l]),
        hypotheses=(combined_definition, square_definition, seen_definition, unit_neuron, trace_one),
        claim=NAME,
    )
    .equals(
        over_rows(share[l]) * (1 + mean_squares) - 1 - mean_squares + _one_by_one(_squares, _squares),
        Rewrite("the lengths of the output weights", names((combined_definition, seen_definition))),
    )
    .equals(_one_by_one(_squares, _squares), ByHypothesis(trace_one.name, 1 + mean_squares))
    .equals(
        _one_by_one(output_weight[H, i] ** 2, _squares),
        ByHypothesis(unit_neuron.name, present[1][H, i] * output_weight[H, i] ** 2 * lever_square(1), over=_places),
    )
    .equals(
        _one_by_one(output_weight[H, i] ** 2, output_weight[H, i] ** 2),
        ByHypothesis(unit_neuron.name, present[-1][H, i] * output_weight[H, i] ** 2 * lever_square(-1), over=_places),
    )
    .equals(gradient_square, Rewrite("definition of the squared mean gradient", [square_definition.name]))
    .conclude()
)
STATE = (
    Chain(
        "The norm for a state, from the mean gradients",
        1 + 2 * state_norm,
        hypotheses=(
            *MERGED.hypotheses,
            *presence,
            combined_definition,
            square_definition,
            trace_one,
            bounded,
        ),
        claim=NAME,
    )
    .at_most(1 + 2 * one_sided_norm, ByDerivation(MERGED, 2, reason="hyperplane by hyperplane"))
    .at_most(gradient_square, ByDerivation(ONE_SIDED, reason="neuron by neuron"))
    .equals(over_rows(combined_square[l]), ByDerivation(TRACE, -1, reason="the trace against the state"))
    .at_most(end * over_rows(share[l]), ByHypothesis(bounded.name, over=((l, 1, outputs),)))
    .equals(end, ByHypothesis(trace_one.name, end))
    .conclude()
)

half = sp.Rational(1, 2)
at_flat_points = Hypothesis(
    "every state, at a flat point",
    r"\textstyle 1 + 2\sum_H A_Hg_H \le 2/\eta",
    sp.Le(1 + 2 * state_norm, 2 / eta, evaluate=False),
)
FLAT = (
    Chain("Every state at a flat point", state_norm, hypotheses=(at_flat_points,), claim=NAME)
    .at_most(1 / eta - half, ByHypothesis(at_flat_points.name, half))
    .conclude()
)

vector_length = indexed("length_of_merged_amplitude", r"\lvert a\rvert", nonnegative=True)
even_state = definition(
    "even state",
    r"\rho = I/m:\ A_H = \lvert a_H\rvert/\sqrt m",
    size[H],
    vector_length[H] / sp.sqrt(outputs),
    H,
)
length_norm = over_planes(vector_length[H] * g[H])
LENGTHS = (
    Chain(
        "The lengths of the amplitudes at a flat point",
        length_norm,
        hypotheses=(at_flat_points, even_state),
        claim=NAME,
    )
    .equals(sp.sqrt(outputs) * state_norm, Rewrite("even state", [even_state.name]))
    .at_most(
        sp.sqrt(outputs) * (1 / eta - half),
        ByDerivation(FLAT, sp.sqrt(outputs), reason="every state at a flat point"),
    )
    .conclude()
)
