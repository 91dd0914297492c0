r"""A net whose neurons are listed by hyperplane, and what the squared mean gradient says of its stability norm.

Hyperplane H is :math:`\{\langle\nu_H,x\rangle = \beta_H\}`, all of them different. Neuron i has the length :math:`\varrho_i > 0` and the output
weight :math:`w^{(2)}_i`; on H in the orientation of :math:`\nu_H` it is
:math:`w^{(2)}_i(\varrho_i\langle\nu_H,x\rangle - \varrho_i\beta_H)_+`, in the other
:math:`w^{(2)}_i(\varrho_i\beta_H - \varrho_i\langle\nu_H,x\rangle)_+`. :math:`\chi^+_{H,i}` and :math:`\chi^-_{H,i}` are 1 where neuron i is on H in that
orientation and 0 elsewhere, so that a sum over all neurons is a sum over H and i with these weights. Constant neurons, with a zero input weight, are
listed apart: :math:`w'_q(b'_q)_+`; a net without any has one with :math:`w'_q = b'_q = 0`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, Chain, Drop, Rewrite, Squares
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.quantities import (
    Side,
    definition,
    gradient_square,
    gram_entry,
    inner_of_data,
    lever_square,
    names,
    smaller_side,
    weighted_norm,
)
from theory.symbols import H, c, d, i, indexed, j, k, l, mean, n, q, scalar, w2, x

planes = sp.Symbol(named("planes", "h"), integer=True, positive=True)
constants = sp.Symbol(named("constants", "k_0"), integer=True, positive=True)
normal = indexed("normal", r"\nu")
threshold = indexed("plane_threshold", r"\beta")
length = indexed("length", r"\varrho", positive=True)
constant_bias = indexed("constant_bias", "b'")
constant_weight = indexed("constant_weight", "w'")

FORWARD, BACKWARD = 1, -1
SIDES = (FORWARD, BACKWARD)
"""The orientations of a neuron on a hyperplane."""

member = {
    FORWARD: indexed("forward_member", r"\chi^{+}", nonnegative=True),
    BACKWARD: indexed("backward_member", r"\chi^{-}", nonnegative=True),
}
mean_output = {
    FORWARD: indexed("forward_output", r"\bar z^{+}", nonnegative=True),
    BACKWARD: indexed("backward_output", r"\bar z^{-}", nonnegative=True),
}
mass = {
    FORWARD: indexed("forward_mass", "P^{+}", nonnegative=True),
    BACKWARD: indexed("backward_mass", "P^{-}", nonnegative=True),
}
moment = {
    FORWARD: indexed("forward_moment", r"\bar x^{+}"),
    BACKWARD: indexed("backward_moment", r"\bar x^{-}"),
}
lever = {
    FORWARD: indexed("forward_lever", "F^{+}", nonnegative=True),
    BACKWARD: indexed("backward_lever", "F^{-}", nonnegative=True),
}
weight = {
    FORWARD: indexed("forward_weight", r"\tilde g^{+}", nonnegative=True),
    BACKWARD: indexed("backward_weight", r"\tilde g^{-}", nonnegative=True),
}
_NAME = {FORWARD: "forward", BACKWARD: "backward"}

NEURONS = ((i, 1, k), (H, 1, planes))
"""The range of a sum over all neurons, listed by hyperplane."""


def offset(side: int, datum: sp.Expr = j) -> sp.Expr:
    r"""The signed distance :math:`\pm(\langle\nu_H,x_j\rangle - \beta_H)` of a datum from hyperplane H."""
    return side * (sp.Sum(normal[H, c] * x[datum, c], (c, 1, d)) - threshold[H])


def preactivation(side: int, datum: sp.Expr = j) -> sp.Expr:
    r"""The pre-activation :math:`\pm(\langle\varrho_i\nu_H,x_j\rangle - \varrho_i\beta_H)` of neuron i, if it is on hyperplane H."""
    return side * (sp.Sum(length[i] * normal[H, c] * x[datum, c], (c, 1, d)) - length[i] * threshold[H])


def over_neurons(term: dict[int, sp.Expr]) -> sp.Expr:
    r"""The sum over all neurons, :math:`\sum_{H,i} \chi^+_{H,i} t^+_{H,i} + \chi^-_{H,i} t^-_{H,i}`."""
    return sp.Sum(sp.Add(*(member[side][H, i] * term[side] for side in SIDES)), *NEURONS)


def merged_amplitude() -> sp.Expr:
    r"""The sum :math:`a_H` of the amplitudes :math:`a_i = w^{(2)}_i\varrho_i` of the neurons on hyperplane H, in either orientation."""
    return sp.Sum((member[FORWARD][H, i] + member[BACKWARD][H, i]) * w2[i] * length[i], (i, 1, k))


def over_hyperplanes(forward: sp.Expr, backward: sp.Expr) -> sp.Expr:
    r"""The sum :math:`\sum_H \lvert a_H\rvert \min(s^+_H, s^-_H)`."""
    return weighted_norm(merged_amplitude(), smaller_side(forward, backward), (H, 1, planes))


def _smaller() -> sp.Expr:
    return smaller_side(*(mean_output[side][H] * lever[side][H] for side in SIDES))


BALANCE = (
    Chain(
        "Neurons by hyperplane and orientation, with any outputs and levers",
        over_neurons({s: gradient_square(length[i], mean_output[s][H], w2[i], lever[s][H] ** 2) for s in SIDES}),
    )
    .at_least(
        2 * over_neurons({s: sp.Abs(w2[i]) * length[i] * mean_output[s][H] * lever[s][H] for s in SIDES}),
        Squares(
            "arithmetic and geometric mean, neuron by neuron",
            tuple((member[s][H, i], length[i] * mean_output[s][H] - sp.Abs(w2[i]) * lever[s][H]) for s in SIDES),
            over=NEURONS,
        ),
    )
    .conclude()
)
MERGE = (
    Chain(
        "Merging the neurons of each hyperplane, in either orientation",
        over_neurons({s: sp.Abs(w2[i]) * length[i] * mean_output[s][H] * lever[s][H] for s in SIDES}),
    )
    .at_least(
        over_neurons(dict.fromkeys(SIDES, sp.Abs(w2[i]) * length[i] * _smaller())),
        Drop(
            "the smaller of the two orientations",
            over_neurons(
                {s: sp.Abs(w2[i]) * length[i] * (mean_output[s][H] * lever[s][H] - _smaller()) for s in SIDES}
            ),
        ),
    )
    .at_least(
        over_hyperplanes(*(mean_output[s][H] * lever[s][H] for s in SIDES)),
        Drop(
            "triangle inequality on each hyperplane",
            sp.Sum(
                _smaller()
                * (
                    sp.Sum((member[FORWARD][H, i] + member[BACKWARD][H, i]) * sp.Abs(w2[i]) * length[i], (i, 1, k))
                    - sp.Abs(merged_amplitude())
                ),
                (H, 1, planes),
            ),
        ),
    )
    .conclude()
)


def lever_root(side: int) -> sp.Expr:
    r"""The root :math:`\sqrt{P^2 + \lvert\bar x\rvert^2}` on one side of hyperplane H."""
    return sp.sqrt(lever_square(mass[side][H], sp.Sum(moment[side][H, c] ** 2, (c, 1, d))))


SIDE = {
    FORWARD: Side(offset(FORWARD), r"\langle\nu_H,x_j\rangle - \beta_H", "+"),
    BACKWARD: Side(offset(BACKWARD), r"\beta_H - \langle\nu_H,x_j\rangle", "-"),
}
"""The two sides of hyperplane H."""
side_means = tuple(
    each
    for s in SIDES
    for each in (
        definition(f"mean output, {_NAME[s]}", SIDE[s].excess_latex, mean_output[s][H], SIDE[s].excess, H),
        definition(f"mass, {_NAME[s]}", SIDE[s].mass_latex, mass[s][H], SIDE[s].mass, H),
        definition(f"first moment, {_NAME[s]}", SIDE[s].moment_latex, moment[s][H, c], SIDE[s].moment(x[j, c]), H, c),
    )
)
"""Means over the data on either side of a hyperplane, with strict masks."""

stability_norm = scalar("stability_norm_listed", r"\stabilitynorm{f}")
norm_definition = definition(
    "stability norm",
    r"\stabilitynorm{f} = \sum_H \lvert a_H\rvert \min(\tilde g^+_H, \tilde g^-_H),\ a_H = \sum_{i \text{ on } H} w^{(2)}_i\varrho_i,\ "
    r"\tilde g^\pm_H = \bar z^\pm_H\sqrt{(P^\pm_H)^2 + \lvert\bar x^\pm_H\rvert^2}",
    stability_norm,
    over_hyperplanes(*(mean_output[s][H] * lever_root(s) for s in SIDES)),
)

constant_outputs = relu(constant_bias[q])
constant_masks = step(constant_bias[q])
_means_of_data = sp.Sum(mean(x[j, c]) ** 2, (c, 1, d))
constant_squares = sp.Sum(
    gradient_square(
        sp.S.One, constant_outputs, constant_weight[q], constant_masks * lever_square(sp.S.One, _means_of_data)
    ),
    (q, 1, constants),
)
mean_gradient_square = (
    1
    + over_neurons({s: gradient_square(length[i], mean_output[s][H], w2[i], lever_root(s) ** 2) for s in SIDES})
    + constant_squares
)
r"""The squared mean gradient :math:`\lvert\mathbb E\nabla f\rvert^2`: output bias, neurons, constant neurons."""
square = scalar("mean_gradient_square", r"\lvert q\rvert^2", positive=True)
squared_mean = definition(
    "squared mean gradient",
    r"\lvert q\rvert^2 = 1 + \sum_{H,i,\pm}\chi^\pm_{H,i}\bigl[\varrho_i^2(\bar z^\pm_H)^2 + (w^{(2)}_i)^2((P^\pm_H)^2 + \lvert\bar x^\pm_H\rvert^2)\bigr]"
    r" + (\text{constant neurons})",
    square,
    mean_gradient_square,
)

_levers = {lever[s]: sp.Lambda(H, lever_root(s)) for s in SIDES}
NORM = (
    Chain(
        "The squared mean gradient, term by term, and the stability norm",
        mean_gradient_square,
        hypotheses=(*side_means, norm_definition),
    )
    .at_least(mean_gradient_square - constant_squares, Drop("constant neurons add squares", constant_squares))
    .at_least(
        1 + 2 * over_neurons({s: sp.Abs(w2[i]) * length[i] * mean_output[s][H] * lever_root(s) for s in SIDES}),
        ByDerivation(BALANCE, at=_levers, reason="arithmetic and geometric mean, neuron by neuron"),
    )
    .at_least(
        1 + 2 * over_hyperplanes(*(mean_output[s][H] * lever_root(s) for s in SIDES)),
        ByDerivation(MERGE, 2, at=_levers, reason="the neurons of each hyperplane"),
    )
    .equals(1 + 2 * stability_norm, Rewrite("definition of the stability norm", ["stability norm"]))
    .conclude()
)

K = indexed("gram_of_listed", "K")
gram_definition = definition(
    "Gram matrix",
    r"nK_{j,l} = 1 + \sum_{H,i,\pm}\chi^\pm_{H,i}\bigl[z_jz_l + (w^{(2)}_i)^2 m_jm_l(1 + \langle x_j,x_l\rangle)\bigr] + (\text{constant neurons}),\ "
    r"z_j = (\pm(\langle\varrho_i\nu_H,x_j\rangle - \varrho_i\beta_H))_+,\ m_j = \mathbf 1\{z_j > 0\}",
    K[j, l],
    (
        1
        + over_neurons(
            {
                s: gram_entry(
                    (relu(preactivation(s, j)), relu(preactivation(s, l))),
                    w2[i],
                    (step(preactivation(s, j)), step(preactivation(s, l))),
                    inner_of_data(),
                )
                for s in SIDES
            }
        )
        + sp.Sum(
            gram_entry(
                (constant_outputs, constant_outputs),
                constant_weight[q],
                (constant_masks, sp.S.One),
                inner_of_data(),
            ),
            (q, 1, constants),
        )
    )
    / n,
    j,
    l,
)
GRAM_MEAN = (
    Chain(
        "The squared mean gradient is the mean of the Gram matrix",
        sp.Sum(K[j, l], (j, 1, n), (l, 1, n)) / n,
        hypotheses=(gram_definition, *side_means),
    )
    .equals(
        mean_gradient_square,
        Rewrite(
            "the rectifier is homogeneous, its mask does not change with scale",
            names((gram_definition,), side_means),
        ),
    )
    .conclude()
)
