r"""The pyramid's net with two hidden layers and scaled layers: the square of its gradient is a function of |x|_1 at most.

Layers scaled by :math:`\alpha`, :math:`-\beta` and :math:`\gamma` with :math:`\alpha\beta\gamma = 1` compute the pyramid too.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Hypothesis, Identity, Rewrite
from theory.kernel.functions import relu, step
from theory.separation.depth_separation_two_layers import SHORTER, off_axes, one_norm, pair, square
from theory.separation.lemmas.two_layer_gradient import Blocks, e, over_coordinates, squares
from theory.symbols import c, d, indexed, j, n, scalar, x

NAME = "two-layer-scales"

gamma, beta = scalar("third_scale", r"\gamma", positive=True), scalar("second_scale", r"\beta", positive=True)
alpha = 1 / (beta * gamma)

t = one_norm()
before = 1 / gamma - beta * sum(sp.Sum(relu(alpha * s), *over_coordinates) for s in pair())
mask, output = indexed("scaled_mask", r"\tilde m"), indexed("scaled_output", r"\tilde z")
SECOND_LAYER = (
    Hypothesis(
        "mask of the scaled second layer",
        r"\tilde m_j = \mathbf 1\{\tfrac1\gamma - \beta\alpha\lVert x_j\rVert_1 > 0\}",
        sp.Eq(mask[j], step(before), evaluate=False),
        (j,),
    ),
    Hypothesis(
        "output of the scaled second layer",
        r"\tilde z_j = (\tfrac1\gamma - \beta\alpha\lVert x_j\rVert_1)_+",
        sp.Eq(output[j], relu(before), evaluate=False),
        (j,),
    ),
)
PYRAMID = (
    Chain("The scaled net", gamma * relu(before), for_all=((j, n),), claim=NAME)
    .equals(relu(1 - t), Identity("rectifiers are positively homogeneous"))
    .conclude()
)


def blocks(datum: sp.Expr = j) -> Blocks:
    """The gradient at the scaled weights: entries with the indices that they run over, first layer last."""
    active_pair = [-gamma * beta * mask[datum] * step(alpha * s) for s in pair(c, datum)]
    return (
        ((sp.S.One, output[datum], gamma * mask[datum]), ()),
        ((*(gamma * mask[datum] * relu(alpha * s) for s in pair(c, datum)), *active_pair), over_coordinates),
        (tuple(a * x[datum, e] for a in active_pair), (*over_coordinates, (e, 1, d))),
    )


def by_distance(size: sp.Expr, first: sp.Expr, second: sp.Expr, dimension: sp.Expr) -> sp.Expr:
    """What 1 is to be added to, where |x|_1 = |x| = t: (1-t)^2/G + G + t^2/B + d G B (1 + t^2)."""
    return (1 - size) ** 2 / first + first + size**2 / second + dimension * first * second * (1 + size**2)


gradient_square = squares(blocks())
at_distance = 1 + step(1 - t) * by_distance(t, gamma**2, beta**2, d)
SQUARE = (
    Chain(
        "The square of the gradient at a datum",
        gradient_square,
        hypotheses=(off_axes, *SECOND_LAYER),
        for_all=((j, n),),
        claim=NAME,
    )
    .equals(
        1 + output[j] ** 2 + mask[j] ** 2 * (gamma**2 + square / beta**2 + d * gamma**2 * beta**2 * (1 + square)),
        ByHypothesis(
            off_axes.name,
            mask[j] ** 2 * (x[j, c] ** 2 / beta**2 + gamma**2 * beta**2 * (1 + square)),
            over=over_coordinates,
            reason="one neuron of each pair is active",
        ),
    )
    .equals(
        1
        + relu(1 - t) ** 2 / gamma**2
        + step(1 - t) * (gamma**2 + square / beta**2 + d * gamma**2 * beta**2 * (1 + square)),
        Rewrite("the second layer", tuple(h.name for h in SECOND_LAYER)),
    )
    .at_most(
        at_distance,
        ByDerivation(
            SHORTER,
            (1 / beta**2 + d * gamma**2 * beta**2) * step(1 - t),
            reason="the Euclidean norm is the smaller",
        ),
    )
    .conclude()
)
