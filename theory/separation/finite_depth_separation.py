"""Nine points on which every stable shallow net fails at step sizes at which two hidden layers are stable."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source
from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis
from theory.separation.depth_separation_shallow import DUALITY, charge, error, level, over_points, supremum, target
from theory.symbols import l as r

NAME = "finite-depth-separation"

variation = sp.Sum(sp.Abs(charge[r]), *over_points)
pairing = sp.Sum(charge[r] * target[r], *over_points)
GRID_SUPREMUM = sp.Rational(81, 8) / sp.sqrt(17)
LABEL = Hypothesis(
    "the measure of the grid",
    r"\mu = \delta_0 - \tfrac14\textstyle\sum\delta_{\pm e_i} \text{ sees one label } 1\text{, at the origin}",
    sp.Eq(pairing, 1),
)
EXACT = Hypothesis("interpolation", r"E = 0", sp.Eq(error, 0))
LARGEST = Hypothesis(
    "the largest moment on the grid",
    r"M = \frac{81}{8\sqrt{17}} \text{, over all dichotomies of the nine points}",
    sp.Eq(supremum, GRID_SUPREMUM),
)
NORM = (
    Chain(
        "The norm C of an interpolating net",
        sp.S.One,
        hypotheses=(*DUALITY.hypotheses, LABEL, EXACT, LARGEST),
        claim=NAME,
    )
    .equals(pairing, ByHypothesis(LABEL.name, -1))
    .at_most(supremum * level + error * variation, ByDerivation(DUALITY))
    .equals(supremum * level, ByHypothesis(EXACT.name, variation))
    .equals(GRID_SUPREMUM * level, ByHypothesis(LARGEST.name, level))
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="Depth separation on nine points",
    statement=r"""
On the grid $\{-1,0,1\}^2$ with label $1$ at the origin and $0$ elsewhere every interpolating shallow net, of any width, has
$$ \stabilitynorm{f} \ge \frac{8\sqrt{17}}{81}. $$
So no shallow net is a stable interpolating minimum for a step size of $1103/1000$ or
more, differentiable or, if strongly stable, on kinks.
""".strip(),
    hypotheses=(
        "The nine points and their labels; interpolation.",
        "A minimum is linearly stable and differentiable at the data, or strongly stable.",
    ),
    source=Source(OURS, "an exact certificate on nine points"),
    rests_on=("stability-inequality", "nondifferentiable-minima", "depth-separation-shallow"),
    derivations=(NORM,),
    machine_checked=(
        "FiniteDepthSeparation.grid_norm",
        "FiniteDepthSeparation.grid_no_stable_minimum",
        "FiniteDepthSeparation.grid_no_strongly_stable_minimum",
    ),
)
