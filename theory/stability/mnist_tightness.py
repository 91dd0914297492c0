"""The bound on real data: an empirical claim, so nothing is derived here; `proofs_checks` observes it."""

from __future__ import annotations

from theory.claim import PAPER, Claim, Source

CLAIM = Claim(
    name="mnist-tightness",
    title="Tightness on MNIST",
    statement=r"""
For shallow nets trained on MNIST by gradient descent with step size $\eta$ to an interpolating minimum, the bound
$\stabilitynorm{f} \le 1/\eta - 1/2$ is nearly attained at the largest step sizes that train:
$\stabilitynorm{f} \ge 0.95\,(1/\eta - 1/2)$, for raw and for standardised pixels.
""".strip(),
    hypotheses=(
        "Even against odd digits with labels $+1$ and $-1$; 256 digits and 64 neurons (quick profile), 512 and 128 (full).",
        "Full-batch gradient descent, the step size warmed up geometrically, then constant until the loss is at most $10^{-13}$.",
        "Nets in which every neuron died are excluded, and shown; nets near a kink are counted, and shown apart.",
    ),
    source=Source(
        PAPER,
        "the observation that the bound is tight on MNIST; the protocol and the figures are this project's",
    ),
    rests_on=("stability-inequality",),
)
