r"""Shallow nets with several outputs: the mean gradients, and the norm of the function as a convex program.

All outputs share the first layer. The residual part of the Hessian does not touch the output biases, and so the mean gradients
:math:`Q = (q_1, \dots, q_m)` have :math:`Q^{\mathsf T}Q \preceq (2/\eta)I` wherever :math:`0 \preceq \hessian \preceq (2/\eta)I`. Every positive semidefinite matrix
of trace 1 makes a seminorm of the amplitudes of it that is bounded.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.symbols import eta, mean
from theory.wider.lemmas.vectors.losses import ANY_LOSS, curvature_above, curvature_below
from theory.wider.lemmas.vectors.losses import end as end_of_loss
from theory.wider.lemmas.vectors.losses import neurons as neurons_of_loss
from theory.wider.lemmas.vectors.network import (
    COLUMN,
    MEAN_GRADIENTS,
    NAME,
    UNIT,
    along,
    blocks,
    combined_square,
    direction,
    length,
    loss,
    off_kinks,
    output,
    outputs,
    over_outputs,
    r,
    shift,
)
from theory.wider.lemmas.vectors.states import (
    BOUNDED,
    FLAT,
    LENGTHS,
    STATE,
    at_flat_points,
    bounded,
    curved,
    end,
    length_norm,
    square,
    state_norm,
    trace_one,
    unit_plane,
    units,
)
from theory.wider.lemmas.vectors.upper_ends import (
    STRONG,
    UPPER,
    barrier_weight,
    best_scales,
    central_path,
    central_trace,
    greatest,
    infimum,
    least,
    supremum,
    top,
    unit_trace,
    upper_end,
)

_NET = r"$f(x) = \sum_i w^{(2)}_i(\langle w^{(1)}_i, x\rangle + b^{(1)}_i)_+ + b^{(2)} \in \mathbb R^m$, all output biases trained; the loss is $\frac1{2n}\sum_j \norm{f(x_j) - y_j}^2$."
_KINKS = "No datum is on a kink."
_ANY = "Any parameters, interpolating or not, stationary or not."
_LISTED = "The neurons are listed by hyperplane, those with input weight 0 under the vector 0."
_STATE = r"$\rho \succeq 0$ and $\operatorname{tr}\rho = 1$."
_FLAT = r"$\eta > 0$ and $0 \preceq \hessian \preceq (2/\eta)I$."
_BOUNDED = (
    "vector-outputs.bounded",
    "vector-outputs.mean-gradients",
    "sharpness-lower-bound.one-sided",
)

CLAIM = Claim(
    name=NAME,
    title="Several outputs",
    statements=(
        Statement(
            name="column",
            text=r"$\hessian e_u = Qu := \sum_r u_r\,\E\nabla f_r(X)$ with $e_u$ the direction $u \in \mathbb R^m$ in the output biases: $\langle t, \hessian e_u\rangle = \langle t, Qu\rangle$ for every direction $t$.",
            hypotheses=(
                r"$f(x) = h(x; \theta) + b^{(2)}$ with a trained bias $b^{(2)} \in \mathbb R^m$, and $h(x_j; \cdot)$ twice differentiable at $\theta$; the loss is $\frac1{2n}\sum_j \norm{f(x_j) - y_j}^2$.",
                _ANY,
            ),
            formal=sp.Eq(
                sp.Derivative(loss, shift, along),
                mean(over_outputs(direction[r] * sp.Derivative(output, along))),
                evaluate=False,
            ),
            derivation=COLUMN,
        ),
        Statement(
            name="unit-curvature",
            text=r"$\langle e_u, \hessian e_u\rangle = \norm u^2$.",
            hypotheses=(r"As before: any net with $m$ trained output biases.", _ANY),
            formal=sp.Eq(sp.Derivative(loss, shift, shift), length, evaluate=False),
            derivation=UNIT,
        ),
        Statement(
            name="mean-gradients",
            text=r"""
