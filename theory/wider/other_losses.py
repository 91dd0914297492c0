r"""Losses other than the square: what a large step size says of the function, under a law of the data that the loss makes.

With the second derivatives :math:`s_j` of the losses by the output and their mean :math:`\bar s`, the output bias e has
:math:`\hessian e = \bar s q_u` and the curvature :math:`\bar s`, where :math:`q_u` is the mean gradient under the law :math:`u_j = s_j/(n\bar s)`.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.stability.by_hyperplane.data_vectors import norm_of_law, square_of_law
from theory.stability.lemmas.output_bias import along, shift
from theory.symbols import eta, j, mean
from theory.wider.lemmas.losses_of_labels import (
    FADING,
    LOGISTIC,
    LOGISTIC_STATIONARY,
    POISSON,
    POISSON_STATIONARY,
    QUARTER,
    SEPARATED,
    between,
    logarithm,
    logistic_loss,
    logistic_mean,
    logistic_second,
    margin,
    mean_label,
    mean_label_definition,
    number,
    scaling,
    stationary,
)
from theory.wider.lemmas.tilted_law import (
    COLUMN,
    CURVATURE,
    CURVED,
    CURVED_NORM,
    FLAT,
    FLAT_NORM,
    NAME,
    NORM,
    above,
    below,
    curved,
    flat,
    half,
    loss,
    mean_definition,
    mean_second,
    tilted_gradient,
)

_LOSSES = r"$L = \frac1n\sum_j\ell_j(f(x_j))$ with convex $\ell_j$ that have a second derivative $s_j$ at $f(x_j)$, and $\bar s = \frac1n\sum_js_j > 0$; $\hessian$ is the Hessian of $L$."
_LAW = r"$u_j = s_j/(n\bar s)$ and $q_u = \sum_ju_j\nabla f(x_j)$."
_NET = r"$f(x) = h(x; \theta) + b^{(2)}$ with a trained bias $b^{(2)}$, and $h(x_j; \cdot)$ twice differentiable at $\theta$ for every datum; nothing else is supposed of $h$."
_SHALLOW = "A shallow net with a trained output bias; no datum is on a kink."
_FLAT = r"$\eta > 0$ and $0 \preceq \hessian \preceq (2/\eta)I$; the plane of $e$ and $q_u$ is enough."
_CURVED = r"$-\nu I \preceq \hessian \preceq \lambda I$ with $\nu \ge 0$ and $\lambda > 0$."
_NORM_UNDER_LAW = r"$\norm{f}_{\mathrm S,u}$ is the stability norm with means under $u$ for means over the data: $\sum_H\abs{a_H}\min(\onesidedweight_u(\nu_H,\beta_H), \onesidedweight_u(-\nu_H,-\beta_H))$."
_ANY = (_LOSSES, _LAW, _NET)
_FUNCTION = (_LOSSES, _LAW, _SHALLOW, _NORM_UNDER_LAW)
_LOGISTIC = r"$\ell(v, y) = \log(1 + e^v) - yv$ and $\sigma(v) = 1/(1 + e^{-v})$."
_POISSON = (
    r"$\ell(v, y) = e^v - yv$, with labels $y_j \ge 0$ of which one is positive, and $\hat y = \frac1n\sum_jy_j$."
)
_STATIONARY = r"The derivative of $L$ by the output bias is 0."
_LABELS = r"$\sigma_j = \sigma(f(x_j))$ and $\hat y = \frac1n\sum_jy_j$."
_COLUMN = ("other-losses.column", "other-losses.curvature")
_WEIGHTS = ("weights-from-data.laws",)

CLAIM = Claim(
    name=NAME,
    title="Other losses",
    statements=(
        Statement(
            name="hessian",
            text=r"""
