r"""Nets of equal shares at one scale for all data: the trace of the Gram matrix, and with it the sharpness, does not depend on the width.

k neurons with amplitudes :math:`\lvert a_i\rvert = A/k` and thresholds :math:`b_i \ge 0`, all input weights of the length
:math:`(A(1+R^2)^{1/2}/(kR))^{1/2}`, on data in the ball of radius R; and an affine part :math:`\langle u,x\rangle = \lvert u\rvert((z)_+ - (-z)_+)`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Derivation, Drop, Hypothesis, Identity, Rewrite, Squares
from theory.kernel.functions import relu, step
from theory.stability.lemmas.trace_of_rescalings import (
    TRACE_BOUND,
    direction,
    form,
    length,
    offset,
    scale,
    threshold,
    trace,
    unit,
    vector,
)
from theory.symbols import c, d, i, index, indexed, j, k, l, mean, n, scalar, w2, x

NAME = "sobolev-approximation"

m = index("m")
share = scalar("neuron_mass", r"\lvert\alpha\rvert", positive=True)
R = scalar("ball_radius", "R", positive=True)
reach = scalar("lever_bound", r"\ell", positive=True)
reach_definition = Hypothesis("the longest lever", r"\ell = (1+R^2)^{1/2}", sp.Eq(reach, sp.sqrt(1 + R**2)))
size = 1 + sp.Sum(x[j, c] ** 2, (c, 1, d))
in_ball = Hypothesis(
    "data in the ball",
    r"\lvert x_j\rvert \le R",
    sp.Ge(R**2, sp.Sum(x[j, c] ** 2, (c, 1, d)), evaluate=False),
    ((j, n),),
)
unit_direction = Hypothesis(
    "directions are unit vectors",
    r"\lvert v_i\rvert = 1",
    sp.Eq(sp.Sum(direction[i, c] ** 2, (c, 1, d)), 1, evaluate=False),
    ((i, k),),
)
from_centre = Hypothesis(
    "thresholds are not negative",
    r"b_i \ge 0",
    sp.Ge(threshold[i], 0, evaluate=False),
    ((i, k),),
)
height = sp.Sum(direction[i, c] * x[j, c], (c, 1, d))
LEVER = (
    Chain(
        "The data that a neuron sees",
        mean(step(offset()) * size),
        hypotheses=(in_ball, reach_definition),
        for_all=((i, k),),
        claim=NAME,
    )
    .at_most(mean(size), Drop("the data that it does not see", mean((1 - step(offset())) ** 2 * size)))
    .at_most(1 + R**2, ByHypothesis(in_ball.name, 1 / n, over=[(j, 1, n)]))
    .equals(reach**2, Rewrite("the longest lever", [reach_definition.name]))
    .conclude()
)
ENERGY = (
    Chain(
        "The outputs of a neuron of unit length",
        mean(relu(offset()) ** 2),
        hypotheses=(in_ball, unit_direction, from_centre),
        for_all=((i, k),),
        claim=NAME,
    )
    .at_most(
        mean(relu(offset()) ** 2) + 2 * threshold[i] * mean(relu(offset())),
        ByHypothesis(from_centre.name, 2 * mean(relu(offset())), reason="the threshold is not negative"),
    )
    .at_most(
        mean(height**2),
        Drop(
            "a datum beyond the threshold is further from the centre's hyperplane",
            mean((1 - step(offset())) ** 2 * height**2) + threshold[i] ** 2 * mean(step(offset())),
        ),
    )
    .at_most(
        mean(sp.Sum(direction[i, c] ** 2, (c, 1, d)) * sp.Sum(x[j, c] ** 2, (c, 1, d))),
        Squares(
            "Cauchy and Schwarz, by Lagrange's identity",
            [(1 / (2 * n), direction[i, c] * x[j, m] - direction[i, m] * x[j, c])],
            over=[(j, 1, n), (c, 1, d), (m, 1, d)],
        ),
    )
    .equals(
        mean(sp.Sum(x[j, c] ** 2, (c, 1, d))),
        ByHypothesis(unit_direction.name, mean(sp.Sum(x[j, c] ** 2, (c, 1, d)))),
    )
    .at_most(R**2, ByHypothesis(in_ball.name, 1 / n, over=[(j, 1, n)]))
    .conclude()
)
one_scale = Hypothesis(
    "one scale",
    r"\gamma_i\varrho_i = \bigl(\lvert\alpha\rvert(1+R^2)^{1/2}/(kR)\bigr)^{1/2}",
    sp.Eq(scale[i], sp.sqrt(share * reach / (k * R)) / length[i]),
    (i,),
)
equal_shares = Hypothesis(
    "equal shares",
    r"\lvert a_i\rvert = \lvert w^{(2)}_i\rvert\varrho_i = \lvert\alpha\rvert/k",
    sp.Eq(w2[i] ** 2 * length[i] ** 2, (share / k) ** 2, evaluate=False),
    ((i, k),),
)
NEURONS = (
    Chain(
        "The trace of the neurons: the width drops out",
        trace,
        hypotheses=(one_scale, equal_shares, in_ball, unit_direction, from_centre, reach_definition),
        claim=NAME,
    )
    .equals(
        1
        + sp.Sum(
            share * reach / (k * R) * mean(relu(offset()) ** 2)
            + k * R / (share * reach) * w2[i] ** 2 * length[i] ** 2 * mean(step(offset()) * size),
            (i, 1, k),
        ),
        Rewrite("one scale", [one_scale.name]),
    )
    .equals(
        1
        + sp.Sum(
            share * reach / (k * R) * mean(relu(offset()) ** 2) + share * R / (k * reach) * mean(step(offset()) * size),
            (i, 1, k),
        ),
        ByHypothesis(equal_shares.name, k * R / (share * reach) * mean(step(offset()) * size), over=[(i, 1, k)]),
    )
    .at_most(
        1 + sp.Sum(share * reach / (k * R) * R**2 + share * R / (k * reach) * mean(step(offset()) * size), (i, 1, k)),
        ByDerivation(ENERGY, share * reach / (k * R), over=[(i, 1, k)], reason="the outputs of a neuron"),
    )
    .at_most(
        1 + sp.Sum(share * reach / (k * R) * R**2 + share * R / (k * reach) * reach**2, (i, 1, k)),
        ByDerivation(LEVER, share * R / (k * reach), over=[(i, 1, k)], reason="the data that a neuron sees"),
    )
    .equals(1 + 2 * share * R * reach, Identity("k equal shares"))
    .equals(1 + 2 * share * R * sp.sqrt(1 + R**2), Rewrite("the longest lever", [reach_definition.name]))
    .conclude()
)

slope = scalar("affine_part_slope", r"\lvert u\rvert", positive=True)
normal = indexed("normal_of_affine_part", "e")
number = scalar("any_number", "u")
along = sp.Sum(normal[c] * x[j, c], (c, 1, d))
along_too = sp.Sum(normal[c] * x[l, c], (c, 1, d))
inner = 1 + sp.Sum(x[j, c] * x[l, c], (c, 1, d))
outer_square = slope * R / reach
"""The square of the output weights of the affine neurons."""
one_side = Hypothesis(
    "no number is positive and negative",
    r"\mathbf 1\{u > 0\}\,\mathbf 1\{-u > 0\} = 0",
    sp.Eq(step(number) * step(-number), 0, evaluate=False),
    (number,),
)
unit_normal = Hypothesis(
    "the affine part's direction is a unit vector",
    r"\lvert e\rvert = 1,\ u = \lvert u\rvert e",
    sp.Eq(sp.Sum(normal[c] ** 2, (c, 1, d)), 1, evaluate=False),
)


outputs = relu(along) * relu(along_too) + relu(-along) * relu(-along_too)
masks = step(along) * step(along_too) + step(-along) * step(-along_too)
affine_form = (
    sp.Sum(
        vector[j] * vector[l] * (slope**2 / outer_square * outputs + outer_square * masks * inner), (j, 1, n), (l, 1, n)
    )
    / n
)
"""The part of the quadratic form of K that belongs to the two neurons of the affine part."""
seen = step(along) + step(-along)
affine_trace = slope**2 / outer_square * mean(relu(along) ** 2 + relu(-along) ** 2) + outer_square * mean(seen * size)


def _rows(function: type[sp.Expr], weight: sp.Expr, coordinate: sp.Expr) -> list[tuple[sp.Expr, sp.Expr]]:
    """Lagrange's identity for the rows of both neurons."""
    other = coordinate.xreplace({j: l})
    return [
        (weight, function(side * along) * coordinate * vector[l] - function(side * along_too) * other * vector[j])
        for side in (1, -1)
    ]


