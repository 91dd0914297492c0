r"""The loss with an L2 penalty: what a large step size says of the function where all parameters, or all but one, are penalised.

:math:`\hessian` is the Hessian of the loss without the penalty :math:`\frac\mu2\lvert\theta\rvert^2`.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.stability.by_hyperplane.network import gradient_square, stability_norm
from theory.stability.lemmas.output_bias import along, at_least, at_most, loss, shift
from theory.symbols import W1, b1, eta, i, w2
from theory.wider.lemmas.penalised_loss import (
    NAME,
    PENALISED_COLUMN,
    PENALTY_ON_ALL,
    PENALTY_ON_ALL_NORM,
    STATIONARY,
    STATIONARY_NORM,
    WITHOUT_BIAS,
    WITHOUT_BIAS_NORM,
    all_bound,
    all_norm,
    mean_seen,
    penalised_loss,
    penalty,
    residuals,
    upper,
)
from theory.wider.lemmas.penalised_residuals import (
    BALANCED,
    RESIDUAL,
    not_zero,
    of_length,
    residual_form,
    stationary,
    to_bias,
    to_input,
    to_output_weight,
)

_half = sp.Rational(1, 2)
_POSITIVE = r"$\mu > 0$, $\eta > 0$."
_ANY = (
    "Any architecture with a trained output bias, twice differentiable at the data; any parameters, stationary or not."
)
_SHALLOW = "A shallow net with a trained output bias; no datum is on a kink."
_ALL = r"All parameters are penalised, and $0 \preceq \hessian + \mu I \preceq (2/\eta)I$."
_OTHERS = r"All parameters but the output bias are penalised, and the Hessian of the penalised loss, which is what $\hessian$ is here, has $0 \preceq \hessian \preceq (2/\eta)I$."
_STATIONARY = r"All parameters are penalised, and the gradient of the penalised loss vanishes."
_FLAT = r"$\hessian + \mu I \preceq (2/\eta)I$, as at every point where gradient descent is linearly stable."
_NORMS = ("sharpness-lower-bound.mean-gradient", "sharpness-lower-bound.one-sided", "sharpness-lower-bound.merged")
_COLUMN = ("any-architecture.column", "any-architecture.unit-curvature")

CLAIM = Claim(
    name=NAME,
    title="Weight decay",
    statements=(
        Statement(
            name="all-parameters",
            text=r"$\norm q^2 \le \frac2\eta(1 + \mu) - \mu(2 + \mu)$.",
            hypotheses=(_ANY, _ALL, _POSITIVE),
            formal=sp.Le(gradient_square, all_bound, evaluate=False),
            derivation=PENALTY_ON_ALL,
            assumes=(at_most(2 / eta - penalty), at_least(penalty)),
            theorems=("WeightDecay.penalty_on_all",),
            rests_on=_COLUMN,
        ),
        Statement(
            name="all-parameters-norm",
            text=r"$\stabilitynorm f \le (1 + \mu)\bigl(\frac1\eta - \frac{1+\mu}2\bigr)$.",
            hypotheses=(_SHALLOW, _ALL, _POSITIVE),
            formal=sp.Le(stability_norm, all_norm, evaluate=False),
            derivation=PENALTY_ON_ALL_NORM,
            assumes=(at_most(2 / eta - penalty), at_least(penalty)),
            theorems=("WeightDecay.penalty_on_all_norm",),
            rests_on=(*_NORMS, *_COLUMN),
        ),
        Statement(
            name="column",
            text=r"A penalty that does not see the output bias leaves its column of the Hessian as it is.",
            hypotheses=("The output bias is trained and not penalised.",),
            formal=sp.Eq(
                sp.Derivative(penalised_loss, shift, along), sp.Derivative(loss, shift, along), evaluate=False
            ),
            derivation=PENALISED_COLUMN,
        ),
        Statement(
            name="all-but-the-output-bias",
            text=r"$\norm q^2 \le 2/\eta$.",
            hypotheses=(_ANY, _OTHERS, _POSITIVE),
            formal=sp.Le(gradient_square, 2 / eta, evaluate=False),
            derivation=WITHOUT_BIAS,
            assumes=(at_most(2 / eta), at_least(sp.S.Zero)),
            theorems=("WeightDecay.penalty_without_bias",),
            rests_on=("weight-decay.column", *_COLUMN),
        ),
        Statement(
            name="all-but-the-output-bias-norm",
            text=r"$\stabilitynorm f \le 1/\eta - 1/2$.",
            hypotheses=(_SHALLOW, _OTHERS, _POSITIVE),
            formal=sp.Le(stability_norm, 1 / eta - _half, evaluate=False),
            derivation=WITHOUT_BIAS_NORM,
            assumes=(at_most(2 / eta), at_least(sp.S.Zero)),
            theorems=("WeightDecay.penalty_without_bias_norm",),
            rests_on=(*_NORMS, "weight-decay.all-but-the-output-bias"),
        ),
        Statement(
            name="balanced",
            text=r"$\norm{w^{(1)}_i}^2 + (b^{(1)}_i)^2 = (w^{(2)}_i)^2$ for every neuron, and $w^{(2)}_i \neq 0$.",
            hypotheses=(_SHALLOW, _STATIONARY, _POSITIVE),
            formal=sp.Eq(of_length(b1[i], W1), w2[i] ** 2, evaluate=False),
            derivation=BALANCED,
            assumes=stationary,
            theorems=("WeightDecay.penalised_balanced",),
        ),
        Statement(
            name="residual-part",
            text=r"""
