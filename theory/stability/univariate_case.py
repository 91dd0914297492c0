r"""One input dimension: the second derivative of a stable predictor, weighted by g, integrates to at most 1/eta - 1/2."""

from __future__ import annotations

import sympy as sp

from theory.claim import Claim, Source
from theory.kernel import ByDerivation, ByHypothesis, Chain, Differentiate, Hypothesis, Identity
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.stability.sharpness_lower_bound import g, stability_norm
from theory.stability.stability_inequality import MAIN
from theory.symbols import H, eta, indexed, j, mean, n, scalar

NAME = "univariate-case"

point = scalar("point", "x")
kink = scalar("kink", r"\tau")
test = sp.Function(named("test_function", r"\varphi({0})"), real=True)
BY_PARTS = (
    Chain(
        "Twice by parts: the rectifier has a unit point mass at its kink as its second derivative",
        sp.Derivative((point - kink) * sp.Derivative(test(point), point) - test(point), point),
        claim=NAME,
    )
    .equals((point - kink) * sp.Derivative(test(point), (point, 2)), Differentiate("product rule"))
    .conclude()
)

kinks = sp.Symbol(named("planes", "h"), integer=True, positive=True)
total = sp.Symbol(named("weighted_curvature", r"\textstyle\int\lvert f''\rvert g\,dx"), nonnegative=True)
amplitude = indexed("merged_amplitude", "A")
curvature = Hypothesis(
    "second derivative",
    r"f'' = \sum_H A_H \delta_{\tau_H} \text{ with distinct kinks, so } \textstyle\int\lvert f''\rvert g\,dx = \sum_H \lvert A_H\rvert g(\tau_H)",
    sp.Eq(total, sp.Sum(sp.Abs(amplitude[H]) * g[H], (H, 1, kinks))),
)
norm = Hypothesis(
    "stability norm in one dimension",
    r"\stabilitynorm{f} = \sum_H \lvert A_H\rvert g_H",
    sp.Eq(stability_norm, sp.Sum(sp.Abs(amplitude[H]) * g[H], (H, 1, kinks))),
)
INTEGRAL = (
    Chain(
        "The weighted second derivative is the stability norm",
        total,
        hypotheses=(curvature, norm, *MAIN.hypotheses),
        claim=NAME,
    )
    .equals(sp.Sum(sp.Abs(amplitude[H]) * g[H], (H, 1, kinks)), ByHypothesis("second derivative"))
    .equals(stability_norm, ByHypothesis("stability norm in one dimension", -1))
    .at_most(1 / eta - sp.Rational(1, 2), ByDerivation(MAIN))
    .conclude()
)

P, excess, conditional = (
    scalar("P_right", "P_{>}", positive=True),
    scalar("excess_right", "e_{>}", nonnegative=True),
    scalar("mean_right", r"\mu_{>}"),
)
RIGHT = (
    Chain(
        "The weight to the right of x, in conditional means",
        (P * excess) * sp.sqrt(P**2 + (P * conditional) ** 2),
        hypotheses=(
            Hypothesis(
                "conditional means to the right",
                r"P_{>} = \Prob(X>x),\ e_{>} = \E[X-x \mid X>x],\ \mu_{>} = \E[X \mid X>x]",
            ),
        ),
        claim=NAME,
    )
    .equals(P**2 * excess * sp.sqrt(1 + conditional**2), Identity("the probability is a common factor"))
    .conclude()
)

sample = indexed("sample", "X")
beyond = Hypothesis(
    "beyond the data",
    r"\mathbf 1\{X_j - x > 0\} = 0 \text{ for all } j",
    sp.Eq(step(sample[j] - point), 0, evaluate=False),
    (j,),
)
OUTSIDE = (
    Chain("Outside the data the weight is 0", mean(relu(sample[j] - point)), hypotheses=(beyond,), claim=NAME)
    .equals(mean((sample[j] - point) * step(sample[j] - point)), Identity("the rectifier by its mask"))
    .equals(sp.S.Zero, ByHypothesis("beyond the data", (sample[j] - point) / n, over=[(j, 1, n)]))
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="One input dimension",
    statement=r"""
For $d = 1$, at a differentiable interpolating minimum $f$ that is linearly stable at step size $\eta$,
$$ \int \abs{f''(x)}\, g(x)\,dx \le \frac1\eta - \frac12, \qquad g = \min(g^-, g^+), $$
$$ g^+(x) = \Prob(X>x)^2\; \E[X-x \mid X>x]\, \sqrt{1 + \E[X \mid X>x]^2}, $$
$$ g^-(x) = \Prob(X<x)^2\; \E[x-X \mid X<x]\, \sqrt{1 + \E[X \mid X<x]^2}, $$
with $g^{\pm}(x) = 0$ where the event has probability 0; so $g$ vanishes outside the extreme data points.
""".strip(),
    hypotheses=(
        "$d = 1$; the minimum interpolates the data, and no datum is on a kink.",
        r"$f''$ is the distributional derivative, a sum of point masses at the kinks.",
    ),
    source=Source("mulayoff2021", "Theorem 1, the univariate theorem with the same weight"),
    rests_on=("stability-inequality",),
    derivations=(BY_PARTS, INTEGRAL, RIGHT, OUTSIDE),
)
