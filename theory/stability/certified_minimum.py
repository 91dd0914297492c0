r"""From a float network to an exact minimum: the theorem of Newton and Kantorovich, for residuals that are onto.

With J the derivative of the residuals F at the centre and :math:`J^+` its pseudo-inverse, the map
:math:`\theta \mapsto \theta - J^+F(\theta)` keeps the ball of radius r around the centre, in the plane of the range of :math:`J^T`, if
:math:`\delta + \beta M r^2/2 \le r`; by Brouwer's theorem it has a fixed point there, and that is a zero of F.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import ByHypothesis, Chain, Evaluate, Hypothesis, Identity, Squares
from theory.latex import named
from theory.symbols import c, i, indexed, j, k, l, n, p, parameters, q, scalar

NAME = "certified-minimum"

half = sp.Rational(1, 2)
inverse_bound = scalar("inverse_bound", r"\beta", nonnegative=True)
lipschitz = scalar("lipschitz_constant", "M", nonnegative=True)
newton_step = scalar("newton_step", r"\delta", nonnegative=True)
radius = scalar("radius", "r", nonnegative=True)
place = scalar("place_on_segment", "s")

_remainder = sp.Integral(lipschitz * radius**2 * place, (place, 0, 1))
REMAINDER = (
    Chain("What the linear part leaves at distance r", _remainder, claim=NAME)
    .equals(lipschitz * radius**2 / 2, Evaluate("by a primitive", _remainder, lipschitz * radius**2 * place**2 / 2))
    .conclude()
)

short_step = Hypothesis(
    "the Newton step is short",
    r"\beta M \delta \le \tfrac12",
    sp.Le(inverse_bound * lipschitz * newton_step, half, evaluate=False),
)
_image = newton_step + inverse_bound * lipschitz * (2 * newton_step) ** 2 / 2
RADIUS = (
    Chain("The image of the ball of radius twice the step", _image, hypotheses=(short_step,), claim=NAME)
    .at_most(2 * newton_step, ByHypothesis(short_step.name, 2 * newton_step))
    .conclude()
)

residual = indexed("residual_at_fixed_point", "F")
jacobian = indexed("jacobian", "J")
inverse = indexed("right_inverse", "J^{+}")
fixed = indexed("fixed_point", r"\theta^\ast")
right_inverse = Hypothesis(
    "right inverse",
    r"\textstyle\sum_p J_{j,p}J^+_{p,l} = \mathbf 1\{j = l\}",
    sp.Eq(sp.Sum(jacobian[j, p] * inverse[p, l], (p, 1, parameters)), sp.KroneckerDelta(j, l), evaluate=False),
    ((j, n), (l, n)),
)
brouwer = Hypothesis(
    "Brouwer's theorem for the Newton map of the ball",
    r"\theta^\ast = \theta^\ast - J^+F(\theta^\ast) \text{ for some } \theta^\ast \text{ in the ball}",
    sp.Eq(fixed[p] - sp.Sum(inverse[p, l] * residual[l], (l, 1, n)), fixed[p], evaluate=False),
    ((p, parameters),),
    source="Brouwer 1912: a continuous map of a ball into itself has a fixed point",
)
ZERO = (
    Chain(
        "The residuals at the fixed point",
        residual[j],
        hypotheses=(right_inverse, brouwer),
        for_all=((j, n),),
        claim=NAME,
    )
    .equals(sp.Sum(sp.KroneckerDelta(j, l) * residual[l], (l, 1, n)), Identity("insert the unit matrix"))
    .equals(
        sp.Sum(jacobian[j, p] * sp.Sum(inverse[p, l] * residual[l], (l, 1, n)), (p, 1, parameters)),
        ByHypothesis(right_inverse.name, -residual[l], over=((l, 1, n),)),
    )
    .equals(0, ByHypothesis(brouwer.name, -jacobian[j, p], over=((p, 1, parameters),)))
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
    ((j, n), (i, k)),
)
_size = sp.Sum(datum[j, c] ** 2, (c, 1, augmented))
_change = output_change[i] ** 2 + sp.Sum(input_change[i, c] ** 2, (c, 1, augmented))
derivative_change = sp.Sum(
    mask[j, i] * (output_change[i] ** 2 * _size + sp.Sum(input_change[i, c] * datum[j, c], (c, 1, augmented)) ** 2),
    (i, 1, k),
    (j, 1, n),
)
lipschitz_bound = sp.Sum(_size, (j, 1, n)) * sp.Sum(_change, (i, 1, k))
LIPSCHITZ = (
    Chain(
        "The squared change of the derivative of the residuals inside a cell, with (x, 1) written as one vector",
        derivative_change,
        hypotheses=(mask_at_most_one,),
        claim=NAME,
    )
    .at_most(
        sp.Sum(mask[j, i] * _size * _change, (i, 1, k), (j, 1, n)),
        Squares(
            "Cauchy and Schwarz, by Lagrange's identity",
            ((mask[j, i] / 2, input_change[i, c] * datum[j, q] - input_change[i, q] * datum[j, c]),),
            over=((c, 1, augmented), (q, 1, augmented), (i, 1, k), (j, 1, n)),
        ),
    )
    .at_most(
        sp.Sum(_size * _change, (i, 1, k), (j, 1, n)),
        ByHypothesis(mask_at_most_one.name, _size * _change, over=((i, 1, k), (j, 1, n))),
    )
    .equals(lipschitz_bound, Identity("the square of M times the squared distance"))
    .conclude()
)

row_change = indexed("row_change", "u")
feature = indexed("augmented_vector", r"\mu")
_pairing = sp.Sum(row_change[c] * feature[c], (c, 1, augmented)) ** 2
_lengths = sp.Sum(row_change[c] ** 2, (c, 1, augmented)) * sp.Sum(feature[c] ** 2, (c, 1, augmented))
CELL = (
    Chain("What is affine in a neuron's (w1, b1): its squared change", _pairing, claim=NAME)
    .at_most(
        _lengths,
        Squares(
            "Cauchy and Schwarz, by Lagrange's identity",
            ((half, row_change[c] * feature[q] - row_change[q] * feature[c]),),
            over=((c, 1, augmented), (q, 1, augmented)),
        ),
    )
    .conclude()
)

at_centre = scalar("norm_at_centre", r"\sigma", nonnegative=True)
at_minimum = scalar("norm_at_minimum", r"\sigma^\ast", nonnegative=True)
triangle = Hypothesis(
    "the norm of the derivative changes by at most M r",
    r"\sigma^\ast \le \sigma + Mr,\ \sigma = \lVert J\rVert,\ \sigma^\ast = \lVert J^\ast\rVert",
    sp.Le(at_minimum, at_centre + lipschitz * radius, evaluate=False),
    source="triangle inequality, and the spectral norm is at most the Frobenius norm: Horn and Johnson, Matrix Analysis, section 5.6",
)
SHARPNESS = (
    Chain("The sharpness at the minimum", at_minimum**2 / n, hypotheses=(triangle,), claim=NAME)
    .at_most(
        (at_centre + lipschitz * radius) ** 2 / n,
        ByHypothesis(triangle.name, (at_minimum + at_centre + lipschitz * radius) / n),
    )
    .conclude()
)

AS_TRAINED = (
    "64-standardised-0.03",
    "64-standardised-0.05",
    "64-standardised-0.08",
    "64-standardised-0.12",
    "128-standardised-0.25",
    "128-standardised-0.4",
    "256-standardised-0.45",
    "64-raw-0.1",
    "64-raw-0.2",
    "64-raw-0.4",
    "128-raw-0.65",
    "256-raw-0.65",
)
"""Networks trained on MNIST that gradient descent left off all kinks: number of data, preprocessing, step size."""
MOVED = ("256-standardised-0.045-moved", "256-standardised-0.15-moved", "256-raw-0.14-moved", "256-raw-0.35-moved")
"""Networks that gradient descent left on kinks, that were moved off them, and trained on at the same step size."""
LARGEST = ("256-standardised-0.45", "256-raw-0.65")
"""The networks of the largest step sizes at 256 data."""

_exact = "Parameters, data and step size are the rational numbers that are given; every quantity is enclosed."
CLAIM = Claim(
    name=NAME,
    title="An exact stable minimum next to a trained network",
    statements=(
        Statement(
            name="minima",
            text=r"""
