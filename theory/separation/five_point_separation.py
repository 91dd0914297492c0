"""Five points at which every stable shallow net misses the pyramid, exactly so for small norms."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source
from theory.kernel import Chain, Elementary
from theory.kernel import Squares
from theory.symbols import scalar

NAME = "five-point-separation"

threshold, disc = scalar("threshold", "b", positive=True), scalar("disc_radius", "R", positive=True)
inside = {disc: (2, 9), threshold: (0, 2)}
share = threshold / disc
P = (sp.acos(share) - share * sp.sqrt(1 - share**2)) / sp.pi
q = 2 * disc / (3 * sp.pi) * (1 - share**2) ** sp.Rational(3, 2)
chord = 2 * sp.sqrt(1 - share**2) / (sp.pi * disc)
TAIL = (
    Chain("The tail falls by the chord's density", sp.Derivative(P, threshold), claim=NAME)
    .equals(-chord, Elementary("differentiate", inside))
    .conclude()
)
MEAN = (
    Chain("The partial mean falls by the threshold times the density", sp.Derivative(q, threshold), claim=NAME)
    .equals(-threshold * chord, Elementary("differentiate", inside))
    .conclude()
)
EXCESS = (
    Chain("So the mean excess falls by the tail", sp.Derivative(q - threshold * P, threshold), claim=NAME)
    .equals(-P, Elementary("differentiate", inside))
    .conclude()
)
tail, mean = scalar("tail_value", "P", nonnegative=True), scalar("partial_mean_value", "q", nonnegative=True)
LEVER = (
    Chain(
        "The slope of the lever, by the inequality of Cauchy and Schwarz",
        (1 + threshold**2) * (tail**2 + mean**2),
        claim=NAME,
    )
    .at_least((tail + threshold * mean) ** 2, Squares("a square is not negative", [(1, threshold * tail - mean)]))
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="Five points, and the best net for small norms",
    statement=r"""
Let $X$ be uniform on the disc $B_R$, $R \ge \frac52$, with weight $g_R$, so $g_R(0) = \frac{2R}{3\pi}\sqrt{\frac14 + \frac{4R^2}{9\pi^2}}$. The measure
$\frac12\delta_0 - \frac18\sum\delta_{(\pm 1/2, \pm 1/2)}$ proves for every shallow net with $\stabilitynorm{f} \le C$, of any width,
$$ \sup_{B_R}\abs{f - \varphi} \ge \tfrac12\Bigl(1 - \frac{C}{4g_R(0)}\Bigr). $$
For $C \le 4g_R(0)/(\sqrt2 R)$ this is an equality for the net $\frac{1+\kappa}2 - \kappa(\abs{x_1}+\abs{x_2})$ with $\kappa = C/(4g_R(0))$.
""".strip(),
    hypotheses=(
        r"$X$ is uniform on $B_R$ with $R \ge \frac52$, and the weight of the norm is that of the population.",
    ),
    source=Source(OURS, "a certificate on five points, and the net that attains it"),
    rests_on=("depth-separation-shallow",),
    derivations=(TAIL, MEAN, EXCESS, LEVER),
    needs=("derived", "certified"),
)
