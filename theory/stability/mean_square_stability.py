"""Stability in mean square: the main theorem with a gain that depends on the batch size."""

from __future__ import annotations

from theory.claim import OURS, Claim, Source

CLAIM = Claim(
    name="mean-square-stability",
    title="Stochastic gradient descent in mean square",
    statement=r"""
If linearised SGD with batches of $B$ data drawn without replacement is bounded in mean square at an interpolating minimum, then
$$ \bigl(1 + p(\kappa - 1)\bigr)\bigl(1 + 2\stabilitynorm{f}\bigr) \le \frac2\eta, \qquad
 p = \frac{n-B}{B(n-1)}, \quad \kappa = \frac{n\sum_j s_j^4}{\bigl(\sum_j s_j^2\bigr)^2} \ge 1, \quad s = K\mathbf 1. $$
""".strip(),
    hypotheses=(
        "The minimum interpolates the data, and no datum is on a kink.",
        "The output bias is trained; batches are drawn independently at every step.",
    ),
    source=Source(OURS, "testing the second moment in the direction of the mean gradient"),
    rests_on=("sharpness-lower-bound",),
    machine_checked=(
        "MeanSquare.mean_square_one_step",
        "MeanSquare.one_step_gain",
        "MeanSquare.mean_square_stability_batches",
    ),
    machine_refuted=(("kappa in place of 1 + p(kappa - 1)", "Controls.control_gain_without_p"),),
)
