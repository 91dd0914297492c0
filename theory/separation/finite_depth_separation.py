"""Nine points on which every stable shallow net fails at step sizes at which two hidden layers are stable."""

from __future__ import annotations

from theory.claim import OURS, Claim, Source

CLAIM = Claim(
    name="finite-depth-separation",
    title="Depth separation on nine points",
    statement=r"""
On the grid $\{-1,0,1\}^2$ with label $1$ at the origin and $0$ elsewhere every interpolating shallow net, of any width, has
$$ \stabilitynorm{f} \ge \frac{8\sqrt{17}}{81}. $$
So no shallow net is a stable interpolating minimum for a step size of $1103/1000$ or
more, differentiable or, if strongly stable, on kinks. (That $1 - \max(\abs{x_1},\abs{x_2})$ attains the bound, and that a net with two hidden
layers is stable up to $1.94$, is tested in floating point, not proved.)
""".strip(),
    hypotheses=(
        "The nine points and their labels; interpolation.",
        "A minimum is linearly stable and differentiable at the data, or strongly stable.",
    ),
    source=Source(OURS, "an exact certificate on nine points"),
    rests_on=("stability-inequality", "nondifferentiable-minima", "depth-separation-shallow"),
    machine_checked=(
        "FiniteDepthSeparation.grid_norm",
        "FiniteDepthSeparation.grid_no_stable_minimum",
        "FiniteDepthSeparation.grid_no_strongly_stable_minimum",
    ),
)
