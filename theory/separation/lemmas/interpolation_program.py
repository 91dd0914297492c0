r"""The finite linear program behind the least norm that interpolates: weak duality, and why finitely many hyperplanes suffice.

A hyperplane with the active data A gives the neuron :math:`\chi_l h_l` at the datum l, :math:`h_l = \langle v, p_l\rangle - b`, and the one-sided
weight :math:`\gamma_A \frac1s\sum_l \chi_l h_l`; for a fixed A both are linear in h, on the closed cone of all affine h that are not negative on A
and not positive off A. What holds on generators of the cone holds on the cone.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Derivation, Hypothesis, Identity, Rewrite
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.separation.lemmas.weak_duality import (
    CENTRED,
    DOMINATED,
    INTERPOLATES,
    INTERPOLATION,
    MOMENT,
    NET,
    NORM,
    TOTAL,
    charge,
    direction,
    moment,
    norm,
    over_points,
    pairing,
    planes,
    point,
    points,
    supremum,
    threshold,
    weight,
)
from theory.symbols import H, c, d, eta, indexed, m, scalar
from theory.symbols import l as r

NAME = "exact-separation"

rays = sp.Symbol(named("rays", r"\rho"), integer=True, positive=True)
offset, ray = indexed("offset_at_datum", "h"), indexed("ray_at_datum", "k")
share = indexed("share_of_ray", r"\lambda", nonnegative=True)
over_rays = ((m, 1, rays),)

active = step(offset[H, r])
lever = indexed("lever_of_plane", r"\gamma", nonnegative=True)
LEVER = Hypothesis(
    "lever of the active data",
    r"\gamma_H^2 = \bigl(\tfrac1s\textstyle\sum_l\chi_{H,l}\bigr)^2 + \bigl\lVert\tfrac1s\sum_l\chi_{H,l}\,p_l\bigr\rVert^2,\ \chi_{H,l} = \mathbf 1\{h_{H,l} > 0\}",
    sp.Eq(
        lever[H],
        sp.sqrt(
            (sp.Sum(active, *over_points) / points) ** 2
            + sp.Sum((sp.Sum(active * point[r, c], *over_points) / points) ** 2, (c, 1, d))
        ),
        evaluate=False,
    ),
    (H,),
)
OFFSET = Hypothesis(
    "offset from the hyperplane",
    r"h_{H,l} = \langle v_H, p_l\rangle - b_H",
    sp.Eq(offset[H, r], sp.Sum(direction[H, c] * point[r, c], (c, 1, d)) - threshold[H], evaluate=False),
    (H, r),
)
WEIGHT = Hypothesis(
    "weight on the smaller side",
    r"g_H = \gamma_H\,\tfrac1s\textstyle\sum_l (h_{H,l})_+",
    sp.Eq(weight[H], sp.Sum(relu(offset[H, r]), *over_points) / points * lever[H], evaluate=False),
    (H,),
)
GENERATED = Hypothesis(
    "extreme rays generate the cone",
    r"h_{H,l} = \textstyle\sum_m \lambda_{H,m}\,k_{H,m,l},\ \lambda \ge 0,\ k_{H,m} \text{ the extreme rays for } \chi_H",
    sp.Eq(offset[H, r], sp.Sum(share[H, m] * ray[H, m, r], *over_rays), evaluate=False),
    ((H, planes), (r, points)),
    source="Schrijver, Theory of Linear and Integer Programming, section 8.8",
)
of_ray = sp.Sum(active * charge[r] * ray[H, m, r], *over_points)
cost_of_ray = sp.Sum(active * ray[H, m, r], *over_points) / points
CONSTRAINTS = tuple(
    Hypothesis(
        f"constraint of each ray, from {side}",
        rf"{sign}\textstyle\sum_l \chi_{{H,l}}\,\mu_l\,k_{{H,m,l}} \le M\gamma_H\,\frac1s\sum_l\chi_{{H,l}}\,k_{{H,m,l}}",
        sp.Le(factor * of_ray, supremum * lever[H] * cost_of_ray, evaluate=False),
        ((H, planes), (m, rays)),
    )
    for side, sign, factor in (("above", "", 1), ("below", "-", -1))
)


def on_the_cone(place: int) -> Derivation:
    """+-moment <= M g on every hyperplane, from the constraints of the rays."""
    sign = (1, -1)[place]
    excess = sp.Sum(active * offset[H, r], *over_points)
    return (
        Chain(
            f"From rays to hyperplanes, from {('above', 'below')[place]}",
            sign * moment[H],
            hypotheses=(MOMENT, OFFSET, LEVER, WEIGHT, GENERATED, CONSTRAINTS[place]),
            for_all=((H, planes),),
            claim=NAME,
        )
        .equals(
            sign * sp.Sum(active * charge[r] * offset[H, r], *over_points),
            Rewrite("moments of the measure", (MOMENT.name, OFFSET.name)),
        )
        .equals(
            sign * sp.Sum(share[H, m] * active * charge[r] * ray[H, m, r], *over_points, *over_rays),
            ByHypothesis(GENERATED.name, sign * active * charge[r], over=over_points),
        )
        .at_most(
            supremum * lever[H] * sp.Sum(share[H, m] * active * ray[H, m, r], *over_points, *over_rays) / points,
            ByHypothesis(CONSTRAINTS[place].name, share[H, m], over=over_rays),
        )
        .equals(
            supremum * lever[H] * excess / points,
            ByHypothesis(GENERATED.name, -supremum * lever[H] * active / points, over=over_points),
        )
        .equals(supremum * weight[H], ByHypothesis(WEIGHT.name, -supremum))
        .conclude()
    )


CONE = (on_the_cone(0), on_the_cone(1))
LOWER = (
    Chain(
        "What the program proves",
        pairing,
        hypotheses=(NET, MOMENT, TOTAL, CENTRED, NORM, INTERPOLATES, OFFSET, LEVER, WEIGHT, GENERATED, *CONSTRAINTS),
        claim=NAME,
    )
    .at_most(
        supremum * norm,
        ByDerivation(
            INTERPOLATION,
            reason="weak duality, by depth-separation-shallow",
            discharged=tuple((bound.name, proof) for bound, proof in zip(DOMINATED, CONE, strict=True)),
        ),
    )
    .conclude()
)

fraction = scalar("place_between", "t", nonnegative=True)
normal, level_of_plane = indexed("normal", "w"), scalar("level_of_plane", "c")
first, last = indexed("first_point", "p"), indexed("last_point", "p'")
over_coordinates = ((c, 1, d),)


def offset_of(point_at: sp.Expr) -> sp.Expr:
    """<w, x> - c at a point given by its coordinate c."""
    return sp.Sum(normal[c] * point_at, *over_coordinates) - level_of_plane


middle = (1 - fraction) * first[c] + fraction * last[c]
interpolated = (1 - fraction) * offset_of(first[c]) + fraction * offset_of(last[c])
BETWEEN = (
    Chain("A datum between two others", offset_of(middle), claim=NAME)
    .equals(interpolated, Identity("affine functions are affine along a line"))
    .conclude()
)

lines = sp.Symbol(named("lines_of_net", "L"), integer=True, positive=True)
amplitude, chosen = indexed("amplitude_of_line", "a"), indexed("activation_of_line", r"\chi", nonnegative=True)
on_line, shift = indexed("offset_of_line", "k"), indexed("shift_of_line", r"\sigma")
small, corrector = (
    scalar("small_shift", r"\epsilon", positive=True),
    indexed("norm_of_corrector", "N", nonnegative=True),
)
lever_of = indexed("lever_of_line", r"\gamma", nonnegative=True)
over_lines = ((H, 1, lines),)
moved = sp.Sum(amplitude[H] * chosen[H, r] * (on_line[H, r] + small * shift[H, r]), *over_lines)
change = sp.Sum(amplitude[H] * chosen[H, r] * shift[H, r], *over_lines)
limit_value = sp.Sum(amplitude[H] * chosen[H, r] * on_line[H, r], *over_lines)
MOVED = (
    Chain(
        "The net with its lines moved, and the correction", moved - small * change, for_all=((r, points),), claim=NAME
    )
    .equals(limit_value, Identity("the shift is corrected datum by datum"))
    .conclude()
)


def cost(values: sp.Expr) -> sp.Expr:
    """sum_L |a_L| gamma_L (1/s) sum_l chi_{L,l} value_{L,l}."""
    return sp.Sum(sp.Abs(amplitude[H]) * lever_of[H] * chosen[H, r] * values / points, *over_lines, *over_points)


extra = cost(shift[H, r]) + sp.Sum(sp.Abs(change) * corrector[r], *over_points)
cost_of_moved = cost(on_line[H, r] + small * shift[H, r]) + small * sp.Sum(sp.Abs(change) * corrector[r], *over_points)
COST = (
    Chain("The cost of the moved net", cost_of_moved, claim=NAME)
    .equals(cost(on_line[H, r]) + small * extra, Identity("linear in the shift"))
    .conclude()
)

least = scalar("least_norm", "S^*", nonnegative=True)
half = sp.Rational(1, 2)
AT_LEAST = Hypothesis(
    "the least norm",
    r"\stabilitynorm{f} \ge S^* \text{ for every net that interpolates}",
    sp.Ge(norm, least, evaluate=False),
)
MINIMUM = Hypothesis(
    "stable minimum",
    r"\stabilitynorm{f} \le \tfrac1\eta - \tfrac12",
    sp.Le(norm, 1 / eta - half, evaluate=False),
)
LARGEST_STEP = (
    Chain("The step size of a stable minimum", eta, hypotheses=(AT_LEAST, MINIMUM), claim=NAME)
    .equals(eta * (least + half) / (least + half), Identity("expand"))
    .at_most(eta * (norm + half) / (least + half), ByHypothesis(AT_LEAST.name, eta / (least + half)))
    .at_most(1 / (least + half), ByHypothesis(MINIMUM.name, eta / (least + half)))
    .conclude()
)
