r"""The exact threshold of stochastic gradient descent in mean square, and what bounds it from either side.

With the gradients :math:`g_j = \nabla f(x_j)`, batches of B of n data and :math:`p = (n-B)/(B(n-1))`, a step of linearised SGD takes
:math:`\Sigma = \E\delta\delta^{\mathsf T}` to :math:`\Sigma - 2\eta C\Sigma + \eta^2D\Sigma`, :math:`C\Sigma = (H\Sigma+\Sigma H)/2`,
:math:`D\Sigma = (1-p)H\Sigma H + (p/n)\sum_j g_jg_j^{\mathsf T}\Sigma g_jg_j^{\mathsf T}`.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import Claim, Source, Statement
from theory.stability.lemmas.batches import drawn_batches
from theory.stability.lemmas.quadratic_forms import (
    CERTIFICATE,
    FORM,
    LARGEST,
    LENGTH,
    NO_GROWTH,
    at_most_level,
    certified,
    form_after,
    form_before,
    gradient_bound,
    largest_level,
    length_after,
    share_at_most_one,
    sharpness_bound,
    small_step,
    symmetric,
    symmetric_certificate,
    weighted,
)
from theory.stability.lemmas.second_moments import (
    DIRECTION,
    EIGENVECTOR,
    NAME,
    TRACE,
    eigenvector,
    eigenvector_level,
    from_direction,
    growth,
    length,
    over_directions,
    slope,
    trace,
    trace_growth,
    unit,
)
from theory.symbols import eta, j, mean, n

MINIMA = ("64-standardised-0.12", "64-raw-0.4", "256-raw-0.65")
"""The carried networks next to whose minima the threshold is enclosed."""
BATCHES = (1, 16)

_BATCHES = r"""
Batch weights with $\E\omega_j = 1/n$ and $\E\omega_j\omega_l = (1-p)/n^2 + \mathbf 1\{j=l\}\,p/n$, $p \ge 0$.
""".strip()
_MINIMUM = "The minimum interpolates the data, and no datum is on a kink."
_DRAWN = r"Batches of $B$ of $n$ data are drawn uniformly without replacement, independently at every step."
_SLOPES = r"$\delta_0 = \sum_l u_l\nabla f(x_l)$, and $a = nKu$ are its slopes $\langle\nabla f(x_j), \delta_0\rangle$."
_squares = sp.Sum(slope[j] ** 2, (j, 1, n))

CLAIM = Claim(
    name=NAME,
    title="The threshold of stochastic gradient descent",
    statements=(
        Statement(
            name="threshold",
            text=r"""
$\E\norm{\delta_t}^2$ is bounded in $t$ from every start in the range of $\hessian$ if and only if $\eta \le 2/\lambda^\ast$, the largest eigenvalue of
$C^+D$ on symmetric matrices, where
$$ C\Sigma = \tfrac12(\hessian\Sigma + \Sigma\hessian), \qquad
 D\Sigma = (1-p)\hessian\Sigma\hessian + \frac pn\sum_j \hessian_j\Sigma\hessian_j, \qquad
 \hessian_j = \nabla f(x_j)\nabla f(x_j)^{\mathsf T},\quad p = \frac{n-B}{B(n-1)}. $$
It is not decreasing in $B$, and for $B = n$ it is the threshold $2/\sharpness$ of gradient descent.
""".strip(),
            hypotheses=(_MINIMUM, _DRAWN),
        ),
        Statement(
            name="gram-coordinates",
            text=r"""
For $\mu > (1-p)\sharpness$ let $N(\mu)e = pn\operatorname{diag}(KAK)$, where $\frac\mu2(KA + AK) - (1-p)KAK = \operatorname{diag}(e)$ on the range of $K$:
an $n \times n$ matrix without negative entries. $\lambda^\ast$ is the level at which its spectral radius is $1$, and for every $e > 0$
$$ \mu\min\Bigl(1, \frac{\langle e, N(\mu)e\rangle}{\norm{e}^2}\Bigr) \le \lambda^\ast \le \mu\max\Bigl(1, \max_j\frac{(N(\mu)e)_j}{e_j}\Bigr). $$
""".strip(),
            hypotheses=(_MINIMUM, _DRAWN, r"$p > 0$."),
        ),
        Statement(
            name="cheap-bounds",
            text=r"""