Along a direction with the components $a_i$, $u_i$, $U_i$ at $w^{(2)}_i$, $b^{(1)}_i$, $w^{(1)}_i$ the residuals add at least
$-\mu(a_i^2 + u_i^2 + \norm{U_i}^2)$ to the curvature, neuron by neuron, and nothing at the output bias.
""".strip(),
            hypotheses=(_SHALLOW, _STATIONARY, _POSITIVE),
            formal=sp.Le(
                -penalty * (to_output_weight[i] ** 2 + of_length(to_bias[i], to_input)), residual_form, evaluate=False
            ),
            derivation=RESIDUAL,
            assumes=(*stationary, not_zero),
            rests_on=("beyond-interpolation.hessian", "beyond-interpolation.curvature", "weight-decay.balanced"),
        ),
        Statement(
            name="stationary",
            text=r"$\norm q^2 + \mu/\norm q^2 \le 2/\eta$.",
            hypotheses=(_SHALLOW, _STATIONARY, _FLAT, _POSITIVE),
            formal=sp.Le(gradient_square + penalty / gradient_square, 2 / eta, evaluate=False),
            derivation=STATIONARY,
            assumes=(mean_seen, upper, residuals),
            theorems=("WeightDecay.penalised_stationary",),
            rests_on=("weight-decay.residual-part",),
        ),
        Statement(
            name="stationary-norm",
            text=r"$\stabilitynorm f \le 1/\eta - 1/2$, as without a penalty.",
            hypotheses=(_SHALLOW, _STATIONARY, _FLAT, _POSITIVE),
            formal=sp.Le(stability_norm, 1 / eta - _half, evaluate=False),
            derivation=STATIONARY_NORM,
            assumes=(mean_seen, upper, residuals),
            theorems=("WeightDecay.penalised_stationary_norm",),
            rests_on=(*_NORMS, "weight-decay.residual-part"),
        ),
    ),
    source=Source(OURS, "the proof by the output bias, for the penalised loss"),
    remarks=r"""
For all parameters, $A = \hessian + \mu$ has $Ae = q + \mu e$ and $\langle e, Ae\rangle = 1 + \mu$, and $0 \preceq A \preceq 2/\eta$ gives $\norm{Ae}^2 \le (2/\eta)\langle e, Ae\rangle$.

At a stationary point $w^{(2)}_iB_i = -\mu(w^{(1)}_i, b^{(1)}_i)$ with $B_i = \E[r\mathbf 1_i(X, 1)]$, and $\langle B_i, (w^{(1)}_i, b^{(1)}_i)\rangle = -\mu w^{(2)}_i$: so neurons are
balanced, and $\norm{B_i} = \mu$. If $w^{(2)}_i$ were 0, so would be the neuron, and every datum on its kink. The residual part of $\hessian$ has no eigenvalues but
$\pm\mu$ and 0, and does not touch the output bias; what the penalty adds makes up for it everywhere else, and with $\mu$ to spare at the output bias. Only the bound from above is used there.
""".strip(),
)
