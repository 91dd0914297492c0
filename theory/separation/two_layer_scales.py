"""The scales of the layers at which the two-hidden-layer pyramid is flattest, and its thresholds on uniform data."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source
from theory.kernel import Chain, Elementary
from theory.kernel import Drop, Squares
from theory.symbols import scalar

NAME = "two-layer-scales"

m, G, B = (
    scalar(name, latex, positive=True)
    for name, latex in (("cube_root", "m"), ("gamma_square", "G"), ("beta_square", "B"))
)
SIZES = {m: (1, 5), G: (0.1, 2), B: (0.1, 2)}
dimension = m**3 / 2
at_centre = 1 + 1 / G + G + dimension * G * B
at_edge = 1 + G + 1 / B + 2 * dimension * G * B
best = {G: (sp.sqrt(3) - 1) / m, B: 1 / m}
least = 1 + sp.sqrt(3) * m + (sp.sqrt(3) - 1) / m
CENTRE, EDGE = (
    Chain(f"The bound {where}, at these scales, with m the cube root of 2d", value.subs(best), claim=NAME)
    .equals(least, Elementary("collect", SIZES))
    .conclude()
    for where, value in (("at the centre", at_centre), ("at the edge of the pyramid", at_edge))
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
roots = [sp.cbrt(term) for term in (share / G, (1 - share) / B, (2 - share) * dimension * G * B)]
LOWER = (
    Chain("No scales do better than this: a mean of both ends", share * at_centre + (1 - share) * at_edge, claim=NAME)
    .equals(1 + sum(root**3 for root in roots) + G, Elementary("collect", SIZES))
    .at_least(1 + sum(root**3 for root in roots), Drop("a positive term", G))
    .at_least(
        1 + 3 * sp.Mul(*roots),
        Squares(
            "the means, as above",
            [(sum(roots) / 2, one - other) for one, other in zip(roots, roots[1:] + roots[:1], strict=True)],
        ),
    )
    .equals(1 + sp.sqrt(3) * m, Elementary("the scales cancel", SIZES))
    .conclude()
)

CLAIM = Claim(
    name="two-layer-scales",
    title="Two hidden layers: the flattest scales",
    statement=r"""
Let the layers of the pyramid's net be scaled by $\alpha$, $-\beta$ and $\gamma$ with $\alpha\beta\gamma = 1$. For data off its kinks its sharpness is at most
$$ 1 + \sup_{\norm{x}_1 = t < 1}\Bigl[\frac{(1-t)^2}{\gamma^2} + \gamma^2 + \frac{\norm{x}^2}{\beta^2} + \gamma^2\beta^2 d\,(1 + \norm{x}^2)\Bigr]. $$
In every dimension the least value of this bound over all scales lies between $1 + \sqrt3\,(2d)^{1/3}$ and that plus $(\sqrt3-1)/(2d)^{1/3}$, which
$\gamma^2 = (\sqrt3-1)/(2d)^{1/3}$ and $\beta^2 = (2d)^{-1/3}$ attain: the net is stable up to a step size of order $d^{-1/3}$, while unit scales
allow $2/(2d+3)$. The best scales for $d = 2$ to $10$, and the sharpness for $X$ uniform on a ball, are enclosed in the table below.
""".strip(),
    hypotheses=(r"No datum has a coordinate $0$ or $\norm{x}_1 = 1$.", r"Labels $y_j = \varphi(x_j)$."),
    source=Source(OURS, "optimised layer scales"),
    rests_on=("depth-separation-two-layers",),
    derivations=(CENTRE, EDGE, MEANS, LOWER),
    needs=("derived", "certified"),
)
