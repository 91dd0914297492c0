r"""From a float network to an exact minimum: the theorem of Newton and Kantorovich, for residuals that are onto.

With J the derivative of the residuals F at the centre, the map :math:`\theta \mapsto \theta - J^+F(\theta)` keeps the ball of radius r
around the centre, in the plane of the range of J^T, if :math:`\delta + \beta M r^2/2 \le r`; its fixed points, of which there is one by
Brouwer's theorem, are zeros of F, since :math:`J^+` is one to one.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source
from theory.kernel import Evaluate
from theory.kernel import ByHypothesis, Chain, Hypothesis, Identity, Squares
from theory.latex import named
from theory.symbols import c, i, indexed, j, k, n, q, scalar

NAME = "certified-minimum"

half = sp.Rational(1, 2)
inverse_bound = scalar("inverse_bound", r"\beta", nonnegative=True)
lipschitz = scalar("lipschitz_constant", "M", nonnegative=True)
newton_step = scalar("newton_step", r"\delta", nonnegative=True)
radius = scalar("radius", "r", nonnegative=True)
place = scalar("place_on_segment", "s")

_remainder = sp.Integral(lipschitz * radius**2 * place, (place, 0, 1))
TAYLOR = (
    Chain(
        "What the linear part leaves at distance r: the derivative changes by at most M s r at the part s of the way",
        _remainder,
        claim=NAME,
    )
    .equals(
        lipschitz * radius**2 / 2,
        Evaluate("by a primitive", _remainder, lipschitz * radius**2 * place**2 / 2),
    )
    .conclude()
)

short_step = Hypothesis(
    "the Newton step is short",
    r"\beta M \delta \le \tfrac12",
    sp.Le(inverse_bound * lipschitz * newton_step, half, evaluate=False),
)
INTO_ITSELF = (
    Chain(
        r"The Newton map keeps the ball of radius twice the step",
        newton_step + inverse_bound * lipschitz * (2 * newton_step) ** 2 / 2,
        hypotheses=(short_step,),
        claim=NAME,
    )
    .at_most(2 * newton_step, ByHypothesis("the Newton step is short", 2 * newton_step))
    .conclude()
)

augmented = sp.Symbol(named("augmented_dimension", "d^+"), integer=True, positive=True)
datum = indexed("augmented_datum", r"\xi")
input_change = indexed("input_change", "u")
output_change = indexed("output_change", "v")
mask = indexed("cell_mask", "m", nonnegative=True)
mask_at_most_one = Hypothesis(
    "a mask is at most one",
    r"0 \le m_{j,i} \le 1 \text{ for all } j, i",
    sp.Le(mask[j, i], 1, evaluate=False),
    (j, i),
)
_size = sp.Sum(datum[j, c] ** 2, (c, 1, augmented))
_change = output_change[i] ** 2 + sp.Sum(input_change[i, c] ** 2, (c, 1, augmented))
LIPSCHITZ = (
    Chain(
        "The derivative of the residuals inside a cell, with (x, 1) written as one vector: its squared change",
        sp.Sum(
            mask[j, i]
            * (output_change[i] ** 2 * _size + sp.Sum(input_change[i, c] * datum[j, c], (c, 1, augmented)) ** 2),
            (i, 1, k),
            (j, 1, n),
        ),
        hypotheses=(mask_at_most_one,),
        claim=NAME,
    )
    .at_most(
        sp.Sum(mask[j, i] * _size * _change, (i, 1, k), (j, 1, n)),
        Squares(
            "Cauchy and Schwarz, by Lagrange's identity",
            [(mask[j, i] / 2, input_change[i, c] * datum[j, q] - input_change[i, q] * datum[j, c])],
            over=[(c, 1, augmented), (q, 1, augmented), (i, 1, k), (j, 1, n)],
        ),
    )
    .at_most(
        sp.Sum(_size * _change, (i, 1, k), (j, 1, n)),
        ByHypothesis("a mask is at most one", _size * _change, over=[(i, 1, k), (j, 1, n)]),
    )
    .equals(
        sp.Sum(_size, (j, 1, n)) * sp.Sum(_change, (i, 1, k)),
        Identity("the square of M times the squared distance"),
    )
    .conclude()
)

at_centre = scalar("norm_at_centre", r"\sigma", nonnegative=True)
at_minimum = scalar("norm_at_minimum", r"\sigma^\ast", nonnegative=True)
triangle = Hypothesis(
    "the norm of the derivative changes by at most M r",
    r"\lvert\sigma^\ast - \sigma\rvert \le M r,\ \sigma = \lVert J\rVert",
    sp.Le(at_minimum, at_centre + lipschitz * radius, evaluate=False),
)
SHARPNESS = (
    Chain("The sharpness at the minimum", at_minimum**2 / n, hypotheses=(triangle,), claim=NAME)
    .at_most(
        (at_centre + lipschitz * radius) ** 2 / n,
        ByHypothesis(
            "the norm of the derivative changes by at most M r", (at_minimum + at_centre + lipschitz * radius) / n
        ),
    )
    .conclude()
)

row_change = indexed("row_change", "u")
feature = indexed("mean_feature", r"\mu")
MEAN_ACTIVATION = (
    Chain(
        "The mean activation over one side of a hyperplane, whose mean of (x, 1) is fixed in the cell: its squared change",
        sp.Sum(row_change[c] * feature[c], (c, 1, augmented)) ** 2,
        claim=NAME,
    )
    .at_most(
        sp.Sum(row_change[c] ** 2, (c, 1, augmented)) * sp.Sum(feature[c] ** 2, (c, 1, augmented)),
        Squares(
            "Cauchy and Schwarz, by Lagrange's identity",
            [(half, row_change[c] * feature[q] - row_change[q] * feature[c])],
            over=[(c, 1, augmented), (q, 1, augmented)],
        ),
    )
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="An exact stable minimum next to a trained network",
    statement=r"""
