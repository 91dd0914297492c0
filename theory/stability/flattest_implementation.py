"""No rescaling of a net, and no implementation of a function, is flatter than a dual certificate says; the best rescaling and the best certificate meet."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.stability.by_hyperplane.merged_amplitudes import AMPLITUDES, generic_points, reach, value_across
from theory.stability.by_hyperplane.oriented_neurons import merged_amplitude
from theory.stability.duality.complementary_pairs import (
    OPTIMAL,
    STRONG,
    balance,
    barrier_weight,
    central_balance,
    central_path,
    greatest,
    infimum,
    least,
    supremum,
    top_eigenspace,
)
from theory.stability.lemmas.dual_certificates import (
    BEST_SCALE,
    HYPERPLANES,
    NAME,
    RESCALINGS,
    UNIFORM,
    hyperplanes_bound,
    rescalings_bound,
    top_eigenvalue,
    trace_one,
    uniform_bound,
)
from theory.symbols import H, n, sharpness

LARGE_STEPS = (
    "128-standardised-0.25",
    "128-standardised-0.4",
    "128-raw-0.65",
    "256-standardised-0.45",
    "256-raw-0.65",
)
"""Networks that the project carries, trained on so many MNIST digits: pixels and step size."""
SMALL_STEPS = ("64-standardised-0.03", "64-standardised-0.08", "64-raw-0.1", "64-raw-0.2")

_TRACE = r"$U = \sum_r u_ru_r^{\mathsf T}$ with $\operatorname{tr} U = 1$."
_BALANCED = r"Every neuron is balanced: $(w^{(2)}_i)^2\langle P_i,U\rangle = \lvert w^{(1)}_i\rvert^2\langle Q_i,U\rangle$. There are no constant neurons."

CLAIM = Claim(
    name=NAME,
    title="The flattest implementation: duality",
    statements=(
        Statement(
            name="rescalings",
            text=r"""
Every net with the neurons $a_i(\langle v_i,x\rangle - b_i)_+$, however it is rescaled, has
$$ \sharpness(K) \ge \frac1n\Bigl[ \mathbf 1^{\mathsf T}U\mathbf 1 + 2\sum_i \abs{a_i} \sqrt{\langle P_i,U\rangle\langle Q_i,U\rangle} \Bigr],
 \quad P_i = m_im_i^{\mathsf T}\circ\bigl(1 + \langle x_j, x_l\rangle\bigr)_{j,l},\ Q_i = z_iz_i^{\mathsf T}, $$
where $z_i$ has the entries $(\langle v_i, x_j\rangle - b_i)_+$ and $m_i$ the entries $\mathbf 1\{\langle v_i, x_j\rangle > b_i\}$.
""".strip(),
            hypotheses=(
                _TRACE,
                "Constant neurons (zero input weight) may be there; they belong to no sum.",
            ),
            formal=sp.Ge(sharpness, rescalings_bound, evaluate=False),
            derivation=RESCALINGS,
            assumes=(top_eigenvalue, trace_one),
            theorems=("FlattestImplementation.weak_duality_net",),
        ),
        Statement(
            name="complementary",
            text=r"""
A net and a certificate that fit together are both the best: where $U$ lives on the top eigenspace of $K$ and every neuron is balanced,
$$ \sharpness(K) = \frac1n\Bigl[ \mathbf 1^{\mathsf T}U\mathbf 1 + 2\sum_i \abs{a_i} \sqrt{\langle P_i,U\rangle\langle Q_i,U\rangle} \Bigr], $$
so no rescaling is flatter, and no certificate says more of the rescalings.
""".strip(),
            hypotheses=(_TRACE, r"$\langle K, U\rangle = \sharpness(K)$.", _BALANCED),
            formal=sp.Eq(sharpness, rescalings_bound, evaluate=False),
            derivation=OPTIMAL,
            assumes=(top_eigenspace, *balance.both),
            theorems=(
                "FlattestImplementation.complementary_pairP",
                "FlattestImplementation.complementary_pair_optimal",
            ),
        ),
        Statement(
            name="central-path",
            text=r"""
