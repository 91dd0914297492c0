r"""The main theorem: at a stable minimum the stability norm is at most one over the step size, less a half."""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source, Statement
from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis
from theory.stability.by_hyperplane.mean_gradient import largest
from theory.stability.by_hyperplane.network import gradient_square, stability_norm
from theory.stability.lemmas.output_bias import at_least, at_most, bound_of_gradient
from theory.stability.sharpness_lower_bound import LOWER_BOUND, NORM
from theory.symbols import eta, scalar, sharpness

NAME = "stability-inequality"

half = sp.Rational(1, 2)
stable = Hypothesis(
    "linearly stable at the step size",
    r"\lambda_{\max} \le 2/\eta",
    sp.Le(sharpness, 2 / eta, evaluate=False),
)
_assumed = (*LOWER_BOUND.hypotheses, stable)
MAIN = (
    Chain("The main theorem", stability_norm, hypotheses=_assumed, claim=NAME)
    .at_most(
        half * sharpness - half, ByDerivation(LOWER_BOUND, half, reason="half of the lower bound of the sharpness")
    )
    .at_most(1 / eta - half, ByHypothesis(stable.name, half, reason="linear stability: sharpness at most 2/eta"))
    .conclude()
)

surplus = scalar("surplus", r"\sigma", nonnegative=True)
FALLS = (
    Chain("The bound falls as the step size grows", 1 / (eta + surplus) - half, claim=NAME)
    .at_most(1 / eta - half, Drop("the difference of the fractions", surplus / (eta * (eta + surplus))))
    .conclude()
)
AT_MOST_TWO = (
    Chain("The step size of a stable minimum is at most 2", eta, hypotheses=_assumed, claim=NAME)
    .at_most(eta + 2 * eta * stability_norm, Drop("the norm is not negative", 2 * eta * stability_norm))
    .at_most(eta * sharpness, ByDerivation(LOWER_BOUND, eta, reason="the lower bound of the sharpness"))
    .at_most(sp.Integer(2), ByHypothesis(stable.name, eta, reason="linear stability"))
    .conclude()
)

GRADIENT = bound_of_gradient(2 / eta, sp.S.Zero, NAME)
flat = (at_most(2 / eta), at_least(sp.S.Zero))
BY_OUTPUT_BIAS = (
    Chain(
        "The main theorem by the output bias",
        stability_norm,
        hypotheses=(*NORM.hypotheses, *flat),
        claim=NAME,
    )
    .at_most(half * gradient_square - half, ByDerivation(NORM, half, reason="the squared mean gradient and the norm"))
    .at_most(1 / eta - half, ByDerivation(GRADIENT, half, reason="the curvature at the output bias"))
    .conclude()
)

_MINIMUM = "The minimum interpolates the data, and no datum is on a kink."
_BIAS = "The output bias is trained."
_GROUNDS = ("gram-form.hessian", "sharpness-lower-bound.lower-bound")
_STABLE = r"$\sharpness(\hessian) \le 2/\eta$, $\eta > 0$: by linear-stability, gradient descent linearised at the minimum is bounded."

