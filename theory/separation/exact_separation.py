"""The least stability norm of any shallow net that interpolates planar data, exactly, and what it excludes."""

from __future__ import annotations

from theory.claim import OURS, Claim, Source

CLAIM = Claim(
    name="exact-separation",
    title="The least norm that interpolates, exactly",
    statement=r"""
For rational points and labels in the plane let $S^*$ be the infimum of $\stabilitynorm{f}$ over all interpolating shallow nets, of any width. It is the optimum of
a finite linear program over the lines through at least two data points, a sum $\sum_i q_i\sqrt{r_i}$ with rational $q_i$ and $r_i$, and a pair of exact primal and dual
solutions proves it. No shallow net that interpolates is a linearly stable differentiable minimum, or a strongly stable one, at
$\eta > 1/(S^* + \frac12)$.
""".strip(),
    hypotheses=("The points are rational and lie in the plane; equal points have equal labels.",),
    source=Source(OURS, "a finite linear program with an exact optimum"),
    rests_on=("depth-separation-shallow", "stability-inequality", "nondifferentiable-minima"),
)