$Q^{\mathsf T}Q = \bigl(1 + \sum_i (\E z_i)^2\bigr)I + \sum_i F_i^2\,w^{(2)}_i(w^{(2)}_i)^{\mathsf T}$ with the outputs $z_i$ of the neurons and
$F_i^2 = P_i^2 + \norm{\E[X\mathbf 1_i]}^2$: $\norm{Qu}^2 = \norm u^2\bigl(1 + \sum_i (\E z_i)^2\bigr) + \sum_i F_i^2\langle u, w^{(2)}_i\rangle^2$ for all $u$.
""".strip(),
            hypotheses=(_NET, _KINKS),
            formal=sp.Eq(blocks, combined_square, evaluate=False),
            derivation=MEAN_GRADIENTS,
            assumes=(off_kinks,),
            theorems=("VectorOutputs.mean_gradients_gram", "VectorOutputs.combined_gradient_square"),
        ),
        Statement(
            name="bounded",
            text=r"If $-\nu I \preceq \hessian \preceq \lambda I$ with $\nu \ge 0$, then $Q^{\mathsf T}Q \preceq (\lambda + \nu(\lambda - 1))I$: $\norm{Qu}^2 \le \lambda + \nu(\lambda - 1)$ for all $\norm u = 1$.",
            hypotheses=(
                r"Any net with $m$ trained output biases.",
                _ANY,
                r"$\lambda > 0$; the plane of $e_u$ and $Qu$ is enough.",
            ),
            formal=sp.Le(square, end, evaluate=False),
            derivation=BOUNDED,
            assumes=curved,
            rests_on=("vector-outputs.column", "vector-outputs.unit-curvature"),
        ),
        Statement(
            name="every-state",
            text=r"""
If $-\nu I \preceq \hessian \preceq \lambda I$, then $\displaystyle 1 + 2\sum_H \sqrt{\langle a_H, \rho\,a_H\rangle}\;g_H \le \lambda + \nu(\lambda - 1)$, with $a_H \in \mathbb R^m$ the sum of the
amplitudes $\norm{w^{(1)}_i}w^{(2)}_i$ on the hyperplane $H$, in either orientation.
""".strip(),
            hypotheses=(_NET, _KINKS, _ANY, _LISTED, _STATE, r"$\lambda > 0$, $\nu \ge 0$."),
            formal=sp.Le(1 + 2 * state_norm, end, evaluate=False),
            derivation=STATE,
            assumes=(*units, trace_one, bounded),
            theorems=("VectorOutputs.every_state", "VectorOutputs.psd_factor"),
            rests_on=_BOUNDED,
        ),
        Statement(
            name="flat-points",
            text=r"There $\displaystyle \stabilitynorm f := \max_{\rho}\,\sum_H \sqrt{\langle a_H, \rho\,a_H\rangle}\;g_H \le \frac1\eta - \frac12$, the maximum over all $\rho \succeq 0$ with $\operatorname{tr}\rho = 1$: each of these sums is at most $1/\eta - 1/2$.",
            hypotheses=(_NET, _KINKS, _ANY, _LISTED, _FLAT),
            formal=sp.Le(state_norm, 1 / eta - sp.Rational(1, 2), evaluate=False),
            derivation=FLAT,
            assumes=(at_flat_points,),
            theorems=("VectorOutputs.stable_state", "VectorOutputs.bounded_state"),
            rests_on=("vector-outputs.every-state",),
        ),
        Statement(
            name="lengths",
            text=r"There $\displaystyle \sum_H \norm{a_H}\,g_H \le \sqrt m\,\Bigl(\frac1\eta - \frac12\Bigr)$.",
            hypotheses=(_NET, _KINKS, _ANY, _LISTED, _FLAT),
            formal=sp.Le(length_norm, sp.sqrt(outputs) * (1 / eta - sp.Rational(1, 2)), evaluate=False),
            derivation=LENGTHS,
            assumes=(at_flat_points,),
            theorems=("VectorOutputs.stable_lengths",),
            rests_on=("vector-outputs.every-state",),
        ),
        Statement(
            name="upper-end",
            text=r"""
For all $s_H > 0$ and every $\rho$,
$\displaystyle \sum_H \sqrt{\langle a_H, \rho\,a_H\rangle}\;g_H \le \tfrac12\Bigl[\sharpness\Bigl(\sum_H s_Hg_H\,a_Ha_H^{\mathsf T}\Bigr) + \sum_H \frac{g_H}{s_H}\Bigr]$.
""".strip(),
            hypotheses=(_STATE, "Any vectors $a_H$ and numbers $g_H \\ge 0$."),
            formal=sp.Le(state_norm, upper_end, evaluate=False),
            derivation=UPPER,
            assumes=(unit_plane, unit_trace, top),
        ),
        Statement(
            name="strong-duality",
            text=r"""
