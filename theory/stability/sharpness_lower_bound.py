r"""The sharpness of a net is at least one plus twice its stability norm.

The Rayleigh quotient at the mean gradient :math:`q = \mathbb E\nabla f` is at least :math:`\lvert q\rvert^2`; the inequality of the arithmetic
and geometric mean, neuron by neuron, turns this into the one-sided weights, and merging neurons that share a hyperplane into the
stability norm. The net is listed as in `theory.stability.by_hyperplane.network`.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source, Statement
from theory.kernel import ByDerivation, Chain, Drop, Identity, Rewrite
from theory.quantities import lever_square, names
from theory.stability.by_hyperplane.balanced_neurons import (
    BALANCED,
    GAP,
    ONE_SIDED,
    ONLY_BALANCED,
    balanced,
    equality,
    gap_of_neurons,
    gap_of_place,
    weighted,
)
from theory.stability.by_hyperplane.mean_gradient import MEAN_GRADIENT, NAME, RAYLEIGH, blocks, largest
from theory.stability.by_hyperplane.network import (
    amplitude,
    amplitudes,
    features,
    g,
    gradient_square,
    merging,
    neuron_square,
    norm_definition,
    off_kinks,
    one_sided,
    one_sided_norm,
    output_weight,
    over_coordinates,
    over_neurons,
    over_places,
    planes,
    present,
    proper,
    scale,
    smaller,
    stability_norm,
    weights,
)
from theory.symbols import H, c, i, indexed, k, scalar, sharpness

__all__ = ["CLAIM", "g", "norm_definition", "planes", "stability_norm"]

_both = sp.Sum((present[1][H, i] + present[-1][H, i]) * sp.Abs(output_weight[H, i]) * scale[H, i] * proper(), (i, 1, k))
_signed = sp.Sum((present[1][H, i] + present[-1][H, i]) * output_weight[H, i] * scale[H, i] * proper(), (i, 1, k))
MERGED = (
    Chain(
        "Merging the neurons of each hyperplane",
        one_sided_norm,
        hypotheses=(*weights, *amplitudes, merging, norm_definition),
        claim=NAME,
    )
    .equals(
        over_places(lambda s: sp.Abs(amplitude[s][H, i]) * (one_sided[s][H] + g[H] - smaller())),
        Rewrite("definition of the weight", ["weight"]),
    )
    .at_least(
        over_places(lambda s: sp.Abs(amplitude[s][H, i]) * g[H]),
        Drop(
            "the smaller of the two orientations",
            over_places(lambda s: sp.Abs(amplitude[s][H, i]) * (one_sided[s][H] - smaller())),
        ),
    )
    .equals(sp.Sum(g[H] * _both, (H, 1, planes)), Rewrite("definition of the amplitudes", names(amplitudes)))
    .at_least(
        sp.Sum(g[H] * sp.Abs(_signed), (H, 1, planes)),
        Drop("triangle inequality on each hyperplane", sp.Sum(g[H] * (_both - sp.Abs(_signed)), (H, 1, planes))),
    )
    .equals(
        stability_norm,
        Rewrite("definition of the stability norm", ["stability norm", "merged amplitude", *names(amplitudes)]),
    )
    .conclude()
)
NORM = (
    Chain(
        "The squared mean gradient and the stability norm",
        gradient_square,
        hypotheses=(*weighted, merging, norm_definition),
        claim=NAME,
    )
    .at_least(1 + 2 * one_sided_norm, ByDerivation(ONE_SIDED, reason="neuron by neuron"))
    .at_least(1 + 2 * stability_norm, ByDerivation(MERGED, 2, reason="hyperplane by hyperplane"))
    .conclude()
)
LOWER_BOUND = (
    Chain(
        "Together",
        sharpness,
        hypotheses=(*features, *RAYLEIGH.hypotheses, *NORM.hypotheses),
        claim=NAME,
    )
    .at_least(gradient_square, ByDerivation(RAYLEIGH, reason="the mean gradient as a test vector"))
    .at_least(1 + 2 * stability_norm, ByDerivation(NORM, reason="the squared mean gradient and the stability norm"))
    .conclude()
)

probability = scalar("probability", "P", positive=True)
conditional_excess = scalar("conditional_excess", "e", nonnegative=True)
conditional_mean = indexed("conditional_mean", r"\mu")
CONDITIONAL = (
    Chain(
        "The weight in terms of conditional means",
        (probability * conditional_excess)
        * sp.sqrt(lever_square(probability, over_coordinates((probability * conditional_mean[c]) ** 2))),
        claim=NAME,
    )
    .equals(
        probability**2 * conditional_excess * sp.sqrt(1 + over_coordinates(conditional_mean[c] ** 2)),
        Identity("the probability of A is a common factor"),
    )
    .conclude()
)

_LISTED = "The neurons are listed by hyperplane, those with input weight 0 under the vector 0."
_KINKS = r"No datum is on a kink, so that $\nabla f(x_j)$ exists."
_BIAS = "The output bias is trained (without it the constant 1 is absent)."

CLAIM = Claim(
    name=NAME,
    title="Lower bound of the sharpness",
    statements=(
        Statement(
            name="mean-gradient",
            text=r"""
