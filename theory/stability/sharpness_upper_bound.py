"""How flat a rescaling of a given net can be: the trace bound, with the best scale for every neuron."""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel.functions import relu
from theory.stability.lemmas.trace_of_rescalings import (
    ATTAINED,
    INFIMUM,
    NAME,
    TRACE_FROM_BELOW,
    assumed,
    form,
    form_with_silent,
    o,
    silent,
    silent_length,
    silent_offset,
    silent_scale,
    silent_trace,
    tolerance,
    trace,
    unit,
    value,
)
from theory.symbols import j, mean

CLAIM = Claim(
    name=NAME,
    title="Upper bound of the sharpness over rescalings",
    statements=(
        Statement(
            name="attained",
            text=r"""
If all $w^{(1)}_i$ and $w^{(2)}_i$ are nonzero there are $\gamma_i > 0$ such that the net with $(\gamma_iw^{(1)}_i, \gamma_ib^{(1)}_i, w^{(2)}_i/\gamma_i)$ has
$$ \sharpness(K) \le 1 + 2\sum_i \abs{a_i}\,\hat g(v_i, b_i), \qquad
 \hat g(v,b) = \sqrt{\E[(\langle v,X\rangle - b)_+^2]\;\E[(1 + \norm{X}^2)\mathbf 1_A]},\ A = \{\langle v,X\rangle > b\}; $$
that is, $u^{\mathsf T}Ku$ is at most so much times $\norm u^2$ for every $u$. At these scales the right side is the trace of $K$.
""".strip(),
            hypotheses=(
                r"$w^{(1)}_i \neq 0$ and $w^{(2)}_i \neq 0$ for all $i$: constant neurons are folded into the output bias first.",
                "Every neuron is active at a datum; one that is not adds nothing to $K$ at any scale.",
            ),
            formal=sp.Le(form, value * unit, evaluate=False),
            derivation=ATTAINED,
            assumes=assumed,
            theorems=("SharpnessUpperBound.sharpness_upper_bound_attained",),
        ),
        Statement(
            name="infimum",
            text=r"""
With neurons $w^{(2)}_i = 0$ as well, there are for every $\varepsilon > 0$ scales with
$\sharpness(K) \le 1 + 2\sum_i \abs{a_i}\,\hat g(v_i,b_i) + \varepsilon$: the infimum over all rescalings is at most $1 + 2\sum_i \abs{a_i}\,\hat g(v_i,b_i)$.
""".strip(),
            hypotheses=(
                r"$w^{(1)}_i \neq 0$ for all $i$.",
                r"Every neuron with $w^{(2)}_i \neq 0$ is active at a datum; one that is not adds nothing to $K$ at any scale.",
            ),
            formal=sp.Le(form_with_silent, (value + tolerance) * unit, evaluate=False),
            derivation=INFIMUM,
            assumes=assumed,
            theorems=("SharpnessUpperBound.sharpness_upper_bound",),
        ),
        Statement(
            name="trace",
            text=r"""
No scales make the trace of $K$ smaller, and a neuron $w^{(2)}_o = 0$ that is active at a datum keeps it above: at all scales
$$ \operatorname{tr} K \ge 1 + 2\sum_i \abs{a_i}\,\hat g(v_i,b_i) + \sum_{o:\,w^{(2)}_o = 0} \gamma_o^2\,\norm{w^{(1)}_o}^2\,\E(\langle v_o,X\rangle - b_o)_+^2. $$
""".strip(),
            hypotheses=(r"$w^{(1)}_i \neq 0$ for all $i$.",),
            formal=sp.Ge(
                trace + silent_trace,
                value
                + sp.Sum(
                    silent_scale[o] ** 2 * silent_length[o] ** 2 * mean(relu(silent_offset(j)) ** 2), (o, 1, silent)
                ),
                evaluate=False,
            ),
            derivation=TRACE_FROM_BELOW,
        ),
    ),
    source=Source(OURS, "the trace of the Gram matrix, with the scales that minimise it"),
    rests_on=("gram-form",),
    machine_refuted=(("constant neurons allowed", "Controls.control_upper_bound_constant_neuron", "infimum"),),
)
