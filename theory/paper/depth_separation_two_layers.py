"""A net with two hidden layers that computes the pyramid and is a stable minimum."""

from __future__ import annotations

from theory.claim import PAPER, Claim, Source

CLAIM = Claim(
    name="depth-separation-two-layers",
    title="Two hidden layers: a stable implementation of the pyramid",
    statement=r"""
The net $(1 - \sum_i (x_i)_+ - \sum_i (-x_i)_+)_+$ with two hidden layers computes $\varphi(x) = (1 - \norm{x}_1)_+$ exactly. For every data set off its kinks
its sharpness at interpolation is at most $2d + 3$, so gradient descent is linearly stable at it for every step size up to $2/(2d+3)$.
""".strip(),
    hypotheses=(r"No datum has a coordinate $0$ or $\norm{x}_1 = 1$.", r"Labels $y_j = \varphi(x_j)$."),
    source=Source(PAPER, "the stable deep implementation; the bound with this constant is this project's"),
    rests_on=("linear-stability",),
    machine_checked=("TwoLayers.pyramid_netE", "TwoLayers.two_layers", "TwoLayers.two_layers_stable"),
    machine_refuted=(("2d + 2 in place of 2d + 3", "Controls.control_two_layers"),),
)