$\norm{\E\nabla f(X)}^2 = 1 + \sum_i \bigl[ (\E z_i)^2 + (w^{(2)}_i)^2(P_i^2 + \norm{\E[X\mathbf 1_{A_i}]}^2) \bigr]$, where
$z_i = (\langle w^{(1)}_i,X\rangle + b^{(1)}_i)_+$, $A_i = \{z_i > 0\}$ and $P_i = \Prob(A_i)$.
""".strip(),
            hypotheses=(_KINKS, _BIAS, _LISTED),
            formal=sp.Eq(blocks, 1 + over_neurons(neuron_square), evaluate=False),
            derivation=MEAN_GRADIENT,
            assumes=off_kinks,
            theorems=("SharpnessLowerBound.mean_gradient_squareE",),
        ),
        Statement(
            name="rayleigh",
            text=r"$\sharpness\bigl(\frac1n\Phi\Phi^{\mathsf T}\bigr) \ge \norm{q}^2$, $q = \E\nabla f(X)$.",
            hypotheses=(
                _BIAS,
                r"$\sharpness$ bounds the form of $\frac1n\Phi\Phi^{\mathsf T}$ from above: its largest eigenvalue, or any number above it; at $q$ is enough.",
            ),
            formal=sp.Ge(sharpness, gradient_square, evaluate=False),
            derivation=RAYLEIGH,
            assumes=(largest,),
            theorems=("SharpnessLowerBound.sharpness_ge_mean_gradient",),
            rests_on=("gram-form.bound-of-gram", "gram-form.bound-of-hessian"),
        ),
        Statement(
            name="one-sided",
            text=r"""
$\norm{q}^2 \ge 1 + 2\sum_i \abs{a_i}\,\onesidedweight(v_i,b_i)$. A neuron with $w^{(1)}_i \neq 0$ is $a_i(\langle v_i,x\rangle - b_i)_+$ with a unit vector
$v_i$; constant neurons have $a_i = 0$; and
$\onesidedweight(v,b) = \E[(\langle v,X\rangle - b)_+] \sqrt{\Prob(A)^2 + \norm{\E[X\mathbf 1_A]}^2}$, $A = \{\langle v,X\rangle > b\}$.
""".strip(),
            hypotheses=(_BIAS, _LISTED),
            formal=sp.Ge(gradient_square, 1 + 2 * one_sided_norm, evaluate=False),
            derivation=ONE_SIDED,
        ),
        Statement(
            name="merged",
            text=r"""
$\sum_i \abs{a_i}\,\onesidedweight(v_i,b_i) \ge \stabilitynorm{f} = \sum_H \bigl\lvert\sum_{i \text{ on } H} a_i\bigr\rvert\, g_H$, the sum over the distinct
hyperplanes, in either orientation, with $g(v,b) = \min\bigl(\onesidedweight(v,b), \onesidedweight(-v,-b)\bigr)$.
""".strip(),
            hypotheses=(_LISTED,),
            formal=sp.Ge(one_sided_norm, stability_norm, evaluate=False),
            derivation=MERGED,
        ),
        Statement(
            name="lower-bound",
            text=r"$\sharpness\bigl(\frac1n\Phi\Phi^{\mathsf T}\bigr) \ge 1 + 2\stabilitynorm{f}$.",
            hypotheses=(_KINKS, _BIAS, _LISTED),
            formal=sp.Ge(sharpness, 1 + 2 * stability_norm, evaluate=False),
            derivation=LOWER_BOUND,
            assumes=(largest,),
            theorems=("SharpnessLowerBound.sharpness_ge_stability_norm",),
            rests_on=("gram-form.bound-of-gram", "gram-form.bound-of-hessian"),
        ),
        Statement(
            name="loss-of-the-means",
            text=r"""
$\norm{q}^2 - 1 - 2\sum_i\abs{a_i}\,\onesidedweight(v_i,b_i) = \sum_{w^{(1)}_i \neq 0} (\E z_i - \abs{w^{(2)}_i}F_i)^2 + \sum_{w^{(1)}_i = 0} (\E z_i)^2 + (w^{(2)}_iF_i)^2$
with $F_i^2 = P_i^2 + \norm{\E[X\mathbf 1_{A_i}]}^2$.
""".strip(),
            hypotheses=(_BIAS, _LISTED),
            formal=sp.Eq(gradient_square - 1 - 2 * one_sided_norm, gap_of_neurons, evaluate=False),
            derivation=GAP,
        ),
        Statement(
            name="equality-if-balanced",
            text=r"""
