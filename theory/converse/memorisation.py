r"""A converse of the main theorem: data that hyperplanes cut off one by one are memorised by a minimum that attains it.

One balanced neuron for each datum that differs from the output bias: the Gram matrix of the net is all-ones plus a diagonal, so that its
sharpness solves a secular equation, and equals :math:`1 + 2|f|_S` exactly where all data cost the same.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.converse.lemmas.memorising_net import (
    BALANCED,
    FORM,
    GRAM,
    INTERPOLATION,
    NAME,
    ONE_SIDED,
    UPPER,
    alone,
    excess,
    feature,
    form,
    labels,
    norm,
    one_sided,
    output_weight,
    row,
    signs,
    square,
    total_row,
    u,
    upper_bound,
    value,
    within,
)
from theory.converse.lemmas.secular_equation import (
    ATTAINED,
    EDGE,
    EIGENVECTOR,
    EQUAL,
    EXACT,
    GAP,
    LARGEST,
    SIDE,
    SPHERE,
    beyond,
    chosen,
    common,
    distance_to_pole,
    eigenvector,
    equal_costs,
    excess_of_others,
    gap,
    inside,
    lead,
    lever_of_others,
    near,
    on_sphere,
    own_length,
    pole,
    secular,
    squared_distance,
    top,
)
from theory.symbols import eta, i, j, n, y

RAW = "256 even and odd digits of MNIST, raw pixels"
STANDARDISED = "256 even and odd digits of MNIST, standardised pixels"
OBSERVED = ("64 even and odd digits of MNIST, raw pixels", "64 even and odd digits of MNIST, standardised pixels")
"""What the certified statement, and the observed one, are about."""

_CUT = r"For each datum with $y_j \neq b^{(2)}$ there are a direction $v_j$ and a threshold $b_j$ with $\langle v_j, x_l\rangle < b_j < \langle v_j, x_j\rangle$ for all $l \neq j$."
_NET = r"""
The net has one neuron for each datum with $y_j \neq b^{(2)}$ and no others: $\sqrt{\kappa_j}\,(\langle v_j, x\rangle - b_j)/(\langle v_j, x_j\rangle - b_j)$ before the rectifier,
$w^{(2)} = (y_j - b^{(2)})/\sqrt{\kappa_j}$, where $\kappa_j = \abs{y_j - b^{(2)}}\sqrt{1 + \norm{x_j}^2}$.
""".strip()
_HYPOTHESES = (_CUT, _NET)
_TWO = "There are at least two data."
_SIDE = r"The side of each such datum has the smaller weight, strictly: $\onesidedweight(v_j,b_j) < \onesidedweight(-v_j,-b_j)$."
_ROOT = r"$\lambda > 2\max_j\kappa_j/n$ with $\frac1n\sum_j 1/(\lambda - 2\kappa_j/n) = 1$."
_EQUAL = (
    r"All costs are equal, $\kappa_j = \kappa$: for instance $\abs{y_j - b^{(2)}} = D$ on a sphere about the origin."
)
_half = sp.Rational(1, 2)

CLAIM = Claim(
    name=NAME,
    title="Memorisation: a net that attains the bound",
    statements=(
        Statement(
            name="interpolation",
            text=r"The net interpolates, $f(x_j) = y_j$ for all $j$, and no datum is on a kink.",
            hypotheses=_HYPOTHESES,
            formal=sp.Eq(value, y[j], evaluate=False),
            derivation=INTERPOLATION,
            assumes=(labels, *alone),
            theorems=("Memorisation.memorising_interpolating", "Memorisation.memorising_differentiable"),
        ),
        Statement(
            name="gram",
            text=r"$nK = \mathbf 1\mathbf 1^{\mathsf T} + 2\operatorname{diag}(\kappa_1,\dots,\kappa_n)$: for every $u$, $(nKu)_j = \sum_l u_l + 2\kappa_ju_j$.",
            hypotheses=_HYPOTHESES,
            formal=sp.Eq(row, total_row, evaluate=False),
            derivation=GRAM,
            assumes=(signs, *alone),
            theorems=("Memorisation.memorising_gram",),
            rests_on=("gram-form",),
        ),
        Statement(
            name="balanced",
            text=r"Every neuron is balanced: $\E z_i = \abs{w_i}\sqrt{P_i^2 + \norm{\E[X\mathbf 1_{A_i}]}^2}$.",
            hypotheses=_HYPOTHESES,
            formal=sp.Eq(excess, sp.Abs(output_weight[i]) * feature, evaluate=False),
            derivation=BALANCED,
            assumes=(signs, *alone),
        ),
        Statement(
            name="quadratic-form",
            text=r"For every $u$, $\langle u, Ku\rangle = \frac1n\bigl((\sum_ju_j)^2 + 2\sum_j\kappa_ju_j^2\bigr)$.",
            hypotheses=_HYPOTHESES,
            formal=sp.Eq(sp.Sum(u[j] * row, (j, 1, n)) / n, form, evaluate=False),
            derivation=FORM,
            assumes=(signs, *alone),
        ),
        Statement(
            name="upper-bound",
            text=r"""