With $W = (1-p)K + pn\operatorname{diag}K$, the unit top eigenvector $u$ of $K$, $s = K\mathbf 1$ and $\kappa = n\sum_j s_j^4/(\sum_j s_j^2)^2$,
$$ (1-p)\sharpness + p\max_j\norm{\nabla f(x_j)}^2 \ge \lambda_{\max}(W) \ge \lambda^\ast \ge
 \sharpness\Bigl(1 + p\bigl(n\textstyle\sum_j u_j^4 - 1\bigr)\Bigr), $$
$$ \lambda^\ast \ge \frac{(1-p)\norm{K}_F^2 + pn\sum_j K_{j,j}^2}{\operatorname{tr}K}, \qquad
 \lambda^\ast \ge \bigl(1 + p(\kappa - 1)\bigr)\frac{\sum_j s_j^2}{\sum_j s_j} \ge \bigl(1 + p(\kappa - 1)\bigr)\bigl(1 + 2\stabilitynorm{f}\bigr). $$
""".strip(),
            hypotheses=(_MINIMUM, _DRAWN),
            rests_on=("mean-square-stability.gain-bound",),
        ),
        Statement(
            name="one-step-length",
            text=r"""
$\displaystyle \E\norm{\delta_1}^2 = \norm{\delta_0}^2 - \frac\eta n\bigl(2\norm{a}^2 - \eta\langle a, Wa\rangle\bigr)$ with
$W = (1-p)K + pn\operatorname{diag}K$.
""".strip(),
            hypotheses=(_SLOPES, _BATCHES),
            formal=sp.Eq(length_after, length - eta / n * (2 * _squares - eta * weighted), evaluate=False),
            derivation=LENGTH,
            assumes=(symmetric, *drawn_batches),
            theorems=("MeanSquareLength.one_step_length",),
        ),
        Statement(
            name="no-growth",
            text=r"If $\eta\mu \le 2$ and $\langle a, Wa\rangle \le \mu\norm{a}^2$, then $\E\norm{\delta_1}^2 \le \norm{\delta_0}^2$.",
            hypotheses=(_SLOPES, _BATCHES),
            formal=sp.Le(length_after, length, evaluate=False),
            derivation=NO_GROWTH,
            assumes=(symmetric, *drawn_batches, small_step, at_most_level),
            theorems=("MeanSquareLength.no_growth",),
        ),
        Statement(
            name="largest-gradient",
            text=r"""
If $\langle a, Ka\rangle \le \lambda\norm{a}^2$ and $\norm{\nabla f(x_j)}^2 \le G$ for all $j$, then
$\langle a, Wa\rangle \le \bigl((1-p)\lambda + pG\bigr)\norm{a}^2$.
""".strip(),
            hypotheses=(r"$0 \le p \le 1$, $\lambda \ge 0$.",),
            formal=sp.Le(weighted, largest_level * _squares, evaluate=False),
            derivation=LARGEST,
            assumes=(sharpness_bound, gradient_bound, share_at_most_one),
            theorems=("MeanSquareLength.largest_gradient",),
        ),
        Statement(
            name="bounded",
            text=r"""
If $\eta\bigl((1-p)\sharpness + p\max_j\norm{\nabla f(x_j)}^2\bigr) \le 2$, then $\E\norm{\delta_t}^2 \le \norm{\delta_0}^2$ for all $t$, from every start.
""".strip(),
            hypotheses=(_BATCHES, r"Batches are independent, $0 \le p \le 1$ and $\eta \ge 0$."),
            theorems=("MeanSquareLength.mean_square_bounded",),
        ),
        Statement(
            name="direction",
            text=r"""
If $\E\langle\delta_0,\delta_1\rangle^2 \le \norm{\delta_0}^4$ from $\delta_0$ with the slopes $a$, and $F = \frac1n\sum_j a_j^2$, then
$$ \eta\Bigl((1-p)F^2 + \frac pn\sum_j a_j^4\Bigr) \le 2\norm{\delta_0}^2F. $$
""".strip(),
            hypotheses=(_SLOPES, _BATCHES),
            formal=sp.Le(eta * growth, 2 * length * mean(slope[j] ** 2), evaluate=False),
            derivation=DIRECTION,
            assumes=(*drawn_batches, from_direction),
            theorems=("MeanSquare.one_step_solved",),
        ),
        Statement(
            name="eigenvector",
            text=r"""
