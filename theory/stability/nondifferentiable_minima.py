"""Minima on kinks: one exact step of gradient descent from a shifted output bias."""

from __future__ import annotations

from theory.claim import OURS, Claim, Source

CLAIM = Claim(
    name="nondifferentiable-minima",
    title="Strongly stable minima, on kinks or not",
    statement=r"""
Every strongly stable interpolating minimum, differentiable or not, has $\stabilitynorm{f} \le 1/\eta - 1/2$. Strongly stable means: for some
$\varepsilon > 0$, gradient descent started within distance $\varepsilon$ of the minimum stays within that distance.
""".strip(),
    hypotheses=(
        "The minimum interpolates the data; data may be on kinks.",
        r"The derivative of the rectifier at $0$ is taken as $0$.",
        "The output bias is trained.",
    ),
    source=Source(OURS, "an exact step from a shifted output bias, with no linearisation"),
    rests_on=("sharpness-lower-bound",),
    machine_checked=(
        "NondifferentiableMinima.strongly_stable_gradient",
        "NondifferentiableMinima.nondifferentiable_minima",
    ),
    machine_refuted=(("1/eta - c for any c above 1/2", "Controls.control_nondifferentiable_constant"),),
)
