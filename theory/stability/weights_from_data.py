r"""Lower bounds of the sharpness by other vectors than the constant one: laws and subsets of the data, and the row sums of K.

The main theorem tests the Gram matrix K with :math:`\mathbf 1/\sqrt n`. Any other vector on the data gives such a bound as well, with a
stability norm of its own; and testing the Hessian with the mean gradient, a step of the power method, gives one that is never worse.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import ByDerivation, ByHypothesis, Chain, Identity, Rewrite
from theory.quantities import definition
from theory.stability.by_hyperplane.data_vectors import (
    CONSTANT_NETS,
    LAW,
    MERGED,
    NAME,
    SUBSET,
    VECTOR,
    constant_net_bound,
    data_vector,
    hyperplanes_bound,
    is_law,
    neurons_bound,
    norm_of_law,
    not_empty,
    size,
    squares,
    unit,
)
from theory.stability.by_hyperplane.oriented_neurons import square
from theory.stability.by_hyperplane.row_sums import row_sum
from theory.stability.by_hyperplane.subset_of_data import GAIN, difference, gained, inactive
from theory.stability.lemmas.dual_certificates import top_eigenvalue
from theory.stability.lemmas.gram_spectrum import (
    HESSIAN_BELOW,
    K,
    form_of_hessian,
    gram_below,
    gram_definition,
    hessian_definition,
    top,
    v,
)
from theory.symbols import Phi, j, l, mean, n, p, parameters, sharpness

REFINED_MINIMA = (
    "64-standardised-0.03", "64-standardised-0.05", "64-standardised-0.08", "64-standardised-0.12",
    "64-raw-0.1", "64-raw-0.2", "64-raw-0.4",
)  # fmt: skip
"""The carried networks whose sharpness is compared with the bound by the row sums."""
SUBSET_NETS = ("64-standardised-0.03", "64-standardised-0.12")
"""Those for which a subset of the data gives a better bound than all of them, by the stability norm."""
CLASS_NETS = ("64-standardised-0.12", "64-raw-0.2")
"""Those for which the data of one class do, with every neuron on its own side."""

_gradient = sp.Lambda(p, mean(Phi[p, l], l))
row_sums = definition("row sums of the Gram matrix", r"s = K\mathbf 1", row_sum[j], sp.Sum(K[j, l], (l, 1, n)), j)
squared = definition(
    "square of the mean gradient",
    r"\lvert q\rvert^2 = \textstyle\sum_p q_p^2,\ q = \frac1n\Phi\mathbf 1",
    square,
    sp.Sum(mean(Phi[p, j]) ** 2, (p, 1, parameters)),
)
variance = mean((row_sum[j] - square) ** 2)
refined = square + variance / square
_expanded = variance / square + 2 * mean(row_sum[j]) - square
_features = (gram_definition, row_sums, squared)
MEAN = (
    Chain("The mean of the row sums", mean(row_sum[j]), hypotheses=_features, claim=NAME)
    .equals(square, Rewrite("exchange the sums", [each.name for each in (row_sums, gram_definition, squared)]))
    .conclude()
)
REFINED = (
    Chain(
        "The mean gradient as a test vector",
        top,
        hypotheses=(*_features, hessian_definition, gram_below),
        claim=NAME,
    )
    .equals(
        top * sp.Sum(mean(Phi[p, l], l) ** 2, (p, 1, parameters)) / square,
        ByHypothesis(squared.name, top / square),
    )
    .at_least(
        form_of_hessian.replace(
            lambda part: isinstance(part, sp.Indexed) and part.base == v, lambda part: _gradient(*part.indices)
        )
        / square,
        ByDerivation(HESSIAN_BELOW, 1 / square, at={v: _gradient}, reason="a bound of K is one of the Hessian"),
    )
    .equals(
        mean(row_sum[j] ** 2) / square,
        Rewrite("exchange the sums", [each.name for each in (row_sums, gram_definition, hessian_definition)]),
    )
    .equals(_expanded, Identity("expand the square"))
    .equals(refined, ByDerivation(MEAN, 2, reason="their mean is the squared mean gradient"))
    .conclude()
)

_BIAS = "The output bias is trained."
_CONSTANT = "Constant neurons (zero input weight) may be there; they belong to no sum."
_LAW = r"""
$\norm{f}_{\mathrm S,u} = \sum_H\abs{a_H}\min(\onesidedweight_u(\nu_H,\beta_H), \onesidedweight_u(-\nu_H,-\beta_H))$ with the means under the law:
$\onesidedweight_u(v,b) = \sum_j u_j(\langle v,x_j\rangle - b)_+\,\bigl\lvert\sum_j u_j\mathbf 1\{\langle v,x_j\rangle > b\}(x_j,1)\bigr\rvert$.
""".strip()
_UNIFORM = r"$\norm{f}_{\mathrm S,T}$ is $\norm{f}_{\mathrm S,u}$ for the uniform law $u$ on $T$, and $m \ge 1$."
_TRAINED = "The output bias is trained, so that $q \\neq 0$."

CLAIM = Claim(
    name=NAME,
    title="Other weights of the data",
    statements=(
        Statement(
            name="vectors",
            text=r"""