AFFINE_TRACE = (
    Chain("The two neurons of the affine part, and their share of the trace", affine_form, claim=NAME)
    .at_most(
        affine_trace * unit,
        Squares(
            "Cauchy and Schwarz, by Lagrange's identity, row by row",
            (
                *_rows(relu, slope**2 / outer_square / (2 * n * d), sp.S.One),
                *_rows(step, outer_square / (2 * n * d), sp.S.One),
                *_rows(step, outer_square / (2 * n), x[j, c]),
            ),
            over=[(j, 1, n), (l, 1, n), (c, 1, d)],
        ),
    )
    .conclude()
)
unseen = 1 - step(along) - step(-along)
AFFINE = (
    Chain(
        "The affine part's share of the trace",
        affine_trace,
        hypotheses=(one_side, unit_normal, in_ball, reach_definition),
        claim=NAME,
    )
    .at_most(
        slope * reach / R * mean(along**2)
        + outer_square * mean(size)
        + 2 * mean((slope * reach / R * along**2 + outer_square * size) * step(along) * step(-along)),
        Drop("each datum is on one side", mean((slope * reach / R * along**2 + outer_square * size) * unseen**2)),
    )
    .equals(
        slope * reach / R * mean(along**2) + outer_square * mean(size),
        ByHypothesis(
            one_side.name,
            2 * (slope * reach / R * along**2 + outer_square * size) / n,
            at={number: along},
            over=[(j, 1, n)],
        ),
    )
    .at_most(
        slope * reach / R * mean(sp.Sum(normal[c] ** 2, (c, 1, d)) * sp.Sum(x[j, c] ** 2, (c, 1, d)))
        + outer_square * mean(size),
        Squares(
            "Cauchy and Schwarz, by Lagrange's identity",
            [(slope * reach / R / (2 * n), normal[c] * x[j, m] - normal[m] * x[j, c])],
            over=[(j, 1, n), (c, 1, d), (m, 1, d)],
        ),
    )
    .equals(
        slope * reach / R * mean(sp.Sum(x[j, c] ** 2, (c, 1, d))) + outer_square * mean(size),
        ByHypothesis(unit_normal.name, slope * reach / R * mean(sp.Sum(x[j, c] ** 2, (c, 1, d)))),
    )
    .at_most(
        slope * reach / R * R**2 + outer_square * (1 + R**2),
        ByHypothesis(in_ball.name, (slope * reach / R + outer_square) / n, over=[(j, 1, n)]),
    )
    .equals(2 * slope * R * sp.sqrt(1 + R**2), Rewrite("the longest lever", [reach_definition.name]))
    .conclude()
)
SHARPNESS = (
    Chain(
        "No Rayleigh quotient of the net with its affine part exceeds the bound",
        form + affine_form,
        hypotheses=(*NEURONS.hypotheses, *AFFINE.hypotheses),
        claim=NAME,
    )
    .at_most(trace * unit + affine_form, ByDerivation(TRACE_BOUND, reason="the trace of the neurons"))
    .at_most((trace + affine_trace) * unit, ByDerivation(AFFINE_TRACE, reason="and of the affine part"))
    .at_most(
        (1 + 2 * share * R * sp.sqrt(1 + R**2) + affine_trace) * unit,
        ByDerivation(NEURONS, unit, reason="the width drops out"),
    )
    .at_most(
        (1 + 2 * (share + slope) * R * sp.sqrt(1 + R**2)) * unit, ByDerivation(AFFINE, unit, reason="the affine part")
    )
    .conclude()
)
DERIVATIONS: tuple[Derivation, ...] = (LEVER, ENERGY, NEURONS, AFFINE_TRACE, AFFINE, SHARPNESS)