If $u$ is a unit eigenvector of $K$ with the eigenvalue $\lambda > 0$ and $\E\langle\delta_0,\delta_1\rangle^2 \le \norm{\delta_0}^4$ from
$\delta_0 = \sum_l u_l\nabla f(x_l)$, then $\eta\lambda\bigl(1 + p(n\sum_j u_j^4 - 1)\bigr) \le 2$.
""".strip(),
            hypotheses=(_BATCHES,),
            formal=sp.Le(eta * eigenvector_level, 2, evaluate=False),
            derivation=EIGENVECTOR,
            assumes=(eigenvector, unit, *drawn_batches, from_direction),
            theorems=("MeanSquareLength.eigenvector_level",),
        ),
        Statement(
            name="trace",
            text=r"""
If $\E\operatorname{tr}(I - \eta\hessian_{\mathcal B})^2 \le \operatorname{tr}I$ for the Hessian $\hessian_{\mathcal B}$ of a batch, then
$\eta\bigl((1-p)\sum_{j,l}K_{j,l}^2 + pn\sum_jK_{j,j}^2\bigr) \le 2\sum_jK_{j,j}$.
""".strip(),
            hypotheses=(_BATCHES,),
            formal=sp.Le(eta * trace_growth, 2 * trace, evaluate=False),
            derivation=TRACE,
            assumes=(*drawn_batches, over_directions),
            theorems=("MeanSquareForms.trace_level",),
        ),
        Statement(
            name="certificate",
            text=r"""
For a symmetric $A$ let $F(A) = \frac1\eta(KA + AK) - (1-p)KAK - pn\operatorname{diag}(KAK)$ and $X = \Phi A\Phi^{\mathsf T}$. If $\langle a, F(A)a\rangle \ge 0$
at the slopes of $\delta_0$, then $\E\langle\delta_1, X\delta_1\rangle \le \langle\delta_0, X\delta_0\rangle$.
""".strip(),
            hypotheses=(_BATCHES,),
            formal=sp.Le(form_after, form_before, evaluate=False),
            derivation=CERTIFICATE,
            assumes=(symmetric_certificate, *drawn_batches, certified),
            theorems=("MeanSquareForms.one_step_form", "MeanSquareForms.certified_step"),
        ),
        Statement(
            name="certified-bounded",
            text=r"""
If moreover $F(A) \succeq 0$ and $\norm{\delta}^2 \le c\,\langle\delta, X\delta\rangle$ for all $\delta$ in the range of $\hessian$, then
$\E\norm{\delta_t}^2 \le c\,\langle\delta_0, X\delta_0\rangle$ for all $t$, from every start there.
""".strip(),
            hypotheses=(_BATCHES, r"Batches are independent, and $c > 0$."),
            theorems=("MeanSquareForms.certified_bounded",),
        ),
        Statement(
            name="minima",
            text=r"""
At the exact minima next to carried networks the threshold lies in the stated balls, of relative width below $10^{-8}$: for batches of $1$ below $0.17$ times,
and for batches of $16$ below $0.98$ times, that of gradient descent.
""".strip(),
            hypotheses=(_DRAWN,),
            instances=MINIMA,
            rests_on=("certified-minimum", "mean-square-threshold.certificate", "mean-square-threshold.threshold"),
        ),
    ),
    source=Source(
        "mulayoff2024",
        "the threshold as an eigenvalue of matrices of squared size, and the bounds by the top eigenvector and the trace",
    ),
    machine_refuted=(
        (
            "W is at most the sharpness, without the largest gradient",
            "MeanSquareLength.control_no_largest_gradient",
            "largest-gradient",
        ),
        ("The trace bound with 3/2 in place of 2", "MeanSquareForms.control_trace_constant", "trace"),
    ),
    rests_on=("gram-form",),
    lemmas=(FORM,),
)
