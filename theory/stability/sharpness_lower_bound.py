r"""The sharpness of a net is at least one plus twice its stability norm.

The Rayleigh quotient of the Gram matrix at the constant vector is the squared length of the mean gradient; the inequality of
the arithmetic and geometric mean, neuron by neuron, turns it into the one-sided weights, and merging neurons that share a
hyperplane into the stability norm.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source
from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis, Identity, Rewrite, Squares
from theory.kernel.functions import relu, step
from theory.latex import named
from theory.stability.gram_form import M, Z, features
from theory.symbols import (
    W1,
    H,
    Phi,
    b1,
    c,
    d,
    i,
    indexed,
    j,
    k,
    l,
    mean,
    n,
    p,
    parameters,
    sharpness,
    w2,
    x,
)  # fmt: skip

NAME = "sharpness-lower-bound"

u = indexed("test_vector", "u")
rayleigh = Hypothesis(
    "top eigenvalue",
    r"\lambda_{\max} \sum_j u_j^2 \ge \sum_{j,l} u_j u_l \frac1n\sum_p \Phi_{p,j}\Phi_{p,l} \text{ for all } u",
    sp.Ge(
        sharpness * sp.Sum(u[j] ** 2, (j, 1, n)),
        sp.Sum(u[j] * u[l] * Phi[p, j] * Phi[p, l] / n, (p, 1, parameters), (j, 1, n), (l, 1, n)),
        evaluate=False,
    ),
    (u,),
)
mean_gradient = sp.Sum(mean(Phi[p, j]) ** 2, (p, 1, parameters))
RAYLEIGH = (
    Chain("The constant vector as a test vector", sharpness, hypotheses=(rayleigh,), claim=NAME)
    .at_least(
        sp.Sum(Phi[p, j] * Phi[p, l], (p, 1, parameters), (j, 1, n), (l, 1, n)) / n**2,
        ByHypothesis(
            "top eigenvalue",
            at={u: sp.Lambda(j, 1 / sp.sqrt(n))},
            reason="Rayleigh quotient at the constant unit vector",
        ),
    )
    .equals(mean_gradient, Identity("a double sum of products is a square"))
    .conclude()
)

mean_output = indexed("mean_output", r"\bar z", nonnegative=True)
mass = indexed("mass", "P", nonnegative=True)
moment = indexed("moment", r"\bar x")
definitions = (
    *features,
    Hypothesis("mean output", r"\bar z_i = \frac1n\sum_j z_{j,i}", sp.Eq(mean_output[i], mean(Z[j, i])), (i,)),
    Hypothesis("mass", r"P_i = \frac1n\sum_j m_{j,i}", sp.Eq(mass[i], mean(M[j, i])), (i,)),
    Hypothesis("first moment", r"\bar x_{i,c} = \frac1n\sum_j m_{j,i}x_{j,c}", sp.Eq(moment[i, c], mean(x[j, c] * M[j, i])), (i, c)),
)  # fmt: skip
by_definition = ["mean output", "mass", "first moment"]
lever = mass[i] ** 2 + sp.Sum(moment[i, c] ** 2, (c, 1, d))
MEAN_GRADIENT = (
    Chain(
        "The mean gradient, block by block",
        1
        + sp.Sum(mean(Z[j, i]) ** 2, (i, 1, k))
        + sp.Sum(mean(w2[i] * M[j, i]) ** 2, (i, 1, k))
        + sp.Sum(mean(w2[i] * M[j, i] * x[j, c]) ** 2, (c, 1, d), (i, 1, k)),
        hypotheses=definitions,
        claim=NAME,
    )
    .equals(
        1 + sp.Sum(mean_output[i] ** 2 + w2[i] ** 2 * lever, (i, 1, k)),
        Rewrite("output bias, output weights, input biases, input weights", by_definition),
    )
    .conclude()
)

length = indexed("length", r"\varrho", positive=True)
v = indexed("v", "v")
threshold = indexed("threshold", "b")
amplitude = indexed("amplitude", "a")
gt = indexed("one_sided_weight", r"\tilde g", nonnegative=True)
offset = sp.Sum(v[i, c] * x[j, c], (c, 1, d)) - threshold[i]
canonical = (
    Hypothesis("direction", r"w^{(1)}_i = \varrho_i v_i,\ \varrho_i = \lvert w^{(1)}_i\rvert > 0", sp.Eq(W1[i, c], length[i] * v[i, c]), (i, c)),
    Hypothesis("threshold", r"b^{(1)}_i = -\varrho_i b_i", sp.Eq(b1[i], -length[i] * threshold[i]), (i,)),
    Hypothesis("amplitude", r"a_i = w^{(2)}_i \varrho_i", sp.Eq(amplitude[i], w2[i] * length[i]), (i,)),
)  # fmt: skip
weight_definition = Hypothesis(
    "one-sided weight",
    r"\tilde g_i = \tilde g(v_i,b_i) = \E[(\langle v_i,X\rangle - b_i)_+]\sqrt{P_i^2 + \lvert\bar x_i\rvert^2}",
    sp.Eq(
        gt[i],
        mean(relu(offset)) * sp.sqrt(mean(step(offset)) ** 2 + sp.Sum(mean(x[j, c] * step(offset)) ** 2, (c, 1, d))),
    ),
    (i,),
)
CANONICAL = (
    Chain(
        "The length of the input weight cancels",
        sp.Abs(w2[i]) * mean_output[i] * sp.sqrt(lever),
        hypotheses=(*definitions, *canonical, weight_definition),
        claim=NAME,
    )
    .equals(
        sp.Abs(amplitude[i]) * gt[i],
        Rewrite(
            "the rectifier is homogeneous, its mask does not change with scale",
            [
                *by_definition,
                "mask",
                "output of a neuron",
                "one-sided weight",
                "amplitude",
                "direction",
                "threshold",
            ],
        ),
    )
    .conclude()
)

NEURON = (
    Chain(
        "One neuron",
        mean_output[i] ** 2 + w2[i] ** 2 * lever,
        hypotheses=(*definitions, *canonical, weight_definition),
        claim=NAME,
    )
    .at_least(
        2 * sp.Abs(w2[i]) * mean_output[i] * sp.sqrt(lever),
        Squares(
            "arithmetic and geometric mean; equality if and only if the neuron is balanced",
            [(1, mean_output[i] - sp.Abs(w2[i]) * sp.sqrt(lever))],
        ),
    )
    .equals(
        2 * sp.Abs(amplitude[i]) * gt[i],
        ByDerivation(CANONICAL, 2, reason="the length of the input weight cancels"),
    )
    .conclude()
)

constants = sp.Symbol(named("constants", "k_0"), integer=True, positive=True)
constant_output = indexed("constant_output", r"\bar z'", nonnegative=True)
constant_weight = indexed("constant_weight", "w'")
constant_mass = indexed("constant_mass", "P'", nonnegative=True)
constant_moment = indexed("constant_moment", r"\bar x'")
constant_squares = constant_output[q_ := sp.Symbol("q", integer=True, positive=True)] ** 2 + constant_weight[
    q_
] ** 2 * (constant_mass[q_] ** 2 + sp.Sum(constant_moment[q_, c] ** 2, (c, 1, d)))
ALL_NEURONS = (
    Chain(
        "All neurons, those with a zero input weight apart",
        1 + sp.Sum(mean_output[i] ** 2 + w2[i] ** 2 * lever, (i, 1, k)) + sp.Sum(constant_squares, (q_, 1, constants)),
        hypotheses=(*definitions, *canonical, weight_definition),
        claim=NAME,
    )
    .at_least(
        1 + sp.Sum(mean_output[i] ** 2 + w2[i] ** 2 * lever, (i, 1, k)),
        Drop("constant neurons add squares", sp.Sum(constant_squares, (q_, 1, constants))),
    )
    .at_least(
        1 + 2 * sp.Sum(sp.Abs(amplitude[i]) * gt[i], (i, 1, k)),
        ByDerivation(NEURON, over=[(i, 1, k)], reason="every other neuron"),
    )
    .conclude()
)

opposite = indexed("opposite_weight", r"\tilde g^{-}", nonnegative=True)
g = indexed("weight", "g", nonnegative=True)
member = indexed("member", r"\chi", nonnegative=True)
planes = sp.Symbol(named("planes", "h"), integer=True, positive=True)
partition = Hypothesis(
    "every neuron is on one hyperplane",
    r"\textstyle\sum_H \chi_{H,i} = 1,\ \chi_{H,i} \in \{0,1\}",
    sp.Eq(sp.Sum(member[H, i], (H, 1, planes)), 1, evaluate=False),
    (i,),
)
same_weight = Hypothesis(
    "neurons on a hyperplane share its weight",
    r"\chi_{H,i} \min(\tilde g_i, \tilde g^{-}_i) = \chi_{H,i}\, g_H",
    sp.Eq(member[H, i] * sp.Min(gt[i], opposite[i]), member[H, i] * g[H], evaluate=False),
    (H, i),
)
HYPERPLANES = (
    Chain(
        "Merging the neurons of each hyperplane",
        sp.Sum(sp.Abs(amplitude[i]) * gt[i], (i, 1, k)),
        hypotheses=(partition, same_weight),
        claim=NAME,
    )
    .at_least(
        sp.Sum(sp.Abs(amplitude[i]) * sp.Min(gt[i], opposite[i]), (i, 1, k)),
        Drop(
            "the smaller of the two orientations",
            sp.Sum(sp.Abs(amplitude[i]) * (gt[i] - sp.Min(gt[i], opposite[i])), (i, 1, k)),
        ),
    )
    .equals(
        sp.Sum(sp.Abs(amplitude[i]) * member[H, i] * sp.Min(gt[i], opposite[i]), (H, 1, planes), (i, 1, k)),
        ByHypothesis(
            "every neuron is on one hyperplane",
            -sp.Abs(amplitude[i]) * sp.Min(gt[i], opposite[i]),
            over=[(i, 1, k)],
        ),
    )
    .equals(
        sp.Sum(g[H] * sp.Sum(member[H, i] * sp.Abs(amplitude[i]), (i, 1, k)), (H, 1, planes)),
        ByHypothesis(
            "neurons on a hyperplane share its weight", sp.Abs(amplitude[i]), over=[(H, 1, planes), (i, 1, k)]
        ),
    )
    .at_least(
        sp.Sum(g[H] * sp.Abs(sp.Sum(member[H, i] * amplitude[i], (i, 1, k))), (H, 1, planes)),
        Drop(
            "triangle inequality on each hyperplane",
            sp.Sum(
                g[H]
                * (
                    sp.Sum(member[H, i] * sp.Abs(amplitude[i]), (i, 1, k))
                    - sp.Abs(sp.Sum(member[H, i] * amplitude[i], (i, 1, k)))
                ),
                (H, 1, planes),
            ),
        ),
    )
    .conclude()
)

stability_norm = sp.Symbol(named("stability_norm", r"\stabilitynorm{f}"), nonnegative=True)
one_sided_norm = sp.Sum(sp.Abs(amplitude[i]) * gt[i], (i, 1, k))
norm_definition = Hypothesis(
    "stability norm",
    r"\stabilitynorm{f} = \sum_H g_H \bigl\lvert\sum_i \chi_{H,i}a_i\bigr\rvert",
    sp.Eq(stability_norm, sp.Sum(g[H] * sp.Abs(sp.Sum(member[H, i] * amplitude[i], (i, 1, k))), (H, 1, planes))),
)
blocks = Hypothesis(
    "parameters",
    r"\Phi \text{ has the rows of } b^{(2)}, w^{(2)}, b^{(1)}, w^{(1)}, k_0 \text{ neurons with } w^{(1)} = 0 \text{ last}",
    sp.Eq(mean_gradient, MEAN_GRADIENT.start + sp.Sum(constant_squares, (q_, 1, constants)), evaluate=False),
)
CHAIN = (
    Chain(
        "Together",
        sharpness,
        hypotheses=(
            rayleigh, blocks, *definitions, *canonical, weight_definition, partition, same_weight, norm_definition,
        ),
        claim=NAME,
    )
    .at_least(mean_gradient, ByDerivation(RAYLEIGH, reason="the constant vector as a test vector"))
    .equals(
        MEAN_GRADIENT.start + sp.Sum(constant_squares, (q_, 1, constants)),
        ByHypothesis("parameters", reason="the gradient, by gram-form"),
    )
    .equals(ALL_NEURONS.start, ByDerivation(MEAN_GRADIENT, reason="the mean gradient, block by block"))
    .at_least(1 + 2 * one_sided_norm, ByDerivation(ALL_NEURONS, reason="all neurons"))
    .at_least(
        1 + 2 * sp.Sum(g[H] * sp.Abs(sp.Sum(member[H, i] * amplitude[i], (i, 1, k))), (H, 1, planes)),
        ByDerivation(HYPERPLANES, 2, reason="merging the neurons of each hyperplane"),
    )
    .equals(1 + 2 * stability_norm, Rewrite("definition of the stability norm", ["stability norm"]))
    .conclude()
)  # fmt: skip

P_, excess_mean, conditional = (
    sp.Symbol(named("P", "P"), positive=True),
    sp.Symbol(named("conditional_excess", r"e"), nonnegative=True),
    indexed("conditional_mean", r"\mu"),
)
CONDITIONAL = (
    Chain(
        "The weight in terms of conditional means",
        (P_ * excess_mean) * sp.sqrt(P_**2 + sp.Sum((P_ * conditional[c]) ** 2, (c, 1, d))),
        hypotheses=(
            Hypothesis(
                "conditional means",
                r"e = \E[\langle v,X\rangle - b \mid A],\ \mu = \E[X \mid A],\ P = \Prob(A) > 0",
            ),
        ),
        claim=NAME,
    )
    .equals(
        P_**2 * excess_mean * sp.sqrt(1 + sp.Sum(conditional[c] ** 2, (c, 1, d))),
        Identity("the probability of A is a common factor"),
    )
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="Lower bound of the sharpness",
    statement=r"""
