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
$\eta > 1/(S^* + \frac12)$. On the nine points of the grid $S^* = 8\sqrt{17}/81$, so shallow nets are out above $1.1023$, and no net that is differentiable at the data
attains it; the net $(1 - 3\sum_i (\pm x_i - \frac12)_+)_+$ with two hidden layers is a stable interpolating minimum there up to $36/(11+\sqrt{57}) = 1.9407\ldots$ With
eight points far out added, the two thresholds are $0.0558\ldots$ and $68/(19+\sqrt{233}) = 1.9845\ldots$, 35 times apart.
""".strip(),
    hypotheses=("The points are rational and lie in the plane; equal points have equal labels.",),
    source=Source(OURS, "a finite linear program with an exact optimum"),
    rests_on=("depth-separation-shallow", "stability-inequality", "nondifferentiable-minima"),
)