$\sharpness(K) \le 1 + \frac{2D}n\sqrt{1 + R^2}$ where $\abs{y_j - b^{(2)}} \le D$ and $\norm{x_j} \le R$: the net is a stable minimum for all step sizes up to
$2/(1 + \frac{2D}n\sqrt{1 + R^2})$.
""".strip(),
            hypotheses=_HYPOTHESES,
            formal=sp.Le(form, upper_bound * square, evaluate=False),
            derivation=UPPER,
            assumes=within,
            theorems=("Memorisation.memorising_sharpness",),
            rests_on=("memorisation.quadratic-form", "gram-form", "linear-stability"),
        ),
        Statement(
            name="eigenvector",
            text=r"The vector with the entries $1/(\lambda - 2\kappa_j/n) > 0$ is an eigenvector of $K$ with eigenvalue $\lambda$.",
            hypotheses=(*_HYPOTHESES, _ROOT),
            formal=sp.Eq(eigenvector, top / distance_to_pole[j], evaluate=False),
            derivation=EIGENVECTOR,
            assumes=(pole, secular),
            theorems=("Memorisation.secular_eigenvector",),
            rests_on=("memorisation.gram",),
        ),
        Statement(
            name="largest-eigenvalue",
            text=r"""
$\langle u, Ku\rangle \le \lambda\norm u^2$ for all $u$: with its eigenvector $\lambda$ is the largest eigenvalue of $K$, and the equation has no other solution above $2\max_j\kappa_j/n$.
""".strip(),
            hypotheses=(*_HYPOTHESES, _ROOT),
            formal=sp.Le(form, top * square, evaluate=False),
            derivation=LARGEST,
            assumes=(pole, secular),
            theorems=("Memorisation.memorising_lambda_max",),
            rests_on=("memorisation.quadratic-form", "memorisation.eigenvector"),
        ),
        Statement(
            name="one-sided-norm",
            text=r"$\sum_i\abs{a_i}\,\onesidedweight(v_i,b_i) = \frac1{n^2}\sum_j\kappa_j$, whatever the thresholds.",
            hypotheses=_HYPOTHESES,
            formal=sp.Eq(sp.Sum(one_sided, (i, 1, n)), norm, evaluate=False),
            derivation=ONE_SIDED,
            assumes=(signs, *alone),
        ),
        Statement(
            name="datum-side",
            text=r"""
The side of a datum has the smaller weight where its threshold is near it. For a unit vector $v_j$, $n^2\onesidedweight$ is $tL_j$ on its side, with $t = \langle v_j,x_j\rangle - b_j$ and $L_j = \sqrt{1 + \norm{x_j}^2}$,
and $\bigl(\sum_{l \neq j}(b_j - \langle v_j,x_l\rangle)\bigr)\sqrt{(n-1)^2 + \norm{\sum_{l \neq j}x_l}^2}$ on the other. The first is at most the second if $t(1 + L_j) \le m$, where
$m = \langle v_j,x_j\rangle - \max_{l \neq j}\langle v_j,x_l\rangle$ is by how much the datum leads.
""".strip(),
            hypotheses=(_CUT, _TWO),
            formal=sp.Le(inside * own_length, excess_of_others * lever_of_others, evaluate=False),
            derivation=SIDE,
            assumes=(near, beyond),
        ),
        Statement(
            name="stability-norm",
            text=r"$\stabilitynorm f = \frac1{n^2}\sum_j\kappa_j$.",
            hypotheses=(*_HYPOTHESES, _SIDE),
            theorems=("Memorisation.memorising_stability_norm",),
            rests_on=("memorisation.one-sided-norm",),
        ),
        Statement(
            name="gap",
            text=r"""
$\lambda - 1 - \frac2{n^2}\sum_j\kappa_j = \frac1n\sum_j (h_j - 1)^2/h_j$ with $h_j = \lambda - 2\kappa_j/n$: it is $0$ if and only if all costs are equal.
""".strip(),
            hypotheses=(*_HYPOTHESES, _ROOT),
            formal=sp.Eq(top - 1 - 2 * norm, gap, evaluate=False),
            derivation=GAP,
            assumes=(pole, secular),
            rests_on=("memorisation.largest-eigenvalue",),
        ),
        Statement(
            name="equal-costs",
            text=r"$\sharpness(K) = 1 + 2\kappa/n$: the form is at most this times $\norm u^2$, with equality for $u = \mathbf 1$.",
            hypotheses=(*_HYPOTHESES, _EQUAL),
            formal=sp.Le(form, (1 + 2 * common / n) * square, evaluate=False),
            derivation=EQUAL,
            assumes=(equal_costs,),
            rests_on=("memorisation.quadratic-form",),
        ),
        Statement(
            name="exact",
            text=r"$1 + 2\stabilitynorm f = 1 + 2\kappa/n = \sharpness(K)$ exactly.",
            hypotheses=(*_HYPOTHESES, _SIDE, _EQUAL),
            formal=sp.Eq(1 + 2 * norm, 1 + 2 * common / n, evaluate=False),
            derivation=EXACT,
            assumes=(equal_costs,),
            rests_on=("memorisation.stability-norm", "memorisation.equal-costs"),
        ),
        Statement(
            name="edge-of-stability",
            text=r"With the costs $\kappa = n(\frac1\eta - \frac12)$ the sharpness is $2/\eta$.",
            hypotheses=(*_HYPOTHESES, _EQUAL, r"$0 < \eta \le 2$."),
            formal=sp.Eq(1 + 2 * common / n, 2 / eta, evaluate=False),
            derivation=EDGE,
            assumes=(chosen,),
            rests_on=("memorisation.equal-costs",),
        ),
        Statement(
            name="attained",
            text=r"""