For every vector $u \in \mathbb R^n$ on the data, with the sums over the neurons' own sides,
$$ \norm{u}^2\,\sharpness(K) \ge \frac1n\Bigl[(\mathbf 1^{\mathsf T}u)^2 + 2\sum_i\abs{a_i}\,
 \Bigl\lvert\sum_j u_j(\langle v_i,x_j\rangle - b_i)_+\Bigr\rvert\,\Bigl\lvert\sum_j u_j\mathbf 1\{\langle v_i,x_j\rangle > b_i\}(x_j,1)\Bigr\rvert\Bigr]. $$
""".strip(),
            hypotheses=(_BIAS, _CONSTANT),
            formal=sp.Ge(sharpness * squares, neurons_bound, evaluate=False),
            derivation=VECTOR,
            assumes=(top_eigenvalue,),
            theorems=("WeightsFromData.vector_bound", "WeightsFromData.unit_vector_bound"),
        ),
        Statement(
            name="shared-hyperplanes",
            text=r"""
The same bound holds with the hyperplanes $H$ for the neurons: $\abs{a_H}$, the size of the sum of the amplitudes on $H$ in either orientation, times the smaller of the
products $Z^{+}_HF^{+}_H$ and $Z^{-}_HF^{-}_H$ of the two sides. It is then one of the function: it holds for every net that computes $f$.
""".strip(),
            hypotheses=(
                _BIAS,
                "Every neuron with a nonzero input weight is on one of the hyperplanes of the sum.",
            ),
            formal=sp.Ge(sharpness * squares, hyperplanes_bound, evaluate=False),
            derivation=MERGED,
            assumes=(top_eigenvalue,),
            theorems=("WeightsFromData.vector_bound_merged", "WeightsFromData.unit_vector_bound_function"),
        ),
        Statement(
            name="laws",
            text=r"For every law $u$ on the data, $\ n\norm{u}^2\,\sharpness(K) \ge 1 + 2\norm{f}_{\mathrm S,u}$.",
            hypotheses=(
                _BIAS,
                r"$u_j \ge 0$ and $\sum_ju_j = 1$; in the formal relation only the sum is needed.",
                _LAW,
            ),
            formal=sp.Ge(n * squares * sharpness, 1 + 2 * norm_of_law, evaluate=False),
            derivation=LAW,
            assumes=(top_eigenvalue, is_law),
            theorems=("WeightsFromData.law_bound",),
        ),
        Statement(
            name="subsets",
            text=r"""
For every subset $T$ of $m$ of the $n$ data, $\ \dfrac nm\,\sharpness(K) \ge 1 + 2\norm{f}_{\mathrm S,T}$, the stability norm under the law of the subset. So a differentiable
interpolating minimum that is linearly stable at step size $\eta$ has $\ 1 + 2\norm{f}_{\mathrm S,T} \le \dfrac nm\,\dfrac2\eta$.
""".strip(),
            hypotheses=(_BIAS, _UNIFORM, _LAW),
            formal=sp.Ge(n / size * sharpness, 1 + 2 * norm_of_law, evaluate=False),
            derivation=SUBSET,
            assumes=(top_eigenvalue, not_empty),
            theorems=("WeightsFromData.subset_bound", "WeightsFromData.stable_subset"),
        ),
        Statement(
            name="constant-nets",
            text=r"""
A net without active neurons has $K = \mathbf 1\mathbf 1^{\mathsf T}/n$ and $\sharpness(K) = 1$, and the bound of a unit vector $u$ is
$$ \frac{(\mathbf 1^{\mathsf T}u)^2}n = 1 - \sum_j\Bigl(u_j - \frac1n\sum_l u_l\Bigr)^2, $$
that of the constant vector only if $u$ is constant: no other $u$ chosen from the data alone, and no proper subset, is at least as good as all data with equal weights for every net.
""".strip(),
            hypotheses=(_BIAS, r"$\norm{u} = 1$."),
            formal=sp.Eq(sp.Sum(data_vector[j], (j, 1, n)) ** 2 / n, constant_net_bound, evaluate=False),
            derivation=CONSTANT_NETS,
            assumes=(unit,),
            theorems=("WeightsFromData.no_better_vector",),
        ),
        Statement(
            name="subset-gain",
            text=r"""
