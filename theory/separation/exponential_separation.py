"""Stable shallow nets stay exponentially far from the pyramid, at every width, with explicit constants."""

from __future__ import annotations

from theory.claim import OURS, Claim, Source

CLAIM = Claim(
    name="exponential-separation",
    title="Depth separation with explicit constants at every step size",
    statement=r"""
Let $X$ be uniform on the ball $B_R$ in $\mathbb R^d$ and $g_{d,R}$ its weight. Every shallow net $f$, of any width, with $\stabilitynorm{f} \le C$ satisfies
$$ \sup_{B_R}\abs{f - \varphi} \ge \frac{512}{2835\,\pi e}\,\exp\Bigl(-\frac{63M}{32}\,C\Bigr), \qquad
   M = \sup_{\theta,b,\epsilon} \frac{\abs{(R\psi)(v_\theta,b)}}{g_{d,R}(b)}, $$
in particular every net that is a stable minimum of the population loss at step size $\eta$, with $C = \frac1\eta - \frac12$. For each $(d,R)$ in the table below $M$ is
enclosed; for $d = 2$, $R = 4$ it is $\sqrt2 D_{\max}/g_{2,4}(1/\sqrt2) = 0.32259\ldots$ with $D_{\max} = 622\sqrt{33}\,\pi/102487$.
""".strip(),
    hypotheses=(
        r"$X$ is uniform on $B_R$, $\varphi$ is the pyramid in two of the $d$ coordinates, and the weight of the norm is that of the population.",
    ),
    source=Source(OURS, "an exponential lower bound from a superposition of bumps"),
    rests_on=("depth-separation-shallow", "exponential-certificate"),
)