If every neuron with $w^{(1)}_i \neq 0$ is balanced, $\E z_i = \abs{w^{(2)}_i}F_i$, and every constant neuron has $\E z_i = 0$ and $w^{(2)}_iF_i = 0$, then
$\norm{q}^2 = 1 + 2\sum_i\abs{a_i}\,\onesidedweight(v_i,b_i)$.
""".strip(),
            hypotheses=(_BIAS, _LISTED),
            formal=sp.Eq(gradient_square, 1 + 2 * one_sided_norm, evaluate=False),
            derivation=BALANCED,
            assumes=balanced,
            theorems=("SharpnessLowerBound.one_sided_equality",),
        ),
        Statement(
            name="equality-only-if-balanced",
            text=r"""
If $\norm{q}^2 = 1 + 2\sum_i\abs{a_i}\,\onesidedweight(v_i,b_i)$, then the squares in which a neuron fails to be balanced add up to at most 0, neuron by neuron:
$\E z_i = \abs{w^{(2)}_i}F_i$ where $w^{(1)}_i \neq 0$, and $\E z_i = 0 = w^{(2)}_iF_i$ for constant neurons.
""".strip(),
            hypotheses=(_BIAS, _LISTED),
            formal=sp.Le(gap_of_place, 0, evaluate=False),
            derivation=ONLY_BALANCED,
            assumes=(equality,),
            theorems=("SharpnessLowerBound.one_sided_equality",),
        ),
        Statement(
            name="equality",
            text=r"""
$\sharpness\bigl(\frac1n\Phi\Phi^{\mathsf T}\bigr) = 1 + 2\stabilitynorm{f}$ if and only if each of these holds: all row sums of $K = \frac1n\Phi^{\mathsf T}\Phi$ are
$\sharpness$; every neuron with $w^{(1)}_i \neq 0$ is balanced, $\E z_i = \abs{w^{(2)}_i}F_i$, and every constant neuron has $\E z_i = 0$; every neuron with $a_i \neq 0$
is on the cheaper side of its hyperplane, $\onesidedweight(v_i,b_i) = g(v_i,b_i)$; and the amplitudes on a hyperplane with $g_H > 0$ have one sign.
""".strip(),
            hypotheses=(_KINKS, _BIAS),
            theorems=("SharpnessLowerBound.sharpness_equality",),
        ),
        Statement(
            name="conditional-means",
            text=r"""
Where $P = \Prob(A) > 0$, $\onesidedweight(v,b) = P^2\,e\sqrt{1 + \norm{\mu}^2}$ with $e = \E[\langle v,X\rangle - b \mid A]$ and $\mu = \E[X \mid A]$, since
$\E[(\langle v,X\rangle - b)_+] = Pe$ and $\E[X\mathbf 1_A] = P\mu$.
""".strip(),
            formal=sp.Eq(
                (probability * conditional_excess)
                * sp.sqrt(lever_square(probability, over_coordinates((probability * conditional_mean[c]) ** 2))),
                probability**2 * conditional_excess * sp.sqrt(1 + over_coordinates(conditional_mean[c] ** 2)),
                evaluate=False,
            ),
            derivation=CONDITIONAL,
            theorems=("Weight.conditional_weightE",),
        ),
        Statement(
            name="norm-of-the-function",
            text=r"For every data set $\stabilitynorm{f}$ depends on the function only: two nets of any widths that agree on all of $\mathbb R^d$ have the same norm.",
            theorems=("StabilityNorm.stability_norm_function",),
        ),
    ),
    source=Source(
        PAPER, "the bound of a weighted Laplacian by the step size; stated and derived here from first principles"
    ),
    machine_refuted=(
        ("any constant above 1", "Controls.control_lower_bound_one", "lower-bound"),
        ("any factor above 2 of the sum of one-sided weights", "Controls.control_lower_bound_two", "one-sided"),
        ("P + |E X 1| in place of the root", "Controls.control_weight_root", "lower-bound"),
        ("P in place of P^2 under the root", "Controls.control_weight_square", "lower-bound"),
        ("g with max in place of min", "Controls.control_weight_max", "lower-bound"),
        (
            "equality where constant neurons have E z = |w2| F, not both 0",
            "Controls.control_balanced_constant_neuron",
            "equality-if-balanced",
        ),
        ("neurons not merged, yet a norm of the function", "Controls.control_unmerged_norm", "norm-of-the-function"),
    ),
    remarks=r"""
In the derivations place $(H,i)$ of a list may hold a neuron of scale $\varrho = \norm{w^{(1)}}$ and output weight $w$ on the hyperplane
$\{\langle v_H,x\rangle = b_H\}$, in the orientation of $v_H$ (where $\chi^{+} = 1$) or in the other ($\chi^{-} = 1$). The weights of both orientations are computed from
$v_H$, $b_H$ and the data, and neurons share a hyperplane because they are listed under it. For a constant neuron $F = 0$ means that it is not active.
""".strip(),
)