The ends meet: $\stabilitynorm f$ is the infimum $\Lambda_\ast$ of the right side over all $s$, since $\Lambda_\ast \le \stabilitynorm f + m\mu$ for every $\mu > 0$. It is attained, at
$s_H = 1/\sqrt{\langle a_H, \rho\,a_H\rangle}$ for the best $\rho$, if no $a_H$ with $g_H > 0$ vanishes.
""".strip(),
            hypotheses=(
                r"Hyperplanes with $a_H = 0$ or $g_H = 0$ are left out.",
                r"Given: $\sum_H \sqrt{\langle a_H, \rho\,a_H\rangle}\;g_H + \mu\log\det\rho$ attains its maximum over $\rho \succ 0$ with $\operatorname{tr}\rho = 1$, and is stationary there.",
            ),
            formal=sp.Le(least, greatest + outputs * barrier_weight, evaluate=False),
            derivation=STRONG,
            assumes=(infimum, supremum, best_scales, central_path, central_trace),
        ),
        Statement(
            name="one-direction",
            text=r"For $\rho = uu^{\mathsf T}$ the sum is the stability norm $\stabilitynorm{\langle u, f\rangle}$ of the net $\langle u, f\rangle$ with one output; so for $m = 1$ the norm is that of one output, and $\stabilitynorm f \ge \max_{\norm u = 1}\stabilitynorm{\langle u, f\rangle}$.",
            theorems=("VectorOutputs.state_of_direction",),
        ),
        Statement(
            name="mixed-states",
            text=r"$\stabilitynorm f \le \sqrt{\pi/2}\,\max_{\norm u = 1}\stabilitynorm{\langle u, f\rangle}$.",
            hypotheses=(
                r"Proved in the remarks, and tested; the constant is that of Nesterov's relaxation, of whose maximum over signs the right side is one.",
            ),
        ),
        Statement(
            name="norm-of-the-function",
            text=r"For every $\rho$ the sum depends on the function only: two nets of any widths that agree on all of $\mathbb R^d$ have the same.",
            theorems=("VectorOutputs.state_norm_function",),
        ),
        Statement(
            name="gram",
            text=r"""
Where the net interpolates, $\hessian = \frac1n\Phi\Phi^{\mathsf T}$ with the gradients of all outputs at all data, and $K = \frac1n\Phi^{\mathsf T}\Phi$, $nm \times nm$, is
$$ nK = (\mathbf 1\mathbf 1^{\mathsf T} + ZZ^{\mathsf T}) \otimes I + \sum_i \bigl((m_im_i^{\mathsf T}) \circ (\mathbf 1\mathbf 1^{\mathsf T} + XX^{\mathsf T})\bigr) \otimes w^{(2)}_i(w^{(2)}_i)^{\mathsf T}. $$
""".strip(),
            hypotheses=(_NET, _KINKS),
            theorems=(
                "VectorOutputs.vector_gram_entry",
                "VectorOutputs.vector_hessian_interpolating",
                "VectorOutputs.vector_hessian_is_second_derivative",
            ),
        ),
        Statement(
            name="any-loss",
            text=r"""
For losses with the Hessians $S_j$ in the outputs at $f(x_j)$, $\norm u = 1$ and $c_j = S_ju$: if $-\nu I \preceq \hessian \preceq \lambda I$, then
$$ \norm{\E[Su]}^2 + 2\sum_i \norm{\E[z_ic]}\,\norm{\E[\langle c, w^{(2)}_i\rangle\mathbf 1_i(X,1)]} \le (\lambda - \nu)\langle u, \E[S]u\rangle + \lambda\nu. $$
""".strip(),
            hypotheses=(
                _KINKS,
                "All output biases are trained; the losses are twice differentiable in the outputs there.",
                r"$\lambda > 0$, $\nu \ge 0$; neurons of one hyperplane may be added only if they have the same orientation, or if $c_j$ has one direction for all $j$.",
            ),
            formal=sp.Le(neurons_of_loss, end_of_loss, evaluate=False),
            derivation=ANY_LOSS,
            assumes=(curvature_above, curvature_below),
        ),
    ),
    source=Source(
        OURS, "the proof by the output bias, with a direction in the output biases in the place of one of them"
    ),
    remarks=r"""
Where the curvature bounds $Qu$, the hypotheses have $e$ and $q$ for $e_u$ and $Qu$. In the derivations $\rho = \sum_l b_lb_l^{\mathsf T}$, and $\lVert q\rVert^2$ is the squared mean gradient of a net with one output, whose neurons have the output weights
$\lvert w_{H,i}\rvert = \sqrt{\langle\omega_{H,i}, \rho\,\omega_{H,i}\rangle}$: it is $\operatorname{tr}\rho Q^{\mathsf T}Q$.

For mixed states let $x = \rho^{1/2}\xi$ with a standard normal vector $\xi$: $\E\abs{\langle x, a\rangle} = \sqrt{2/\pi}\sqrt{\langle a, \rho\,a\rangle}$ and $\E\norm x \le 1$, so that
$\sqrt{2/\pi}\sum_H \sqrt{\langle a_H, \rho\,a_H\rangle}\;g_H = \E\sum_H \abs{\langle x, a_H\rangle}g_H \le \max_u \sum_H \abs{\langle u, a_H\rangle}g_H$. The right side is the largest length of a
sum $\sum_H \pm g_Ha_H$, a maximum over signs, and the square of $\stabilitynorm f$ is its semidefinite relaxation.
""".strip(),
)