For every net that is differentiable at the data,
$$ \begin{aligned}
\sharpness\Bigl(\frac1n\Phi\Phi^{\mathsf T}\Bigr) &\ge \norm{\E\nabla f(X)}^2
 = 1 + \sum_i \Bigl[ (\E z_i)^2 + (w^{(2)}_i)^2\bigl(P_i^2 + \norm{\E[X\mathbf 1_{A_i}]}^2\bigr) \Bigr] \\
 &\ge 1 + 2\sum_i \abs{a_i}\,\onesidedweight(v_i,b_i) \ge 1 + 2\stabilitynorm{f},
\end{aligned} $$
where $z_i = (\langle w^{(1)}_i,X\rangle + b^{(1)}_i)_+$ and $P_i = \Prob(A_i)$, $A_i = \{z_i > 0\}$; a neuron with $w^{(1)}_i \neq 0$ is
$a_i(\langle v_i,x\rangle - b_i)_+$ with a unit vector $v_i$, and
$$ \onesidedweight(v,b) = \E[(\langle v,X\rangle - b)_+] \sqrt{\Prob(A)^2 + \norm{\E[X\mathbf 1_A]}^2}, \quad A = \{\langle v,X\rangle > b\}, $$
$$ g(v,b) = \min\bigl(\onesidedweight(v,b), \onesidedweight(-v,-b)\bigr), \qquad
 \stabilitynorm{f} = \sum_H \Bigl\lvert \sum_{i \text{ on } H} a_i \Bigr\rvert\, g(H), $$
