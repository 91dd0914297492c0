r"""The main theorem for the population loss, where X has a density and a minimum need not interpolate.

:math:`L(\theta) = \frac12\mathbb E(f(X) - y(X))^2` has a Hessian with a surface term, from the kinks that sweep over the data. It is a second
derivative by input weights and input biases alone, so the output bias does not see it, and the proof by the output bias goes through.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import ByDerivation, ByHypothesis, Chain, Differentiate, Hypothesis, Rewrite
from theory.latex import named
from theory.quantities import names
from theory.stability.by_hyperplane.network import (
    excess,
    gradient_square,
    mass,
    moment,
    output_weight,
    over_coordinates,
    over_places,
    presence,
    present,
    scale,
    square_definition,
    stability_norm,
)
from theory.stability.lemmas.output_bias import at_least, at_most, bound_of_gradient
from theory.stability.sharpness_lower_bound import NORM
from theory.symbols import H, c, eta, i, scalar

NAME = "population-loss"

half = sp.Rational(1, 2)
bias, along = scalar("shift_of_bias", r"\beta"), scalar("along_direction", r"\tau")
residual_mean = sp.Function(named("mean_residual", r"\E[f_{{{0}}}(X)-y(X)]"), real=True)(along)
residual_square = sp.Function(named("mean_square_residual", r"\E[(f_{{{0}}}(X)-y(X))^2]"), real=True)(along)
loss = half * (residual_square + 2 * bias * residual_mean + bias**2)
r"""The loss :math:`\frac12\mathbb E(f_\tau(X) + \beta - y(X))^2` at :math:`\theta + \tau t`, its output bias moved by :math:`\beta`, multiplied out."""

slope = scalar("mean_slope", r"\langle q, t\rangle")
under_expectation = Hypothesis(
    "derivative under the expectation",
    r"\tfrac{d}{d\tau}\E[f_\tau(X) - y(X)] = \E\langle\nabla f(X), t\rangle = \langle q, t\rangle",
    sp.Eq(sp.Derivative(residual_mean, along), slope, evaluate=False),
    source="Rudin, Real and Complex Analysis, theorem 1.34 (dominated convergence), for difference quotients below a Lipschitz constant",
)
COLUMN = (
    Chain(
        "The column of the Hessian at the output bias, along any direction",
        sp.Derivative(loss, bias, along),
        hypotheses=(under_expectation,),
        claim=NAME,
    )
    .equals(sp.Derivative(residual_mean, along), Differentiate("the loss is quadratic in the output bias"))
    .equals(slope, ByHypothesis(under_expectation.name))
    .conclude()
)
UNIT = (
    Chain("The curvature along the output bias", sp.Derivative(loss, bias, bias), claim=NAME)
    .equals(sp.S.One, Differentiate("the loss is quadratic in the output bias"))
    .conclude()
)

blocks = 1 + over_places(
    lambda s: (
        (present[s][H, i] * scale[H, i] * excess[s][H]) ** 2
        + (present[s][H, i] * output_weight[H, i] * mass[s][H]) ** 2
        + over_coordinates((present[s][H, i] * output_weight[H, i] * moment[s][H, c]) ** 2)
    )
)
r"""The squared length of q: output bias, and the output weight, the input bias and the input weights of each neuron."""
MEAN_GRADIENT = (
    Chain("The squared mean gradient", blocks, hypotheses=(square_definition, *presence), claim=NAME)
    .equals(gradient_square, Rewrite("a place holds a neuron or none", names((square_definition,), presence)))
    .conclude()
)

above = scalar("curvature_above", r"\lambda", positive=True)
below = scalar("curvature_below", r"\nu", nonnegative=True)
curved = (at_most(above), at_least(below))
flat = (at_most(2 / eta), at_least(sp.S.Zero))

CURVED = (
    Chain(
        "The stability norm, from the curvature of the population loss",
        1 + 2 * stability_norm,
        hypotheses=(*NORM.hypotheses, *curved),
        claim=NAME,
    )
    .at_most(gradient_square, ByDerivation(NORM, reason="the squared mean gradient and the norm"))
    .at_most(
        above + below * (above - 1),
        ByDerivation(bound_of_gradient(above, below, NAME), reason="the curvature at the output bias"),
    )
    .conclude()
)
POPULATION = (
    Chain(
        "The stability norm at a flat point of the population loss",
        stability_norm,
        hypotheses=(*NORM.hypotheses, *flat),
        claim=NAME,
    )
    .at_most(half * gradient_square - half, ByDerivation(NORM, half, reason="the squared mean gradient and the norm"))
    .at_most(
        1 / eta - half,
        ByDerivation(bound_of_gradient(2 / eta, sp.S.Zero, NAME), half, reason="the curvature at the output bias"),
    )
    .conclude()
)

_LAW = (
    r"$X$ has a density and $\E\norm{X}^2 < \infty$, $\E\,y(X)^2 < \infty$; no neuron has $w^{(1)}_i = 0$ and $b^{(1)}_i = 0$. So $f$ is differentiable by $\theta$ at "
    r"almost every $x$, and Lipschitz near $\theta$ with a constant of finite second moment."
)
_BIAS = "The output bias is trained."
_TWICE = r"$L$ is twice differentiable at $\theta$, with Hessian $\hessian$; $\theta$ need not be stationary."
_POPULATION = r"$\onesidedweight$, $g$ and $\stabilitynorm{f}$ have means over the law of $X$."

CLAIM = Claim(
    name=NAME,
    title="Flat points of the population loss",
    statements=(
        Statement(
            name="column",
            text=r"""