At most $10^{-6}$ away from each of the listed networks and in its activation cell, within $r < 10^{-15}$ of a point that is given, there is an interpolating minimum
where no datum is on a kink. It is linearly stable at the step size that the network was trained with, and $\stabilitynorm{f} \le 1/\eta - 1/2$ there.
""".strip(),
            hypotheses=(
                _exact,
                "Moved networks are those that gradient descent left on kinks: they were moved off them and trained on.",
            ),
            instances=(*AS_TRAINED, *MOVED),
            rests_on=(
                "certified-minimum.remainder",
                "certified-minimum.radius",
                "certified-minimum.zero",
                "certified-minimum.lipschitz",
                "certified-minimum.cell",
                "certified-minimum.sharpness",
                "gram-form",
                "linear-stability",
            ),
        ),
        Statement(
            name="tightness",
            text=r"At the exact minima next to the listed networks, of the largest step sizes on 256 MNIST digits, $\stabilitynorm{f} \ge 0.95\,(1/\eta - 1/2)$.",
            hypotheses=(_exact,),
            instances=LARGEST,
            rests_on=("certified-minimum.minima",),
        ),
        Statement(
            name="remainder",
            text=r"""
If the derivative changes by at most $Msr$ at the part $s$ of a segment of length $r$, what the linear part leaves at its end is at most $r\int_0^1 Msr\,ds = \tfrac12Mr^2$.
""".strip(),
            formal=sp.Eq(_remainder, lipschitz * radius**2 / 2, evaluate=False),
            derivation=REMAINDER,
        ),
        Statement(
            name="radius",
            text=r"""
