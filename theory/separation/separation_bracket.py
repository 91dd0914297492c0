"""How near a stable shallow net of any width comes to the pyramid: proved from both sides, step size by step size."""

from __future__ import annotations

from theory.claim import OURS, Claim, Source

CLAIM = Claim(
    name="separation-bracket",
    title="The best stable shallow net, from both sides",
    statement=r"""
Let $X$ be uniform on the disc $B_4$ and $\epsilon(C)$ the infimum of $\sup_{B_4}\abs{f - \varphi}$ over all shallow nets with $\stabilitynorm{f} \le C$, of any
width. At each of the step sizes $\eta$ in the table below, with $C = \frac1\eta - \frac12$, a signed measure proves that
$\epsilon(C)$ is at least the lower end, and an explicit net that it is at most the upper end.
""".strip(),
    hypotheses=(r"$X$ is uniform on $B_4$, and the weight of the norm is that of the population.",),
    source=Source(OURS, "certificates on the plane"),
    rests_on=("depth-separation-shallow",),
)
