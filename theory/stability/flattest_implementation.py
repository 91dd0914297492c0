"""No rescaling of a net, and no implementation of a function, is flatter than a dual certificate says."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.stability.by_hyperplane.merged_amplitudes import AMPLITUDES, generic_points, reach, value_across
from theory.stability.by_hyperplane.oriented_neurons import merged_amplitude
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
from theory.symbols import H, sharpness

CLAIM = Claim(
    name=NAME,
    title="The flattest implementation: weak duality",
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
                r"$U = \sum_r u_ru_r^{\mathsf T}$ with $\operatorname{tr} U = 1$.",
                "Constant neurons (zero input weight) may be there; they belong to no sum.",
            ),
            formal=sp.Ge(sharpness, rescalings_bound, evaluate=False),
            derivation=RESCALINGS,
            assumes=(top_eigenvalue, trace_one),
            theorems=("FlattestImplementation.weak_duality_net",),
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
                r"$U = \sum_r u_ru_r^{\mathsf T}$ with $\operatorname{tr} U = 1$.",
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
            name="gap",
            text=r"""
For the listed nets there are a rescaling and a certificate $U$ whose two bounds of the smallest sharpness over all rescalings differ by at most one part in a million.
""".strip(),
            instances=(
                "the named small nets of the checks",
                "40 nets with normal weights on up to 60 points, seeds 0 to 39, and 40 even functions on symmetric data, seeds 0 to 39",
                "the net trained on raw MNIST at the largest step size",
            ),
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