For $\beta = 1/\sigma_{\min}(J)$ and the Newton step $\delta = \norm{J^+F(\hat\theta)}$ with $\beta M\delta \le \tfrac12$, the radius $r = 2\delta$ has
$\delta + \tfrac12\beta Mr^2 \le r$: the map $\theta \mapsto \theta - J^+F(\theta)$ keeps the ball of radius $r$.
""".strip(),
            formal=sp.Le(_image, 2 * newton_step, evaluate=False),
            derivation=RADIUS,
            assumes=(short_step,),
        ),
        Statement(
            name="zero",
            text=r"A fixed point of this map is an interpolating point: all residuals $F_j$ are zero there.",
            hypotheses=(r"$J$ is onto, with the right inverse $J^+$.", "The map has a fixed point in the ball."),
            formal=sp.Eq(residual[j], 0, evaluate=False),
            derivation=ZERO,
            assumes=(right_inverse, brouwer),
        ),
        Statement(
            name="lipschitz",
            text=r"""
Inside an activation cell, where no datum crosses a kink, $\norm{F'(\theta) - F'(\hat\theta)}_F \le M\norm{\theta - \hat\theta}$ with $M^2 = \sum_j (1 + \norm{x_j}^2)$.
""".strip(),
            formal=sp.Le(derivative_change, lipschitz_bound, evaluate=False),
            derivation=LIPSCHITZ,
            assumes=(mask_at_most_one,),
        ),
        Statement(
            name="cell",
            text=r"""
