"""Stable shallow nets stay exponentially far from the pyramid, at every width, with explicit constants."""

from __future__ import annotations

from theory.claim import OURS, Claim, Source

CLAIM = Claim(
    name="exponential-separation",
    title="Depth separation with explicit constants at every step size",
    statement=r"""
Let $X$ be uniform on the disc $B_4$ and $g_4$ its weight. Every shallow net $f$ on the plane, of any width, with $\stabilitynorm{f} \le C$ satisfies
$$ \sup_{B_4}\abs{f - \varphi} \ge \frac{512}{2835\,\pi e}\,\exp\Bigl(-\frac{63M}{32}\,C\Bigr), \qquad
   M = \frac{\sqrt2\,D_{\max}}{g_4(1/\sqrt2)} = 0.32259\ldots, \quad D_{\max} = \frac{622\sqrt{33}\,\pi}{102487}, $$
in particular every net that is a stable minimum of the population loss at step size $\eta$, with $C = \frac1\eta - \frac12$.
""".strip(),
    hypotheses=(r"$X$ is uniform on $B_4$, and the weight of the norm is that of the population.",),
    source=Source(OURS, "an exponential lower bound from a superposition of bumps"),
    rests_on=("depth-separation-shallow", "exponential-certificate"),
)
