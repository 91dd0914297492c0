r"""How small the constant before the loss can be: between two ends for n data, 1/4 for two, 1/2 for any number."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.stability.by_hyperplane.hessian_at_mean_gradient import top_eigenvalue
from theory.stability.by_hyperplane.oriented_neurons import stability_norm
from theory.stability.lemmas.residual_part import loss, within_radius
from theory.stability.loss_constant.opposed_clusters import (
    CONSTANT,
    EQUAL_CLUSTERS,
    NAME,
    TOP,
    activations,
    constant,
    large,
    least_constant,
    least_for_equal,
    level,
    loss_definition,
    same_size,
    scale,
)
from theory.stability.loss_constant.opposed_clusters import bound as bound_with_constant
from theory.stability.loss_constant.opposed_clusters import form as form_of_clusters
from theory.stability.loss_constant.opposed_clusters import length_square as length_square_of_clusters
from theory.stability.loss_constant.split_data import BOUND as BOUND_BY_NUMBER
from theory.stability.loss_constant.split_data import SPLIT
from theory.stability.loss_constant.split_data import bound as bound_by_number
from theory.stability.loss_constant.two_data import BOUND as BOUND_FOR_TWO
from theory.stability.loss_constant.two_data import bound as bound_for_two
from theory.stability.loss_constant.two_data import loss as loss_of_two
from theory.stability.loss_constant.two_data import top_eigenvalue as top_for_two
from theory.stability.loss_constant.two_data import within_radius as two_within_radius

NEEDED = {"n = 3": sp.Rational("0.2885"), "n = 10": sp.Rational("0.4271"), "n = 100": sp.Rational("0.4924")}
"""What the constant before the residual term is at least, in listed instances of opposed clusters."""

_clusters = (
    r"$d = 1$, a share $p_1$ of the data is at $R$ and a share $p_2 = 1 - p_1$ at $-R$; $\sigma = \sqrt{1 + R^2}$.",
    r"Two neurons; neuron $i$ has the pre-activation $h_i > 0$ at cluster $i$, is inactive at the other, and has the output weight $h_i/\sigma$.",
    r"The residuals are $-p_i$ at cluster $i$.",
)
_split = (
    r"The neurons listed are those whose hyperplanes have data on both sides: all others add nothing to $\stabilitynorm{f}$, and the test vectors leave them alone.",
)
_right = r"The constant $c$ is right for $n$ data if $\stabilitynorm{f} \le \frac12\sharpness(\hessian) - \frac12 + c\,\sqrt{1+R^2}\,\sqrt{2L}$ for all $d$, all $n$ data with $\norm{x_j} \le R$, all labels, and all nets without a datum on a kink."
_everywhere = "No datum is on a kink; the net need not interpolate, and the point need not be stationary."
CLAIM = Claim(
    name=NAME,
    title="The best constant before the loss",
    statements=(
        Statement(
            name="number-of-data",
            text=r"""
For $n$ data the constant $\frac12\sqrt{1 - \frac1n}$ is right:
$$ \stabilitynorm{f} \le \frac{\sharpness(\hessian)}{2} - \frac12 + \frac12\sqrt{1 - \frac1n}\sqrt{1+R^2}\,\ell \qquad \text{for every } \ell > 0 \text{ with } \ell^2 \ge 2L. $$
""".strip(),
            hypotheses=(
                _everywhere,
                r"$\norm{x_j} \le R$ for all $j$.",
                "The output bias is trained.",
                *_split,
                r"$n \ge 2$: for $n = 1$ the norm is $0$, and $\sharpness(\hessian) \ge 1$.",
            ),
            formal=sp.Le(stability_norm, bound_by_number, evaluate=False),
            derivation=BOUND_BY_NUMBER,
            assumes=(top_eigenvalue, within_radius, *SPLIT, loss),
            theorems=("BestConstant.upper_end",),
            rests_on=("beyond-interpolation",),
        ),
        Statement(
            name="two-data",
            text=r"For two data the constant $\frac14$ is right.",
            hypotheses=(
                _everywhere,
                r"$n = 2$ and $\norm{x_1}, \norm{x_2} \le R$.",
                "The output bias is trained.",
                *_split,
                r"The hyperplanes listed have $x_1$ on the side of the normal and $x_2$ on the other.",
            ),
            formal=sp.Le(stability_norm, bound_for_two, evaluate=False),
            derivation=BOUND_FOR_TWO,
            assumes=(top_for_two, *two_within_radius, loss_of_two),
            theorems=("BestConstant.quarter_for_two",),
        ),
        Statement(
            name="opposed-clusters",
            text=r"""