For $L(\theta) = \frac12\E(f(X) - y(X))^2$: $\frac{\partial^2}{\partial\tau\,\partial b^{(2)}}L = \langle q, t\rangle$ along every direction $t$, $q = \E\nabla f(X)$. So $\hessian e = q$.
""".strip(),
            hypotheses=(_LAW, _BIAS),
            formal=sp.Eq(sp.Derivative(loss, bias, along), slope, evaluate=False),
            derivation=COLUMN,
            assumes=(under_expectation,),
        ),
        Statement(
            name="unit-curvature",
            text=r"$\frac{\partial^2}{\partial (b^{(2)})^2}L = 1$: $\langle e, \hessian e\rangle = 1$.",
            hypotheses=(r"$\E\,f(X)^2 < \infty$, $\E\,y(X)^2 < \infty$.", _BIAS),
            formal=sp.Eq(sp.Derivative(loss, bias, bias), 1, evaluate=False),
            derivation=UNIT,
        ),
        Statement(
            name="mean-gradient",
            text=r"""
$\norm{q}^2 = 1 + \sum_i \bigl[(\E z_i)^2 + (w^{(2)}_i)^2(\Prob(A_i)^2 + \norm{\E[X\mathbf 1_{A_i}]}^2)\bigr]$, $A_i = \{z_i > 0\}$.
""".strip(),
            hypotheses=(_LAW, _BIAS),
            formal=sp.Eq(blocks, gradient_square, evaluate=False),
            derivation=MEAN_GRADIENT,
        ),
        Statement(
            name="negative-curvature",
            text=r"If $-\nu I \preceq \hessian \preceq \lambda I$, then $1 + 2\stabilitynorm{f} \le \lambda + \nu(\lambda - 1)$.",
            hypotheses=(_LAW, _BIAS, _TWICE, _POPULATION, r"$\lambda > 0$, $\nu \ge 0$."),
            formal=sp.Le(1 + 2 * stability_norm, above + below * (above - 1), evaluate=False),
            derivation=CURVED,
            assumes=curved,
            rests_on=("sharpness-lower-bound.one-sided", "sharpness-lower-bound.merged"),
        ),
        Statement(
            name="flat-points",
            text=r"""
If $0 \preceq \hessian \preceq (2/\eta)I$, such as at a local minimum at which gradient descent for the population loss is linearly stable, then
$\stabilitynorm{f} \le 1/\eta - 1/2$.
""".strip(),
            hypotheses=(_LAW, _BIAS, _TWICE, _POPULATION, r"$\eta > 0$."),
            formal=sp.Le(stability_norm, 1 / eta - sp.Rational(1, 2), evaluate=False),
            derivation=POPULATION,
            assumes=flat,
            rests_on=("sharpness-lower-bound.one-sided", "sharpness-lower-bound.merged"),
        ),
    ),
    source=Source(OURS, "the proof by the output bias, for laws with a density"),
    remarks=r"""
Where $w^{(1)}_i \neq 0$ and the density $\rho$ and $y$ are continuous, the Hessian is $\E[\nabla f\nabla f^{\mathsf T}]$, the blocks $\E[(f - y)\mathbf 1_{A_i}(X,1)]$ between
$w^{(2)}_i$ and $(w^{(1)}_i,b^{(1)}_i)$, and a surface term
$w^{(2)}_i\norm{w^{(1)}_i}^{-1}\int_{H_i}(f - y)(x,1)(x,1)^{\mathsf T}\rho\,d\sigma$ in the block of $(w^{(1)}_i,b^{(1)}_i)$ with itself, which a finite data set does not have.
It may have either sign, and none of it touches the output bias. Stability is that of the linearised dynamics.
""".strip(),
)
