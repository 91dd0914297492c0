"""The stability norm in terms of the sharpness and the loss, at every differentiable point."""

from __future__ import annotations

from theory.claim import OURS, Claim, Source

CLAIM = Claim(
    name="beyond-interpolation",
    title="Away from interpolation, in terms of the loss",
    statement=r"""
At every parameter vector where no datum is on a kink, with $\norm{x_j} \le R$, loss $L$ and Hessian $H$,
$$ \stabilitynorm{f} \le \frac{\sharpness(H)}{2} - \frac12 + \frac12\sqrt{1+R^2}\,\sqrt{2L}. $$
""".strip(),
    hypotheses=("No datum is on a kink.", r"$\norm{x_j} \le R$ for all $j$.", "The output bias is trained."),
    source=Source(
        OURS, "with the constant 1/2 before the residual term; the published constant is at least twice as large"
    ),
    rests_on=("sharpness-lower-bound",),
    machine_checked=("BeyondInterpolation.beyond_interpolation",),
    machine_refuted=(("no term for the loss", "ResidualControls.control_no_loss_term"),),
)