the last sum over the distinct hyperplanes $H$ of the net. Equality holds in the second inequality if and only if every neuron with
$w^{(1)}_i \neq 0$ is balanced, $\E z_i = \abs{w^{(2)}_i}\bigl(P_i^2 + \norm{\E[X\mathbf 1_{A_i}]}^2\bigr)^{1/2}$, and every constant neuron has
$\E z_i = 0$ and $P_i w^{(2)}_i = 0$.
""".strip(),
    hypotheses=(
        "The output bias is trained (without it the constant 1 is absent).",
        r"No datum is on a kink, so that $\nabla f(x_j)$ exists.",
    ),
    source=Source(PAPER, "the stability norm and the lower bound of the sharpness"),
    rests_on=("gram-form",),
    derivations=(RAYLEIGH, MEAN_GRADIENT, CANONICAL, NEURON, ALL_NEURONS, HYPERPLANES, CHAIN, CONDITIONAL),
    machine_checked=(
        "SharpnessLowerBound.mean_gradient_squareE",
        "SharpnessLowerBound.sharpness_ge_mean_gradient",
        "SharpnessLowerBound.sharpness_lower_bound",
        "SharpnessLowerBound.sharpness_ge_stability_norm",
        "SharpnessLowerBound.neuron_bound_eq",
        "Weight.conditional_weightE",
        "StabilityNorm.stability_norm_function",
    ),
    machine_refuted=(
        ("any constant above 1", "Controls.control_lower_bound_one"),
        ("any factor above 2 of the sum of one-sided weights", "Controls.control_lower_bound_two"),
        ("P + |E X 1| in place of the root", "Controls.control_weight_root"),
        ("P in place of P^2 under the root", "Controls.control_weight_square"),
        ("g with max in place of min", "Controls.control_weight_max"),
        ("neurons not merged, yet a norm of the function", "Controls.control_unmerged_norm"),
    ),
)
