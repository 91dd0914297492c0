r"""The even measure of a net's neurons: its pairing with Radon transforms, its weighted total variation, and nets drawn from a measure."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Elementary, Evaluate, Hypothesis, Identity
from theory.laplacian.lemmas.bump_coefficients import NAME
from theory.laplacian.lemmas.bump_measure import threshold
from theory.latex import named
from theory.separation.depth_separation_shallow import (
    LINEAR,
    NO_MASS,
    NO_MOMENT,
    TRANSFORM,
    radon,
    rectified,
    with_coordinate,
    with_net,
    with_one,
)
from theory.separation.lemmas.weak_duality import (
    NORM,
    amplitude,
    constant,
    norm,
    over_coordinates,
    over_planes,
    slope,
    weight,
)
from theory.symbols import H, c, i, indexed, k, scalar

reflected = indexed("transform_of_reflection", r"(\radon\psi)^-")
EVEN_TRANSFORM = Hypothesis(
    "the transform is even",
    r"(\radon\psi)^-_H = (\radon\psi)(-v_H,-b_H) = (\radon\psi)(v_H,b_H), \text{ the same hyperplane}",
    sp.Eq(reflected[H], radon[H], evaluate=False),
    (H,),
)
both_sides = sp.Sum(amplitude[H] / 2 * radon[H] + amplitude[H] / 2 * reflected[H], *over_planes)
of_transform = sp.Sum(amplitude[H] * radon[H], *over_planes)
PAIRING = (
    Chain(
        "The net's measure against a transform",
        both_sides,
        hypotheses=(EVEN_TRANSFORM, *TRANSFORM.hypotheses, LINEAR, NO_MASS, NO_MOMENT),
        claim=NAME,
    )
    .equals(of_transform, ByHypothesis(EVEN_TRANSFORM.name, amplitude[H] / 2, over=over_planes))
    .equals(
        of_rectified := sp.Sum(amplitude[H] * rectified[H], *over_planes),
        ByDerivation(TRANSFORM, -amplitude[H], over=over_planes, reason="each neuron gives the transform of its plane"),
    )
    .equals(of_rectified + constant * with_one, ByHypothesis(NO_MASS.name, -constant))
    .equals(
        of_rectified + constant * with_one + sp.Sum(slope[c] * with_coordinate[c], *over_coordinates),
        ByHypothesis(NO_MOMENT.name, -slope[c], over=over_coordinates),
    )
    .equals(with_net, ByHypothesis(LINEAR.name, -1))
    .conclude()
)

opposite = indexed("weight_of_reflection", r"g^-", nonnegative=True)
EVEN_WEIGHT = Hypothesis(
    "the weight is even",
    r"g^-_H = g(-v_H,-b_H) = g(v_H,b_H) = g_H",
    sp.Eq(opposite[H], weight[H], evaluate=False),
    (H,),
)
variation = sp.Sum(sp.Abs(amplitude[H]) / 2 * weight[H] + sp.Abs(amplitude[H]) / 2 * opposite[H], *over_planes)
VARIATION = (
    Chain(
        "The weighted total variation of a net's measure, half of each amplitude on either side",
        variation,
        hypotheses=(EVEN_WEIGHT, NORM),
        claim=NAME,
    )
    .equals(
        sp.Sum(sp.Abs(amplitude[H]) * weight[H], *over_planes),
        ByHypothesis(EVEN_WEIGHT.name, sp.Abs(amplitude[H]) / 2, over=over_planes),
    )
    .equals(norm, ByHypothesis(NORM.name, -1))
    .conclude()
)

offset, width = scalar("line_offset", "t"), scalar("test_width", "s", positive=True)
normal, inside = scalar("normal_variable", "z"), scalar("along_axis", r"\rho", positive=True)
gauss = sp.exp(-(normal**2) / 2) / sp.sqrt(2 * sp.pi)
mean_neuron = sp.Integral((offset + width * normal) * gauss, (normal, -offset / width, sp.oo))
smooth_neuron = offset * (1 + sp.erf(offset / (sp.sqrt(2) * width))) / 2 + width * sp.exp(
    -(offset**2) / (2 * width**2)
) / sp.sqrt(2 * sp.pi)
NEURON = (
    Chain("A neuron against a normal density", mean_neuron, claim=NAME)
    .equals(
        smooth_neuron,
        Evaluate("a primitive", mean_neuron, offset * sp.erf(normal / sp.sqrt(2)) / 2 - width * gauss),
    )
    .conclude()
)
on_plane = sp.exp(-(offset**2) / (2 * width**2)) / sp.sqrt(2 * sp.pi * width**2)
CURVATURE = (
    Chain("Its Laplacian in the centre", sp.Derivative(smooth_neuron, (offset, 2)), claim=NAME)
    .equals(on_plane, Elementary("differentiate"))
    .conclude()
)
on_axis = sp.Integral(2 * sp.exp(-(inside**2) / (2 * width**2)) / sp.sqrt(2 * sp.pi * width**2), (inside, 0, sp.oo))
TEST_RADON = (
    Chain("A normal density integrates to 1 along each axis of a hyperplane", on_axis, claim=NAME)
    .equals(sp.S.One, Evaluate("the error function", on_axis, sp.erf(inside / (sp.sqrt(2) * width))))
    .conclude()
)

Q = sp.Function(named("profile", r"q({0})"), real=True)(threshold)
along_profile = sp.Derivative((offset - threshold) * sp.Derivative(Q, threshold) + Q, threshold)
RIDGE = (
    Chain("A primitive of the neurons of one direction", along_profile, claim=NAME)
    .equals((offset - threshold) * sp.Derivative(Q, (threshold, 2)), Elementary("product rule"))
    .conclude()
)

mass, weighted = (
    scalar("total_mass", r"\lvert\alpha\rvert", positive=True),
    scalar("weighted_mass", r"\textstyle\int g\,d\lvert\alpha\rvert", nonnegative=True),
)
drawn = scalar("mean_weight", r"\E g", nonnegative=True)
DRAWN = Hypothesis(
    "a neuron drawn from the measure",
    r"\E g = \textstyle\int g\,d\lvert\alpha\rvert \big/ \lvert\alpha\rvert",
    sp.Eq(drawn, weighted / mass, evaluate=False),
)
mean_norm = sp.Sum(mass / k * drawn, (i, 1, k))
SAMPLED = (
    Chain("The mean of the norm of k drawn neurons", mean_norm, hypotheses=(DRAWN,), claim=NAME)
    .equals(mass * drawn, Identity("k equal terms"))
    .equals(weighted, ByHypothesis(DRAWN.name, mass))
    .conclude()
)