Let $F_j(\theta) = f(x_j) - y_j$, $J = F'(\hat\theta)$ onto, $\beta = 1/\sigma_{\min}(J)$, $M = \sqrt{\sum_j 1 + \norm{x_j}^2}$ and $\delta = \norm{J^+F(\hat\theta)}$.
If $\delta + \tfrac12\beta M r^2 < r$, for which $r = 2\delta$ will do where $\beta M \delta < \tfrac12$, and if
$\abs{\langle w^{(1)}_i, x_j\rangle + b^{(1)}_i} > r\,\norm{(x_j, 1)}$ for all $i, j$, then an interpolating minimum lies within $r$ of $\hat\theta$, in its activation cell, where
no datum is on a kink. There $\abs{\sqrt{n\lambda} - \norm{J}} \le Mr$ for its sharpness $\lambda$, and it is linearly stable iff $\lambda \le 2/\eta$.
Such minima are certified near networks trained on MNIST, $r < 10^{-15}$, over the range of step sizes and for both preprocessings: they are stable at the step size they were
trained with, $\stabilitynorm{f} \le 1/\eta - 1/2$, and at the largest step sizes the bound is attained within five percent.
""".strip(),
    hypotheses=(
        "Parameters, data and step size are the rational numbers that are given; every quantity is enclosed.",
        "Brouwer's fixed point theorem, and the triangle inequality for the spectral norm.",
        "Within $r$ no two neurons share a hyperplane (for the stability norm).",
    ),
    source=Source(OURS, "the theorem of Newton and Kantorovich for fewer equations than unknowns, applied to networks"),
    rests_on=("gram-form", "stability-inequality"),
    derivations=(TAYLOR, INTO_ITSELF, LIPSCHITZ, SHARPNESS, MEAN_ACTIVATION),
    needs=("derived", "certified"),
)
