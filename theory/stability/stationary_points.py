r"""The main theorem without interpolation: the output bias sees the mean gradient through the Hessian.

With e the unit vector of the output bias, :math:`He = E\nabla f` and :math:`\langle e, He\rangle = 1` at every differentiable point.
"""

from __future__ import annotations

from theory.claim import OURS, Claim, Source
from theory.stability.stability_inequality import OUTPUT_BIAS, OUTPUT_BIAS_COLUMN

CLAIM = Claim(
    name="stationary-points",
    title="Every flat differentiable point, interpolating or not",
    statement=r"""
At every parameter vector where no datum is on a kink, interpolating or not, stationary or not: if the Hessian $H$ of the loss
satisfies $0 \preceq H \preceq (2/\eta) I$, then $\stabilitynorm{f} \le 1/\eta - 1/2$. More generally, if $-\nu I \preceq H \preceq \lambda I$, then
$$ 1 + 2\stabilitynorm{f} \le \lambda + \nu(\lambda - 1). $$
Every differentiable local minimum at which gradient descent is linearly stable is such a point, whatever its loss.
""".strip(),
    hypotheses=("No datum is on a kink.", "The output bias is trained."),
    source=Source(OURS, "the proof by the output bias; published bounds for stationary points carry a residual term"),
    rests_on=("sharpness-lower-bound", "stability-inequality"),
    derivations=(OUTPUT_BIAS_COLUMN, OUTPUT_BIAS),
    machine_checked=(
        "StationaryPoints.output_bias_curvature",
        "StationaryPoints.negative_curvature",
        "StationaryPoints.stationary_points",
        "StationaryPoints.stable_local_minimum",
    ),
    machine_refuted=(
        ("1/eta - c for any c above 1/2", "Controls.control_stationary_constant"),
        ("no term for the negative curvature", "ResidualControls.control_negative_curvature"),
    ),
)
