"""A net with two hidden layers that computes the pyramid and is a stable minimum."""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source
from theory.kernel import ByHypothesis, Chain, Hypothesis
from theory.symbols import d, scalar

NAME = "depth-separation-two-layers"

size = scalar("one_norm", "t", nonnegative=True)
square = scalar("euclidean_square", r"\lvert x\rvert^2", nonnegative=True)
inside = Hypothesis("inside the pyramid", r"t = \lVert x\rVert_1 \le 1", sp.Ge(1, size, evaluate=False))
shorter = Hypothesis(
    "the Euclidean norm is the smaller", r"\lvert x\rvert^2 \le t", sp.Ge(size, square, evaluate=False)
)
GRADIENT = (
    Chain(
        "The square of the gradient at a datum inside, layer by layer",
        1 + (1 - size) ** 2 + 1 + square + d * (1 + square),
        hypotheses=(inside, shorter),
        claim=NAME,
    )
    .at_most(2 + (1 - size) ** 2 + size + d * (1 + size), ByHypothesis(shorter.name, 1 + d))
    .at_most(3 + d * (1 + size), ByHypothesis(inside.name, size))
    .at_most(3 + 2 * d, ByHypothesis(inside.name, d))
    .conclude()
)

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
    derivations=(GRADIENT,),
    machine_checked=("TwoLayers.pyramid_netE", "TwoLayers.two_layers", "TwoLayers.two_layers_stable"),
    machine_refuted=(("2d + 2 in place of 2d + 3", "Controls.control_two_layers"),),
)
