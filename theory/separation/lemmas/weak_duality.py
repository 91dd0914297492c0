r"""Weak duality: a measure that annihilates affine functions pairs with a net to at most a multiple of the net's stability norm.

The derivations hold for any nonnegative weight of hyperplanes, and for a net in reduced form with each hyperplane oriented either way.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Identity
from theory.kernel.functions import relu
from theory.latex import named
from theory.symbols import H, c, d, indexed, scalar
from theory.symbols import l as r

NAME = "depth-separation-shallow"

points = sp.Symbol(named("points", "s"), integer=True, positive=True)
planes = sp.Symbol(named("hyperplanes_of_net", "h"), integer=True, positive=True)
charge = indexed("charge", r"\mu")
point = indexed("certificate_point", "p")
net, target = indexed("net_value", "f"), indexed("target_value", r"\varphi")
amplitude, direction, threshold = (
    indexed("amplitude_of_plane", "a"),
    indexed("plane_direction", "v"),
    indexed("plane_threshold", "b"),
)
weight = indexed("weight_of_plane", "g", nonnegative=True)
constant, slope = scalar("affine_constant", "c_0"), indexed("affine_slope", "s")
moment = indexed("rectified_moment", "m")
error, supremum = scalar("uniform_error", "E", nonnegative=True), scalar("radon_supremum", "M", nonnegative=True)
level = scalar("norm_level", "C", nonnegative=True)
norm = scalar("norm_of_net", r"\stabilitynorm{f}", nonnegative=True)

over_points, over_planes, over_coordinates = ((r, 1, points),), ((H, 1, planes),), ((c, 1, d),)
half = sp.Rational(1, 2)


def positive_part(number: sp.Expr) -> sp.Expr:
    """(|a| + a)/2, its sign seen by the shape."""
    return sp.Mul(half, sp.Abs(number) + number, evaluate=False)


def negative_part(number: sp.Expr) -> sp.Expr:
    """(|a| - a)/2, its sign seen by the shape."""
    return sp.Mul(half, sp.Abs(number) - number, evaluate=False)


NET = Hypothesis(
    "the net in reduced form",
    r"f_l = \sum_H a_H \bigl(\langle v_H, p_l\rangle - b_H\bigr)_+ + c_0 + \langle s, p_l\rangle",
    sp.Eq(
        net[r],
        sp.Sum(amplitude[H] * relu(sp.Sum(direction[H, c] * point[r, c], (c, 1, d)) - threshold[H]), *over_planes)
        + constant
        + sp.Sum(slope[c] * point[r, c], *over_coordinates),
        evaluate=False,
    ),
    (r,),
)
MOMENT = Hypothesis(
    "moments of the measure",
    r"m_H = \sum_l \mu_l \bigl(\langle v_H, p_l\rangle - b_H\bigr)_+",
    sp.Eq(
        moment[H],
        sp.Sum(charge[r] * relu(sp.Sum(direction[H, c] * point[r, c], (c, 1, d)) - threshold[H]), *over_points),
        evaluate=False,
    ),
    (H,),
)
TOTAL = Hypothesis(
    "no total charge", r"\textstyle\sum_l \mu_l = 0", sp.Eq(sp.Sum(charge[r], *over_points), 0, evaluate=False)
)
CENTRED = Hypothesis(
    "no first moment",
    r"\textstyle\sum_l \mu_l\,p_{l,c} = 0",
    sp.Eq(sp.Sum(charge[r] * point[r, c], *over_points), 0, evaluate=False),
    ((c, d),),
)
NORM = Hypothesis(
    "stability norm by hyperplanes",
    r"\stabilitynorm{f} = \textstyle\sum_H \lvert a_H\rvert g_H",
    sp.Eq(norm, sp.Sum(sp.Abs(amplitude[H]) * weight[H], *over_planes), evaluate=False),
)
STABLE = Hypothesis("level of the norm", r"\stabilitynorm{f} \le C", sp.Le(norm, level, evaluate=False))
UNIFORM = (
    Hypothesis(
        "uniform error, from above",
        r"\varphi_l - f_l \le E",
        sp.Le(target[r] - net[r], error, evaluate=False),
        ((r, points),),
    ),
    Hypothesis(
        "uniform error, from below",
        r"f_l - \varphi_l \le E",
        sp.Le(net[r] - target[r], error, evaluate=False),
        ((r, points),),
    ),
)


def dominated(values: sp.IndexedBase, letter: str) -> tuple[Hypothesis, Hypothesis]:
    """-M g <= value <= M g on every hyperplane of the net."""
    above, below = (
        Hypothesis(
            f"{name} the weight, from {side}",
            rf"{sign}{letter} \le M g_H",
            sp.Le(factor * values[H], supremum * weight[H], evaluate=False),
            ((H, planes),),
        )
        for name, side, sign, factor in (
            (f"{letter} below", "above", "", 1),
            (f"{letter} below", "below", "-", -1),
        )
    )
    return above, below


def bounded_by_norm(name: str, start: sp.Expr, values: sp.IndexedBase, letter: str) -> Chain:
    """sum_H a_H value_H <= M |f|_S, where all values are at most M g in size."""
    above, below = dominated(values, letter)
    middle = amplitude[H] * values[H] + positive_part(amplitude[H]) * (supremum * weight[H] - values[H])
    return (
        Chain(name, start, hypotheses=(above, below, NORM), claim=NAME)
        # the positive part of each amplitude first: what is left keeps its sign
        .at_most(sp.Sum(middle, *over_planes), ByHypothesis(above.name, positive_part(amplitude[H]), over=over_planes))
        .at_most(
            supremum * sp.Sum(sp.Abs(amplitude[H]) * weight[H], *over_planes),
            ByHypothesis(below.name, negative_part(amplitude[H]), over=over_planes),
        )
        .equals(supremum * norm, ByHypothesis(NORM.name, -supremum))
    )


DOMINATED = dominated(moment, "m_H")
of_net, pairing = (sp.Sum(charge[r] * values[r], *over_points) for values in (net, target))
of_planes = sp.Sum(amplitude[H] * moment[H], *over_planes)
variation = sp.Sum(sp.Abs(charge[r]), *over_points)
PLANES = bounded_by_norm("The moments against the norm", of_planes, moment, "m_H").conclude()
rectified = relu(sp.Sum(direction[H, c] * point[r, c], (c, 1, d)) - threshold[H])
affine = constant + sp.Sum(slope[c] * point[r, c], *over_coordinates)
WEAK = (
    Chain(
        "The pairing of a measure with a net",
        of_net,
        hypotheses=(NET, MOMENT, TOTAL, CENTRED, *DOMINATED, NORM),
        claim=NAME,
    )
    .equals(
        sp.Sum(charge[r] * amplitude[H] * rectified, *over_points, *over_planes)
        + sp.Sum(charge[r] * affine, *over_points),
        ByHypothesis(NET.name, charge[r], over=over_points),
    )
    .equals(
        of_planes + sp.Sum(charge[r] * affine, *over_points), ByHypothesis(MOMENT.name, -amplitude[H], over=over_planes)
    )
    .equals(
        of_planes + sp.Sum(slope[c] * charge[r] * point[r, c], *over_coordinates, *over_points),
        ByHypothesis(TOTAL.name, constant),
    )
    .equals(of_planes, ByHypothesis(CENTRED.name, slope[c], over=over_coordinates))
    .at_most(supremum * norm, ByDerivation(PLANES, reason="hyperplane by hyperplane"))
    .conclude()
)
gap = target[r] - net[r]
DUALITY = (
    Chain(
        "The pairing of a measure with the target",
        pairing,
        hypotheses=(*WEAK.hypotheses, STABLE, *UNIFORM),
        claim=NAME,
    )
    .equals(of_net + sp.Sum(charge[r] * gap, *over_points), Identity("add and subtract the net"))
    .at_most(
        of_net + sp.Sum(charge[r] * gap + positive_part(charge[r]) * (error - gap), *over_points),
        ByHypothesis(UNIFORM[0].name, positive_part(charge[r]), over=over_points),
    )
    .at_most(of_net + error * variation, ByHypothesis(UNIFORM[1].name, negative_part(charge[r]), over=over_points))
    .at_most(supremum * norm + error * variation, ByDerivation(WEAK, reason="the measure against the net"))
    .at_most(supremum * level + error * variation, ByHypothesis(STABLE.name, supremum))
    .conclude()
)
INTERPOLATES = Hypothesis("interpolation", r"\varphi_l = f_l", sp.Eq(target[r], net[r], evaluate=False), ((r, points),))
INTERPOLATION = (
    Chain(
        "The norm that interpolation costs",
        pairing,
        hypotheses=(*WEAK.hypotheses, INTERPOLATES),
        claim=NAME,
    )
    .equals(of_net, ByHypothesis(INTERPOLATES.name, charge[r], over=over_points))
    .at_most(supremum * norm, ByDerivation(WEAK, reason="the measure against the net"))
    .conclude()
)
