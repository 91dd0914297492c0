"""The scales of the layers at which the two-hidden-layer pyramid is flattest, and its thresholds on uniform data.

The bound of the gradient is convex in t = |x|_1 on [0, 1], so that its two ends decide.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Elementary, Hypothesis, Rewrite, Squares
from theory.kernel.functions import relu, step
from theory.separation.depth_separation_two_layers import off_axes
from theory.separation.lemmas.scaled_gradient import (
    NAME,
    PYRAMID,
    SECOND_LAYER,
    SQUARE,
    at_distance,
    before,
    beta,
    blocks,
    gamma,
    gradient_square,
    t,
)
from theory.separation.lemmas.two_layer_gradient import TRACE, entries_of, form, length, over_data
from theory.symbols import d, eta, j, n, scalar

G, B = scalar("gamma_square", "G", positive=True), scalar("beta_square", "B", positive=True)


def at_centre(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """The bound at t = 0, less 1."""
    return 1 / first + first + d * first * second


def at_edge(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """The bound at t = 1, less 1."""
    return first + 1 / second + 2 * d * first * second


root = sp.cbrt(2 * d)
least = sp.sqrt(3) * root + (sp.sqrt(3) - 1) / root
SCALES = (
    Hypothesis(
        "the scale of the output",
        r"\gamma^2 = (\sqrt3-1)\,(2d)^{-1/3}",
        sp.Eq(gamma, sp.sqrt((sp.sqrt(3) - 1) / root), evaluate=False),
    ),
    Hypothesis(
        "the scale of the second layer", r"\beta^2 = (2d)^{-1/3}", sp.Eq(beta, 1 / sp.sqrt(root), evaluate=False)
    ),
)
CENTRE, EDGE = (
    Chain(f"The bound {where}, at these scales, less 1", value(gamma**2, beta**2), hypotheses=SCALES, claim=NAME)
    .equals(
        value((sp.sqrt(3) - 1) / root, 1 / root), Rewrite("put the scales in", tuple(scale.name for scale in SCALES))
    )
    .equals(least, Elementary("collect"))
    .conclude()
    for where, value in (("at the centre", at_centre), ("at the edge of the pyramid", at_edge))
)
inside = step(1 - t)
AT_THE_SCALES = (
    Chain(
        "The square of the gradient at these scales",
        gradient_square,
        hypotheses=(off_axes, *SECOND_LAYER, *SCALES),
        for_all=((j, n),),
        claim=NAME,
    )
    .at_most(at_distance, ByDerivation(SQUARE, reason="at the distance t"))
    .at_most(
        1 + inside * ((1 - t) * at_centre(gamma**2, beta**2) + t * at_edge(gamma**2, beta**2)),
        Drop(
            "a convex function of t is below its chord",
            t * relu(1 - t) * (1 / gamma**2 + 1 / beta**2 + d * gamma**2 * beta**2),
        ),
    )
    .equals(
        1 + inside * ((1 - t) * least + t * at_edge(gamma**2, beta**2)),
        ByDerivation(CENTRE, inside * (1 - t), reason="the value at the centre"),
    )
    .equals(1 + inside * least, ByDerivation(EDGE, inside * t, reason="the value at the edge is the same"))
    .at_most(1 + least, Squares("outside of the pyramid only the output bias is left", ((least, 1 - inside),)))
    .conclude()
)

at_scaled = tuple(
    (family.base, sp.Lambda(family.indices, entry))
    for (symbols, _), (values, _) in zip(entries_of(), blocks(), strict=True)
    for family, entry in zip(symbols, values, strict=True)
)
SHARPNESS = (
    Chain(
        "The quadratic form of the Gram matrix",
        form(blocks()) / n,
        hypotheses=(off_axes, *SECOND_LAYER, *SCALES),
        claim=NAME,
    )
    .at_most(
        length * sp.Sum(gradient_square, *over_data) / n,
        ByDerivation(TRACE, 1 / n, at=at_scaled, reason="a Gram matrix is below its trace"),
    )
    .at_most((1 + least) * length, ByDerivation(AT_THE_SCALES, length / n, over=over_data, reason="datum by datum"))
    .conclude()
)

first, second, third = (scalar(f"root_{letter}", letter, positive=True) for letter in "uvw")
MEANS = (
    Chain("The inequality of the means for three numbers", first**3 + second**3 + third**3, claim=NAME)
    .at_least(
        3 * first * second * third,
        Squares(
            "squares of the differences",
            [((first + second + third) / 2, gap) for gap in (first - second, second - third, third - first)],
        ),
    )
    .conclude()
)
share = 1 - 1 / sp.sqrt(3)
roots = (sp.cbrt(share / G), sp.cbrt((1 - share) / B))
rest = root / (sp.sqrt(3) * roots[0] * roots[1])
both_ends = share * at_centre(G, B) + (1 - share) * at_edge(G, B)
LOWER = (
    Chain("No scales do better than this: a mean of both ends", both_ends, claim=NAME)
    .equals(roots[0] ** 3 + roots[1] ** 3 + rest**3 + G, Elementary("three of the terms as cubes"))
    .at_least(roots[0] ** 3 + roots[1] ** 3 + rest**3, Drop("a positive term", G))
    .at_least(
        3 * roots[0] * roots[1] * rest,
        ByDerivation(MEANS, at={first: roots[0], second: roots[1], third: rest}, reason="the means"),
    )
    .equals(sp.sqrt(3) * root, Elementary("the scales cancel"))
    .conclude()
)

step_size = Hypothesis(
    "the step size",
    r"\eta\,\bigl(1 + \sqrt3\,(2d)^{1/3} + (\sqrt3-1)(2d)^{-1/3}\bigr) \le 2",
    sp.Le(eta * (1 + least), 2, evaluate=False),
)
STABLE = (
    Chain(
        "The quadratic form at a small step size",
        form(blocks()) / n,
        hypotheses=(off_axes, *SECOND_LAYER, *SCALES, step_size),
        claim=NAME,
    )
    .at_most((1 + least) * length, ByDerivation(SHARPNESS, reason="the sharpness"))
    .at_most(2 * length / eta, ByHypothesis(step_size.name, length / eta))
    .conclude()
)

OFF_AXES, OFF_KINKS = r"No datum has a coordinate $0$.", r"No datum has a coordinate $0$ or $\norm{x}_1 = 1$."
GRADIENT = (
    "depth-separation-two-layers.gradient-of-the-second-layer",
    "depth-separation-two-layers.gradient-of-the-first-layer",
)
CLAIM = Claim(
    name=NAME,
    title="Two hidden layers: the flattest scales",
    statements=(
        Statement(
            name="pyramid",
            text=r"""