A pre-activation changes by at most $\norm{(x_j,1)}$ times the distance: where all exceed $r\,\norm{(x_j, 1)}$ in size the whole ball of radius $r$ is inside the cell.
A mean activation over one side of a hyperplane, which is affine in $(w^{(1)}_i, b^{(1)}_i)$ there, changes by at most the length of the mean of $(x, 1)$ over that side, times the distance.
""".strip(),
            formal=sp.Le(_pairing, _lengths, evaluate=False),
            derivation=CELL,
        ),
        Statement(
            name="sharpness",
            text=r"The sharpness $\lambda$ of $K$ at the minimum satisfies $n\lambda \le (\norm J + Mr)^2$.",
            hypotheses=(r"$\norm{J^\ast} \le \norm J + Mr$ for the derivative $J^\ast$ at the minimum.",),
            formal=sp.Le(at_minimum**2 / n, (at_centre + lipschitz * radius) ** 2 / n, evaluate=False),
            derivation=SHARPNESS,
            assumes=(triangle,),
        ),
        Statement(
            name="decided-by-computation",
            text=r"""
Let parameters, data and $\eta > 0$ be rational, and the network interpolating with no datum on a kink. If for some whole number $c > 0$ and some rows $f_r$ of whole numbers
$B = c\,(\frac2\eta I - K) - \sum_r f_r f_r^{\mathsf T}$ has $B_{jj} \ge \sum_{l \ne j}\abs{B_{jl}}$ for all $j$, which is decided by computation in Coq, the network is a stable minimum:
no second derivative of the loss exceeds $\frac2\eta\norm{q}^2$ along any $q$, linearised gradient descent is bounded from every start, and $\stabilitynorm{f} \le 1/\eta - 1/2$.
""".strip(),
            theorems=(
                "CheckedMinima.checked_minimum",
                "CheckedMinima.checked_minimum_norm",
                "CheckedMinima.checked_minimum_descent",
            ),
        ),
        Statement(
            name="refuted-by-a-vector",
            text=r"If a vector $u$ has $\langle u, Ku\rangle > \frac2\eta\norm{u}^2$, a rational network that interpolates off the kinks is no stable minimum at $\eta$.",
            theorems=("CheckedMinima.checked_unstable",),
        ),
        Statement(
            name="six-neurons",
            text=r"""
The network with $w^{(1)} = (-3,2), (2,0), (-1,3), (-1,-3), (2,-2), (1,3)$, $b^{(1)} = -3, -\frac32, -\frac52, -1, -3, -3$,
$w^{(2)} = -\frac19, \frac{22}{21}, \frac{682}{819}, \frac13, -\frac{13}{21}, -\frac{1067}{1638}$ and $b^{(2)} = -1$ interpolates the labels $1, -1, 1, -1, 1, -1$ at
$(2,0), (1,2), (-1,2), (-2,0), (-1,-2), (1,-2)$. It is a stable minimum at every step size $\eta \le 0.1674$, and at none with $\eta \ge 0.1676$.
""".strip(),
            instances=("six neurons on six points of the plane",),
            theorems=("CheckedMinima.six_neurons_stable", "CheckedMinima.six_neurons_unstable"),
        ),
    ),
    machine_refuted=(
        ("stable up to 0.1676", "CheckedMinima.control_checked_larger_step", "six-neurons"),
        ("each |B_jl| <= B_jj, not their sum", "CheckedMinima.control_check_entries", "decided-by-computation"),
        ("c = 0 is allowed", "CheckedMinima.control_check_multiple", "decided-by-computation"),
    ),
    source=Source(OURS, "the theorem of Newton and Kantorovich for fewer equations than unknowns, applied to networks"),
    remarks=r"""
The stability norm at the minimum is that of a net no two of whose neurons share a hyperplane: within $r$ none do. At each minimum
$1 + 2\stabilitynorm{f} \le \norm{\E\nabla f}^2 \le \lambda \le 2/\eta$ is enclosed, link by link.
""".strip(),
)
