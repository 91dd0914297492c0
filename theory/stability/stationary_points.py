r"""The main theorem without interpolation: the output bias sees the mean gradient through the Hessian.

With e the unit vector of the output bias, :math:`He = \mathbb E\nabla f` and :math:`\langle e, He\rangle = 1` at every differentiable point.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import OURS, Claim, Source, Statement
from theory.kernel import ByDerivation, Chain
from theory.stability.by_hyperplane.network import gradient_square, stability_norm
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
from theory.stability.sharpness_lower_bound import NORM
from theory.symbols import eta, mean, scalar

NAME = "stationary-points"

COLUMN = column_of_output_bias(NAME)
UNIT = curvature_of_output_bias(NAME)

half = sp.Rational(1, 2)
above = scalar("curvature_above", r"\lambda", positive=True)
below = scalar("curvature_below", r"\nu", nonnegative=True)
curved = (at_most(above), at_least(below))
flat = (at_most(2 / eta), at_least(sp.S.Zero))

CURVED_GRADIENT = bound_of_gradient(above, below, NAME)
CURVED = (
    Chain(
        "The stability norm, from the curvature",
        1 + 2 * stability_norm,
        hypotheses=(*NORM.hypotheses, *curved),
        claim=NAME,
    )
    .at_most(gradient_square, ByDerivation(NORM, reason="the squared mean gradient and the norm"))
    .at_most(above + below * (above - 1), ByDerivation(CURVED_GRADIENT, reason="the curvature at the output bias"))
    .conclude()
)
FLAT_GRADIENT = bound_of_gradient(2 / eta, sp.S.Zero, NAME)
FLAT = (
    Chain("The stability norm at a flat point", stability_norm, hypotheses=(*NORM.hypotheses, *flat), claim=NAME)
    .at_most(half * gradient_square - half, ByDerivation(NORM, half, reason="the squared mean gradient and the norm"))
    .at_most(1 / eta - half, ByDerivation(FLAT_GRADIENT, half, reason="the curvature at the output bias"))
    .conclude()
)

_KINKS = "No datum is on a kink."
_NORM = ("sharpness-lower-bound.mean-gradient", "sharpness-lower-bound.one-sided", "sharpness-lower-bound.merged")
_BIAS = "The output bias is trained."
_ANY = "Any parameters, interpolating or not, stationary or not."

CLAIM = Claim(
    name=NAME,
    title="Every flat differentiable point, interpolating or not",
    statements=(
        Statement(
            name="column",
            text=r"$\langle t, \hessian e\rangle = \langle t, \E\nabla f(X)\rangle$ for every direction $t$, with $e$ the unit vector of the output bias: $\hessian e = q := \E\nabla f(X)$.",
            hypotheses=(_KINKS, _BIAS, _ANY),
            formal=sp.Eq(sp.Derivative(loss, shift, along), mean(sp.Derivative(output, along)), evaluate=False),
            derivation=COLUMN,
            theorems=("StationaryPoints.output_bias_curvature",),
        ),
        Statement(
            name="unit-curvature",
            text=r"$\langle e, \hessian e\rangle = 1$.",
            hypotheses=(_KINKS, _BIAS, _ANY),
            formal=sp.Eq(sp.Derivative(loss, shift, shift), 1, evaluate=False),
            derivation=UNIT,
            theorems=("StationaryPoints.output_bias_curvature",),
        ),
        Statement(
            name="mean-gradient",
            text=r"If $-\nu I \preceq \hessian \preceq \lambda I$, then $\norm{q}^2 \le \lambda + \nu(\lambda - 1)$.",
            hypotheses=(
                _KINKS,
                _BIAS,
                _ANY,
                r"$\lambda > 0$, $\nu \ge 0$; $\hessian$ is needed on the plane of $e$ and $q$ alone.",
            ),
            formal=sp.Le(gradient_square, above + below * (above - 1), evaluate=False),
            derivation=CURVED_GRADIENT,
            assumes=curved,
        ),
        Statement(
            name="negative-curvature",
            text=r"If $-\nu I \preceq \hessian \preceq \lambda I$, then $1 + 2\stabilitynorm{f} \le \lambda + \nu(\lambda - 1)$.",
            hypotheses=(_KINKS, _BIAS, _ANY, r"$\lambda > 0$, $\nu \ge 0$."),
            formal=sp.Le(1 + 2 * stability_norm, above + below * (above - 1), evaluate=False),
            derivation=CURVED,
            assumes=curved,
            theorems=("StationaryPoints.negative_curvature",),
            rests_on=_NORM,
        ),
        Statement(
            name="flat-points",
            text=r"If $0 \preceq \hessian \preceq (2/\eta)I$, then $\stabilitynorm{f} \le 1/\eta - 1/2$.",
            hypotheses=(_KINKS, _BIAS, _ANY, r"$\eta > 0$."),
            formal=sp.Le(stability_norm, 1 / eta - sp.Rational(1, 2), evaluate=False),
            derivation=FLAT,
            assumes=flat,
            theorems=("StationaryPoints.stationary_points",),
            rests_on=_NORM,
        ),
        Statement(
            name="stable-local-minima",
            text=r"""
Every local minimum, whatever its loss, at which gradient descent linearised there is bounded from every start has $\stabilitynorm{f} \le 1/\eta - 1/2$.
""".strip(),
            hypotheses=(_KINKS, _BIAS, r"$\eta > 0$."),
            theorems=("StationaryPoints.stable_local_minimum",),
        ),
    ),
    source=Source(OURS, "the proof by the output bias; published bounds for stationary points carry a residual term"),
    lemmas=(FLAT_GRADIENT,),
    machine_refuted=(
        ("1/eta - c for any c above 1/2", "Controls.control_stationary_constant", "flat-points"),
        (
            "no term for the negative curvature",
            "ResidualControls.control_negative_curvature",
            "negative-curvature",
        ),
    ),
    remarks=r"""
For $A = \hessian + \nu$ and $s = \lambda + \nu$ the matrix $sA(s - A) = (s - A)A(s - A) + A(s - A)A$ is positive semidefinite; at $e$ this is the bound of
$\norm{q}^2 = \norm{\hessian e}^2$.
""".strip(),
)
