r"""What a function says of a net that computes it: the second difference across a hyperplane is the sum of the amplitudes on it."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Hypothesis, Identity
from theory.kernel.functions import relu
from theory.stability.by_hyperplane.oriented_neurons import (
    BACKWARD,
    FORWARD,
    SIDES,
    constant_bias,
    constant_weight,
    constants,
    length,
    member,
    merged_amplitude,
    normal,
    planes,
    threshold,
)
from theory.symbols import H, c, d, i, index, indexed, k, q, scalar, w2

CLAIM_NAME = "flattest-implementation"

G = index("G")
point = indexed("point_on_plane", "z")
reach = indexed("reach", r"\tau", positive=True)
output_bias = scalar("output_bias", "b^{(2)}")


def _height(move: int) -> sp.Expr:
    r"""The signed distance of :math:`z_H + \mathrm{move}\,\tau_H\nu_H` from hyperplane G."""
    moved = point[H, c] + move * reach[H] * normal[H, c]
    return sp.Sum(normal[G, c] * moved, (c, 1, d)) - threshold[G]


def _bend(side: int) -> sp.Expr:
    return relu(side * _height(1)) + relu(side * _height(-1)) - 2 * relu(side * _height(0))


def value_across(move: int) -> sp.Expr:
    r"""The net at :math:`z_H + \mathrm{move}\,\tau_H\nu_H`."""
    slopes = {s: member[s][G, i] * w2[i] * relu(s * length[i] * _height(move)) for s in SIDES}
    rest = sp.Sum(constant_weight[q] * relu(constant_bias[q]), (q, 1, constants)) + output_bias
    return sp.Sum(sp.Add(*slopes.values()), (i, 1, k), (G, 1, planes)) + rest


generic_points = tuple(
    Hypothesis(
        f"points across one hyperplane, {words}",
        rf"\bigl({sign}h_G(z_H+\tau_H\nu_H)\bigr)_+ + \bigl({sign}h_G(z_H-\tau_H\nu_H)\bigr)_+ - 2\bigl({sign}h_G(z_H)\bigr)_+"
        r" = \tau_H\mathbf 1\{G = H\},\ h_G(z) = \langle\nu_G,z\rangle - \beta_G",
        sp.Eq(_bend(s), reach[H] * sp.KroneckerDelta(G, H), evaluate=False),
        ((G, planes), (H, planes)),
    )
    for s, sign, words in ((FORWARD, "", "in the direction of the normal"), (BACKWARD, "-", "against the normal"))
)
"""True where z_H is on H and on no other hyperplane, nu_H is a unit vector and tau_H small enough that no other is crossed."""
_factors = {s: sp.Sum(member[s][G, i] * w2[i] * length[i], (i, 1, k)) for s in SIDES}
AMPLITUDES = (
    Chain(
        "The second difference of the function across a hyperplane",
        value_across(1) + value_across(-1) - 2 * value_across(0),
        hypotheses=generic_points,
        for_all=((H, planes),),
        claim=CLAIM_NAME,
    )
    .equals(
        sp.Sum(sp.Add(*(_factors[s] * _bend(s) for s in SIDES)), (G, 1, planes)),
        Identity("the rectifier is homogeneous"),
    )
    .equals(
        sp.Sum(
            _factors[FORWARD] * reach[H] * sp.KroneckerDelta(G, H) + _factors[BACKWARD] * _bend(BACKWARD),
            (G, 1, planes),
        ),
        ByHypothesis(
            generic_points[0].name, _factors[FORWARD], over=[(G, 1, planes)], reason="neurons in one orientation"
        ),
    )
    .equals(
        reach[H] * merged_amplitude(),
        ByHypothesis(generic_points[1].name, _factors[BACKWARD], over=[(G, 1, planes)], reason="neurons in the other"),
    )
    .conclude()
)