If no neuron is active off $T$, the bound of $T$ exceeds that of all data, each with the neurons on their own sides, by
$$ \frac mn\Bigl(1 + 2\sum_i\abs{a_i}\onesidedweight_T(v_i,b_i)\Bigr) - \Bigl(1 + 2\sum_i\abs{a_i}\onesidedweight(v_i,b_i)\Bigr)
 = \Bigl(\frac nm - 1\Bigr)\Bigl(2\sum_i\abs{a_i}\onesidedweight(v_i,b_i) - \frac mn\Bigr). $$
So $T \neq$ all data is better exactly if $2\sum_i\abs{a_i}\onesidedweight(v_i,b_i) > m/n$.
""".strip(),
            hypotheses=(
                _BIAS,
                r"$\onesidedweight_T$ is the one-sided weight under the uniform law on $T$, and $m \ge 1$.",
            ),
            formal=sp.Eq(difference, gained, evaluate=False),
            derivation=GAIN,
            assumes=inactive,
        ),
        Statement(
            name="row-sums",
            text=r"""
With $s = K\mathbf 1$, that is $s_j = \langle\nabla f(x_j), q\rangle$, whose mean is $\norm{q}^2$, and $\operatorname{Var}(s) = \frac1n\sum_j(s_j - \norm{q}^2)^2$,
$$ \sharpness(K) \ge \frac{\frac1n\sum_j s_j^2}{\norm{q}^2} = \norm{q}^2 + \frac{\operatorname{Var}(s)}{\norm{q}^2}. $$
""".strip(),
            hypotheses=(
                r"$K = \frac1n\Phi^{\mathsf T}\Phi$ for any real matrix $\Phi$ with $q = \frac1n\Phi\mathbf 1 \neq 0$.",
            ),
            formal=sp.Ge(top, refined, evaluate=False),
            derivation=REFINED,
            assumes=(gram_below, squared),
            theorems=("WeightsFromData.row_sum_bound", "WeightsFromData.row_sum_varianceE"),
        ),
        Statement(
            name="norm-and-variance",
            text=r"""
Every net has $\ \sharpness(K) \ge 1 + 2\stabilitynorm{f} + \dfrac{\operatorname{Var}(s)}{\norm{q}^2}$; so at a differentiable interpolating minimum that is linearly
stable at step size $\eta$,
$$ \stabilitynorm{f} \le \frac1\eta - \frac12 - \frac{\operatorname{Var}(s)}{2\norm{q}^2}. $$
""".strip(),
            hypotheses=(_TRAINED,),
            theorems=("WeightsFromData.norm_and_variance", "WeightsFromData.stable_norm_and_variance"),
            rests_on=(
                "weights-from-data.row-sums",
                "sharpness-lower-bound.one-sided",
                "sharpness-lower-bound.merged",
            ),
        ),
        Statement(
            name="row-sums-on-mnist",
            text=r"""
For the carried networks the bound by the row sums is at least $0.97$ of $\sharpness(K)$, and it closes at least $0.6$ of the distance from $\norm{q}^2$ to $\sharpness(K)$.
""".strip(),
            instances=REFINED_MINIMA,
        ),
        Statement(
            name="subset-on-mnist",
            text=r"""
For the carried networks a subset of the data, all but four and all but nine of $64$, gives a lower bound by the stability norm that exceeds $1 + 2\stabilitynorm{f}$
by more than $0.7$ and $3$ per cent.
""".strip(),
            instances=SUBSET_NETS,
        ),
        Statement(
            name="class-on-mnist",
            text=r"""
For the carried networks the $32$ even digits of the $64$ data give a lower bound by the one-sided norm that exceeds $1 + 2\sum_i\abs{a_i}\onesidedweight(v_i,b_i)$
by more than $5$ per cent.
""".strip(),
            instances=CLASS_NETS,
        ),
    ),
    source=Source(OURS, "the stability norm under other laws on the data, and the variance of the row sums"),
    rests_on=("gram-form",),
    machine_refuted=(
        (
            "vectors of any length, without the square of the length",
            "WeightsFromData.control_vector_length",
            "shared-hyperplanes",
        ),
        ("Var(s) not divided by the squared mean gradient", "WeightsFromData.control_variance_undivided", "row-sums"),
    ),
    lemmas=(MEAN,),
)
