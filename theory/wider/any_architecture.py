r"""Any network that ends in a trained output bias: its mean gradient and the two ends of the spectrum.

For :math:`f(x; \theta, b) = h(x; \theta) + b` with any twice differentiable h the output bias e has :math:`\hessian e = q = \mathbb E\nabla f` and
curvature 1, and q is no longer that of a shallow net.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import ByDerivation, Chain, Differentiate, Drop, Identity
from theory.stability.lemmas.output_bias import (
    along,
    at_least,
    at_most,
    bound_of_gradient,
    column_of_output_bias,
    curvature_of_output_bias,
    loss,
    output,
    shift,
)
from theory.symbols import eta, i, index, indexed, j, k, mean, scalar

NAME = "any-architecture"

square = scalar("square_of_mean_gradient", r"\lVert q\rVert^2", nonnegative=True)
smallest = scalar("smallest_curvature", r"\mu")
spread = scalar("spread_of_curvature", r"\gamma", positive=True)
above = scalar("curvature_above", r"\lambda", positive=True)
below = scalar("curvature_below", r"\nu", nonnegative=True)

COLUMN = column_of_output_bias(NAME)
UNIT = curvature_of_output_bias(NAME)

between = (at_most(smallest + spread, square), at_least(-smallest, square))
SPREAD_GRADIENT = bound_of_gradient(smallest + spread, -smallest, NAME, square)
SPREAD = (
    Chain("The mean gradient and the two ends of the spectrum", square - 1, hypotheses=between, claim=NAME)
    .at_most(
        smallest + spread - smallest * (smallest + spread - 1) - 1,
        ByDerivation(SPREAD_GRADIENT, reason="the curvature at the output bias"),
    )
    .equals((smallest + spread - 1) * (1 - smallest), Identity("factors"))
    .conclude()
)

curved = (at_most(above, square), at_least(below, square))
CURVED_GRADIENT = bound_of_gradient(above, below, NAME, square)
SHARPNESS = (
    Chain("The sharpness from one backward pass", (square + below) / (1 + below), hypotheses=curved, claim=NAME)
    .at_most(
        (above + below * (above - 1) + below) / (1 + below),
        ByDerivation(CURVED_GRADIENT, 1 / (1 + below), reason="the curvature at the output bias"),
    )
    .equals(above, Identity("the sum of the coefficients of the largest curvature is 1 + nu"))
    .conclude()
)

flat = (at_most(2 / eta, square), at_least(sp.S.Zero, square))
FLAT = bound_of_gradient(2 / eta, sp.S.Zero, NAME, square)

unit = index("r")
hidden = indexed("hidden_feature", r"\varphi")
head = indexed("head_weight", "w")
factor = scalar("factor_of_head", "c")
bias = scalar("head_bias", "b")
others = scalar("gradient_of_others", r"\lVert q_{\mathrm{others}}\rVert^2", nonnegative=True)
HEAD = (
    Chain(
        "The derivative by a weight of the head",
        sp.Derivative(factor * sp.Sum(head[i] * hidden[i, j], (i, 1, k)) + bias, head[unit]),
        for_all=[(unit, k)],
        claim=NAME,
    )
    .equals(factor * hidden[unit, j], Differentiate("the head is linear"))
    .conclude()
)

features = sp.Sum(mean(factor * hidden[i, j]) ** 2, (i, 1, k))
with_head = 1 + features + others
flat_head = (at_most(2 / eta, with_head), at_least(sp.S.Zero, with_head))
FLAT_HEAD = bound_of_gradient(2 / eta, sp.S.Zero, NAME, with_head)
mean_features = sp.Sum(mean(hidden[i, j]) ** 2, (i, 1, k))
LAST_LAYER = (
    Chain(
        "The mean of the last hidden layer at a flat point",
        1 + factor**2 * mean_features,
        hypotheses=flat_head,
        claim=NAME,
    )
    .at_most(
        1 + factor**2 * mean_features + others, Drop("what the other parameters contribute is not negative", others)
    )
    .equals(with_head, Identity("the factor of the head"))
    .at_most(2 / eta, ByDerivation(FLAT_HEAD, reason="the curvature at the output bias"))
    .conclude()
)

_NET = r"$f(x) = h(x; \theta) + b^{(2)}$ with a trained bias $b^{(2)}$, and $h(x_j; \cdot)$ twice differentiable at $\theta$ for every datum; nothing else is supposed of $h$."
_ANY = "Any parameters, interpolating or not, stationary or not."
_LINEAR = r"$h = c\sum_{i \le k} w_i\,\varphi_i(x)$ with the features $\varphi$ of the last hidden layer, and weights $w$ that are trained and occur nowhere else."
_FLAT = r"$\eta > 0$ and $0 \preceq \hessian \preceq (2/\eta)I$; the plane of $e$ and $q$ is enough."

CLAIM = Claim(
    name=NAME,
    title="Any architecture with a trained output bias",
    statements=(
        Statement(
            name="column",
            text=r"$\hessian e = q := \E\nabla f(X)$ with $e$ the unit vector of the output bias: $\langle t, \hessian e\rangle = \langle t, q\rangle$ for every direction $t$.",
            hypotheses=(_NET, _ANY),
            formal=sp.Eq(sp.Derivative(loss, shift, along), mean(sp.Derivative(output, along)), evaluate=False),
            derivation=COLUMN,
            theorems=("AnyArchitecture.output_bias_column",),
        ),
        Statement(
            name="unit-curvature",
            text=r"$\langle e, \hessian e\rangle = 1$.",
            hypotheses=(_NET, _ANY),
            formal=sp.Eq(sp.Derivative(loss, shift, shift), 1, evaluate=False),
            derivation=UNIT,
            theorems=("AnyArchitecture.output_bias_column",),
        ),
        Statement(
            name="two-ends",
            text=r"If $\mu I \preceq \hessian \preceq \lambda I$, then $\norm{q}^2 - 1 \le (\lambda - 1)(1 - \mu)$; written with $\gamma = \lambda - \mu$.",
            hypotheses=(_NET, _ANY, r"$\mu < \lambda$, of any sign; the plane of $e$ and $q$ is enough."),
            formal=sp.Le(square - 1, (smallest + spread - 1) * (1 - smallest), evaluate=False),
            derivation=SPREAD,
            assumes=between,
            theorems=("AnyArchitecture.two_ends",),
            rests_on=("any-architecture.column", "any-architecture.unit-curvature"),
        ),
        Statement(
            name="sharpness",
            text=r"If $-\nu I \preceq \hessian \preceq \lambda I$ with $\nu \ge 0$, then $\lambda \ge (\norm{q}^2 + \nu)/(1 + \nu)$.",
            hypotheses=(_NET, _ANY, r"$\lambda > 0$."),
            formal=sp.Le((square + below) / (1 + below), above, evaluate=False),
            derivation=SHARPNESS,
            assumes=curved,
            theorems=("AnyArchitecture.sharpness_ge",),
            rests_on=("any-architecture.column", "any-architecture.unit-curvature"),
        ),
        Statement(
            name="operator-norm",
            text=r"$\norm q \le \norm{\hessian}$, whatever the signs of the eigenvalues.",
            hypotheses=(_NET, _ANY),
            theorems=("AnyArchitecture.operator_norm_ge",),
            rests_on=("any-architecture.column",),
        ),
        Statement(
            name="flat-points",
            text=r"If $0 \preceq \hessian \preceq (2/\eta)I$, then $\norm{q}^2 \le 2/\eta$.",
            hypotheses=(_NET, _ANY, r"$\eta > 0$."),
            formal=sp.Le(square, 2 / eta, evaluate=False),
            derivation=FLAT,
            assumes=flat,
            theorems=("AnyArchitecture.flat_points",),
            rests_on=("any-architecture.column", "any-architecture.unit-curvature"),
        ),
        Statement(
            name="last-layer",
            text=r"At such a point $1 + c^2\norm{\E\varphi(X)}^2 \le 2/\eta$.",
            hypotheses=(_NET, _LINEAR, _FLAT),
            formal=sp.Le(1 + factor**2 * mean_features, 2 / eta, evaluate=False),
            derivation=LAST_LAYER,
            assumes=flat_head,
            rests_on=("any-architecture.column", "any-architecture.unit-curvature"),
        ),
    ),
    source=Source(OURS, "the proof by the output bias, which asks nothing of the network below it"),
    lemmas=(HEAD,),
    machine_refuted=(
        (
            "the sharpness is at least the squared mean gradient at any point",
            "AnyArchitecture.control_no_curvature_below",
            "sharpness",
        ),
    ),
    remarks=r"""
The spectral measure of $\hessian$ at $e$ is a probability measure on $[\mu, \lambda]$ with mean $1$ and second moment $\norm{q}^2$; its variance is at most
$(\lambda - 1)(1 - \mu)$, with equality if it lives on the two ends alone. So the bound cannot be improved from $\norm{q}$ and the two ends.
""".strip(),
)