With its layers scaled by $\alpha$, $-\beta$ and $\gamma$, where $\alpha\beta\gamma = 1$, the net
$\gamma\bigl(\frac1\gamma - \beta\sum_i (\alpha x_i)_+ - \beta\sum_i (-\alpha x_i)_+\bigr)_+$ computes the pyramid $(1 - \norm{x}_1)_+$.
""".strip(),
            hypotheses=(r"$\beta, \gamma > 0$.",),
            formal=sp.Eq(gamma * relu(before), relu(1 - t), evaluate=False),
            derivation=PYRAMID,
            theorems=("TwoLayerScales.scaled_netE",),
        ),
        Statement(
            name="gradient-square",
            text=r"""
At every datum without a coordinate $0$ the square of its gradient is, with $t = \norm{x}_1$, at most
$$ 1 + \mathbf 1\{t < 1\}\Bigl[\frac{(1-t)^2}{\gamma^2} + \gamma^2 + \frac{t^2}{\beta^2} + \gamma^2\beta^2 d\,(1 + t^2)\Bigr]. $$
""".strip(),
            hypotheses=(OFF_AXES, r"$\beta, \gamma > 0$."),
            formal=sp.Le(gradient_square, at_distance, evaluate=False),
            derivation=SQUARE,
            assumes=(off_axes,),
            theorems=("TwoLayerScales.scaled_gradient_square",),
            rests_on=GRADIENT,
        ),
        Statement(
            name="explicit-scales",
            text=r"""
