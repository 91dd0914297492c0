"""How near a stable shallow net of any width comes to the pyramid: proved from both sides, step size by step size."""

from __future__ import annotations

from theory.claim import OURS, Claim, Source, Statement

NAME = "separation-bracket"

POPULATION = r"$X$ is uniform on $B_4$ in the plane, and the weight of the norm is that of the population."
STEP_SIZES = tuple(
    f"step size {step}"
    for step in ("5/3", "4/3", "1", "3/4", "1/2", "2/5", "1/3", "1/4", "1/5", "1/6", "1/8", "1/10", "1/14", "1/20")
)

CLAIM = Claim(
    name=NAME,
    title="The best stable shallow net, from both sides",
    statements=(
        Statement(
            name="bracket",
            text=r"""
Let $X$ be uniform on the disc $B_4$ and $\epsilon(C)$ the infimum of $\sup_{B_4}\abs{f - \varphi}$ over all shallow nets with $\stabilitynorm{f} \le C$, of any
width. At each step size $\eta$ of the list, with $C = \frac1\eta - \frac12$, a signed measure proves that $\epsilon(C)$ is at least the lower end that the check
shows, and an explicit net that it is at most the upper end.
""".strip(),
            hypotheses=(POPULATION,),
            instances=STEP_SIZES,
            rests_on=("depth-separation-shallow.measures",),
        ),
        Statement(
            name="stable-minima",
            text=r"""
So no shallow net of any width that is a minimum of the population loss, twice differentiable there and linearly stable at such a step size, comes nearer to the
pyramid on $B_4$ than the lower end.
""".strip(),
            hypotheses=(
                POPULATION,
                r"The output bias is trained. Such a minimum has $\stabilitynorm{f} \le \frac1\eta - \frac12$, under the assumptions of population-loss.",
            ),
            instances=STEP_SIZES,
            rests_on=("separation-bracket.bracket", "population-loss.flat-points"),
        ),
        Statement(
            name="tightness",
            text=r"""
Upper over lower end is at most $1.0004$ for $C \le \frac72$, $1.01$ for $C \le \frac{15}2$, $1.095$ for $C = \frac{19}2$, $1.19$ for $C = \frac{27}2$ and $1.31$ for $C = \frac{39}2$.
""".strip(),
            hypotheses=(POPULATION,),
            instances=STEP_SIZES,
            rests_on=("separation-bracket.bracket",),
        ),
        Statement(
            name="order",
            text=r"""
The brackets of different step sizes of the list are disjoint: the least error grows with the step size.
""".strip(),
            hypotheses=(POPULATION,),
            instances=STEP_SIZES,
            rests_on=("separation-bracket.bracket",),
        ),
    ),
    source=Source(OURS, "certificates on the plane"),
)