$\langle t, \hessian t\rangle = \frac1n\sum_j\bigl(s_j\langle\nabla f(x_j), t\rangle^2 + \ell_j'\,\langle t, \nabla^2f(x_j)\,t\rangle\bigr)$ is the second derivative of $L$ along $t$, whatever
else the losses $\ell_j$ are: of each only $\ell_j(v + h) = \ell_j(v) + \ell_j'h + \frac12s_jh^2 + o(h^2)$ at $v = f(x_j)$ is used.
""".strip(),
            hypotheses=(_SHALLOW,),
            theorems=("OtherLosses.second_derivative_of_loss",),
        ),
        Statement(
            name="column",
            text=r"$\hessian e = \bar sq_u$ with $e$ the unit vector of the output bias: $\langle t, \hessian e\rangle = \bar s\langle t, q_u\rangle$ for every direction $t$.",
            hypotheses=_ANY,
            formal=sp.Eq(sp.Derivative(loss, shift, along), mean_second * tilted_gradient, evaluate=False),
            derivation=COLUMN,
            theorems=("OtherLosses.tilted_column",),
        ),
        Statement(
            name="curvature",
            text=r"$\langle e, \hessian e\rangle = \bar s$.",
            hypotheses=_ANY,
            formal=sp.Eq(sp.Derivative(loss, shift, shift), mean_second, evaluate=False),
            derivation=CURVATURE,
            assumes=(mean_definition,),
            theorems=("OtherLosses.tilted_column",),
        ),
        Statement(
            name="mean-gradient",
            text=r"$\displaystyle \norm{q_u}^2 \le \frac\lambda{\bar s} + \frac{\nu(\lambda - \bar s)}{\bar s^2}.$",
            hypotheses=(*_ANY, _CURVED),
            formal=sp.Le(
                square_of_law,
                above / mean_second + below * (above - mean_second) / mean_second**2,
                evaluate=False,
            ),
            derivation=CURVED,
            assumes=curved,
            theorems=("OtherLosses.tilted_curvature",),
            rests_on=_COLUMN,
        ),
        Statement(
            name="flat-points",
            text=r"If $0 \preceq \hessian \preceq (2/\eta)I$, then $\norm{q_u}^2 \le 2/(\eta\bar s)$.",
            hypotheses=(*_ANY, _FLAT),
            formal=sp.Le(square_of_law, 2 / (eta * mean_second), evaluate=False),
            derivation=FLAT,
            assumes=flat,
            theorems=("OtherLosses.tilted_flat_points",),
            rests_on=_COLUMN,
        ),
        Statement(
            name="norm",
            text=r"$1 + 2\norm{f}_{\mathrm S,u} \le \norm{q_u}^2$.",
            hypotheses=_FUNCTION,
            formal=sp.Le(1 + 2 * norm_of_law, square_of_law, evaluate=False),
            derivation=NORM,
            assumes=(mean_definition,),
            theorems=("OtherLosses.law_gradient_square",),
            rests_on=_WEIGHTS,
        ),
        Statement(
            name="curved-points",
            text=r"$\displaystyle 1 + 2\norm{f}_{\mathrm S,u} \le \frac\lambda{\bar s} + \frac{\nu(\lambda - \bar s)}{\bar s^2}.$",
            hypotheses=(*_FUNCTION, _CURVED),
            formal=sp.Le(
                1 + 2 * norm_of_law,
                above / mean_second + below * (above - mean_second) / mean_second**2,
                evaluate=False,
            ),
            derivation=CURVED_NORM,
            assumes=(*curved, mean_definition),
            theorems=("OtherLosses.tilted_curvature_norm",),
            rests_on=(*_COLUMN, *_WEIGHTS),
        ),
        Statement(
            name="stable-points",
            text=r"If $0 \preceq \hessian \preceq (2/\eta)I$, as at every minimum of $L$ that is linearly stable at step size $\eta$, then $$ \norm{f}_{\mathrm S,u} \le \frac1{\eta\bar s} - \frac12. $$",
            hypotheses=(*_FUNCTION, _FLAT),
            formal=sp.Le(norm_of_law, 1 / (eta * mean_second) - half, evaluate=False),
            derivation=FLAT_NORM,
            assumes=(*flat, mean_definition),
            theorems=("OtherLosses.tilted_norm",),
            rests_on=(*_COLUMN, *_WEIGHTS),
        ),
        Statement(
            name="square-loss",
            text=r"For $s_1 = \dots = s_n$ the law $u$ is uniform and $\norm{f}_{\mathrm S,u} = \stabilitynorm f$; $\ell_j(v) = \frac12(v - y_j)^2$ has $\bar s = 1$.",
            hypotheses=(_NORM_UNDER_LAW,),
            theorems=("OtherLosses.square_loss_norm",),
        ),
        Statement(
            name="logistic",
            text=r"$\ell''(v) = \sigma(v)(1 - \sigma(v))$.",
            hypotheses=(_LOGISTIC,),
            formal=sp.Eq(sp.Derivative(logistic_loss, (number, 2)), logistic_second, evaluate=False),
            derivation=LOGISTIC,
        ),
        Statement(
            name="quarter",
            text=r"$\sigma(1 - \sigma) \le 1/4$: the bound of the norm is nowhere below $4/\eta - 1/2$.",
            hypotheses=(_LOGISTIC,),
            formal=sp.Le(logistic_second, sp.Rational(1, 4), evaluate=False),
            derivation=QUARTER,
        ),
        Statement(
            name="fading",
            text=r"$\ell'' \le \ell$ for labels from 0 to 1, so $\bar s \le L$: where the loss is small, the bound says little.",
            hypotheses=(_LOGISTIC, r"$0 \le y \le 1$."),
            formal=sp.Le(logistic_second, logistic_loss, evaluate=False),
            derivation=FADING,
            assumes=(between, logarithm),
        ),
        Statement(
            name="logistic-stationary",
            text=r"$\bar s = \hat y(1 - \hat y) - \frac1n\sum_j(\sigma_j - \hat y)^2$: the better the net tells the labels apart, the smaller it is.",
            hypotheses=(_LOGISTIC, _LABELS, _STATIONARY),
            formal=sp.Eq(mean_second, logistic_mean, evaluate=False),
            derivation=LOGISTIC_STATIONARY,
            assumes=(stationary, mean_definition, mean_label_definition),
            theorems=("OtherLosses.logistic_mean_second",),
        ),
        Statement(
            name="separated",
            text=r"""
Where $m_j = (2y_j - 1)f(x_j) > 0$ at every datum, for labels 0 and 1, the loss falls along the output weights and the output bias, all scaled by $\tau$: its derivative is
$-\frac1n\sum_jm_je^{-\tau m_j}/(1 + e^{-\tau m_j}) < 0$. So a point where the net separates the data is not stationary.
""".strip(),
            hypotheses=(_LOGISTIC, "A shallow net, or any net whose head is trained and linear."),
            formal=sp.Eq(
                sp.Derivative(mean(sp.log(1 + sp.exp(-scaling * margin[j]))), scaling),
                -mean(margin[j] * sp.exp(-scaling * margin[j]) / (1 + sp.exp(-scaling * margin[j]))),
                evaluate=False,
            ),
            derivation=SEPARATED,
        ),
        Statement(
            name="poisson",
            text=r"$\bar s = \hat y$.",
            hypotheses=(_POISSON, _STATIONARY),
            formal=sp.Eq(mean_second, mean_label, evaluate=False),
            derivation=POISSON_STATIONARY,
            assumes=(stationary, mean_definition, mean_label_definition),
            theorems=("OtherLosses.poisson_mean_second",),
        ),
        Statement(
            name="poisson-norm",
            text=r"If moreover $0 \preceq \hessian \preceq (2/\eta)I$, then $\norm{f}_{\mathrm S,u} \le \dfrac1{\eta\hat y} - \dfrac12$, a bound that does not fade as the loss falls.",
            hypotheses=(_POISSON, _STATIONARY, _LAW, _SHALLOW, _NORM_UNDER_LAW, _FLAT),
            theorems=("OtherLosses.poisson_norm",),
            rests_on=("other-losses.poisson", "other-losses.stable-points"),
        ),
    ),
    source=Source(OURS, "the proof by the output bias, for a loss whose second derivatives are not equal"),
    lemmas=(POISSON,),
    machine_refuted=(
        (
            "the mean gradient under the uniform law in place of the tilted one",
            "OtherLosses.control_uniform_law",
            "flat-points",
        ),
    ),
    remarks=r"""
The output bias enters linearly, so no second derivative of the net touches it, whatever the slopes $\ell_j'$ are: $\hessian e = \frac1n\sum_js_j\nabla f(x_j) = \bar sq_u$. The spectral measure of
$\hessian/\bar s$ at $e$ has mass 1, mean 1 and second moment $\norm{q_u}^2$, and lives on $[-\nu/\bar s, \lambda/\bar s]$.

For the Huber loss $s_j$ is 1 for the inliers and 0 for the outliers: with $m$ inliers, $u$ is their uniform law, and $\norm{f}_{\mathrm S,u} \le \frac nm\frac1\eta - \frac12$.
""".strip(),
)