CLAIM = Claim(
    name=NAME,
    title="The main theorem: large steps mean a small stability norm",
    statements=(
        Statement(
            name="bound",
            text=r"$\displaystyle \stabilitynorm{f} \le \frac1\eta - \frac12$.",
            hypotheses=(_MINIMUM, _BIAS, _STABLE),
            formal=sp.Le(stability_norm, 1 / eta - sp.Rational(1, 2), evaluate=False),
            derivation=MAIN,
            assumes=(largest, stable),
            rests_on=_GROUNDS,
            theorems=("StabilityInequality.stability_inequality",),
        ),
        Statement(
            name="gradient-descent",
            text=r"""
If gradient descent with step size $\eta$, linearised at the minimum, is bounded from every start, then $\stabilitynorm{f} \le 1/\eta - 1/2$.
""".strip(),
            hypotheses=(_MINIMUM, _BIAS, r"$\eta > 0$."),
            theorems=("StabilityInequality.stability_inequality_gd",),
            rests_on=("linear-stability.threshold",),
        ),
        Statement(
            name="stochastic-gradient-descent",
            text=r"""
If stochastic gradient descent with independent unbiased batches, linearised at the minimum, has $\limsup_t\E\norm{\delta_t} \le \varepsilon$ from every start in
an $\varepsilon$-ball, then $\stabilitynorm{f} \le 1/\eta - 1/2$.
""".strip(),
            hypotheses=(_MINIMUM, _BIAS, r"$\eta > 0$."),
            theorems=("StabilityInequality.stability_inequality_sgd",),
            rests_on=("linear-stability.necessary-near-the-minimum",),
        ),
        Statement(
            name="every-implementation",
            text=r"If some net is such a minimum, then every net of any width that agrees with it on all of $\mathbb R^d$ has, for the same data, $\stabilitynorm{f} \le 1/\eta - 1/2$.",
            hypotheses=(_MINIMUM, _BIAS, _STABLE),
            theorems=("StabilityInequality.stability_inequality_function",),
            rests_on=("sharpness-lower-bound.norm-of-the-function",),
        ),
        Statement(
            name="falls",
            text=r"The bound falls as the step size grows: $1/(\eta + \sigma) - 1/2 \le 1/\eta - 1/2$ for $\sigma \ge 0$.",
            hypotheses=(r"$\eta > 0$.",),
            formal=sp.Le(1 / (eta + surplus) - sp.Rational(1, 2), 1 / eta - sp.Rational(1, 2), evaluate=False),
            derivation=FALLS,
        ),
        Statement(
            name="none-above-two",
            text=r"$\eta \le 2$: no differentiable interpolating minimum is linearly stable for $\eta > 2$.",
            hypotheses=(_MINIMUM, _BIAS, _STABLE),
            formal=sp.Le(eta, 2, evaluate=False),
            derivation=AT_MOST_TWO,
            assumes=(largest, stable),
            rests_on=_GROUNDS,
            theorems=("StabilityInequality.no_stable_minimum",),
        ),
        Statement(
            name="by-the-output-bias",
            text=r"""
$\stabilitynorm{f} \le 1/\eta - 1/2$ by a second proof, from $0 \preceq \hessian \preceq (2/\eta)I$ on the plane of the output bias $e$ and $q = \E\nabla f(X)$ alone:
$\norm{q}^2 = \norm{\hessian e}^2 \le (2/\eta)\langle e, \hessian e\rangle = 2/\eta$.
""".strip(),
            hypotheses=(
                "No datum is on a kink.",
                _BIAS,
                r"$\hessian e = q$ and $\langle e, \hessian e\rangle = 1$, as shown in stationary-points.",
            ),
            formal=sp.Le(stability_norm, 1 / eta - sp.Rational(1, 2), evaluate=False),
            derivation=BY_OUTPUT_BIAS,
            assumes=flat,
            rests_on=(
                "stationary-points.column",
                "stationary-points.unit-curvature",
                "sharpness-lower-bound.mean-gradient",
                "sharpness-lower-bound.one-sided",
                "sharpness-lower-bound.merged",
            ),
        ),
    ),
    source=Source(
        PAPER,
        "the step size bounds a weighted Laplacian of the predictor; the second proof, by the output bias, is this project's",
    ),
    machine_refuted=(
        ("1/eta - c for any c above 1/2", "Controls.control_stability_constant", "bound"),
        ("no stable minimum already at eta = 2", "Controls.control_eta_two", "none-above-two"),
    ),
    remarks="""
Stability is that of the linearised dynamics. Gradient descent itself can keep oscillating near a minimum at which it is linearly unstable; of such minima the
theorem says nothing.
""".strip(),
)