Let $\epsilon > 0$, $\lambda\epsilon = \sigma(p_1^3 + p_2^3)$, $\lambda \ge 1 + \epsilon + \sigma$ and $2p_ih_i^2 = \lambda - 1 - \epsilon + \sigma p_i^2$. Then $\langle v, \hessian v\rangle \le \lambda\norm v^2$ for all $v$.
""".strip(),
            hypotheses=_clusters,
            formal=sp.Ge(level * length_square_of_clusters, form_of_clusters, evaluate=False),
            derivation=TOP,
            assumes=(scale, large, *activations),
        ),
        Statement(
            name="best-possible",
            text=r"""
If the bound with the constant $c$ holds there, then $c \ge \frac\ell2 - \frac{\epsilon}{2\sigma\ell}$ with $\ell^2 = 2L = p_1^3 + p_2^3$.
""".strip(),
            hypotheses=(
                *_clusters,
                r"Either neuron sees the side of its hyperplane with the smaller weight $\tilde g$, so $\stabilitynorm{f} = p_1^2h_1^2 + p_2^2h_2^2$: hyperplanes at $0$ and near $-R$, where $p_1 \le p_2$.",
                r"$\epsilon$ and $h_i$ as for opposed-clusters, so that $\sharpness(\hessian) \le \lambda$.",
            ),
            formal=sp.Ge(constant, least_constant, evaluate=False),
            derivation=CONSTANT,
            assumes=(bound_with_constant, *activations, loss_definition),
            rests_on=("best-constant.opposed-clusters",),
        ),
        Statement(
            name="equal-clusters",
            text=r"In best-possible $c \ge \frac14 - \frac{\epsilon}{\sigma}$ if $p_1 = p_2$: for two data, one at $R$ and one at $-R$.",
            hypotheses=(
                *_clusters,
                r"$\epsilon$ and $h_i$ as for opposed-clusters; the clusters have $n_1 = n_2$ data.",
            ),
            formal=sp.Ge(constant, least_for_equal, evaluate=False),
            derivation=EQUAL_CLUSTERS,
            assumes=(bound_with_constant, *activations, loss_definition, same_size),
            rests_on=("best-constant.opposed-clusters",),
        ),
        Statement(
            name="lower-end",
            text=r"A constant that is right for $n \ge 2$ data is at least $\frac12\sqrt{1 - \frac3n + \frac3{n^2}}$.",
            hypotheses=(_right,),
            theorems=("OpposedClusters.lower_end", "OpposedClusters.opposed_clusters"),
        ),
        Statement(
            name="quarter",
            text=r"A constant is right for two data if and only if it is at least $\frac14$.",
            hypotheses=(_right,),
            theorems=("OpposedClusters.best_for_two",),
        ),
        Statement(
            name="half",
            text=r"""
A constant is right for every number of data if and only if it is at least $\frac12$: for every $c < \frac12$ there are $n$, $d = 1$, data, labels and a net of two neurons, all written
down, at which the bound with $c$ fails.
""".strip(),
            hypotheses=(_right,),
            theorems=("OpposedClusters.best_possible", "OpposedClusters.half_fails_below"),
        ),
        Statement(
            name="needed",
            text=r"""
One point at $\frac34$, $n - 1$ at $-\frac34$, $\epsilon = \frac1{5000}$, $h_i$ rounded to rational numbers: at these nets a constant of at least $0.2885$, $0.4271$ and $0.4924$ is needed.
""".strip(),
            instances=tuple(NEEDED),
        ),
    ),
    source=Source(OURS, "upper and lower ends for the constant in the bound of beyond-interpolation"),
    machine_refuted=(
        ("sqrt(1 - 2/n) in place of sqrt(1 - 1/n)", "OpposedClusters.control_upper_end", "number-of-data"),
        ("0.24 in place of 1/4", "OpposedClusters.control_constant_for_two", "two-data"),
        ("0.49 is right for every number of data", "OpposedClusters.control_constant_below_half", "half"),
    ),
    remarks=r"""
One point at $R$, $n - 1$ at $-R$ and $\epsilon \to 0$ in best-possible give lower-end. Between it and number-of-data lies the best constant for $n$ data; at $n = 2$ it is the lower end.
""".strip(),
)
