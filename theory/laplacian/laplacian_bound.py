"""The Laplacian of a predictor, a measure on hyperplanes, is small where a density is whose Radon transform is below g."""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source
from theory.kernel import Elementary
from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis
from theory.latex import named
from theory.stability.sharpness_lower_bound import g, planes, stability_norm
from theory.stability.stability_inequality import MAIN
from theory.symbols import H, eta, indexed, scalar

NAME = "laplacian-bound"

height, along, cut = scalar("height", "t"), scalar("along_plane", "s"), scalar("threshold_b", "b")
test = sp.Function(named("test_function_plane", r"\psi({0},{1})"), real=True)(height, along)
GREEN = (
    Chain(
        "A field whose divergence is the rectifier times the Laplacian, with t along the normal and s one of the coordinates in the hyperplane",
        sp.Derivative((height - cut) * sp.Derivative(test, height) - test, height)
        + sp.Derivative((height - cut) * sp.Derivative(test, along), along),
        claim=NAME,
    )
    .equals(
        (height - cut) * (sp.Derivative(test, (height, 2)) + sp.Derivative(test, (along, 2))),
        Elementary("product rule"),
    )
    .conclude()
)

merged = indexed("merged_amplitude", "A")
radon = indexed("radon_transform", r"(R\rho)")
below = Hypothesis(
    "the Radon transform is below the weight", r"(R\rho)_H \le g_H", sp.Ge(g[H], radon[H], evaluate=False), (H,)
)
norm = Hypothesis(
    "stability norm by hyperplanes",
    r"\stabilitynorm{f} = \sum_H \lvert A_H\rvert g_H",
    sp.Eq(stability_norm, sp.Sum(sp.Abs(merged[H]) * g[H], (H, 1, planes))),
)
FINITE = (
    Chain(
        "The weighted Laplacian of a net",
        sp.Sum(sp.Abs(merged[H]) * radon[H], (H, 1, planes)),
        hypotheses=(below, norm, *MAIN.hypotheses),
        claim=NAME,
    )
    .at_most(
        sp.Sum(sp.Abs(merged[H]) * g[H], (H, 1, planes)),
        ByHypothesis(below.name, sp.Abs(merged[H]), over=[(H, 1, planes)], reason="hyperplane by hyperplane"),
    )
    .equals(stability_norm, ByHypothesis(norm.name, -1))
    .at_most(1 / eta - sp.Rational(1, 2), ByDerivation(MAIN))
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="The weighted Laplacian",
    statement=r"""
The distributional Laplacian of a shallow net is $\Delta f = \sum_H a_H \delta_H$ over its distinct hyperplanes, $\delta_H$ the surface measure: the field of
the derivation below vanishes far out and takes the value $-\psi$ on $t = b$, so $\int (t-b)_+\Delta\psi = \int_{t=b}\psi$ for every test function. So for $\rho$ with
Radon transform $R\rho$ the weighted Laplacian $\int \rho\,d\abs{\Delta f}$ is $\sum_H \abs{a_H}\,(R\rho)(H)$. If $(R\rho)(v,b) \le g(v,b)$ for all
unit vectors $v$ and all $b$, then at a differentiable interpolating minimum that is linearly stable at step size $\eta$
$$ \sum_H \abs{a_H}\,(R\rho)(H) \le \stabilitynorm{f} \le \frac1\eta - \frac12. $$
""".strip(),
    hypotheses=(
        "The minimum interpolates the data, and no datum is on a kink.",
        r"$R\rho \le g$; the inequality is proved for every function $R\rho$ of hyperplanes, not only for Radon transforms.",
    ),
    source=Source(PAPER, "the bound of the weighted Laplacian"),
    rests_on=("stability-inequality",),
    derivations=(GREEN, FINITE),
    machine_checked=("LaplacianBound.laplacian_le_stability_norm", "LaplacianBound.laplacian_bound"),
    machine_refuted=(
        ("the Radon transform only below the larger weight of the two orientations", "Controls.control_laplacian_max"),
    ),
)