At $\gamma^2 = (\sqrt3-1)/(2d)^{1/3}$ and $\beta^2 = (2d)^{-1/3}$ the sharpness is at most
$$ 1 + \sqrt3\,(2d)^{1/3} + (\sqrt3-1)/(2d)^{1/3} $$
for every data set off the kinks: $\sum_{j,l} u_j u_l K_{j,l}$ is at most this times $\sum_j u_j^2$ for every $u$.
""".strip(),
            hypotheses=(OFF_KINKS, r"Labels $y_j = \varphi(x_j)$."),
            formal=sp.Le(form(blocks()) / n, (1 + least) * length, evaluate=False),
            derivation=SHARPNESS,
            assumes=(off_axes,),
            theorems=("TwoLayerScales.flattest_scales_exist", "TwoLayerScales.explicit_scales"),
            rests_on=GRADIENT,
        ),
        Statement(
            name="step-size",
            text=r"""
So gradient descent is linearly stable at this net up to a step size of order $d^{-1/3}$, 2 over this bound, while the bound $2d + 3$ of unit
scales allows $2/(2d+3)$.
""".strip(),
            hypotheses=(OFF_KINKS, r"Labels $y_j = \varphi(x_j)$."),
            formal=sp.Le(form(blocks()) / n, 2 * length / eta, evaluate=False),
            derivation=STABLE,
            assumes=(off_axes, step_size),
            theorems=("TwoLayerScales.explicit_scales_stable",),
            rests_on=(*GRADIENT, "linear-stability"),
        ),
        Statement(
            name="lower-end",
            text=r"""
No scales make that bound smaller than $1 + \sqrt3\,(2d)^{1/3}$ at both ends: of its values less 1 at $t = 0$, $\frac1G + G + dGB$, and at $t = 1$,
$G + \frac1B + 2dGB$, where $G = \gamma^2$ and $B = \beta^2$, the mean with the weights $1 - \frac1{\sqrt3}$ and $\frac1{\sqrt3}$ is at least
$\sqrt3\,(2d)^{1/3}$, and so is the larger one.
""".strip(),
            hypotheses=(r"$G, B > 0$.",),
            formal=sp.Ge(both_ends, sp.sqrt(3) * root, evaluate=False),
            derivation=LOWER,
            theorems=("TwoLayerScales.scales_lower_end",),
        ),
        Statement(
            name="best-scales",
            text=r"""
The least value over $\beta$ and $\gamma$ of the supremum of the sharpness over all data off the kinks, and scales that attain it up to $10^{-7}$, are enclosed by the check: for $d = 2$
the supremum is at most $4.2050$.
""".strip(),
            hypotheses=(OFF_KINKS, r"Labels $y_j = \varphi(x_j)$."),
            instances=tuple(f"d = {dimension}" for dimension in range(2, 11)),
        ),
        Statement(
            name="uniform-populations",
            text=r"""
For $X$ uniform on $B_R$ the sharpness at unit scales, at the best scales, and the least one of all scales, which is within $10^{-11}$, are enclosed by the
check: for $d = 2$, $R = 4$ the net is linearly stable up to $\eta = 1.99655$.
""".strip(),
            hypotheses=(r"$X$ is uniform on the ball $B_R$.", r"Labels $\varphi(X)$."),
            instances=tuple(f"d = {dimension}, R = {R}" for dimension in (2, 3, 4) for R in (1, 2, 4, 8)),
        ),
    ),
    source=Source(OURS, "optimised layer scales"),
    lemmas=(AT_THE_SCALES, CENTRE, EDGE, MEANS),
    machine_refuted=(("2 in place of the root of 3", "TwoLayerScales.control_scales_lower_end", "lower-end"),),
    remarks=r"""
One datum alone has the square of its gradient as its sharpness, so that the supremum over data sets is that over single data. It is approached near the centre, where $t \to 0$,
and near the vertices, where $\norm{x} = t \to 1$; in between the bound is convex in $t$. So the least supremum lies between $1 + \sqrt3(2d)^{1/3}$ and that plus
$(\sqrt3-1)/(2d)^{1/3}$.
""".strip(),
)