Where $U$ is balanced at a net and $\sharpness(K) - \langle K, U\rangle \le \varepsilon$, no rescaling is flatter than the net, and no certificate better than $U$, by more than
$\varepsilon$. On the central path, $(\lambda - K)U = \mu$ with $\lambda \ge \sharpness(K)$, it is $\varepsilon = n\mu$.
""".strip(),
            hypotheses=(_TRACE, _BALANCED),
            theorems=("FlattestImplementation.central_path_gap", "FlattestImplementation.central_point"),
        ),
        Statement(
            name="strong-duality",
            text=r"""
The two sides meet: over all rescalings $c$ of a net and all certificates $U$,
$$ \lambda_\ast = \inf_{c}\, \sharpness(K(c)) = \max_{U}\, \frac1n\Bigl[ \mathbf 1^{\mathsf T}U\mathbf 1 + 2\sum_i \abs{a_i} \sqrt{\langle P_i,U\rangle\langle Q_i,U\rangle} \Bigr] = D^\ast, $$
since $\lambda_\ast \le D^\ast + n\mu$ for every $\mu > 0$.
""".strip(),
            hypotheses=(
                r"Every neuron is active on some datum, with $w^{(1)}_i \neq 0$ and $w^{(2)}_i \neq 0$.",
                r"Given: the barrier $\lambda/\mu - \log\det(\lambda - K(c))$ attains its minimum over $\lambda > \sharpness(K(c))$ and $c > 0$.",
            ),
            formal=sp.Le(least, greatest + n * barrier_weight, evaluate=False),
            derivation=STRONG,
            assumes=(infimum, supremum, central_path, *central_balance.both),
        ),
        Statement(
            name="convexity",
            text=r"""