The main theorem is attained at every step size below 2: for every $0 < \eta < 2$ and all data each of which a hyperplane cuts off from the others, labels with
$\abs{y_j - b^{(2)}}\sqrt{1 + \norm{x_j}^2} = n(\frac1\eta - \frac12)$, of either sign, have an interpolating minimum off kinks of sharpness $2/\eta$ with
$\stabilitynorm f = \frac1\eta - \frac12$. On a sphere about the origin these are all labels with $\abs{y_j - b^{(2)}} = (\frac1\eta - \frac12)\,n/\sqrt{1 + R^2}$.
""".strip(),
            hypotheses=(_CUT, _TWO),
            formal=sp.Eq(norm, 1 / eta - _half, evaluate=False),
            derivation=ATTAINED,
            assumes=(equal_costs, chosen),
            theorems=("Memorisation.stability_inequality_attained", "Memorisation.attained_on_sphere"),
            rests_on=("memorisation.stability-norm", "memorisation.edge-of-stability", "memorisation.datum-side"),
        ),
        Statement(
            name="sphere",
            text=r"""
Each of finitely many points of a sphere is cut off, in the direction from the centre: $\langle x_j - m, x_j - x_l\rangle = \frac12\norm{x_j - x_l}^2$, which is positive unless the two are equal.
""".strip(),
            formal=sp.Eq(lead, squared_distance, evaluate=False),
            derivation=SPHERE,
            assumes=(on_sphere,),
            theorems=("Memorisation.sphere_cut",),
        ),
        Statement(
            name="mnist",
            text=r"""
Each of the images is cut off from all others by a hyperplane, in the direction $x_j$ minus the mean image. So labels $\pm1$ have a memorising net with $b^{(2)} = 0$; it has $\sharpness = 1.0727152722\ldots$ and
is a stable minimum up to $\eta = 1.8644276\ldots$ for raw pixels, $1.2173835149\ldots$ and $1.6428676\ldots$ for standardised ones, and
$(1 + 2\stabilitynorm f)/\sharpness = 0.9998744\ldots$ and $0.9992904\ldots$
""".strip(),
            hypotheses=(
                "Pixels are the rational numbers that the floats are.",
                "The digits are those of the sweep over step sizes.",
            ),
            instances=(RAW, STANDARDISED),
            rests_on=(
                "memorisation.interpolation",
                "memorisation.largest-eigenvalue",
                "memorisation.stability-norm",
                "memorisation.datum-side",
                "linear-stability",
            ),
        ),
        Statement(
            name="descent",
            text=r"""
Gradient descent itself, not linearised, from the net with its output bias moved by $10^{-9}$: at $0.99$ of $2/\sharpness$ the root mean square residual falls below $10^{-13}$ within $600$ steps,
at $1.01$ of it, it grows beyond $0.1$ within $1200$.
""".strip(),
            hypotheses=("Full-batch steps on all parameters, in floating-point numbers.",),
            instances=OBSERVED,
        ),
    ),
    source=Source(
        OURS, "a converse of the stability inequality: a large step does not forbid memorising in high dimension"
    ),
    rests_on=("sharpness-lower-bound",),
    remarks=r"""
The data are distinct where hyperplanes cut them off. They are, besides the points of any sphere, the vertices of a polytope: $n \le d + 1$ affinely independent points, for instance.
For $n = 2$ the two neurons can share one hyperplane, where their amplitudes are added. If the two sides weigh the same there and the labels lie on either side of $b^{(2)}$, they cancel in part or, as for
$f(x) = x$ on $x = \pm1$, all: the strict inequality between the sides excludes this. For $n \ge 3$ no two of the neurons share one. For $n = 1$ no hyperplane has data on both sides, and $\stabilitynorm f = 0$.

Liang, Cloninger, Parhi and Wang (arXiv:2510.18120) have $1 + (D^2 + 2)/n$ on the unit sphere; here it is $1 + 2\sqrt2D/n$, and $2\sqrt2D \le D^2 + 2$ with equality for $D = \sqrt2$ alone.
""".strip(),
)
