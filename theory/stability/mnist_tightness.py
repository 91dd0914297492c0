"""The bound on real data: an empirical claim, so nothing is derived here; `proofs_checks` observes it."""

from __future__ import annotations

from theory.claim import PAPER, Claim, Source, Statement

_PROTOCOL = (
    "Even against odd digits with labels $+1$ and $-1$: 256 digits and 64 neurons where the checks are run at the profile quick, 512 and 128 at the profile full.",
    "Full-batch gradient descent, the step size warmed up geometrically, then constant until the loss is at most $10^{-13}$.",
    "Nets in which every neuron died are excluded, and shown.",
)
CLAIM = Claim(
    name="mnist-tightness",
    title="Tightness on MNIST",
    statements=(
        Statement(
            name="interpolation",
            text=r"Over a range of step sizes, raw and standardised pixels, gradient descent ends at nets with a loss of at most $10^{-13}$; runs that do not, such as those in which every neuron dies, are excluded and shown.",
            hypotheses=_PROTOCOL,
            instances=("the nets of the sweep of the profile",),
        ),
        Statement(
            name="bound",
            text=r"""
The trained nets have $\stabilitynorm{f} < 1/\eta - 1/2$ as measured. They are no exact minima, and have near-kinks, as many as the check shows:
pairs of a neuron and a datum with a pre-activation within $10^{-7}$ of $0$, relative to the sizes of both. In floats no pre-activation was exactly $0$.
""".strip(),
            hypotheses=_PROTOCOL,
            instances=("the nets of the sweep of the profile",),
        ),
        Statement(
            name="tightness",
            text=r"At the largest step size that trains $\stabilitynorm{f} \ge 0.95\,(1/\eta - 1/2)$, for raw and for standardised pixels alike.",
            hypotheses=_PROTOCOL,
            instances=("the nets of the largest step size of the sweep, one for each preprocessing",),
        ),
    ),
    source=Source(
        PAPER,
        "the observation that the bound is tight on MNIST; the protocol and the figures are this project's",
    ),
    remarks="Exact minima next to such nets, and their tightness, are the subject of certified-minimum.",
)
