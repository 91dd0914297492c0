"""What the density of an isotropic population gives: its sign in space, and the stability norm of every net exactly."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis
from theory.laplacian.isotropic.weight import FALLS, FIRST, NAME, b, falling
from theory.separation.lemmas.weak_duality import NORM, amplitude, norm, over_planes, planes, weight
from theory.symbols import H, indexed

in_space = falling / (2 * sp.pi * b)
SPACE = (
    Chain("In space", in_space, hypotheses=FIRST, claim=NAME)
    .at_least(0, ByDerivation(FALLS, 1 / (2 * sp.pi * b), reason="the weight falls"))
    .conclude()
)
transform = indexed("transform_of_density", r"(\radon\rho)")
INVERTED = Hypothesis(
    "the density's transform is the weight",
    r"(\radon\rho)_H = g_H",
    sp.Eq(transform[H], weight[H], evaluate=False),
    ((H, planes),),
)
weighted_laplacian = sp.Sum(sp.Abs(amplitude[H]) * transform[H], *over_planes)
EXACT = (
    Chain("The Laplacian of a net in the density's measure", weighted_laplacian, hypotheses=(INVERTED, NORM), claim=NAME)
    .equals(
        sp.Sum(sp.Abs(amplitude[H]) * weight[H], *over_planes),
        ByHypothesis(INVERTED.name, sp.Abs(amplitude[H]), over=over_planes),
    )
    .equals(norm, ByHypothesis(NORM.name, -1))
    .conclude()
)  # fmt: skip