$\sharpness(K)$ is a convex function of the squared scales $c_i^2$, in units of any one rescaling: for $0 \le h \le 1$ and $(c''_i)^2 = (1-h)c_i^2 + h(c'_i)^2$
$$ \sharpness(K(c'')) \le (1-h)\,\sharpness(K(c)) + h\,\sharpness(K(c')), $$
and of their logarithms: with $(c''_i)^2 = c_ic'_i$ it holds for $h = \frac12$.
""".strip(),
            hypotheses=(
                r"$c_i, c'_i > 0$; the rescaling $K(c)$ is that of $(w^{(1)}_i/c_i,\, b^{(1)}_i/c_i,\, c_iw^{(2)}_i)$.",
            ),
            theorems=("FlattestImplementation.sharpness_convex", "FlattestImplementation.sharpness_log_convex"),
        ),
        Statement(
            name="hyperplanes",
            text=r"""
With $a_H$ the sum of the amplitudes of the neurons on hyperplane $H = \{\langle\nu_H,x\rangle = \beta_H\}$, in either orientation, and $P^\pm_H$, $Q^\pm_H$ those of the two
orientations $(\nu_H,\beta_H)$ and $(-\nu_H,-\beta_H)$,
$$ \sharpness(K) \ge \frac1n\Bigl[ \mathbf 1^{\mathsf T}U\mathbf 1 + 2\sum_H \abs{a_H}
 \min\Bigl(\sqrt{\langle P^+_H,U\rangle\langle Q^+_H,U\rangle}, \sqrt{\langle P^-_H,U\rangle\langle Q^-_H,U\rangle}\Bigr)\Bigr]. $$
""".strip(),
            hypotheses=(
                _TRACE,
                "Every neuron with a nonzero input weight is on one of the hyperplanes of the sum.",
            ),
            formal=sp.Ge(sharpness, hyperplanes_bound, evaluate=False),
            derivation=HYPERPLANES,
            assumes=(top_eigenvalue, trace_one),
            theorems=("FlattestImplementation.weak_duality_reduced",),
        ),
        Statement(
            name="amplitudes",
            text=r"""
The function alone fixes $a_H$: with $z_H$ on $H$ and on no other hyperplane of the net, and $\tau_H > 0$ so small that none is crossed,
$$ f(z_H + \tau_H\nu_H) + f(z_H - \tau_H\nu_H) - 2f(z_H) = \tau_H a_H. $$
""".strip(),
            hypotheses=(
                r"$\nu_H$ is a unit vector; between $z_H - \tau_H\nu_H$ and $z_H + \tau_H\nu_H$ the hyperplane $H$ is crossed, at $z_H$, and no other.",
            ),
            formal=sp.Eq(
                value_across(1) + value_across(-1) - 2 * value_across(0), reach[H] * merged_amplitude(), evaluate=False
            ),
            derivation=AMPLITUDES,
            assumes=generic_points,
        ),
        Statement(
            name="implementations",
            text=r"""
The bound of the second display, with the $a_H$ of the function, holds for every net of any width that computes this function on all of $\mathbb R^d$.
""".strip(),
            hypotheses=(
                r"The implementations compute the same function on all of $\mathbb R^d$; $\operatorname{tr} U = 1$.",
            ),
            theorems=("FlattestImplementation.weak_duality_function",),
        ),
        Statement(
            name="constant-certificate",
            text=r"""
At $U = \mathbf 1\mathbf 1^{\mathsf T}/n$ the right side is $1 + 2\stabilitynorm{f}$, side by side:
$\frac1n\bigl[\mathbf 1^{\mathsf T}U\mathbf 1 + 2\abs a\sqrt{\langle P,U\rangle\langle Q,U\rangle}\bigr] = 1 + 2\abs a\,\onesidedweight(v,b)$.
""".strip(),
            formal=sp.Eq(UNIFORM.start, uniform_bound, evaluate=False),
            derivation=UNIFORM,
        ),
        Statement(
            name="of-any-width",
            text=r"""
Where $U$ lives on the top eigenspace of $K$, every neuron is balanced and alone on its hyperplane, and its orientation is the one that costs less,
$\langle P_i,U\rangle\langle Q_i,U\rangle \le \langle P^-_i,U\rangle\langle Q^-_i,U\rangle$ with $P^-_i$, $Q^-_i$ of the neuron turned round, no net of any width that computes the same
function on all of $\mathbb R^d$ is flatter.
""".strip(),
            hypotheses=(_TRACE, r"$\langle K, U\rangle = \sharpness(K)$.", _BALANCED),
            theorems=("FlattestImplementation.complementary_pair_function",),
        ),
        Statement(
            name="gap",
            text=r"""
For the listed nets there are a rescaling and a certificate $U$ whose two bounds of the smallest sharpness over all rescalings differ by at most one part in $10^9$.
""".strip(),
            instances=(
                "the named small nets of the checks",
                "nets of 25 kinds that are hard to rescale, seeds 0 to 3 of each: data centred, symmetric, duplicated, on kinks, far apart, of all sizes; "
                "neurons duplicated, dead, constant, without output, unbalanced by up to twelve orders of magnitude; one datum, one input, "
                "more neurons than data and fewer, top eigenvalues of multiplicity up to 6",
                "the net trained on raw MNIST at the largest step size",
            ),
        ),
        Statement(
            name="large-steps",
            text=r"""
No net of any width that computes the same function as a listed network is flatter than the best rescaling of that network by more than one part in $10^9$.
""".strip(),
            instances=tuple(f"the trained network {name}" for name in LARGE_STEPS),
        ),
        Statement(
            name="small-steps",
            text=r"""
After training at a small step size rescaling is not all: the listed networks have implementations that are flatter than their best rescaling, and no implementation is flatter
than the bound, which lies below those found.
""".strip(),
            hypotheses=(
                "The implementation found has one or two neurons on each hyperplane of the net, and two more for the affine part that turning neurons round leaves.",
            ),
            instances=tuple(f"the trained network {name}" for name in SMALL_STEPS),
        ),
    ),
    source=Source(OURS, "weak duality for every implementation, not only for rescalings"),
    rests_on=("gram-form",),
    lemmas=(BEST_SCALE,),
    machine_refuted=(("the trace of the certificate need not be 1", "Controls.control_flattest_trace", "hyperplanes"),),
    remarks=r"""
Nothing is lost at a neuron with $(w^{(2)}_i)^2 = \abs{a_i}\sqrt{\langle Q_i,U\rangle/\langle P_i,U\rangle}$; the search for a flat rescaling takes this scale again and again.
""".strip(),
)
